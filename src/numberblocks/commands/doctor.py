"""doctor: look for what is wrong with the store and its settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, Common

if TYPE_CHECKING:
    from numberblocks.settings import Settings
    from numberblocks.storage.database import Database

LAST_COMMITS = 1_000
"""How much of the history is verified; `history verify` looks at all of it."""


class Check(NamedTuple):
    """What was looked at and what was found. state: ok, warning or wrong."""

    name: str
    state: str
    found: str


def doctor(*, common: Common = DEFAULTS) -> Answer:
    """Look for what is wrong with the store and its settings.

    Exit code 0: fit to be used, perhaps with warnings. 1: something is wrong.
    """
    checks = list(all_checks(common))
    fit = all(check.state != "wrong" for check in checks)
    width = max(len(check.name) for check in checks)
    lines = [f"{check.state:<8} {check.name:<{width}}  {check.found}" for check in checks]
    data = {"ok": fit, "checks": [check._asdict() for check in checks]}
    return Answer(data, lines, 0 if fit else 1)


def all_checks(common: Common) -> Iterator[Check]:
    """Every check in order, up to the first one that the others can't do without."""
    from numberblocks.commands.store import database_for, settings_for

    yield (settings := looked("settings", lambda: check_settings(settings_for(common))))
    yield (library := looked("SQLite library", check_library))
    if "wrong" in (settings.state, library.state):
        return
    try:
        with database_for(common) as database:
            yield from checks_of(database)
    except Exception as error:
        yield Check("database", "wrong", what_is_wrong(error))


def checks_of(database: Database) -> Iterator[Check]:
    """What can be looked at once the database is known."""
    for name, look, needed in (
        ("database", check_reachable, True),
        ("schema", check_schema, True),
        ("overlaps", check_overlaps, False),
        ("history", check_history, False),
        ("files", check_files, False),
        ("demo", check_demo, False),
    ):
        check = looked(name, lambda look=look: look(database))  # type: ignore[misc]
        yield check
        if needed and check.state == "wrong":
            return


def looked(name: str, look: Callable[[], str]) -> Check:
    """One check done: what it found, or what is wrong."""
    try:
        found = look()
    except Warned as warning:
        return Check(name, "warning", str(warning))
    except Exception as error:
        return Check(name, "wrong", what_is_wrong(error))
    return Check(name, "ok", found)


class Warned(Exception):
    """Something that is no fault, and that whoever runs the service should know."""


class Wrong(Exception):
    """Something that makes the store unfit."""


def what_is_wrong(error: Exception) -> str:
    """One sentence about an error that a check came upon; a fault of ours is raised again."""
    from numberblocks.commands.complaint import complaint_about

    if isinstance(error, Wrong):
        return str(error)
    if (complaint := complaint_about(error)) is None:
        raise error
    return complaint.message


def check_settings(settings: Settings) -> str:
    """All settings are known and in their limits."""
    return f"{len(settings.__struct_fields__)} settings are as they may be"


def check_library() -> str:
    """The SQLite library is one that doesn't corrupt what it keeps."""
    from numberblocks.storage.database import sound_sqlite

    return f"{sound_sqlite().sqlite_version} is sound"


def check_reachable(database: Database) -> str:
    """The database answers."""
    from numberblocks.storage.checks import server_version

    with database.reading() as connection:
        return f"{database.name} answers ({server_version(database, connection)})"


def check_schema(database: Database) -> str:
    """The schema is the one that this release works with."""
    from numberblocks.storage.migrate import NEWEST, require_newest

    require_newest(database)
    return f"{NEWEST} is the one that this release works with"


def check_overlaps(database: Database) -> str:
    """The database itself refuses overlapping blocks."""
    from numberblocks.storage.checks import require_no_overlap

    with database.reading() as connection:
        return require_no_overlap(database, connection)


def check_history(database: Database) -> str:
    """The end of the line of changes is whole."""
    from numberblocks.storage.changes import verify_history

    with database.reading() as connection:
        verdict = verify_history(connection, last_commits=LAST_COMMITS)
    if not verdict.ok:
        finding = verdict.findings[0]
        raise Wrong(f"broken at position {finding.position}: {finding.kind}, {finding.message}")
    return f"whole up to position {verdict.position}, as far as the last {LAST_COMMITS:,} commits"


def check_files(database: Database) -> str:
    """An SQLite store can be written to, and so can the files that belong beside it."""
    if database.path is None:
        return "none of our own are needed"
    lock = Path(f"{database.path}.lock")
    for path in (database.path, database.path.parent, *([lock] if lock.exists() else [])):
        if not os.access(path, os.W_OK):
            raise Wrong(f"{path} can't be written to")
    return "the database, its folder and its lock can be written to"


def check_demo(database: Database) -> str:
    """Published tokens don't belong into a store that is used in earnest."""
    from numberblocks.storage.listing import has_demo_tokens

    if has_demo_tokens(database):
        raise Warned("the demo's published tokens can be used; numberblocks demo remove ends them")
    return "no published tokens"
