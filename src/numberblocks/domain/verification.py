"""Whether a line of changes is whole: nothing altered, removed, added or moved.

Whatever a store may have been made to hold is a finding and never a crash, and nothing is held
but the first findings, so that a history of any length can be verified.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

import msgspec

from numberblocks.domain.history import (
    KeptHead,
    KeptLine,
    KeptLink,
    digest_of,
    first_link,
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
        yield from findings_of_commit(None if gap else previous, link, lines.before(end_of(link)))
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
    previous: str | None, link: KeptLink, lines: Iterable[KeptLine]
) -> Iterator[Finding]:
    """Whether the commit has all its lines, and the link that they make.

    previous: None if the commit before is missing, so that nobody can say what the link should be.
    """
    total = LinkOf(previous, link)
    expected = link.first
    for line in lines:
        yield from findings_of_gap(expected, line.position)
        yield from findings_of(line)
        total.add(line.digest)
        expected = line.position + 1
    yield from findings_of_gap(expected, end_of(link))
    if total.lines == link.lines and not total.fits:
        yield broken("altered", link.first, "the commit's link doesn't fit its lines")


class LinkOf:
    """The link that a commit's lines make, taken up one by one."""

    def __init__(self, previous: str | None, link: KeptLink) -> None:
        self.link = link
        self.lines = 0
        self.is_known = previous is not None
        self.is_readable = HASH.fullmatch(link.link) is not None
        self.total = hashlib.sha256()
        self.add_hash(previous or link.link)
        self.total.update(link.first.to_bytes(8, "big") + link.lines.to_bytes(8, "big"))

    def add(self, digest: str) -> None:
        """Take up one line's digest."""
        self.lines += 1
        self.add_hash(digest)

    def add_hash(self, text: str) -> None:
        """Take up 32 bytes, if that is what the text says."""
        if HASH.fullmatch(text):
            self.total.update(bytes.fromhex(text))
        else:
            self.is_readable = False

    @property
    def fits(self) -> bool:
        """Whether this is the link that was kept, as far as anybody can say."""
        return self.is_readable and (not self.is_known or self.total.hexdigest() == self.link.link)


def findings_of_gap(expected: int, there: int) -> Iterator[Finding]:
    """Whether lines are missing before the one that is there."""
    if count := there - expected:
        yield broken("removed", expected, f"{count} line(s) from here on are missing")


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
    elif not is_as_hashed(line.text, line.digest):
        yield broken("altered", line.position, "the line isn't what was written")
    elif line.found_by != says(line.text):
        yield broken("altered", line.position, "the row is found by other words than it says")


def is_as_hashed(text: str, digest: str) -> bool:
    """Whether the text has this digest; what was never text has none."""
    try:
        return digest_of(text) == digest
    except UnicodeEncodeError:
        return False


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
