"""history verify: whether the line of changes is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cyclopts import App

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, Common

if TYPE_CHECKING:
    from numberblocks.domain.verification import Verdict

app = App(name="history", help="The line of changes.")


@app.command
def verify(*, common: Common = DEFAULTS) -> Answer:
    """Say whether the line of changes is whole: nothing altered, removed, added or moved.

    Exit code 0: whole, 1: broken. A line whose text was erased is told, and breaks nothing.
    """
    import msgspec

    from numberblocks.commands.store import database_for
    from numberblocks.storage.changes import verify_history
    from numberblocks.storage.migrate import require_newest

    with database_for(common) as database:
        require_newest(database)
        with database.reading() as connection:
            verdict = verify_history(connection)
    return Answer(msgspec.to_builtins(verdict), in_words(verdict), 0 if verdict.ok else 1)


def in_words(verdict: Verdict) -> Iterator[str]:
    """What a person is told."""
    state = "is whole" if verdict.ok else "is BROKEN"
    yield f"The line of changes {state}, up to position {verdict.position}."
    yield f"Its last link is {verdict.head}."
    if verdict.erased:
        yield f"Erased lines: {verdict.erased}."
    for finding in verdict.findings:
        yield f"  {finding.position}: {finding.kind}, {finding.message}"
