"""A token as it is kept and listed: everything but its secret."""

from __future__ import annotations

import msgspec

from numberblocks.domain.access import Grant
from numberblocks.domain.history import Subject


class IssuedToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token of an account. Times are microseconds since the epoch, UTC.

    demo: one of the documented ones, which work on this machine only.
    """

    key_id: str
    account: str
    name: str
    demo: bool
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None
    grants: tuple[Grant, ...]
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("token", self.key_id)
