"""The line of changes and the tables, read by plain SQL and compared."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text

from numberblocks.domain.history import read_line, replay
from numberblocks.storage.changes import verify_history
from numberblocks.storage.database import Database

BLOCKS = """SELECT sid, id, account_sid, property_sid, state, first_number, last_number, name,
  friendly_name, trunk_sid, active, sms, voice, routing_method, endpoint_number, flow, application,
  recording, source, medium, campaign, content, version, position, updated_at, search_text
  FROM number_blocks"""
COLUMN_OF = {
    "account": "account_sid",
    "property": "property_sid",
    "first": "first_number",
    "last": "last_number",
    "trunk": "trunk_sid",
}
"""Where a field of a block is kept under another name."""
SEARCHED = ("name", "friendly_name", "source", "medium", "campaign", "content")


def rows(database: Database, query: str, **parameters: Any) -> list[Any]:
    """What plain SQL finds."""
    with database.reading() as connection:
        return list(connection.execute(text(query), parameters).all())


def group_sizes(database: Database) -> list[int]:
    """How many lines each commit has, in order."""
    return [row.count for row in rows(database, "SELECT count FROM links ORDER BY first_position")]


def require_whole(database: Database) -> None:
    """Whatever happened: no gap, no time that goes back, a whole history, and tables that fit."""
    with database.reading() as connection:  # One moment, whoever writes meanwhile.
        kept = list(connection.execute(text("SELECT * FROM changes ORDER BY position")))
        position = connection.execute(text("SELECT position FROM history")).scalar_one()
        found = verify_history(connection)
        blocks = blocks_by_table(connection)
    assert [row.position for row in kept] == list(range(1, position + 1))
    assert [row.at for row in kept] == sorted(row.at for row in kept)
    assert (found.ok, found.erased) == (True, 0), found
    assert blocks_by_history(kept) == blocks


def blocks_by_history(kept: list[Any]) -> dict[str, dict[str, Any]]:
    """Every block's row as the line of changes alone says it has to be."""
    lines = [read_line(row.line) for row in kept]
    last = {line.subject: row for line, row in zip(lines, kept, strict=True)}
    return {
        subject.id: row_of(after, last[subject])
        for subject, after in replay(lines).items()
        if subject.kind == "number_block"
    }


def row_of(after: dict[str, Any], change: Any) -> dict[str, Any]:
    """A block's whole row, from its state in the history and the change that made it."""
    row = dict.fromkeys(("property_sid", "trunk_sid", *SEARCHED))
    row |= dict.fromkeys(("routing_method", "endpoint_number", "flow", "application", "recording"))
    row |= {COLUMN_OF.get(name, name): value for name, value in after.items()}
    row |= {"position": change.position, "updated_at": change.at}
    row["search_text"] = "\n".join(row[name] or "" for name in SEARCHED).casefold()
    return row


def blocks_by_table(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every block's row, as plain SQL reads it."""
    found = [dict(row._mapping) for row in connection.execute(text(BLOCKS))]
    for row in found:
        row |= {name: bool(row[name]) for name in ("active", "sms", "voice")}
    return {row["sid"]: row for row in found}


def line_at(database: Database, position: int) -> dict[str, Any]:
    """What the line at this position says."""
    [row] = rows(database, "SELECT line FROM changes WHERE position = :position", position=position)
    said: dict[str, Any] = json.loads(row.line)
    return said
