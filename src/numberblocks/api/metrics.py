"""What is counted and timed, for Prometheus.

Workers share a folder of files, so that whichever is asked answers for all. Each worker takes a
place in it and goes on counting where the last one in that place left off: counts never fall when
a worker dies, and files don't pile up. Accounts, numbers and sids are never labels.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OTHER = "other"
NO_ROUTE = "none"

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
GROUP_SIZES = (1, 2, 4, 8, 16, 32, 64)
FILE_SIZE = 1 << 19
"""Of a place's counts, in bytes: more than all routes with all their answers need."""

log = logging.getLogger(__name__)


class Metrics:
    """What one process counts. Made once in a process, after the folder is known."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.shared = take_place()
        self.registry = own = CollectorRegistry()
        self.requests = Counter(
            "numberblocks_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=own,
        )
        self.seconds = Histogram(
            "numberblocks_request_seconds",
            "How long answering took, from the first look at the login to the answer.",
            ("method", "route"),
            buckets=SECONDS,
            registry=own,
        )
        self.writes = Counter(
            "numberblocks_writer_requests", "Operations that the writer ran.", registry=own
        )
        self.commits = Counter(
            "numberblocks_writer_commits", "Commits, each of a group of operations.", registry=own
        )
        self.group_size = Histogram(
            "numberblocks_writer_group_size",
            "How many operations shared a commit.",
            buckets=GROUP_SIZES,
            registry=own,
        )
        self.unassigned = Counter(
            "numberblocks_endpoint_numbers_unassigned",
            "Answering points accepted outside of the ranges that are known to be assigned.",
            registry=own,
        )
        self._counters: dict[tuple[str, str | None, int], tuple[Counter, Histogram]] = {}

    def count_request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one answer. route: its template, never its path; None for what isn't served."""
        key = method, route, status
        children = self._counters.get(key) or self._remember(key)
        children[0].inc()
        children[1].observe(seconds)

    def _remember(self, key: tuple[str, str | None, int]) -> tuple[Counter, Histogram]:
        method, route, status = key
        known = method if method in METHODS else OTHER
        children = (
            self.requests.labels(known, route or NO_ROUTE, status),
            self.seconds.labels(known, route or NO_ROUTE),
        )
        if known == method:  # Whoever makes up methods isn't remembered.
            self._counters[key] = children
        return children

    def count_commit(self, operations: int) -> None:
        """Count one commit of the writer."""
        self.writes.inc(operations)
        self.commits.inc()
        self.group_size.observe(operations)

    def text(self) -> bytes:
        """What all processes have counted, as Prometheus reads it."""
        from prometheus_client import generate_latest

        return generate_latest(self.all_processes() if self.shared else self.registry)

    def all_processes(self) -> CollectorRegistry:
        """The counts of all processes that share the folder."""
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry


@contextmanager
def folder_for_metrics() -> Iterator[str]:
    """A fresh folder for the processes that are started meanwhile; gone at the end."""
    with TemporaryDirectory(prefix="numberblocks-metrics-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield folder
        finally:
            del os.environ[FOLDER]


def take_place() -> bool:
    """Take a place in the folder for this process; False if there is no folder to share."""
    from prometheus_client import values

    values.ValueClass = values.MutexValue
    if FOLDER not in os.environ:
        return False
    try:
        place = free_place(Path(os.environ[FOLDER]))
    except OSError as error:
        log.warning("this worker counts for itself only: %s", error)
        return False
    values.ValueClass = values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call]
    return True


def free_place(folder: Path) -> int:
    """The first place that no living process has; this one has it until it ends."""
    for place in count(1):
        file = os.open(folder / f"place-{place}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            for kind in ("counter", "histogram"):
                reserve(folder / f"{kind}_{place}.db")
            return place
    raise AssertionError("counting never ends")


def reserve(file: Path) -> None:
    """Make sure of the room now: a process that counts on a full disk would be killed for it."""
    opened = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(opened, 0, FILE_SIZE)
    finally:
        os.close(opened)
