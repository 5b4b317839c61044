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
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from numberblocks.domain.access import Actor
from numberblocks.domain.errors import StoreUnavailable
from numberblocks.domain.history import Origin
from numberblocks.storage.access import AccessCache, Asker
from numberblocks.storage.database import Database, is_away
from numberblocks.storage.group import Operation, Ticket, fail, run_one_by_one, run_together
from numberblocks.storage.write import Reads, Write
from numberblocks.storage.writing_session import WritingSession

LARGEST_GROUP = 64
LONGEST_WAIT = 10.0

R = TypeVar("R")
log = logging.getLogger(__name__)


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
        self,
        database: Database,
        cache: AccessCache,
        *,
        longest_wait: float = LONGEST_WAIT,
        on_commit: Callable[[int], None] = lambda _operations: None,
    ) -> None:
        """longest_wait: seconds that somebody waits before being told to try again later.

        on_commit: is told after each commit how many operations it was of.
        """
        self.longest_wait = longest_wait
        self.on_commit = on_commit
        self.database = database
        self.cache = cache
        self.requests = 0
        self.commits = 0
        self._waiting: SimpleQueue[Ticket[Any] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._working_since: float | None = None

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
        if self._thread is None or not self._thread.is_alive():
            self._start()
        if not ticket.done.acquire(timeout=self.longest_wait):
            ticket.given_up = True
            raise StoreUnavailable("The store didn't answer in time; try again later.")
        if ticket.error is not None:
            raise ticket.error
        return Written(outcome[0], ticket.position)

    def why_not_well(self) -> str | None:
        """Say why the writer gets nowhere, or None if it does. Without work it is well."""
        since = self._working_since
        if since is not None and (busy := time.monotonic() - since) > self.longest_wait:
            return f"the writer has been at the same group for {busy:.0f} seconds"
        if self._thread is not None and not self._thread.is_alive():
            return "the writer's thread has ended"
        return None

    def close(self) -> None:
        """Finish what waits, and stop the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        session = WritingSession(self.database, self.cache)
        stopping = False
        while not stopping and (first := self._waiting.get()) is not None:
            group: list[Ticket[Any]] = [first]
            self._working_since = time.monotonic()
            try:
                with session.lock_held() as tx:
                    stopping = self._gather(group)
                    running = [each for each in group if not each.given_up]
                    self._commit(session, tx, running)
            except BaseException as error:
                log.error("writing failed: %s", type(error).__name__, exc_info=error)
                fail(group, error)
            else:
                if running:
                    self.on_commit(len(running))
            finally:
                self._working_since = None
                for ticket in group:
                    ticket.done.release()
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

    def _commit(self, session: WritingSession, tx: Write, group: list[Ticket[Any]]) -> None:
        """Run the group in one transaction; whoever spoils that is found one by one."""
        try:
            run_together(tx, group)
            tx.finish()
        except Exception as error:
            if is_away(error):
                raise
            tx = session.begin_again()
            run_one_by_one(tx, group)
            tx.finish()
        session.commit()
        self.requests += len(group)
        self.commits += 1
