"""Create an account under another one."""

from __future__ import annotations

from collections.abc import Iterator

from numberblocks.domain.access import ADMINISTERING, Actor
from numberblocks.domain.accounts import Account, AccountState
from numberblocks.domain.allowed_prefixes import DEFAULT_PREFIXES, is_within
from numberblocks.domain.errors import Problem
from numberblocks.domain.sids import new_sid
from numberblocks.domain.text import problems_with_names
from numberblocks.operations.permitted import permitted_account, refuse_if_wrong
from numberblocks.storage.write import Write


def create_account(
    tx: Write,
    actor: Actor,
    *,
    parent: str,
    name: str,
    allowed_prefixes: tuple[str, ...] | None = None,
    sid: str | None = None,
) -> Account:
    """Put a new account under its parent, by whoever has Admin there.

    allowed_prefixes: None gives the usual ones, as far as the parent has them.
    """
    refuse_if_wrong(problems_with_names(name=name))
    above = permitted_account(tx, actor, ADMINISTERING, parent)
    if allowed_prefixes is None:
        allowed_prefixes = both_allow(DEFAULT_PREFIXES, above.allowed_prefixes)
    refuse_if_wrong(problems_with_prefixes(allowed_prefixes, above))
    sid = sid or new_sid("account")
    account = Account(
        sid=sid,
        parent=parent,
        name=name,
        state=AccountState.ACTIVE,
        allowed_prefixes=allowed_prefixes,
        path=(*above.path, sid),
        version=1,
    )
    tx.record("account.created", None, account)
    return account


def both_allow(ours: tuple[str, ...], theirs: tuple[str, ...] | None) -> tuple[str, ...]:
    """The prefixes of exactly those numbers that both lists allow."""
    if theirs is None:
        return ours
    pairs = ((one, other) for one in ours for other in theirs)
    return tuple(
        sorted(
            {max(one, other) for one, other in pairs if max(one, other).startswith(min(one, other))}
        )
    )


def problems_with_prefixes(prefixes: tuple[str, ...], above: Account) -> Iterator[Problem]:
    """An account can't be given more than the account above it has."""
    if not is_within(prefixes, above.allowed_prefixes):
        yield Problem(
            "allowed_prefixes",
            "go beyond those of the account above, which has "
            + (", ".join(above.allowed_prefixes or ()) or "none"),
        )
