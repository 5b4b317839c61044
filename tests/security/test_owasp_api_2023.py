"""The OWASP API Security Top 10 (2023), item by item, as requests to the real server."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from numberblocks.api.routes import ROUTES, Route
from numberblocks.domain.access import Permission
from numberblocks.storage.schema import metadata
from tests.support import wire
from tests.support.arrange import Block, Customer
from tests.support.replies import OK, code, error, fields
from tests.support.served import Served

PHONE = "+61491570156"
LOGGED_IN = [route for route in ROUTES if route.edge != "service"]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def target(route: Route, block: str) -> str:
    """A path of the route, about a block where it is about one."""
    return re.sub(r"\{\w+\}", block, route.path)


# API1: Broken object level authorization


class Victim:
    """Somebody else's account, property and block, all of which exist."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.customer: Customer = served.arrange.customer()
        self.block: Block = served.arrange.block(property=self.customer.property)
        served.configure(
            self.block.sid,
            self.customer.login,
            AccountSid=self.customer.account,
            RoutingMethod="endpoint",
            EndpointNumber=PHONE,
            Source="Secret campaign",
        )

    @property
    def secrets(self) -> list[str]:
        """What nobody else may see."""
        return ["Secret campaign", self.block.number[1:-1], self.customer.property]


@pytest.fixture
def victim(served: Served) -> Iterator[Victim]:
    """The victim, whose block is as it was after the test."""
    one = Victim(served)
    before = served.block(one.block.sid)
    yield one
    assert served.block(one.block.sid) == before


@pytest.mark.parametrize(
    "named",
    ["own account", "own property", "victim's account", "victim's property", "both", "neither"],
)
@pytest.mark.parametrize("sent_in", ["json", "form", "query"])
def test_api1_another_accounts_block_is_not_changed_by_path(served, victim, named, sent_in):
    parameters = {"Source": "mine"} | {
        "own account": {"AccountSid": served.olivia[0]},
        "own property": {"PropertySid": served.demo["property"]["sid"]},
        "victim's account": {"AccountSid": victim.customer.account},
        "victim's property": {"PropertySid": victim.customer.property},
        "both": {"AccountSid": served.olivia[0], "PropertySid": victim.customer.property},
        "neither": {},
    }[named]
    path = f"/v2/numberblocks/{victim.block.sid}"
    ways = {"json": "json", "form": "data", "query": "params"}
    sent: dict[str, Any] = {ways[sent_in]: parameters}
    reply = served.client.request("POST", path, auth=served.olivia, **sent)
    assert code(reply) in ("NUMBER_BLOCK_NOT_FOUND", "FORBIDDEN", "PARAMETER_REQUIRED")
    assert not [secret for secret in victim.secrets[:2] if secret in reply.text]


@pytest.mark.parametrize("where", ["query", "body", "both"])
def test_api1_another_accounts_block_is_not_reached_past_ones_own(served, victim, where):
    own = served.arrange.block()
    sid = {"NumberBlockSid": victim.block.sid}
    reply = served.client.post(
        f"/v2/numberblocks/{own.sid}",
        params={"AccountSid": served.olivia[0]} | (sid if where != "body" else {}),
        json={"Source": "mine"} | (sid if where != "query" else {}),
        auth=served.olivia,
    )
    assert fields(reply) == [("NumberBlockSid", "CONFLICTING_PARAMETERS")]


@pytest.mark.parametrize("text", ["sid", "number", "beginning", "label", "everything"])
def test_api1_another_accounts_block_is_not_found_by_search(served, victim, text):
    wanted = {
        "sid": victim.block.sid,
        "number": victim.block.number,
        "beginning": victim.block.number[:9],
        "label": "Secret campaign",
        "everything": "%",
    }[text]
    for owner in (
        {"AccountSid": served.olivia[0]},
        {"PropertySid": served.demo["property"]["sid"]},
    ):
        for path in ("/v2/numberblocks", f"/v2/numberblocks/{quote(wanted)}"):
            reply = served.client.get(
                path, params={**owner, "Text": wanted, "PageSize": 1000}, auth=served.olivia
            )
            assert reply.status_code == 200
            sids = [each["NumberBlockSid"] for each in reply.json()["NumberBlocks"]]
            assert victim.block.sid not in sids
            assert "Secret campaign" not in reply.text


def test_api1_another_accounts_blocks_are_not_listed(served, victim):
    account, owned = victim.customer.account, victim.customer.property
    for path in (
        f"/v2/numberblocks?AccountSid={account}",
        f"/v2/numberblocks?PropertySid={owned}",
        f"/v2/Accounts/{account}/numberblocks",
        f"/v2/Properties/{owned}/numberblocks",
        f"/v2/numberblocks?AccountSid={served.olivia[0]}&PropertySid={owned}",
    ):
        reply = served.client.get(path, auth=served.olivia)
        assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")
        assert "Secret campaign" not in reply.text


def test_api1_another_accounts_block_is_not_shown_by_our_own_api(served, victim):
    reply = served.client.get(f"/api/v1/number-blocks/{victim.block.sid}", auth=served.olivia)
    assert (reply.status_code, reply.json()["code"]) == (400, "NUMBER_BLOCK_NOT_FOUND")
    assert not [secret for secret in victim.secrets if secret in reply.text]


def test_api1_what_exists_elsewhere_and_what_exists_nowhere_sound_the_same(served, victim):
    nowhere = "B" + "A" * 31
    for ask in (
        lambda sid: served.configure(sid, Source="x"),
        lambda sid: served.client.get(f"/api/v1/number-blocks/{sid}", auth=served.olivia),
    ):
        there, not_there = ask(victim.block.sid), ask(nowhere)
        assert there.status_code == not_there.status_code
        ids = re.compile(r'"request_id":"[^"]*"')
        said = [
            ids.sub("", reply.text.replace(sid, "SID"))
            for reply, sid in ((there, victim.block.sid), (not_there, nowhere))
        ]
        assert said[0] == said[1]


def test_api1_another_accounts_flow_and_application_are_not_used(served):
    from numberblocks.operations.named import Named

    other = served.arrange.customer()
    owner = Named(account=other.account)
    flow, application = served.arrange.flow(owner), served.arrange.application(owner)
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        for sent, expected in (
            ({"Flow": flow}, "FLOW_NOT_FOUND"),
            ({"Application": application}, "APPLICATION_NOT_FOUND"),
        ):
            reply = served.configure(block.sid, **sent)
            assert code(reply) == expected
            [[_, said]] = [[each["ErrorCode"], each["Message"]] for each in error(reply)["Errors"]]
            assert "Menu" not in said
            assert "line.example.com" not in said


def test_api1_a_block_is_not_named_by_a_number_that_can_be_counted_up(served):
    block = served.arrange.block()
    row = served.block(block.sid)
    for guess in (row["id"], block.number[1:], block.number, "1", block.sid[:-1]):
        reply = served.configure(str(guess), Source="x")
        assert code(reply) == "NUMBER_BLOCK_NOT_FOUND"
    assert re.fullmatch(r"B[A-Z2-7]{31}", block.sid)


# API2: Broken authentication


@pytest.mark.parametrize("route", LOGGED_IN, ids=name)
def test_api2_every_route_of_customers_needs_a_login(served, route):
    block = served.demo["number_block"]["sid"]
    for headers in (
        [],
        [("Authorization", "Basic")],
        [("Authorization", wire.basic(served.olivia[0], "wrong"))],
        [("Cookie", f"token={served.olivia[1]}; session={served.olivia[1]}")],
        [("X-Api-Key", served.olivia[1]), ("X-Auth-Token", served.olivia[1])],
        [("Proxy-Authorization", wire.basic(*served.olivia))],
        [("X-Original-URL", "/livez"), ("X-Rewrite-URL", "/livez")],
    ):
        answer = served.send(route.method, target(route, block), headers)
        assert answer.status == 401
        assert "set-cookie" not in answer.headers


def test_api2_a_token_in_the_address_is_no_login(served):
    account, token = served.olivia
    for query in (f"token={token}", f"access_token={token}", f"api_key={token}", f"Token={token}"):
        answer = served.send("GET", f"/v2/numberblocks?AccountSid={account}&{query}")
        assert answer.status == 401


def test_api2_only_a_hash_of_a_token_is_kept(served):
    account = served.arrange.account()
    token = served.arrange.token(account, Permission.MANAGE)
    served.send("GET", f"/v2/Accounts/{account}/numberblocks", login=(account, str(token)))
    with served.arrange.database.reading() as connection:
        for table in metadata.sorted_tables:
            kept = str(connection.execute(select(table)).all())
            assert token.secret not in kept, table.name


def test_api2_no_token_is_in_the_log(served):
    account = served.arrange.account()
    token = served.arrange.token(account, Permission.MANAGE)
    before = served.log_size()
    for path in (f"/v2/Accounts/{account}/numberblocks", f"/v2/{token}", f"/v2/?Text={token}"):
        for authorization in (wire.basic(account, str(token)), f"Bearer {token}", f"Other {token}"):
            served.send("GET", path, [("Authorization", authorization)])
    time.sleep(0.2)
    assert token.secret not in served.logged_since(before)


def test_api2_wrong_tokens_are_refused_as_fast_as_unknown_ones(served):
    account, token = served.olivia
    wrong = token[:-7] + ("a" if token[-7] != "a" else "b") + token[-6:]

    def seconds(login: tuple[str, str]) -> float:
        begun = time.monotonic()
        for _ in range(5):
            assert served.send("GET", "/v2/numberblocks", login=login).status == 401
        return time.monotonic() - begun

    # No answer waits: a thousand guesses a second find nothing among 190 random bits.
    assert max(seconds((account, wrong)), seconds(("ANOBODY", "nothing"))) < 2


# API3: Broken object property level authorization


@pytest.mark.parametrize(
    "sent",
    [
        {"Id": 1, "Name": "mine", "FriendlyName": "mine", "NumberPattern": "6125550XXXX"},
        {"Active": False, "Sms": True, "Voice": False},
        {"State": "stock", "state": "ended", "Version": 99, "version": 99, "Position": 1},
        {"SipTrunkId": 1, "SipTrunkName": "x", "trunk": "T", "trunk_sid": "T"},
        {"account_sid": "AOTHER", "Account": "AOTHER", "property_sid": "SOTHER", "Owner": "x"},
        {"first_number": 61255500000, "last_number": 61255509999, "search_text": "x"},
        {"endpoint_number": PHONE, "routing_method": "endpoint", "Endpoint": PHONE},
        {"AllowedPrefixes": "61", "allowed_prefixes": ["61"], "Scopes": "Admin", "Grants": []},
        {"__class__": "x", "__proto__": {"Source": "x"}, "constructor": {}, "$where": "1"},
    ],
)
def test_api3_only_the_documented_members_change_anything(served, sent):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        assert served.configure(block.sid, **sent).json() == OK


def test_api3_a_list_shows_the_documented_members_only(served):
    reply = served.client.get(
        "/v2/numberblocks", params={"AccountSid": served.olivia[0]}, auth=served.olivia
    )
    for block in reply.json()["NumberBlocks"]:
        assert all(re.fullmatch(r"[A-Z][A-Za-z]+", member) for member in block)
        assert (
            not {"State", "Version", "Position", "SearchText", "TrunkSid", "Trunk"} & block.keys()
        )
    assert "sbc.example.com" not in reply.text, "where a trunk leads is the operator's business"


def test_api3_naming_a_property_never_moves_a_block_to_it(served):
    block = served.arrange.block()
    second = served.demo["second_property"]["sid"]
    with served.nothing_stored(block.sid):
        for owner in (
            {"PropertySid": second},
            {"AccountSid": served.olivia[0], "PropertySid": second},
        ):
            assert code(served.configure(block.sid, **owner, Source="x")) == (
                "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY"
            )


# API4: Unrestricted resource consumption


def test_api4_whatever_is_sent_is_bounded(served):
    block = f"/v2/numberblocks/{served.arrange.block().sid}"
    kind = ("Content-Type", "application/json")
    for body, status in (
        (b"x" * 1_000_001, 413),
        (json.dumps({f"n{number}": 1 for number in range(1_001)}).encode(), 400),
        (json.dumps({"Source": "x" * 256}).encode(), 400),
        (b"[" * 400_000, 400),
        (b"9" * 900_000, 400),
    ):
        begun = time.monotonic()
        answer = served.send("POST", block, [kind], body, login=served.olivia)
        assert (answer.status, len(answer.body) < 2_000) == (status, True)
        assert time.monotonic() - begun < 2


def test_api4_whatever_is_answered_is_bounded(served):
    for query, wrong in (("PageSize=1001", "PageSize"), ("PageIndex=9999999999", "PageIndex")):
        answer = served.send(
            "GET",
            f"/v2/numberblocks?AccountSid={served.olivia[0]}&{query}",
            login=served.olivia,
        )
        assert fields(answer) == [(wrong, "PARAMETER_INVALID")]


@pytest.mark.parametrize(
    "text",
    ["%" * 255, "%a" * 127, "_" * 255, "a" * 255, "\\" * 255, "(" * 255, "0" * 64, "6 1" * 20],
)
def test_api4_no_search_takes_long(served, text):
    begun = time.monotonic()
    reply = served.client.get(
        "/v2/numberblocks",
        params={"AccountSid": served.olivia[0], "Text": text},
        auth=served.olivia,
    )
    assert reply.status_code == 200
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("number", ["(" * 64, "+" * 64, "1-" * 32, " " * 64, "(1)" * 21, "0" * 255])
def test_api4_no_number_takes_long_to_read(served, number):
    block = served.arrange.block()
    begun = time.monotonic()
    assert fields(served.configure(block.sid, EndpointNumber=number)) == [
        ("EndpointNumber", "PARAMETER_INVALID")
    ]
    assert time.monotonic() - begun < 2


# API5: Broken function level authorization


@pytest.mark.parametrize("route", [each for each in LOGGED_IN if each.method != "GET"], ids=name)
@pytest.mark.parametrize("permission", sorted(set(Permission) - {"Manage", "Admin"}))
def test_api5_no_route_that_changes_is_for_those_who_may_not(served, route, permission):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    login = customer.account, str(served.arrange.token(customer.account, permission))
    with served.nothing_stored(block.sid):
        answer = served.send(
            route.method,
            target(route, block.sid),
            [("Content-Type", "application/json")],
            json.dumps({"AccountSid": customer.account, "Source": "x"}),
            login=login,
        )
        assert (answer.status, code(answer)) in ((403, "FORBIDDEN"), (400, "PARAMETER_REQUIRED"))


@pytest.mark.parametrize(
    "header",
    [
        ("X-HTTP-Method-Override", "POST"),
        ("X-HTTP-Method", "POST"),
        ("X-Method-Override", "DELETE"),
        ("X-Original-Method", "POST"),
    ],
)
def test_api5_a_header_never_makes_a_reading_into_a_change(served, header):
    block = served.arrange.block()
    path = f"/v2/numberblocks/{block.sid}?AccountSid={served.olivia[0]}&Source=x&_method=POST"
    with served.nothing_stored(block.sid):
        assert served.send("GET", path, [header], login=served.olivia).status == 200
        assert served.send("HEAD", path, [header], login=served.olivia).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v2/accounts", "/v2/tokens", "/v2/Accounts/{account}", "/v2/Accounts/{account}/Tokens",
        "/v2/admin", "/admin", "/api/v1/accounts", "/api/v1/tokens", "/api/v1/history",
        "/api/v1/admin", "/v2/numberblocks/{block}/owner", "/debug", "/config", "/.env",
        "/.git/HEAD",
    ],
)  # fmt: skip
def test_api5_what_operators_do_is_not_done_over_the_api(served, path):
    block = served.demo["number_block"]["sid"]
    path = path.format(account=served.olivia[0], block=block)
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert served.send(method, path, login=served.ada).status == 404


# API6: Unrestricted access to sensitive business flows


@pytest.mark.parametrize(
    "number",
    [
        "190 123 4567", "+61190123456", "0011 44 20 7946 0000", "+44 20 7946 0000", "000", "112",
        "106", "0147 123 456", "0163 123 456", "0198 123 456", "+1 202 555 0123",
        "1831 02 5550 1234", "+882 1 234 567", "+61 1 9012 3456", "0550 123 456", "12 3456",
    ],
)  # fmt: skip
def test_api6_calls_never_go_where_they_cost_whatever_the_account_allows(served, number):
    customer = served.arrange.customer(prefixes=("61",))
    block = served.arrange.block(property=customer.property)
    with served.nothing_stored(block.sid):
        reply = served.configure(
            block.sid,
            customer.login,
            AccountSid=customer.account,
            RoutingMethod="endpoint",
            EndpointNumber=number,
        )
        assert fields(reply) == [("EndpointNumber", "PARAMETER_INVALID")]


def test_api6_an_account_does_not_widen_its_own_prefixes(served):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        for sent in ({"AllowedPrefixes": "61"}, {"allowed_prefixes": "611300"}):
            reply = served.configure(block.sid, served.ada, EndpointNumber="1300 975 707", **sent)
            assert code(reply) == "ENDPOINT_NUMBER_NOT_ALLOWED"


# API7: Server side request forgery


def test_api7_no_address_that_is_sent_is_ever_asked(served):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/x"
        block = served.arrange.block()
        names = (
            "NumberBlockSid", "AccountSid", "PropertySid", "RoutingMethod", "EndpointNumber",
            "Flow", "Application", "Recording", "Source", "Medium", "Campaign", "Content", "Url",
        )  # fmt: skip
        for parameter in names:
            served.configure(block.sid, **{parameter: url})
        for header in ("Host", "X-Forwarded-Host", "Referer", "Origin", "Location", "Forwarded"):
            served.send("GET", url, [(header, url)], login=served.olivia)
            served.send("CONNECT", url.removeprefix("http://"), [(header, url)])
        with pytest.raises(TimeoutError):
            trap.accept()


def test_api7_configuring_an_application_asks_nobody(served):
    from numberblocks.operations.create_application import create_application
    from numberblocks.operations.named import Named

    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        made = served.arrange.do(
            create_application,
            Named(property=served.demo["property"]["sid"]),
            name="Trap",
            voice_url=f"https://127.0.0.1:{trap.getsockname()[1]}/voice",
        )
        reply = served.configure(
            served.arrange.block().sid, RoutingMethod="application", Application=made.sid
        )
        assert reply.json() == OK
        with pytest.raises(TimeoutError):
            trap.accept()


# API8: Security misconfiguration


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_api8_every_answer_has_the_headers_that_protect_browsers(served, route):
    block = served.demo["number_block"]["sid"]
    for login in (served.olivia, None):
        answer = served.send(route.method, target(route, block), [("Origin", "null")], login=login)
        assert answer.status < 500
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not [each for each in answer.headers if each.startswith("access-control-")]
        assert "x-powered-by" not in answer.headers


def test_api8_no_error_tells_what_the_machine_is_made_of(served):
    told = re.compile(rb"Traceback|File \"|/usr/|\.py\b|sqlalchemy|psycopg|sqlite|python")
    for method, path, body in (
        ("POST", "/v2/numberblocks/B", b"{"),
        ("POST", "/v2/numberblocks/B", b'{"AccountSid": "\xff"}'),
        ("BREW", "/v2/numberblocks/B", b""),
        ("GET", "/v2/numberblocks?PageSize=x&AccountSid=A", b""),
        ("GET", "/v2/%00%ff", b""),
        ("GET", "/api/v1/number-blocks/%00", b""),
        ("OPTIONS", "*", b""),
    ):
        answer = served.send(method, path, body=body, login=served.olivia)
        assert answer.status in (200, 400, 404, 405)
        assert not told.search(answer.body)


def test_api8_trace_repeats_nothing(served):
    answer = served.send("TRACE", "/v2/numberblocks", [("X-Secret", "x")], login=served.olivia)
    assert answer.status == 405
    assert served.olivia[1].encode() not in answer.body


@pytest.mark.parametrize(
    "path",
    ["/docs/..%2f..%2fsettings.py", "/docs/%2e%2e/routes.py", "/docs/....//routes.py", "/docs/%00",
     "/docs//etc/passwd", "/docs/%2fetc%2fpasswd", "/docs/..\\routes.py"],
)  # fmt: skip
def test_api8_no_file_of_the_machine_is_served(served, path):
    assert served.send("GET", path).status == 404


# API9: Improper inventory management


def test_api9_what_is_served_is_documented_and_the_other_way_round(served):
    document = served.client.get("/openapi.json").json()
    served_paths = {(route.path, route.method.lower()) for route in ROUTES}
    documented = {
        (as_routed(path), method)
        for path, methods in document["paths"].items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert documented <= {(as_routed(path), method) for path, method in served_paths}
    for path, method in served_paths:
        if path.startswith(("/v2/", "/api/")):
            assert (as_routed(path), method) in documented


def as_routed(path: str) -> str:
    """A path without the names of its parameters, and its words in lower case."""
    return re.sub(r"\{\w+\}", "{}", path).lower()


@pytest.mark.parametrize("path", ["/v1/numberblocks", "/v3/numberblocks", "/v2.0/numberblocks",
                                  "/v2beta/numberblocks", "/numberblocks", "/api/numberblocks",
                                  "/api/v2/numberblocks", "/api/v0/number-blocks/B"])  # fmt: skip
def test_api9_there_is_no_other_version(served, path):
    for method in ("GET", "POST"):
        assert served.send(method, path, login=served.ada).status == 404


@pytest.mark.parametrize("path", ["//v2/numberblocks/B?AccountSid=A", "///v2/numberblocks",
                                  "/%2Fv2/numberblocks/B", "//api/v1/number-blocks/B",
                                  "//api/v1/explain/0255500001", "//metrics"])  # fmt: skip
def test_api9_no_other_spelling_of_a_path_goes_round_the_login(served, path):
    for method in ("GET", "POST", "OPTIONS"):
        for login in (None, served.ada):
            assert served.send(method, path, login=login).status == 404


# API10: Unsafe consumption of APIs


def test_api10_what_others_sent_is_given_out_as_data_only(served):
    markup = "<img src=x onerror=alert(1)>\N{RIGHT-TO-LEFT OVERRIDE}'\"&{{7*7}}${7*7}%s%n"
    block = served.arrange.block()
    assert served.configure(block.sid, Source=markup, Campaign="=cmd|' /C calc'!A0").json() == OK
    reply = served.client.get(
        f"/v2/numberblocks/{block.sid}?AccountSid={served.olivia[0]}", auth=served.olivia
    )
    assert reply.json()["NumberBlocks"][0]["Source"] == markup
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_api10_what_a_proxy_says_of_the_client_is_not_believed(served):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    claims = [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-User", served.olivia[0]),
        ("X-Remote-User", served.olivia[0]),
        ("X-Account-Sid", served.olivia[0]),
        ("Forwarded", f"for=127.0.0.1;user={served.olivia[0]}"),
    ]
    answer = served.send(
        "GET", f"/v2/Accounts/{served.olivia[0]}/numberblocks", claims, login=customer.login
    )
    assert answer.status == 403
    answer = served.send(
        "POST",
        f"/v2/numberblocks/{block.sid}?AccountSid={customer.account}&Source=x",
        claims,
        login=customer.login,
    )
    assert answer.json() == OK
    assert served.olivia[0] not in served.arrange.last_line()
