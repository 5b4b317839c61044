"""Number blocks in the vendor's names and shapes: what is read, and what is shown.

Source: the Fone Dynamics REST API v2's pages on number blocks; docs/compatibility.md says which
member is documented and which is our choice.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from numberblocks.api.fields import FieldReader, by_word
from numberblocks.domain.answering_point import NotAnAnsweringPoint, read_answering_point
from numberblocks.domain.number_block import BlockChange, Recording
from numberblocks.domain.number_pattern import NumberRange
from numberblocks.domain.routing import RoutingMethod
from numberblocks.operations.named import Named
from numberblocks.storage.block_list import ListedBlock

METHODS = by_word(RoutingMethod)
RECORDINGS = by_word(Recording)
NEITHER = "is required: name an AccountSid, a PropertySid or both"

CONFIGURE_PARAMETERS = (
    "NumberBlockSid",
    "AccountSid",
    "PropertySid",
    "RoutingMethod",
    "EndpointNumber",
    "Flow",
    "Application",
    "Recording",
    "Source",
    "Medium",
    "Campaign",
    "Content",
)


def read_named(read: FieldReader) -> Named:
    """The account or property, or both, that a request is about."""
    account = read.sid("AccountSid", "account")
    owned = read.sid("PropertySid", "property")
    if account is None and owned is None and not read.has_problem_with("account", "property"):
        read.missing("account", NEITHER)
        read.missing("property", NEITHER)
    return Named(account, owned)


def read_change(read: FieldReader) -> BlockChange:
    """What configuring changes; each field that the method needs must be in this request."""
    method = read.word("RoutingMethod", "routing_method", METHODS)
    endpoint = read_endpoint(read)
    if endpoint is None and method in (RoutingMethod.ENDPOINT, RoutingMethod.FLOW):
        read.missing("endpoint_number", f"is required when RoutingMethod is {method}")
    flow = read.sid("Flow", "flow")
    if flow is None and method is RoutingMethod.FLOW:
        read.missing("flow", "is required when RoutingMethod is flow")
    application = read.sid("Application", "application")
    if application is None and method is RoutingMethod.APPLICATION:
        read.missing("application", "is required when RoutingMethod is application")
    recording = read.word("Recording", "recording", RECORDINGS)
    source = read.text("Source", "source", clearable=True)
    medium = read.text("Medium", "medium", clearable=True)
    campaign = read.text("Campaign", "campaign", clearable=True)
    content = read.text("Content", "content", clearable=True)
    return BlockChange(
        routing_method=UNSET if method is None else method,
        endpoint_number=UNSET if endpoint is None else endpoint,
        flow=UNSET if flow is None else flow,
        application=UNSET if application is None else application,
        recording=UNSET if recording is None else recording,
        source=UNSET if source is None else source,
        medium=UNSET if medium is None else medium,
        campaign=UNSET if campaign is None else campaign,
        content=UNSET if content is None else content,
    )


def read_endpoint(read: FieldReader) -> str | None:
    """The answering point in its canonical form."""
    text = read.text("EndpointNumber", "endpoint_number")
    if text is None:
        return None
    try:
        return read_answering_point(text)
    except NotAnAnsweringPoint as error:
        read.wrong("endpoint_number", error.message)
        return None


def block_json(listed: ListedBlock) -> dict[str, Any]:
    """A block as it is listed; members without a value are left out."""
    block = listed.block
    members = {
        "Id": block.id,
        "NumberBlockSid": block.sid,
        "NumberPattern": NumberRange(block.first, block.last).pattern,
        "Name": block.name,
        "FriendlyName": block.friendly_name,
        "SipTrunkId": listed.trunk_id,
        "SipTrunkName": listed.trunk_name,
        "AccountSid": block.account,
        "PropertySid": block.property,
        "Active": block.active,
        "Sms": block.sms,
        "Voice": block.voice,
        "RoutingMethod": block.routing_method,
        "EndpointNumber": block.endpoint_number,
        "Flow": block.flow,
        "Application": block.application,
        "Recording": block.recording,
        "Source": block.source,
        "Medium": block.medium,
        "Campaign": block.campaign,
        "Content": block.content,
        "LastUpdated": listed.updated_at // 1_000_000,
    }
    return {name: value for name, value in members.items() if value is not None}
