"""Backups: a store as one SQLite file, taken while it is used, and put into an empty database.

The file is a store itself, with the same schema and all rows, whatever database it was taken
from; so a backup also moves a store from SQLite to PostgreSQL or back.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError

from numberblocks.domain.verification import Verdict
from numberblocks.storage.changes import verify_history
from numberblocks.storage.copying import copy_everything, position_of
from numberblocks.storage.database import Database, UnusableDatabase, open_database, sound_sqlite
from numberblocks.storage.migrate import migrate, migrate_if_empty, require_newest

BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""What SQLite and we put beside a file while it is in use."""

SQLITE_HEADER = b"SQLite format 3\0"


def back_up(database: Database, file: Path, *, replace: bool = False) -> int:
    """Write the whole store, as it is at one moment, into a new file; its last position.

    The file appears under its name only when it is whole and on the disk.
    """
    require_newest(database)
    if file.exists() and not replace:
        raise FileExistsError(17, "The file exists already; --force replaces it", str(file))
    with unfinished(file) as part:
        if database.kind == "sqlite":
            copy_file(database, part)
        else:
            copy_rows(database, part)
        leave_alone(part)
        position = position_in(part)
        make_durable(part)
        if file.exists() and not replace:
            raise FileExistsError(17, "The file exists already; --force replaces it", str(file))
        part.replace(file)
    make_durable(file.parent)
    return position


def restore(database: Database, file: Path) -> Verdict:
    """Put everything that a backup holds into an empty database, and verify the history there."""
    require_backup(file)
    source = open_database(f"sqlite:///{file.absolute()}", readers=1)
    try:
        require_newest(source)
        migrate_if_empty(database)
        with source.reading() as connection:
            copy_everything(connection, database)
    except DatabaseError as error:
        if "file is not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise not_a_backup(file) from error
        raise
    finally:
        source.close()
    with database.reading() as connection:
        return verify_history(connection)


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """An empty file of our own beside the one that is wanted; taken away whatever happens."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    try:
        yield part
    finally:
        for ending in ("", *BESIDE):
            with suppress(FileNotFoundError):
                part.with_name(part.name + ending).unlink()


def copy_file(database: Database, part: Path) -> None:
    """Copy an SQLite store by SQLite's own online backup, which holds up nobody who writes."""
    target = connect(part)
    source = connect(database.path)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def copy_rows(database: Database, part: Path) -> None:
    """Copy the rows of any store, as they are at one moment, into a new SQLite store."""
    target = open_database(f"sqlite:///{part.absolute()}", readers=1)
    try:
        migrate(target)
        with database.reading() as connection:
            copy_everything(connection, target)
    finally:
        target.close()


def leave_alone(part: Path) -> None:
    """Put everything into the one file, which then needs no others beside it to be read."""
    connection = connect(part)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


def position_in(part: Path) -> int:
    """The last position that a backup holds."""
    source = open_database(f"sqlite:///{part.absolute()}", readers=1)
    try:
        with source.reading() as connection:
            return position_of(connection)
    finally:
        source.close()


def connect(path: Path | None) -> Any:
    """A bare connection to an SQLite file, by the one SQLite library that we use."""
    return sound_sqlite().connect(str(path), isolation_level=None)


def make_durable(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def require_backup(file: Path) -> None:
    """Refuse what is no SQLite file at all."""
    with file.open("rb") as opened:
        if opened.read(len(SQLITE_HEADER)) != SQLITE_HEADER:
            raise not_a_backup(file)


def not_a_backup(file: Path) -> UnusableDatabase:
    """What is said of a file that can't be restored."""
    return UnusableDatabase(f"{file} isn't a backup that numberblocks has made, or it is damaged.")
