"""The benchmark starts, measures and tidies up; how fast anything is doesn't matter here."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support import real_parts

ROOT = Path(__file__).parents[2]


def folders_left() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("numberblocks-bench-*")}


@pytest.mark.long
@pytest.mark.timeout(300)
def test_the_benchmark_measures_and_finds_every_answer_in_the_history(tmp_path: Path):
    real_parts.use("wrk")
    before, result = folders_left(), tmp_path / "result.json"
    options = ("--seconds", "1", "--rounds", "1", "--json", str(result))
    words = (sys.executable, "-m", "bench", *options)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    goals = json.loads(result.read_text())["goals"]
    assert [goal["met"] for goal in goals if goal["wanted"] == "all"] == [True, True]
    assert folders_left() <= before
