"""Serving: one supervisor, and worker processes that all do the same."""

from __future__ import annotations

import ipaddress
import os
import signal
import threading
import time
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from numberblocks.settings import Settings
from numberblocks.storage.access import has_demo_tokens
from numberblocks.storage.database import UnusableDatabase, open_database
from numberblocks.storage.migrate import migrate_if_empty

STOPPING_SECONDS = 10
PAUSE_BEFORE_RESPAWN = 0.2
PARENT_WATCHED_EVERY = 0.25


def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); a worker that dies is replaced.

    Makes the schema in an empty database; raises UnusableDatabase for an older one, and for demo
    credentials that the network could reach.
    """
    prepare_store(settings)
    supervisor = Supervisor(
        target="numberblocks.app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=1024,
        backpressure=settings.threads * 4,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_SECONDS,
        log_level=LogLevels(settings.log_level),
    )
    supervisor.serve(target_loader=partial(load_worker, settings), wrap_loader=False)


def prepare_store(settings: Settings) -> None:
    """Make or check the schema, and keep published tokens off the network."""
    database = open_database(settings.database)
    try:
        migrate_if_empty(database)
        with database.reading() as connection:
            reachable = not is_loopback(settings.host) and has_demo_tokens(connection)
    finally:
        database.close()  # Before the workers are forked: no connection may be shared with them.
    if reachable:
        raise UnusableDatabase(
            f"{database.name} has the demo's published tokens, so it is served on loopback only."
            f" Take them out with: numberblocks demo remove --database {database.name}"
        )


class Supervisor(MPServer):
    """Granian's supervisor, made patient.

    Granian ends the whole server when a worker dies twice within seconds. For us a dead worker
    is never a reason to stop the others, so it forgets when it last replaced one.
    """

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        time.sleep(PAUSE_BEFORE_RESPAWN)
        super()._respawn_workers(*args, **kwargs)
        self.respawned_wrks.clear()


def load_worker(settings: Settings) -> Any:
    """What a worker process does first: watch its supervisor, and make its application."""
    from numberblocks.app import make_app

    threading.Thread(target=stop_with, args=(os.getppid(),), name="watch", daemon=True).start()
    return make_app(settings)


def stop_with(parent: int) -> None:
    """Stop this worker when its supervisor is gone, so that none is left holding the port."""
    while os.getppid() == parent:
        time.sleep(PARENT_WATCHED_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
