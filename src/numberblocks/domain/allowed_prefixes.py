"""Where an account may route calls to: a control against toll fraud.

A list of E.164 digits without plus, matched from the left. Any one that matches is enough, and
no prefixes allow nothing. None stands for the root account's list, which is open.
Source: docs/terms.md, "allowed prefixes".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

DEFAULT_PREFIXES = ("612", "613", "614", "617", "618")
"""What a new account is given: geographic and mobile numbers."""

LONGEST_NUMBER = 12
_PREFIX = re.compile(r"61[0-9]*")


class NotAnAllowedPrefix(ValueError):
    """A text that can't be a prefix of an answering point.

    message: the rest of a sentence that begins with the field's name.
    """

    def __init__(self, why: str) -> None:
        self.message = (
            "must be digits that begin with 61, without a plus, such as 612 or 611300; " + why
        )
        super().__init__(self.message)


def read_allowed_prefixes(texts: Iterable[str]) -> tuple[str, ...]:
    """The prefixes in order and once each. Raises NotAnAllowedPrefix for the first bad one."""
    return tuple(sorted({_read(text) for text in texts}))


def is_allowed(number: str, prefixes: Collection[str] | None) -> bool:
    """Whether the prefixes allow this answering point ("+61…")."""
    if prefixes is None:
        return True
    # An empty text, or a text instead of a list, must never come to allow everything.
    return number[1:].startswith(tuple(prefix for prefix in prefixes if prefix.startswith("61")))


def is_within(prefixes: Collection[str] | None, parents: Collection[str] | None) -> bool:
    """Whether a list allows nothing that the parent's doesn't allow."""
    if parents is None:
        return True
    return prefixes is not None and all(is_allowed(f"+{prefix}", parents) for prefix in prefixes)


def _read(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise NotAnAllowedPrefix(f"{_shown(text)} is not")
    if len(text) > LONGEST_NUMBER:
        raise NotAnAllowedPrefix(f"more than {LONGEST_NUMBER} digits match no number")
    return text


def _shown(text: str) -> str:
    """The text, if it is short and can stand in a line."""
    if len(text) <= LONGEST_NUMBER and text.isascii() and text.isprintable():
        return f"'{text}'"
    return "one of them"
