"""From what a request names to what it may reach: the steps that many operations share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import msgspec

from numberblocks.domain.access import ANY, Actor, Permission, Scope
from numberblocks.domain.accounts import Account, Property
from numberblocks.domain.errors import (
    AccountNotFound,
    BlockBelongsElsewhere,
    Forbidden,
    NumberBlockNotFound,
    PropertyNotFound,
    PropertyOfAnotherAccount,
)
from numberblocks.domain.number_block import BlockState, NumberBlock


class Named(msgspec.Struct, frozen=True):
    """The account or property, or both, that a request names."""

    account: str | None = None
    property: str | None = None


class Owners(Protocol):
    """Whatever can look up accounts and properties: a write, or a reading."""

    def account(self, sid: str) -> Account | None:
        """The account with this sid."""
        ...

    def property(self, sid: str) -> Property | None:
        """The property with this sid."""
        ...


class Blocks(Owners, Protocol):
    """Whatever can look up blocks too."""

    def block(self, sid: str) -> NumberBlock | None:
        """The block with this sid, in whatever state and whoever's."""
        ...


def named_by(owners: Owners, actor: Actor, named: Named, needed: Collection[Permission]) -> Scope:
    """The scope that the request names, once the actor has shown one of the permissions there.

    First everything named has to exist, then the permission is asked for on each, and only then
    whether they belong together, so that nobody learns which foreign sids do.
    """
    account = None if named.account is None else get_account(owners, named.account)
    owned = None if named.property is None else get_property(owners, named.property)
    if account is not None and not actor.may(needed, account):
        raise Forbidden(f"You need {words(needed)} on the account {account.sid}.")
    if owned is not None and not may_on_property(owners, actor, needed, owned):
        raise Forbidden(f"You need {words(needed)} on the property {owned.sid}.")
    if account is not None and owned is not None and owned.account != account.sid:
        raise PropertyOfAnotherAccount("isn't a property of the account that is named")
    return Scope(named.account, named.property)


def get_account(owners: Owners, sid: str) -> Account:
    """The account with this sid, or AccountNotFound."""
    if (account := owners.account(sid)) is None:
        raise AccountNotFound(sid)
    return account


def get_property(owners: Owners, sid: str) -> Property:
    """The property with this sid, or PropertyNotFound."""
    if (owned := owners.property(sid)) is None:
        raise PropertyNotFound(sid)
    return owned


def may_on_property(
    owners: Owners, actor: Actor, needed: Collection[Permission], owned: Property
) -> bool:
    """Whether the actor has one of the permissions on the property, or above it."""
    return actor.may_on_property(needed, get_account(owners, owned.account), owned)


def get_block_in_reach(
    blocks: Blocks, actor: Actor, sid: str, needed: Collection[Permission] = ANY
) -> NumberBlock:
    """The active block with this sid, if the actor reaches it with one of the permissions."""
    block = blocks.block(sid)
    if block is None or block.state is not BlockState.ACTIVE:
        raise NumberBlockNotFound(sid)
    if not reaches(blocks, actor, block, needed):
        raise NumberBlockNotFound(sid)
    return block


class Owned(Protocol):
    """Whatever belongs to an account, and perhaps to one of its properties."""

    @property
    def account(self) -> str:
        """The account's sid."""
        ...

    @property
    def property(self) -> str | None:
        """The property's sid."""
        ...


def reaches(owners: Owners, actor: Actor, thing: Owned, needed: Collection[Permission]) -> bool:
    """Whether the actor has one of the permissions on what the thing belongs to."""
    if actor.may(needed, get_account(owners, thing.account)):
        return True
    return thing.property is not None and may_on_property(
        owners, actor, needed, get_property(owners, thing.property)
    )


def get_block_of(blocks: Blocks, actor: Actor, scope: Scope, sid: str) -> NumberBlock:
    """The active block with this sid, which belongs to exactly what the scope names."""
    block = get_block_in_reach(blocks, actor, sid)
    if scope.account not in (None, block.account) or scope.property not in (None, block.property):
        raise BlockBelongsElsewhere("doesn't belong to the account or property that is named")
    return block


def words(permissions: Collection[Permission]) -> str:
    """The permissions as a person would say them: "Admin or Manage"."""
    return " or ".join(sorted(permissions))
