"""docs/settings.md says what the table of settings says: no more, no less."""

from __future__ import annotations

from pathlib import Path

from numberblocks.settings import SECRET, Setting, table

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default_and_limits():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `NUMBERBLOCKS_")]
    assert rows == [row(setting) for setting in table()]


def test_every_secret_has_its_file_documented():
    for setting in table():
        assert (f"`{setting.variable}_FILE`" in PAGE.read_text()) == (setting.name in SECRET)


def row(setting: Setting) -> str:
    default = f"`{setting.default}`"
    return f"| `{setting.variable}` | {default} | {setting.allowed} | {setting.description} |"
