"""Explaining a number: what the history says of any moment, to whoever may know."""

import pytest
from sqlalchemy import text

from numberblocks.domain.accounts import AccountState
from numberblocks.domain.decision import Reason
from numberblocks.domain.errors import NumberNotFound, PastIsErased
from numberblocks.domain.moment import Position, Time
from numberblocks.domain.number_block import BlockChange
from numberblocks.domain.routing import RoutingMethod
from numberblocks.operations import demo
from numberblocks.operations.configure_block import configure_block
from numberblocks.operations.explain_number import explain_number
from numberblocks.operations.named import Named
from numberblocks.operations.update_account import AccountChange, update_account
from numberblocks.operations.update_block import BlockDetails, update_block
from numberblocks.storage.past_table import position_of_moment
from tests.support.stores import ADA, OLIVIA, ROY, SAM

NUMBER = "0255500001"
NOW = None


def test_what_was_configured_is_what_is_explained(world):
    route_to(world, "+61491570157")

    explanation = explain(world, NUMBER, by=ROY)

    assert [target.number for target in explanation.decision.targets] == ["+61491570157"]
    assert explanation.changed.who.id == "Olivia"
    assert explanation.position == explanation.changed.position


def test_any_position_is_explained_as_it_was_served_then(world):
    numbers = [f"+614915701{last}" for last in (57, 58, 59)]
    positions = [route_to(world, number) for number in numbers]

    then = [explain(world, NUMBER, Position(position)) for position in positions]

    assert [each.decision.targets[0].number for each in then] == numbers
    assert [each.position for each in then] == positions


def test_a_time_means_the_last_change_recorded_by_then(world):
    first = route_to(world, "+61491570157")
    at = world.last().at
    route_to(world, "+61491570158")

    assert position(world, Time(at)) >= first
    assert position(world, Time(at - 1)) < position(world, Time(at)) <= position(world, NOW)
    assert position(world, Time(0)) == 0
    assert position(world, Position(10**9)) == position(world, NOW)


def test_before_there_was_a_block_the_number_was_nobodys(world):
    assert explain(world, NUMBER, Position(0)).decision.reason is Reason.UNALLOCATED


def test_an_account_that_is_deactivated_takes_no_calls_and_did_before(world):
    before = position(world, NOW)
    world.do(update_account, demo.ACME, AccountChange(state=AccountState.DEACTIVATED))

    assert explain(world, NUMBER).decision.reason is Reason.ACCOUNT_DEACTIVATED
    assert explain(world, NUMBER, Position(before)).decision.reason is Reason.ROUTED


def test_prefixes_taken_away_count_for_what_was_configured_before(world):
    world.do(update_account, demo.ACME, AccountChange(allowed_prefixes=("612",)))

    assert explain(world, NUMBER).decision.reason is Reason.ENDPOINT_NOT_ALLOWED


def test_a_block_that_is_switched_off_takes_no_calls(world):
    world.do(update_block, demo.SYDNEY.sid, BlockDetails(active=False))

    assert explain(world, NUMBER).decision.reason is Reason.INACTIVE


@pytest.mark.parametrize("number", ["0270104001", "0270109001", "0355509999"])
def test_numbers_of_somebody_else_of_stock_and_of_nobody_are_all_unknown(world, number):
    for person in (OLIVIA, ROY, ADA):
        with pytest.raises(NumberNotFound):
            explain(world, number, by=person)


def test_the_operator_is_told_about_every_number(world):
    assert explain(world, "0355509999").decision.reason is Reason.UNALLOCATED
    assert explain(world, "0270104001").decision.block == demo.GLOBEXS.sid
    with pytest.raises(NumberNotFound):
        explain(world, NUMBER, by=SAM)


def test_what_was_erased_cant_be_explained(world):
    position = route_to(world, "+61491570157")
    with world.tampering() as connection:
        connection.execute(
            text("UPDATE changes SET line = NULL WHERE position = :at"), {"at": position}
        )

    with pytest.raises(PastIsErased):
        explain(world, NUMBER)
    assert explain(world, NUMBER, Position(position - 1)).decision.reason is Reason.ROUTED


def route_to(world, number):
    """Point Sydney somewhere; the position of that."""
    change = BlockChange(routing_method=RoutingMethod.ENDPOINT, endpoint_number=number)
    world.do(configure_block, Named(account=demo.ACME), demo.SYDNEY.sid, change, by=OLIVIA)
    return position(world, NOW)


def position(world, moment):
    with world.database.reading() as connection:
        return position_of_moment(connection, moment)


def explain(world, number, at=NOW, by=None):
    with world.store.reading() as moment:
        position = position_of_moment(moment.connection, at)
        return explain_number(moment, by or world.store.operator, number, position)


def test_customers_learn_nothing_of_the_operators_trunks_or_name(world):
    route_to(world, "+61491570157")

    told, to_operator = explain(world, NUMBER, by=ROY), explain(world, NUMBER)

    assert [target.uri for target in told.decision.targets] == [None]
    assert to_operator.decision.targets[0].uri.startswith("sip:+61491570157@")
    assert told.changed.who.id == "Olivia"
    world.do(update_block, demo.SYDNEY.sid, BlockDetails(name="Harbour"))
    assert explain(world, NUMBER, by=ROY).changed.who.id == ""
