"""Opening a store by its URL; what differs between SQLite and PostgreSQL when connecting.

``sqlite:////absolute/file.db``, ``sqlite:///relative.db`` or ``postgresql://user@host:port/name``.
SQLite comes from pysqlite3 and never from the standard library: two SQLite libraries with one
file in one process corrupt it, and Debian's own can corrupt a WAL file by itself
(sqlite.org/wal.html, "WAL-reset bug").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import NullPool

from numberblocks.domain.errors import StoreUnavailable

Kind = Literal["sqlite", "postgresql"]
FIRST_SOUND_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
READERS = 40


class UnusableDatabase(Exception):
    """The database can't be used as it is; the message says what would help."""


@dataclass(frozen=True, slots=True)
class Database:
    """A store that can be read from; the writer (storage/writer.py) is the only one to write.

    path: the file of an SQLite store.
    """

    kind: Kind
    engine: Engine
    url: URL
    path: Path | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which everything that is read belongs to one moment."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise_if_away(error)
            raise

    @property
    def name(self) -> str:
        """The URL as it may be shown: without a password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self.engine.dispose()


def raise_if_away(error: DBAPIError) -> None:
    """Turn "the store can't be reached" into the refusal that says so."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        raise StoreUnavailable from error


def open_database(text: str, *, readers: int = READERS) -> Database:
    """The store at this URL. Nothing is connected yet.

    readers: how many connections may be kept for reading.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    match url and url.drivername:
        case "sqlite" if url is not None and url.database and url.database != ":memory:":
            return open_sqlite(url, readers)
        case "postgresql" if url is not None and url.database:
            return open_postgresql(url, readers)
        case _:
            raise UnusableDatabase(
                "A database is named by sqlite:////absolute/file.db, sqlite:///relative.db"
                " or postgresql://user@host:port/name."
            )


def open_sqlite(url: URL, readers: int) -> Database:
    """An SQLite file; its folder has to exist."""
    path = Path(str(url.database)).resolve()
    if not path.parent.is_dir():
        raise UnusableDatabase(f"The folder of the database doesn't exist: {path.parent}")
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite", database=str(path)),
        module=sound_sqlite(),
        pool_size=readers,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return Database("sqlite", engine, url, path)


def sound_sqlite() -> Any:
    """The SQLite library, if it is one that doesn't corrupt what it keeps."""
    import pysqlite3.dbapi2 as sqlite

    if sqlite.sqlite_version_info < FIRST_SOUND_SQLITE:
        raise UnusableDatabase(
            f"SQLite {sqlite.sqlite_version} can corrupt a database that several connections"
            " write to (sqlite.org/wal.html, WAL-reset bug); install pysqlite3 0.6.1 or later."
        )
    return sqlite


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Leave transactions to us, make commits durable, and wait for a lock held elsewhere."""
    connection.isolation_level = None
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """Begin in earnest: without this every savepoint would commit by itself."""
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def open_postgresql(url: URL, readers: int) -> Database:
    """A PostgreSQL database; reads see one moment each, writes are READ COMMITTED."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=readers,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": 5, "application_name": "numberblocks"},
    )
    return Database("postgresql", engine, url)


def writing_engine(database: Database) -> Engine:
    """An engine over the same store for the one connection that writes."""
    if database.kind == "sqlite":
        return database.engine.execution_options(writes=True)
    return create_engine(
        database.engine.url,
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": 5, "application_name": "numberblocks writer"},
    )
