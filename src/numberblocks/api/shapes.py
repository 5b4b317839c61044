"""The shapes of answers, as the OpenAPI document describes them.

Nothing is made from these: they say from outside what the handlers answer, and the tests compare
every answer with them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from numberblocks.domain.number_block import BlockState, Recording
from numberblocks.domain.routing import RoutingMethod

Sid = Annotated[str, Meta(pattern="^[A-Z0-9]{32}$")]
Seconds = Annotated[int, Meta(description="Seconds since the epoch, UTC.")]
Number = Annotated[str, Meta(pattern=r"^\+61[0-9]{6,10}$")]


# /v2, in the vendor's names.


class FieldError(Struct, rename="pascal"):
    """One wrong parameter."""

    error_code: str
    field_name: str
    message: str


class ResponseStatus(Struct, rename="pascal"):
    """What went wrong; the first error's code and message on top."""

    error_code: Annotated[str, Meta(description="docs/errors.md lists them.")]
    message: str
    errors: list[FieldError] | UnsetType = UNSET


class ErrorAnswer(Struct, rename="pascal"):
    """The body of every answer of /v2 that isn't a success."""

    response_status: ResponseStatus


class DoneStatus(Struct, rename="pascal"):
    """That it was done."""

    message: Literal["OK"]


class Done(Struct, rename="pascal"):
    """The answer to a change that was accepted."""

    response_status: DoneStatus


class ListedNumberBlock(Struct, rename="pascal"):
    """A block as it is listed; members without a value are left out."""

    id: int
    number_block_sid: Sid
    number_pattern: Annotated[str, Meta(description="`612555000XX`, or `61255500150-61255500249`.")]
    account_sid: Sid
    active: bool
    sms: bool
    voice: bool
    last_updated: Seconds
    name: str | UnsetType = UNSET
    friendly_name: str | UnsetType = UNSET
    sip_trunk_id: int | UnsetType = UNSET
    sip_trunk_name: str | UnsetType = UNSET
    property_sid: Sid | UnsetType = UNSET
    routing_method: RoutingMethod | UnsetType = UNSET
    endpoint_number: Number | UnsetType = UNSET
    flow: Sid | UnsetType = UNSET
    application: Sid | UnsetType = UNSET
    recording: Recording | UnsetType = UNSET
    source: str | UnsetType = UNSET
    medium: str | UnsetType = UNSET
    campaign: str | UnsetType = UNSET
    content: str | UnsetType = UNSET


class NumberBlockPage(Struct, rename="pascal"):
    """One page of a list of blocks."""

    number_blocks: list[ListedNumberBlock]
    page_index: int
    page_size: int
    total_count: Annotated[
        int | UnsetType, Meta(description="Of all pages together; left out when not asked for.")
    ] = UNSET


# /api/v1, and everything else that is our own.


class FieldProblem(Struct):
    """One wrong field."""

    pointer: Annotated[str, Meta(description="`/` and the name of the field.")]
    code: str
    detail: str


class ProblemDetails(Struct):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Meta(description="The page about errors of this code.")]
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldProblem] | UnsetType = UNSET


class Who(Struct):
    """Who made a change: the id of a token, or the machine's user at the command line."""

    kind: str
    id: str
    account: str


class NumberBlock(Struct):
    """A block with its numbers, its version, and who changed it last."""

    sid: Sid
    account: Sid
    property: Sid | None
    state: BlockState
    name: str | None
    friendly_name: str | None
    trunk: Sid | None
    active: bool
    sms: bool
    voice: bool
    routing_method: RoutingMethod | None
    endpoint_number: Number | None
    flow: Sid | None
    application: Sid | None
    recording: Recording | None
    source: str | None
    medium: str | None
    campaign: str | None
    content: str | None
    pattern: str
    first_number: str
    last_number: str
    count: int
    version: Annotated[int, Meta(description="Grows by one with every change; also the ETag.")]
    position: Annotated[int, Meta(description="Of the last change, in the line of changes.")]
    changed_at: Seconds
    changed_by: Annotated[Who | None, Meta(description="Null if what it said was erased.")]
    changed_through: str | None


class Live(Struct):
    """That it answers."""

    ok: Literal[True]


class Check(Struct):
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "wrong"]
    found: str


class Health(Struct):
    """Whether it is well. Only a request with a login or from this machine is told more."""

    ok: bool
    checks: list[Check] | UnsetType = UNSET
