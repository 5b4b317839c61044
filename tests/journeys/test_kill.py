"""kill -9 of anything at any moment: what was answered is there, and nobody has to repair it.

The long mode kills a hundred times: ``pytest -m long tests/journeys/test_kill.py``.
NUMBERBLOCKS_TEST_KILLS says how often instead, NUMBERBLOCKS_TEST_SEED repeats a run's choices.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.arrange import Arranged
from tests.support.fleet import Fleet, is_alive, kill, who_answers
from tests.support.lines import require_whole, rows
from tests.support.load import Asked, Load, require_stored, statuses
from tests.support.served import COMMAND, environment, run_command

PER_SECOND = 200
OFTEN, SELDOM = 100, 10
WORKERS = 4
PATIENCE = 20.0
SOON = 6.0

END_A_BACKEND = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'numberblocks%' ORDER BY random()
  LIMIT 1"""


@pytest.fixture
def fleet(database_url: str, tmp_path: Path) -> Iterator[Fleet]:
    """A server with four workers on each kind of database."""
    fleet = Fleet(database_url, tmp_path, WORKERS)
    fleet.start()
    try:
        fleet.wait_until_all_listen()
        yield fleet
    finally:
        fleet.kill_all()


@dataclass
class Story:
    """What was killed, and what became of the requests."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    answers: Counter[Any] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, what: str, asked: list[Asked], seconds: float) -> None:
        """Note one kill, what became of the requests since the last one, and how long it took."""
        self.kills[what] += 1
        self.answers += statuses(asked)
        self.unanswered += [each.request for each in asked if each.reply is None]
        self.slowest[what] = max(seconds, self.slowest.get(what, 0.0))

    def told(self, kind: str, stored: int) -> str:
        """All of it on a few lines."""
        kills = ", ".join(f"{count} × {what}" for what, count in sorted(self.kills.items()))
        answers = ", ".join(
            f"{count} {'unanswered' if status is None else status}"
            for status, count in sorted(self.answers.items(), key=str)
        )
        slowest = ", ".join(f"{what} {took:.1f} s" for what, took in sorted(self.slowest.items()))
        return (
            f"\n{kind}, seed {self.seed}: {self.kills.total()} kills ({kills});"
            f"\n  configures in {self.seconds:.0f} s: {answers};"
            f"\n  of the unanswered {stored} are stored;"
            f"\n  longest until all was as before: {slowest}"
        )


class Killer:
    """Kills what it is told to, and checks what has to hold meanwhile and afterwards."""

    def __init__(self, fleet: Fleet, arrange: Arranged, load: Load, chance: random.Random) -> None:
        self.fleet = fleet
        self.arrange = arrange
        self.load = load
        self.chance = chance

    def kill(self, what: str) -> None:
        """Kill it, and wait until all is as before."""
        match what:
            case "supervisor":
                self.kill_and_start_again([self.fleet.supervisor])
            case "all":
                everybody = [self.fleet.supervisor, *self.fleet.workers()]
                self.kill_and_start_again(self.chance.sample(everybody, len(everybody)))
            case "all, twice":
                self.kill_while_it_starts()
            case "two workers":
                self.kill_workers(self.chance.sample(self.fleet.workers(), 2))
            case "a backend":
                self.end_a_backend()
            case _:
                self.kill_workers([self.fleet.workers()[int(what[-1]) - 1]])

    def kill_workers(self, pids: list[int]) -> None:
        """The others go on as if nothing had happened, and the killed ones are replaced."""
        place = len(self.load.asked)
        answering = self.who_answers()
        others = {number for number, pid in answering.items() if pid not in pids}
        moment = time.monotonic()
        kill(*pids)
        self.load.wait_until_answered(others, moment)
        self.fleet.wait_until_all_listen()
        assert not set(pids) & set(self.fleet.workers())
        self.load.wait_until_answered(range(len(self.load.clients)), moment)
        asked = self.load.since(place)
        assert set(statuses(asked)) <= {200, None}
        assert not {each.client for each in asked if each.reply is None} & others

    def who_answers(self) -> dict[int, int]:
        """The worker that each client's connection leads to, once all clients have one."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                found = who_answers(self.fleet, self.load.clients)
                return {self.load.clients.index(client): pid for client, pid in found.items()}
            except (KeyError, OSError, AttributeError):
                assert time.monotonic() < until, "some clients can't connect"
                time.sleep(0.05)

    def kill_and_start_again(self, pids: list[int]) -> None:
        """Start at once, by the same command; what is left of the old server goes by itself."""
        old = self.fleet.workers()
        kill(*pids)
        assert self.fleet.process is not None
        self.fleet.process.wait()
        self.fleet.start()
        self.fleet.wait_until_all_listen()
        assert not [pid for pid in old if is_alive(pid)]
        self.load.wait_until_answered(range(len(self.load.clients)), time.monotonic())

    def kill_while_it_starts(self) -> None:
        """Kill all, start, and kill all there is again at some moment of the start."""
        self.fleet.kill_all()
        self.fleet.start()
        time.sleep(self.chance.uniform(0, 2))
        self.kill_and_start_again([self.fleet.supervisor, *self.fleet.workers()])

    def end_a_backend(self) -> None:
        """Have PostgreSQL end one of the connections: some may be told to try again."""
        place = len(self.load.asked)
        with psycopg.connect(self.fleet.url, autocommit=True) as connection:
            connection.execute(END_A_BACKEND)
        self.load.wait_until_answered(range(len(self.load.clients)), time.monotonic())
        assert set(statuses(self.load.since(place))) <= {200, 503}


def targets(kind: str, kills: int, chance: random.Random) -> list[str]:
    """What is killed: each process in turn, and all of them, over and over, in any order."""
    each = [f"worker {number}" for number in range(1, WORKERS + 1)]
    each += ["supervisor", "all", "all, twice", "two workers"]
    each += ["a backend"] if kind == "postgresql" else []
    wanted: list[str] = []
    while len(wanted) < kills:
        wanted += chance.sample(each, len(each))
    return wanted[:kills]


def kill_again_and_again(fleet: Fleet, kills: int, seed: int) -> str:
    """Kill under load, and check after each kill; what there is to tell about it."""
    chance = random.Random(seed)
    kind = "postgresql" if fleet.url.startswith("postgresql") else "sqlite"
    arrange = Arranged(fleet.url, fleet.demo)
    own = [arrange.block().sid for _ in range(8)]
    load = Load(fleet, [arrange.block().sid for _ in range(2)], own, PER_SECOND)
    killer, story, place = Killer(fleet, arrange, load, chance), Story(seed), 0
    load_began = time.monotonic()
    try:
        for what in targets(kind, kills, chance):
            time.sleep(chance.uniform(0.1, 0.9))
            began = time.monotonic()
            killer.kill(what)
            seconds = time.monotonic() - began
            asked = load.since(place)
            place += len(asked)
            story.add(what, asked, seconds)
            require_stored(arrange.database, asked)
            require_whole(arrange.database)
    except BaseException:
        print(f"seed {seed}, after {story.kills.total()} kills; the log's end:\n{fleet.log_end()}")
        raise
    finally:
        load.stop()
    story.seconds = time.monotonic() - load_began
    require_stored(arrange.database, load.since(place))
    require_whole(arrange.database)
    assert json.loads(run_command("history", "verify", "--json", "--database", fleet.url))["ok"]
    assert fleet.stop() == 0
    said = story.told(kind, stored_of(arrange, story.unanswered))
    arrange.close()
    return said


def stored_of(arrange: Arranged, requests: list[str]) -> int:
    """How many of these requests are in the history."""
    kept = rows(arrange.database, "SELECT line FROM changes WHERE verb = 'block.configured'")
    found = {json.loads(row.line)["request"] for row in kept}
    return len(found & set(requests))


def a_seed() -> int:
    """The seed that was asked for, or a new one."""
    return int(os.environ.get("NUMBERBLOCKS_TEST_SEED", random.SystemRandom().randrange(2**32)))


@pytest.mark.timeout(420)
def test_whatever_is_killed_nothing_that_was_answered_is_lost(
    fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    said = kill_again_and_again(fleet, SELDOM, a_seed())
    with capsys.disabled():
        print(said)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_whatever_is_killed_a_hundred_times_nothing_that_was_answered_is_lost(
    fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = int(os.environ.get("NUMBERBLOCKS_TEST_KILLS", OFTEN))
    said = kill_again_and_again(fleet, kills, a_seed())
    with capsys.disabled():
        print(said)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the kind of database."""


@on_sqlite
def test_a_worker_that_dies_again_and_again_stops_nothing(fleet: Fleet) -> None:
    victim, *others = fleet.workers()
    for _ in range(5):
        kill(victim)
        fleet.wait_until_all_listen()
        [victim] = set(fleet.workers()) - set(others)
    block = fleet.demo["number_block"]["sid"]
    assert fleet.client().configure(block, Source="still here").status == 200
    assert fleet.stop() == 0


@on_sqlite
def test_all_workers_that_die_in_one_moment_come_back(fleet: Fleet) -> None:
    for _ in range(3):
        gone = fleet.workers()
        kill(*gone)
        fleet.wait_until_all_listen()
        assert not set(gone) & set(fleet.workers())
    assert fleet.stop() == 0


@on_sqlite
def test_workers_hear_every_time_that_they_shall_stop(fleet: Fleet) -> None:
    """By a signal, or because the supervisor is gone; far sooner than they would be killed."""
    for turn in range(10):
        workers, began = fleet.workers(), time.monotonic()
        if turn % 2:
            assert fleet.stop() == 0
        else:
            kill(fleet.supervisor)
            while any(map(is_alive, workers)):
                assert time.monotonic() < began + PATIENCE, "some workers stay"
                time.sleep(0.02)
        assert time.monotonic() < began + SOON
        fleet.kill_all()
        fleet.start()
        fleet.wait_until_all_listen()


@on_sqlite
def test_a_port_that_another_server_keeps_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    """Workers share a port, so nothing but a look would keep two servers apart."""
    words = ("serve", "--database", fleet.url, "--port", str(fleet.port))
    refused = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, env=environment(), cwd=tmp_path
    )
    assert refused.returncode == 1
    assert f"127.0.0.1:{fleet.port}" in refused.stderr
    assert fleet.stop() == 0
