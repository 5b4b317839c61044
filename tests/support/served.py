"""The real `numberblocks serve` on a database of its own, with the demo in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from tests.support import wire
from tests.support.arrange import Arranged
from tests.support.databases import die_with_parent, free_port

COMMAND = Path(sys.executable).with_name("numberblocks")
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30

Login = tuple[str, str]
"""An account's sid and a token: the user and the password of Basic."""


@dataclass
class Served:
    """A running server, its demo, and what has been arranged in its store."""

    kind: str
    url: str
    port: int
    log: Path
    demo: dict[str, Any]
    process: subprocess.Popen[bytes]
    arrange: Arranged = field(init=False)

    def __post_init__(self) -> None:
        self.arrange = Arranged(self.url, self.demo)

    # The people of all tests.

    @property
    def olivia(self) -> Login:
        """Manages Acme."""
        return self.demo["account"]["sid"], self.demo["account"]["token"]

    @property
    def roy(self) -> Login:
        """Only reads Acme's reports."""
        return self.demo["account"]["sid"], self.demo["reader"]["token"]

    @property
    def ada(self) -> Login:
        """Has Admin on Acme."""
        return self.demo["account"]["sid"], self.demo["admin"]["token"]

    @property
    def sam(self) -> Login:
        """Manages Globex, somebody else's account."""
        return self.demo["other_account"]["sid"], self.demo["other_account"]["token"]

    # Ways to ask.

    @cached_property
    def client(self) -> httpx.Client:
        """A client that keeps its connection, as most do, and logs nobody in."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30, trust_env=False)

    def configure(self, block: str, auth: Login | None = None, **parameters: Any) -> httpx.Response:
        """Configure the block of Acme with these parameters as JSON, as Olivia or somebody else.

        Without an account or property among them, the block's own account is named.
        """
        return self.client.post(
            f"/v2/numberblocks/{block}", json=self.named(parameters), auth=auth or self.olivia
        )

    def named(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters, with Acme named if they name nobody."""
        if {"AccountSid", "PropertySid"} & parameters.keys():
            return parameters
        return {"AccountSid": self.demo["account"]["sid"], **parameters}

    def block(self, sid: str) -> dict[str, Any]:
        """The block as the store has it, with its version and position; unlike any /v2 answer."""
        return self.arrange.row_of(sid)

    def listed(self, sid: str, account: str | None = None) -> dict[str, Any]:
        """The one block with this sid as the list of its account shows it."""
        reply = self.client.get(
            f"/v2/numberblocks/{sid}",
            params={"AccountSid": account or self.demo["account"]["sid"]},
            auth=self.olivia,
        )
        assert reply.status_code == 200, reply.text
        [block] = reply.json()["NumberBlocks"]
        shown: dict[str, Any] = block
        return shown

    def send(
        self,
        method: str,
        target: str,
        headers: wire.Headers = (),
        body: bytes | str = b"",
        *,
        login: Login | None = None,
        ends: bool = False,
    ) -> wire.Answer:
        """Send one request exactly as it is given, on a connection of its own."""
        own = [*headers]
        if login is not None:
            own.append(("Authorization", wire.basic(*login)))
        return wire.exchange(self.port, wire.a_request(method, target, own, body), ends=ends)

    @contextmanager
    def nothing_stored(self, *blocks: str) -> Iterator[None]:
        """Make sure that the store sees no change meanwhile, and that these blocks stay."""
        before = self.arrange.position(), [self.block(sid) for sid in blocks]
        yield
        assert (self.arrange.position(), [self.block(sid) for sid in blocks]) == before

    # What it said.

    def log_size(self) -> int:
        """How much the server has logged so far, in bytes."""
        return self.log.stat().st_size

    def logged_since(self, size: int) -> str:
        """What the server has logged since it had logged this much."""
        with self.log.open("rb") as log:
            log.seek(size)
            return log.read().decode(errors="replace")

    def close(self) -> None:
        """Give back what was opened here."""
        self.client.close()
        self.arrange.close()


def run_command(*words: str) -> str:
    """What a `numberblocks` command prints."""
    done = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, env=environment(), timeout=120
    )
    assert done.returncode == 0, f"numberblocks {' '.join(words)}: {done.stderr}"
    return done.stdout


def environment() -> dict[str, str]:
    """This process's environment without what would set numberblocks up otherwise."""
    return {k: v for k, v in os.environ.items() if not k.startswith("NUMBERBLOCKS_")}


@contextmanager
def start_served(kind: str, url: str, folder: Path) -> Iterator[Served]:
    """Seed the demo and serve it with two workers until the end of the with-block."""
    demo = json.loads(run_command("demo", "--json", "--database", url))
    port, log = free_port(), folder / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [COMMAND, "serve", "--database", url, "--port", str(port), "--workers", "2"],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    served = Served(kind, url, port, log, demo, process)
    try:
        wait_until_it_answers(served)
        yield served
    finally:
        served.close()
        stop(process)


def wait_until_it_answers(served: Served) -> None:
    """Wait for the first answer to anything, whatever it says."""
    until = time.monotonic() + SECONDS_TO_START
    while served.process.poll() is None and time.monotonic() < until:
        try:
            served.send("GET", "/v2/")
        except (TimeoutError, ConnectionRefusedError, wire.NoAnswer):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"numberblocks serve didn't start:\n{served.logged_since(0)}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, and kill it if that takes long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
