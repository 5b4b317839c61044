"""Whether a line of changes is whole: nothing altered, removed, added or moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from numberblocks.domain.history import KeptLine, KeptLink, digest_of, first_link, next_link

MOST_FINDINGS = 20


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
    history_id: str,
    position: int,
    head: str,
    lines: Iterable[KeptLine],
    links: Iterable[KeptLink],
) -> Verdict:
    """Read the whole line once, in order, and say what is wrong with it.

    position, head: what the store says is the last position and the last link.
    """
    broken: list[Finding] = []
    erased: list[Finding] = []
    for finding in findings(history_id, position, head, lines, links):
        (erased if finding.kind == "erased" else broken).append(finding)
    return Verdict(
        ok=not broken,
        position=position,
        head=head,
        erased=len(erased),
        findings=tuple((broken + erased)[:MOST_FINDINGS]),
    )


def findings(
    history_id: str,
    position: int,
    head: str,
    lines: Iterable[KeptLine],
    links: Iterable[KeptLink],
) -> Iterator[Finding]:
    """Everything that is wrong or erased, commit by commit."""
    kept = iter(lines)
    line = next(kept, None)
    expected, previous = 1, first_link(history_id)
    for link in links:
        if link.first != expected:
            yield broken("removed", expected, f"the commit at position {expected} is missing")
        digests = []
        end = link.first + link.lines
        while line is not None and line.position < end:
            if line.position < link.first:
                yield broken("added", line.position, "belongs to no commit")
            else:
                digests.append(line.digest)
            yield from findings_of(line)
            line = next(kept, None)
        if len(digests) != link.lines:
            yield broken("removed", link.first, f"{link.lines - len(digests)} lines are missing")
        elif next_link(previous, link.first, digests) != link.link:
            yield broken("altered", link.first, "the commit's link doesn't fit its lines")
        expected, previous = end, link.link
    while line is not None:
        yield broken("added", line.position, "belongs to no commit")
        line = next(kept, None)
    if (expected - 1, previous) != (position, head):
        yield broken("removed", expected, f"the store says the last position is {position}")


def findings_of(line: KeptLine) -> Iterator[Finding]:
    """Whether what one line says is still what was hashed."""
    if line.text is None:
        yield Finding(
            kind="erased",
            position=line.position,
            message="what it said was erased; its digest was kept",
        )
    elif digest_of(line.text) != line.digest:
        yield broken("altered", line.position, "the line isn't what was written")


def broken(kind: str, position: int, message: str) -> Finding:
    """A finding that makes the history broken."""
    return Finding(kind=kind, position=position, message=message)
