"""What an answering point is: an ordinary Australian number where calls may be answered.

The rule has steps, and their order matters: the first that a text fails gives the reason.
The parser of ``phonenumbers`` only takes national and international spellings apart. It never
decides: it reads letters as digits, and it calls millions of impossible numbers valid.
Source: docs/terms.md, "answering point"; the number types of the Numbering Plan.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Reason = Literal[
    "length", "character", "prefix", "ambiguous", "foreign", "malformed", "type"
]  # in the order in which they are looked for
LONGEST = 64
REMEMBERED = 8192

SPACES = (  # all of category Zs
    "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
INVISIBLE = (  # marks that come along when a number is copied from a page or a chat
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069\ufeff"
)
HYPHENS = "\u002d\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
SEPARATORS = re.escape(SPACES + HYPHENS + ".")

# A plus comes first, also inside the first brackets; brackets are balanced, one level deep;
# a separator never comes at an end. \d is any decimal digit (category Nd).
_RUN = rf"[\d{SEPARATORS}]*"
_SHAPE = re.compile(
    rf"(?![{SEPARATORS}])(?:[+\uff0b]|\([+\uff0b]{_RUN}\))?{_RUN}(?:\({_RUN}\){_RUN})*"
    rf"(?<![{SEPARATORS}])"
)
_DROPPED = re.compile(rf"[{SEPARATORS}()]+")
_STRANGE = re.compile(rf"[^\d{SEPARATORS}()+\uff0b]")
_PLAIN = re.compile(r"\+?[0-9]+")

# Caller id is hidden or shown (1831, 1832), or a carrier chosen (14xx, 0015 and its kin), by
# digits before the number; a zero before 13 and 18 numbers is dialled by nobody.
_PREFIXED = re.compile(r"(?:\+?61|001161)?(?:183[12]|14[1-9]\d0|01[38])|001[04-689]")
_LOCAL_OR_THIRTEEN = re.compile(r"6113\d{4}")
_ABROAD = re.compile(r"\+(?!61)|0011(?!61)")
_TYPES = re.compile(
    r"[2378][2-9]\d{7}"  # geographic
    r"|4\d{8}"  # mobile
    r"|13(?!45)[1-9]\d{3}|1300\d{6}|1800\d{6}|1802\d{3}"  # called from Australia only
)
_CANONICAL = re.compile(r"\+61(?:[2378][2-9][0-9]{7}|4[0-9]{8})")
"""Geographic and mobile numbers, written as they come out; no prefix of step 3 begins one."""

_ONLY_61 = "after a plus or 0011 comes 61, as in +61 2 5550 1234"
_WHY_NOT: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"([2378])([01]\d{3})(\d{4})"),
        r"local numbers start with 2 to 9, so (0\1) \2 \3 doesn't exist",
    ),
    (re.compile(r"\+(?!61)\d*"), _ONLY_61),
    (re.compile(r"[2-9]\d{7}"), "a local number needs its area code, as in (02) 5550 1234"),
    (re.compile(r"0+|112|106"), "emergency numbers are never routed to"),
    (re.compile(r"198\d*"), "numbers starting 0198 are for data calls"),
    (re.compile(r"19\d*"), "premium rate numbers (19...) are never routed to"),
    (re.compile(r"14\d*"), "satellite numbers and override codes (14...) are never routed to"),
    (re.compile(r"16\d*"), "pagers (016...) can't answer a call"),
    (re.compile(r"1345\d*"), "numbers starting 1345 are no longer in use"),
    (re.compile(r"1[0-2]\d{0,8}"), "service codes (10..., 11..., 12...) are never routed to"),
    (re.compile(r"[569]\d{8}"), "numbers starting 05, 06 and 09 are not in use for calls"),
)
_HOW_LONG = (
    "after the country code come 9 digits (local and mobile numbers), 10 (1300, 1800), "
    "7 (1802) or 6 (13)"
)


class NotAnAnsweringPoint(ValueError):
    """A text that names no number where calls may be answered.

    message: the rest of a sentence that begins with the field's name; one line, and of the
    text it repeats single characters and digits only.
    """

    def __init__(self, reason: Reason, why: str) -> None:
        self.reason: Reason = reason
        self.message = f"must be an Australian answering point; {why}"
        super().__init__(self.message)


def read_answering_point(text: str) -> str:
    """The one way to write this number: "+61" and the national number.

    Raises NotAnAnsweringPoint. Whether an account may route to it is another question.
    """
    # What is written so already is what would come out; a test holds this to the whole rule.
    return text if _CANONICAL.fullmatch(text) else _read(text)


@lru_cache(REMEMBERED)
def _read(text: str) -> str:
    digits = _digits_alone(text)
    _refuse_prefixes(digits)
    national = _parsed(digits)
    if not _TYPES.fullmatch(national):
        raise NotAnAnsweringPoint("type", why_not_answerable(national))
    return f"+61{national}"


def is_assigned(number: str) -> bool:
    """Whether the number ("+61…") lies in a range known to be given out.

    Only a hint: the newest ranges are not known until the next release of phonenumbers.
    """
    import phonenumbers

    asked = phonenumbers.PhoneNumber(country_code=61, national_number=int(number[3:]))
    return phonenumbers.is_valid_number(asked)


def without_ends(text: str) -> str:
    """The text without spaces and invisible marks at its ends; tabs and line ends stay."""
    return text.strip(SPACES + INVISIBLE)


def plain(text: str) -> str | None:
    """The ASCII digits, after a plus if there is one; None if this isn't shaped as a number."""
    if not _SHAPE.fullmatch(text):
        return None
    kept = _DROPPED.sub("", text)
    if not kept.isascii():
        kept = "".join(str(int(c)) if c.isdecimal() else "+" for c in kept)
    return kept if _PLAIN.fullmatch(kept) else None


def why_not_answerable(national: str) -> str:
    """Say what is wrong with a national number that is of no type that can answer calls."""
    for pattern, why in _WHY_NOT:
        if match := pattern.fullmatch(national):
            return match.expand(why)
    return _HOW_LONG


def what_is_strange(text: str) -> str:
    """Say what keeps a text from being shaped as a number."""
    if match := _STRANGE.search(text):
        return (
            f"{_named(match[0])} doesn't belong in a number: "
            "write digits, with spaces, hyphens, dots or brackets between them"
        )
    return (
        "a number has digits, a plus only before them, brackets in pairs, "
        "and no hyphen or dot at its ends"
    )


def _named(character: str) -> str:
    """A character in quotes if everybody can read it, else its code point."""
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    return f"U+{ord(character):04X}"


def _digits_alone(text: str) -> str:
    if not 1 <= len(text) <= LONGEST:
        raise NotAnAnsweringPoint(
            "length", f"write it in 1 to {LONGEST} characters, as in +61 2 5550 1234"
        )
    stripped = without_ends(text)
    digits = plain(stripped)
    if digits is None:
        raise NotAnAnsweringPoint("character", what_is_strange(stripped))
    return digits


def _refuse_prefixes(digits: str) -> None:
    if _PREFIXED.match(digits):
        raise NotAnAnsweringPoint(
            "prefix",
            "leave out what is dialled before a number (1831, 1832, 14xx, 0015 and the like), "
            "and the zero before 13 and 18 numbers",
        )
    if _LOCAL_OR_THIRTEEN.fullmatch(digits):
        thirteen = f"+61 13 {digits[4:6]} {digits[6:]}"
        raise NotAnAnsweringPoint(
            "ambiguous",
            f"{digits} may be the local number {digits[:4]} {digits[4:]} or {thirteen}: "
            "write the area code, or the plus",
        )


def _parsed(digits: str) -> str:
    """The national number of +61 that these digits are one of the spellings of."""
    if _ABROAD.match(digits):
        raise NotAnAnsweringPoint("foreign", _ONLY_61)
    # Imported here because it takes 50 ms, which most commands never need.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(digits, "AU")
    except phonenumbers.NumberParseException:
        raise NotAnAnsweringPoint("malformed", why_not_answerable(digits)) from None
    if parsed.country_code != 61:
        raise NotAnAnsweringPoint("foreign", _ONLY_61)
    if parsed.italian_leading_zero or parsed.extension:
        raise NotAnAnsweringPoint("malformed", _too_many_zeros(digits))
    return str(parsed.national_number)


def _too_many_zeros(digits: str) -> str:
    if not digits.strip("0"):
        return why_not_answerable(digits)
    return "it has a zero too many: write +61 2 5550 1234, 0011 61 2 5550 1234 or (02) 5550 1234"
