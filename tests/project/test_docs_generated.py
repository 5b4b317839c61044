"""What the documents say is made from something else is what it would be made into now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_examples_in_the_documents_are_those_that_are_tested():
    checked = subprocess.run([sys.executable, ROOT / "scripts" / "build_docs.py", "--check"])
    assert checked.returncode == 0, "run `make docs`"
