"""Tokens: ``nb_<key id>_<secret><crc>``, kept as the SHA-256 of the secret only.

The secret has more than 160 random bits, so a plain hash needs neither pepper nor stretching.
The checksum lets a mistyped token be refused without asking the store.
Source: docs/decisions/0004-tokens.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from typing import NamedTuple

ALPHABET = string.ascii_letters + string.digits
KEY_ID_LENGTH = 12
SECRET_LENGTH = 32
CRC_LENGTH = 6
TOKEN = re.compile(r"nb_([A-Za-z0-9]{12})_([A-Za-z0-9]{32})([A-Za-z0-9]{6})")


class Token(NamedTuple):
    """A token taken apart: the key id that names it, and the secret that proves it."""

    key_id: str
    secret: str

    def __str__(self) -> str:
        return f"nb_{self.key_id}_{self.secret}{checksum(self.key_id, self.secret)}"

    def __repr__(self) -> str:
        return f"Token({self.key_id})"  # A secret must not get into a log through a stray repr.


def new_token() -> Token:
    """A token that nobody can guess (190 random bits)."""
    return Token(random_text(KEY_ID_LENGTH), random_text(SECRET_LENGTH))


def random_text(length: int) -> str:
    """This many random letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read_token(text: str) -> Token | None:
    """The token that this text is, or None if it can't be one."""
    match = TOKEN.fullmatch(text)
    if match is None or checksum(match[1], match[2]) != match[3]:
        return None
    return Token(match[1], match[2])


def checksum(key_id: str, secret: str) -> str:
    """CRC-32 of key id and secret in six letters and digits, to find slips of the keyboard."""
    rest = zlib.crc32(f"{key_id}_{secret}".encode())
    digits = []
    for _ in range(CRC_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def hash_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret_of(secret: str, kept_hash: str) -> bool:
    """Whether this secret has the hash that was kept, compared in constant time."""
    return hmac.compare_digest(hash_of(secret), kept_hash)
