"""The line of changes: what a line says, its digest, and the links that chain the commits.

A line is canonical JSON (sorted members, no white space, absent members left out; RFC 8785 for
the values used here). Its digest is the SHA-256 of exactly that text and doesn't depend on its
position. Every commit adds one link over the previous link, so that no line can be altered,
removed, added or moved without it showing.
Source: docs/architecture.md, "The line of changes".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

FORMAT = 1
"""The version of the lines written by this release."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Through what a change came.

    channel: api, console, cli, mcp or schedule. request: the request's id. reason: free text.
    """

    channel: str
    request: str
    reason: str | None = None


class Who(msgspec.Struct, frozen=True):
    """A stable name of who changed something: never a secret, never a name that may change."""

    kind: str
    id: str
    account: str


class Subject(msgspec.Struct, frozen=True):
    """What a line is about."""

    kind: str
    id: str


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change. at: microseconds since the epoch, UTC, by the database's clock.

    before, after: the whole state of the subject, None where it didn't exist.
    """

    format: int
    at: int
    verb: str
    subject: Subject
    who: Who
    channel: str
    request: str
    reason: str | None = None
    before: Any = None
    after: Any = None


class KeptHead(NamedTuple):
    """Where the store says that its line stands: the last position, its link and its time."""

    history_id: str
    position: int
    link: str
    recorded_at: int


class KeptLine(NamedTuple):
    """A line as the store keeps it. text: None if what it said was erased.

    found_by: the time, the verb and the subject's kind and id that its row is looked up by.
    """

    position: int
    text: str | None
    digest: str
    found_by: tuple[int, str, str, str]


class KeptLink(NamedTuple):
    """A commit as the store keeps it: its first position, how many lines, and its link."""

    first: int
    lines: int
    link: str


encoder = msgspec.json.Encoder(order="sorted")
decoder = msgspec.json.Decoder(Line)


def text_of(line: Line) -> str:
    """The line as canonical JSON."""
    return encoder.encode(line).decode()


def read_line(text: str) -> Line:
    """The line that the store keeps as this text; before and after stay plain values."""
    return decoder.decode(text)


def digest_of(text: str) -> str:
    """SHA-256 of a line's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def first_link(history_id: str) -> str:
    """The link before the first commit; it differs from history to history."""
    return hashlib.sha256(f"numberblocks history {history_id}".encode()).hexdigest()


def next_link(previous: str, first: int, digests: Sequence[str]) -> str:
    """SHA-256(previous link ‖ first position ‖ count ‖ digests in order), in hexadecimal.

    Links and digests go in as 32 bytes, position and count as 8, most significant first.
    """
    parts = [
        bytes.fromhex(previous),
        first.to_bytes(8, "big"),
        len(digests).to_bytes(8, "big"),
        bytes.fromhex("".join(digests)),
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def replay(lines: Iterable[Line]) -> dict[Subject, Any]:
    """The state of every subject after these lines, from the lines alone."""
    return {line.subject: line.after for line in lines}
