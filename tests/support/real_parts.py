"""The real programs that tests use: where they are, and which of them this run has used.

A test asks ``use("wrk")`` for a part; if the part is missing, the test is skipped and the summary
at the end of the run says so. With CI=true a run with a missing part fails.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = {"Chromium": ("chromium", "chromium-browser", "google-chrome"), "wrk": ("wrk",)}
NODE_PACKAGES = ROOT / "node_modules" / "@servicestack" / "client"


@dataclass
class RealParts:
    """What this run knows about each part: used (and which), missing (and why), or neither."""

    used: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """One line a part for the end of the run."""
        return [f"{name:<11}{self._state(name)}" for name in NAMES]

    def _state(self, name: str) -> str:
        if name in self.missing:
            return f"MISSING: {self.missing[name]}"
        return f"used: {self.used[name]}" if name in self.used else "here, not used"


NAMES = ("SQLite", "PostgreSQL", "Chromium", "Node", "wrk", "curl")
PARTS = RealParts()


def use(name: str) -> Path:
    """The program of a part, noted as used; without it the test is skipped."""
    program = find(name)
    if program is None:
        pytest.skip(f"{name} is missing: {PARTS.missing[name]}")
    note_used(name, str(program))
    return program


def note_used(name: str, which: str) -> None:
    """Note that this run has used a part."""
    PARTS.used[name] = which


def note_missing(name: str, why: str) -> None:
    """Note that this run has to do without a part."""
    PARTS.missing[name] = why


def find(name: str) -> Path | None:
    """Where a part's program is; if it is nowhere, that is noted."""
    commands = COMMANDS.get(name, (name.lower(),))
    found = next((path for command in commands if (path := shutil.which(command))), None)
    if found is None:
        note_missing(name, f"no {commands[0]} on the PATH; `scripts/setup system` installs it")
    elif name == "Node" and not NODE_PACKAGES.is_dir():
        note_missing(name, "node_modules is incomplete; `scripts/setup dev` fills it")
    return None if name in PARTS.missing or found is None else Path(found)


def all_are_needed() -> bool:
    """Whether a run without some part has failed."""
    return os.environ.get("CI") == "true"
