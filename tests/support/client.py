"""A client that keeps its connection, and remembers what it was told."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

from tests.support.wire import basic

PATIENCE = 30.0


class NoAnswer(Exception):
    """The connection ended before the answer was there; what became of the request is unknown."""


class NotSent(NoAnswer):
    """Nobody took the connection, so nothing was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. position: what X-Position said."""

    status: int
    position: int | None
    body: bytes

    @property
    def code(self) -> str | None:
        """The error's code."""
        status: dict[str, Any] = json.loads(self.body)["ResponseStatus"]
        return status.get("ErrorCode")


class Client:
    """One connection to a server of this machine, made again when it was lost."""

    def __init__(self, port: int, login: tuple[str, str]) -> None:
        self.account = login[0]
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {"Authorization": basic(*login), "Content-Type": "application/json"}

    def configure(self, block: str, request: str = "tests", **parameters: str) -> Reply:
        """Configure a block of the client's own account, unless another is named."""
        body = json.dumps({"AccountSid": self.account, **parameters}).encode()
        self.connect()
        try:
            self.send(f"/v2/numberblocks/{quote(block)}", body, request)
            response = self.connection.getresponse()
            told = response.getheader("X-Position")
            return Reply(response.status, None if told is None else int(told), response.read())
        except (HTTPException, OSError) as error:
            self.connection.close()
            raise NoAnswer(repr(error)) from error

    def connect(self) -> None:
        """Connect, unless the last connection is kept still."""
        if self.connection.sock is not None:
            return
        try:
            self.connection.connect()
        except OSError as error:
            self.connection.close()
            raise NotSent(repr(error)) from error

    def send(self, path: str, body: bytes, request: str) -> None:
        """Send one request; a server that has read enough of it may have answered already."""
        headers = self.headers | {"X-Request-Id": request}
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.request("POST", path, body=body, headers=headers)

    def route(self, block: str, number: str, request: str = "tests") -> Reply:
        """Have the calls of a block ring at a number."""
        return self.configure(block, request, RoutingMethod="endpoint", EndpointNumber=number)

    @property
    def local_port(self) -> int:
        """The port at this end of the connection."""
        port: int = self.connection.sock.getsockname()[1]
        return port

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
