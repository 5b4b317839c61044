"""Bodies: which content types are read, how, and what is refused before any field is looked at."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.api.body import read_body
from numberblocks.api.multipart import LONGEST_PART_HEADERS
from numberblocks.api.refusals import (
    BodyRefused,
    LengthRequired,
    RequestTooLarge,
    UnsupportedMediaType,
)
from numberblocks.api.sent import NotText
from numberblocks.domain.errors import Refusal, UnreadableRequest

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=cut-here"


def read(body: bytes, content_type: str | None = JSON, *, chunked: bool = False, at_most=1_000):
    return list(read_body(content_type, body, chunked=chunked, max_parameters=at_most))


def parts(*each: tuple[str, bytes]) -> bytes:
    """A form in parts; each part is what follows the form-data word, and its content."""
    framed = [
        b"--cut-here\r\nContent-Disposition: form-data%s\r\n\r\n%s\r\n" % (head.encode(), content)
        for head, content in each
    ]
    return b"".join(framed) + b"--cut-here--\r\n"


SOURCE = [("Source", "Google Ads")]
AS_JSON = b'{"Source": "Google Ads"}'
AS_FORM = b"Source=Google+Ads"
AS_PARTS = parts(('; name="Source"', b"Google Ads"))


# Content types


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, AS_JSON),
        ("", AS_JSON),
        ("application/json", AS_JSON),
        ("APPLICATION/JSON", AS_JSON),
        ("application/json; charset=utf-8", AS_JSON),
        ('application/json;charset="UTF-8"', AS_JSON),
        ("application/json; charset=us-ascii", AS_JSON),
        ("application/json; charset=", AS_JSON),
        ("application/json; odata=verbose", AS_JSON),
        (" application/json ; ; charset = utf8 ", AS_JSON),
        ("application/x-www-form-urlencoded", AS_FORM),
        ("application/x-www-form-urlencoded; charset=UTF-8", AS_FORM),
        ("multipart/form-data; boundary=cut-here", AS_PARTS),
        ('Multipart/Form-Data; charset=utf-8; boundary="cut-here"', AS_PARTS),
    ],
)
def test_these_content_types_are_read(content_type, body):
    assert read(body, content_type) == SOURCE
    assert read(b"\xef\xbb\xbf" + body, content_type) == SOURCE


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/xml",
        "application/octet-stream",
        "application/json-patch+json",
        "application/json, application/json",
        "multipart/mixed; boundary=cut-here",
        "json",
        "/",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/x-www-form-urlencoded; charset=windows-1252",
        "application/json; x=" + 1_000 * "x",
    ],
)
def test_other_content_types_are_refused_if_there_is_a_body(content_type):
    with pytest.raises(UnsupportedMediaType) as refused:
        read(AS_JSON, content_type)
    assert (refused.value.code, refused.value.status) == ("UNSUPPORTED_MEDIA_TYPE", 415)
    assert read(b"", content_type) == []


@pytest.mark.parametrize("content_type", [None, JSON, FORM, MULTIPART, "text/plain"])
def test_an_empty_body_is_no_parameters_under_any_type(content_type):
    assert read(b"", content_type) == []


# Chunks


@pytest.mark.parametrize(
    ("content_type", "body"), [(None, AS_JSON), (JSON, AS_JSON), (MULTIPART, AS_PARTS)]
)
def test_a_chunked_body_that_shows_its_end_is_read(content_type, body):
    assert read(body, content_type, chunked=True) == SOURCE


@pytest.mark.parametrize("body", [AS_FORM, b""])
def test_a_chunked_form_is_asked_for_its_length(body):
    with pytest.raises(LengthRequired) as refused:
        read(body, FORM, chunked=True)
    assert (refused.value.code, refused.value.status) == ("LENGTH_REQUIRED", 411)


@pytest.mark.parametrize("content_type", [None, JSON, MULTIPART, "text/plain"])
def test_a_chunked_body_that_is_empty_is_refused(content_type):
    with pytest.raises(UnreadableRequest):
        read(b"", content_type, chunked=True)


@pytest.mark.parametrize(("content_type", "body"), [(JSON, AS_JSON), (MULTIPART, AS_PARTS)])
def test_a_body_cut_anywhere_is_refused(content_type, body):
    for end in range(1, len(body.rstrip())):
        with pytest.raises(UnreadableRequest):
            read(body[:end], content_type, chunked=True)


def test_a_body_that_is_too_large_says_how_large_it_may_be():
    refused = RequestTooLarge(1_000_000)
    assert (refused.code, refused.status) == ("REQUEST_TOO_LARGE", 413)
    assert refused.message == "The body is too large; send at most 1,000,000 bytes."
    assert isinstance(refused, BodyRefused)


# JSON


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"text"', "text"),
        ('""', ""),
        ('" kept as sent "', " kept as sent "),
        (r'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (r'"\\ud800"', r"\ud800"),
        ("null", None),
        ("61255501234", "61255501234"),
        ("-5", "-5"),
        ("1" * 1_000, "1" * 1_000),
        ("true", NotText.TRUE),
        ("false", NotText.FALSE),
        ("1.0", NotText.FRACTION),
        ("1e400", NotText.FRACTION),
        ("1." + "0" * 5_000, NotText.FRACTION),
        ('["a", {"b": 1}]', NotText.LIST),
        ("[]", NotText.LIST),
        ('{"a": ["b"]}', NotText.OBJECT),
        ("{}", NotText.OBJECT),
    ],
)
def test_a_member_of_json_is_read_as(written, value):
    assert read(b'{"Source": %s}' % written.encode()) == [("Source", value)]


def test_a_member_that_is_sent_twice_is_seen_twice():
    assert read(b'{"a": "1", "A": "2", "a": null}') == [("a", "1"), ("A", "2"), ("a", None)]


def test_an_empty_object_is_no_parameters():
    assert read(b" {} \r\n") == []


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"{",
        b"{}{}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 01}',
        b'{"a": +1}',
        b'{"a": "line\nbreak"}',
        b'{"a": "\x00"}',
        b"\x00{}",
        b"{}\x00",
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        '{"a": "é"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
        b"[]",
        b'[["Source", "x"]]',
        b'"text"',
        b"5",
        b"null",
        b"true",
        b"1.5",
        b'{"a": NaN}',
        b'{"a": [Infinity]}',
        b'{"a": -Infinity}',
        b'{"a": %s}' % (b"1" * 1_001),
        b'{"unknown": {"deep": [%s]}}' % (b"9" * 100_000),
        b"9" * 100_000,
        rb'{"a": "\ud800"}',
        rb'{"a": "\uDFFF"}',
        rb'{"a": "\ude00\ud83d"}',
        rb'{"\ud800": "unknown"}',
        rb'{"unknown": {"deep": ["\ud800"]}}',
        b"[" * 100_000,
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        rb'{"a": "\ud83d\ude00", "b": ' + b"[" * 900 + b"]" * 900 + rb', "c": "\ud800"}',
    ],
)
def test_what_is_no_json_object_is_unreadable(body):
    with pytest.raises(UnreadableRequest) as refused:
        read(body)
    assert refused.value.code == "PARAMETER_INVALID"
    assert refused.value.problems == ()


# Forms


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        (b"Source=x&Medium=y", [("Source", "x"), ("Medium", "y")]),
        (b"Source=a%26b%3Dc", [("Source", "a&b=c")]),
        (b"Source=a;b=c", [("Source", "a;b=c")]),
        (b"Source=a=b", [("Source", "a=b")]),
        (b"EndpointNumber=+61255501234", [("EndpointNumber", " 61255501234")]),
        (b"EndpointNumber=%2B61255501234", [("EndpointNumber", "+61255501234")]),
        (b"Source=%20x%20", [("Source", " x ")]),
        (b"Source=caf%C3%A9&Medium=caf\xc3\xa9", [("Source", "café"), ("Medium", "café")]),
        (b"Source=100%&Medium=%zz", [("Source", "100%"), ("Medium", "%zz")]),
        (b"Source=&Medium&Campaign=x", [("Source", None), ("Medium", None), ("Campaign", "x")]),
        (b"Source=x&&Source=y&", [("Source", "x"), ("Source", "y")]),
        (b"=x", [("", "x")]),
        (b"Source=a%00b", [("Source", "a\0b")]),
    ],
)
def test_a_form_is_read_as(body, pairs):
    assert read(body, FORM) == pairs


@pytest.mark.parametrize(
    "body",
    [b"a=\xff", b"\xc3=a", b"a=%FF", b"%C3=a", b"a=%ED%A0%80", b"a=\0", b"\0", b"a=b&c=d\0"],
)
def test_a_form_that_is_no_text_is_unreadable(body):
    with pytest.raises(UnreadableRequest):
        read(body, FORM)


# Forms in parts


@pytest.mark.parametrize(
    ("head", "content", "pair"),
    [
        ('; name="Source"', b"x", ("Source", "x")),
        ("; name=Source", b"x", ("Source", "x")),
        ('; name="Source"\r\nContent-Type: text/plain; charset=utf-8', b"caf\xc3\xa9", "café"),
        ('; name="Source"\r\nContent-Type: application/json', b"{}", ("Source", "{}")),
        ('; name="EndpointNumber"', b"+61255501234", ("EndpointNumber", "+61255501234")),
        ('; name="Source"', b"", ("Source", None)),
        ('; name="Source"', b" a\r\nb ", ("Source", " a\r\nb ")),
        ('; name="Source"; filename="x.txt"', b"x\0\xff", ("Source", NotText.FILE)),
        ('; name="Source"; filename=""', b"", ("Source", None)),
        ('; name="Söurce"', b"x", ("Söurce", "x")),
    ],
)
def test_a_part_of_a_form_is_read_as(head, content, pair):
    expected = ("Source", pair) if isinstance(pair, str) else pair
    assert read(parts((head, content)), MULTIPART) == [expected]


def test_a_form_of_no_parts_is_no_parameters():
    assert read(b"--cut-here--", MULTIPART) == []


def test_what_is_before_and_after_the_parts_is_ignored():
    assert read(b"before\r\n" + AS_PARTS + b"after", MULTIPART) == SOURCE


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", AS_PARTS),
        ("multipart/form-data; boundary=", AS_PARTS),
        ("multipart/form-data; boundary=" + 71 * "x", AS_PARTS),
        ("multipart/form-data; boundary=another", AS_PARTS),
        (MULTIPART, b"Source=x"),
        (MULTIPART, b"\xef\xbb\xbf"),
        (MULTIPART, parts(("", b"a part without a name"))),
        (MULTIPART, AS_PARTS.replace(b": form-data", b":form-data")),
        (MULTIPART, parts(('; name="Source"', b"\xff"))),
        (MULTIPART, parts(('; name="Source"', b"a\0b"))),
        (MULTIPART, parts(('; name="Source"\r\nContent-Transfer-Encoding: base64', b"eA=="))),
        (MULTIPART, AS_PARTS.replace(b"Source", b"\xff")),
        (MULTIPART, AS_PARTS.replace(b"\r\n\r\n", b"\r\nContent-Type: \xff\r\n\r\n")),
        (MULTIPART, parts(("; name=\"Source\"; filename*=zip''x", b"x"))),
        (MULTIPART, parts(('; name="' + LONGEST_PART_HEADERS * "x" + '"', b"x"))),
    ],
)
def test_a_form_in_parts_that_is_none_is_unreadable(content_type, body):
    with pytest.raises(UnreadableRequest):
        read(body, content_type)


def test_a_part_in_another_charset_is_refused():
    body = parts(('; name="Source"\r\nContent-Type: text/plain; charset=utf-16', b"x\0"))
    with pytest.raises(UnsupportedMediaType):
        read(body, MULTIPART)


# How many


@pytest.mark.parametrize(
    ("content_type", "body_of"),
    [
        (FORM, lambda count: b"&".join([b"a=b"] * count)),
        (MULTIPART, lambda count: parts(*[('; name="a"', b"b")] * count)),
    ],
)
def test_counting_stops_at_the_limit(content_type, body_of):
    assert len(read(body_of(10), content_type, at_most=10)) == 10
    with pytest.raises(UnreadableRequest, match="at most 10"):
        read(body_of(11), content_type, at_most=10)


# Anything at all

some_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
nearly_json = st.dictionaries(st.text(), some_json).map(lambda it: json.dumps(it).encode())
nearly_parts = st.lists(
    st.sampled_from(
        [b"--cut-here", b"--", b"\r\n", b"Content-Disposition: form-data", b'; name="', b'"', b"x"]
        + [b"; filename", b"*=", b"utf-8''%ff", b"Content-Type: ", b"; charset=", b"\xff", b"\0"]
    ),
    max_size=30,
).map(b"".join)
any_content_type = (
    st.sampled_from([None, "", JSON, FORM, MULTIPART, "multipart/form-data; boundary", "text/html"])
    | st.text(max_size=60)
    | st.text(max_size=60).map(lambda rest: f"{MULTIPART};{rest}")
    | st.text(max_size=60).map(lambda rest: f"{JSON};{rest}")
)


@given(
    any_content_type, st.binary() | nearly_json | nearly_parts, st.booleans(), st.integers(1, 20)
)
def test_any_body_is_read_or_refused(content_type, body, chunked, at_most):
    try:
        pairs = read(body, content_type, chunked=chunked, at_most=at_most)
    except Refusal:
        return
    for name, value in pairs:
        name.encode()
        assert value is None or isinstance(value, NotText) or value.encode() is not None


@given(st.dictionaries(st.text(), st.text() | st.none() | st.integers()))
def test_what_a_client_writes_as_json_is_what_is_read(sent):
    expected = [(name, str(it) if isinstance(it, int) else it) for name, it in sent.items()]
    assert read(json.dumps(sent, ensure_ascii=False).encode()) == expected
    assert read(json.dumps(sent).encode()) == expected
