"""The few statements that every write needs, handed straight to the driver.

They are the hot path: a configure request spends its time in the store here and nowhere else.
sqlite_statements.py and postgresql_statements.py say the same in each database's own words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from numberblocks.domain.number_block import BlockState, NumberBlock, Recording, search_text
from numberblocks.domain.routing import RoutingMethod


class Head(NamedTuple):
    """Where the line of changes stands, read under the lock.

    recorded_at: the time of the last line; now: the database's clock (microseconds, UTC), on
    PostgreSQL read with the lock, so it can be as old as the wait for a holder who gave up.
    """

    history_id: str
    position: int
    link: str
    recorded_at: int
    access_version: int
    now: int


class LineRow(NamedTuple):
    """One row of ``changes``, in the order of its columns."""

    position: int
    at: int
    verb: str
    subject_kind: str
    subject_id: str
    line: str
    digest: str


class BlockRow(NamedTuple):
    """A block's row as it is to be written; expected is the version that was read."""

    block: NumberBlock
    position: int
    at: int
    expected: int


class ConfiguredThing(NamedTuple):
    """A published flow or an application, as far as configuring a block needs it."""

    sid: str
    account: str
    property: str | None


class Statements(Protocol):
    """What the writer asks of a database."""

    def begin(self, connection: Connection) -> Head:
        """Begin a transaction that holds the write lock, and read where the line stands."""
        ...

    def blocks(self, connection: Connection, sids: Collection[str]) -> list[NumberBlock]:
        """The blocks with these sids, in whatever state."""
        ...

    def holders(self, connection: Connection, numbers: Collection[int]) -> dict[int, str]:
        """The sid of the block that now holds each of these numbers."""
        ...

    def overrides(self, connection: Connection, numbers: Collection[int]) -> dict[int, str]:
        """The settings (JSON) of those of these numbers that differ from their block."""
        ...

    def flows(self, connection: Connection, ids: Collection[str]) -> list[ConfiguredThing]:
        """The published flows with these config ids."""
        ...

    def applications(self, connection: Connection, sids: Collection[str]) -> list[ConfiguredThing]:
        """The applications with these sids."""
        ...

    def update_blocks(self, connection: Connection, rows: Sequence[BlockRow]) -> int:
        """Write these blocks' settings where the version is the expected one; how many were."""
        ...

    def insert_lines(self, connection: Connection, rows: Sequence[LineRow]) -> None:
        """Add lines to the history."""
        ...

    def move(self, connection: Connection, head: Head, first: int, count: int) -> None:
        """Add the commit's link and say where the line stands now."""
        ...


BLOCK_COLUMNS = (
    "sid",
    "id",
    "account_sid",
    "property_sid",
    "state",
    "first_number",
    "last_number",
    "name",
    "friendly_name",
    "trunk_sid",
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
"""The columns that make a block, in the order that ``block_from`` and ``values_of`` know."""

WRITTEN_COLUMNS = (*BLOCK_COLUMNS, "position", "updated_at", "search_text")

SETTING_COLUMNS = WRITTEN_COLUMNS[WRITTEN_COLUMNS.index("routing_method") :]
"""What configuring changes, and what follows from it. None of it is in an index or refers to
another table, so that writing it touches the row and nothing else."""


def block_from(row: Sequence[Any]) -> NumberBlock:
    """The block that these values of BLOCK_COLUMNS are."""
    return NumberBlock(
        sid=row[0],
        id=row[1],
        account=row[2],
        property=row[3],
        state=BlockState(row[4]),
        first=row[5],
        last=row[6],
        name=row[7],
        friendly_name=row[8],
        trunk=row[9],
        active=bool(row[10]),
        sms=bool(row[11]),
        voice=bool(row[12]),
        routing_method=None if row[13] is None else RoutingMethod(row[13]),
        endpoint_number=row[14],
        flow=row[15],
        application=row[16],
        recording=None if row[17] is None else Recording(row[17]),
        source=row[18],
        medium=row[19],
        campaign=row[20],
        content=row[21],
        version=row[22],
    )


def only_settings_differ(before: NumberBlock, after: NumberBlock) -> bool:
    """Whether writing SETTING_COLUMNS is enough to turn the one row into the other."""
    return not_settings(before) == not_settings(after)


not_settings = attrgetter(
    *NumberBlock.__struct_fields__[: NumberBlock.__struct_fields__.index("routing_method")]
)


def settings_of(row: BlockRow) -> tuple[Any, ...]:
    """The values of SETTING_COLUMNS."""
    block = row.block
    return (
        block.routing_method,
        block.endpoint_number,
        block.flow,
        block.application,
        block.recording,
        block.source,
        block.medium,
        block.campaign,
        block.content,
        block.version,
        row.position,
        row.at,
        search_text(block),
    )


def values_of(block: NumberBlock, position: int, at: int) -> tuple[Any, ...]:
    """The values of WRITTEN_COLUMNS for this block, changed at this position and time."""
    return (
        block.sid,
        block.id,
        block.account,
        block.property,
        block.state,
        block.first,
        block.last,
        block.name,
        block.friendly_name,
        block.trunk,
        block.active,
        block.sms,
        block.voice,
        block.routing_method,
        block.endpoint_number,
        block.flow,
        block.application,
        block.recording,
        block.source,
        block.medium,
        block.campaign,
        block.content,
        block.version,
        position,
        at,
        search_text(block),
    )


def columns(names: Iterable[str], prefix: str = "") -> str:
    """These columns as SQL."""
    return ", ".join(prefix + name for name in names)


class Driver:
    """The driver's own connection; its errors come out as SQLAlchemy's, so there is one kind."""

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> Any:
        return self.connection.connection.driver_connection

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None:
            return
        dialect = self.connection.dialect
        known = dialect.loaded_dbapi.Error
        if isinstance(error, known):
            own = self.connection.connection.driver_connection
            raise DBAPIError.instance(
                None,
                None,
                error,
                known,
                hide_parameters=True,
                connection_invalidated=dialect.is_disconnect(error, own, None),
                dialect=dialect,
            ) from error
