"""The store as a command uses it: opened by its URL, written to in the operator's name."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from numberblocks.commands.options import Common
from numberblocks.domain.access import Actor, Grant, Permission
from numberblocks.domain.history import Origin
from numberblocks.settings import Settings, read_settings
from numberblocks.storage.access import AccessCache, KnownActor
from numberblocks.storage.database import Database, UnusableDatabase, open_database
from numberblocks.storage.finding import root_sid
from numberblocks.storage.migrate import require_newest
from numberblocks.storage.reading import Reading, reading
from numberblocks.storage.write import Reads, Write
from numberblocks.storage.writer import Writer

R = TypeVar("R")
READERS = 2
LONGEST_WAIT = 60.0
"""Seconds that a command waits for its turn to write; a person is more patient than a program."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is ready for this release."""

    database: Database
    cache: AccessCache
    writer: Writer
    operator: Actor

    def write(self, operation: Callable[[Write, Actor], R], reads: Reads | None = None) -> R:
        """Run one operation in the operator's name, and wait until it is durable."""
        return self.writer.run(operation, KnownActor(self.operator), an_origin(), reads).result

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One moment of the store."""
        with reading(self.database, self.cache) as moment:
            yield moment


def an_origin() -> Origin:
    """The command line, with a request id of this command's own."""
    return Origin(channel="cli", request=secrets.token_hex(16))


def settings_for(common: Common) -> Settings:
    """The settings, with what the command line says."""
    return read_settings(os.environ, database=common.database)


@contextmanager
def database_for(common: Common, *, may_be_new: bool = False) -> Iterator[Database]:
    """The database that the command line or the settings name.

    may_be_new: the command makes what isn't there. Others don't leave an empty file behind.
    """
    database = open_database(settings_for(common).database, readers=READERS)
    try:
        if database.path is not None and not may_be_new and not database.path.exists():
            raise UnusableDatabase(
                f"{database.path} doesn't exist."
                f" Make it with: numberblocks migrate --database {database.name}"
            )
        yield database
    finally:
        database.close()


@contextmanager
def store_for(common: Common) -> Iterator[Store]:
    """The store, once its schema is the one that this release works with."""
    with database_for(common) as database:
        require_newest(database)
        with opened(database) as store:
            yield store


@contextmanager
def opened(database: Database) -> Iterator[Store]:
    """A store over a database whose schema is known to be right."""
    cache = AccessCache()
    writer = Writer(database, cache, longest_wait=LONGEST_WAIT)
    try:
        yield Store(database, cache, writer, operator_of(database))
    finally:
        writer.close()


def operator_of(database: Database) -> Actor:
    """Whoever is at the command line: the user of this machine, with Admin on the root."""
    with database.reading() as connection:
        root = root_sid(connection)
    return Actor(
        kind="operator",
        id=user_name(),
        account=root,
        grants=(Grant(account=root, permissions=frozenset({Permission.ADMIN})),),
    )


def user_name() -> str:
    """The user of this machine whom this process runs as."""
    try:
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"
