"""What one parameter was sent as, before anybody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from numberblocks.domain.errors import UnreadableRequest


class NotText(Enum):
    """A value that isn't text. No parameter takes one, save that booleans may be JSON ones.

    What a list, an object or a file holds is forgotten, since nothing here can use it.
    """

    TRUE = "true"
    FALSE = "false"
    FRACTION = "a number with a fraction or an exponent"
    LIST = "a list"
    OBJECT = "an object"
    FILE = "a file"


Value = str | NotText
"""Text as sent; an integer of JSON is its digits."""

Pair = tuple[str, Value | None]
"""A name as sent and its value. None: the name was sent, but counts as absent."""

Pairs = Sequence[Pair]


def too_many(max_parameters: int) -> UnreadableRequest:
    """More parameters than one request may send."""
    return UnreadableRequest(
        f"The request has too many parameters; send at most {max_parameters:,}."
    )
