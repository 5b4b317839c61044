"""How accounts, blocks and their kin are shown, one at a time and as lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from numberblocks.commands.answer import Answer, as_card, as_table
from numberblocks.commands.options import Page, Whose
from numberblocks.commands.store import Store
from numberblocks.domain.access import ANY
from numberblocks.domain.errors import InvalidFields, Problem
from numberblocks.domain.number_block import NumberBlock
from numberblocks.domain.number_pattern import NumberRange
from numberblocks.operations.named import Named, named_by
from numberblocks.operations.permitted import everything_for
from numberblocks.storage.listing import View
from numberblocks.storage.reading import Reading

TIMES = ("created_at", "expires_at", "revoked_at", "updated_at")
MOST_LISTED = 10_000


def card(thing: msgspec.Struct, **more: Any) -> Answer:
    """One thing."""
    data = as_data(thing) | more
    return Answer(data, as_card(data))


def listed(
    name: str, things: Sequence[msgspec.Struct], page: Page, key: str, columns: str
) -> Answer:
    """Many things: {"name": […]}, and where to go on if there may be more.

    things: one more than the page may hold, if there are more.
    """
    rows = [as_data(thing) for thing in things[: page.limit]]
    data: dict[str, Any] = {name: rows}
    lines = as_table(rows, columns.split())
    if len(things) > page.limit:
        data["next"] = str(rows[-1][key])
        lines.append(f"There are more: --after {data['next']}")
    return Answer(data, lines)


def wanted(page: Page) -> int:
    """How many to read: one more than asked for, to know whether there are more."""
    if not 1 <= page.limit <= MOST_LISTED:
        raise InvalidFields([Problem("limit", f"has to be from 1 to {MOST_LISTED:,}")])
    return page.limit + 1


def as_data(thing: msgspec.Struct) -> dict[str, Any]:
    """A thing's fields as JSON has them; times as people write them."""
    data: dict[str, Any] = msgspec.to_builtins(thing, order="deterministic")
    data.pop("path", None)
    for name in TIMES:
        if name in data:
            data[name] = time_as_text(data[name])
    if isinstance(thing, NumberBlock):
        data["pattern"] = NumberRange(thing.first, thing.last).pattern
    return data


def time_as_text(microseconds: int) -> str:
    """A moment in UTC: 2026-11-24T11:46:13Z."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def view_of(store: Store, moment: Reading, whose: Whose) -> View:
    """What is named, or the whole store."""
    if whose.account is None and whose.property is None:
        return everything_for(moment, store.operator)
    return named_by(moment, store.operator, Named(whose.account, whose.property), ANY)
