"""The real `numberblocks serve` with several workers, to be killed and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.client import Client
from tests.support.databases import die_with_parent, free_port
from tests.support.served import COMMAND, SECONDS_TO_STOP, environment, run_command

LISTENS, TCP = "0A", "/proc/net/tcp"
PATIENCE = 30.0


@dataclass
class Fleet:
    """A supervisor and its workers on one store with the demo in it."""

    url: str
    folder: Path
    size: int = 4
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.demo: dict[str, Any] = json.loads(
            run_command("demo", "--json", "--database", self.url)
        )

    @property
    def log(self) -> Path:
        """What all of them have written so far."""
        return self.folder / "server.log"

    @property
    def olivia(self) -> tuple[str, str]:
        """Manages Acme."""
        return self.demo["account"]["sid"], self.demo["account"]["token"]

    def client(self, login: tuple[str, str] | None = None) -> Client:
        """A client, Olivia's unless it is somebody else's."""
        return Client(self.port, login or self.olivia)

    # Processes.

    def start(self) -> None:
        """Start the server by the same command as always, whatever was before."""
        words = ("serve", "--database", self.url, "--port", str(self.port))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [COMMAND, *words, "--workers", str(self.size)],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def wait_until_all_listen(self) -> None:
        """Wait until every worker takes connections, and nobody else does."""
        until = time.monotonic() + PATIENCE
        while not self.all_listen():
            assert time.monotonic() < until, f"not all workers came:\n{self.log_end()}"
            time.sleep(0.02)

    def all_listen(self) -> bool:
        """Whether there are as many workers as there should be, and each takes connections."""
        workers = self.workers()
        inodes = {line.inode for line in tcp_lines() if line.listens_on(self.port)}
        owners = [owner for owner in owners_of(workers).items() if owner[0] in inodes]
        return len(workers) == len(inodes) == len(owners) == self.size

    @property
    def supervisor(self) -> int:
        """The supervisor's process id."""
        assert self.process is not None
        return self.process.pid

    def workers(self) -> list[int]:
        """The process ids of the workers that are alive now."""
        return [pid for pid in children_of(self.supervisor) if is_alive(pid)]

    def stop(self) -> int:
        """Ask the server to stop; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SECONDS_TO_STOP)
        finally:
            self.kill_all()

    def kill_all(self) -> None:
        """Kill whatever is there of the server, at once."""
        kill(self.supervisor, *self.workers())
        assert self.process is not None
        self.process.wait()

    def log_end(self) -> str:
        """The last of what was logged."""
        return self.log.read_text(errors="replace")[-4000:]


# What the system knows of processes and connections.


@dataclass(frozen=True, slots=True)
class TcpLine:
    """One end of a connection, or a socket that listens."""

    local: int
    remote: int
    state: str
    inode: str

    def listens_on(self, port: int) -> bool:
        """Whether this socket takes connections to the port."""
        return self.state == LISTENS and self.local == port


def tcp_lines() -> list[TcpLine]:
    """Every TCP socket of this machine."""
    found = []
    for line in Path(TCP).read_text().splitlines()[1:]:
        words = line.split()
        local, remote = (int(words[place].split(":")[1], 16) for place in (1, 2))
        found.append(TcpLine(local, remote, words[3], words[9]))
    return found


def owners_of(pids: Collection[int]) -> dict[str, int]:
    """Which of the processes has each socket, by the socket's inode."""
    found: dict[str, int] = {}
    for pid in pids:
        try:
            links = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
        except OSError:
            continue  # It has just ended.
        found |= {link[8:-1]: pid for link in links if link.startswith("socket:[")}
    return found


def who_answers(fleet: Fleet, clients: Collection[Client]) -> dict[Client, int]:
    """The worker at the other end of each client's connection, which is still open."""
    owners = owners_of(fleet.workers())
    at_port = {line.remote: line.inode for line in tcp_lines() if line.local == fleet.port}
    return {client: owners[at_port[client.local_port]] for client in clients}


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that haven't been waited for."""
    try:
        tasks = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for task in tasks for child in task.split()]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and wasn't waited for doesn't."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def kill(*pids: int) -> None:
    """kill -9, all of them at once, until they have ended."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while any(map(is_alive, pids)):
        assert time.monotonic() < until, "some outlive kill -9"
        time.sleep(0.002)
