"""All that one request sent: names, repeats, and sources that agree or don't."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.api.fields import FieldReader
from numberblocks.api.parameters import Parameters, Sent, Several, read_parameters
from numberblocks.api.sent import NotText
from numberblocks.domain.errors import Refusal, UnreadableRequest

BLOCK = "B" + 31 * "2"
OTHER_BLOCK = "B" + 31 * "3"


def sent(body: object = None, *, query: str = "", path: dict[str, str] | None = None) -> Parameters:
    """What a request sends; the body is written as JSON, unless it is bytes already."""
    written = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
    return read_parameters(
        path=path or {},
        query=query,
        content_type="application/json",
        body=written if isinstance(written, bytes) else written.encode(),
    )


# Names


@pytest.mark.parametrize("name", ["RoutingMethod", "routingMethod", "ROUTINGMETHOD"])
def test_names_match_without_regard_to_case(name):
    assert sent({name: "flow"}).get("RoutingMethod") == "flow"
    assert sent(query=f"{name}=flow").get("RoutingMethod") == "flow"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Results_Count", "ResultsCount"),
        ("RoutingMethod", "Routing_Method"),
        ("Source", " Source"),
        ("Source", "ſource"),
        ("NumberBlockSid", "NumberBloc\N{KELVIN SIGN}Sid"),
    ],
)
def test_nothing_but_case_is_overlooked_in_a_name(asked, name):
    assert sent({name: "x"}).get(asked) is None


def test_every_source_is_read():
    parameters = sent({"Source": "x"}, query="Medium=y", path={"NumberBlockSid": BLOCK})
    assert parameters.get("Source") == "x"
    assert parameters.get("Medium") == "y"
    assert parameters.get("NumberBlockSid") == BLOCK
    assert parameters.get("Campaign") is None


# Sources that agree


@pytest.mark.parametrize(
    ("body", "query", "value"),
    [
        ({"Source": "x"}, "Source=x", "x"),
        ({"Source": "x"}, "source=x&SOURCE=x", "x"),
        (b'{"Source": "x", "source": "x"}', "", "x"),
        ({"Source": 5}, "Source=5", "5"),
        ({"Source": None}, "Source=x", "x"),
        (b'{"Source": "x", "Source": null}', "", "x"),
        ({"Source": "x"}, "Source=", "x"),
        ({"Source": "x"}, "Source", "x"),
        ({"Source": None}, "Source=", None),
        (None, "Source=a+b&Source=a%20b", "a b"),
        ({"Source": "é"}, "Source=%C3%A9&Source=\xc3\xa9", "é"),
        ({"Source": ""}, "", ""),
    ],
)
def test_equal_values_count_once_and_absent_ones_not_at_all(body, query, value):
    assert sent(body, query=query).get("Source") == value


def test_the_path_may_be_repeated():
    parameters = sent(
        {"numberBlockSid": BLOCK},
        query=f"NUMBERBLOCKSID={BLOCK}",
        path={"NumberBlockSid": BLOCK},
    )
    assert parameters.get("NumberBlockSid") == BLOCK


# Sources that don't


@pytest.mark.parametrize(
    ("body", "query", "all_sent"),
    [
        ({"Source": "x"}, "Source=y", [("query", "y"), ("body", "x")]),
        ({"Source": "x"}, "SOURCE=X", [("query", "X"), ("body", "x")]),
        (None, "Source=x&Source=y", [("query", "x"), ("query", "y")]),
        (None, "Source=x&source=y&Source=x", [("query", "x"), ("query", "y"), ("query", "x")]),
        (b'{"Source": "x", "Source": "y"}', "", [("body", "x"), ("body", "y")]),
        (b'{"Source": "x", "sOURCE": "y"}', "", [("body", "x"), ("body", "y")]),
        ({"Source": 5}, "Source=05", [("query", "05"), ("body", "5")]),
        ({"Source": " x"}, "Source=x", [("query", "x"), ("body", " x")]),
        ({"Source": "é"}, "Source=e%CC%81", [("query", "e\u0301"), ("body", "é")]),
        ({"Source": ""}, "Source=x", [("query", "x"), ("body", "")]),
        ({"Source": True}, "Source=true", [("query", "true"), ("body", NotText.TRUE)]),
        (b'{"Source": [], "Source": null, "Source": {}}', "", None),
    ],
)
def test_differing_values_are_all_kept(body, query, all_sent):
    several = sent(body, query=query).get("Source")
    assert isinstance(several, Several)
    if all_sent is None:
        all_sent = [("body", NotText.LIST), ("body", NotText.OBJECT)]
    assert several == tuple(Sent(*one) for one in all_sent)


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"NumberBlockSid": OTHER_BLOCK}, ""),
        ({"numberblocksid": OTHER_BLOCK}, ""),
        (None, f"NumberBlockSid={OTHER_BLOCK}"),
        (None, f"numberBlockSid={BLOCK.lower()}"),
        ({"NumberBlockSid": BLOCK}, f"NumberBlockSid={OTHER_BLOCK}"),
    ],
)
def test_the_path_is_never_outvoted(body, query):
    several = sent(body, query=query, path={"NumberBlockSid": BLOCK}).get("NumberBlockSid")
    assert isinstance(several, Several)
    assert several[0] == ("path", BLOCK)


# Unknown names


def test_unknown_names_are_told_as_sent_each_once_in_order():
    parameters = sent(
        b'{"Sorce": "x", "source": "y", "SORCE": "z", "Nothing": null, "routing_method": {}}',
        query="cb=1&CB=2&empty=&AccountSid=x",
        path={"NumberBlockSid": BLOCK},
    )
    known = ("AccountSid", "Source", "RoutingMethod")
    assert parameters.unknown(known) == ["cb", "empty", "Sorce", "Nothing", "routing_method"]
    assert sent({"SOURCE": "x"}).unknown(known) == []


# Requests that can't be read


@pytest.mark.parametrize(
    "query",
    [
        "a=%FF",
        "%FF=a",
        "a=%C3",
        "a=%ED%A0%80",
        "a=\xff",
        "a=\xc3",
        "a=\0",
        "a=€",  # No byte is that large: the server handed on something else than bytes.
        "a=\ud800",
    ],
)
def test_a_query_that_is_no_text_is_unreadable(query):
    with pytest.raises(UnreadableRequest) as refused:
        sent(query=query)
    assert refused.value.code == "PARAMETER_INVALID"
    assert refused.value.problems == ()


@pytest.mark.parametrize(
    ("in_query", "in_body"),
    [(1_000, 0), (0, 1_000), (500, 500), (1_001, 0), (0, 1_001), (500, 501)],
)
def test_parameters_are_counted_over_query_and_body(in_query, in_body):
    query = "&".join(f"q{i}=" for i in range(in_query))
    body = {f"b{i}": None for i in range(in_body)}
    if in_query + in_body <= 1_000:
        assert len(sent(body, query=query).unknown(())) == 1_000
    else:
        with pytest.raises(UnreadableRequest, match="at most 1,000"):
            sent(body, query=query)


def test_nothing_sent_is_nothing_found():
    parameters = sent()
    assert parameters.get("Source") is None
    assert parameters.unknown(()) == []


# Anything at all

few_names = st.sampled_from(["Source", "source", "Medium", "x"])
few_values: st.SearchStrategy[object] = st.sampled_from(
    ["", "x", "y", "5", "true", None, 5, True, 1.5, [], {}, "\0", "\x85"]
)


@given(
    st.lists(st.tuples(few_names, few_values), max_size=5),
    st.lists(st.tuples(few_names, st.sampled_from(["", "x", "y", "5", "true"])), max_size=5),
)
def test_a_field_is_read_only_if_all_that_was_sent_agrees(members, pairs):
    body = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in members)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    read = FieldReader(sent(b"{%s}" % body.encode(), query=query))
    value = read.text("Source", "source", clearable=True)

    told = [it for name, it in members if name.lower() == "source" and it is not None]
    told += [it for name, it in pairs if name.lower() == "source" and it]
    texts = {str(it) if type(it) is int else it for it in map(hashable, told)}
    if value is not None:
        assert texts == {value}
        assert read.problems == []
    else:
        assert len(read.problems) == (1 if told else 0)


def hashable(value: object) -> object:
    return repr(value) if isinstance(value, list | dict) else value


@given(
    st.dictionaries(st.text(), st.text()),
    st.text(st.characters(max_codepoint=0x110), max_size=30) | st.text(max_size=30),
    st.sampled_from([None, "application/json", "application/x-www-form-urlencoded"])
    | st.text(max_size=20),
    st.binary(max_size=100),
    st.booleans(),
)
def test_any_request_is_read_or_refused(path, query, content_type, body, chunked):
    try:
        parameters = read_parameters(
            path=path, query=query, content_type=content_type, body=body, chunked=chunked
        )
    except Refusal:
        return
    parameters.unknown(("Source",))
    read = FieldReader(parameters)
    for name in (*path, *parameters.unknown(())):
        read.text(name, "source")
        read.sid(name, "account")
        read.boolean(name, "active")
        read.integer(name, "page", maximum=10)
        read.word(name, "method", {"flow": "flow"})
    assert all(problem.message for problem in read.problems)
