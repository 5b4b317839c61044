"""Number blocks in our own API: snake_case, with version, position and who changed it last."""

from __future__ import annotations

from typing import Any

from numberblocks.api.call import ApiCall
from numberblocks.domain.access import READING
from numberblocks.domain.errors import NumberBlockNotFound
from numberblocks.domain.number_pattern import NumberRange
from numberblocks.operations.named import get_block_in_reach
from numberblocks.storage.block_list import ListedBlock, find_listed_block
from numberblocks.storage.changes import LastChange, last_change

SHOWN = (
    "sid",
    "account",
    "property",
    "state",
    "name",
    "friendly_name",
    "active",
    "sms",
    "voice",
    "routing_method",
    "endpoint_number",
    "flow",
    "application",
    "recording",
    "source",
    "medium",
    "campaign",
    "content",
    "version",
)


def show(call: ApiCall) -> dict[str, Any]:
    """GET /api/v1/number-blocks/{sid}: one block, and who changed it last."""
    read = call.fields(("sid",), strict=True)
    sid = read.sid("sid", "number_block") or ""
    read.refuse_if_wrong()
    with call.reading() as (moment, actor):
        get_block_in_reach(moment, actor, sid, READING)
        listed = find_listed_block(moment.connection, sid)
        if listed is None:
            raise NumberBlockNotFound(sid)
        changed = last_change(moment.connection, listed.position)
    call.headers["ETag"] = f'"{listed.block.version}"'
    return block_json(listed, changed)


def block_json(listed: ListedBlock, changed: LastChange | None) -> dict[str, Any]:
    """A block as our own API shows it; members without a value are null."""
    block = listed.block
    held = NumberRange(block.first, block.last)
    return {name: getattr(block, name) for name in SHOWN} | {
        "pattern": held.pattern,
        "first_number": f"+{block.first}",
        "last_number": f"+{block.last}",
        "count": held.count,
        "trunk": block.trunk,
        "position": listed.position,
        "changed_at": listed.updated_at // 1_000_000,
        "changed_by": None if changed is None else changed.who,
        "changed_through": None if changed is None else changed.channel,
    }
