"""A moment of the history, as people name it: a position, or a time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_POSITION = re.compile(r"[0-9]{1,18}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotAMoment(ValueError):
    """A text that is neither a position nor a time; message says what would be one."""

    message = "is neither a position such as 42 nor a time such as 2026-11-24T15:00:00+11:00"


class Position(NamedTuple):
    """A place in the line of changes: as everything stood right after it."""

    number: int


class Time(NamedTuple):
    """A time in microseconds since the epoch, UTC: as everything stood then."""

    microseconds: int


def read_moment(text: str) -> Position | Time:
    """Digits are a position; anything else is a time of ISO 8601 with its offset from UTC."""
    if _POSITION.fullmatch(text):
        return Position(int(text))
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise NotAMoment from None
    if time.tzinfo is None:
        raise NotAMoment
    return Time((time - _EPOCH) // timedelta(microseconds=1))
