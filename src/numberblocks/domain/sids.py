"""The opaque names of things: a letter for the kind, then 31 random letters and digits."""

from __future__ import annotations

import secrets
from typing import Literal

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LONGEST_SID = 64
"""Anything up to this many characters is read as a sid, known or not; longer is an error."""

Kind = Literal["account", "property", "number block", "application", "flow", "trunk"]
LETTERS: dict[Kind, str] = {
    "account": "A",
    "property": "S",
    "number block": "B",
    "application": "P",
    "flow": "F",
    "trunk": "T",
}


def new_sid(kind: Kind) -> str:
    """A sid that nobody can guess: 155 random bits after the letter of its kind."""
    return LETTERS[kind] + "".join(secrets.choice(ALPHABET) for _ in range(31))
