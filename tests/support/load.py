"""A steady load of configures, in which every answer is remembered and later looked up."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from numberblocks.domain.history import read_line
from numberblocks.storage.database import Database
from tests.support.client import NoAnswer, NotSent, Reply
from tests.support.fleet import Fleet
from tests.support.lines import rows

CLIENTS = 8
PATIENCE = 20.0
BREAK = 0.02
"""Seconds after which somebody tries again who couldn't connect."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and what became of it. reply: None if the connection ended before it came."""

    sent_at: float
    client: int
    request: str
    block: str
    source: str
    reply: Reply | None


class Load:
    """Clients that configure at a steady pace, some their own blocks and some the same ones."""

    def __init__(self, fleet: Fleet, shared: list[str], own: list[str], per_second: int) -> None:
        """own: a block for each of the clients."""
        self.clients = [fleet.client() for _ in range(CLIENTS)]
        self.shared, self.own = shared, own
        self.pause = CLIENTS / per_second
        self.asked: list[Asked] = []
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self.go_on, args=(number,), daemon=True)
            for number in range(CLIENTS)
        ]
        for thread in self.threads:
            thread.start()

    def go_on(self, number: int) -> None:
        """Ask again and again, at the pace."""
        turn, due = 0, time.monotonic()
        while not self.stopped.is_set():
            try:
                self.asked.append(self.ask(number, turn))
                turn += 1
            except NotSent:
                time.sleep(BREAK)
            due = max(due + self.pause, time.monotonic() - self.pause)
            time.sleep(max(0.0, due - time.monotonic()))
        self.clients[number].close()

    def ask(self, number: int, turn: int) -> Asked:
        """Ask once; NotSent if there is nobody to ask."""
        block = self.own[number] if turn % 2 else self.shared[turn % len(self.shared)]
        request, source = f"load-{number}-{turn}", f"client {number}, turn {turn}"
        sent_at = time.monotonic()
        try:
            reply = self.clients[number].configure(block, request, Source=source)
        except NotSent:
            raise
        except NoAnswer:
            reply = None
        return Asked(sent_at, number, request, block, source, reply)

    def stop(self) -> None:
        """Stop all of them."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(PATIENCE)

    def since(self, place: int) -> list[Asked]:
        """Everything that was asked since so many were known."""
        return self.asked[place:]

    def wait_until_answered(self, clients: Collection[int], moment: float) -> None:
        """Wait until each of the clients has sent something after the moment and was told OK."""
        until, waiting = time.monotonic() + PATIENCE, set(clients)
        while waiting:
            assert time.monotonic() < until, f"{waiting} aren't answered any more"
            time.sleep(0.01)
            done = (each for each in self.asked[-500:] if each.sent_at > moment)
            waiting -= {each.client for each in done if each.reply and each.reply.status == 200}


def require_stored(database: Database, asked: Collection[Asked]) -> None:
    """Every request that was told OK is in the history, where it was told to be."""
    told = {each.reply.position: each for each in asked if each.reply and each.reply.status == 200}
    if not told:
        return
    query = "SELECT position, line FROM changes WHERE position BETWEEN :first AND :last"
    kept = rows(database, query, first=min(told), last=max(told))  # type: ignore[type-var]
    lines = {row.position: read_line(row.line) for row in kept}
    for position, each in told.items():
        line = lines.get(position or 0)
        assert line is not None, f"{each} is lost"
        assert (line.request, line.subject.id) == (each.request, each.block)
        assert line.after["source"] == each.source


def statuses(asked: Collection[Asked]) -> Counter[Any]:
    """How many requests were answered with each status; None: not answered."""
    return Counter(each.reply and each.reply.status for each in asked)
