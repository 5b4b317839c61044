"""Where the time of one configure goes: ``python -m bench.profile_configure [--group N]``.

The two halves of a request run by themselves, in one thread and one process: the edge, from the
bytes that were received to the operation that waits for the writer and on to the answer; and the
writer, with groups of operations as they wait. Each is timed by CPU and by the clock, then
sampled (a signal for every millisecond of CPU; what C code does counts for the line that called
it). What a served request costs beyond the two is the server's own, and changing threads.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from bench.load import CONNECTIONS
from bench.processes import on_cores, this_machine
from bench.stores import KINDS, NAMES, FilledStore, make_store, place_for
from numberblocks.api.application import make_application
from numberblocks.api.services import Services
from numberblocks.app import make_services
from numberblocks.logs import STANDARD_ERROR, start_logging
from numberblocks.settings import Settings
from numberblocks.storage.group import Ticket
from numberblocks.storage.writer import Writer, Written
from numberblocks.storage.writing_session import WritingSession

GROUPS = (1, 2, 4, 8, 16, 64)
REQUESTS = 384
REPEATS = 15
TOP = 25
AN_ANSWERING_POINT = "+61255509000"
Environ = dict[str, Any]


@dataclass(slots=True)
class Subject:
    """The application and its writer, taken apart."""

    store: FilledStore
    services: Services
    app: Callable[..., Any]
    waiting: list[Ticket[Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def requests(self, count: int) -> list[Environ]:
        """As many requests, each to another block and something new."""
        return [self.request(number) for number in itertools.islice(self.numbers, count)]

    def request(self, number: int) -> Environ:
        """One request as the server hands it to the application."""
        sid = self.store.sids[number % len(self.store.sids)]
        endpoint = f"+61{'2378'[number % 4]}55509{number // 4 % 1000:03d}"
        body = json.dumps(
            {
                "AccountSid": self.store.account,
                "RoutingMethod": "endpoint",
                "EndpointNumber": endpoint,
                "Recording": "enabled",
                "Source": "google",
                "Medium": "cpc",
                "Campaign": f"campaign {number}",
            }
        ).encode()
        return ENVIRON | {
            "PATH_INFO": f"/v2/numberblocks/{sid}",
            "HTTP_AUTHORIZATION": f"Bearer {self.store.token}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }

    def edge(self, requests: list[Environ]) -> list[Ticket[Any]]:
        """Everything but the writer; what waits for it."""
        self.waiting = []
        for environ in requests:
            for _ in self.app(environ, refuse_refusals):
                pass
        return self.waiting


ENVIRON: Environ = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8080",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "CONTENT_TYPE": "application/json",
    "HTTP_HOST": "127.0.0.1:8080",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def refuse_refusals(status: str, _headers: object, _error: object = None) -> None:
    """Nothing but success is worth profiling."""
    if not status.startswith("200"):
        raise RuntimeError(status)


@contextmanager
def logging_into(file: Path) -> Iterator[None]:
    """Standard error, where the log goes, is this file meanwhile."""
    before = os.dup(STANDARD_ERROR)
    with file.open("ab") as log:
        os.dup2(log.fileno(), STANDARD_ERROR)
    try:
        start_logging("info")
        yield
    except Exception:
        print(file.read_text()[-2000:])
        raise
    finally:
        os.dup2(before, STANDARD_ERROR)
        os.close(before)


def take_apart(store: FilledStore) -> Subject:
    """The application on this store, with a writer that only notes what it would do."""
    services = make_services(Settings(database=store.url))
    subject = Subject(store, services, make_application(services))

    def note(_: Writer, *arguments: Any) -> Written[Any]:
        subject.waiting.append(Ticket(*arguments))
        return Written((None, AN_ANSWERING_POINT), 1)

    Writer.run = note  # type: ignore[method-assign,assignment]
    return subject


def commit(subject: Subject, session: WritingSession, waiting: list[Ticket[Any]]) -> None:
    """Have the writer do one group."""
    with session.lock_held() as tx:
        subject.services.writer._commit(session, tx, waiting)
    for ticket in waiting:
        if ticket.error is not None:
            raise ticket.error


def commit_all(
    subject: Subject, session: WritingSession, waiting: list[Ticket[Any]], size: int
) -> None:
    """Have the writer do everything that waits, in groups of this size."""
    for begin in range(0, len(waiting), size):
        commit(subject, session, waiting[begin : begin + size])


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request costs, in microseconds: the best of a few repeats."""

    cpu: float
    clock: float


def cost_of(prepare: Callable[[], Any], act: Callable[[Any], object], requests: int) -> Cost:
    """Time an act on what was prepared."""
    taken = []
    for _ in range(REPEATS):
        prepared = prepare()
        cpu, clock = time.thread_time(), time.perf_counter()
        act(prepared)
        taken.append((time.thread_time() - cpu, time.perf_counter() - clock))
    best = [min(values) / requests * 1e6 for values in zip(*taken, strict=True)]
    return Cost(*best)


def in_groups(subject: Subject, session: WritingSession, size: int) -> Cost:
    """What the writer costs a request when this many share a commit."""
    count = REQUESTS if size > 2 else REQUESTS // 8

    return cost_of(
        lambda: subject.edge(subject.requests(count)),
        lambda waiting: commit_all(subject, session, waiting, size),
        count,
    )


class Samples:
    """How often each function, and each line, was seen at work."""

    def __init__(self) -> None:
        self.count = 0
        self.inside: Counter[str] = Counter()
        self.below: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Note where the program is."""
        if frame is None:
            return
        self.count += 1
        self.inside[name_of(frame)] += 1
        self.lines[f"{name_of(frame)}:{frame.f_lineno}"] += 1
        self.below.update({name_of(each) for each in callers(frame)})

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Sample meanwhile."""
        signal.signal(signal.SIGPROF, self.take)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def callers(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def name_of(frame: FrameType) -> str:
    """A function as one can find it: its file without the way there, and its name."""
    file = Path(frame.f_code.co_filename)
    return f"{file.parent.name}/{file.name} {frame.f_code.co_qualname}"


def sampled(prepare: Callable[[], Any], act: Callable[[Any], object], seconds: float) -> Samples:
    """Sample an act, again and again, but not its preparation."""
    samples = Samples()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        prepared = prepare()
        with samples.taking():
            act(prepared)
    return samples


def show(what: str, cost: Cost, samples: Samples) -> None:
    """Print the most expensive functions and lines, in microseconds a request."""
    each = cost.cpu / max(1, samples.count)
    tables = {
        "by themselves": samples.inside,
        "with all that they call": samples.below,
        "single lines": samples.lines,
    }
    for title, counter in tables.items():
        print(f"\n{what}: {title} (µs of CPU a request, of {cost.cpu:.0f})")
        for name, count in counter.most_common(TOP):
            print(f"  {count * each:6.1f}  {name}")


def main() -> None:
    """Take one configure apart, on each kind of database that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile_configure")
    parser.add_argument("--database", action="append", choices=KINDS)
    parser.add_argument("--group", type=int, default=8, help="the size of group to sample")
    parser.add_argument("--seconds", type=float, default=6, help="how long to sample each half")
    options = parser.parse_args()
    for kind in options.database or KINDS:
        with place_for(kind) as place:
            one = this_machine().one
            with place.running(one, {}), on_cores(one), logging_into(place.folder / "log"):
                print(f"\n=== {NAMES[kind]}")
                profile(make_store(place, "profiled"), options.group, options.seconds)


def profile(store: FilledStore, group: int, seconds: float) -> None:
    """Time and sample both halves."""
    run = Writer.run
    subject = take_apart(store)
    session = WritingSession(subject.services.database, subject.services.cache)
    try:
        commit(subject, session, subject.edge(subject.requests(CONNECTIONS)))
        edge = cost_of(lambda: subject.requests(REQUESTS), subject.edge, REQUESTS)
        print(f"edge                {edge.cpu:6.1f} µs of CPU, {edge.clock:6.1f} by the clock")
        for size in GROUPS:
            cost = in_groups(subject, session, size)
            print(f"writer, groups of {size:<2}{cost.cpu:6.1f} µs of CPU, {cost.clock:6.1f}")
        show("edge", edge, sampled(lambda: subject.requests(200), subject.edge, seconds))
        cost = in_groups(subject, session, group)
        samples = sampled(
            lambda: subject.edge(subject.requests(group * 20)),
            lambda waiting: commit_all(subject, session, waiting, group),
            seconds,
        )
        show(f"writer, groups of {group}", cost, samples)
    finally:
        Writer.run = run  # type: ignore[method-assign]
        session.close()
        subject.services.database.close()


if __name__ == "__main__":
    main()
