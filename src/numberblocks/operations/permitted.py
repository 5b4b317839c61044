"""The first steps of most operations: the form is right, the owner exists, the actor may."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from numberblocks.domain.access import ADMINISTERING, Actor, Everything, Permission
from numberblocks.domain.accounts import Account
from numberblocks.domain.errors import Forbidden, InvalidFields, Problem, missing
from numberblocks.operations.named import (
    Named,
    Owners,
    get_account,
    get_property,
    named_by,
    words,
)
from numberblocks.storage.finding import root_sid
from numberblocks.storage.reading import Reading
from numberblocks.storage.write import Write


class Owner(NamedTuple):
    """Whom something new will belong to: an account, and perhaps one of its properties."""

    account: str
    property: str | None


def refuse_if_wrong(problems: Iterable[Problem]) -> None:
    """Refuse if there is any problem, naming all of them."""
    if found := tuple(problems):
        raise InvalidFields(found)


def permitted_account(
    owners: Owners, actor: Actor, needed: Collection[Permission], sid: str
) -> Account:
    """The account with this sid, on which the actor has one of the permissions."""
    account = get_account(owners, sid)
    if not actor.may(needed, account):
        raise Forbidden(f"You need {words(needed)} on the account {sid}.")
    return account


def permitted_owner(
    owners: Owners, actor: Actor, needed: Collection[Permission], named: Named
) -> Owner:
    """The account or property that is named, where the actor has one of the permissions."""
    if named.account is None and named.property is None:
        raise InvalidFields([missing("account", "or property is required")])
    named_by(owners, actor, named, needed)
    if named.property is None:
        assert named.account is not None
        return Owner(named.account, None)
    return Owner(get_property(owners, named.property).account, named.property)


def require_operator(store: Write | Reading, actor: Actor) -> Account:
    """The root account, on which the actor has Admin: whoever has that is the operator."""
    return permitted_account(store, actor, ADMINISTERING, root_sid(store.connection))


def everything_for(store: Write | Reading, actor: Actor) -> Everything:
    """The view of the whole store, for the operator only."""
    require_operator(store, actor)
    return Everything()
