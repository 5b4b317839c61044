"""Creating and changing accounts: who may, and which prefixes fit under which."""

from __future__ import annotations

import pytest

from numberblocks.domain.accounts import AccountState
from numberblocks.domain.errors import AccountNotFound, Forbidden, InvalidFields
from numberblocks.operations import demo
from numberblocks.operations.create_account import both_allow, create_account
from numberblocks.operations.update_account import AccountChange, update_account
from tests.support.stores import ADA, OLIVIA, ROY, SAM, World

DEACTIVATED = AccountChange(state=AccountState.DEACTIVATED)


def test_a_new_account_is_given_the_usual_prefixes(world: World):
    account = world.do(create_account, parent=world.root, name="Initech")
    assert account.allowed_prefixes == ("612", "613", "614", "617", "618")
    assert account.path == (world.root, account.sid)
    assert world.last().verb == "account.created"


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (("612", "613"), None, ("612", "613")),
        (("612", "613"), ("612",), ("612",)),
        (("612", "613"), ("6125", "6137"), ("6125", "6137")),
        (("6125",), ("612", "613"), ("6125",)),
        (("612",), ("614",), ()),
        (("612",), (), ()),
        (("61",), ("612", "611300"), ("611300", "612")),
        (("612", "6125"), ("6125", "61255"), ("6125", "61255")),
    ],
)
def test_what_two_lists_both_allow(ours, theirs, both):
    assert both_allow(ours, theirs) == both


def test_a_child_of_a_narrow_account_is_given_no_more_than_it_has(world: World):
    narrow = world.do(create_account, parent=world.root, name="N", allowed_prefixes=("6125",))
    child = world.do(create_account, parent=narrow.sid, name="C")
    assert child.allowed_prefixes == ("6125",)


def test_ada_makes_an_account_below_her_own(world: World):
    made = world.do(create_account, parent=demo.ACME, name="Acme North", by=ADA)
    assert made.parent == demo.ACME
    assert world.last().who.id == "Ada"


@pytest.mark.parametrize("who", [OLIVIA, ROY, SAM])
def test_nobody_without_admin_makes_an_account(world: World, who):
    before = world.verbs()
    with pytest.raises(Forbidden):
        world.do(create_account, parent=demo.ACME, name="Mine", by=who)
    assert world.verbs() == before


def test_ada_makes_no_account_beside_her_own(world: World):
    with pytest.raises(Forbidden):
        world.do(create_account, parent=world.root, name="Beside", by=ADA)


def test_a_parent_that_does_not_exist_is_said(world: World):
    with pytest.raises(AccountNotFound):
        world.do(create_account, parent="A" * 32, name="Orphan")


@pytest.mark.parametrize(
    "name", ["", "  ", "a\nb", "\x00", "\ud800", "x" * 256, "a\x85b"], ids=repr
)
def test_a_name_is_text(world: World, name: str):
    before = world.verbs()
    with pytest.raises(InvalidFields) as refused:
        world.do(create_account, parent=world.root, name=name)
    assert [problem.field for problem in refused.value.problems] == ["name"]
    assert world.verbs() == before


def test_prefixes_are_replaced_as_a_list(world: World):
    change = AccountChange(allowed_prefixes=("611300", "612"))
    assert world.do(update_account, demo.ACME, change).allowed_prefixes == ("611300", "612")
    assert world.last().verb == "account.updated"


def test_a_list_wider_than_the_parents_is_refused(world: World):
    change = AccountChange(allowed_prefixes=("61",))
    with pytest.raises(InvalidFields) as refused:
        world.do(update_account, demo.ACME_REGIONAL, change)
    assert refused.value.problems[0].field == "allowed_prefixes"


def test_a_parents_list_may_be_narrowed_under_a_wider_child(world: World):
    world.do(update_account, demo.ACME, AccountChange(allowed_prefixes=("612",)))
    regional = world.state()
    child = next(v for k, v in regional.items() if k.id == demo.ACME_REGIONAL)
    assert child["allowed_prefixes"] == ["612", "613", "614", "617", "618"]


def test_an_account_never_sets_its_own_prefixes_or_state(world: World):
    for change in (AccountChange(allowed_prefixes=("612",)), DEACTIVATED):
        with pytest.raises(Forbidden):
            world.do(update_account, demo.ACME, change, by=ADA)


def test_ada_sets_the_prefixes_of_the_account_below(world: World):
    change = AccountChange(allowed_prefixes=("612",))
    assert world.do(update_account, demo.ACME_REGIONAL, change, by=ADA).version == 2


def test_ada_renames_her_account(world: World):
    assert world.do(update_account, demo.ACME, AccountChange(name="ACME"), by=ADA).name == "ACME"


def test_the_root_stays_open_and_active(world: World):
    for change in (AccountChange(allowed_prefixes=("612",)), DEACTIVATED):
        with pytest.raises(InvalidFields):
            world.do(update_account, world.root, change)


def test_the_same_again_changes_nothing(world: World):
    before = world.verbs()
    change = AccountChange(name="Acme", allowed_prefixes=("612", "613", "614", "617", "618"))
    assert world.do(update_account, demo.ACME, change).version == 1
    assert world.verbs() == before
