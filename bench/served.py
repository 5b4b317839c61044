"""``numberblocks serve`` as it is, on chosen cores."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from bench.processes import Cores, memory_mib, start, stop, tree
from tests.support.databases import free_port

COMMAND = Path(sys.executable).with_name("numberblocks")
SECONDS_TO_START = 60
ASK = b"GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. started_in: seconds from its start to its first answer."""

    process: Popen[bytes]
    port: int
    log: Path
    started_in: float

    def pids(self) -> list[int]:
        """The supervisor first, then its workers."""
        return tree(self.process.pid)

    def answered_200_since(self, size: int) -> int:
        """How many requests were answered 200 since the log had this size in bytes."""
        with self.log.open("rb") as log:
            log.seek(size)
            lines = [json.loads(line) for line in log if line.startswith(b"{")]
        return sum(line.get("event") == "request" and line.get("status") == 200 for line in lines)

    def memory(self) -> dict[str, dict[str, float]]:
        """Memory of every process, in MiB."""
        supervisor, *workers = self.pids()
        named = {"supervisor": supervisor}
        named |= {f"worker {number}": pid for number, pid in enumerate(workers, 1)}
        return {name: memory_mib(pid) for name, pid in named.items()}


@contextmanager
def served(
    url: str, log: Path, *, workers: int, cores: Cores, environ: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """The server on a free port. What it logs goes into the file, as it would for an operator."""
    port = free_port()
    options = ("--database", url, "--port", str(port), "--workers", str(workers))
    begin = time.perf_counter()
    with log.open("ab") as output:
        process = start([COMMAND, "serve", *options], cores, environ=environ, output=output)
    try:
        wait_until_it_answers(process, port, log)
        yield Served(process, port, log, time.perf_counter() - begin)
    finally:
        stop(process)


def wait_until_it_answers(process: Popen[bytes], port: int, log: Path) -> None:
    """Wait for the first answer, whatever it says."""
    until = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        if answers(port):
            return
        time.sleep(0.005)
    raise RuntimeError(f"numberblocks serve didn't start:\n{log.read_text()}")


def answers(port: int) -> bool:
    """Whether anybody answers on this port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(ASK)
            return bool(connection.recv(1))
    except OSError:
        return False
