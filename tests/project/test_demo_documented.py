"""docs/demo.md and the README show the demo as it is, and the request that `make run` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from numberblocks.commands.demo import curl
from numberblocks.operations import demo

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "demo.md").read_text()
BLOCKS = (*demo.ACMES, demo.ONLINE, demo.REGIONAL, demo.GLOBEXS, *demo.STOCK)


def test_everything_that_scripts_are_told_is_documented():
    told = set(texts(demo.what_scripts_are_told())) - patterns()
    assert [text for text in told if f"`{text}`" not in PAGE] == []


def test_the_page_names_no_sid_or_token_that_is_not_the_demos():
    named = set(re.findall(r"`([A-Z0-9]{32}|nb_\w+)`", PAGE))
    assert named - {value for value in vars(demo).values() if isinstance(value, str)} == {
        block.sid for block in BLOCKS
    }


def test_every_block_is_documented_with_its_numbers():
    rows = re.findall(r"^\| (.+?) \| `(B\w+)` \| (.+?) \|", PAGE, re.MULTILINE)
    assert rows == [(block.name, block.sid, block.numbers) for block in BLOCKS]


def test_the_readmes_first_request_is_the_one_that_the_demo_prints():
    assert dedent("\n".join(curl())) in (ROOT / "README.md").read_text()


def patterns() -> set[str]:
    return {block.shown()["pattern"] for block in BLOCKS}


def texts(data: object) -> Iterator[str]:
    match data:
        case str():
            yield data
        case dict():
            for value in data.values():
                yield from texts(value)
        case list():
            for value in data:
                yield from texts(value)
