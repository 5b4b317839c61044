"""The numbers that are set aside for fiction, and a scanner for all others.

Nothing else may stand in a document, an example or the demo, for somebody may dial it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LOCAL = re.compile(r"[2378](?:5550|7010)\d{4}")
LISTED = """
    491570006 491570110 491570156 491570157 491570158 491570159 491570313 491570737 491571266
    491571491 491571804 491572549 491572665 491572983 491573087 491573770 491574118 491574632
    491575254 491575789 491576398 491576801 491577426 491577644 491578148 491578888 491578957
    491579212 491579455 491579760 1800160401 1800975707 1800975708 1800975709 1800975710 1800975711
    1300975707 1300975708 1300975709 1300975710 1300975711
"""
OTHERS = frozenset(LISTED.split())

# A number as people spell it: separators between any two digits, X for a digit of a pattern.
GAP = r"[ ().\-\u2013]{0,2}"
DIGIT = "[0-9Xx]"
SHAPES = (
    ["[2378]", "[2-9Xx]", *[DIGIT] * 7],  # local
    ["4", *[DIGIT] * 8],  # mobile
    ["1", "[38]", "0", "0", *[DIGIT] * 6],  # 1300, 1800
    ["1", "8", "0", "2", *[DIGIT] * 3],  # 1802
    ["1", rf"3(?!{GAP}4{GAP}5)", "[1-9]", *[DIGIT] * 3],  # 13, but 1345 is out of use
)
CODES = rf"(?:\+?6{GAP}1{GAP}|0{GAP}0{GAP}1{GAP}1{GAP}6{GAP}1{GAP})?(?:0{GAP})?"
AUSTRALIAN = "|".join(GAP.join(shape) for shape in SHAPES)
ABROAD = rf"\+(?!6{GAP}1)[1-9](?:{GAP}\d){{6,}}"
NUMBER = re.compile(rf"(?<![\w+.])(?:\(?{CODES}(?:{AUSTRALIAN})|{ABROAD})(?![0-9A-Za-z_])")


class Found(NamedTuple):
    """A number in a text, as it stands there."""

    line: int
    text: str


def not_for_fiction(text: str) -> Iterator[Found]:
    """Every number in the text that could be dialled and isn't set aside."""
    text = text.replace("%2B", "+").replace("%20", " ")
    for match in NUMBER.finditer(text):
        if not is_for_fiction(match[0]):
            yield Found(text.count("\n", 0, match.start()) + 1, match[0].strip("( "))


def is_for_fiction(spelled: str) -> bool:
    """Whether all numbers that this spelling or pattern stands for are set aside."""
    if spelled.startswith("+") and not re.match(rf"\+6{GAP}1", spelled):
        return False
    plain = re.sub(r"[^0-9X]", "", spelled.upper())
    national = re.sub(r"^(?:001161|61(?=\d{6,}|\d+X))?0?", "", plain)
    return all(is_set_aside(national.replace("X", digit)) for digit in "09")


def is_set_aside(national: str) -> bool:
    """Whether a number, without its country code and trunk zero, is one of the list."""
    return LOCAL.fullmatch(national) is not None or national in OTHERS
