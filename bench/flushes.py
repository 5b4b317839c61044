"""How long a flush to disk takes, and a way to make all flushes slower (slow_flush.c)."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("slow_flush.c")
PAGE = bytes(4096)


class CannotSlow(Exception):
    """Flushes can't be made slower here."""


@dataclass(frozen=True, slots=True)
class SlowFlushes:
    """What to preload into programs, and the number of flushes that they made so far."""

    library: Path
    counter: Path
    microseconds: int

    @property
    def environ(self) -> Mapping[str, str]:
        """What a program needs in its environment."""
        return {
            "LD_PRELOAD": str(self.library),
            "SLOW_FLUSH_US": str(self.microseconds),
            "SLOW_FLUSH_COUNT": str(self.counter),
        }

    def count(self) -> int:
        """How often anything was flushed by a program that has it preloaded."""
        return int.from_bytes(self.counter.read_bytes(), "little")


def make_slow_flushes(folder: Path, milliseconds: float) -> SlowFlushes:
    """Compile the library into the folder, readable by whatever user a database runs as."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise CannotSlow("no C compiler (Debian package: gcc)")
    slow = SlowFlushes(folder / "slow_flush.so", folder / "flushes", round(milliseconds * 1000))
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", slow.library, SOURCE, "-ldl"], check=True
    )
    slow.counter.write_bytes(bytes(8))
    slow.library.chmod(0o755)
    slow.counter.chmod(0o666)
    return slow


def flush_milliseconds(folder: Path, times: int = 200) -> float:
    """The median of a page appended to a file in this folder and flushed."""
    taken = []
    file = folder / "flushed"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(times):
            begin = time.perf_counter()
            os.write(descriptor, PAGE)
            os.fdatasync(descriptor)
            taken.append(time.perf_counter() - begin)
    finally:
        os.close(descriptor)
        file.unlink()
    return statistics.median(taken) * 1000
