"""Fixtures for every test, and the summary of the real parts that a run used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import real_parts
from tests.support.databases import PostgresMissing, PostgresServer, start_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run."""
    try:
        with start_postgres() as server:
            real_parts.note_used("PostgreSQL", server.version())
            yield server
    except PostgresMissing as why:
        real_parts.note_missing("PostgreSQL", str(why))
        pytest.skip(f"PostgreSQL is missing: {why}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the test's own, of each kind in turn."""
    kind: str = request.param
    if kind == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        real_parts.note_used("SQLite", sqlite_version())
        yield f"sqlite:///{folder / 'numberblocks.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.make_database()
    yield url
    server.drop_database(url)


def sqlite_version() -> str:
    """The version of the SQLite that the service uses, not of the standard library's."""
    from pysqlite3 import dbapi2

    return str(dbapi2.sqlite_version)


def pytest_configure() -> None:
    """Look for the programs now, so that a run that never asks for one still misses it."""
    for name in ("Chromium", "Node", "wrk"):
        real_parts.find(name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where every part is needed and one is missing."""
    if real_parts.PARTS.missing and real_parts.all_are_needed() and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which real parts this run used, and which it had to do without."""
    terminalreporter.section("real parts")
    for line in real_parts.PARTS.lines():
        terminalreporter.write_line(line, red="MISSING" in line)
    if real_parts.PARTS.missing and real_parts.all_are_needed():
        terminalreporter.write_line("With CI=true a missing part fails the run.", red=True)
