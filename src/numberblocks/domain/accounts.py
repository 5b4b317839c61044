"""Accounts in one tree, and the properties (brands, sites) that they own."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from numberblocks.domain.history import Subject


class AccountState(StrEnum):
    """Whether an account takes part; nobody logs in to a deactivated one."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer. Its sid, and those of the accounts above it up to the root.

    allowed_prefixes: E.164 digits without plus; None is open, which only the root has.
    path: sids from the root down to this account, itself included.
    """

    sid: str
    parent: str | None = None
    name: str
    state: AccountState
    allowed_prefixes: tuple[str, ...] | None = None
    path: tuple[str, ...]
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("account", self.sid)


class Property(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A brand or site of an account; numbers belong to it."""

    sid: str
    account: str
    name: str
    main_domain: str | None = None
    time_zone: str | None = None
    recording: str | None = None
    active: bool
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("property", self.sid)
