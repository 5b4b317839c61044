"""Examples of the API as files: what is asked, what is answered, and where that comes from.

A file has a title and remarks as comments, then one exchange or several, divided by ``###``::

    # Point a block at a number
    # From: documented; the page on configuring a number block.
    #
    # Further remarks.

    POST /v2/numberblocks/{{number_block.sid}}
    Authorization: Basic {{account.sid}}:{{account.token}}

    {"AccountSid": "{{account.sid}}", "RoutingMethod": "endpoint", ...}

    HTTP/1.1 200
    X-Position: *

    {"ResponseStatus": {"Message": "OK"}}

The requests are written as editors that can send ``.http`` files read them. ``{{...}}`` is what
``numberblocks demo --json`` prints under that name. In an answer ``*`` is anything, and a header
that is ``(none)`` must not be there; headers that aren't written may be there or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

CONTRACT = Path(__file__).parents[1] / "contract"
SECTIONS = {
    "configuring": "Configuring a block",
    "listing": "Listing blocks",
    "requests": "What requests may look like",
    "errors": "Errors",
    "own": "Our own API",
}
"""The folders of the examples, and what they are called in the documents."""

ANYTHING, NOTHING = "*", "(none)"
PLACEHOLDER = re.compile(r"\{\{([\w.]+)\}\}")
FROM = re.compile(r"From: (documented|framework convention|ours); \S")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer. start: its first line."""

    start: str
    headers: Headers
    body: str

    def with_values(self, values: Mapping[str, Any]) -> Message:
        """The message with the placeholders replaced."""

        def fill(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: value_at(found[1], values), text)

        headers = tuple((name, fill(value)) for name, value in self.headers)
        return Message(fill(self.start), headers, fill(self.body))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    request: Message
    answer: Message

    @property
    def status(self) -> int:
        """The status that is expected."""
        return int(self.answer.start.split()[1])


@dataclass(frozen=True, slots=True)
class Example:
    """One file. source: "From: ..."; remarks: what else there is to say about it."""

    path: Path
    title: str
    source: str
    remarks: str
    exchanges: tuple[Exchange, ...]

    @property
    def name(self) -> str:
        """A short name: the folder and the file."""
        return f"{self.path.parent.name}/{self.path.stem}"


class Malformed(ValueError):
    """The file isn't an example in this form."""


def all_examples() -> Iterator[Example]:
    """Every example, section by section."""
    for section in SECTIONS:
        for path in sorted((CONTRACT / section).glob("*.http")):
            yield read_example(path)


def read_example(path: Path) -> Example:
    """The example in a file."""
    try:
        return example_from(path, path.read_text(encoding="utf-8"))
    except (ValueError, IndexError, StopIteration) as error:
        raise Malformed(f"{path.name}: {error}") from error


def example_from(path: Path, text: str) -> Example:
    """The example that a text is."""
    head, body = split_head(text)
    title, _, comment = head.partition("\n")
    source, _, remarks = comment.partition("\n\n")
    if not FROM.match(source):
        raise Malformed('begin with "# Title" and "# From: documented|ours|...; where"')
    return Example(
        path=path,
        title=title,
        source=source,
        remarks=remarks.strip(),
        exchanges=tuple(exchange_from(part) for part in re.split(r"(?m)^###.*\n", body)),
    )


def split_head(text: str) -> tuple[str, str]:
    """The comment at the beginning, and what comes after it."""
    lines = text.splitlines()
    ends = next(place for place, line in enumerate(lines) if not line.startswith("#"))
    comment = "\n".join(line[1:].strip() for line in lines[:ends])
    return comment, "\n".join(lines[ends:]) + "\n"


def exchange_from(text: str) -> Exchange:
    """The request and the answer in a part of a file."""
    request, start, answer = text.partition("\nHTTP/1.1 ")
    if not start:
        raise Malformed("a request has no answer")
    return Exchange(message_from(request), message_from(start + answer))


def message_from(text: str) -> Message:
    """The message that a text is: its first line, headers, an empty line, the body."""
    head, _, body = text.strip("\n").partition("\n\n")
    start, *lines = head.split("\n")
    headers = tuple((name, value.strip()) for name, _, value in map(split_colon, lines))
    return Message(start, headers, body.strip("\n"))


def split_colon(line: str) -> tuple[str, str, str]:
    """A header's line at its colon."""
    if ":" not in line:
        raise Malformed(f"not a header: {line}")
    return line.partition(":")


def value_at(name: str, values: Mapping[str, Any]) -> str:
    """What the demo prints under a dotted name."""

    def inside(value: Any, part: str) -> Any:
        return value[int(part) if part.isdecimal() else part]

    return str(reduce(inside, name.split("."), values))


def differences(expected: Any, found: Any, where: str = "body") -> Iterator[str]:
    """What of the found JSON isn't as expected."""
    if expected == ANYTHING:
        return
    match expected, found:
        case dict(), dict():
            for name in dict.fromkeys((*expected, *found)):
                if name not in expected or name not in found:
                    yield f"{where}.{name} is {'missing' if name in expected else 'unexpected'}"
                else:
                    yield from differences(expected[name], found[name], f"{where}.{name}")
        case list(), list() if len(expected) == len(found):
            for place, (one, other) in enumerate(zip(expected, found, strict=True)):
                yield from differences(one, other, f"{where}[{place}]")
        case _:
            if type(expected) is not type(found) or expected != found:
                yield f"{where} is {json.dumps(found)}, not {json.dumps(expected)}"
