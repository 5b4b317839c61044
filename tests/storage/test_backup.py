"""Backups: whole, of one moment, while the store is written to, from and to both databases."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from numberblocks.domain.errors import NumbersTaken
from numberblocks.domain.number_pattern import read_number_pattern
from numberblocks.operations import demo
from numberblocks.operations.create_account import create_account
from numberblocks.operations.create_block import create_block
from numberblocks.operations.update_account import AccountChange, update_account
from numberblocks.storage import backup as backups
from numberblocks.storage.backup import back_up, restore
from numberblocks.storage.changes import verify_history
from numberblocks.storage.database import Database, UnusableDatabase, open_database
from numberblocks.storage.migrate import migrate
from numberblocks.storage.schema import metadata
from tests.support.stores import World, world_at

DEMO = 31
"""The last position of the demo."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "store.db"


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind in turn, so that every kind goes into every kind."""
    if database_url.startswith("sqlite"):
        database_url = f"sqlite:///{tmp_path / 'restored.db'}"
    database = open_database(database_url, readers=2)
    yield database
    database.close()


def everything_in(database: Database) -> dict[str, list]:
    with database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


def test_what_is_restored_is_what_was_backed_up(world: World, empty: Database, file: Path):
    world.override(61255500007, demo.SYDNEY.sid, '{"source": "Radio"}')
    child = world.do(create_account, parent=demo.ACME_REGIONAL, name="Deep ✓ \U0001f4de")
    world.do(create_account, parent=child.sid, name="Deeper")
    before = everything_in(world.database)
    assert back_up(world.database, file) == DEMO + 2
    verdict = restore(empty, file)
    assert (verdict.ok, verdict.position) == (True, DEMO + 2)
    assert everything_in(empty) == before


def test_a_restored_store_goes_on_from_where_it_was(world: World, empty: Database, file: Path):
    back_up(world.database, file)
    restore(empty, file)
    url = empty.url.render_as_string(hide_password=False)
    with world_at(url) as restored:
        restored.do(create_block, read_number_pattern("02 7010 77XX"))
        with pytest.raises(NumbersTaken):
            restored.do(create_block, read_number_pattern("02 5550 00XX"))
        assert len(restored.lines()) == DEMO + 1
    with empty.reading() as connection:
        assert verify_history(connection).ok


def test_a_backup_is_one_file_that_only_its_owner_reads(world: World, file: Path):
    back_up(world.database, file)
    assert list(file.parent.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_can_be_looked_at_like_any_store(world: World, file: Path):
    back_up(world.database, file)
    opened = open_database(f"sqlite:///{file}", readers=1)
    with opened.reading() as connection:
        assert verify_history(connection).ok
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    opened.close()


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(world: World, file: Path):
    file.write_text("precious")
    with pytest.raises(FileExistsError):
        back_up(world.database, file)
    assert file.read_text() == "precious"
    back_up(world.database, file, replace=True)
    assert file.read_bytes().startswith(b"SQLite format 3")


def test_a_backup_that_fails_leaves_nothing_behind(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(backups, "make_durable", full)
    with pytest.raises(OSError, match="No space left"):
        back_up(world.database, file)
    assert list(file.parent.iterdir()) == []


def test_a_backup_is_of_one_moment_while_the_store_is_written_to(world: World, file: Path):
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            world.do(update_account, demo.ACME, AccountChange(name=f"Acme {number}"))

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for round in range(3):
            copy = file.with_name(f"{round}.db")
            position = back_up(world.database, copy)
            opened = open_database(f"sqlite:///{copy}", readers=1)
            with opened.reading() as connection:
                verdict = verify_history(connection)
                version = connection.execute(
                    text("SELECT version FROM accounts WHERE sid = :sid"), {"sid": demo.ACME}
                ).scalar_one()
            opened.close()
            assert (verdict.ok, verdict.position) == (True, position)
            assert version == 1 + position - DEMO  # The row and the line of changes agree.
    finally:
        stop.set()
        writing.join()


def test_nothing_is_restored_over_changes(world: World, file: Path):
    back_up(world.database, file)
    before = everything_in(world.database)
    with pytest.raises(UnusableDatabase, match="only an empty database"):
        restore(world.database, file)
    assert everything_in(world.database) == before


def test_a_freshly_migrated_database_can_be_restored_into(
    world: World, empty: Database, file: Path
):
    migrate(empty)
    back_up(world.database, file)
    assert restore(empty, file).ok
    assert everything_in(empty) == everything_in(world.database)


def test_a_restore_that_fails_leaves_the_database_empty(world: World, empty: Database, file: Path):
    back_up(world.database, file)
    broken = open_database(f"sqlite:///{file}", readers=1)
    with broken.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        connection.exec_driver_sql("UPDATE number_ranges SET last_number = 1")
        connection.commit()
    broken.close()
    with pytest.raises(Exception, match="in_order"):
        restore(empty, file)
    with empty.reading() as connection:
        assert verify_history(connection).position == 0
        assert connection.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 1


def test_a_broken_history_is_told_when_it_is_restored(world: World, empty: Database, file: Path):
    with world.tampering() as connection:
        connection.execute(text("UPDATE changes SET line = 'x' WHERE position = 5"))
    back_up(world.database, file)
    verdict = restore(empty, file)
    assert not verdict.ok
    assert verdict.findings[0].position == 5


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 5_000])
def test_what_is_no_backup_is_said(empty: Database, file: Path, content: bytes):
    file.write_bytes(content)
    with pytest.raises(UnusableDatabase, match="isn't a backup"):
        restore(empty, file)


def test_a_backup_cut_short_is_said(world: World, empty: Database, file: Path):
    back_up(world.database, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnusableDatabase):
        restore(empty, file)


def test_an_sqlite_file_of_something_else_is_said(empty: Database, file: Path):
    connection = backups.connect(file)
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(UnusableDatabase):
        restore(empty, file)
