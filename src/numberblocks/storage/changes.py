"""Reading the line of changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from numberblocks.domain.history import KeptLine, KeptLink, read_line
from numberblocks.domain.verification import Verdict, verify
from numberblocks.storage.schema import changes, history, links

AT_ONCE = 1_000
"""Rows that are read from the store at a time."""


class LastChange(NamedTuple):
    """Who made a change, and through what."""

    who: dict[str, Any]
    channel: str


def last_change(connection: Connection, position: int) -> LastChange | None:
    """The change at this position; None if what it said was erased."""
    text = connection.execute(
        select(changes.c.line).where(changes.c.position == position)
    ).scalar_one_or_none()
    if text is None:
        return None
    line = read_line(text)
    return LastChange(msgspec.to_builtins(line.who), line.channel)


def verify_history(connection: Connection) -> Verdict:
    """Read the whole line, in order and a few rows at a time, and say what is wrong with it."""
    head = connection.execute(select(history)).one()
    return verify(
        head.history_id, head.position, head.link, kept_lines(connection), kept_links(connection)
    )


def kept_lines(connection: Connection) -> Iterator[KeptLine]:
    """Every line, in order."""
    query = select(changes.c.position, changes.c.line, changes.c.digest).order_by(
        changes.c.position
    )
    for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield KeptLine(*row)


def kept_links(connection: Connection) -> Iterator[KeptLink]:
    """Every commit, in order."""
    query = select(links.c.first_position, links.c.count, links.c.link).order_by(
        links.c.first_position
    )
    for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield KeptLink(*row)
