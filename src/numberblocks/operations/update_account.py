"""Change an account's name, where it may route calls to, or whether it takes part."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from numberblocks.domain.access import ADMINISTERING, Actor
from numberblocks.domain.accounts import Account, AccountState
from numberblocks.domain.change import Change, changed_by
from numberblocks.domain.errors import InvalidFields, Problem
from numberblocks.domain.text import problems_with_names
from numberblocks.operations.create_account import problems_with_prefixes
from numberblocks.operations.named import get_account
from numberblocks.operations.permitted import permitted_account, refuse_if_wrong
from numberblocks.storage.write import Write


class AccountChange(Change, frozen=True, kw_only=True):
    """What one request asks to change. UNSET: leave as it is. The prefixes replace the list."""

    name: str | UnsetType = UNSET
    allowed_prefixes: tuple[str, ...] | UnsetType = UNSET
    state: AccountState | UnsetType = UNSET


def update_account(tx: Write, actor: Actor, sid: str, change: AccountChange) -> Account:
    """Make the change, and return the account as it now is.

    The name needs Admin on the account. Prefixes and state are set from above, never by the
    account itself, so they need Admin on its parent.
    """
    refuse_if_wrong(problems_with_names(name=change.name))
    account = permitted_account(tx, actor, ADMINISTERING, sid)
    if change.allowed_prefixes is not UNSET or change.state is not UNSET:
        above = permitted_above(tx, actor, account)
        if change.allowed_prefixes is not UNSET:
            refuse_if_wrong(problems_with_prefixes(change.allowed_prefixes, above))
    changed = changed_by(account, change)
    if changed is not account:
        tx.record("account.updated", account, changed)
    return changed


def permitted_above(tx: Write, actor: Actor, account: Account) -> Account:
    """The account above, on which the actor has Admin. The root has none: its list is open."""
    if account.parent is None:
        raise InvalidFields(
            [Problem("account", "is the root; its prefixes are open and it stays active")]
        )
    get_account(tx, account.parent)
    return permitted_account(tx, actor, ADMINISTERING, account.parent)
