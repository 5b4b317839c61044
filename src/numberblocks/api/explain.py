"""GET /api/v1/explain/{number}: where a call goes, or went, and why."""

from __future__ import annotations

from typing import Any

import msgspec

from numberblocks.api.call import ApiCall
from numberblocks.api.fields import FieldReader
from numberblocks.domain.dialled_number import LONGEST
from numberblocks.domain.moment import NotAMoment, Position, Time, read_moment
from numberblocks.operations.explain_number import explain_number
from numberblocks.storage.past_table import position_of_moment

PARAMETERS = ("number", "at")


def explain(call: ApiCall) -> dict[str, Any]:
    """The decision that a switch is told, its steps, and who set what."""
    read = call.fields(PARAMETERS, strict=True)
    number = read.text("number", "number", max_length=LONGEST) or ""
    at = read_at(read)
    read.refuse_if_wrong()
    with call.reading() as (moment, actor):
        position = position_of_moment(moment.connection, at)
        explanation = explain_number(moment, actor, number, position)
    answer: dict[str, Any] = msgspec.to_builtins(explanation)
    return answer


def read_at(read: FieldReader) -> Position | Time | None:
    """The moment that is asked about; None is now."""
    text = read.text("at", "at")
    if text is None:
        return None
    try:
        return read_moment(text)
    except NotAMoment as error:
        read.wrong("at", error.message)
        return None
