"""Bad input, and what it gets: a clear refusal, never a 500, nothing stored, nothing told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import wire
from tests.support.replies import code, error, fields
from tests.support.served import Served

JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
PARTS = ("Content-Type", "multipart/form-data; boundary=cut-here")
CHUNKED = ("Transfer-Encoding", "chunked")

NEVER_TOLD = re.compile(rb"Traceback|File \"|/usr/|/src/|\.py\b|sqlalchemy|psycopg|sqlite|granian")
"""What no answer may have in it: a trace, a path of the machine, or what it is built of."""

# Requests that HTTP itself can't read, to which the server's own empty answer is right.
NO_HTTP = [
    b"junk\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /v2/numberblocks\r\n\r\n",
    b"GET /v2/numberblocks HTTP/3.0\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /v2/ numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"G@T /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /v2/\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: a\0b\r\n\r\n",
    b"GET /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: a\rb\r\n\r\n",
    b"GET /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: a\r\n b\r\n\r\n",
    b"GET /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A : a\r\n\r\n",
    b"GET /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nno colon\r\n\r\n",
    b"POST /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ten\r\n\r\n",
    b"POST /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\n\r\nab",
    b"POST /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
    b"POST /v2/numberblocks HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked, x\r\n\r\n",
    b"\0\0\0\0\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40 + b"\r\n\r\n",  # TLS
]


@pytest.fixture
def block(served: Served) -> Iterator[str]:
    """A block of Acme that is as it was, whatever the test has sent, as is the whole store."""
    sid = served.arrange.block().sid
    served.configure(sid, Source="Google", Recording="enabled")
    with served.nothing_stored(sid):
        yield sid


def post(served: Served, block: str, body: bytes, *headers: tuple[str, str], ends=False):
    """Send this body as Olivia, who may configure the block."""
    target = f"/v2/numberblocks/{block}?AccountSid={served.olivia[0]}"
    answer = served.send("POST", target, headers, body, login=served.olivia, ends=ends)
    assert not NEVER_TOLD.search(answer.body), answer.body
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    return answer


def is_refused(answer, status: int = 400, told: str = "PARAMETER_INVALID") -> None:
    """Check for a refusal that names no field, since none could be read."""
    assert (answer.status, code(answer), fields(answer)) == (status, told, [])
    assert error(answer)["Message"]


# Bodies that can't be read


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"{",
        b'{"Source": "x"',
        b'{"Source": "x",}',
        b"{'Source': 'x'}",
        b'{"Source": "x"} {}',
        b'{"Source": "x"}\0',
        b'{"Source": NaN}',
        b'{"Source": Infinity}',
        b'{"Source": 01}',
        b'{"Source": "x", "nothing": tru}',
        b"[]",
        b'[{"Source": "x"}]',
        b'[["Source", "x"]]',
        b'"Source"',
        b"null",
        b"true",
        b"1",
        b" ",
        b"\xef\xbb\xbf",
        b"Source=x",
        b'{"Source": "\xff"}',
        b'{"\xc3\x28": "x", "Source": "y"}',
        b'{"Source": "\xed\xa0\x80"}',
        '{"Source": "x"}'.encode("utf-16"),
        b'{"Source": "a\0b"}',
        b'{"Source": "a\tb"}',
        b"\x1f\x8b\x08\x00" + b"\0" * 30,
    ],
)
def test_json_that_cannot_be_read(served, block, body):
    is_refused(post(served, block, body, JSON))


@pytest.mark.parametrize(
    "body", [b"Source=%ff", b"Source=\xff", b"%fe=1&Source=x", b"Source=a\0b", b"Source=%c3%28"]
)
def test_a_form_that_cannot_be_read(served, block, body):
    is_refused(post(served, block, body, FORM))
    if b"\xff" not in body and b"\0" not in body:
        target = f"/v2/numberblocks/{block}?{body.decode()}"
        is_refused(served.send("POST", target, login=served.olivia))


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"--cut-here",
        b"--cut-here\r\n",
        b'--cut-here\r\nContent-Disposition: form-data; name="Source"\r\n\r\nx',
        b'--cut-here\r\nContent-Disposition: form-data; name="Source"\r\n\r\nx\r\n--cut-here',
        b"--cut-here\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut-here--\r\n",
        b"--cut-here\r\n\r\nx\r\n--cut-here--\r\n",
        b'--cut-here\r\nContent-Disposition: form-data; name="Source"\r\n\r\n\xff\r\n--cut-here--',
        b'--cut-here\r\nContent-Disposition: form-data; name="Source"\r\n\r\na\0b\r\n--cut-here--',
        b"--cut-here\r\nX: " + b"x" * 10_000 + b"\r\n\r\nx\r\n--cut-here--\r\n",
        b"--cut-here\r\n" * 10_000,
    ],
)
def test_parts_that_cannot_be_read(served, block, body):
    answer = post(served, block, body, PARTS)
    assert (answer.status, code(answer)) == (400, "PARAMETER_INVALID")


def test_parts_without_a_boundary(served, block):
    is_refused(post(served, block, b"x", ("Content-Type", "multipart/form-data")))


# NUL, surrogates and other characters in values


@pytest.mark.parametrize("escaped", ["\\u0000", "\\u0007", "\\u001f", "\\u007f", "\\u0085", "\\n"])
@pytest.mark.parametrize("name", ["Source", "EndpointNumber", "Flow", "Application"])
def test_control_characters_in_a_value(served, block, name, escaped):
    answer = post(served, block, f'{{"{name}": "a{escaped}b"}}'.encode(), JSON)
    assert fields(answer) == [(name, "PARAMETER_INVALID")]


@pytest.mark.parametrize("escaped", ["%00", "%0D%0A", "%C2%85"])
def test_control_characters_in_a_form_a_query_and_a_path(served, block, escaped):
    for answer in (
        post(served, block, f"Medium=a{escaped}b".encode(), FORM),
        served.send("POST", f"/v2/numberblocks/{block}?Medium=a{escaped}b", login=served.olivia),
    ):
        assert answer.status == 400
        assert ("Medium", "PARAMETER_INVALID") in fields(answer)
    answer = post(served, f"B{escaped}", b"")
    assert fields(answer) == [("NumberBlockSid", "PARAMETER_INVALID")]
    account = served.olivia[0]
    answer = served.send(
        "GET", f"/v2/numberblocks/a{escaped}?AccountSid={account}", login=served.olivia
    )
    assert fields(answer) == [("Text", "PARAMETER_INVALID")]


@pytest.mark.parametrize(
    "body",
    [
        b'{"Source": "\\ud800"}',
        b'{"Source": "a\\udfffb"}',
        b'{"Source": "\\udc00\\ud800"}',
        b'{"Source": "\\uD83D"}',
        b'{"\\ud800": "x"}',
        b'{"nobody knows": "\\ud800", "Source": "x"}',
        b'{"nobody knows": [{"deep": ["\\ud800"]}], "Source": "x"}',
        b'{"Source": {"\\ud800": 1}}',
    ],
)
def test_half_a_surrogate_pair_anywhere(served, block, body):
    for headers in ([JSON], [JSON, ("Prefer", "handling=strict")]):
        answer = post(served, block, body, *headers)
        assert (answer.status, code(answer)) == (400, "PARAMETER_INVALID")


def test_a_whole_surrogate_pair_is_a_character(served):
    sid = served.arrange.block().sid
    body = b'{"AccountSid": "%s", "Source": "\\ud83d\\ude00"}' % served.olivia[0].encode()
    assert post(served, sid, body, JSON).status == 200
    assert served.block(sid)["source"] == "\N{GRINNING FACE}"


# Too much


def test_a_body_of_ten_megabytes(served, block):
    body = b'{"Source": "' + b"x" * 10_000_000 + b'"}'
    is_refused(post(served, block, body, JSON), 413, "REQUEST_TOO_LARGE")
    is_refused(post(served, block, b"Source=" + body, FORM), 413, "REQUEST_TOO_LARGE")
    pieces = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    is_refused(post(served, block, wire.chunks(*pieces), JSON, CHUNKED), 413, "REQUEST_TOO_LARGE")
    without_login = served.send("POST", f"/v2/numberblocks/{block}", [JSON], body)
    assert without_login.status in (401, 413)


def test_the_limit_of_a_body_is_a_million_bytes(served, block):
    for size, status in ((1_000_000, 400), (1_000_001, 413)):
        body = b'{"Recording": "' + b"x" * (size - 17) + b'"}'
        assert len(body) == size
        assert post(served, block, body, JSON).status == status


def test_after_a_body_that_was_too_large_the_connection_still_serves(served, block):
    login = ("Authorization", wire.basic(*served.olivia))
    large = wire.a_request("POST", f"/v2/numberblocks/{block}", [login, JSON], b"x" * 3_000_000)
    with wire.connected(served.port) as connection:
        for _ in range(2):
            wire.send(connection, large)
            assert wire.read_answer(connection, "POST").status == 413


@pytest.mark.parametrize("source", ["form", "json", "query", "parts", "both"])
def test_ten_thousand_parameters(served, block, source):
    names = [f"n{number}" for number in range(10_000)]
    form = "&".join(f"{name}=1" for name in names)
    if source == "form":
        answer = post(served, block, form.encode(), FORM)
    elif source == "json":
        answer = post(served, block, json.dumps(dict.fromkeys(names, 1)).encode(), JSON)
    elif source == "query":
        short = "&".join("a=1" for _ in names)
        answer = served.send("POST", f"/v2/numberblocks/{block}?{short}", login=served.olivia)
    elif source == "parts":
        part = "--cut-here\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
        answer = post(served, block, (part * 10_000 + "--cut-here--\r\n").encode(), PARTS)
    else:
        half = "&".join(form.split("&")[:600])
        answer = served.send(
            "POST", f"/v2/numberblocks/{block}?{half}", [FORM], half, login=served.olivia
        )
    is_refused(answer)
    assert "too many parameters" in error(answer)["Message"]


def test_a_thousand_parameters_are_read(served, block):
    form = "&".join(f"n{number}=1" for number in range(999))  # And the AccountSid.
    assert post(served, block, form.encode(), FORM).status == 200


@pytest.mark.parametrize("where", ["body", "form", "query", "path"])
@pytest.mark.parametrize("name", ["NumberBlockSid", "AccountSid", "PropertySid", "Flow"])
def test_a_sid_of_a_megabyte(served, block, name, where):
    sid = "B" * 990_000
    target = f"/v2/numberblocks/{block}"
    if where == "body":
        answer = served.send("POST", target, [JSON], json.dumps({name: sid}), login=served.olivia)
    elif where == "form":
        answer = served.send("POST", target, [FORM], f"{name}={sid}", login=served.olivia)
    elif where == "query":
        answer = served.send("POST", f"{target}?{name}={sid[:60_000]}", login=served.olivia)
    else:
        target = f"/v2/numberblocks/{sid[:60_000]}"
        answer = served.send("POST", target, login=served.olivia)
        name = "NumberBlockSid"
    assert answer.status == 400
    # The sid in the body differs from that in the path, too, and that is told of the two.
    assert fields(answer)[0][0] in (name, "AccountSid")
    assert len(answer.body) < 2_000


def test_a_target_that_no_server_reads(served, block):
    answer = served.send("POST", f"/v2/numberblocks/{'B' * 1_000_000}", login=served.olivia)
    assert (answer.status in (414, 431), answer.body) == (True, b"")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"Source": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"nobody knows": ' + b"[" * 100_000 + b"]" * 100_000 + b', "Source": "x"}',
        b'{"nobody knows": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    ],
)
def test_a_hundred_thousand_levels_of_nesting(served, block, body):
    assert post(served, block, body, JSON).status == 400


@pytest.mark.parametrize("digits", [19, 40, 256, 1_000, 1_001, 4_301, 100_000])
@pytest.mark.parametrize("name", ["EndpointNumber", "RoutingMethod", "nobody knows"])
def test_huge_integers(served, block, name, digits):
    for sign in ("", "-"):
        answer = post(served, block, f'{{"{name}": {sign}{"9" * digits}}}'.encode(), JSON)
        is_read = name == "nobody knows" and len(sign) + digits <= 1_000
        assert answer.status == (200 if is_read else 400)
        assert len(answer.body) < 2_000


@pytest.mark.parametrize("number", ["1e999999999", "-1e-999999999", "1." + "0" * 5_000, "1E+400"])
def test_huge_fractions(served, block, number):
    for name in ("Source", "EndpointNumber", "Recording"):
        answer = post(served, block, f'{{"{name}": {number}}}'.encode(), JSON)
        assert fields(answer) == [(name, "PARAMETER_INVALID")]


@pytest.mark.parametrize("size", ["99999999999999999999", "1e3", "0x10", "10.0", "١٠", "-1", "0"])
def test_numbers_of_a_list_that_are_none(served, block, size):
    answer = served.client.get(
        "/v2/numberblocks", params={"AccountSid": served.olivia[0], "PageSize": size},
        auth=served.olivia,
    )  # fmt: skip
    assert fields(answer) == [("PageSize", "PARAMETER_INVALID")]


# Bodies that are cut short


def whole_bodies(served: Served) -> dict[str, tuple[tuple[str, str], bytes]]:
    """The same request in each content type."""
    account = served.olivia[0]
    return {
        "json": (JSON, json.dumps({"AccountSid": account, "Source": "cut short"}).encode()),
        "form": (FORM, f"AccountSid={account}&Source=cut+short&Medium=cpc".encode()),
        "parts": (
            PARTS,
            b'--cut-here\r\nContent-Disposition: form-data; name="Source"\r\n\r\ncut short\r\n'
            b'--cut-here\r\nContent-Disposition: form-data; name="Medium"\r\n\r\ncpc\r\n'
            b"--cut-here--\r\n",
        ),
    }


@pytest.mark.parametrize("kind", ["json", "form", "parts"])
@pytest.mark.parametrize("missing", [1, 10, 40, "all"])
def test_a_body_shorter_than_its_content_length(served, block, kind, missing):
    content_type, body = whole_bodies(served)[kind]
    length = ("Content-Length", str(len(body)))
    sent = b"" if missing == "all" else body[: -int(missing)]
    is_refused(post(served, block, sent, content_type, length, ends=True))


def test_a_body_that_is_complete_but_announced_longer(served, block):
    for content_type, body in whole_bodies(served).values():
        length = ("Content-Length", str(len(body) + 1))
        is_refused(post(served, block, body, content_type, length, ends=True))


@pytest.mark.parametrize("kind", ["json", "parts"])
@pytest.mark.parametrize("missing", [3, 10, 40, "all"])
def test_chunks_that_are_cut_short(served, block, kind, missing):
    content_type, body = whole_bodies(served)[kind]
    sent = b"" if missing == "all" else body[: -int(missing)]
    for cut in (
        wire.chunks(sent, end=b"") if sent else b"",
        b"%x\r\n%s" % (len(body), sent),
        b"%x" % len(body),
        b"zz\r\n" + sent,
        b"-1\r\n" + sent,
        b"fffffffffffffffff\r\n" + sent,
    ):
        answer = post(served, block, cut, content_type, CHUNKED, ends=True)
        assert (answer.status, code(answer)) == (400, "PARAMETER_INVALID")


def test_a_form_in_chunks_is_never_taken_for_whole(served, block):
    content_type, body = whole_bodies(served)["form"]
    for cut in (wire.chunks(body[:-10], end=b""), wire.chunks(end=b"")):
        answer = post(served, block, cut, content_type, CHUNKED, ends=True)
        is_refused(answer, 411, "LENGTH_REQUIRED")
    is_refused(
        post(served, block, wire.chunks(body), content_type, CHUNKED), 411, "LENGTH_REQUIRED"
    )


def test_a_client_that_leaves_in_the_middle(served, block):
    content_type, body = whole_bodies(served)["json"]
    login = ("Authorization", wire.basic(*served.olivia))
    length = ("Content-Length", str(len(body)))
    for sent in (b"", body[:10], body[:-1]):
        with wire.connected(served.port) as connection:
            wire.send(
                connection,
                wire.a_request(
                    "POST", f"/v2/numberblocks/{block}", [login, content_type, length], sent
                ),
            )
    assert served.send("GET", "/v2/numberblocks", login=served.olivia).status == 400


# What is no HTTP, and smuggling


@pytest.mark.parametrize("request_bytes", NO_HTTP, ids=lambda each: repr(each[-60:]))
def test_what_is_no_http_gets_an_empty_400(served, block, request_bytes):
    answer = wire.exchange(served.port, request_bytes, method="GET")
    assert (answer.status, answer.body) == (400, b"")
    assert answer.headers.get("connection") == "close"


def test_headers_over_the_limit_are_431(served, block):
    for headers in ([("X-Big", "x" * 1_000_000)], [(f"X-{n}", "x") for n in range(1_000)]):
        answer = served.send("GET", "/v2/numberblocks", headers, login=served.olivia)
        assert (answer.status, answer.body) == (431, b"")


@pytest.mark.parametrize("target", ["*", "http://127.0.0.1/v2/nothing", "//v2/numberblocks", "/"])
@pytest.mark.parametrize("method", ["OPTIONS", "GET", "CONNECT", "POST"])
def test_odd_targets_are_answered(served, block, method, target):
    answer = served.send(method, target, login=served.olivia)
    assert answer.status in (200, 302, 400, 404, 405)
    assert not NEVER_TOLD.search(answer.body)


def test_a_length_and_chunks_at_once_are_one_request_only(served, block):
    hidden = b"POST /v2/numberblocks/%s?AccountSid=%s&Source=smuggled HTTP/1.1\r\n" % (
        block.encode(),
        served.olivia[0].encode(),
    )
    login = ("Authorization", wire.basic(*served.olivia))
    outer = wire.a_request(
        "POST",
        "/v2/numberblocks",
        [login, JSON, ("Content-Length", str(len(hidden) + 5)), CHUNKED],
        wire.chunks() + hidden + b"Host: 127.0.0.1\r\n\r\n",
    )
    with wire.connected(served.port) as connection:
        wire.send(connection, outer)
        assert wire.read_answer(connection, "POST").status == 400
        with pytest.raises(wire.NoAnswer):
            wire.read_answer(connection, "POST")


@pytest.mark.parametrize(
    "injected",
    [
        "a\r\nSet-Cookie: x=1",
        "a%0d%0aSet-Cookie:%20x=1",
        "a\nX-Evil: 1",
        "\N{LATIN SMALL LETTER A WITH DIAERESIS}",
    ],
)
def test_header_injection(served, block, injected):
    answers = [
        served.send("GET", "/v2/numberblocks", [("X-Request-Id", injected)], login=served.olivia)
    ]
    if "\n" not in injected:
        answers += [
            served.send("GET", f"/v2/{injected}", login=served.olivia),
            served.send("GET", f"/v2/numberblocks/{injected}", login=served.olivia),
            served.send("GET", f"/v2/numberblocks?{injected}={injected}", login=served.olivia),
            served.send("BREW", f"/v2/numberblocks/{injected}", login=served.olivia),
        ]
    for answer in answers:
        assert not {"set-cookie", "x-evil"} & answer.headers.keys()
        assert "evil" not in answer.headers["x-request-id"].lower()


def test_text_from_a_request_never_makes_a_second_header_or_line(served, block):
    body = json.dumps({"Recording": "x\r\nX-Evil: 1", "Flow": "a\nb"}).encode()
    answer = post(served, block, body, JSON, ("Prefer", "handling=strict\r\nX-Also: 1"))
    assert answer.status == 400
    assert "x-evil" not in answer.headers


# Nothing else is told


def test_markup_is_never_answered_as_a_page(served, block):
    markup = "%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    for answer in (
        post(served, markup, b""),
        post(served, block, json.dumps({"Flow": "<script>"}).encode(), JSON),
        served.send("GET", f"/v2/{markup}", login=served.olivia),
    ):
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert b"</script>" not in answer.body


def test_no_password_is_ever_repeated(served, block):
    _, token = served.olivia
    body = json.dumps({"Source": token, "RoutingMethod": token, "Recording": token}).encode()
    answer = post(served, block, body, JSON)
    assert token.encode() not in answer.body


# Anything at all

names = st.sampled_from(
    ["AccountSid", "PropertySid", "RoutingMethod", "EndpointNumber", "Flow", "Application",
     "Recording", "Source", "Medium", "Campaign", "Content", "NumberBlockSid", "Other"]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
settled = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settled
@given(sent=st.dictionaries(names, values, max_size=6))
def test_any_json_object_is_done_or_refused(served, sent):
    answer = served.client.post(
        "/v2/numberblocks/BNOTHING", content=json.dumps(sent), auth=served.olivia
    )
    assert answer.status_code in (400, 403)
    assert set(error(answer)) >= {"ErrorCode", "Message"}
    assert not NEVER_TOLD.search(answer.content)


@settled
@given(body=st.binary(max_size=200), kind=st.sampled_from([JSON, FORM, PARTS]))
def test_any_bytes_are_done_or_refused(served, body, kind):
    answer = served.client.post(
        f"/v2/numberblocks/BNOTHING?AccountSid={served.olivia[0]}",
        content=body,
        headers=[kind],
        auth=served.olivia,
    )
    assert answer.status_code == 400
    assert not NEVER_TOLD.search(answer.content)


@settled
@given(text=st.text(min_size=1, max_size=80), method=st.sampled_from(["GET", "POST", "PUT"]))
def test_any_path_and_query_is_done_or_refused(served, text, method):
    for path in ("/v2/numberblocks/", "/v2/", "/api/v1/number-blocks/", "/"):
        answer = served.client.request(
            method, path, params={"Text": text, text: text}, auth=served.olivia
        )
        assert answer.status_code < 500
        escaped = text.encode().hex("%").upper()
        answer = served.client.request(method, f"{path}%{escaped}", auth=served.olivia)
        assert answer.status_code < 500
        assert not NEVER_TOLD.search(answer.content)
