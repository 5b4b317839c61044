"""Copying all rows from one store to another, whichever databases the two are.

Rows are read from one moment of the one and written in one transaction of the other, a few at a
time, so that a store of any size can be copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, insert, literal, select, update

from numberblocks.storage.database import Database, UnusableDatabase, writing_engine
from numberblocks.storage.lock import write_lock
from numberblocks.storage.schema import accounts, history, metadata

AT_ONCE = 1_000


def copy_everything(source: Connection, target: Database) -> int:
    """Put all rows of the source into the target, which has no changes yet; the last position."""
    engine = writing_engine(target, patient=True)
    try:
        with write_lock(target), engine.begin() as connection:
            take_place_of_nothing(connection, target)
            for table in metadata.sorted_tables:
                copy_table(source, connection, table)
            return position_of(connection)
    finally:
        engine.dispose()


def take_place_of_nothing(connection: Connection, target: Database) -> None:
    """Hold the lock of all writers, and take out the root that the migration made."""
    if target.kind == "postgresql":
        connection.execute(select(history).with_for_update())
    if (position := position_of(connection)) != 0:
        raise UnusableDatabase(
            f"{target.name} has {position} changes already; only an empty database can be filled."
        )
    connection.execute(delete(accounts))


def copy_table(source: Connection, target: Connection, table: Table) -> None:
    """Put the rows of one table into the same table of the target."""
    for rows in in_parts(source, rows_in_order(table)):
        if table is history:
            # Writers may be waiting for this row, so it stays and changes what it says.
            target.execute(update(history).values(rows[0]))
        else:
            target.execute(insert(table), rows)


def in_parts(source: Connection, query: Select[Any]) -> Iterator[list[dict[str, Any]]]:
    """The rows of a query, so many at a time."""
    result = source.execute(query, execution_options={"yield_per": AT_ONCE})
    for part in result.mappings().partitions():
        yield [dict(row) for row in part]


def rows_in_order(table: Table) -> Select[Any]:
    """All rows of a table, those that others of the table refer to before these."""
    if table is not accounts:
        return select(table)
    tree = (
        select(accounts.c.sid, literal(0).label("depth"))
        .where(accounts.c.parent_sid.is_(None))
        .cte("tree", recursive=True)
    )
    tree = tree.union_all(
        select(accounts.c.sid, tree.c.depth + 1).join(tree, accounts.c.parent_sid == tree.c.sid)
    )
    return select(accounts).join(tree, tree.c.sid == accounts.c.sid).order_by(tree.c.depth)


def position_of(connection: Connection) -> int:
    """The last position of the line of changes."""
    position: int = connection.execute(select(history.c.position)).scalar_one()
    return position
