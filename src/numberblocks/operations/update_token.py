"""Change a token's name, when it ends, and what it grants; its secret stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec
from msgspec import UNSET, UnsetType

from numberblocks.domain.access import ADMINISTERING, Actor, Grant, Permission
from numberblocks.domain.change import Change, changed_by
from numberblocks.domain.errors import InvalidFields, Problem
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.text import problems_with_names
from numberblocks.operations.create_token import (
    problems_with_form,
    problems_with_reach,
    require_held,
)
from numberblocks.operations.permitted import permitted_account, refuse_if_wrong
from numberblocks.operations.revoke_token import get_token_in_reach
from numberblocks.storage.write import Write

Right = tuple[str | None, str | None, Permission]
"""One permission, on one account or on one property."""


class TokenChange(Change, frozen=True, kw_only=True):
    """What one request asks to change. UNSET: leave as it is. The grants replace the list.

    expires_at: microseconds since the epoch; None for never.
    """

    name: str | UnsetType = UNSET
    expires_at: int | UnsetType | None = UNSET
    grants: tuple[Grant, ...] | UnsetType = UNSET


def update_token(tx: Write, actor: Actor, key_id: str, change: TokenChange) -> IssuedToken:
    """Make the change, and return the token as it now is.

    By whoever has Admin on the token's account and holds all that is given and all that is taken.
    """
    refuse_if_wrong(problems_with_change(change))
    token = get_token_in_reach(tx, actor, key_id)
    owner = permitted_account(tx, actor, ADMINISTERING, token.account)
    if token.revoked_at is not None:
        raise InvalidFields([Problem("token", "is revoked and stays so; create another")])
    refuse_if_wrong(problems_with_reach(tx, owner, change.grants or ()))
    changed = changed_by(token, only_what_differs(token, change))
    if changed is not token:
        refuse_if_wrong(problems_with_end(tx, token, changed))
        require_held(tx, actor, given_or_taken(token, changed))
        tx.record("token.updated", token, changed)
    return changed


def problems_with_change(change: TokenChange) -> Iterator[Problem]:
    """What is wrong with the change, whatever the token is."""
    yield from problems_with_names(name=change.name)
    if change.grants is not UNSET:
        yield from problems_with_form(change.grants)


def problems_with_end(tx: Write, token: IssuedToken, changed: IssuedToken) -> Iterator[Problem]:
    """A new end is still to come; to end a token now is to revoke it."""
    end = changed.expires_at
    if end is not None and end != token.expires_at and end <= tx.now:
        yield Problem("expires_at", "is over already; give a time to come")


def only_what_differs(token: IssuedToken, change: TokenChange) -> TokenChange:
    """The change without grants that give what the token has, in whatever order and parts."""
    if change.grants is UNSET or rights(change.grants) != rights(token.grants):
        return change
    return msgspec.structs.replace(change, grants=UNSET)


def given_or_taken(before: IssuedToken, after: IssuedToken) -> list[Grant]:
    """What the change gives and what it takes; another end does that with all there is."""
    old, new = rights(before.grants), rights(after.grants)
    touched = old ^ new if before.expires_at == after.expires_at else old | new
    return [
        Grant(account=account, property=owned, permissions=frozenset({permission}))
        for account, owned, permission in sorted(touched, key=str)
    ]


def rights(grants: Collection[Grant]) -> set[Right]:
    """Every single permission that the grants give."""
    return {
        (grant.account, grant.property, permission)
        for grant in grants
        for permission in grant.permissions
    }
