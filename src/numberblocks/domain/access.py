"""Who may do what: permissions, grants, actors, and the scopes that come of them.

A grant holds for an account and everything below it, or for one property. Admin includes all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

import msgspec

from numberblocks.domain.accounts import Account, Property


class Permission(StrEnum):
    """What a grant allows, in the words that integrators know."""

    MANAGE = "Manage"
    REPORTING = "Reporting"
    MANAGE_SMS = "ManageSms"
    REPORTING_SMS = "ReportingSms"
    INTEGRATIONS = "Integrations"
    BILLING = "Billing"
    PROJECT_MANAGEMENT = "ProjectManagement"
    USER_MANAGEMENT = "UserManagement"
    SIP_MANAGEMENT = "SipManagement"
    PROVISION_SMS = "ProvisionSms"
    OUTBOUND_CALL_REPORTING = "OutboundCallReporting"
    DISCONNECT_NUMBERS = "DisconnectNumbers"
    ADMIN = "Admin"


ANY = frozenset(Permission)
MANAGING = frozenset({Permission.MANAGE, Permission.ADMIN})
READING = ANY - {Permission.BILLING, Permission.USER_MANAGEMENT, Permission.SIP_MANAGEMENT}
ADMINISTERING = frozenset({Permission.ADMIN})


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Permissions on one account (and all below it) or on one property; never both."""

    account: str | None = None
    property: str | None = None
    permissions: frozenset[Permission]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request: a token, or the operator at the command line.

    id: stable for ever, so that the history can name it. account: the actor's own account.
    """

    kind: str
    id: str
    account: str
    grants: tuple[Grant, ...]

    def may(self, needed: Collection[Permission], account: Account) -> bool:
        """Whether one of the needed permissions is granted on the account or above it."""
        return any(
            grant.account in account.path and not grant.permissions.isdisjoint(needed)
            for grant in self.grants
            if grant.account is not None
        )

    def may_on_property(
        self, needed: Collection[Permission], owner: Account, owned: Property
    ) -> bool:
        """Whether one of the needed permissions is granted on the property or its account."""
        return self.may(needed, owner) or any(
            grant.property == owned.sid and not grant.permissions.isdisjoint(needed)
            for grant in self.grants
        )


class Scope(msgspec.Struct, frozen=True):
    """What may be read or changed; made only by ``scope_of``, which checks a permission.

    account: rows of exactly this account. property: rows of exactly this property.
    """

    account: str | None = None
    property: str | None = None


class Everything(msgspec.Struct, frozen=True):
    """All that the store has; made only by ``everything_for``, which checks Admin on the root."""


def read_permissions(words: Iterable[str]) -> frozenset[Permission]:
    """The permissions with these names, matched without regard to case; ValueError if unknown."""
    known = {permission.casefold(): permission for permission in Permission}
    found = {word.strip() for word in words}
    if unknown := sorted(word for word in found if word.casefold() not in known):
        raise ValueError(f"must be from {', '.join(Permission)}; not known: {', '.join(unknown)}")
    return frozenset(known[word.casefold()] for word in found)
