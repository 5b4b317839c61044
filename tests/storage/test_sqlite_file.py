"""What we do with an SQLite file beside SQLite itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from numberblocks.storage.database import open_database
from numberblocks.storage.migrate import migrate


def locks_on(file: Path) -> list[str]:
    """The locks that anybody holds on the file, as the system lists them."""
    mark = f":{file.stat().st_ino} "
    return [line for line in Path("/proc/locks").read_text().splitlines() if mark in line]


def test_opening_another_connection_ends_no_lock_of_those_that_are_open(tmp_path: Path) -> None:
    """Whoever closes a file loses all locks on it (sqlite.org/howtocorrupt.html, 2.2)."""
    file = tmp_path / "numberblocks.db"
    database = open_database(f"sqlite:///{file}", readers=3)
    migrate(database)
    with database.reading() as first:
        first.execute(text("SELECT * FROM history"))
        held = locks_on(file)
        assert len(held) == 1
        with database.reading() as second:
            second.execute(text("SELECT * FROM history"))
        assert locks_on(file) == held
    database.close()
    assert locks_on(file) == []


@pytest.mark.parametrize("first_used_to", ["read", "migrate"])
def test_a_new_file_is_its_owners_alone(tmp_path: Path, first_used_to: str) -> None:
    file = tmp_path / "numberblocks.db"
    database = open_database(f"sqlite:///{file}")
    if first_used_to == "migrate":
        migrate(database)
    else:
        with database.reading() as connection:
            connection.execute(text("SELECT 1"))
    database.close()
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
