"""Opening a store by its URL; what differs between SQLite and PostgreSQL when connecting.

``sqlite:////absolute/file.db``, ``sqlite:///relative.db`` or ``postgresql://user@host:port/name``.
SQLite comes from pysqlite3 and never from the standard library: two SQLite libraries with one
file in one process corrupt it, and Debian's own can corrupt a WAL file by itself
(sqlite.org/wal.html, "WAL-reset bug").
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import NullPool

from numberblocks.domain.errors import StoreUnavailable

Kind = Literal["sqlite", "postgresql"]
FIRST_SOUND_SQLITE = (3, 51, 3)
SQLITE_ERROR = 1
LOCK_TIMEOUT_MS = 5_000
"""How long the database itself waits for a lock that something else holds."""
READERS = 40
WAIT_FOR_CONNECTION = 5.0
SERVER_IS_LOST = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""When a PostgreSQL server that doesn't answer any more is given up; else it would take hours."""
LONGEST_PAUSE = "30s"
"""How long the server lets a writer that has stopped in the middle keep the lock."""


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
        except NoConnectionFree as error:
            raise StoreUnavailable from error
        except DBAPIError as error:
            if is_away(error):
                raise StoreUnavailable from error
            raise

    @property
    def name(self) -> str:
        """The URL as it may be shown: without a password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self.engine.dispose()


def is_away(error: BaseException) -> bool:
    """Whether the store can't be reached or can't work now, rather than refusing something."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # SQLite calls it operational, too, when it doesn't understand a statement.
    return (
        isinstance(error, OperationalError | InterfaceError)
        and getattr(error.orig, "sqlite_errorcode", None) != SQLITE_ERROR
    )


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
    engine = sqlite_engine(
        url.set(drivername="sqlite+pysqlite", database=str(path)),
        pool_size=readers,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION,
    )
    return Database("sqlite", engine, url, path)


def keep_private(path: Path) -> None:
    """Make a new file for its owner only; SQLite gives those beside it the same mode.

    A file that is there already isn't touched: closing it here would end every lock that this
    process's connections hold on it (sqlite.org/howtocorrupt.html, 2.2).
    """
    with suppress(OSError):  # SQLite says better what is in its way.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def sqlite_engine(url: URL, **options: Any) -> Engine:
    """An engine over an SQLite file, whose transactions begin and end where we say."""
    engine = create_engine(
        url,
        module=sound_sqlite(),
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        **options,
    )
    event.listen(engine, "do_connect", lambda *_: keep_private(Path(str(url.database))))
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


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
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={LOCK_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def reading_whatever_is_there(connection: Connection) -> Iterator[None]:
    """Read text that isn't UTF-8, too, which SQLite keeps if it is made to: as lone surrogates."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda text: text.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def begin_sqlite(connection: Connection) -> None:
    """Begin in earnest: without this every savepoint would commit by itself."""
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def open_postgresql(url: URL, readers: int) -> Database:
    """A PostgreSQL database; reads see one moment each, writes are READ COMMITTED."""
    engine = postgresql_engine(
        url.set(drivername="postgresql+psycopg"),
        "numberblocks",
        pool_size=readers,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
    )
    return Database("postgresql", engine, url)


def postgresql_engine(url: URL, name: str, **options: Any) -> Engine:
    """An engine over a PostgreSQL database; what the URL itself says of a connection goes first.

    name: what the server's own lists call the connections.
    """
    wanted = {"application_name": name, **SERVER_IS_LOST}
    missing = {key: value for key, value in wanted.items() if key not in url.query}
    return create_engine(url, connect_args=missing, hide_parameters=True, **options)


def writing_engine(database: Database, *, patient: bool = False) -> Engine:
    """An engine over the same store for the one connection that writes.

    patient: it waits for PostgreSQL's locks for as long as it takes.
    """
    url = database.engine.url
    if database.kind == "sqlite":
        return sqlite_engine(url, poolclass=NullPool, execution_options={"writes": True})
    engine = postgresql_engine(
        url, "numberblocks writer", poolclass=NullPool, isolation_level="READ COMMITTED"
    )
    if not patient:
        event.listen(engine, "connect", prepare_postgresql_writer)
    return engine


def prepare_postgresql_writer(connection: Any, _record: object) -> None:
    """Don't wait for ever for the lock, and don't keep it for ever when this process is frozen."""
    connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_PAUSE}'")
    connection.commit()
