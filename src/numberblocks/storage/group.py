"""How a group of operations runs inside one transaction, and who gets which refusal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from numberblocks.domain.access import Actor
from numberblocks.domain.errors import NumbersTaken, StoreUnavailable
from numberblocks.domain.history import Origin
from numberblocks.storage.access import Asker
from numberblocks.storage.database import is_away
from numberblocks.storage.rows import NotAsRead
from numberblocks.storage.write import Reads, Write

R = TypeVar("R")
Operation = Callable[[Write, Actor], R]


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


def fail(group: list[Ticket[Any]], error: BaseException) -> None:
    """Tell a whole group that nothing is known to have been stored."""
    for ticket in group:
        ticket.error = StoreUnavailable()
        ticket.error.__cause__ = error


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
        ticket.position = tx.keep_operation()
    except (DBAPIError, NotAsRead):
        raise
    except Exception as error:
        ticket.error = error


def run_in_savepoint(tx: Write, ticket: Ticket[Any]) -> None:
    """Run one operation and write it at once; if it is refused, nothing of it stays."""
    before = tx.mark()
    savepoint = tx.connection.begin_nested()
    try:
        run_one(tx, ticket)
        if ticket.error is None:
            tx.flush()
    except Exception as error:
        if is_away(error):
            raise
        ticket.error = refusal_of(error)
    if ticket.error is None:
        savepoint.commit()
        tx.forget()
    else:
        savepoint.rollback()
        tx.return_to(before)


def refusal_of(error: Exception) -> Exception:
    """What the database's refusal means, or the error itself if nobody foresaw it."""
    if isinstance(error, IntegrityError) and "no_overlap" in str(error.orig):
        return NumbersTaken("overlaps a block that hasn't ended")
    return error
