"""Which error is told when several could be: the earliest check wins, in one fixed order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.support.arrange import Block, Customer
from tests.support.replies import OK, code, fields
from tests.support.served import Login, Served
from tests.support.wire import basic

PHONE = "+61491570156"


class Faulty(NamedTuple):
    """A request to configure. body: as JSON, unless it is bytes."""

    login: Login | None
    headers: dict[str, str]
    block: str
    body: bytes | dict[str, Any]

    def with_parameters(self, **parameters: Any) -> Faulty:
        """The request with these parameters, which are read from here on."""
        before = self.body if isinstance(self.body, dict) else {}
        return self._replace(body={**before, **parameters})


class Scene(NamedTuple):
    """A customer below Acme who may only call to Victoria, with a block of Queensland numbers."""

    narrow: Customer
    block: Block


Mend = Callable[[Served, Scene, Faulty], Faulty]


def allow_everything(served: Served, scene: Scene, request: Faulty) -> Faulty:
    """Let the customer call everywhere that its parent may call."""
    served.arrange.set_prefixes(scene.narrow.account, "612", "613", "614", "617", "618")
    return request


# Each step has what is wrong before it, the answer to that, and what mends it. A request has all
# faults of its own step and of every step after it.
STEPS: list[tuple[str, int, str, list[str], Mend]] = [
    (
        "no login",
        401,
        "UNAUTHORIZED",
        [],
        lambda served, scene, request: request._replace(login=served.olivia),
    ),
    (
        "another site's browser",
        403,
        "FORBIDDEN",
        [],
        lambda served, scene, request: request._replace(headers={}),
    ),
    (
        "an unreadable body",
        400,
        "PARAMETER_INVALID",
        [],
        lambda served, scene, request: request.with_parameters(
            AccountSid="ANOBODY",
            PropertySid="SNOTHING",
            RoutingMethod="pigeon",
            EndpointNumber="000",
            Flow="FNOTHING",
            Application="PNOTHING",
            Recording="loud",
        ),
    ),
    (
        "wrong fields",
        400,
        "PARAMETER_INVALID",
        ["RoutingMethod", "EndpointNumber", "Recording"],
        lambda served, scene, request: request.with_parameters(
            RoutingMethod="endpoint", EndpointNumber=scene.block.number, Recording="enabled"
        ),
    ),
    (
        "no such account",
        400,
        "ACCOUNT_NOT_FOUND",
        ["AccountSid"],
        lambda served, scene, request: request.with_parameters(
            AccountSid=served.demo["other_account"]["sid"]
        ),
    ),
    (
        "no such property",
        400,
        "PROPERTY_NOT_FOUND",
        ["PropertySid"],
        lambda served, scene, request: request.with_parameters(
            PropertySid=served.demo["other_account"]["property_sid"]
        ),
    ),
    (
        "somebody else's account",
        403,
        "FORBIDDEN",
        [],
        lambda served, scene, request: request.with_parameters(AccountSid=scene.narrow.account),
    ),
    (
        "somebody else's property",
        403,
        "FORBIDDEN",
        [],
        lambda served, scene, request: request.with_parameters(
            PropertySid=served.demo["property"]["sid"]
        ),
    ),
    (
        "a property of another account",
        400,
        "CONFLICTING_PARAMETERS",
        ["PropertySid"],
        lambda served, scene, request: request.with_parameters(PropertySid=scene.narrow.property),
    ),
    (
        "no such block",
        400,
        "NUMBER_BLOCK_NOT_FOUND",
        ["NumberBlockSid"],
        lambda served, scene, request: request._replace(
            block=served.demo["second_property"]["number_block_sid"]
        ),
    ),
    (
        "a block that belongs elsewhere",
        400,
        "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY",
        ["NumberBlockSid"],
        lambda served, scene, request: request._replace(block=scene.block.sid),
    ),
    (
        "no such flow",
        400,
        "FLOW_NOT_FOUND",
        ["Flow"],
        lambda served, scene, request: request.with_parameters(Flow=None),
    ),
    (
        "no such application",
        400,
        "APPLICATION_NOT_FOUND",
        ["Application"],
        lambda served, scene, request: request.with_parameters(Application=None),
    ),
    (
        "outside the prefixes, and a loop",
        400,
        "ENDPOINT_NUMBER_NOT_ALLOWED",
        ["EndpointNumber"],
        allow_everything,
    ),
    (
        "a loop",
        400,
        "ENDPOINT_NUMBER_LOOPS",
        ["EndpointNumber"],
        lambda served, scene, request: request.with_parameters(EndpointNumber=PHONE),
    ),
]


@pytest.fixture
def scene(served: Served) -> Scene:
    narrow = served.arrange.customer(parent=served.demo["account"]["sid"], prefixes=("613",))
    block = served.arrange.block(property=narrow.property)
    return Scene(narrow, block)


@pytest.fixture
def worst(served: Served) -> Faulty:
    return Faulty(None, {"Sec-Fetch-Site": "cross-site"}, "BNOTHING", b'{"AccountSid": ')


@pytest.mark.parametrize("steps", range(len(STEPS)), ids=[step[0] for step in STEPS])
def test_the_earliest_fault_is_told(served, scene, worst, steps):
    request = worst
    for *_, mend in STEPS[:steps]:
        request = mend(served, scene, request)
    _, status, error, wrong, _ = STEPS[steps]
    with served.nothing_stored(scene.block.sid):
        reply = send(served, request)
        assert (reply.status_code, code(reply)) == (status, error), reply.text
        assert [name for name, _ in fields(reply)] == wrong


def test_a_request_without_faults_is_done(served, scene, worst):
    request = worst
    for *_, mend in STEPS:
        request = mend(served, scene, request)
    reply = send(served, request)
    assert (reply.status_code, reply.json()) == (200, OK)
    assert served.block(scene.block.sid)["endpoint_number"] == PHONE


def send(served: Served, request: Faulty):
    headers = {"Content-Type": "application/json", **request.headers}
    if request.login is not None:
        headers["Authorization"] = basic(*request.login)
    content = request.body if isinstance(request.body, bytes) else json.dumps(request.body)
    path = f"/v2/numberblocks/{request.block}"
    return served.client.post(path, content=content, headers=headers)


# What the ladder can't hold, because two faults exclude each other


def test_a_block_that_is_nobodys_in_reach_is_told_before_a_flow(served):
    other = served.demo["other_account"]["number_block_sid"]
    with served.nothing_stored(other):
        reply = served.configure(other, Flow="FNOTHING", Application="PNOTHING")
        assert fields(reply) == [("NumberBlockSid", "NUMBER_BLOCK_NOT_FOUND")]


def test_ones_own_account_with_somebody_elses_property_is_forbidden_and_not_conflicting(served):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        reply = served.configure(
            block.sid,
            AccountSid=served.demo["account"]["sid"],
            PropertySid=served.demo["other_account"]["property_sid"],
        )
        assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")


def test_a_flow_is_looked_for_even_when_only_the_application_routes(served):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        reply = served.configure(
            block.sid,
            RoutingMethod="application",
            Application=served.demo["application"]["sid"],
            Flow="FNOTHING",
        )
        assert fields(reply) == [("Flow", "FLOW_NOT_FOUND")]


def test_an_unknown_path_and_an_unknown_verb_are_401_without_a_login(served):
    for method, target in (("GET", "/v2/nothing"), ("BREW", "/v2/numberblocks"), ("GET", "/V2")):
        answer = served.send(method, target)
        assert (answer.status, code(answer)) == (401, "UNAUTHORIZED"), (method, target)


def test_a_cross_site_request_without_a_login_is_401(served):
    answer = served.send("POST", "/v2/numberblocks", [("Sec-Fetch-Site", "cross-site")])
    assert answer.status == 401
