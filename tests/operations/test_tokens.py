"""Creating and revoking tokens: nobody gives, or takes, what they don't hold."""

from __future__ import annotations

import pytest

from numberblocks.domain.access import Grant, Permission
from numberblocks.domain.errors import (
    AccountNotFound,
    Forbidden,
    InvalidFields,
    PropertyNotFound,
    TokenNotFound,
)
from numberblocks.domain.tokens import hash_of, read_token
from numberblocks.operations import demo
from numberblocks.operations.create_token import create_token
from numberblocks.operations.revoke_token import revoke_token
from numberblocks.storage.access import AccessCache
from tests.support.stores import ADA, OLIVIA, ROY, SAM, World, on, on_property, person

MANAGE, ADMIN = Permission.MANAGE, Permission.ADMIN
OLIVIAS_KEY = demo.OLIVIA.split("_")[1]
SAMS_KEY = demo.SAM.split("_")[1]


def test_a_token_is_shown_once_and_only_its_hash_is_kept(world: World):
    made = world.do(create_token, account=demo.ACME, name="CI", grants=[on(demo.ACME, MANAGE)])
    assert read_token(str(made.token)) == made.token
    line = world.last()
    assert line.verb == "token.created"
    assert made.token.secret not in str(line)
    assert hash_of(made.token.secret) not in str(line)
    with world.database.reading() as connection:
        known = AccessCache().fresh(connection).credential(connection, made.token.key_id)
    assert known is not None
    assert known.secret_hash == hash_of(made.token.secret)
    assert known.actor.grants == (on(demo.ACME, MANAGE),)


def test_a_token_may_have_grants_below_its_account(world: World):
    grants = [on(demo.ACME_REGIONAL, MANAGE), on_property(demo.ACME_ONLINE, Permission.REPORTING)]
    made = world.do(create_token, account=demo.ACME, name="Below", grants=grants, by=ADA)
    assert made.issued.grants == tuple(grants)


@pytest.mark.parametrize(
    "grant",
    [on(demo.GLOBEX, MANAGE), on_property(demo.GLOBEX_HOME, MANAGE)],
    ids=["account", "property"],
)
def test_a_token_reaches_nothing_beside_its_account(world: World, grant: Grant):
    with pytest.raises(InvalidFields):
        world.do(create_token, account=demo.ACME, name="Wide", grants=[grant])


def test_a_childs_token_does_not_reach_its_parent(world: World):
    with pytest.raises(InvalidFields):
        world.do(
            create_token,
            account=demo.ACME_REGIONAL,
            name="Up",
            grants=[on(demo.ACME, MANAGE)],
            by=ADA,
        )


@pytest.mark.parametrize("who", [OLIVIA, ROY, SAM])
def test_nobody_without_admin_makes_tokens(world: World, who):
    before = world.verbs()
    with pytest.raises(Forbidden):
        world.do(
            create_token, account=demo.ACME, name="Mine", grants=[on(demo.ACME, MANAGE)], by=who
        )
    assert world.verbs() == before


def test_admin_of_a_child_gives_nothing_of_the_parent(world: World):
    child = person("Cleo", demo.ACME_REGIONAL, on(demo.ACME_REGIONAL, ADMIN))
    with pytest.raises(Forbidden):
        world.do(
            create_token, account=demo.ACME, name="Up", grants=[on(demo.ACME, MANAGE)], by=child
        )


def test_admin_gives_admin(world: World):
    made = world.do(
        create_token, account=demo.ACME, name="Deputy", grants=[on(demo.ACME, ADMIN)], by=ADA
    )
    assert made.issued.grants == (on(demo.ACME, ADMIN),)


@pytest.mark.parametrize(
    "grants",
    [
        [],
        [Grant(permissions=frozenset({MANAGE}))],
        [Grant(account=demo.ACME, property=demo.ACME_ONLINE, permissions=frozenset({MANAGE}))],
        [on(demo.ACME)],
    ],
    ids=["none", "nowhere", "both", "nothing"],
)
def test_grants_have_the_right_form(world: World, grants):
    with pytest.raises(InvalidFields):
        world.do(create_token, account=demo.ACME, name="Odd", grants=grants)


def test_grants_on_what_does_not_exist_are_refused(world: World):
    with pytest.raises(AccountNotFound):
        world.do(create_token, account=demo.ACME, name="X", grants=[on("A" * 32, MANAGE)])
    with pytest.raises(PropertyNotFound):
        world.do(create_token, account=demo.ACME, name="X", grants=[on_property("S" * 32, MANAGE)])


def test_a_token_that_is_over_already_is_refused(world: World):
    with pytest.raises(InvalidFields) as refused:
        world.do(
            create_token,
            account=demo.ACME,
            name="Late",
            grants=[on(demo.ACME, MANAGE)],
            expires_at=1,
        )
    assert refused.value.problems[0].field == "expires_at"


def test_a_revoked_token_is_unknown_at_once(world: World):
    revoked = world.do(revoke_token, OLIVIAS_KEY, by=ADA)
    assert revoked.revoked_at is not None
    assert world.last().verb == "token.revoked"
    with world.database.reading() as connection:
        assert AccessCache().fresh(connection).credential(connection, OLIVIAS_KEY) is None


def test_revoking_again_changes_nothing(world: World):
    world.do(revoke_token, OLIVIAS_KEY)
    before = world.verbs()
    world.do(revoke_token, OLIVIAS_KEY)
    assert world.verbs() == before


def test_somebody_elses_token_does_not_exist(world: World):
    with pytest.raises(TokenNotFound):
        world.do(revoke_token, SAMS_KEY, by=ADA)
    with pytest.raises(TokenNotFound):
        world.do(revoke_token, "NoSuchKey000")


@pytest.mark.parametrize("who", [OLIVIA, ROY])
def test_whoever_only_manages_or_reads_takes_no_token_away(world: World, who):
    with pytest.raises(Forbidden):
        world.do(revoke_token, OLIVIAS_KEY, by=who)
