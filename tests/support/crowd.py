"""Many who write at once, arranged so that a test knows which of them share a commit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any, NamedTuple

from numberblocks.domain.access import Actor, Grant, Permission
from numberblocks.domain.history import Origin
from numberblocks.domain.number_block import BlockChange
from numberblocks.domain.routing import RoutingMethod
from numberblocks.domain.tokens import Token, hash_of
from numberblocks.operations.configure_block import configure_block, reads_of
from numberblocks.operations.named import Named
from numberblocks.storage.access import Asker, KnownActor, TokenLogin
from numberblocks.storage.group import Operation
from numberblocks.storage.write import Reads, Write
from numberblocks.storage.writer import Writer, Written

PATIENCE = 20.0
"""Seconds to wait for what takes none."""


class Wish(NamedTuple):
    """Something that somebody wants to be done. reads: as the writer is told."""

    operation: Operation[Any]
    asker: Asker
    reads: Reads | None = None
    request: str = "tests"

    def done_by(self, writer: Writer) -> Written[Any]:
        """Have the writer do it."""
        origin = Origin(channel="api", request=self.request)
        return writer.run(self.operation, self.asker, origin, self.reads)


def a_configure(account: str, block: str, asker: Asker, **settings: str) -> Wish:
    """Configure the block of the account, as the API would have it done."""
    change = BlockChange(**settings)  # type: ignore[arg-type]
    named = Named(account=account)
    return Wish(
        lambda tx, actor: configure_block(tx, actor, named, block, change),
        asker,
        reads_of(block, change),
    )


def a_route(account: str, block: str, asker: Asker, number: str) -> Wish:
    """Have the calls of the block of the account ring at the number."""
    return a_configure(
        account, block, asker, routing_method=RoutingMethod.ENDPOINT, endpoint_number=number
    )


def operator(root: str) -> KnownActor:
    """Somebody at the command line, who may do everything."""
    grants = (Grant(account=root, permissions=frozenset({Permission.ADMIN})),)
    return KnownActor(Actor(kind="operator", id="tests", account=root, grants=grants))


def login(token: Token) -> TokenLogin:
    """Somebody with this token."""
    return TokenLogin(token.key_id, hash_of(token.secret))


@dataclass
class Crowd:
    """Those who wait for a busy writer, in the order in which they came.

    busy: the operation that keeps it busy.
    """

    writer: Writer
    threads: ThreadPoolExecutor
    busy: Future[Written[Any]]
    waiting: list[Future[Written[Any]]] = field(default_factory=list)

    def wants(self, *wishes: Wish) -> None:
        """Have the writer asked for these too; they wait, one after the other."""
        for wish in wishes:
            before = waiting(self.writer)
            self.waiting.append(self.threads.submit(wish.done_by, self.writer))
            wait_for(lambda before=before: waiting(self.writer) > before)

    def outcomes(self) -> list[Any]:
        """What became of each wish: what was written, or what was raised."""
        return [outcome(future) for future in self.waiting]


def outcome(future: Future[Written[Any]]) -> Any:
    """What was written, or the error that was raised."""
    return future.exception(PATIENCE) or future.result()


@contextmanager
def crowd(writer: Writer) -> Iterator[Crowd]:
    """A crowd that waits until the end of the with-block; then it is the writer's next group."""
    entered, go = Event(), Event()

    def keep_busy(tx: Write, actor: Actor) -> None:
        entered.set()
        go.wait(PATIENCE)

    with ThreadPoolExecutor(max_workers=200) as threads:
        busy = threads.submit(Wish(keep_busy, operator("")).done_by, writer)
        assert entered.wait(PATIENCE)
        try:
            yield Crowd(writer, threads, busy)
        finally:
            go.set()
            outcome(busy)


def together(writer: Writer, *wishes: Wish) -> list[Any]:
    """What becomes of these wishes in one group, in order."""
    with crowd(writer) as waiting:
        waiting.wants(*wishes)
    return waiting.outcomes()


def waiting(writer: Writer) -> int:
    """How many operations wait for the writer's next group."""
    return writer._waiting.qsize()


def wait_for(condition: Any, patience: float = PATIENCE) -> None:
    """Wait until the condition holds."""
    until = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.001)
