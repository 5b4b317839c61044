"""How long the command line takes, each command a process of its own."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bench.configuring import Bench
from bench.processes import output_of
from bench.served import COMMAND
from bench.stores import make_store, place_for

TIMES = 10


@dataclass(frozen=True, slots=True)
class Command:
    """How long one command took, in milliseconds."""

    words: str
    best: float
    median: float


def measure(bench: Bench) -> list[Command]:
    """The commands that people wait for, with a store of 7,200 blocks."""
    with place_for("sqlite") as place, place.running(bench.machine.every, {}):
        store = make_store(place, "listed")
        listing = ("block", "list", "--database", store.url)
        return [
            timed(bench, "numberblocks --help", ("--help",)),
            timed(bench, "numberblocks --version", ("--version",)),
            timed(bench, "numberblocks block list", listing),
        ]


def timed(bench: Bench, name: str, words: tuple[str, ...]) -> Command:
    """Run a command again and again."""
    taken = [seconds(bench, [COMMAND, *words]) for _ in range(TIMES)]
    return Command(name, min(taken) * 1000, statistics.median(taken) * 1000)


def seconds(bench: Bench, words: list[str | Path]) -> float:
    """How long a program takes from its start to its end."""
    begin = time.perf_counter()
    output_of(words, bench.machine.every)
    return time.perf_counter() - begin
