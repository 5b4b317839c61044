"""A number block: numbers configured together, and what one request asks to change of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from numberblocks.domain.change import Change
from numberblocks.domain.history import Subject
from numberblocks.domain.routing import Routing, RoutingMethod, ToApplication, ToEndpoint, ToFlow


class BlockState(StrEnum):
    """The life of a block. Only an active one can be configured or take calls."""

    STOCK = "stock"
    ACTIVE = "active"
    QUARANTINE = "quarantine"
    ENDED = "ended"


class Recording(StrEnum):
    """Whether a block's calls are recorded."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class NumberBlock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A block as it stands, and as the history writes it down.

    first, last: E.164 digits without plus, inclusive. endpoint_number: "+61…".
    flow, application and endpoint_number are kept whatever the routing method; the method says
    which of them routes. version: grows by one with every change.
    Only what may be absent has a default, and it is None, so that a line of the history never
    depends on a default of the release that reads it.
    """

    sid: str
    id: int
    account: str
    property: str | None = None
    state: BlockState
    first: int
    last: int
    name: str | None = None
    friendly_name: str | None = None
    trunk: str | None = None
    active: bool
    sms: bool
    voice: bool
    routing_method: RoutingMethod | None = None
    endpoint_number: str | None = None
    flow: str | None = None
    application: str | None = None
    recording: Recording | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    version: int

    def subject(self) -> Subject:
        """Its name in the history."""
        return Subject("number_block", self.sid)

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    def routing(self) -> Routing | None:
        """Where calls go, or None if no route was ever configured."""
        match self.routing_method:
            case RoutingMethod.ENDPOINT if self.endpoint_number:
                return ToEndpoint(self.endpoint_number)
            case RoutingMethod.FLOW if self.flow:
                return ToFlow(self.flow, self.endpoint_number)
            case RoutingMethod.APPLICATION if self.application:
                return ToApplication(self.application)
            case _:
                return None

    def as_set_at(self, override: Mapping[str, str]) -> NumberBlock:
        """The block with the settings that count at one of its numbers.

        override: the settings that differ there; empty text is a setting taken away.
        """
        if not override:
            return self
        # The words of enums stay plain text here, and compare as such. So a word that only a newer
        # release knows makes no route, where converting it would make an error.
        own = {name: text or None for name, text in override.items() if name in SETTINGS}
        return msgspec.structs.replace(self, **own)


class BlockChange(Change, frozen=True, kw_only=True):
    """What one request asks to change of a block. UNSET: leave as it is; "": clear."""

    routing_method: RoutingMethod | UnsetType = UNSET
    endpoint_number: str | UnsetType = UNSET
    flow: str | UnsetType = UNSET
    application: str | UnsetType = UNSET
    recording: Recording | UnsetType = UNSET
    source: str | UnsetType = UNSET
    medium: str | UnsetType = UNSET
    campaign: str | UnsetType = UNSET
    content: str | UnsetType = UNSET


SETTINGS = BlockChange.__struct_fields__
"""What configuring sets, and what may differ at one number of a block."""

SEARCHED = ("name", "friendly_name", "source", "medium", "campaign", "content")


def search_text(block: NumberBlock) -> str:
    """What a text search looks through: the searched fields, case-folded, a line each."""
    return "\n".join(getattr(block, field) or "" for field in SEARCHED).casefold()
