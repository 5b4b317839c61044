"""Ranges of numbers as people write them: a block's pattern, and the beginning of a number.

Source: docs/terms.md, "number block"; the number types of the Numbering Plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, NoReturn

import msgspec

from numberblocks.domain.answering_point import (
    HYPHENS,
    SEPARATORS,
    plain,
    what_is_strange,
    why_not_answerable,
    without_ends,
)

LONGEST_PATTERN = 128
LONGEST_BEGINNING = 64
MOST_NUMBERS = 100_000


class NumberKind(NamedTuple):
    """Numbers of one type, one length and one area, without a gap; inclusive."""

    name: str
    first: int
    last: int


KINDS = (
    NumberKind("local 02", 61_2_2000_0000, 61_2_9999_9999),
    NumberKind("local 03", 61_3_2000_0000, 61_3_9999_9999),
    NumberKind("mobile", 61_400_000_000, 61_499_999_999),
    NumberKind("local 07", 61_7_2000_0000, 61_7_9999_9999),
    NumberKind("local 08", 61_8_2000_0000, 61_8_9999_9999),
    NumberKind("13", 61_13_1000, 61_13_4499),  # 1345xx is no longer in use
    NumberKind("13", 61_13_4600, 61_13_9999),
    NumberKind("1300", 61_1300_000_000, 61_1300_999_999),
    NumberKind("1800", 61_1800_000_000, 61_1800_999_999),
    NumberKind("1802", 61_1802_000, 61_1802_999),
)

# The code for Australia, the trunk zero of local and mobile numbers, the national number.
_WHOLE = re.compile(r"(?:\+61|(?:0011)?61)?(?:0(?=[23478]))?([1-478]\d*)")
_WRITTEN = re.compile(r"(?:\+61|(?:0011)?61)?0?(\d+)")
_CODES = ("+61", "61", "001161", "")
_AFTER_TRUNK_ZERO = "23478"
_HYPHEN = re.compile(f"[{re.escape(HYPHENS)}]")
_WILDCARD = re.compile("[Xx]")
_STILL_OPEN = re.compile(rf"[{SEPARATORS}(]+\Z")
_DIGIT_AFTER_WILDCARD = re.compile(r"[Xx].*[\d+]", re.DOTALL)
_SPELLINGS = (
    (re.compile(r"61([2378])(\d{4})(\d{4})"), r"(0\1) \2 \3"),
    (re.compile(r"61(4\d\d)(\d{3})(\d{3})"), r"0\1 \2 \3"),
    (re.compile(r"61(1[38]00)(\d{3})(\d{3})"), r"\1 \2 \3"),
    (re.compile(r"61(13)(\d\d)(\d\d)"), r"\1 \2 \3"),
    (re.compile(r"61(1802)(\d{3})"), r"\1 \2"),
)


class NotANumberPattern(ValueError):
    """A text that names no block of numbers.

    message: the rest of a sentence that begins with the field's name; one line, and of the
    text it repeats single characters and digits only.
    """

    def __init__(self, why: str) -> None:
        self.message = "must be Australian numbers such as 02 5550 00XX or 02 5550 0000-99; " + why
        super().__init__(self.message)


class NumberRange(msgspec.Struct, frozen=True):
    """The numbers of a block: E.164 digits without plus, both ends included."""

    first: int
    last: int

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    @property
    def count(self) -> int:
        """How many numbers these are."""
        return self.last - self.first + 1

    def overlaps(self, other: NumberRange) -> bool:
        """Whether any number is in both."""
        return self.first <= other.last and other.first <= self.last

    @property
    def pattern(self) -> str:
        """612555000XX where the range is aligned to a power of ten, else first-last."""
        wildcards = len(str(self.count)) - 1
        if self.count == 10**wildcards and self.first % self.count == 0:
            return f"{self.first // self.count}" + "X" * wildcards
        return f"{self.first}-{self.last}"


def read_number_pattern(text: str) -> NumberRange:
    """The range that a block's pattern stands for. Raises NotANumberPattern.

    One number; or a number whose last digits are X; or "start-end". Numbers are spelled as an
    answering point may be spelled, in any of its separators. So a hyphen may separate digits,
    too, and one rule decides: the first hyphen that comes after a whole number divides start
    from end, any hyphen before it is a separator, as is any after it. No whole number begins
    another one, so there is never a choice.

    An end with fewer digits than the start has after its country code and trunk zero replaces
    that many of the start's last digits; any other end is a whole number.
    """
    if not 1 <= len(text) <= LONGEST_PATTERN:
        raise NotANumberPattern(f"write it in 1 to {LONGEST_PATTERN} characters")
    stripped = without_ends(text)
    divided = _divided(stripped)
    return _from_to(*divided) if divided else _all_that_fit(stripped)


def read_number_beginning(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges, both ends included, of all numbers that may be spelled beginning so.

    Three digits at least, in any spelling of a number, or of its beginning: a separator at the
    end and an open bracket are somebody who is still typing. Nothing, if it doesn't read so.
    """
    if len(text) > LONGEST_BEGINNING:
        return ()
    digits = plain(_finished(text))
    if digits is None or len(digits.removeprefix("+")) < 3:
        return ()
    begun = [national for code in _CODES for national in _begun(digits, code)]
    return tuple(
        found for kind in KINDS for national in begun if (found := _within(kind, national))
    )


def format_national(number: int) -> str:
    """The number as Australians write it: (02) 5550 1234, 0491 570 156, 1300 975 707."""
    for pattern, spelling in _SPELLINGS:
        if match := pattern.fullmatch(str(number)):
            return match.expand(spelling)
    return f"+{number}"


def _divided(text: str) -> tuple[int, str] | None:
    """The start of a range, and the text of its end; None if this is no range."""
    for hyphen in _HYPHEN.finditer(text):
        start = _number(without_ends(text[: hyphen.start()]))
        if start is not None:
            return start, without_ends(text[hyphen.end() :])
    return None


def _number(text: str) -> int | None:
    """The number that this is a whole spelling of."""
    digits = plain(text)
    match = _WHOLE.fullmatch(digits) if digits else None
    if match is None:
        return None
    number = int("61" + match[1])
    return number if _kind_of(number) else None


def _kind_of(number: int) -> NumberKind | None:
    return next((kind for kind in KINDS if kind.first <= number <= kind.last), None)


def _all_that_fit(text: str) -> NumberRange:
    """The numbers that come from putting all digits in the place of the last X's."""
    if _DIGIT_AFTER_WILDCARD.search(text):
        raise NotANumberPattern("X stands for the last digits only")
    first, last = (_number(_WILDCARD.sub(digit, text)) for digit in "09")
    if first is None or last is None:
        _refuse(text)
    return _in_one_kind(first, last)


def _from_to(first: int, end: str) -> NumberRange:
    if _WILDCARD.search(end):
        raise NotANumberPattern("a range from start to end takes no X")
    last = _end_of(first, end)
    if last < first and _kind_of(first) == _kind_of(last):
        raise NotANumberPattern("the start must not come after the end")
    return _in_one_kind(first, last)


def _end_of(first: int, end: str) -> int:
    """The last number of a range, whose end may be shortened."""
    digits = plain(end)
    if not digits:
        raise NotANumberPattern("a range needs an end: a number, or its last digits")
    if not digits.startswith("+") and len(digits) < len(str(first)) - len("61"):
        return int(str(first)[: -len(digits)] + digits)
    last = _number(end)
    if last is None:
        raise NotANumberPattern("the end of the range is no number of the start's length")
    return last


def _in_one_kind(first: int, last: int) -> NumberRange:
    if _kind_of(first) != _kind_of(last):
        raise NotANumberPattern("first and last number must be of one type and in one area")
    numbers = NumberRange(first, last)
    if numbers.count > MOST_NUMBERS:
        raise NotANumberPattern(f"a block has {MOST_NUMBERS:,} numbers at most")
    return numbers


def _refuse(text: str) -> NoReturn:
    """Say what is wrong with the number or the wildcard pattern that a text should be."""
    if len(_WILDCARD.findall(text)) > len(str(MOST_NUMBERS)) - 1:
        raise NotANumberPattern(
            f"a block has {MOST_NUMBERS:,} numbers at most, so the last 5 digits may be X"
        )
    if _WILDCARD.match(text):
        raise NotANumberPattern("X stands for the last digits, and the first ones must be given")
    example = _WILDCARD.sub("0", text)
    digits = plain(example)
    if digits is None:
        raise NotANumberPattern(what_is_strange(example))
    national = _WRITTEN.fullmatch(digits)
    raise NotANumberPattern(why_not_answerable(national[1] if national else digits))


def _finished(text: str) -> str:
    """The beginning of a number without what follows its last digit, its bracket closed."""
    text = _STILL_OPEN.sub("", without_ends(text))
    return text + ")" if text.count("(") > text.count(")") else text


def _begun(digits: str, code: str) -> Iterable[str]:
    """The beginnings of national numbers, if these digits are the code and what follows it."""
    if code.startswith(digits):
        return ("",)
    national = digits.removeprefix(code) if digits.startswith(code) else ""
    if not national.startswith("0"):
        return (national,) if national[:1].isdecimal() else ()
    if national == "0":
        return _AFTER_TRUNK_ZERO
    return (national[1:],) if national[1] in _AFTER_TRUNK_ZERO else ()


def _within(kind: NumberKind, national: str) -> tuple[int, int] | None:
    """The part of a kind that begins so."""
    open_digits = len(str(kind.first)) - len("61" + national)
    if open_digits < 0:
        return None
    first = max(kind.first, int(f"61{national}" + "0" * open_digits))
    last = min(kind.last, int(f"61{national}" + "9" * open_digits))
    return (first, last) if first <= last else None
