"""The hot statements in PostgreSQL's words.

Many rows travel as one JSON parameter: one statement and one round trip, whatever their number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from numberblocks.domain.number_block import NumberBlock
from numberblocks.storage.statements import (
    BLOCK_COLUMNS,
    SETTING_COLUMNS,
    BlockRow,
    ConfiguredThing,
    Driver,
    Head,
    LineRow,
    block_from,
    columns,
    settings_of,
)

# Locking is a statement by itself: one that locked and read other rows would read them as they
# were before it had to wait.
HEAD = """SELECT history_id, position, link, recorded_at, access_version,
  (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM history FOR UPDATE"""
BLOCKS = f"SELECT {columns(BLOCK_COLUMNS)} FROM number_blocks WHERE sid = ANY(%s)"
HOLDERS = """SELECT asked, held.block_sid FROM unnest(%s::bigint[]) AS asked
  CROSS JOIN LATERAL (
    SELECT block_sid, last_number FROM number_ranges
    WHERE until_position IS NULL AND first_number <= asked
    ORDER BY first_number DESC LIMIT 1) AS held
  WHERE held.last_number >= asked"""
OVERRIDES = "SELECT number, settings FROM overrides WHERE number = ANY(%s)"
FLOWS = """SELECT config_id, account_sid, property_sid FROM flows
  WHERE published_revision IS NOT NULL AND config_id = ANY(%s)"""
APPLICATIONS = "SELECT sid, account_sid, property_sid FROM applications WHERE sid = ANY(%s)"
TYPES = {
    **dict.fromkeys(("version", "expected"), "integer"),
    **dict.fromkeys(("position", "updated_at"), "bigint"),
}
AS_SENT = ", ".join(f"{c} {TYPES.get(c, 'text')}" for c in ("sid", *SETTING_COLUMNS, "expected"))
UPDATE_BLOCKS = f"""UPDATE number_blocks AS kept
  SET {", ".join(f"{c} = new.{c}" for c in SETTING_COLUMNS)}
  FROM json_to_recordset(%s::json) AS new ({AS_SENT})
  WHERE kept.sid = new.sid AND kept.version = new.expected"""
INSERT_LINES = """INSERT INTO changes
  SELECT * FROM json_populate_recordset(NULL::changes, %s::json)"""
INSERT_LINK = "INSERT INTO links VALUES (%s, %s, %s)"
MOVE = "UPDATE history SET position = %s, link = %s, recorded_at = %s, access_version = %s"


class PostgresqlStatements:
    """Statements for PostgreSQL; the lock is the row of ``history``."""

    def begin(self, connection: Connection) -> Head:
        """Begin, and wait until nobody else holds the row of ``history``."""
        connection.begin()
        with Driver(connection) as its:
            return Head(*its.execute(HEAD).fetchone())

    def blocks(self, connection: Connection, sids: Collection[str]) -> list[NumberBlock]:
        """The blocks with these sids, in whatever state."""
        with Driver(connection) as its:
            rows = its.execute(BLOCKS, (list(sids),))
            return [block_from(row) for row in rows]

    def holders(self, connection: Connection, numbers: Collection[int]) -> dict[int, str]:
        """The sid of the block that now holds each of these numbers."""
        with Driver(connection) as its:
            return dict(its.execute(HOLDERS, (list(numbers),)).fetchall())

    def overrides(self, connection: Connection, numbers: Collection[int]) -> dict[int, str]:
        """The settings (JSON) of those of these numbers that differ from their block."""
        with Driver(connection) as its:
            return dict(its.execute(OVERRIDES, (list(numbers),)).fetchall())

    def flows(self, connection: Connection, ids: Collection[str]) -> list[ConfiguredThing]:
        """The published flows with these config ids."""
        with Driver(connection) as its:
            rows = its.execute(FLOWS, (list(ids),))
            return [ConfiguredThing(*row) for row in rows]

    def applications(self, connection: Connection, sids: Collection[str]) -> list[ConfiguredThing]:
        """The applications with these sids."""
        with Driver(connection) as its:
            rows = its.execute(APPLICATIONS, (list(sids),))
            return [ConfiguredThing(*row) for row in rows]

    def update_blocks(self, connection: Connection, rows: Sequence[BlockRow]) -> int:
        """Write these blocks' settings where the version is the expected one; how many were."""
        documents = [
            dict(
                zip(SETTING_COLUMNS, settings_of(row), strict=True),
                sid=row.block.sid,
                expected=row.expected,
            )
            for row in rows
        ]
        with Driver(connection) as its:
            updated: int = its.execute(UPDATE_BLOCKS, (as_json(documents),)).rowcount
            return updated

    def insert_lines(self, connection: Connection, rows: Sequence[LineRow]) -> None:
        """Add lines to the history."""
        with Driver(connection) as its:
            its.execute(INSERT_LINES, (as_json([row._asdict() for row in rows]),))

    def move(self, connection: Connection, head: Head, first: int, count: int) -> None:
        """Add the commit's link and say where the line stands now."""
        with Driver(connection) as its:
            its.execute(INSERT_LINK, (first, count, head.link))
            its.execute(MOVE, (head.position, head.link, head.recorded_at, head.access_version))


def as_json(documents: list[dict[str, Any]]) -> str:
    """Rows as one parameter."""
    return msgspec.json.encode(documents).decode()
