"""A moment of the history, as people name it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.domain.moment import NotAMoment, Position, Time, read_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("0", Position(0)),
        ("42", Position(42)),
        ("1970-01-01T00:00:01+00:00", Time(1_000_000)),
        ("1970-01-01T00:00:01Z", Time(1_000_000)),
        ("1970-01-01T10:00:00.000001+10:00", Time(1)),
    ],
)
def test_digits_are_a_position_and_the_rest_is_a_time(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "-1", "4.2", "yesterday", "2026-11-24T15:00:00", "2026-11-24", "٤٢", "1" * 19]
)
def test_a_time_needs_its_offset_and_nothing_is_guessed(text):
    with pytest.raises(NotAMoment):
        read_moment(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_any_time_is_read_to_the_microsecond(time: datetime):
    read = read_moment(time.isoformat())
    assert isinstance(read, Time)
    assert read.microseconds == (time - datetime(1970, 1, 1, tzinfo=UTC)) // (time.resolution)
