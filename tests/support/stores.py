"""New stores for tests that write: quickly made, each a copy of one that was made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert

from numberblocks.commands.store import Store, opened
from numberblocks.domain.access import Actor, Grant, Permission
from numberblocks.domain.history import Line, Origin, read_line, replay
from numberblocks.operations import demo
from numberblocks.operations.seed_demo import seed_demo
from numberblocks.storage.access import KnownActor
from numberblocks.storage.changes import LINES
from numberblocks.storage.database import Database, open_database, writing_engine
from numberblocks.storage.lock import write_lock
from numberblocks.storage.migrate import migrate
from numberblocks.storage.schema import overrides
from numberblocks.storage.write import Write
from tests.support.databases import PostgresServer

R = TypeVar("R")
Kind = str


def fill_with_demo(store: Store) -> None:
    """Put the demo in."""
    store.write(seed_demo)


def leave_empty(store: Store) -> None:
    """Put nothing in."""


@dataclass
class Templates:
    """Stores of each kind, made when first asked for, that others are copied from."""

    folder: Path
    server: Callable[[], PostgresServer]
    made: dict[tuple[Kind, bool], str] = field(default_factory=dict)

    @contextmanager
    def copy(self, kind: Kind, folder: Path, *, with_demo: bool) -> Iterator[str]:
        """The URL of a store of the test's own."""
        template = self.template(kind, with_demo)
        if kind == "sqlite":
            file = folder / ("demo.db" if with_demo else "empty.db")
            shutil.copyfile(urlsplit(template).path, file)
            yield f"sqlite:///{file}"
            return
        url = self.server().make_database(urlsplit(template).path.lstrip("/"))
        yield url
        self.server().drop_database(url)

    def template(self, kind: Kind, with_demo: bool) -> str:
        """The URL of the store that is copied; nobody is connected to it."""
        key = (kind, with_demo)
        if key not in self.made:
            url = f"sqlite:///{self.folder / f'demo-{with_demo}.db'}"
            if kind == "postgresql":
                url = self.server().make_database()
            make(url, fill_with_demo if with_demo else leave_empty)
            self.made[key] = url
        return self.made[key]


def make(url: str, fill: Callable[[Store], None]) -> None:
    """Make a new store."""
    database = open_database(url, readers=2)
    migrate(database)
    with opened(database) as store:
        fill(store)
    database.close()


def person(name: str, account: str, *grants: Grant) -> Actor:
    """Somebody with a token of the account."""
    return Actor(kind="token", id=name, account=account, grants=grants)


def on(account: str, *permissions: Permission) -> Grant:
    """Permissions on an account."""
    return Grant(account=account, permissions=frozenset(permissions))


def on_property(sid: str, *permissions: Permission) -> Grant:
    """Permissions on a property."""
    return Grant(property=sid, permissions=frozenset(permissions))


OLIVIA = person("Olivia", demo.ACME, on(demo.ACME, Permission.MANAGE))
ROY = person("Roy", demo.ACME, on(demo.ACME, Permission.REPORTING))
ADA = person("Ada", demo.ACME, on(demo.ACME, Permission.ADMIN))
SAM = person("Sam", demo.GLOBEX, on(demo.GLOBEX, Permission.MANAGE))


class World:
    """A store, and the people who change it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def database(self) -> Database:
        """The store's database."""
        return self.store.database

    @property
    def root(self) -> str:
        """The account above all others."""
        return self.store.operator.account

    def do(self, operation: Callable[..., R], *args, by: Actor | None = None, **kwargs) -> R:
        """Run one operation, as the operator or as somebody else."""

        def bound(tx: Write, actor: Actor) -> R:
            return operation(tx, actor, *args, **kwargs)

        asker = KnownActor(by or self.store.operator)
        return self.store.writer.run(bound, asker, Origin(channel="cli", request="test")).result

    def lines(self) -> list[Line]:
        """The whole line of changes."""
        with self.database.reading() as connection:
            return [read_line(row.line) for row in connection.execute(LINES)]

    def verbs(self) -> list[str]:
        """The verbs of the whole line of changes."""
        return [line.verb for line in self.lines()]

    def last(self) -> Line:
        """The last change."""
        return self.lines()[-1]

    def state(self) -> dict:
        """The state of everything, from the line of changes alone."""
        return replay(self.lines())

    @contextmanager
    def tampering(self) -> Iterator[Connection]:
        """A transaction that goes around everything, as whoever has the database can."""
        engine = writing_engine(self.database)
        with write_lock(self.database), engine.begin() as connection:
            yield connection
        engine.dispose()

    def override(self, number: int, block: str, settings: str) -> None:
        """Have one number differ from its block. There is no operation for it yet."""
        with self.tampering() as connection:
            row = {"number": number, "block_sid": block, "settings": settings, "version": 1}
            connection.execute(insert(overrides).values(row))


@contextmanager
def world_at(url: str) -> Iterator[World]:
    """The world of the store at this URL."""
    with ExitStack() as stack:
        database = open_database(url, readers=4)
        stack.callback(database.close)
        yield World(stack.enter_context(opened(database)))
