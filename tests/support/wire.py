"""HTTP as bytes: requests that no client would send, and answers exactly as they came."""

from __future__ import annotations

import io
import json
import socket
from base64 import b64encode
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

PATIENCE = 20.0
"""Seconds to wait for an answer: far more than any takes."""

Headers = Iterable[tuple[str, str]]


class NoAnswer(Exception):
    """The server closed the connection without an HTTP answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. headers: by lower-case name."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """What /v2 says of an error."""
        status: dict[str, Any] = self.json()["ResponseStatus"]
        return status

    @property
    def code(self) -> str:
        """The first error's code."""
        return str(self.error["ErrorCode"])


def basic(user: str, password: str) -> str:
    """The value of an Authorization header for Basic."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def a_request(
    method: str, target: str, headers: Headers = (), body: bytes | str = b"", *, whole: bool = True
) -> bytes:
    """A request of HTTP/1.1. whole: with the Content-Length of its body, if it has one."""
    lines = [f"{method} {target} HTTP/1.1"]
    names = {name.lower() for name, _ in headers}
    if "host" not in names:
        lines.append("Host: 127.0.0.1")
    lines += [f"{name}: {value}" for name, value in headers]
    content = body if isinstance(body, bytes) else body.encode()
    if whole and content and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def chunks(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A body in chunks. end: what ends it; empty for a body that is cut short."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end


@contextmanager
def connected(port: int):
    """A connection to a server of this machine."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def exchange(port: int, request: bytes, *, method: str = "", ends: bool = False) -> Answer:
    """Send these bytes on a connection of their own, and read one answer.

    method: how the answer is to be read (HEAD has no body). ends: nothing more will be sent, and
    the server is told so.
    """
    with connected(port) as connection:
        send(connection, request)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        return read_answer(connection, method or request.partition(b" ")[0].decode("latin-1"))


def send(connection: socket.socket, request: bytes) -> None:
    """Send all of it, unless the server has closed the connection, having answered early."""
    try:
        connection.sendall(request)
    except (BrokenPipeError, ConnectionResetError):
        return


def read_answers(connection: socket.socket, methods: Iterable[str]) -> list[Answer]:
    """Read the answers to several requests that were sent at once."""
    all_of_them = Stream(connection)
    return [read_answer(all_of_them, method) for method in methods]


class Stream(io.RawIOBase):
    """What comes over a connection, buffered once for several answers."""

    def __init__(self, connection: socket.socket) -> None:
        self.file = connection.makefile("rb")

    def makefile(self, *_: object) -> Stream:
        """Itself, as every answer's own file, and it stays open after each."""
        return self

    def readline(self, size: int | None = -1) -> bytes:
        """The next line."""
        return self.file.readline(-1 if size is None else size)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self.file.read(size)

    def close(self) -> None:
        """Nothing: there may be more answers."""


def read_answer(connection: socket.socket | Stream, method: str) -> Answer:
    """Read the next answer on the connection; NoAnswer if there is none."""
    response = HTTPResponse(connection, method=method)  # type: ignore[arg-type]
    try:
        response.begin()
        body = response.read()
    except (HTTPException, ConnectionError) as error:
        raise NoAnswer(repr(error)) from error
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, response.reason, headers, body)
