"""What is counted and timed, for Prometheus.

Workers share a folder of files, so that whichever is asked answers for all. Accounts, numbers and
sids are never labels.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from numberblocks.api.metrics_folder import FOLDER, free_place

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OTHER = "other"
NO_ROUTE = "none"

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
GROUP_SIZES = (1, 2, 4, 8, 16, 32, 64)

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
