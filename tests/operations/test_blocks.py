"""Creating and changing blocks, beside configuring them."""

from __future__ import annotations

import pytest

from numberblocks.domain.access import Permission
from numberblocks.domain.errors import (
    AccountNotFound,
    Forbidden,
    InvalidFields,
    NumberBlockNotFound,
    NumbersTaken,
    PropertyNotFound,
    PropertyOfAnotherAccount,
    TrunkNotFound,
)
from numberblocks.domain.number_block import BlockChange, BlockState
from numberblocks.domain.number_pattern import NumberRange, read_number_pattern
from numberblocks.domain.routing import RoutingMethod
from numberblocks.operations import demo
from numberblocks.operations.configure_block import configure_block
from numberblocks.operations.create_block import create_block
from numberblocks.operations.named import Named
from numberblocks.operations.update_block import BlockDetails, update_block
from tests.support.stores import ADA, OLIVIA, ROY, SAM, World, on_property, person

FREE = read_number_pattern("02 7010 77XX")
SYDNEY = demo.SYDNEY.sid


def test_a_block_without_an_owner_goes_into_stock(world: World):
    block = world.do(create_block, FREE)
    assert (block.state, block.account) == (BlockState.STOCK, world.root)
    assert world.last().verb == "block.created"


def test_a_block_of_a_property_takes_calls_for_its_account(world: World):
    block = world.do(create_block, FREE, property=demo.ACME_ONLINE)
    assert (block.state, block.account) == (BlockState.ACTIVE, demo.ACME)


def test_ids_go_on_from_the_last_one(world: World):
    first = world.do(create_block, NumberRange(FREE.first, FREE.first + 9))
    second = world.do(create_block, NumberRange(FREE.first + 10, FREE.first + 19))
    assert second.id == first.id + 1


@pytest.mark.parametrize("who", [ADA, OLIVIA, ROY, SAM])
def test_only_the_operator_brings_in_numbers(world: World, who):
    with pytest.raises(Forbidden):
        world.do(create_block, FREE, account=demo.ACME, by=who)


@pytest.mark.parametrize(
    "numbers", ["02 5550 00XX", "02 5550 0099", "02 5549 9900-5550 0000", "02 5550 000X"]
)
def test_numbers_that_a_block_holds_are_taken(world: World, numbers: str):
    before = world.verbs()
    with pytest.raises(NumbersTaken):
        world.do(create_block, read_number_pattern(numbers))
    assert world.verbs() == before


def test_numbers_in_stock_are_taken_too(world: World):
    with pytest.raises(NumbersTaken):
        world.do(create_block, read_number_pattern("02 7010 9050"), account=demo.GLOBEX)


def test_neighbours_are_not_in_each_others_way(world: World):
    world.do(create_block, read_number_pattern("02 5550 01XX"), account=demo.GLOBEX)


def test_owners_have_to_exist_and_agree(world: World):
    with pytest.raises(AccountNotFound):
        world.do(create_block, FREE, account="A" * 32)
    with pytest.raises(PropertyNotFound):
        world.do(create_block, FREE, property="S" * 32)
    with pytest.raises(PropertyOfAnotherAccount):
        world.do(create_block, FREE, account=demo.GLOBEX, property=demo.ACME_STORES)
    with pytest.raises(TrunkNotFound):
        world.do(create_block, FREE, trunk="T" * 32)


def test_olivia_renames_her_block(world: World):
    change = BlockDetails(friendly_name="Head office", name="", active=False)
    block = world.do(update_block, SYDNEY, change, by=OLIVIA)
    assert (block.friendly_name, block.name, block.active) == ("Head office", None, False)
    assert block.endpoint_number == demo.ENDPOINT
    assert world.last().verb == "block.updated"


def test_the_same_again_changes_nothing(world: World):
    before = world.verbs()
    world.do(update_block, SYDNEY, BlockDetails(name="Sydney", active=True))
    assert world.verbs() == before


def test_roy_may_not_and_for_sam_it_does_not_exist(world: World):
    with pytest.raises(Forbidden):
        world.do(update_block, SYDNEY, BlockDetails(name="X"), by=ROY)
    with pytest.raises(NumberBlockNotFound):
        world.do(update_block, SYDNEY, BlockDetails(name="X"), by=SAM)


def test_a_block_moves_to_another_property_of_its_account(world: World):
    block = world.do(update_block, SYDNEY, BlockDetails(property=demo.ACME_ONLINE), by=OLIVIA)
    assert block.property == demo.ACME_ONLINE
    assert world.do(update_block, SYDNEY, BlockDetails(property=""), by=OLIVIA).property is None


def test_a_block_never_moves_to_another_account(world: World):
    with pytest.raises(PropertyOfAnotherAccount):
        world.do(update_block, SYDNEY, BlockDetails(property=demo.GLOBEX_HOME))
    with pytest.raises(Forbidden):
        world.do(update_block, SYDNEY, BlockDetails(property=demo.GLOBEX_HOME), by=OLIVIA)


def test_whoever_manages_one_property_moves_nothing_out_of_it(world: World):
    petra = person("Petra", demo.ACME, on_property(demo.ACME_STORES, Permission.MANAGE))
    for target in (demo.ACME_ONLINE, ""):
        with pytest.raises(Forbidden):
            world.do(update_block, SYDNEY, BlockDetails(property=target), by=petra)


def test_a_block_does_not_leave_behind_the_flow_that_it_routes_to(world: World):
    flow = BlockChange(
        routing_method=RoutingMethod.FLOW, flow=demo.WELCOME, endpoint_number="+61491570157"
    )
    world.do(configure_block, Named(account=demo.ACME), SYDNEY, flow)
    with pytest.raises(InvalidFields) as refused:
        world.do(update_block, SYDNEY, BlockDetails(property=demo.ACME_ONLINE))
    assert refused.value.problems[0].field == "property"


def test_a_stock_block_is_the_operators_to_change(world: World):
    stock = demo.STOCK[0].sid
    assert world.do(update_block, stock, BlockDetails(name="Shelf")).name == "Shelf"
    with pytest.raises(NumberBlockNotFound):
        world.do(update_block, stock, BlockDetails(name="Mine"), by=ADA)
    with pytest.raises(InvalidFields):
        world.do(update_block, stock, BlockDetails(property=demo.ACME_ONLINE))


def test_only_the_operator_sets_a_trunk(world: World):
    with pytest.raises(Forbidden):
        world.do(update_block, SYDNEY, BlockDetails(trunk=""), by=ADA)
    with pytest.raises(TrunkNotFound):
        world.do(update_block, SYDNEY, BlockDetails(trunk="T" * 32))
    assert world.do(update_block, SYDNEY, BlockDetails(trunk="")).trunk is None
