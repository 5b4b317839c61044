"""The store as a table to decide by: what was known of a number at any position.

It reads the line of changes, not the tables of today, so that the past is what was written then.
It is slow and obvious; calls are answered from a table in memory, which has to agree with it.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, select

from numberblocks.domain.accounts import Account, AccountState, Property
from numberblocks.domain.decision import Found
from numberblocks.domain.history import Line, Subject, read_line
from numberblocks.domain.moment import Position, Time
from numberblocks.domain.number_block import NumberBlock
from numberblocks.domain.what_routes import Flow, Trunk
from numberblocks.storage.schema import changes, history, number_ranges, overrides

T = TypeVar("T")

NEAREST = (
    select(number_ranges)
    .where(
        number_ranges.c.until_position.is_(None),
        number_ranges.c.first_number <= bindparam("number"),
    )
    .order_by(number_ranges.c.first_number.desc())
    .limit(1)
)
"""Held ranges don't overlap, so this is the only one that could hold the number now."""
EARLIER = select(number_ranges.c.block_sid).where(
    number_ranges.c.until_position > bindparam("at"),
    number_ranges.c.from_position <= bindparam("at"),
    number_ranges.c.first_number <= bindparam("number"),
    number_ranges.c.last_number >= bindparam("number"),
)
LAST_LINE = (
    select(changes.c.position, changes.c.line)
    .where(
        changes.c.subject_id == bindparam("id"),
        changes.c.subject_kind == bindparam("kind"),
        changes.c.position <= bindparam("at"),
    )
    .order_by(changes.c.position.desc())
    .limit(1)
)
OVERRIDE = select(overrides.c.settings).where(overrides.c.number == bindparam("number"))


class PastErased(Exception):
    """What a line said was erased, so that nobody can say how things stood then."""

    def __init__(self, position: int) -> None:
        super().__init__(f"what was said at position {position} has been erased")
        self.position = position


class Written(NamedTuple):
    """A line of the history, and its position."""

    position: int
    line: Line


class PastTable:
    """What the history says of numbers, at any position of it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def find(self, number: int, at: int) -> Found | None:
        """What was known of this number (E.164 digits) at this position."""
        sid = self.holder(number, at)
        if sid is None:
            return None
        block = self.state(NumberBlock, Subject("number_block", sid), at)
        assert block is not None
        above = self.accounts_of(block.account, at)
        override = self.override(number)
        named = override.get("flow") or block.flow
        flow = self.state(Flow, Subject("flow", named), at) if named else None
        return Found(
            block=block,
            override=override,
            taking_part=all(account.state is AccountState.ACTIVE for account in above),
            prefixes=tuple(
                account.allowed_prefixes
                for account in above
                if account.allowed_prefixes is not None
            ),
            flow_published=bool(flow and flow.published_revision is not None),
            trunk=self.state(Trunk, Subject("trunk", block.trunk), at) if block.trunk else None,
            default_recording=self.recording_of(block.property, at),
        )

    def holder(self, number: int, at: int) -> str | None:
        """The sid of the block that held the number at this position."""
        held = self.connection.execute(NEAREST, {"number": number}).one_or_none()
        if held is not None and held.last_number >= number and held.from_position <= at:
            sid: str = held.block_sid
            return sid
        return self.connection.execute(EARLIER, {"number": number, "at": at}).scalar_one_or_none()

    def accounts_of(self, sid: str, at: int) -> list[Account]:
        """The account and those above it; the root, which has no line, takes part always."""
        account = self.state(Account, Subject("account", sid), at)
        if account is None:
            return []
        above = (self.state(Account, Subject("account", each), at) for each in account.path)
        return [each for each in above if each is not None]

    def recording_of(self, sid: str | None, at: int) -> str | None:
        """Whether the property says that its blocks are recorded."""
        owned = sid and self.state(Property, Subject("property", sid), at)
        return owned.recording if owned else None

    def override(self, number: int) -> dict[str, str]:
        """What differs at this number. Nothing changes these yet, so they have no past."""
        text = self.connection.execute(OVERRIDE, {"number": number}).scalar_one_or_none()
        return {} if text is None else msgspec.json.decode(text, type=dict[str, str])

    def state(self, kind: type[T], subject: Subject, at: int) -> T | None:
        """The subject as it stood at this position; None if it wasn't there yet."""
        written = self.last_line(subject, at)
        return None if written is None else msgspec.convert(written.line.after, kind)

    def last_line(self, subject: Subject, at: int) -> Written | None:
        """The last that was said of the subject, up to this position."""
        asked: dict[str, Any] = {"kind": subject.kind, "id": subject.id, "at": at}
        row = self.connection.execute(LAST_LINE, asked).one_or_none()
        if row is None:
            return None
        if row.line is None:
            raise PastErased(row.position)
        return Written(row.position, read_line(row.line))


def position_of_moment(connection: Connection, moment: Position | Time | None) -> int:
    """The position that a moment means; None is now, and none lies beyond the last."""
    last = last_position(connection)
    match moment:
        case Position(number):
            return min(number, last)
        case Time(microseconds):
            return position_at(connection, microseconds)
        case _:
            return last


def last_position(connection: Connection) -> int:
    """Where the line of changes ends."""
    position: int = connection.execute(select(history.c.position)).scalar_one()
    return position


def position_at(connection: Connection, time: int) -> int:
    """The last position recorded at or before a time (microseconds since the epoch, UTC).

    Times never fall along the line, so it is looked for as in a sorted list.
    """
    low, high = 0, last_position(connection)
    while low < high:
        middle = (low + high + 1) // 2
        at = select(changes.c.at).where(changes.c.position == middle)
        low, high = (middle, high) if at_of(connection, at) <= time else (low, middle - 1)
    return low


def at_of(connection: Connection, query: Any) -> int:
    """The time of a line."""
    found: int = connection.execute(query).scalar_one()
    return found
