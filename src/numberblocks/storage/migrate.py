"""Bringing a store's schema up to this release, and saying whether it is."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from numberblocks.storage.database import Database, UnusableDatabase, writing_engine
from numberblocks.storage.lock import write_lock

NEWEST = "0001"
"""The schema that this release works with; a test holds it to the migrations."""

ADVISORY_LOCK = 0x6E62_6D69  # "nbmi": one migration at a time on a PostgreSQL server's database.


def schema_of(connection: Connection) -> str | None:
    """The schema's version, or None for a database with nothing of ours in it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def migrate(database: Database) -> tuple[str | None, str]:
    """Apply what is missing; the versions before and after. Safe to call from several at once."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "numberblocks:storage/migrations")
    config.set_main_option("path_separator", "os")
    with write_lock(database), writing_engine(database, patient=True).connect() as connection:
        if database.kind == "sqlite":
            # Straight to the driver: SQLAlchemy would begin a transaction first.
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA journal_mode=WAL")
        with connection.begin():
            if database.kind == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
            before = schema_of(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return before, schema_of(connection) or NEWEST


def require_newest(database: Database) -> None:
    """Refuse a store whose schema isn't the one that this release works with."""
    with database.reading() as connection:
        found = schema_of(connection)
    if found is None:
        raise UnusableDatabase(
            f"{database.name} has no numberblocks schema yet."
            f" Make it with: numberblocks migrate --database {database.name}"
        )
    if found < NEWEST:
        raise UnusableDatabase(
            f"{database.name} has schema {found}, this release needs {NEWEST}."
            f" Bring it up with: numberblocks migrate --database {database.name}"
        )


def migrate_if_empty(database: Database) -> None:
    """Make the schema in a database that has nothing in it; refuse an older one."""
    with database.reading() as connection:
        found = schema_of(connection)
    if found is None:
        migrate(database)
    require_newest(database)
