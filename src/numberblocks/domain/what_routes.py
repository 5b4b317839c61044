"""What a block's calls may be handed to: trunks, flows and applications, as registered things."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from numberblocks.domain.history import Subject


class HeaderForm(StrEnum):
    """How a trunk wants to be told who was called first."""

    DIVERSION = "diversion"
    HISTORY_INFO = "history-info"
    BOTH = "both"
    NONE = "none"


class Trunk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How numbers are reached. uri_template: a SIP URI with {number} in it."""

    sid: str
    id: int
    account: str
    name: str
    uri_template: str
    header_form: HeaderForm
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("trunk", self.sid)


class Flow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A flow of an account or of one of its properties; only a published one can route.

    published_revision: which of its revisions calls run through; None while it is a draft.
    """

    config_id: str
    account: str
    property: str | None = None
    name: str
    type: str
    published_revision: int | None = None
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("flow", self.config_id)


class FlowRevision(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered document of a flow; it never changes. The document is JSON."""

    config_id: str
    revision: int
    document: str

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("flow_revision", f"{self.config_id}/{self.revision}")


class Application(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A program elsewhere that is asked by URL what to do with a call."""

    sid: str
    account: str
    property: str | None = None
    name: str
    voice_url: str
    fallback_url: str | None = None
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("application", self.sid)
