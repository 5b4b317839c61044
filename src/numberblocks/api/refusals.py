"""Refusals that only HTTP knows: a body that isn't even looked at, each with its status."""

from __future__ import annotations

from typing import ClassVar

from numberblocks.domain.errors import Refusal


class PathNotFound(Refusal):
    """Nothing is served at this path."""

    code = "NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Nothing is served at this path; /docs lists what is.")


class MethodNotAllowed(Refusal):
    """The path knows other verbs. allowed: those, as the Allow header lists them."""

    code = "METHOD_NOT_ALLOWED"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"The path doesn't know this method; it knows {allowed}.")
        self.allowed = allowed


class InternalError(Refusal):
    """Our fault. Nothing about it is told but the id under which the log has it."""

    code = "INTERNAL_ERROR"

    def __init__(self, request_id: str) -> None:
        super().__init__(f"Something went wrong on our side; the log has it as {request_id}.")


class BodyRefused(Refusal):
    """The body is refused as it was sent, whatever it says."""

    status: ClassVar[int]


class UnsupportedMediaType(BodyRefused):
    """The body has a content type or a charset that isn't read here."""

    code, status = "UNSUPPORTED_MEDIA_TYPE", 415


class LengthRequired(BodyRefused):
    """The body came in chunks, and its content type doesn't show whether all of it is there."""

    code, status = "LENGTH_REQUIRED", 411


class RequestTooLarge(BodyRefused):
    """The body is longer than the limit."""

    code, status = "REQUEST_TOO_LARGE", 413

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The body is too large; send at most {most_bytes:,} bytes.")
