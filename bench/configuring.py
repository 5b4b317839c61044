"""Configuring blocks over HTTP, beside the bare driver that commits the same statements."""

from __future__ import annotations

import dataclasses
import itertools
import json
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.flushes import SlowFlushes, flush_milliseconds, make_slow_flushes
from bench.load import CONNECTIONS, Load, load
from bench.processes import Cores, Machine, cpu_seconds, output_of
from bench.served import Served, served
from bench.stores import FilledStore, Kind, Line, Place, is_whole, line_of, make_store, place_for

FIRST_NUMBERS = itertools.count(0, 10_000_000)
"""Every load begins with another number, so that none repeats what an earlier one has set."""
WARM_UP_SECONDS = 1
SLOWER_BY_MS = 5.0
SETTLED_AFTER = 0.2
"""Seconds without anything new in the store and in the log."""


@dataclass(frozen=True, slots=True)
class Bare:
    """What the bare driver reached, alone."""

    rate: float
    cpu_us: float
    flushes: float | None = None


@dataclass(frozen=True, slots=True)
class Configured:
    """What the served application reached, and what its store says of it.

    logged: answers of 200 by the server's own log. lines, commits: as counted in the store
    afterwards. cpu_us: CPU time a request, of the server and the database's own processes.
    """

    load: Load
    logged: int
    lines: int
    commits: int
    cpu_us: float
    flushes: float | None = None

    @property
    def together(self) -> float:
        """How many requests a commit had."""
        return self.lines / self.commits if self.commits else 0.0

    @property
    def adds_up(self) -> bool:
        """Whether every answer was a 200 and has its line, and there is no other line.

        When its time is over, wrk hangs up with a request under way on every connection.
        """
        unread = self.logged - self.load.answered
        return (
            self.lines == self.logged
            and 0 <= unread <= CONNECTIONS
            and self.load.not_2xx == self.load.broken == 0
        )


@dataclass(slots=True)
class Configuring:
    """Everything that is measured with one kind of database, a list entry a round."""

    kind: Kind
    flush_ms: float = 0.0
    bare: list[Bare] = field(default_factory=list)
    one_core: list[Configured] = field(default_factory=list)
    every_core: list[Configured] = field(default_factory=list)
    slow_bare: list[Bare] = field(default_factory=list)
    slow: list[Configured] = field(default_factory=list)
    memory: dict[str, dict[str, float]] = field(default_factory=dict)
    started_in: float = 0.0
    whole: bool = True
    why_not_slow: str = ""

    def all_configured(self) -> list[Configured]:
        """All rounds of the served application."""
        return [*self.one_core, *self.every_core, *self.slow]


@dataclass(frozen=True, slots=True)
class Bench:
    """What all measurements share."""

    machine: Machine
    seconds: float
    rounds: int


def measure(bench: Bench, kind: Kind, parts: frozenset[str]) -> Configuring:
    """All measurements of configuring with one kind of database.

    parts: of "configure" (flushes as they are) and "slow" (flushes made slower).
    """
    found = Configuring(kind)
    with place_for(kind) as place:
        slow = make_slow_flushes(place.folder, SLOWER_BY_MS) if "slow" in parts else None
        found.flush_ms = flush_milliseconds(place.folder)
        with place.running(bench.machine.one, {}):
            reference, store = make_store(place, "reference"), make_store(place, "served")
            if "configure" in parts:
                measure_one_core(bench, place, reference, store, found)
                measure_every_core(bench, place, store, found)
            found.whole = is_whole(store.url)
        if slow is not None:
            with place.running(bench.machine.one, slow.environ):
                reference, store = (
                    reached_again(place, reference),
                    reached_again(place, store),
                )
                measure_slow(bench, place, reference, store, slow, found)
                found.whole = found.whole and is_whole(store.url)
    return found


def reached_again(place: Place, store: FilledStore) -> FilledStore:
    """The same store, after its database was started again."""
    return dataclasses.replace(store, url=place.url(store.name))


def measure_one_core(
    bench: Bench, place: Place, reference: FilledStore, store: FilledStore, found: Configuring
) -> None:
    """Driver and server take turns, each alone on one core with the database."""
    log, one = place.folder / "server.log", bench.machine.one
    with served(store.url, log, workers=1, cores=one) as server:
        warm_up(bench, server, store)
        for _ in range(bench.rounds):
            found.bare.append(run_bare(bench, reference, None))
            found.one_core.append(configure(bench, place, server, store, bench.machine.other))


def measure_every_core(bench: Bench, place: Place, store: FilledStore, found: Configuring) -> None:
    """Two workers, the database and the load share all cores."""
    every = bench.machine.every
    place.move(every)
    with served(store.url, place.folder / "server.log", workers=2, cores=every) as server:
        warm_up(bench, server, store)
        for _ in range(bench.rounds):
            found.every_core.append(configure(bench, place, server, store, every))
        found.memory, found.started_in = server.memory(), server.started_in


def measure_slow(
    bench: Bench,
    place: Place,
    reference: FilledStore,
    store: FilledStore,
    slow: SlowFlushes,
    found: Configuring,
) -> None:
    """As on one core, with every flush made slower."""
    log, one = place.folder / "server.log", bench.machine.one
    with served(store.url, log, workers=1, cores=one, environ=slow.environ) as server:
        warm_up(bench, server, store)
        for _ in range(bench.rounds):
            found.slow_bare.append(run_bare(bench, reference, slow))
            found.slow.append(configure(bench, place, server, store, bench.machine.other, slow))


def warm_up(bench: Bench, server: Served, store: FilledStore) -> None:
    """Let everything be loaded, prepared and remembered that will be."""
    run_load(server, store, WARM_UP_SECONDS, bench.machine.other)


def run_bare(bench: Bench, store: FilledStore, slow: SlowFlushes | None) -> Bare:
    """The bare driver by itself, on one core with the database."""
    words = [sys.executable, "-m", "bench.bare_driver", store.url, str(store.targets)]
    before = 0 if slow is None else slow.count()
    environ: Mapping[str, str] = {} if slow is None else slow.environ
    printed = output_of([*words, str(bench.seconds)], bench.machine.one, environ)
    found: dict[str, Any] = json.loads(printed)
    return Bare(
        rate=found["requests"] / found["seconds"],
        cpu_us=found["cpu_us"],
        flushes=None if slow is None else (slow.count() - before) / found["requests"],
    )


def configure(
    bench: Bench,
    place: Place,
    server: Served,
    store: FilledStore,
    cores: Cores,
    slow: SlowFlushes | None = None,
) -> Configured:
    """Put the server under load from these cores, then count in the store what came of it."""
    flushes = 0 if slow is None else slow.count()
    before, size = settled(server, store)
    cpu = cpu_seconds([*server.pids(), *place.pids()])
    found = run_load(server, store, bench.seconds, cores)
    cpu = cpu_seconds([*server.pids(), *place.pids()]) - cpu
    after, _ = settled(server, store)
    commits = after.commits - before.commits
    return Configured(
        load=found,
        logged=server.answered_200_since(size),
        lines=after.lines - before.lines,
        commits=commits,
        cpu_us=cpu / max(1, found.answered) * 1e6,
        flushes=None if slow is None else (slow.count() - flushes) / max(1, commits),
    )


def run_load(server: Served, store: FilledStore, seconds: float, cores: Cores) -> Load:
    """Configure one block after the other, each time to something new."""
    arguments = [str(store.targets), str(next(FIRST_NUMBERS))]
    return load(server.port, "configure.lua", arguments, seconds=seconds, cores=cores)


def settled(server: Served, store: FilledStore) -> tuple[Line, int]:
    """Where the line stands, and how long the log is, once nothing is under way any more."""
    seen = None
    while (now := (line_of(store.url), server.log.stat().st_size)) != seen:
        seen = now
        time.sleep(SETTLED_AFTER)
    return now


def median(values: Iterator[float] | list[float]) -> float:
    """The median; 0 of nothing."""
    known = list(values)
    return statistics.median(known) if known else 0.0
