"""The one way to write: waiting operations are committed together, by one thread a process.

The writer takes the lock first, then the operations that wait, at most 64. Everything that
depends on stored rows is read and decided inside the lock, in order; what was accepted is written
by one statement a table and committed once. Only if the database refuses that is the group
repeated one by one, each in a savepoint, so that one refusal takes none of the others with it.
Nobody is answered before the commit is durable.
Source: docs/architecture.md, "One way to write".
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from numberblocks.domain.access import Actor
from numberblocks.domain.errors import ChangedMeanwhile, Refusal, StoreUnavailable
from numberblocks.domain.history import Origin
from numberblocks.storage.access import AccessCache, Asker
from numberblocks.storage.database import Database, writing_engine
from numberblocks.storage.lock import FileLock
from numberblocks.storage.postgresql_statements import PostgresqlStatements
from numberblocks.storage.sqlite_statements import SqliteStatements
from numberblocks.storage.statements import Statements
from numberblocks.storage.write import Reads, Write

LARGEST_GROUP = 64
LONGEST_WAIT = 10.0

R = TypeVar("R")
Operation = Callable[[Write, Actor], R]
log = logging.getLogger(__name__)


class Ticket(Generic[R]):
    """One operation that waits for its turn, and then its outcome."""

    __slots__ = ("asker", "done", "error", "given_up", "operation", "origin", "position", "reads")

    def __init__(
        self, operation: Operation[R], asker: Asker, origin: Origin, reads: Reads | None
    ) -> None:
        self.operation = operation
        self.asker = asker
        self.origin = origin
        self.reads = reads
        self.done = threading.Lock()
        self.done.acquire()
        self.given_up = False
        self.error: BaseException | None = None
        self.position = 0


class Written(Generic[R]):
    """What an operation returned, and the position of its last change.

    If it changed nothing, position is that of the line as the operation read it.
    """

    __slots__ = ("position", "result")

    def __init__(self, result: R, position: int) -> None:
        self.result = result
        self.position = position


class Writer:
    """Runs operations in groups. Its thread starts with the first operation."""

    def __init__(
        self, database: Database, cache: AccessCache, *, longest_wait: float = LONGEST_WAIT
    ) -> None:
        """longest_wait: seconds that somebody waits before being told to try again later."""
        self.longest_wait = longest_wait
        self.database = database
        self.cache = cache
        self.requests = 0
        self.commits = 0
        self._waiting: SimpleQueue[Ticket[Any] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def run(
        self,
        operation: Operation[R],
        asker: Asker,
        origin: Origin,
        reads: Reads | None = None,
    ) -> Written[R]:
        """Run the operation in the next group; raises its refusal, or StoreUnavailable.

        reads: given for an operation that only configures blocks, so that it can share its
        statements with others. Others run by themselves inside the group, in a savepoint.
        """
        outcome: list[R] = []

        def remember(tx: Write, actor: Actor) -> None:
            outcome[:] = [operation(tx, actor)]

        ticket = Ticket(remember, asker, origin, reads)
        self._waiting.put(ticket)
        if self._thread is None:
            self._start()
        if not ticket.done.acquire(timeout=self.longest_wait):
            ticket.given_up = True
            raise StoreUnavailable("The store didn't answer in time; try again later.")
        if ticket.error is not None:
            raise ticket.error
        return Written(outcome[0], ticket.position)

    def close(self) -> None:
        """Finish what waits, and stop the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        session = WritingSession(self.database)
        while (first := self._waiting.get()) is not None:
            group: list[Ticket[Any]] = [first]
            stopping = False
            try:
                with session.lock_held():
                    stopping = self._gather(group)
                    self._commit(session, group)
            except BaseException as error:
                session.drop_connection()
                fail(group, error)
            finally:
                for ticket in group:
                    ticket.done.release()
            if stopping:
                break
        session.close()

    def _gather(self, group: list[Ticket[Any]]) -> bool:
        """Add those who wait to the group; whether the writer was asked to stop."""
        while len(group) < LARGEST_GROUP:
            try:
                ticket = self._waiting.get_nowait()
            except Empty:
                return False
            if ticket is None:
                return True
            group.append(ticket)
        return False

    def _commit(self, session: WritingSession, group: list[Ticket[Any]]) -> None:
        """Run the group in one transaction."""
        group[:] = [ticket for ticket in group if not ticket.given_up] + [
            ticket for ticket in group if ticket.given_up
        ]
        alive = [ticket for ticket in group if not ticket.given_up]
        try:
            tx = self._begin(session)
            run_together(tx, alive)
            tx.finish()
        except (IntegrityError, ChangedMeanwhile):
            session.rollback()
            tx = self._begin(session)
            run_one_by_one(tx, alive)
            tx.finish()
        session.commit()
        self.requests += len(alive)
        self.commits += 1

    def _begin(self, session: WritingSession) -> Write:
        connection = session.connection()
        head = session.statements.begin(connection)
        return Write(connection, session.statements, head, self.cache.at(head.access_version))


def fail(group: list[Ticket[Any]], error: BaseException) -> None:
    """Tell a whole group that nothing is known to have been stored."""
    if not isinstance(error, Refusal):
        log.error("writing failed: %s", type(error).__name__, exc_info=error)
    refusal = error if isinstance(error, Refusal) else StoreUnavailable()
    refusal.__cause__ = None if refusal is error else error
    for ticket in group:
        ticket.error = refusal


def run_together(tx: Write, group: list[Ticket[Any]]) -> None:
    """Run the operations in order; those that only configure blocks share their statements."""
    tx.prepare([ticket.reads for ticket in group if ticket.reads is not None])
    for ticket in group:
        if ticket.reads is None:
            tx.flush()
            run_in_savepoint(tx, ticket)
        else:
            run_one(tx, ticket)


def run_one_by_one(tx: Write, group: list[Ticket[Any]]) -> None:
    """Run the operations in order, each in a savepoint: the way out when the group is refused."""
    for ticket in group:
        run_in_savepoint(tx, ticket)


def run_one(tx: Write, ticket: Ticket[Any]) -> None:
    """Run one operation; a refusal, or a fault of ours, is its own and nobody else's."""
    ticket.error = None
    tx.start_operation(None, ticket.origin)
    try:
        actor = ticket.asker.actor(tx.access, tx.connection, tx.now)
        tx.start_operation(actor, ticket.origin)
        ticket.operation(tx, actor)
    except DBAPIError:
        raise
    except Exception as error:
        ticket.error = error
    else:
        ticket.position = tx.keep_operation()


def run_in_savepoint(tx: Write, ticket: Ticket[Any]) -> None:
    """Run one operation and write it at once; if it is refused, nothing of it stays."""
    before = tx.mark()
    savepoint = tx.connection.begin_nested()
    try:
        run_one(tx, ticket)
        if ticket.error is None:
            tx.flush()
    except (IntegrityError, ChangedMeanwhile) as error:
        ticket.error = error if isinstance(error, Refusal) else refusal_of(error)
    if ticket.error is None:
        savepoint.commit()
        tx.forget()
    else:
        savepoint.rollback()
        tx.return_to(before)


def refusal_of(error: IntegrityError) -> BaseException:
    """What a constraint's refusal means, or the error itself if nobody foresaw it."""
    from numberblocks.domain.errors import NumbersTaken

    if "no_overlap" in str(error.orig):
        return NumbersTaken("overlaps a block that hasn't ended")
    return error


class WritingSession:
    """The connection, and the lock, of the one thread that writes."""

    def __init__(self, database: Database) -> None:
        self._lock = FileLock(database)
        self._engine = writing_engine(database)
        self._connection: Connection | None = None
        self.statements: Statements = (
            SqliteStatements() if database.kind == "sqlite" else PostgresqlStatements()
        )

    @contextmanager
    def lock_held(self) -> Iterator[None]:
        """Hold the file lock for as long as the block runs."""
        self._lock.take()
        try:
            yield
        finally:
            self._lock.free()

    def connection(self) -> Connection:
        """The connection, made when it is first needed or was lost."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def commit(self) -> None:
        """Make it durable. Any error here means that the outcome is unknown."""
        self.connection().commit()

    def rollback(self) -> None:
        """Undo what wasn't committed."""
        self.connection().rollback()

    def drop_connection(self) -> None:
        """Throw the connection away; the next group gets a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def close(self) -> None:
        """Give everything back."""
        if self._connection is not None:
            self._connection.close()
        self._lock.close()
