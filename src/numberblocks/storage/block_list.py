"""Lists of blocks: filtered, sorted, a page at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from numberblocks.domain.access import Scope
from numberblocks.domain.number_block import BlockState, NumberBlock
from numberblocks.domain.number_pattern import read_number_beginning
from numberblocks.storage.schema import number_blocks, trunks
from numberblocks.storage.statements import BLOCK_COLUMNS, block_from


class ListedBlock(NamedTuple):
    """A block, what its trunk is called, and when it last changed (microseconds, UTC)."""

    block: NumberBlock
    trunk_id: int | None
    trunk_name: str | None
    updated_at: int
    position: int


class BlockFilter(NamedTuple):
    """Which blocks are wanted; None: all.

    text: a sid, a number or its beginning in any spelling, or a part of a name or label.
    """

    text: str | None = None
    active: bool | None = None
    sms: bool | None = None
    voice: bool | None = None


class BlockPage(NamedTuple):
    """Which of the blocks, and in what order. number counts from 0; sort_by is from SORTABLE."""

    number: int = 0
    size: int = 10
    sort_by: str = "Id"
    descending: bool = False


columns = number_blocks.c
SORTABLE: dict[str, ColumnElement[Any]] = {
    "Id": columns.id,
    "NumberBlockSid": columns.sid,
    "NumberPattern": columns.first_number,
    "Name": columns.name,
    "FriendlyName": columns.friendly_name,
    "SipTrunkId": trunks.c.id,
    "SipTrunkName": trunks.c.name,
    "AccountSid": columns.account_sid,
    "PropertySid": columns.property_sid,
    "Active": columns.active,
    "Sms": columns.sms,
    "Voice": columns.voice,
    "RoutingMethod": columns.routing_method,
    "EndpointNumber": columns.endpoint_number,
    "Flow": columns.flow,
    "Application": columns.application,
    "Recording": columns.recording,
    "Source": columns.source,
    "Medium": columns.medium,
    "Campaign": columns.campaign,
    "Content": columns.content,
    "LastUpdated": columns.updated_at,
}
"""What blocks can be sorted by, in the words of whoever asks."""

LISTED = select(
    *(columns[name] for name in BLOCK_COLUMNS),
    trunks.c.id.label("trunk_id"),
    trunks.c.name.label("trunk_name"),
    columns.updated_at,
    columns.position,
).select_from(number_blocks.outerjoin(trunks, trunks.c.sid == columns.trunk_sid))


def list_blocks(
    connection: Connection, scope: Scope, wanted: BlockFilter, page: BlockPage
) -> list[ListedBlock]:
    """The blocks on one page."""
    key = SORTABLE[page.sort_by]
    # Said for both databases, which otherwise differ: what has no value comes first, then last.
    in_order = key.desc().nulls_last() if page.descending else key.asc().nulls_first()
    query = (
        LISTED.where(matching(scope, wanted))
        .order_by(in_order, columns.id)
        .limit(page.size)
        .offset(page.number * page.size)
    )
    return [listed_from(row) for row in connection.execute(query)]


def count_blocks(connection: Connection, scope: Scope, wanted: BlockFilter) -> int:
    """How many blocks there are on all pages together."""
    query: Select[int] = (
        select(func.count()).select_from(number_blocks).where(matching(scope, wanted))
    )
    return connection.execute(query).scalar_one()


def find_listed_block(connection: Connection, sid: str) -> ListedBlock | None:
    """The block with this sid, in whatever state and whoever's; check before showing it."""
    row = connection.execute(LISTED.where(columns.sid == sid)).one_or_none()
    return None if row is None else listed_from(row)


def listed_from(row: Any) -> ListedBlock:
    """The listed block that a row of LISTED is."""
    return ListedBlock(block_from(row), *row[len(BLOCK_COLUMNS) :])


def matching(scope: Scope, wanted: BlockFilter) -> ColumnElement[bool]:
    """The active blocks within the scope that are wanted."""
    conditions: list[ColumnElement[bool]] = [columns.state == BlockState.ACTIVE, within(scope)]
    for column, value in (
        (columns.active, wanted.active),
        (columns.sms, wanted.sms),
        (columns.voice, wanted.voice),
    ):
        if value is not None:
            conditions.append(column.is_(value))
    if wanted.text is not None:
        conditions.append(mentioning(wanted.text))
    return and_(*conditions)


def within(scope: Scope) -> ColumnElement[bool]:
    """Exactly the account, the property, or both that the scope names."""
    conditions = []
    if scope.account is not None:
        conditions.append(columns.account_sid == scope.account)
    if scope.property is not None:
        conditions.append(columns.property_sid == scope.property)
    if not conditions:
        raise ValueError("a scope names an account, a property or both")
    return and_(*conditions)


def mentioning(text: str) -> ColumnElement[bool]:
    """Blocks with this sid, with numbers that begin so, or with the text in a name or label."""
    holds = [
        and_(columns.first_number <= last, columns.last_number >= first)
        for first, last in read_number_beginning(text)
    ]
    part = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(columns.sid == text, *holds, columns.search_text.like(f"%{part}%", escape="\\"))
