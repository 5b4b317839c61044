"""Creating, changing and revoking tokens: nobody gives, or takes, what they don't hold."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import update

from numberblocks.domain.access import Grant, Permission
from numberblocks.domain.errors import (
    AccountNotFound,
    Forbidden,
    InvalidFields,
    PropertyNotFound,
    TokenNotFound,
)
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.tokens import hash_of, read_token
from numberblocks.operations import demo
from numberblocks.operations.create_token import create_token
from numberblocks.operations.revoke_token import revoke_token
from numberblocks.operations.update_token import TokenChange, given_or_taken, update_token
from numberblocks.storage.access import AccessCache, Credential
from numberblocks.storage.schema import tokens
from tests.support.stores import ADA, OLIVIA, ROY, SAM, World, on, on_property, person

MANAGE, REPORTING, ADMIN = Permission.MANAGE, Permission.REPORTING, Permission.ADMIN
FAR = 4_000_000_000_000_000
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


# Changing a token.


def issued(world: World, *grants: Grant, account: str = demo.ACME, **more) -> IssuedToken:
    """A new token of the account."""
    return world.do(create_token, account=account, name="CI", grants=grants, **more).issued


def credential(world: World, key_id: str) -> Credential | None:
    """What every process knows of the token by now."""
    with world.database.reading() as connection:
        return AccessCache().fresh(connection).credential(connection, key_id)


def test_a_token_is_changed_and_its_secret_stays(world: World):
    token = issued(world, on(demo.ACME, MANAGE))
    before = credential(world, token.key_id)
    grants = (on(demo.ACME, REPORTING), on_property(demo.ACME_ONLINE, MANAGE))
    change = TokenChange(name="Nightly", expires_at=FAR, grants=grants)
    changed = world.do(update_token, token.key_id, change, by=ADA)
    assert changed == msgspec.structs.replace(
        token, name="Nightly", expires_at=FAR, grants=grants, version=2
    )
    after = credential(world, token.key_id)
    assert before is not None
    assert after is not None
    assert (after.actor.grants, after.expires_at) == (grants, FAR)
    assert after.secret_hash == before.secret_hash
    line = world.last()
    assert (line.verb, line.who.id) == ("token.updated", "Ada")
    assert (line.before["name"], line.after["name"]) == ("CI", "Nightly")


def test_what_is_not_given_stays_and_an_end_can_be_taken_off(world: World):
    token = issued(world, on(demo.ACME, MANAGE), expires_at=FAR)
    renamed = world.do(update_token, token.key_id, TokenChange(name="Nightly"))
    assert renamed == msgspec.structs.replace(token, name="Nightly", version=2)
    endless = world.do(update_token, token.key_id, TokenChange(expires_at=None))
    assert endless == msgspec.structs.replace(renamed, expires_at=None, version=3)


@pytest.mark.parametrize(
    "change",
    [
        TokenChange(),
        TokenChange(name="CI", expires_at=FAR),
        TokenChange(grants=(on(demo.ACME, MANAGE, REPORTING), on(demo.ACME_REGIONAL, ADMIN))),
        TokenChange(
            grants=(
                on(demo.ACME_REGIONAL, ADMIN),
                on(demo.ACME, REPORTING),
                on(demo.ACME, MANAGE),
            )
        ),
    ],
    ids=["nothing", "the same", "the same grants", "the same in other words"],
)
def test_changing_nothing_is_no_line(world: World, change: TokenChange):
    grants = (on(demo.ACME, MANAGE, REPORTING), on(demo.ACME_REGIONAL, ADMIN))
    token = issued(world, *grants, expires_at=FAR)
    before = world.verbs()
    assert world.do(update_token, token.key_id, change) == token
    assert world.verbs() == before


@pytest.mark.parametrize(
    "change",
    [
        TokenChange(name=" "),
        TokenChange(expires_at=1),
        TokenChange(grants=()),
        TokenChange(grants=(on(demo.ACME),)),
        TokenChange(grants=(on(demo.GLOBEX, MANAGE),)),
        TokenChange(grants=(on(demo.ACME, MANAGE), on_property(demo.GLOBEX_HOME, MANAGE))),
    ],
    ids=["name", "over", "none", "nothing", "account beside", "property beside"],
)
def test_a_change_is_held_to_the_rules_of_a_new_token(world: World, change: TokenChange):
    token = issued(world, on(demo.ACME, MANAGE))
    before = world.verbs()
    with pytest.raises(InvalidFields):
        world.do(update_token, token.key_id, change)
    assert world.verbs() == before


def test_a_childs_token_is_not_changed_to_reach_its_parent(world: World):
    token = issued(world, on(demo.ACME_REGIONAL, MANAGE), account=demo.ACME_REGIONAL)
    with pytest.raises(InvalidFields):
        world.do(update_token, token.key_id, TokenChange(grants=(on(demo.ACME, MANAGE),)), by=ADA)


def test_a_revoked_token_is_not_changed(world: World):
    world.do(revoke_token, OLIVIAS_KEY)
    before = world.verbs()
    with pytest.raises(InvalidFields) as refused:
        world.do(update_token, OLIVIAS_KEY, TokenChange(name="Again"))
    assert refused.value.message == "token is revoked and stays so; create another"
    assert world.verbs() == before


def test_a_token_that_has_run_out_can_be_given_a_new_end(world: World):
    token = issued(world, on(demo.ACME, MANAGE), expires_at=FAR)
    with world.tampering() as connection:
        connection.execute(
            update(tokens).where(tokens.c.key_id == token.key_id).values(expires_at=1)
        )
    renamed = world.do(update_token, token.key_id, TokenChange(name="Late"))
    assert renamed.expires_at == 1
    assert world.do(update_token, token.key_id, TokenChange(expires_at=FAR)).expires_at == FAR


def test_nobody_changes_somebody_elses_token(world: World):
    for key_id in (SAMS_KEY, "NoSuchKey000"):
        with pytest.raises(TokenNotFound):
            world.do(update_token, key_id, TokenChange(name="Mine"), by=ADA)


@pytest.mark.parametrize("who", [OLIVIA, ROY])
@pytest.mark.parametrize(
    "change",
    [TokenChange(name="Mine"), TokenChange(grants=(on(demo.ACME, ADMIN),)), TokenChange()],
    ids=["name", "grants", "nothing"],
)
def test_nobody_without_admin_changes_tokens(world: World, who, change: TokenChange):
    before = world.verbs()
    with pytest.raises(Forbidden):
        world.do(update_token, OLIVIAS_KEY, change, by=who)
    assert world.verbs() == before


def test_admin_of_a_child_changes_nothing_of_the_parent(world: World):
    child = person("Cleo", demo.ACME_REGIONAL, on(demo.ACME_REGIONAL, ADMIN))
    above = issued(world, on(demo.ACME, MANAGE))
    with pytest.raises(TokenNotFound):
        world.do(update_token, above.key_id, TokenChange(name="Mine"), by=child)
    own = issued(world, on(demo.ACME_REGIONAL, MANAGE), account=demo.ACME_REGIONAL)
    change = TokenChange(grants=(on_property(demo.REGIONAL_STORES, ADMIN),))
    assert world.do(update_token, own.key_id, change, by=child).grants == change.grants


MORE, LESS = on(demo.ACME, MANAGE, REPORTING), on(demo.ACME, REPORTING)


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        ({"grants": (MORE,)}, {"grants": (LESS,)}, {MANAGE}),
        ({"grants": (LESS,)}, {"grants": (MORE,)}, {MANAGE}),
        ({"grants": (on(demo.ACME, ADMIN),)}, {"grants": (LESS,)}, {ADMIN, REPORTING}),
        ({"grants": (MORE,)}, {"grants": (MORE,), "name": "Nightly"}, set()),
        ({"grants": (MORE,)}, {"grants": (MORE,), "expires_at": FAR}, {MANAGE, REPORTING}),
        ({"grants": (MORE,), "expires_at": FAR}, {"grants": (LESS,)}, {MANAGE, REPORTING}),
    ],
    ids=["taken", "given", "both", "name", "another end", "no end and less"],
)
def test_what_is_given_and_what_is_taken_has_to_be_held(before, after, touched):
    kept = {"key_id": "K", "account": demo.ACME, "name": "CI", "demo": False}
    old, new = (
        IssuedToken(**{**kept, "created_at": 1, "version": 1, **each}) for each in (before, after)
    )
    found = given_or_taken(old, new)
    assert {grant.account for grant in found} <= {demo.ACME}
    assert {permission for grant in found for permission in grant.permissions} == touched
