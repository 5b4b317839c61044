"""The connection of the one thread that writes, and the lock that it holds while it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from numberblocks.storage.access import AccessCache
from numberblocks.storage.database import Database, writing_engine
from numberblocks.storage.lock import FileLock
from numberblocks.storage.postgresql_statements import PostgresqlStatements
from numberblocks.storage.sqlite_statements import SqliteStatements
from numberblocks.storage.statements import Statements
from numberblocks.storage.write import Write


class WritingSession:
    """The connection, and the lock, of the one thread that writes."""

    def __init__(self, database: Database, cache: AccessCache) -> None:
        self._lock = FileLock(database)
        self._engine = writing_engine(database)
        self._cache = cache
        self._connection: Connection | None = None
        self._statements: Statements = (
            SqliteStatements() if database.kind == "sqlite" else PostgresqlStatements()
        )

    @contextmanager
    def lock_held(self) -> Iterator[Write]:
        """Hold the lock for as long as the block runs, in a transaction."""
        self._lock.take()
        try:
            yield self._begin()
        except BaseException:
            self._drop_connection()
            raise
        finally:
            self._lock.free()

    def begin_again(self) -> Write:
        """Undo what was done since the lock was taken, and take a transaction anew."""
        self._connected().rollback()
        return self._begin()

    def commit(self) -> None:
        """Make it durable. Any error here means that the outcome is unknown."""
        self._connected().commit()

    def close(self) -> None:
        """Give everything back."""
        self._drop_connection()
        self._lock.close()

    def _begin(self) -> Write:
        """Begin, once more if the connection was lost while nobody wrote."""
        try:
            head = self._statements.begin(self._connected())
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._drop_connection()
            head = self._statements.begin(self._connected())
        view = self._cache.at(head.access_version)
        return Write(self._connected(), self._statements, head, view)

    def _connected(self) -> Connection:
        """The connection, made when it is first needed or was lost."""
        if self._connection is None:
            # It may lead to another server than the last, where versions mean something else.
            self._cache.forget()
            self._connection = self._engine.connect()
        return self._connection

    def _drop_connection(self) -> None:
        """Throw the connection away; the next group gets a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()
