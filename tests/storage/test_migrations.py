"""The migrations make what schema.py says, and the database itself refuses what it should."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from numberblocks.operations import demo
from numberblocks.storage.database import UnusableDatabase, open_database, writing_engine
from numberblocks.storage.migrate import NEWEST, migrate, migrate_if_empty, require_newest
from numberblocks.storage.schema import accounts, history, metadata, number_blocks, number_ranges
from tests.support.served import COMMAND, environment
from tests.support.stores import World

TRIGGERS = {"number_ranges_no_overlap_insert", "number_ranges_no_overlap_update"}
ONLY_IN_MIGRATIONS = TRIGGERS | {"no_overlap", "alembic_version_pkc"}


def test_the_newest_schema_is_the_last_migration():
    config = Config()
    config.set_main_option("script_location", "numberblocks:storage/migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


@pytest.mark.filterwarnings("ignore:.*uq_accounts_root")
def test_the_migrations_make_what_the_schema_says(migrated_url: str):
    database = open_database(migrated_url, readers=1)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
    # Comments are for whoever reads schema.py; no database needs them.
    assert [each for each in found if each[0] != "add_table_comment"] == []
    database.close()


def test_the_migrations_make_the_same_checks_keys_and_indexes(
    migrated_url: str, database_url_of_same_kind: str
):
    """Alembic compares neither names nor checks, so those of both ways are compared here."""
    migrated = open_database(migrated_url, readers=1)
    described = open_database(database_url_of_same_kind, readers=1)
    metadata.create_all(described.engine)
    with migrated.reading() as one, described.reading() as other:
        assert names_in(one) - ONLY_IN_MIGRATIONS == names_in(other)
    migrated.close()
    described.close()


def test_all_text_compares_bytewise(migrated_url: str):
    database = open_database(migrated_url, readers=1)
    if database.kind == "postgresql":  # SQLite's text does unless told otherwise.
        with database.reading() as connection:
            assert columns_not_bytewise(connection) == []
    database.close()


@pytest.fixture
def database_url_of_same_kind(
    migrated_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    if migrated_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'described.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.make_database()
    yield url
    server.drop_database(url)


def names_in(connection: Connection) -> set[str]:
    """The names of all constraints and indexes of ours."""
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        words = " ".join(made.scalars()).replace("(", " ").split()
        return {
            word.strip('"')
            for before, word in pairwise(words)
            if before in {"CONSTRAINT", "INDEX", "TRIGGER"}
        }
    constraints = text(
        "SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace"
        " WHERE nspname = 'public' AND contype <> 'n'"
    )
    indexes = text("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
    return {*connection.execute(constraints).scalars(), *connection.execute(indexes).scalars()}


def columns_not_bytewise(connection: Connection) -> list[str]:
    query = text(
        "SELECT table_name || '.' || column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'text'"
        " AND collation_name IS DISTINCT FROM 'C'"
    )
    return list(connection.execute(query).scalars())


def test_migrating_again_changes_nothing(migrated_url: str):
    database = open_database(migrated_url, readers=1)
    with database.reading() as connection:
        before = connection.execute(select(history)).one()
    assert migrate(database) == (NEWEST, NEWEST)
    with database.reading() as connection:
        assert connection.execute(select(history)).one() == before
    database.close()


def test_a_second_root_is_refused(world: World):
    row = {"sid": "A2", "name": "second", "state": "active", "version": 1}
    with pytest.raises(IntegrityError), world.tampering() as connection:
        connection.execute(insert(accounts).values(row))


def test_what_refuses_overlaps_is_there_after_migrating(migrated_url: str):
    database = open_database(migrated_url, readers=1)
    with database.reading() as connection:
        if database.kind == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            assert set(connection.execute(text(query)).scalars()) == TRIGGERS
        else:
            query = "SELECT condeferrable FROM pg_constraint WHERE conname = 'no_overlap'"
            assert list(connection.execute(text(query)).scalars()) == [False]
    database.close()


OVERLAPS = [
    (61255500000, 61255500099),
    (61255500050, 61255500050),
    (61255499990, 61255500000),
    (61255500099, 61255500200),
    (61255499000, 61255501000),
]
APART = [(61255499990, 61255499999), (61255500100, 61255500199), (61491570006, 61491570006)]


def a_range(first: int, last: int, position: int = 1_000) -> dict[str, object]:
    return {
        "block_sid": demo.GLOBEXS.sid,
        "from_position": position,
        "first_number": first,
        "last_number": last,
    }


@pytest.mark.parametrize(("first", "last"), OVERLAPS)
def test_the_database_refuses_an_insert_that_overlaps(world: World, first: int, last: int):
    with pytest.raises(IntegrityError, match="no_overlap"), world.tampering() as connection:
        connection.execute(insert(number_ranges).values(a_range(first, last)))


@pytest.mark.parametrize(("first", "last"), OVERLAPS)
def test_the_database_refuses_an_update_that_overlaps(world: World, first: int, last: int):
    with world.tampering() as connection:
        connection.execute(insert(number_ranges).values(a_range(61291570000, 61291570000)))
    with pytest.raises(IntegrityError, match="no_overlap"), world.tampering() as connection:
        connection.execute(
            update(number_ranges)
            .where(number_ranges.c.from_position == 1_000)
            .values(first_number=first, last_number=last)
        )


@pytest.mark.parametrize(("first", "last"), APART)
def test_the_database_takes_what_does_not_overlap(world: World, first: int, last: int):
    with world.tampering() as connection:
        connection.execute(insert(number_ranges).values(a_range(first, last)))


def test_numbers_are_free_again_once_a_range_has_ended_and_not_twice(world: World):
    with world.tampering() as connection:
        end = update(number_ranges).where(number_ranges.c.block_sid == demo.SYDNEY.sid)
        connection.execute(end.values(until_position=999))
        connection.execute(insert(number_ranges).values(a_range(61255500000, 61255500099)))
    with pytest.raises(IntegrityError, match="no_overlap"), world.tampering() as connection:
        connection.execute(end.values(until_position=None))


def test_a_range_may_be_moved_over_its_own_old_place(world: World):
    with world.tampering() as connection:
        connection.execute(
            update(number_ranges)
            .where(number_ranges.c.block_sid == demo.SYDNEY.sid)
            .values(first_number=61255500050, last_number=61255500149)
        )


def test_a_block_that_nothing_owns_is_refused(world: World):
    """Foreign keys are on in both databases."""
    with pytest.raises(IntegrityError), world.tampering() as connection:
        connection.execute(update(number_blocks).values(account_sid="A-nobody"))


def test_an_older_schema_is_refused_and_migrate_is_named(migrated_url: str):
    database = open_database(migrated_url, readers=1)
    engine = writing_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    for refuse in (require_newest, migrate_if_empty):
        with pytest.raises(UnusableDatabase, match="numberblocks migrate --database"):
            refuse(database)
    database.close()
    for command in (["serve", "--port", "1"], ["demo"], ["account", "list"]):
        done = subprocess.run(
            [COMMAND, *command, "--database", migrated_url],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=60,
        )
        assert done.returncode == 1
        assert "numberblocks migrate --database" in done.stderr
        assert "Traceback" not in done.stderr


def test_an_empty_database_is_migrated_when_it_is_allowed(database_url: str):
    database = open_database(database_url, readers=1)
    with pytest.raises(UnusableDatabase, match="no numberblocks schema yet"):
        require_newest(database)
    migrate_if_empty(database)
    require_newest(database)
    database.close()
