"""Reading a form in parts (RFC 7578), which has to show its own end."""

from __future__ import annotations

from io import BytesIO

from falcon import HTTPError
from falcon.media import MultipartFormHandler
from falcon.media.multipart import BodyPart, MultipartParseOptions

from numberblocks.api.content_type import media_type_of
from numberblocks.api.sent import NotText, Pair, Pairs, Value, too_many
from numberblocks.domain.errors import UnreadableRequest

LONGEST_PART_HEADERS = 512
"""In bytes: plenty for a name. Longer ones take the parser a time that grows with their square."""


def read_multipart(body: bytes, content_type: str, max_parameters: int) -> Pairs:
    """The parameters of a form in parts. An empty value counts as absent.

    content_type: has the boundary between the parts.
    """
    pairs: list[Pair] = []
    try:
        for part in _handler.deserialize(BytesIO(body), content_type, len(body)):
            if len(pairs) == max_parameters:
                raise too_many(max_parameters)
            pairs.append((_name_of(part), _value_of(part)))
    except HTTPError as error:
        why = (error.description or error.title).rstrip(".")
        raise UnreadableRequest(f"The form in parts is cut short or malformed: {why}.") from None
    except UnicodeError:
        raise UnreadableRequest("The form isn't UTF-8; send it in UTF-8.") from None
    return pairs


def _name_of(part: BodyPart) -> str:
    """The name of the parameter. A part without one is refused: it would be lost in silence."""
    if part.name is None:
        raise UnreadableRequest(
            'A part of the form has no name; send Content-Disposition: form-data; name="...".'
        )
    return part.name


def _value_of(part: BodyPart) -> Value | None:
    if part.filename:
        return NotText.FILE
    media_type_of(part.content_type)
    text = part.stream.read().decode()
    if "\0" in text:
        raise UnreadableRequest("The form has a NUL byte; leave it out.")
    return text or None


def _our_options() -> MultipartParseOptions:
    options = MultipartParseOptions()
    options.max_body_part_count = 0  # Parts are counted here, with their own message.
    options.max_body_part_headers_size = LONGEST_PART_HEADERS
    return options


_handler = MultipartFormHandler(_our_options())
