"""One block in our own API, over HTTP."""

from __future__ import annotations

import pytest

from tests.support.replies import OK
from tests.support.served import Login, Served


def one(served: Served, sid: str, login: Login | None = None):
    return served.client.get(f"/api/v1/number-blocks/{sid}", auth=login or served.olivia)


def test_a_block_with_its_version_and_who_changed_it_last(served):
    block = served.arrange.block()
    reply = served.configure(
        block.sid, served.ada, RoutingMethod="endpoint", EndpointNumber="0491 570 156", Source="x"
    )
    assert reply.json() == OK
    shown = one(served, block.sid)
    assert (shown.status_code, shown.headers["ETag"]) == (200, '"2"')
    body = shown.json()
    assert body["position"] == int(reply.headers["X-Position"])
    assert isinstance(body.pop("changed_at"), int)
    for name, value in {
        "sid": block.sid,
        "account": served.demo["account"]["sid"],
        "property": served.demo["property"]["sid"],
        "state": "active",
        "version": 2,
        "pattern": block.number[1:-1] + "X",
        "first_number": block.number,
        "last_number": block.number[:-1] + "9",
        "count": 10,
        "routing_method": "endpoint",
        "endpoint_number": "+61491570156",
        "source": "x",
        "medium": None,
        "changed_by": {
            "kind": "token",
            "id": served.ada[1].split("_")[1],
            "account": served.ada[0],
        },
        "changed_through": "api",
    }.items():
        assert body[name] == value, name


@pytest.mark.parametrize(
    ("which", "status", "code"),
    [
        ("another account's", 400, "NUMBER_BLOCK_NOT_FOUND"),
        ("stock", 400, "NUMBER_BLOCK_NOT_FOUND"),
        ("nobody's", 400, "NUMBER_BLOCK_NOT_FOUND"),
        ("no sid", 400, "PARAMETER_INVALID"),
        ("without a login", 401, "UNAUTHORIZED"),
    ],
)
def test_errors_are_problems(served, which, status, code):
    sid = {
        "another account's": served.demo["other_account"]["number_block_sid"],
        "stock": served.demo["stock"][0]["sid"],
        "no sid": "B" * 65,
    }.get(which, "BNOTHING")
    headers = {"X-Request-Id": "problem-1"}
    if which == "without a login":
        reply = served.client.get(f"/api/v1/number-blocks/{sid}", headers=headers)
    else:
        reply = served.client.get(
            f"/api/v1/number-blocks/{sid}", headers=headers, auth=served.olivia
        )
    assert (reply.status_code, reply.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    )
    problem = reply.json()
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["request_id"] == reply.headers["X-Request-Id"] == "problem-1"
    assert problem["type"].endswith(f"#{code.lower()}")
    if status == 400:
        [wrong] = problem["errors"]
        assert (wrong["pointer"], wrong["code"]) == ("/number_block", code)


def test_a_parent_and_a_reader_see_it_and_nobody_else(served):
    child = served.demo["child_account"]["number_block_sid"]
    assert one(served, child).status_code == one(served, child, served.roy).status_code == 200
    assert one(served, child, served.sam).status_code == 400
