"""Whether a line of changes is whole: nothing altered, removed, added or moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from numberblocks.domain.history import (
    KeptHead,
    KeptLine,
    KeptLink,
    digest_of,
    first_link,
    next_link,
    read_line,
)

MOST_FINDINGS = 20
HASH = re.compile("[0-9a-f]{64}")


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something about one position that whoever verifies should know.

    kind: altered, removed or added (these break the history), or erased (this doesn't).
    """

    kind: str
    position: int
    message: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What verifying found. position and head: the last ones that the store claims.

    findings: the first of them; erased: how many lines no longer say what they said.
    """

    ok: bool
    position: int
    head: str
    erased: int
    findings: tuple[Finding, ...]


def verify(
    head: KeptHead,
    lines: Iterable[KeptLine],
    links: Iterable[KeptLink],
    *,
    after: KeptLink | None = None,
) -> Verdict:
    """Read the line once, in order, and say what is wrong with it.

    after: the commit before the lines that are given, if these aren't all.
    """
    broken: list[Finding] = []
    erased: list[Finding] = []
    counts = {True: 0, False: 0}
    for finding in findings(head, Lines(lines), links, after):
        is_erased = finding.kind == "erased"
        counts[is_erased] += 1
        if counts[is_erased] <= MOST_FINDINGS:
            (erased if is_erased else broken).append(finding)
    return Verdict(
        ok=not broken,
        position=head.position,
        head=head.link,
        erased=counts[True],
        findings=tuple((broken + erased)[:MOST_FINDINGS]),
    )


class Lines:
    """Lines in order, taken as far as a position at a time. last: the last one that was taken."""

    def __init__(self, lines: Iterable[KeptLine]) -> None:
        self.lines = iter(lines)
        self.next = next(self.lines, None)
        self.last: KeptLine | None = None

    def before(self, position: float) -> Iterator[KeptLine]:
        """Those that come before the position and haven't been taken yet."""
        while self.next is not None and self.next.position < position:
            self.last, self.next = self.next, next(self.lines, None)
            yield self.last


def findings(
    head: KeptHead, lines: Lines, links: Iterable[KeptLink], after: KeptLink | None
) -> Iterator[Finding]:
    """Everything that is wrong or erased, commit by commit."""
    expected, previous = 1, first_link(head.history_id)
    if after is not None:
        expected, previous = end_of(after), after.link
    for link in links:
        if link.first < expected or link.lines < 1:
            yield broken("altered", link.first, "the commit doesn't follow the one before it")
            continue
        if gap := link.first > expected:
            yield broken("removed", expected, f"no commit before position {link.first} has it")
        for line in lines.before(link.first):
            yield from findings_of(line, is_in_commit=gap and line.position >= expected)
        kept = list(lines.before(end_of(link)))
        for line in kept:
            yield from findings_of(line)
        yield from findings_of_commit(None if gap else previous, link, kept)
        expected, previous = end_of(link), link.link
    for line in lines.before(float("inf")):
        yield from findings_of(line, is_in_commit=False)
    yield from findings_of_end(head, expected - 1, previous, lines.last)


def findings_of_end(
    head: KeptHead, position: int, link: str, last: KeptLine | None
) -> Iterator[Finding]:
    """Whether the line ends where the store says that it does."""
    if (head.position, head.link) != (position, link):
        kind = "removed" if head.position > position else "altered"
        yield broken(kind, position + 1, f"the store says the last position is {head.position}")
    elif last is not None and last.found_by[0] != head.recorded_at:
        yield broken("altered", position, "the store says that the last line has another time")


def findings_of_commit(
    previous: str | None, link: KeptLink, lines: Sequence[KeptLine]
) -> Iterator[Finding]:
    """Whether the commit has all its lines, and the link that they make.

    previous: None if the commit before is missing, so that nobody can say what the link should be.
    """
    if len(lines) != link.lines:
        yield from findings_of_gaps(link, lines)
    elif not all(HASH.fullmatch(text) for text in (link.link, *(each.digest for each in lines))):
        yield broken("altered", link.first, "the commit's link or a digest isn't a SHA-256")
    elif previous is not None and not (
        HASH.fullmatch(previous)
        and next_link(previous, link.first, [each.digest for each in lines]) == link.link
    ):
        yield broken("altered", link.first, "the commit's link doesn't fit its lines")


def findings_of_gaps(link: KeptLink, lines: Sequence[KeptLine]) -> Iterator[Finding]:
    """Which of the commit's lines are missing."""
    expected = link.first
    for there in (*(line.position for line in lines), end_of(link)):
        if count := there - expected:
            yield broken("removed", expected, f"{count} line(s) from here on are missing")
        expected = there + 1


def findings_of(line: KeptLine, *, is_in_commit: bool = True) -> Iterator[Finding]:
    """Whether what one line says is still what was hashed, and is found by what it says."""
    if not is_in_commit:
        yield broken("added", line.position, "belongs to no commit")
    if line.text is None:
        yield Finding(
            kind="erased",
            position=line.position,
            message="what it said was erased; its digest was kept",
        )
    elif digest_of(line.text) != line.digest:
        yield broken("altered", line.position, "the line isn't what was written")
    elif line.found_by != says(line.text):
        yield broken("altered", line.position, "the row is found by other words than it says")


def says(text: str) -> tuple[object, ...] | None:
    """The time, verb and subject that a line says; None if it can't be read."""
    try:
        line = read_line(text)
    except msgspec.DecodeError:
        return None
    return line.at, line.verb, line.subject.kind, line.subject.id


def end_of(link: KeptLink) -> int:
    """The position after the commit's last."""
    return link.first + link.lines


def broken(kind: str, position: int, message: str) -> Finding:
    """A finding that makes the history broken."""
    return Finding(kind=kind, position=position, message=message)
