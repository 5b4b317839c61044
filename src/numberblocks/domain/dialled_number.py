"""The number that a switch asks about, in whatever form the switch has it.

A switch hands on what came in a SIP request: ``0255500001``, ``61255500001``, ``+61255500001``,
``sip:+61255500001@pbx.example;user=phone``, or only the user part of that, as it was escaped.
What can't be read so is nobody's number, and the message says why; nothing is guessed.
Source: RFC 3261 §19.1 (SIP URIs), RFC 3966 §3 and §5 (tel URIs, separators, parameters).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from numberblocks.domain.answering_point import plain, without_ends

LONGEST = 255
"""Characters of what a switch may ask about; a URI is longer than its number."""

_NATIONAL = r"((?:[2378][2-9]|4[0-9])[0-9]{7}|1[38]00[0-9]{6}|13[1-9][0-9]{3}|1802[0-9]{3})"
_CANONICAL = re.compile(rf"\+?61{_NATIONAL}")
_WRITTEN = re.compile(rf"(?:\+61|(?:0011)?61)?(?:0(?=[23478]))?{_NATIONAL}")
_SCHEME = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
_EXTENSION = re.compile(r";(?:ext|isub)\b", re.IGNORECASE)
_ABROAD = re.compile(r";phone-context=(?:\+|%2B)(?!61)", re.IGNORECASE)


class NotADialledNumber(ValueError):
    """A text that can't be a number of a block.

    message: the rest of a sentence that begins with "number"; it repeats nothing of the text.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_dialled_number(text: str) -> int:
    """The E.164 digits of an Australian number. Raises NotADialledNumber.

    Whether anybody holds the number is another question.
    """
    if not 1 <= len(text) <= LONGEST:
        raise NotADialledNumber(f"must have 1 to {LONGEST} characters")
    # Nearly every switch asks in this form, and what is written so is read no other way below.
    match = _CANONICAL.fullmatch(text) or _WRITTEN.fullmatch(_digits_of(text))
    if match is None:
        raise NotADialledNumber("is not an Australian number, such as +61255500001 or 0255500001")
    return int("61" + match[1])


def _digits_of(text: str) -> str:
    """The digits, and a plus before them, of a URI, its user part or a number; "" if none."""
    user = _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text
    number, semicolon, parameters = user.partition("@")[0].partition(";")
    if _EXTENSION.search(semicolon + parameters):
        raise NotADialledNumber("has an extension, and no block's number has one")
    if _ABROAD.search(semicolon + parameters):
        raise NotADialledNumber("is a local number of another country")
    return plain(without_ends(unquote(number))) or ""
