"""Reading a query string, and a form as a body: ``name=value&name=value``.

By the form's own rule ``+`` is a space, so an unescaped ``+61…`` arrives with a leading space;
it is kept here, and the rule for numbers strips it. An empty value counts as absent.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from numberblocks.api.sent import Pairs, too_many
from numberblocks.domain.errors import UnreadableRequest


def read_query(query: str, max_parameters: int) -> Pairs:
    """The parameters of a query string.

    query: as WSGI hands it on, so a character stands for each byte (PEP 3333).
    """
    try:
        text = query if query.isascii() else query.encode("latin-1").decode()
        return _read_pairs(text, max_parameters)
    except UnicodeError:
        raise UnreadableRequest("The query isn't UTF-8; send it in UTF-8, escaped.") from None


def read_form(body: bytes, max_parameters: int) -> Pairs:
    """The parameters of a form that is sent as a body."""
    try:
        return _read_pairs(body.decode(), max_parameters)
    except UnicodeError:
        raise UnreadableRequest("The form isn't UTF-8; send it in UTF-8, escaped.") from None


def _read_pairs(text: str, max_parameters: int) -> Pairs:
    if text.count("&") >= max_parameters:  # Counted before the work, not after it.
        raise too_many(max_parameters)
    if "\0" in text:
        raise UnreadableRequest("The request has a NUL byte; leave it out.")
    pairs = parse_qsl(text, keep_blank_values=True, errors="strict")
    return [(name, value or None) for name, value in pairs]
