"""One request as a handler sees it: who asks, what was sent, and the ways to read and write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from falcon import Request

from numberblocks.api.fields import FieldReader
from numberblocks.api.login import LoggedIn
from numberblocks.api.parameters import Parameters, read_parameters
from numberblocks.api.refusals import RequestTooLarge
from numberblocks.api.services import Services
from numberblocks.domain.access import Actor
from numberblocks.domain.errors import Problem, UnreadableRequest
from numberblocks.domain.history import Origin
from numberblocks.storage.clock import now_by_this_machine
from numberblocks.storage.reading import Reading, reading
from numberblocks.storage.write import Reads, Write

P = ParamSpec("P")
R = TypeVar("R")

CHUNK = 65_536
MOST_DRAINED = 16 * 1024 * 1024
"""Bytes of a body over the limit that are read and thrown away, so that the client, which is
still sending, gets to see the answer."""


class ApiCall:
    """What a handler needs; its parameters are read when they are first asked for.

    position: of the accepted write, told in the answer. headers: further ones for the answer.
    """

    def __init__(
        self,
        services: Services,
        request: Request,
        path: Mapping[str, str],
        *,
        request_id: str,
        logged_in: LoggedIn | None,
    ) -> None:
        self.services = services
        self.request = request
        self.path = path
        self.request_id = request_id
        self.logged_in = logged_in
        self.position: int | None = None
        self.headers: dict[str, str] = {}

    def parameters(self) -> Parameters:
        """Everything that was sent, wherever it was sent."""
        request = self.request
        reads_body = request.method not in ("GET", "HEAD", "OPTIONS")
        return read_parameters(
            path=self.path,
            query=request.query_string,
            content_type=request.content_type,
            body=self.body() if reads_body else b"",
            chunked=reads_body and is_chunked(request),
            max_parameters=self.services.settings.most_parameters,
        )

    def fields(self, known: Iterable[str], *, strict: bool = False) -> FieldReader:
        """What was sent, field by field.

        known: the names that this path knows; others are ignored, unless the client asked to be
        told (``Prefer: handling=strict``). strict: our own API always tells.
        """
        parameters = self.parameters()
        reader = FieldReader(parameters, max_length=self.services.settings.longest_text)
        if wants_strict(self.request.env.get("HTTP_PREFER", "")):
            self.headers["Preference-Applied"] = "handling=strict"
            strict = True
        if strict:
            reader.unknown = [unknown_name(name) for name in parameters.unknown(known)]
        return reader

    def body(self) -> bytes:
        """The whole body; a part of one is never taken for it."""
        who = "" if self.logged_in is None else self.logged_in.login.key_id
        self.services.bodies.take(who)
        try:
            return read_body(self.request, self.services.settings.body_limit)
        finally:
            self.services.bodies.give_back(who)

    def write(
        self,
        operation: Callable[Concatenate[Write, Actor, P], R],
        reads: Reads | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run the operation in the writer's next group and note its position."""
        assert self.logged_in is not None
        written = self.services.writer.run(
            lambda tx, actor: operation(tx, actor, *args, **kwargs),
            self.logged_in.login,
            Origin(channel="api", request=self.request_id),
            reads,
        )
        self.position = written.position
        return written.result

    @contextmanager
    def reading(self) -> Iterator[tuple[Reading, Actor]]:
        """One moment of the store, and who is asking at that moment."""
        assert self.logged_in is not None
        with reading(self.services.database, self.services.cache) as moment:
            login = self.logged_in.login
            yield moment, login.actor(moment.access, moment.connection, now_by_this_machine())


def read_body(request: Request, limit: int) -> bytes:
    """The body, refused if it is over the limit (bytes) or shorter than was announced."""
    announced = request.env.get("CONTENT_LENGTH")
    stream = request.stream
    if is_chunked(request):
        # Reading with a size: without one, a request that was cut off reads as empty.
        body: bytes = stream.read(limit + 1)
        if len(body) > limit:
            drain(request)
            raise RequestTooLarge(limit)
        return body
    length = int(announced) if announced and announced.isdecimal() else 0
    if length > limit:
        drain(request)
        raise RequestTooLarge(limit)
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise UnreadableRequest(
            f"The body ended after {len(body)} of the {length} bytes of its Content-Length."
        )
    return body


def drain(request: Request) -> None:
    """Read on and throw away, within bounds."""
    drained = 0
    while drained < MOST_DRAINED and (part := request.stream.read(CHUNK)):
        drained += len(part)


def is_chunked(request: Request) -> bool:
    """Whether the body came in chunks, so that its length wasn't announced."""
    return "chunked" in request.env.get("HTTP_TRANSFER_ENCODING", "").lower()


def wants_strict(prefer: str) -> bool:
    """Whether the client wants to be told about names that aren't known (RFC 7240)."""
    wishes = (wish.partition(";")[0].replace(" ", "") for wish in prefer.lower().split(","))
    return any(wish in ("handling=strict", 'handling="strict"') for wish in wishes)


def unknown_name(name: str) -> Problem:
    """A name that nobody here knows, told as it was sent."""
    return Problem(AsSent(name), "isn't a parameter of this path")


class AsSent(str):
    """A field's name in the client's own spelling, which no edge translates."""

    __slots__ = ()
