"""Where parameters may be: every content type, every source, and what happens where they differ."""

from __future__ import annotations

import json
from itertools import product
from urllib.parse import quote, urlencode

import pytest

from tests.support import wire
from tests.support.replies import OK, code, fields
from tests.support.served import Served

PHONE = "+61491570156"
CUT = "cut-here"
JSON_TYPES = [
    None,
    "",
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json;odata=verbose; charset=us-ascii",
]
FORM_TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
]
PARTS_TYPES = [
    f"multipart/form-data; boundary={CUT}",
    f'Multipart/Form-Data; charset=utf-8; boundary="{CUT}"',
]


def as_json(**parameters: str) -> bytes:
    return json.dumps(parameters).encode()


def as_form(**parameters: str) -> bytes:
    return urlencode(parameters).encode()


def as_parts(**parameters: str) -> bytes:
    parts = [
        f'--{CUT}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parameters.items()
    ]
    return f"{''.join(parts)}--{CUT}--\r\n".encode()


BODIES = [
    *((content_type, as_json) for content_type in JSON_TYPES),
    *((content_type, as_form) for content_type in FORM_TYPES),
    *((content_type, as_parts) for content_type in PARTS_TYPES),
]


def post(served: Served, block: str, body: bytes = b"", content_type: str | None = None, query=""):
    """Configure the block as Olivia with exactly this body and query."""
    headers = [] if content_type is None else [("Content-Type", content_type)]
    target = f"/v2/numberblocks/{block}" + (f"?{query}" if query else "")
    return served.send("POST", target, headers, body, login=served.olivia)


# Every content type


@pytest.mark.parametrize(("content_type", "write"), BODIES)
def test_a_body_is_read_by_its_content_type(served, content_type, write):
    block = served.arrange.block()
    body = write(
        AccountSid=served.demo["account"]["sid"],
        RoutingMethod="endpoint",
        EndpointNumber=PHONE,
        Source="Zürich & 100 % = \N{GRINNING FACE}",
        Campaign=" two  spaces ",
    )
    answer = post(served, block.sid, body, content_type)
    assert (answer.status, answer.json()) == (200, OK)
    stored = served.block(block.sid)
    assert stored["endpoint_number"] == PHONE
    assert stored["source"] == "Zürich & 100 % = \N{GRINNING FACE}"
    assert stored["campaign"] == " two  spaces "


@pytest.mark.parametrize(("content_type", "write"), BODIES)
def test_a_byte_order_mark_is_read_over(served, content_type, write):
    block = served.arrange.block()
    body = b"\xef\xbb\xbf" + write(AccountSid=served.demo["account"]["sid"], Source="Radio")
    assert post(served, block.sid, body, content_type).json() == OK


@pytest.mark.parametrize("content_type", [*JSON_TYPES, *FORM_TYPES, *PARTS_TYPES, "text/plain"])
def test_an_empty_body_is_no_parameters_under_any_type(served, content_type):
    block = served.arrange.block()
    query = urlencode({"AccountSid": served.demo["account"]["sid"], "Source": "Radio"})
    assert post(served, block.sid, b"", content_type, query).json() == OK
    assert fields(post(served, block.sid, b"", content_type)) == [
        ("AccountSid", "PARAMETER_REQUIRED"),
        ("PropertySid", "PARAMETER_REQUIRED"),
    ]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/json-patch+json",
        "application/jsonp",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=latin1",
        "json",
        "*/*",
        "application/json, text/plain",
    ],
)
def test_another_content_type_is_415(served, content_type):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        answer = post(served, block.sid, as_json(AccountSid="A"), content_type)
        assert (answer.status, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert fields(answer) == []


def test_a_number_as_a_form_writes_it_without_escaping_is_read(served):
    block = served.arrange.block()
    body = f"AccountSid={served.olivia[0]}&RoutingMethod=endpoint&EndpointNumber={PHONE}"
    answer = post(served, block.sid, body.encode(), FORM_TYPES[0])
    assert answer.json() == OK
    assert served.block(block.sid)["endpoint_number"] == PHONE


# Every source


@pytest.mark.parametrize(("content_type", "write"), BODIES)
def test_a_query_and_a_body_are_read_together(served, content_type, write):
    block = served.arrange.block()
    query = urlencode({"PropertySid": served.demo["property"]["sid"], "Medium": "cpc"})
    answer = post(served, block.sid, write(Source="Google", Medium="cpc"), content_type, query)
    assert answer.json() == OK
    stored = served.block(block.sid)
    assert (stored["source"], stored["medium"]) == ("Google", "cpc")


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("Source=a%20b", "a b"),
        ("Source=a+b", "a b"),
        ("Source=a%2Bb", "a+b"),
        ("Source=%F0%9F%98%80", "\N{GRINNING FACE}"),
        ("Source=\N{GRINNING FACE}", "\N{GRINNING FACE}"),
        ("source=x&SOURCE=x", "x"),
        ("Source=a%3Db=c", "a=b=c"),
        ("Source=&Medium=x", None),
        ("Source", None),
        ("&&Source=x&&", "x"),
        ("Source=x;y", "x;y"),
        ("%53ource=x", "x"),
        ("Source=a,b", "a,b"),
    ],
)
def test_how_a_query_is_read(served, query, source):
    block = served.arrange.block()
    answer = post(served, block.sid, query=f"AccountSid={served.olivia[0]}&{query}")
    assert answer.json() == OK
    assert served.block(block.sid)["source"] == source


def test_the_path_may_be_said_again(served):
    block = served.arrange.block()
    for query, body in (
        (f"NumberBlockSid={block.sid}", b"{}"),
        ("", as_json(NumberBlockSid=block.sid)),
        (f"numberblocksid={block.sid}", as_json(NUMBERBLOCKSID=block.sid)),
        ("NumberBlockSid=", b'{"NumberBlockSid": null, "numberBlockSid": ""}'),
    ):
        answer = post(served, block.sid, body, None, f"AccountSid={served.olivia[0]}&{query}")
        assert answer.json() == OK, answer


# Sources that disagree


@pytest.mark.parametrize(
    ("query", "body", "wrong"),
    [
        ("NumberBlockSid=BOTHER", {}, "NumberBlockSid"),
        ("", {"NumberBlockSid": "BOTHER"}, "NumberBlockSid"),
        ("", {"numberblocksid": "BOTHER"}, "NumberBlockSid"),
        ("AccountSid=AOTHER", {"AccountSid": "ANOBODY"}, "AccountSid"),
        ("AccountSid=AOTHER&AccountSid=ANOBODY", {}, "AccountSid"),
        ("accountsid=AOTHER&ACCOUNTSID=ANOBODY", {}, "AccountSid"),
        ("PropertySid=S1", {"propertySID": "S2"}, "PropertySid"),
        ("Recording=enabled", {"Recording": "disabled"}, "Recording"),
        ("Recording=enabled", {"Recording": "ENABLED"}, "Recording"),
        ("EndpointNumber=0491570156", {"EndpointNumber": PHONE}, "EndpointNumber"),
        ("Source=x", {"Source": "x "}, "Source"),
        ("Source=x", {"Source": ""}, "Source"),
        ("Source=true", {"Source": False}, "Source"),
    ],
)
def test_differing_values_are_a_conflict_whatever_they_say(served, query, body, wrong):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        answer = post(served, block.sid, json.dumps(body).encode(), None, query)
        assert answer.status == 400
        assert (wrong, "CONFLICTING_PARAMETERS") in fields(answer)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b'{"Source": "x", "Source": "y"}', "Source"),
        (b'{"Source": "x", "SOURCE": "y", "source": "x"}', "Source"),
        (b'{"Source": "x", "Source": null, "Source": "y"}', "Source"),
        (b'{"Source": 1, "Source": 2}', "Source"),
        (b'{"Source": ["x"], "Source": "x"}', "Source"),
        (b'{"S\\u006furce": "x", "Source": "y"}', "Source"),
    ],
)
def test_a_member_of_json_that_is_sent_twice_differently_is_a_conflict(served, body, wrong):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        answer = post(served, block.sid, body, None, f"AccountSid={served.olivia[0]}")
        assert fields(answer) == [(wrong, "CONFLICTING_PARAMETERS")]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("Source=x", b'{"Source": "x", "source": "x"}'),
        ("Source=1", b'{"Source": 1}'),
        ("Source=x", b'{"Source": null}'),
        ("Source=", b'{"Source": "x"}'),
    ],
)
def test_equal_values_are_no_conflict(served, query, body):
    block = served.arrange.block()
    answer = post(served, block.sid, body, None, f"AccountSid={served.olivia[0]}&{query}")
    assert answer.json() == OK


@pytest.mark.parametrize("write", [as_form, as_parts])
def test_a_form_with_a_name_twice_is_a_conflict(served, write):
    block = served.arrange.block()
    [content_type] = [kind for kind in (FORM_TYPES[0], PARTS_TYPES[0]) if (kind, write) in BODIES]
    body = write(Source="x", SOURCE="y", AccountSid=served.olivia[0])
    with served.nothing_stored(block.sid):
        answer = post(served, block.sid, body, content_type)
        assert fields(answer) == [("Source", "CONFLICTING_PARAMETERS")]


def test_a_query_never_retargets_a_list(served):
    other, own = served.demo["other_account"], served.demo["account"]["sid"]
    for target, wrong in (
        (f"/v2/Accounts/{own}/numberblocks?AccountSid={other['sid']}", "AccountSid"),
        (f"/v2/Properties/SX/numberblocks?propertysid={other['property_sid']}", "PropertySid"),
        (f"/v2/numberblocks/Syd?AccountSid={own}&Text=Mel", "Text"),
    ):
        answer = served.send("GET", target, login=served.olivia)
        assert fields(answer) == [(wrong, "CONFLICTING_PARAMETERS")]


# Values that are no text, and what forms can't say


@pytest.mark.parametrize(
    ("value", "stored"),
    [("61491570156", PHONE), ("491570156", PHONE), ("1", None), ("-1", None), ("0", None)],
)
def test_an_integer_is_read_as_its_digits(served, value, stored):
    block = served.arrange.block()
    body = f'{{"AccountSid": "{served.olivia[0]}", "EndpointNumber": {value}, "Source": {value}}}'
    answer = post(served, block.sid, body.encode())
    if stored is None:
        assert fields(answer) == [("EndpointNumber", "PARAMETER_INVALID")]
    else:
        assert answer.json() == OK
        row = served.block(block.sid)
        assert (row["endpoint_number"], row["source"]) == (stored, value)


NOT_TEXT = ["true", "false", "1.0", "1e3", "-0.5", "[]", '["x"]', "{}", '{"x": 1}', "[[]]"]


@pytest.mark.parametrize(
    ("name", "value"),
    list(product(["AccountSid", "RoutingMethod", "EndpointNumber", "Flow"], NOT_TEXT)),
)
def test_what_is_no_text_is_invalid(served, name, value):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        answer = post(served, block.sid, f'{{"{name}": {value}}}'.encode())
        assert (name, "PARAMETER_INVALID") in fields(answer)


@pytest.mark.parametrize("write", [as_form, as_parts])
def test_a_form_cannot_clear(served, write):
    block = served.arrange.block()
    served.configure(block.sid, Source="Google", Recording="enabled")
    content_type = FORM_TYPES[0] if write is as_form else PARTS_TYPES[0]
    body = write(AccountSid=served.olivia[0], Source="", Recording="", RoutingMethod="")
    with served.nothing_stored(block.sid):
        assert post(served, block.sid, body, content_type).json() == OK


def test_a_file_is_no_text(served):
    block = served.arrange.block()
    part = f'--{CUT}\r\nContent-Disposition: form-data; name="Source"; filename="x"\r\n\r\nx\r\n'
    body = part.encode() + as_parts(AccountSid=served.olivia[0])
    with served.nothing_stored(block.sid):
        answer = post(served, block.sid, body, PARTS_TYPES[0])
        assert fields(answer) == [("Source", "PARAMETER_INVALID")]


# Names that nobody knows


def test_unknown_names_are_ignored(served):
    block = served.arrange.block()
    body = as_json(AccountSid=served.olivia[0], Colour="red", RoutingMethods="x", endpoint="1")
    with served.nothing_stored(block.sid):
        assert post(served, block.sid, body, None, "nothing=1&nothing=2&=3").json() == OK


@pytest.mark.parametrize(
    "prefer",
    [
        "handling=strict",
        "Handling=STRICT",
        "handling = strict",
        'handling="strict"',
        "wait=5, handling=strict; x=1",
        "respond-async,handling=strict",
    ],
)
def test_under_strict_handling_unknown_names_are_told_after_all_others(served, prefer):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        answer = served.send(
            "POST",
            f"/v2/numberblocks/{block.sid}?shade=1&PageSize=1",
            [("Prefer", prefer)],
            b'{"Colour": "red", "Recording": "loud", "COLOUR": "blue", "recordings": null}',
            login=served.olivia,
        )
        assert fields(answer) == [
            ("AccountSid", "PARAMETER_REQUIRED"),
            ("PropertySid", "PARAMETER_REQUIRED"),
            ("Recording", "PARAMETER_INVALID"),
            ("shade", "PARAMETER_INVALID"),
            ("PageSize", "PARAMETER_INVALID"),
            ("Colour", "PARAMETER_INVALID"),
            ("recordings", "PARAMETER_INVALID"),
        ]


@pytest.mark.parametrize(
    "prefer", ["handling=lenient", "strict", "xhandling=strict", "handling", ""]
)
def test_other_preferences_are_not_strict(served, prefer):
    block = served.arrange.block()
    target = f"/v2/numberblocks/{block.sid}?AccountSid={served.olivia[0]}&Colour=red"
    answer = served.send("POST", target, [("Prefer", prefer)], login=served.olivia)
    assert answer.json() == OK
    assert "preference-applied" not in answer.headers


def test_strict_handling_is_confirmed_and_lists_know_it_too(served):
    prefer = [("Prefer", "handling=strict")]
    account = served.olivia[0]
    good = served.send(
        "GET", f"/v2/numberblocks/Syd?AccountSid={account}", prefer, login=served.olivia
    )
    assert (good.status, good.headers["preference-applied"]) == (200, "handling=strict")
    bad = served.send(
        "GET", f"/v2/numberblocks?AccountSid={account}&Filter=x", prefer, login=served.olivia
    )
    assert fields(bad) == [("Filter", "PARAMETER_INVALID")]


# Chunks


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_json_and_parts_may_come_in_chunks(served, size):
    for content_type, write in (
        (JSON_TYPES[2], as_json),
        (None, as_json),
        (PARTS_TYPES[0], as_parts),
    ):
        block = served.arrange.block()
        body = write(AccountSid=served.olivia[0], Source="Radio")
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        headers = [("Transfer-Encoding", "chunked")]
        headers += [("Content-Type", content_type)] if content_type else []
        target = f"/v2/numberblocks/{block.sid}"
        answer = served.send("POST", target, headers, wire.chunks(*pieces), login=served.olivia)
        assert answer.json() == OK
        assert served.block(block.sid)["source"] == "Radio"


def test_a_form_in_chunks_is_411(served):
    block = served.arrange.block()
    headers = [("Transfer-Encoding", "chunked"), ("Content-Type", FORM_TYPES[0])]
    with served.nothing_stored(block.sid):
        for body in (wire.chunks(as_form(AccountSid=served.olivia[0], Source="x")), wire.chunks()):
            target = f"/v2/numberblocks/{block.sid}"
            answer = served.send("POST", target, headers, body, login=served.olivia)
            assert (answer.status, code(answer)) == (411, "LENGTH_REQUIRED")


def test_chunks_without_anything_in_them_are_refused(served):
    block = served.arrange.block()
    for content_type in ("application/json", PARTS_TYPES[0]):
        answer = served.send(
            "POST",
            f"/v2/numberblocks/{block.sid}?{urlencode({'AccountSid': served.olivia[0]})}",
            [("Transfer-Encoding", "chunked"), ("Content-Type", content_type)],
            wire.chunks(),
            login=served.olivia,
        )
        assert (answer.status, code(answer)) == (400, "PARAMETER_INVALID")


def test_a_sid_in_the_path_may_be_escaped(served):
    block = served.arrange.block()
    escaped = "".join(f"%{ord(character):02X}" for character in block.sid)
    answer = post(served, escaped, query=f"AccountSid={quote(served.olivia[0])}&Source=x")
    assert answer.json() == OK
