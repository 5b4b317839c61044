"""The stores that are measured: many blocks of fiction numbers, on each kind of database."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlalchemy import func, insert, select

from bench.processes import Cores, move, on_cores, tree
from numberblocks.commands.store import opened
from numberblocks.domain.access import Actor, Grant, Permission
from numberblocks.domain.number_block import BlockState, NumberBlock
from numberblocks.domain.sids import ALPHABET
from numberblocks.operations.create_account import create_account
from numberblocks.operations.create_token import create_token
from numberblocks.storage.changes import verify_history
from numberblocks.storage.database import Database, open_database, writing_engine
from numberblocks.storage.lock import write_lock
from numberblocks.storage.migrate import migrate
from numberblocks.storage.schema import changes, links, number_blocks, number_ranges
from numberblocks.storage.statements import WRITTEN_COLUMNS, values_of
from numberblocks.storage.write import Write
from tests.support.databases import OwnServer, binaries_for, short_temp

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
NAMES: dict[Kind, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

EXCHANGES = [f"{area}{exchange}" for area in "2378" for exchange in ("5550", "7010")]
BLOCKS_AN_EXCHANGE = 900
NUMBERS_A_BLOCK = 10
"""So the numbers 9000 to 9999 of every exchange belong to nobody: the answering points."""


@dataclass(frozen=True, slots=True)
class FilledStore:
    """A store with blocks of one account. targets: the file that wrk's scripts read."""

    name: str
    url: str
    targets: Path
    account: str
    token: str
    sids: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """Where the line of changes stands."""

    lines: int
    commits: int


class Place(Protocol):
    """Where stores of one kind are."""

    folder: Path

    @contextmanager
    def running(self, cores: Cores, environ: Mapping[str, str]) -> Iterator[None]:
        """Whatever the stores need to be reachable, on these cores."""
        ...

    def new_url(self, name: str) -> str:
        """The URL of an empty database."""
        ...

    def url(self, name: str) -> str:
        """The URL of a database that was made before."""
        ...

    def move(self, cores: Cores) -> None:
        """Have the database's own processes run on other cores."""
        ...

    def pids(self) -> list[int]:
        """The database's own processes."""
        ...


class SqlitePlace:
    """SQLite needs no processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def running(self, cores: Cores, environ: Mapping[str, str]) -> Iterator[None]:
        yield

    def new_url(self, name: str) -> str:
        return self.url(name)

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def move(self, cores: Cores) -> None:
        pass

    def pids(self) -> list[int]:
        return []


class PostgresqlPlace:
    """A PostgreSQL server of our own, as it is delivered: every commit is flushed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = OwnServer(folder, binaries_for(folder), fsync=True)
        self.server.initialise()
        self._admin = ""
        self._pid: int | None = None

    @contextmanager
    def running(self, cores: Cores, environ: Mapping[str, str]) -> Iterator[None]:
        with on_cores(cores), environment(environ):
            context = self.server.running()
            running = context.__enter__()
        try:
            self._admin = running.admin_url
            self._pid = int((self.server.data / "postmaster.pid").read_text().split()[0])
            yield
        finally:
            self._pid = None
            context.__exit__(None, None, None)

    def new_url(self, name: str) -> str:
        import psycopg

        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str) -> str:
        # The port is another one after every start.
        return self._admin.rpartition("/")[0] + "/" + name

    def move(self, cores: Cores) -> None:
        move(self.pids(), cores)

    def pids(self) -> list[int]:
        return [] if self._pid is None else tree(self._pid)


@contextmanager
def place_for(kind: Kind) -> Iterator[Place]:
    """A place for stores, in a temporary folder that is taken away again."""
    folder = Path(tempfile.mkdtemp(prefix="numberblocks-bench-", dir=short_temp()))
    folder.chmod(0o755)  # The database may run as another user.
    try:
        yield SqlitePlace(folder) if kind == "sqlite" else PostgresqlPlace(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Whatever is started meanwhile has these values in its environment."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def make_store(place: Place, name: str) -> FilledStore:
    """A new store with 7,200 blocks of ten numbers, all of one account."""
    url = place.new_url(name)
    database = open_database(url, readers=2)
    try:
        migrate(database)
        with opened(database) as store:
            account, token = store.write(make_account)
        sids = fill(database, account)
    finally:
        database.close()
    filled = FilledStore(name, url, place.folder / f"{name}.txt", account, token, sids)
    login = b64encode(f"{account}:{token}".encode()).decode()
    filled.targets.write_text("\n".join([f"Basic {login}", account, *sids]))
    return filled


def make_account(tx: Write, actor: Actor) -> tuple[str, str]:
    """An account with a token that manages it."""
    account = create_account(tx, actor, parent=actor.account, name="Benchmark").sid
    tx.settle()
    grant = Grant(account=account, permissions=frozenset({Permission.MANAGE}))
    made = create_token(tx, actor, account=account, name="Benchmark", grants=[grant])
    return account, str(made.token)


def fill(database: Database, account: str) -> list[str]:
    """Put the blocks in, without a line of history each: that is what will be measured."""
    blocks = list(some_blocks(account))
    engine = writing_engine(database)
    with write_lock(database), engine.begin() as connection:
        connection.execute(insert(number_blocks), [row_of(block) for block in blocks])
        connection.execute(insert(number_ranges), [range_of(block) for block in blocks])
    engine.dispose()
    return [block.sid for block in blocks]


def some_blocks(account: str) -> Iterator[NumberBlock]:
    """Blocks with sids in no order, as real ones have; the same ones each time."""
    chance = random.Random(5550)
    for number, exchange in enumerate(EXCHANGES * BLOCKS_AN_EXCHANGE):
        first = int(f"61{exchange}0000") + number // len(EXCHANGES) * NUMBERS_A_BLOCK
        yield NumberBlock(
            sid="B" + "".join(chance.choices(ALPHABET, k=31)),
            id=number + 1,
            account=account,
            state=BlockState.ACTIVE,
            first=first,
            last=first + NUMBERS_A_BLOCK - 1,
            name=f"Block {number + 1}",
            active=True,
            sms=False,
            voice=True,
            version=1,
        )


def row_of(block: NumberBlock) -> dict[str, Any]:
    """A block's row."""
    return dict(zip(WRITTEN_COLUMNS, values_of(block, 0, 0), strict=True))


def range_of(block: NumberBlock) -> dict[str, Any]:
    """The row that says which numbers the block holds."""
    return {
        "block_sid": block.sid,
        "from_position": 0,
        "first_number": block.first,
        "last_number": block.last,
    }


def line_of(url: str) -> Line:
    """Where the line of changes stands, counted row by row."""
    database = open_database(url, readers=1)
    try:
        with database.reading() as connection:
            lines = connection.execute(select(func.count()).select_from(changes)).scalar_one()
            commits = connection.execute(select(func.count()).select_from(links)).scalar_one()
        return Line(lines, commits)
    finally:
        database.close()


def is_whole(url: str) -> bool:
    """Whether the history verifies."""
    database = open_database(url, readers=1)
    try:
        with database.reading() as connection:
            return verify_history(connection).ok
    finally:
        database.close()
