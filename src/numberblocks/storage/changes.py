"""Reading the line of changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, select

from numberblocks.domain.history import KeptHead, KeptLine, KeptLink, read_line
from numberblocks.domain.verification import Verdict, end_of, verify
from numberblocks.storage.database import reading_whatever_is_there
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


def verify_history(connection: Connection, *, last_commits: int | None = None) -> Verdict:
    """Read the line, in order and a few rows at a time, and say what is wrong with it.

    last_commits: look at so many only, and take those before them for granted.
    """
    head = connection.execute(select(history)).one()
    after = None if last_commits is None else commit_before(connection, last_commits)
    lines, commits = LINES, LINKS
    if after is not None:
        lines = lines.where(changes.c.position >= end_of(after))
        commits = commits.where(links.c.first_position >= end_of(after))
    with reading_whatever_is_there(connection):
        return verify(
            kept_head(head),
            map(kept_line, a_few_at_a_time(connection, lines)),
            map(kept_link, a_few_at_a_time(connection, commits)),
            after=after,
        )


def commit_before(connection: Connection, count: int) -> KeptLink | None:
    """The commit before the last ones; None if there are no more than these."""
    newest_first = LINKS.order_by(None).order_by(links.c.first_position.desc())
    row = connection.execute(newest_first.offset(count).limit(1)).one_or_none()
    return None if row is None else kept_link(row)


def kept_head(row: Any) -> KeptHead:
    """Where the row of the history says that the line stands."""
    return KeptHead(
        as_text(row.history_id), as_number(row.position), as_text(row.link), row.recorded_at
    )


def kept_line(row: Sequence[Any]) -> KeptLine:
    """The line that a row of LINES is."""
    text = None if row[1] is None else as_text(row[1])
    return KeptLine(row[0], text, as_text(row[2]), (row[3], row[4], row[5], row[6]))


def kept_link(row: Sequence[Any]) -> KeptLink:
    """The commit that a row of LINKS is."""
    return KeptLink(row[0], as_number(row[1]), as_text(row[2]))


def as_text(value: object) -> str:
    """A value as it is, or if SQLite was given another type, a text that nothing expects."""
    return value if isinstance(value, str) else f"not text: {type(value).__name__}"


def as_number(value: object) -> int:
    """A value as it is, or if SQLite was given another type, a number that nothing expects."""
    return value if isinstance(value, int) else -1


def a_few_at_a_time(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows, without holding all of them."""
    yield from connection.execute(query, execution_options={"yield_per": AT_ONCE})


LINES = select(
    changes.c.position,
    changes.c.line,
    changes.c.digest,
    changes.c.at,
    changes.c.verb,
    changes.c.subject_kind,
    changes.c.subject_id,
).order_by(changes.c.position)
LINKS = select(links.c.first_position, links.c.count, links.c.link).order_by(links.c.first_position)
