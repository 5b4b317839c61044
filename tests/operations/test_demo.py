"""The demo: made once and whole, by the operations, and taken out again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from numberblocks.domain.errors import DemoRemoved, NumbersTaken
from numberblocks.domain.number_pattern import read_number_pattern
from numberblocks.domain.sids import ALPHABET
from numberblocks.domain.tokens import read_token
from numberblocks.operations import demo
from numberblocks.operations.create_block import create_block
from numberblocks.operations.remove_demo import remove_demo
from numberblocks.operations.seed_demo import seed_demo
from numberblocks.storage.listing import has_demo_tokens
from tests.support.stores import World, world_at


def test_seeding_again_changes_nothing(world: World):
    before = world.verbs()
    assert world.do(seed_demo) is False
    assert world.verbs() == before


def test_the_demo_is_one_commit_made_by_the_operations(world: World):
    lines = world.lines()
    assert {line.channel for line in lines} == {"cli"}
    assert {line.who.kind for line in lines} == {"operator"}
    assert len({line.request for line in lines}) == 1
    assert lines[0].verb == "account.created"
    assert lines[-1].verb == "block.configured"


def test_a_demo_that_is_refused_leaves_nothing_behind(migrated_url: str):
    with world_at(migrated_url) as world:
        world.do(create_block, read_number_pattern("08 5550 3200"))
        with pytest.raises(NumbersTaken):
            world.do(seed_demo)
        assert world.verbs() == ["block.created"]
        assert world.do(create_block, read_number_pattern("02 7010 77XX")).id == 2
        assert len(world.lines()) == 2


def test_two_who_seed_at_once_make_one_demo(migrated_url: str):
    with world_at(migrated_url) as one, world_at(migrated_url) as other:
        with ThreadPoolExecutor(2) as both:
            made = list(both.map(lambda world: world.do(seed_demo), (one, other)))
        assert sorted(made) == [False, True]


def test_removing_the_demo_ends_its_tokens(world: World):
    assert has_demo_tokens(world.database)
    assert len(world.do(remove_demo)) == 4
    assert not has_demo_tokens(world.database)
    assert world.do(remove_demo) == []


def test_a_demo_that_was_removed_does_not_come_back(world: World):
    world.do(remove_demo)
    with pytest.raises(DemoRemoved):
        world.do(seed_demo)


def test_sids_of_the_demo_are_like_no_other():
    sids = list(every_sid(demo.what_scripts_are_told()))
    assert sids
    assert all(len(sid) == 32 and sid.endswith("0") for sid in sids)
    assert "0" not in ALPHABET  # So none that numberblocks makes is like these.


@pytest.mark.parametrize("token", [demo.OLIVIA, demo.ROY, demo.ADA, demo.SAM])
def test_its_tokens_are_tokens(token: str):
    assert read_token(token) is not None


def test_its_numbers_are_set_aside_for_fiction():
    blocks = (*demo.ACMES, demo.ONLINE, demo.REGIONAL, demo.GLOBEXS, *demo.STOCK)
    for block in blocks:
        numbers = read_number_pattern(block.numbers)
        for number in (numbers.first, numbers.last):
            assert str(number)[:3] in {"612", "613", "617", "618"}
            assert str(number)[3:7] in {"5550", "7010"}
    assert any(read_number_pattern(block.numbers).count == 1_000 for block in demo.ACMES)


def every_sid(told: object):
    if isinstance(told, dict):
        for name, value in told.items():
            if isinstance(value, str) and name.endswith(("sid", "config_id")):
                yield value
            else:
                yield from every_sid(value)
    elif isinstance(told, list):
        for value in told:
            yield from every_sid(value)
