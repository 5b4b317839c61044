"""What the documents name exists, and they speak of the project alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from numberblocks.cli import app

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "numberblocks"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SOURCES = sorted(PACKAGE.rglob("*.py"))

LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"(?<![\w/.:*-])((?:[\w.-]+/)+[\w.-]+\.(?:py|md|toml|txt|in|svg|http))\b")
MAKE = re.compile(r"`make ([a-z]+)|^make ([a-z]+)", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
IN_LINE = re.compile(r"`numberblocks +([^`]+)`")
IN_BLOCK = re.compile(r"^(?:ExecStart=\S*/)?numberblocks +([^\n#]+)", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]*")
REFERENCE = re.compile(r"(docs/[\w/.-]+\.md)((?:,?(?: and)? \"[^\"]+\")*)")
FOREIGN = re.compile(
    r"/root/|/home/|/tmp/|pypi\.|pythonhosted|npmjs\.|proxy\.golang|index-url|artifactory",
    re.IGNORECASE,
)


class Named(NamedTuple):
    """Something that a page names."""

    page: str
    what: str


def named(pattern: re.Pattern[str], pages: list[Path]) -> Iterator[Named]:
    """Everything in these pages that the pattern finds; of several groups the one that is there."""
    for page in pages:
        for match in pattern.finditer(page.read_text(encoding="utf-8")):
            what = next(filter(None, match.groups()), match[0])
            yield Named(str(page.relative_to(ROOT)), what)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made where the repository is shown."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_somewhere():
    links = (link for link in named(LINK, PAGES) if "://" not in link.what)
    assert [link for link in links if not leads_somewhere(link)] == []


def leads_somewhere(link: Named) -> bool:
    target, _, anchor = link.what.partition("#")
    page = ROOT / link.page
    found = (page.parent / target).resolve() if target else page
    return found.exists() and (not anchor or anchor in anchors(found))


def test_every_path_that_is_named_exists():
    assert [path for path in named(PATH, PAGES) if not is_there(path)] == []


def is_there(path: Named) -> bool:
    places = (ROOT, PACKAGE, ROOT / "docs", (ROOT / path.page).parent)
    return any((place / path.what).exists() for place in places)


def test_every_make_command_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert [make for make in named(MAKE, PAGES) if make.what not in targets] == []


def test_every_command_that_is_named_exists_with_its_options():
    named = [(str(page.relative_to(ROOT)), line) for page in PAGES for line in commands_in(page)]
    assert [each for each in named if not can_be_typed(each[1])] == []


def commands_in(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    yield from IN_LINE.findall(text)
    for block in BLOCK.findall(text):
        yield from IN_BLOCK.findall(block)


def can_be_typed(line: str) -> bool:
    """Whether the first words are a command, and the options are options of it."""
    words = [word for word in line.replace("…", " ").split() if word != "--help"]
    if not words or words == ["--version"]:
        return True
    chain, apps, rest = app.parse_commands(words)
    if not chain or apps[-1].default_command is None:
        return bool(chain) and not rest  # A noun without its verb, such as `numberblocks account`.
    known = {
        name for argument in apps[-1].assemble_argument_collection() for name in argument.names
    }
    return known.issuperset(word for word in rest if OPTION.fullmatch(word))


def test_the_layers_are_documented_in_their_order():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = re.findall(r"\w+", " ".join(contract["contracts"][0]["layers"]))
    there = [name for name in layers if any(PACKAGE.glob(f"{name}.py")) or is_package(name)]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = page.partition("## The layers\n\n```\n")[2].partition("```")[0]
    assert re.findall(r"^(\w+)", block, re.MULTILINE) == there


def is_package(name: str) -> bool:
    return (PACKAGE / name / "__init__.py").exists()


def test_every_page_that_the_code_refers_to_exists_with_its_headings():
    references = [
        (page, heading)
        for path in SOURCES
        for page, headings in REFERENCE.findall(path.read_text(encoding="utf-8"))
        for heading in re.findall(r'"([^"]+)"', headings) or [""]
    ]
    assert references
    assert [each for each in references if not is_heading(*each)] == []


def is_heading(page: str, heading: str) -> bool:
    found = ROOT / page
    anchor = heading.lower().replace(" ", "-")
    return found.exists() and (not heading or anchor in anchors(found))


@pytest.mark.parametrize("path", [*PAGES, *SOURCES], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_said_of_machines_or_of_where_packages_come_from(path: Path):
    assert FOREIGN.findall(path.read_text(encoding="utf-8")) == []
