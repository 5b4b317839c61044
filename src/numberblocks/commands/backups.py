"""backup and restore: the whole store as one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, Common


def backup(
    file: Path,
    /,
    *,
    force: Annotated[
        bool, Parameter(negative="", help="Replace a file that is there already.")
    ] = False,
    common: Common = DEFAULTS,
) -> Answer:
    """Write the whole store into a new file, while it goes on being used.

    The file is an SQLite database, whatever the store is; restore puts it into either.
    """
    from numberblocks.commands.store import database_for
    from numberblocks.storage.backup import back_up

    with database_for(common) as database:
        position = back_up(database, file, replace=force)
        line = f"{file} holds all of {database.name}, up to position {position}."
        return Answer({"file": str(file), "position": position}, [line])


def restore(file: Path, /, *, common: Common = DEFAULTS) -> Answer:
    """Put a backup into an empty database, and verify its history there.

    Exit code 1 if the history that was restored is broken.
    """
    import msgspec

    from numberblocks.commands.history import in_words
    from numberblocks.commands.store import database_for
    from numberblocks.storage.backup import restore as restore_backup

    with database_for(common, may_be_new=True) as database:
        verdict = restore_backup(database, file)
        lines = [f"{database.name} now holds all of {file}.", *in_words(verdict)]
    return Answer(msgspec.to_builtins(verdict), lines, 0 if verdict.ok else 1)
