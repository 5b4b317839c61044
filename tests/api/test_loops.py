"""No call may come back to the block it came from, over however many blocks."""

from __future__ import annotations

from typing import Any

import pytest

from numberblocks.operations.named import Named
from tests.support.arrange import Block, Customer
from tests.support.replies import OK, fields, message
from tests.support.served import Served

PHONE = "+61491570156"
LOOPS = [("EndpointNumber", "ENDPOINT_NUMBER_LOOPS")]


def to(number: str) -> dict[str, str]:
    """The parameters that route calls to a number."""
    return {"RoutingMethod": "endpoint", "EndpointNumber": number}


def number_of(block: Block, place: int) -> str:
    """One of the ten numbers of a block."""
    return block.number[:-1] + str(place)


def blocks_of(served: Served, count: int) -> list[Block]:
    """This many new blocks of Acme."""
    return [served.arrange.block() for _ in range(count)]


def assert_loops(served: Served, block: Block, others: list[Block], **sent: Any) -> str:
    """The request is refused as a loop, which names no other block; what was said."""
    with served.nothing_stored(block.sid):
        reply = served.configure(block.sid, **sent)
        assert fields(reply) == LOOPS, reply.text
    for other in others:
        assert other.sid not in reply.text
        assert other.number[1:-1] not in reply.text
        assert other.number[3:-1] not in reply.text
    return message(reply, "EndpointNumber")


@pytest.mark.parametrize("place", [0, 5, 9])
def test_a_block_is_never_pointed_at_its_own_numbers(served, place):
    [block] = blocks_of(served, 1)
    assert_loops(served, block, [], **to(number_of(block, place)))


def test_the_numbers_beside_a_block_are_not_its_own(served):
    before, block, after = blocks_of(served, 3)
    assert served.configure(block.sid, **to(number_of(before, 9))).json() == OK
    assert served.configure(block.sid, **to(number_of(after, 0))).json() == OK


@pytest.mark.parametrize("sent", [{}, {"RoutingMethod": "application"}, {"RoutingMethod": "flow"}])
def test_its_own_numbers_are_refused_while_anything_routes(served, sent):
    [block] = blocks_of(served, 1)
    targets = {
        "Flow": served.demo["flow"]["config_id"],
        "Application": served.demo["application"]["sid"],
    }
    assert_loops(served, block, [], **sent, **targets, EndpointNumber=block.number)


@pytest.mark.parametrize("hops", [1, 2, 3, 10])
def test_a_way_back_over_other_blocks_is_refused(served, hops):
    first, *others = blocks_of(served, hops + 1)
    for block, following in zip(others, [*others[1:], first], strict=True):
        assert served.configure(block.sid, **to(number_of(following, 3))).json() == OK
    assert_loops(served, first, others, **to(number_of(others[0], 7)))
    # Broken anywhere, it is no loop any more.
    assert served.configure(others[-1].sid, **to(PHONE)).json() == OK
    assert served.configure(first.sid, **to(number_of(others[0], 7))).json() == OK
    assert_loops(served, others[-1], [first, *others[:-1]], **to(first.number))


def test_a_way_back_over_a_flow_is_refused_for_it_may_not_run(served):
    first, second, third = blocks_of(served, 3)
    flow = served.demo["flow"]["config_id"]
    by_flow = {"RoutingMethod": "flow", "Flow": flow}
    assert served.configure(second.sid, **by_flow, EndpointNumber=third.number).json() == OK
    assert served.configure(third.sid, **by_flow, EndpointNumber=first.number).json() == OK
    assert_loops(served, first, [second, third], **to(second.number))
    assert_loops(served, first, [second, third], **by_flow, EndpointNumber=second.number)


def test_a_block_whose_application_routes_leads_nowhere(served):
    first, second = blocks_of(served, 2)
    application = served.demo["application"]["sid"]
    reply = served.configure(
        second.sid,
        RoutingMethod="application",
        Application=application,
        EndpointNumber=first.number,
    )
    assert reply.json() == OK
    assert served.configure(first.sid, **to(second.number)).json() == OK
    # Now second may not begin to route to first by its number.
    assert_loops(served, second, [first], **to(first.number))


def test_a_number_that_does_not_route_may_lie_on_a_way_back(served):
    first, second = blocks_of(served, 2)
    assert served.configure(second.sid, **to(first.number)).json() == OK
    application = served.demo["application"]["sid"]
    reply = served.configure(
        first.sid,
        RoutingMethod="application",
        Application=application,
        EndpointNumber=second.number,
    )
    assert reply.json() == OK
    assert_loops(served, first, [second], **to(second.number))


def test_a_way_back_over_a_number_of_its_own_in_another_block_is_refused(served):
    first, second = blocks_of(served, 2)
    assert served.configure(second.sid, **to(PHONE)).json() == OK
    special = number_of(second, 4)
    served.arrange.override(special, second.sid, endpoint_number=first.number)
    assert_loops(served, first, [second], **to(special))
    assert served.configure(first.sid, **to(number_of(second, 5))).json() == OK


def test_a_number_of_its_own_may_lead_elsewhere_than_its_block(served):
    first, second = blocks_of(served, 2)
    assert served.configure(second.sid, **to(first.number)).json() == OK
    special = number_of(second, 4)
    served.arrange.override(special, second.sid, endpoint_number=PHONE)
    assert_loops(served, first, [second], **to(number_of(second, 5)))
    assert served.configure(first.sid, **to(special)).json() == OK


def test_a_number_of_its_own_may_be_routed_by_another_method_than_its_block(served):
    first, second = blocks_of(served, 2)
    application = served.demo["application"]["sid"]
    assert served.configure(second.sid, **to(first.number)).json() == OK
    handed, fallen = number_of(second, 4), number_of(second, 6)
    served.arrange.override(
        handed, second.sid, routing_method="application", application=application
    )
    served.arrange.override(
        fallen, second.sid, routing_method="flow", flow=served.demo["flow"]["config_id"]
    )
    assert_loops(served, first, [second], **to(fallen))
    assert served.configure(first.sid, **to(handed)).json() == OK


def test_a_loop_elsewhere_is_not_joined(served):
    first, second, third = blocks_of(served, 3)
    assert served.configure(second.sid, **to(third.number)).json() == OK
    served.arrange.point(
        third.sid, second.number
    )  # Nobody can ask for it; a restored store may have it.
    assert_loops(served, first, [second, third], **to(second.number))


def test_a_way_back_over_somebody_elses_blocks_is_refused_without_a_word_about_them(served):
    other: Customer = served.arrange.customer()
    theirs = served.arrange.block(property=other.property)
    [ours] = blocks_of(served, 1)
    reply = served.configure(
        theirs.sid, other.login, AccountSid=other.account, **to(number_of(ours, 2))
    )
    assert reply.json() == OK
    said = assert_loops(served, ours, [theirs], **to(theirs.number))
    assert said == "EndpointNumber forwards its calls back to this block."
    [between, also] = blocks_of(served, 2)
    assert served.configure(between.sid, **to(number_of(theirs, 1))).json() == OK
    assert assert_loops(served, ours, [theirs, between], **to(between.number)) == said
    assert served.configure(also.sid, **to(between.number)).json() == OK


@pytest.mark.parametrize("state", ["quarantine", "stock"])
def test_a_block_that_takes_no_calls_now_may_take_them_again(served, state):
    first, second = blocks_of(served, 2)
    assert served.configure(second.sid, **to(first.number)).json() == OK
    served.arrange.set_state(second.sid, state)
    assert_loops(served, first, [second], **to(second.number))


def test_a_flow_of_the_property_is_enough_to_route(served):
    [block] = blocks_of(served, 1)
    flow = served.arrange.flow(Named(account=served.demo["account"]["sid"]))
    reply = served.configure(block.sid, RoutingMethod="flow", Flow=flow, EndpointNumber=PHONE)
    assert reply.json() == OK
