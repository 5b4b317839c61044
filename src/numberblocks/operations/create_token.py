"""Create a token, with which a client logs in as its account."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from numberblocks.domain.access import ADMINISTERING, Actor, Grant, Permission
from numberblocks.domain.accounts import Account
from numberblocks.domain.errors import Forbidden, Problem, missing
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.text import problems_with_names
from numberblocks.domain.tokens import Token, hash_of, new_token
from numberblocks.operations.named import get_account, get_property, may_on_property
from numberblocks.operations.permitted import permitted_account, refuse_if_wrong
from numberblocks.storage.write import Write


class NewToken(NamedTuple):
    """A token and what is kept of it. The token itself is shown now and never again."""

    token: Token
    issued: IssuedToken


def create_token(
    tx: Write,
    actor: Actor,
    *,
    account: str,
    name: str,
    grants: Collection[Grant],
    expires_at: int | None = None,
    demo: Token | None = None,
) -> NewToken:
    """Issue a token of the account, by whoever has Admin there and holds all that it grants.

    grants: on the account, on accounts below it, or on properties of these. expires_at:
    microseconds since the epoch. demo: a published token, which works on this machine only.
    """
    refuse_if_wrong([*problems_with_names(name=name), *problems_with_form(grants)])
    owner = permitted_account(tx, actor, ADMINISTERING, account)
    refuse_if_wrong(problems_with_reach(tx, owner, grants))
    if expires_at is not None and expires_at <= tx.now:
        refuse_if_wrong([Problem("expires_at", "is over already; give a time to come")])
    require_held(tx, actor, grants)
    token = demo or new_token()
    issued = IssuedToken(
        key_id=token.key_id,
        account=owner.sid,
        name=name,
        demo=demo is not None,
        created_at=tx.now,
        expires_at=expires_at,
        grants=tuple(grants),
        version=1,
    )
    tx.record("token.created", None, issued, secret_hash=hash_of(token.secret))
    return NewToken(token, issued)


def problems_with_form(grants: Collection[Grant]) -> Iterator[Problem]:
    """A token grants something, each time on one account or on one property."""
    if not grants:
        yield missing("grants", "are required: a token without any may do nothing")
    for grant in grants:
        if (grant.account is None) == (grant.property is None):
            yield Problem("grants", "are each on an account or on a property, never on both")
        if not grant.permissions:
            yield Problem("grants", "have at least one permission each")


def problems_with_reach(tx: Write, owner: Account, grants: Collection[Grant]) -> Iterator[Problem]:
    """A token reaches nothing outside its own account and what is below it."""
    for grant in grants:
        target = grant.account or get_property(tx, grant.property or "").account
        if owner.sid not in get_account(tx, target).path:
            yield Problem("grants", f"reach beyond the account {owner.sid} and those below it")


def require_held(tx: Write, actor: Actor, grants: Collection[Grant]) -> None:
    """Nobody gives or takes through a token what they don't hold themselves."""
    for grant in grants:
        for permission in sorted(grant.permissions):
            if not holds(tx, actor, grant, permission):
                raise Forbidden(
                    f"You can't give or take {permission} on"
                    f" {grant.account or grant.property}, for you don't have it there."
                )


def holds(tx: Write, actor: Actor, grant: Grant, permission: Permission) -> bool:
    """Whether the actor has the permission, or Admin, where the grant is."""
    enough = frozenset({permission, Permission.ADMIN})
    if grant.account is not None:
        return actor.may(enough, get_account(tx, grant.account))
    return may_on_property(tx, actor, enough, get_property(tx, grant.property or ""))
