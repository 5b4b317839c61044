"""Refusals that only HTTP knows: a body that isn't even looked at, each with its status."""

from __future__ import annotations

from typing import ClassVar

from numberblocks.domain.errors import Refusal


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
