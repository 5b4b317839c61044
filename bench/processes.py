"""Starting processes on chosen cores, and what they cost: CPU time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.databases import die_with_parent

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
SECONDS_TO_STOP = 30

Cores = frozenset[int]


@dataclass(frozen=True, slots=True)
class Machine:
    """The cores that we may use.

    one: where a server and its database run when they get one core. other: where the load comes
    from meanwhile; the same, where there is no other.
    """

    every: Cores
    one: Cores
    other: Cores


def this_machine() -> Machine:
    """The cores that this process may use."""
    cores = sorted(os.sched_getaffinity(0))
    return Machine(frozenset(cores), frozenset(cores[:1]), frozenset(cores[1:] or cores))


def start(
    words: Sequence[str | Path],
    cores: Cores,
    *,
    environ: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program on these cores; it ends when we do."""

    def prepare() -> None:
        die_with_parent()
        os.sched_setaffinity(0, cores)

    return subprocess.Popen(
        words,
        cwd=ROOT,
        env=clean_environment() | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output not in (None, subprocess.PIPE) else None,
        start_new_session=True,
        preexec_fn=prepare,
    )


def output_of(
    words: Sequence[str | Path], cores: Cores, environ: Mapping[str, str] | None = None
) -> str:
    """What a program prints that ends by itself."""
    process = start(words, cores, environ=environ, output=subprocess.PIPE)
    printed, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))} ended with {process.returncode}")
    return printed.decode()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, and kill it if that takes long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def clean_environment() -> dict[str, str]:
    """This process's environment without what would set numberblocks up otherwise."""
    return {k: v for k, v in os.environ.items() if not k.startswith("NUMBERBLOCKS_")}


@contextmanager
def on_cores(cores: Cores) -> Iterator[None]:
    """Whatever is started meanwhile begins on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(pid: int) -> list[int]:
    """A process and everything under it, as far as it still runs."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(each for child in children for each in tree(int(child)))]


def move(pids: Collection[int], cores: Cores) -> None:
    """Have these processes, with all their threads, run on these cores from now on."""
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(task.name), cores)


def cpu_seconds(pids: Collection[int]) -> float:
    """The CPU time, in programs and kernel, of these processes and of their ended children."""
    total = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(ticks) for ticks in fields[11:15])
    return total / TICKS


def busy_seconds() -> float:
    """CPU time that the whole machine took so far, other programs' included."""
    user, nice, system, _idle, _waiting, *interrupts = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    )
    return (user + nice + system + sum(interrupts)) / TICKS


def own_seconds() -> float:
    """CPU time that this process and all that it has started and ended took so far."""
    return sum(os.times()[:4])


def memory_mib(pid: int) -> dict[str, float]:
    """Resident memory, and its share where pages are shared with other processes."""
    values = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        values[name] = int(rest.split()[0]) / 1024
    return {"rss": round(values["Rss"], 1), "pss": round(values["Pss"], 1)}
