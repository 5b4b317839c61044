"""One decision: where a call to a number goes, and why.

``decide`` is pure. The lookup that switches ask, "explain", replay and the simulator all call it;
explain only keeps the steps that it passes on the way.
Source: docs/architecture.md, "One decision".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol

import msgspec

from numberblocks.domain.allowed_prefixes import is_allowed
from numberblocks.domain.dialled_number import NotADialledNumber, read_dialled_number
from numberblocks.domain.number_block import SETTINGS, BlockState, NumberBlock, Recording
from numberblocks.domain.routing import ToApplication, ToEndpoint, ToFlow
from numberblocks.domain.what_routes import Trunk


class Reason(StrEnum):
    """Why a call goes where it goes, or nowhere."""

    ROUTED = "routed"
    FALLBACK = "fallback"
    MALFORMED = "malformed_number"
    UNALLOCATED = "unallocated"
    QUARANTINED = "quarantined"
    ACCOUNT_DEACTIVATED = "account_deactivated"
    INACTIVE = "inactive"
    NO_ROUTE = "no_route"
    FLOW_UNPUBLISHED = "flow_unpublished"
    CANNOT_RUN = "cannot_run"
    ENDPOINT_NOT_ALLOWED = "endpoint_not_allowed"


SIP_STATUS: Mapping[Reason, int] = {
    Reason.MALFORMED: 404,
    Reason.UNALLOCATED: 404,
    Reason.QUARANTINED: 410,
    Reason.ACCOUNT_DEACTIVATED: 480,
    Reason.INACTIVE: 480,
    Reason.NO_ROUTE: 480,
    Reason.FLOW_UNPUBLISHED: 480,
    Reason.CANNOT_RUN: 480,
    Reason.ENDPOINT_NOT_ALLOWED: 403,
}
"""What a switch answers to the caller's side when the call goes nowhere."""

LABELS = ("source", "medium", "campaign", "content")


class Found(NamedTuple):
    """Everything that a table knows about one number.

    override: the settings that differ at this number; empty text is a setting taken away.
    taking_part: neither the owner nor an account above it is deactivated.
    prefixes: the list of the owner and of each account above it, except open ones; an answering
    point must be within every one of them.
    flow_published: whether the flow that the settings name for this number is.
    trunk: the block's, else the default. default_recording: the property's.
    """

    block: NumberBlock
    override: Mapping[str, str]
    taking_part: bool
    prefixes: tuple[tuple[str, ...], ...]
    flow_published: bool
    trunk: Trunk | None
    default_recording: str | None = None


class Table(Protocol):
    """Whatever knows which block holds a number: the route table, or the store at a moment."""

    def find(self, number: int, at: int) -> Found | None:
        """What is known of this number (E.164 digits) at a position; None if no block held it."""
        ...


class Step(msgspec.Struct, frozen=True):
    """One thing that was looked at on the way to a decision, and what came of it."""

    looked_at: str
    outcome: str
    passed: bool


Steps = list[Step] | None


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where a switch sends the call. number: "+61…"; uri: that number on the trunk, if any.

    fallback: whether it stands in for a flow or application that can't take the call.
    """

    number: str
    uri: str | None
    fallback: bool


class RouteDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a switch is told about one call: either targets, or the sip_status to refuse it with.

    number: "+61…", or None if it couldn't be read. attribution: only labels that are set.
    block, version: which settings decided; None if no block in use holds the number.
    """

    number: str | None
    reason: Reason
    sip_status: int = 0
    targets: tuple[Target, ...] = ()
    recording: bool = False
    attribution: dict[str, str] = {}
    block: str | None = None
    version: int | None = None


def decide(number: str, table: Table, at: int, steps: Steps = None) -> RouteDecision:
    """Where a call to this number goes, as everything stood at this position.

    steps: filled with what was looked at, for those who ask why.
    """
    try:
        digits = read_dialled_number(number)
    except NotADialledNumber as error:
        failed(steps, "number", "{}", error.message)
        return refused(Reason.MALFORMED, None, None)
    asked = f"+{digits}"
    passed(steps, "number", "is read as {}", asked)
    found = table.find(digits, at)
    if found is None or found.block.state in (BlockState.STOCK, BlockState.ENDED):
        failed(steps, "block", "no block in use holds this number")
        return refused(Reason.UNALLOCATED, asked, None)
    passed(steps, "block", "{}, version {}", found.block.sid, found.block.version)
    return decide_found(asked, found, steps)


def decide_found(asked: str, found: Found, steps: Steps) -> RouteDecision:
    """Where a call to this number ("+61…") goes, by what is known of it."""
    if (reason := why_not_in_use(found, steps)) is not None:
        return refused(reason, asked, found.block)
    block = found.block.as_set_at(found.override)
    if steps is not None:
        steps.extend(origins(block, found))
    endpoint, reason = where_to(block, found, steps)
    if endpoint is None:
        return refused(reason, asked, block)
    if not all(is_allowed(endpoint, prefixes) for prefixes in found.prefixes):
        failed(steps, "prefixes", "the account may no longer route to {}", endpoint)
        return refused(Reason.ENDPOINT_NOT_ALLOWED, asked, block)
    passed(steps, "prefixes", "the account may route to {}", endpoint)
    return RouteDecision(
        number=asked,
        reason=reason,
        targets=(target(endpoint, found.trunk, fallback=reason is Reason.FALLBACK),),
        recording=(block.recording or found.default_recording) == Recording.ENABLED,
        attribution={name: label for name in LABELS if (label := getattr(block, name))},
        block=block.sid,
        version=block.version,
    )


def why_not_in_use(found: Found, steps: Steps) -> Reason | None:
    """Why the number takes no calls at all, whatever its settings; None if it does."""
    if found.block.state is BlockState.QUARANTINE:
        failed(steps, "state", "the block is in quarantine")
        return Reason.QUARANTINED
    if not found.taking_part:
        failed(steps, "account", "the account, or one above it, is deactivated")
        return Reason.ACCOUNT_DEACTIVATED
    if not found.block.active:
        failed(steps, "active", "the block is switched off")
        return Reason.INACTIVE
    passed(steps, "state", "the block and its account take calls")
    return None


def origins(block: NumberBlock, found: Found) -> Iterator[Step]:
    """Each setting that counts at this number, and what it was set for."""
    for name in SETTINGS:
        value, origin = getattr(block, name), "number" if name in found.override else "block"
        if name == "recording" and value is None:
            value, origin = found.default_recording, "property"
        if value is not None:
            yield Step(name, f"{value}, set for the {origin}", True)


def where_to(block: NumberBlock, found: Found, steps: Steps) -> tuple[str | None, Reason]:
    """The answering point, and whether it is the route or stands in for one; or why there's none.

    There is no engine that runs flows or applications.
    """
    match block.routing():
        case None:
            failed(steps, "routing", "no route is configured")
            return None, Reason.NO_ROUTE
        case ToEndpoint(number):
            passed(steps, "routing", "calls ring at {}", number)
            return number, Reason.ROUTED
        case ToFlow(flow, _) if not found.flow_published:
            failed(steps, "routing", "the flow {} isn't published", flow)
            return instead_of(Reason.FLOW_UNPUBLISHED, block, steps)
        case ToFlow(runs, _) | ToApplication(runs):
            failed(steps, "routing", "no engine is there to run {}", runs)
            return instead_of(Reason.CANNOT_RUN, block, steps)


def instead_of(reason: Reason, block: NumberBlock, steps: Steps) -> tuple[str | None, Reason]:
    """The stored EndpointNumber, which stands in for what can't run; or why there's no route."""
    if block.endpoint_number is None:
        failed(steps, "fallback", "no EndpointNumber is stored to ring instead")
        return None, reason
    passed(steps, "fallback", "calls ring at the stored EndpointNumber {}", block.endpoint_number)
    return block.endpoint_number, Reason.FALLBACK


def target(number: str, trunk: Trunk | None, *, fallback: bool) -> Target:
    """The answering point as the trunk reaches it."""
    uri = None if trunk is None else trunk.uri_template.replace("{number}", number)
    return Target(number=number, uri=uri, fallback=fallback)


def refused(reason: Reason, asked: str | None, block: NumberBlock | None) -> RouteDecision:
    """The decision that the call goes nowhere."""
    return RouteDecision(
        number=asked,
        reason=reason,
        sip_status=SIP_STATUS[reason],
        block=None if block is None else block.sid,
        version=None if block is None else block.version,
    )


def passed(steps: Steps, looked_at: str, outcome: str, *values: object) -> None:
    """Note what lets the call go on. A call that nobody asks about costs no writing."""
    if steps is not None:
        steps.append(Step(looked_at, outcome.format(*values), True))


def failed(steps: Steps, looked_at: str, outcome: str, *values: object) -> None:
    """Note what stops the call, or makes it go elsewhere."""
    if steps is not None:
        steps.append(Step(looked_at, outcome.format(*values), False))
