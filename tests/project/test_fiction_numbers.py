"""No document, example or line of code has a number that somebody could be called by."""

from __future__ import annotations

from pathlib import Path

import pytest

from numberblocks.domain.number_pattern import format_national
from tests.project.fiction_numbers import OTHERS, not_for_fiction

ROOT = Path(__file__).parents[2]
READ = ("*.md", "docs/**/*.md", "docs/**/*.svg", "src/**/*.py", "tests/contract/**/*.http")
FILES = sorted(path for pattern in READ for path in ROOT.glob(pattern))

REFUSED: frozenset[str] = frozenset()
"""Examples of what is refused, which therefore can't be fiction."""


def test_every_number_that_stands_anywhere_is_set_aside_for_fiction():
    found = {
        f"{path.relative_to(ROOT)}:{number.line}: {number.text}"
        for path in FILES
        for number in not_for_fiction(path.read_text(encoding="utf-8"))
        if number.text not in REFUSED
    }
    assert found == set()


def test_the_terms_list_every_number_that_is_set_aside():
    page = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    assert [number for number in OTHERS if format_national(int(f"61{number}")) not in page] == []


@pytest.mark.parametrize(
    "text",
    [
        "(02) 5550 1234",
        "+61255501234",
        "0011 61 2 5550 1234",
        "+61 (0)2 5550 1234",
        "255501234",
        "61255500150-61255500249",
        "02 5550 00XX",
        "0491 570 156",
        "1300 975 707",
        "6.11.2026, 131,072 bytes, 1345xx, B131999, 1300 and 6 digits",
    ],
)
def test_what_is_set_aside_passes(text):
    assert list(not_for_fiction(f"so {text} is fine")) == []


@pytest.mark.parametrize(
    "text",
    [
        "02 9999 1234",
        "(02) 9999 1234",
        "+61 2 9999 1234",
        "+61299991234",
        "61299991234",
        "0412 345 678",
        "0412-345-678",
        "1300 123 456",
        "1802 123",
        "13 19 99",
        "02 555X XXXX",
        "+64 9 555 0123",
        "EndpointNumber=0412345678",
        "EndpointNumber=%2B61412345678",
        "/numberblocks/0412345678?x",
        "61255500150-61299991234",
    ],
)
def test_everything_else_is_found(text):
    assert len(list(not_for_fiction(f"but {text} isn't"))) == 1
