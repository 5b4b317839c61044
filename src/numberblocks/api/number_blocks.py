"""The v2 paths of number blocks."""

from __future__ import annotations

from typing import Any

from numberblocks.api.call import ApiCall
from numberblocks.api.fields import FieldReader, by_word
from numberblocks.api.number_block_json import (
    CONFIGURE_PARAMETERS,
    block_json,
    read_change,
    read_named,
)
from numberblocks.api.unassigned import tell_of_unassigned
from numberblocks.domain.access import READING, Actor
from numberblocks.domain.number_block import BlockChange
from numberblocks.operations.configure_block import configure_block, reads_of
from numberblocks.operations.named import Named, named_by
from numberblocks.storage.block_list import SORTABLE, BlockFilter, BlockPage, count_blocks
from numberblocks.storage.block_list import list_blocks as list_rows
from numberblocks.storage.write import Write

OK = {"ResponseStatus": {"Message": "OK"}}
LARGEST_PAGE = 1_000
LAST_PAGE = 10**9

LIST_PARAMETERS = (
    "AccountSid",
    "PropertySid",
    "Text",
    "Active",
    "Sms",
    "Voice",
    "IncludeAssociations",
    "PageIndex",
    "PageSize",
    "IncludeTotalCount",
    "SortBy",
    "SortDir",
)
SORT_BY = by_word(SORTABLE)
SORT_DIR = by_word(("asc", "desc"))


def configure(call: ApiCall) -> dict[str, Any]:
    """POST /v2/numberblocks/{sid}: change a block's routing, recording and attribution."""
    read = call.fields(CONFIGURE_PARAMETERS)
    sid = read.sid("NumberBlockSid", "number_block") or ""
    named, change = read_named(read), read_change(read)
    read.refuse_if_wrong()
    before, after = call.write(before_and_after, reads_of(sid, change), named, sid, change)
    tell_of_unassigned(call, before, after)
    return OK


def before_and_after(
    tx: Write, actor: Actor, named: Named, sid: str, change: BlockChange
) -> tuple[str | None, str | None]:
    """Configure the block; its answering point as it was and as it is."""
    before = tx.block(sid)
    after = configure_block(tx, actor, named, sid, change)
    return None if before is None else before.endpoint_number, after.endpoint_number


def configure_nothing(call: ApiCall) -> dict[str, Any]:
    """POST /v2/numberblocks: the sid belongs in the path; told with whatever else is wrong."""
    read = call.fields(CONFIGURE_PARAMETERS)
    read.missing("number_block", "is required in the path")
    read_named(read)
    read_change(read)
    read.refuse_if_wrong()
    raise AssertionError("a request without a sid is always refused")


def list_blocks(call: ApiCall) -> dict[str, Any]:
    """GET /v2/numberblocks and its kin: the blocks of an account or property, a page at a time."""
    read = call.fields(LIST_PARAMETERS)
    named, wanted = read_named(read), read_filter(read)
    page, with_total = read_page(read)
    read.refuse_if_wrong()
    with call.reading() as (moment, actor):
        scope = named_by(moment, actor, named, READING)
        listed = list_rows(moment.connection, scope, wanted, page)
        total = count_blocks(moment.connection, scope, wanted) if with_total else None
    answer = {
        "NumberBlocks": [block_json(each) for each in listed],
        "PageIndex": page.number,
        "PageSize": page.size,
    }
    return answer if total is None else answer | {"TotalCount": total}


def read_filter(read: FieldReader) -> BlockFilter:
    """Which blocks are wanted."""
    wanted = BlockFilter(
        text=read.text("Text", "text"),
        active=read.boolean("Active", "active"),
        sms=read.boolean("Sms", "sms"),
        voice=read.boolean("Voice", "voice"),
    )
    read.boolean("IncludeAssociations", "include_associations")
    return wanted


def read_page(read: FieldReader) -> tuple[BlockPage, bool]:
    """Which of them and in what order, and whether all that match are counted too."""
    index = read.integer("PageIndex", "page_index", maximum=LAST_PAGE)
    size = read.integer("PageSize", "page_size", minimum=1, maximum=LARGEST_PAGE)
    with_total = read.boolean("IncludeTotalCount", "include_total_count")
    page = BlockPage(
        number=index or 0,
        size=10 if size is None else size,
        sort_by=read.word("SortBy", "sort_by", SORT_BY) or "Id",
        descending=read.word("SortDir", "sort_dir", SORT_DIR) == "desc",
    )
    return page, with_total is not False
