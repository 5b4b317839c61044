"""docs/errors.md has every error code with its status: no more, no less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from numberblocks.api import refusals
from numberblocks.api.status import status_of
from numberblocks.domain import errors
from numberblocks.domain.errors import InvalidFields, Refusal

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text()
PACKAGE = Path(__file__).parents[2] / "src" / "numberblocks"
COMMAND_LINE = ("cli.py", "commands/*.py", "operations/*.py")
SECTION = re.compile(r"^### (\S+)\n\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)


def test_every_error_code_is_documented_with_its_status():
    told = {code: first_number(text) for code, text in SECTION.findall(PAGE)}
    assert told == {kind.code: status_of_kind(kind) for kind in refusals_that_are_told()} | {
        errors.PARAMETER_REQUIRED: status_of_kind(InvalidFields)
    }


def test_every_error_code_says_what_to_do():
    assert [code for code, text in SECTION.findall(PAGE) if "\nWhat to do: " not in text] == []


def test_the_headings_make_the_anchors_that_problems_lead_to():
    codes = [code for code, _ in SECTION.findall(PAGE)]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z_]+", code) for code in codes)


def test_the_codes_of_the_command_line_are_documented():
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))
    code = re.compile(r'(?:Complaint\(.*|code = |^ +)"([A-Z]+_[A-Z_]+)"', re.MULTILINE)
    files = (path for pattern in COMMAND_LINE for path in PACKAGE.glob(pattern))
    assert table == {found for path in files for found in code.findall(path.read_text())}


def refusals_that_are_told() -> Iterator[type[Refusal]]:
    """Every refusal with a code of its own, in both modules."""
    for module in (errors, refusals):
        yield from (kind for kind in vars(module).values() if has_its_own_code(kind))


def has_its_own_code(kind: object) -> TypeGuard[type[Refusal]]:
    is_refusal = isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
    return is_refusal and "code" in vars(kind)


def status_of_kind(kind: type[Refusal]) -> int:
    return status_of(kind.__new__(kind))


def first_number(text: str) -> int:
    match = re.match(r"Status (\d{3})\. ", text)
    assert match is not None, text
    return int(match[1])
