"""Whether a store is fit to be used: what ``numberblocks doctor`` looks at."""

from __future__ import annotations

from sqlalchemy import Connection, text

from numberblocks.storage.database import Database, UnusableDatabase

NO_OVERLAP = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN"
    " ('number_ranges_no_overlap_insert', 'number_ranges_no_overlap_update')",
    "postgresql": "SELECT count(*) FROM pg_constraint WHERE conname = 'no_overlap'"
    " AND conrelid = 'number_ranges'::regclass AND NOT condeferrable",
}
EXPECTED = {"sqlite": 2, "postgresql": 1}


def require_no_overlap(database: Database, connection: Connection) -> str:
    """Make sure that the database itself refuses blocks that overlap."""
    found = connection.execute(text(NO_OVERLAP[database.kind])).scalar_one()
    if found != EXPECTED[database.kind]:
        raise UnusableDatabase(
            "What makes the database refuse overlapping blocks is missing from number_ranges."
        )
    return "the database refuses blocks that overlap"


def server_version(database: Database, connection: Connection) -> str:
    """What the store runs on, with its version."""
    query = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database.kind]
    return f"{name} {connection.execute(text(query[database.kind])).scalar_one()}"
