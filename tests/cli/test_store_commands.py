"""migrate, history verify, backup, restore, doctor and config show: the real commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from numberblocks.operations import demo
from tests.cli.running import failed, ran, run, told
from tests.support.stores import World


def test_migrate_says_what_it_did(database_url: str):
    first = told("migrate", "--database", database_url)
    assert (first["before"], first["after"]) == (None, "0001")
    again = told("migrate", "--database", database_url)
    assert (again["before"], again["after"]) == ("0001", "0001")
    assert "already" in ran("migrate", "--database", database_url)


def test_a_whole_history_ends_with_0(demo_url: str):
    verdict = told("history", "verify", "--database", demo_url)
    assert (verdict["ok"], verdict["position"], verdict["erased"]) == (True, 31, 0)
    assert len(verdict["head"]) == 64
    assert "is whole" in ran("history", "verify", "--database", demo_url)


def test_a_broken_history_ends_with_1_and_says_where(world: World, demo_url: str):
    with world.tampering() as connection:
        connection.execute(text("UPDATE changes SET line = NULL WHERE position = 3"))
        connection.execute(text("UPDATE changes SET line = 'x' WHERE position = 7"))
    done = run("history", "verify", "--json", "--database", demo_url)
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["ok"], verdict["erased"]) == (1, False, 1)
    assert [finding["kind"] for finding in verdict["findings"]] == ["altered", "erased"]
    assert "BROKEN" in run("history", "verify", "--database", demo_url).stdout


def test_a_store_moves_by_a_backup(demo_url: str, database_url: str, tmp_path: Path):
    if database_url.startswith("sqlite"):
        database_url = f"sqlite:///{tmp_path / 'moved.db'}"
    file = str(tmp_path / "backup.db")
    made = told("backup", file, "--database", demo_url)
    assert made == {"file": file, "position": 31}
    assert told("restore", file, "--database", database_url)["ok"]
    before, after = (
        told("block", "show", demo.SYDNEY.sid, "--database", url)
        for url in (demo_url, database_url)
    )
    assert before == after
    assert "--force" in failed("backup", file, "--database", demo_url)
    assert ran("backup", file, "--force", "--database", demo_url)
    assert "empty database" in failed("restore", file, "--database", database_url)


def test_restore_of_nothing_makes_nothing(tmp_path: Path):
    failed("restore", str(tmp_path / "none"), "--database", f"sqlite:///{tmp_path}/new.db")
    assert list(tmp_path.iterdir()) == []


def test_doctor_finds_a_store_with_a_demo_fit_and_warns(demo_url: str):
    found = told("doctor", "--database", demo_url)
    states = {check["name"]: check["state"] for check in found["checks"]}
    assert found["ok"]
    assert states == {
        "settings": "ok",
        "SQLite library": "ok",
        "database": "ok",
        "schema": "ok",
        "overlaps": "ok",
        "history": "ok",
        "files": "ok",
        "demo": "warning",
    }


def wrong_in(url: str, **variables: str) -> set[str]:
    done = run("doctor", "--json", "--database", url, **variables)
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"]) == (1, False)
    return {check["name"] for check in found["checks"] if check["state"] == "wrong"}


@pytest.mark.parametrize(
    ("sqlite", "postgresql", "name"),
    [
        ("UPDATE alembic_version SET version_num = '0000'",) * 2 + ("schema",),
        ("UPDATE changes SET line = 'x' WHERE position = 9",) * 2 + ("history",),
        (
            "DROP TRIGGER number_ranges_no_overlap_update",
            "ALTER TABLE number_ranges DROP CONSTRAINT no_overlap",
            "overlaps",
        ),
    ],
    ids=["schema", "history", "overlaps"],
)
def test_doctor_finds_what_is_wrong(
    world: World, demo_url: str, sqlite: str, postgresql: str, name: str
):
    with world.tampering() as connection:
        connection.execute(text(sqlite if world.database.kind == "sqlite" else postgresql))
    assert wrong_in(demo_url) == {name}


def test_doctor_finds_a_database_that_does_not_answer(tmp_path: Path):
    assert wrong_in("postgresql://127.0.0.1:1/x") == {"database"}
    assert wrong_in(f"sqlite:///{tmp_path}/none.db") == {"database"}
    assert wrong_in("nonsense") == {"database"}


def test_doctor_finds_a_wrong_setting(tmp_path: Path):
    assert wrong_in(f"sqlite:///{tmp_path}/x.db", NUMBERBLOCKS_PORT="x") == {"settings"}


def test_settings_are_shown_with_where_they_came_from(tmp_path: Path):
    secret = tmp_path / "url"
    secret.write_text("postgresql://me:hush@db.example.com/x?sslmode=require\n")
    shown = ran(
        "config",
        "show",
        "--json",
        NUMBERBLOCKS_DATABASE_FILE=str(secret),
        NUMBERBLOCKS_PORT="9000",
    )
    rows = {row["setting"]: (row["value"], row["source"]) for row in json.loads(shown)["settings"]}
    assert rows["database"] == ("postgresql://me:***@db.example.com/x?sslmode=require", "file")
    assert rows["port"] == (9000, "environment")
    assert rows["workers"] == (2, "default")
    assert "hush" not in ran("config", "show", NUMBERBLOCKS_DATABASE_FILE=str(secret))
    given = told("config", "show", "--database", "sqlite:///x.db")["settings"][0]
    assert (given["value"], given["source"]) == ("sqlite:///x.db", "option")
