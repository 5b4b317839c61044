"""The README's first screen does what it says, pasted as it stands."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import real_parts
from tests.support.served import Served, start_served

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"^```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
CONFIGURE, SEE = (block for block in BLOCKS if block.startswith("curl"))
MEMBER = re.compile(r'"\w+":(?:"[^"]*"|\d+)')


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Served]:
    """A server of its own, because the README's request changes the demo."""
    with start_served("sqlite", f"sqlite:///{tmp_path / 'numberblocks.db'}", tmp_path) as served:
        yield served


def test_the_first_request_and_the_look_at_it_can_be_pasted(demo: Served):
    real_parts.use("curl")
    configured = pasted(CONFIGURE, demo)
    assert configured == answer_after(CONFIGURE).strip()
    seen = pasted(SEE, demo)
    assert json.loads(seen)["TotalCount"] == 1
    assert [member for member in MEMBER.findall(answer_after(SEE)) if member not in seen] == []


def test_the_first_screen_is_short():
    assert len(README.splitlines()) <= 120
    assert README.index(SEE) < README.index("## What it does today")


def pasted(command: str, demo: Served) -> str:
    line = command.replace("127.0.0.1:8080", f"127.0.0.1:{demo.port}")
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
    return done.stdout


def answer_after(command: str) -> str:
    return BLOCKS[BLOCKS.index(command) + 1]
