"""The load: wrk, a client in C, with connections that stay open."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Cores, output_of

SCRIPTS = Path(__file__).with_name("wrk")
CONNECTIONS = 16


class NoWrk(Exception):
    """wrk isn't installed."""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk found. Times in milliseconds.

    answered: answers that wrk has read. When its time is over it hangs up, so up to one more
    request a connection may have been done whose answer it never read.
    """

    answered: int
    seconds: float
    not_2xx: int
    broken: int
    p50: float
    p99: float
    longest: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


def load(
    port: int,
    script: str,
    arguments: list[str],
    *,
    seconds: float,
    cores: Cores,
    connections: int = CONNECTIONS,
) -> Load:
    """Ask the server on this port as fast as it answers, each connection one thing at a time.

    arguments: what the script takes.
    """
    program = shutil.which("wrk")
    if program is None:
        raise NoWrk("wrk is missing; `scripts/setup system` installs it")
    printed = output_of(
        [
            *(program, "--threads", "1", "--connections", str(connections)),
            *("--duration", f"{max(1, round(seconds))}s", "--timeout", "20s"),
            *("--script", SCRIPTS / script),
            f"http://127.0.0.1:{port}",
            *("--", *arguments),
        ],
        cores,
    )
    return read_load(json.loads(printed.strip().rpartition("\n")[2]))


def read_load(found: dict[str, int]) -> Load:
    """What the script has printed."""
    return Load(
        answered=found["requests"],
        seconds=found["duration"] / 1e6,
        not_2xx=found["not_2xx"],
        broken=found["broken"],
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        longest=found["max"] / 1000,
    )
