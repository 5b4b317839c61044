"""The hot statements in SQLite's words."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

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

IN = "IN (SELECT value FROM json_each(?))"

HEAD = """SELECT history_id, position, link, recorded_at, access_version,
  CAST(unixepoch('subsec') * 1000000 AS INTEGER) FROM history"""
BLOCKS = f"SELECT {columns(BLOCK_COLUMNS)} FROM number_blocks WHERE sid {IN}"
HOLDERS = """SELECT asked.value, held.block_sid FROM json_each(?) AS asked
  JOIN number_ranges AS held ON held.rowid = (
    SELECT rowid FROM number_ranges
    WHERE until_position IS NULL AND first_number <= asked.value
    ORDER BY first_number DESC LIMIT 1)
  WHERE held.last_number >= asked.value"""
OVERRIDES = f"SELECT number, settings FROM overrides WHERE number {IN}"
FLOWS = f"""SELECT config_id, account_sid, property_sid FROM flows
  WHERE published_revision IS NOT NULL AND config_id {IN}"""
APPLICATIONS = f"SELECT sid, account_sid, property_sid FROM applications WHERE sid {IN}"
UPDATE_BLOCK = f"""UPDATE number_blocks SET {", ".join(f"{c} = ?" for c in SETTING_COLUMNS)}
  WHERE sid = ? AND version = ?"""
INSERT_LINE = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)"
INSERT_LINK = "INSERT INTO links VALUES (?, ?, ?)"
MOVE = "UPDATE history SET position = ?, link = ?, recorded_at = ?, access_version = ?"


class SqliteStatements:
    """Statements for SQLite; the caller holds the file lock that comes before SQLite's own."""

    def begin(self, connection: Connection) -> Head:
        """Begin at once, so that what is read stays true until the commit."""
        connection.begin()
        with Driver(connection) as its:
            return Head(*its.execute(HEAD).fetchone())

    def blocks(self, connection: Connection, sids: Collection[str]) -> list[NumberBlock]:
        """The blocks with these sids, in whatever state."""
        with Driver(connection) as its:
            # All rows first: a statement that is left in the middle keeps its moment of the store,
            # and with it the connection can't begin to write any more.
            rows = its.execute(BLOCKS, (json.dumps(list(sids)),)).fetchall()
            return [block_from(row) for row in rows]

    def holders(self, connection: Connection, numbers: Collection[int]) -> dict[int, str]:
        """The sid of the block that now holds each of these numbers."""
        with Driver(connection) as its:
            return dict(its.execute(HOLDERS, (json.dumps(list(numbers)),)))

    def overrides(self, connection: Connection, numbers: Collection[int]) -> dict[int, str]:
        """The settings (JSON) of those of these numbers that differ from their block."""
        with Driver(connection) as its:
            return dict(its.execute(OVERRIDES, (json.dumps(list(numbers)),)))

    def flows(self, connection: Connection, ids: Collection[str]) -> list[ConfiguredThing]:
        """The published flows with these config ids."""
        with Driver(connection) as its:
            rows = its.execute(FLOWS, (json.dumps(list(ids)),))
            return [ConfiguredThing(*row) for row in rows]

    def applications(self, connection: Connection, sids: Collection[str]) -> list[ConfiguredThing]:
        """The applications with these sids."""
        with Driver(connection) as its:
            rows = its.execute(APPLICATIONS, (json.dumps(list(sids)),))
            return [ConfiguredThing(*row) for row in rows]

    def update_blocks(self, connection: Connection, rows: Sequence[BlockRow]) -> int:
        """Write these blocks' settings where the version is the expected one; how many were."""
        parameters = [(*settings_of(row), row.block.sid, row.expected) for row in rows]
        with Driver(connection) as its:
            updated: int = its.executemany(UPDATE_BLOCK, parameters).rowcount
            return updated

    def insert_lines(self, connection: Connection, rows: Sequence[LineRow]) -> None:
        """Add lines to the history."""
        with Driver(connection) as its:
            its.executemany(INSERT_LINE, rows)

    def move(self, connection: Connection, head: Head, first: int, count: int) -> None:
        """Add the commit's link and say where the line stands now."""
        with Driver(connection) as its:
            its.execute(INSERT_LINK, (first, count, head.link))
            its.execute(MOVE, (head.position, head.link, head.recorded_at, head.access_version))
