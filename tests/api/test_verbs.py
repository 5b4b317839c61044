"""Paths, verbs and the headers of answers."""

from __future__ import annotations

import re

import pytest

from tests.support import wire
from tests.support.replies import code
from tests.support.served import Served

BLOCKS = "/v2/numberblocks"
PATHS = [
    (BLOCKS, "GET, HEAD, OPTIONS, POST"),
    (BLOCKS + "/BANY", "GET, HEAD, OPTIONS, POST"),
    ("/v2/Properties/SANY/numberblocks", "GET, HEAD, OPTIONS"),
    ("/v2/Accounts/AANY/numberblocks", "GET, HEAD, OPTIONS"),
    ("/api/v1/number-blocks/BANY", "GET, HEAD, OPTIONS"),
]
UNKNOWN_PATHS = [
    "/v2",
    "/v2/",
    "/V2/nothing",
    "/v2/numberblock",
    "/v2//numberblocks",
    "/v2/numberblocks/B/more",
    "/v2/numberblocks//B",
    "/v2/properties//numberblocks/x",
    "/v2/%2e%2e/api",
    "/v2/../etc/passwd",
    "/v2/..%2f..%2fetc%2fpasswd",
    "/v2/%00",
    "/v2/\N{SNOWMAN}",
    "/v2/%ff%fe",
    "/v2/numberblocks;jsessionid=1",
    "/v2/{sid_or_text}/" + "x" * 5_000,
]


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/v2/numberblocks",
        "/v2/NumberBlocks",
        "/V2/NUMBERBLOCKS",
        "/v2/numberblocks/",
        "/V2/NumberBlocks/",
        "/v2/%6Eumberblocks",
        "/v2/pRoPeRtIeS/{property}/NumberBlocks/",
        "/v2/Accounts/{account}/NUMBERBLOCKS",
    ],
)
def test_the_words_of_a_path_match_in_any_case(served, path):
    account, owned = served.demo["account"]["sid"], served.demo["property"]["sid"]
    target = path.format(account=account, property=owned) + f"?PropertySid={owned}"
    assert served.send("GET", target, login=served.olivia).status == 200


def test_a_block_is_configured_under_any_spelling_of_the_path(served):
    block = served.arrange.block()
    for path in ("/v2/numberblocks/", "/v2/NumberBlocks/", "/V2/numberBLOCKS/"):
        for end in ("", "/"):
            target = f"{path}{block.sid}{end}?AccountSid={served.olivia[0]}&Source={path[-3]}"
            assert served.send("POST", target, login=served.olivia).status == 200


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404_in_the_manner_of_v2(served, method, path):
    answer = served.send(method, path, login=served.olivia)
    assert (answer.status, code(answer)) == (404, "NOT_FOUND")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/nothing", "/v3/numberblocks"])
def test_an_unknown_path_elsewhere_is_a_problem(served, path):
    answer = served.send("GET", path, login=served.olivia)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "NOT_FOUND"


# Verbs


@pytest.mark.parametrize(("path", "allowed"), PATHS)
def test_options_says_what_a_path_knows(served, path, allowed):
    answer = served.send("OPTIONS", path, login=served.olivia)
    assert (answer.status, answer.headers["allow"], answer.body) == (200, allowed, b"")


@pytest.mark.parametrize(("path", "allowed"), PATHS)
@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "CHECKIN", "BREW", "get", "M-SEARCH"]
)
def test_another_verb_is_405_with_allow(served, method, path, allowed):
    answer = served.send(method, path, [("Content-Type", "application/json")], login=served.olivia)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    told = answer.json()["code"] if path.startswith("/api") else code(answer)
    assert told == "METHOD_NOT_ALLOWED"


def test_a_path_that_only_lists_knows_no_post(served):
    for path, allowed in PATHS[2:]:
        answer = served.send("POST", path, login=served.olivia, body="{}")
        assert (answer.status, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "target",
    [
        BLOCKS + "?AccountSid={account}",
        BLOCKS + "/{block}?AccountSid={account}",
        "/v2/Accounts/{account}/numberblocks",
        "/api/v1/number-blocks/{block}",
        BLOCKS,  # Nobody named: an error.
        BLOCKS + "?AccountSid=ANOBODY",
        "/v2/nothing",
        "/api/v1/number-blocks/BNOTHING",
    ],
)
def test_head_is_get_without_a_body(served, target):
    path = target.format(
        account=served.demo["account"]["sid"], block=served.demo["number_block"]["sid"]
    )
    named = [("X-Request-Id", "head-1")]  # It is in some bodies, and so counts for their length.
    for login in (served.olivia, served.roy, None):
        got = served.send("GET", path, named, login=login)
        head = served.send("HEAD", path, named, login=login)
        assert (head.status, head.body) == (got.status, b"")
        assert differing(got, head) <= {"date"}


def differing(one: wire.Answer, other: wire.Answer) -> set[str]:
    """The headers in which the two answers differ."""
    return {
        name
        for name in one.headers.keys() | other.headers.keys()
        if one.headers.get(name) != other.headers.get(name)
    }


def test_get_reads_no_body(served):
    headers = [("Content-Type", "application/json")]
    for body in (b'{"AccountSid": "AOTHER", ', b'{"PageSize": 0}', b"\0"):
        answer = served.send(
            "GET", f"{BLOCKS}?AccountSid={served.olivia[0]}", headers, body, login=served.olivia
        )
        assert answer.status == 200


# Headers of answers


@pytest.mark.parametrize("given", ["a", "order-4711", "A.b_c-9", "x" * 128])
def test_a_fit_request_id_is_taken(served, given):
    for target in (f"{BLOCKS}?AccountSid={served.olivia[0]}", "/v2/nothing", "/api/v1/nothing"):
        for login in (served.olivia, None):
            answer = served.send("GET", target, [("X-Request-Id", given)], login=login)
            assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", [None, "", " ", "x" * 129, "a b", "a,b", "ä", "<script>", "a;b"])
def test_without_a_fit_request_id_one_is_made(served, given):
    headers = [] if given is None else [("X-Request-Id", given)]
    ids = {served.send("GET", BLOCKS, headers).headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{8,64}", each) for each in ids)


def test_the_request_id_is_in_the_history(served):
    block = served.arrange.block()
    headers = {"X-Request-Id": "order-4712"}
    served.client.post(
        f"{BLOCKS}/{block.sid}",
        params={"AccountSid": served.olivia[0], "Source": "Radio"},
        headers=headers,
        auth=served.olivia,
    )
    assert '"request":"order-4712"' in served.arrange.last_line()


ACCEPTS = [
    "",
    "*/*",
    "text/html",
    "application/xml;q=1.0",
    "nothing/at-all",
    "application/json;q=0",
]


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("encoding", ["utf-8", "gzip, br", "identity;q=0", "*;q=0"])
def test_what_is_accepted_never_changes_the_answer(served, accept, encoding):
    headers = [("Accept", accept), ("Accept-Encoding", encoding), ("Accept-Charset", "utf-16")]
    good = f"{BLOCKS}?AccountSid={served.olivia[0]}&PageSize=1"
    for target, status in ((good, 200), (BLOCKS, 400), ("/v2/nothing", 404)):
        plain = served.send("GET", target, login=served.olivia)
        answer = served.send("GET", target, headers, login=served.olivia)
        assert (answer.status, answer.body) == (status, plain.body)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert "content-encoding" not in answer.headers


def test_many_requests_use_one_connection(served):
    request = wire.a_request(
        "GET", BLOCKS, [("Authorization", wire.basic(*served.olivia)), ("Content-Length", "0")]
    )
    with wire.connected(served.port) as connection:
        for _ in range(5):
            wire.send(connection, request)
            assert wire.read_answer(connection, "GET").status == 400


def test_several_requests_at_once_are_answered_in_order(served: Served):
    login = ("Authorization", wire.basic(*served.olivia))
    requests = [
        wire.a_request("GET", path, [login]) for path in (BLOCKS, "/v2/nothing", "/api/v1/nothing")
    ]
    with wire.connected(served.port) as connection:
        wire.send(connection, b"".join(requests))
        statuses = [each.status for each in wire.read_answers(connection, ["GET"] * 3)]
    assert statuses == [400, 404, 404]
