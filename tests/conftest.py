"""Fixtures for every test, and the summary of the real parts that a run used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import real_parts
from tests.support.databases import PostgresMissing, PostgresServer, start_postgres
from tests.support.served import Served, start_served
from tests.support.stores import Templates, World, world_at


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


@pytest.fixture(scope="session")
def templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Templates:
    """Stores that the stores of single tests are copied from."""
    folder = tmp_path_factory.mktemp("templates")
    return Templates(folder, lambda: request.getfixturevalue("postgres_server"))


@pytest.fixture(params=["sqlite", "postgresql"])
def demo_url(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A store of the test's own with the demo in it, of each kind in turn."""
    with templates.copy(request.param, tmp_path, with_demo=True) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(
    request: pytest.FixtureRequest, templates: Templates, tmp_path: Path
) -> Iterator[str]:
    """A store of the test's own with nothing but the schema, of each kind in turn."""
    with templates.copy(request.param, tmp_path, with_demo=False) as url:
        yield url


@pytest.fixture
def world(demo_url: str) -> Iterator[World]:
    """A store of the test's own with the demo in it, and whoever changes it."""
    with world_at(demo_url) as world:
        yield world


@pytest.fixture(scope="session")
def served_of_kind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Served]]:
    """The running server of a kind of database, started when a test first asks for it."""
    running: dict[str, Served] = {}
    with ExitStack() as stack:

        def served_on(kind: str) -> Served:
            if kind not in running:
                folder = tmp_path_factory.mktemp(f"served-on-{kind}")
                url = f"sqlite:///{folder / 'numberblocks.db'}"
                if kind == "postgresql":
                    url = request.getfixturevalue("postgres_server").make_database()
                running[kind] = stack.enter_context(start_served(kind, url, folder))
            return running[kind]

        yield served_on


@pytest.fixture(params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, served_of_kind: Callable[[str], Served]
) -> Iterator[Served]:
    """The real server with the demo in it, one a run for each kind of database.

    Tests share it, so each changes only what it has arranged itself. What the server logs
    meanwhile is shown if the test fails.
    """
    running = served_of_kind(request.param)
    before = running.log_size()
    yield running
    said = running.logged_since(before)
    if said and getattr(request.node, "has_failed", False):
        print(f"--- the server's log of this test\n{said}")  # Pytest shows it with the failure.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether their test has failed."""
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report


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
