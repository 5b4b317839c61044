"""What a command answers: data for scripts, lines for people, and an exit code for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """The answer of a command. data: what --json prints. lines: what a person reads."""

    data: Mapping[str, Any]
    lines: Iterable[str]
    exit_code: int = 0


def as_card(fields: Mapping[str, Any]) -> list[str]:
    """One thing, a line a field."""
    width = max(map(len, fields), default=0)
    return [f"{name:<{width}}  {shown(value)}" for name, value in fields.items()]


def as_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    """Many things, a line each, under the names of the columns."""
    cells = [list(columns)] + [[shown(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def shown(value: Any) -> str:
    """A value as a person reads it, on one line."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case str():
            return value if value.isprintable() else value.encode("unicode_escape").decode()
        case list() | tuple():
            return ", ".join(map(shown, value)) or "none"
        case dict():
            return ", ".join(f"{name} {shown(item)}" for name, item in value.items())
        case _:
            return str(value)
