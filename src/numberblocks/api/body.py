"""Reading a request's body, by its content type, as pairs of name and value."""

from __future__ import annotations

from codecs import BOM_UTF8

from numberblocks.api.content_type import FORM, JSON, MULTIPART, media_type_of
from numberblocks.api.form import read_form
from numberblocks.api.json_object import read_json
from numberblocks.api.multipart import read_multipart
from numberblocks.api.refusals import LengthRequired, UnsupportedMediaType
from numberblocks.api.sent import Pairs
from numberblocks.domain.errors import UnreadableRequest


def read_body(
    content_type: str | None, body: bytes, *, chunked: bool, max_parameters: int
) -> Pairs:
    """The parameters in the body, in the order sent. A byte-order mark in front is accepted.

    chunked: the body came in chunks, so only its own form shows whether all of it is there.
    """
    if not body and not chunked:
        return ()
    media_type = media_type_of(content_type)
    if chunked:
        _check_shows_its_end(media_type, body)
    body = body.removeprefix(BOM_UTF8)
    if media_type == JSON:
        return read_json(body)
    if media_type == FORM:
        return read_form(body, max_parameters)
    if media_type == MULTIPART and content_type:
        return read_multipart(body, content_type, max_parameters)
    raise UnsupportedMediaType(
        f"The content type of the body isn't read here; send {JSON}, {FORM} or {MULTIPART}."
    )


def _check_shows_its_end(media_type: str, body: bytes) -> None:
    if media_type == FORM:
        raise LengthRequired("A form can't be sent in chunks; send it with its Content-Length.")
    if not body:
        raise UnreadableRequest("The body was sent in chunks and is empty; send it whole, or none.")
