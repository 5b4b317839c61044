"""Serving: one supervisor, and worker processes that all do the same."""

from __future__ import annotations

import errno
import gc
import ipaddress
import os
import resource
import shutil
import signal
import socket
import threading
import time
from collections.abc import Collection
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from numberblocks.api.bodies import MOST as MOST_BODIES
from numberblocks.api.metrics_folder import folder_for_metrics
from numberblocks.domain.answering_point import read_answering_point
from numberblocks.logs import logging_config, start_logging
from numberblocks.settings import Settings
from numberblocks.storage.database import UnusableDatabase, open_database
from numberblocks.storage.listing import has_demo_tokens
from numberblocks.storage.migrate import migrate_if_empty

STOPPING_SECONDS = 10
MOST_CONNECTIONS = 1024
"""Of one worker. Idle ones cost next to nothing."""
MOST_FILES = 4 * MOST_CONNECTIONS
WORKERS_LOOKED_AT_EVERY = 0.2
SUPERVISOR_LOOKED_AT_EVERY = 0.25
TOLD_AGAIN_AFTER = 0.5
PORT_LOOKED_AT_EVERY = 0.1
STARTING_SECONDS = 0.5
PAUSE_OF_THE_HOPELESS = 1.0
"""Seconds between tries to start a worker that dies at once, so that the log can be read."""
GARBAGE_THRESHOLD = 20_000
"""Objects that may be made before the collector looks through the newest."""


def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); a worker that dies is replaced.

    Makes the schema in an empty database; raises UnusableDatabase for an older one, and for demo
    credentials that the network could reach.
    """
    start_logging(settings.log_level)
    prepare_store(settings)
    wait_for_port(settings.host, settings.port)
    allow_many_files()
    supervisor = Supervisor(
        target="numberblocks.app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads + MOST_BODIES,
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_SECONDS,
        log_level=LogLevels(settings.log_level),
        log_dictconfig=logging_config(settings.log_level),
    )
    with folder_for_metrics() as folder:
        load = partial(load_worker, settings, os.getpid(), folder)
        supervisor.serve(target_loader=load, wrap_loader=False)


def prepare_store(settings: Settings) -> None:
    """Make or check the schema, and keep published tokens off the network."""
    database = open_database(settings.database)
    try:
        migrate_if_empty(database)
        reachable = not is_loopback(settings.host) and has_demo_tokens(database)
    finally:
        database.close()  # Before the workers are forked: no connection may be shared with them.
    if reachable:
        raise UnusableDatabase(
            f"{database.name} has the demo's published tokens, so it is served on loopback only."
            f" Take them out with: numberblocks demo remove --database {database.name}"
        )


def allow_many_files() -> None:
    """Let workers have a descriptor for each connection and each file, as far as may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def wait_for_port(host: str, port: int) -> None:
    """Wait until workers of a supervisor that was killed are gone; OSError if somebody stays.

    Workers share a port (SO_REUSEPORT), so without this two servers would take turns on it.
    """
    until = time.monotonic() + STOPPING_SECONDS + 1
    while True:
        try:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                return probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
        time.sleep(PORT_LOOKED_AT_EVERY)


class Supervisor(MPServer):
    """Granian's supervisor, made patient.

    Granian ends the whole server when a worker dies twice within seconds, and can miss one that
    dies in the moment in which it wakes up to replace others. For us a dead worker is never a
    reason to stop the others; and which are dead is looked up again and again, not remembered.
    """

    def serve(self, *args: Any, **kwargs: Any) -> None:
        """Serve, without MPServer's warning of many threads: most of ours only wait."""
        super(MPServer, self).serve(*args, **kwargs)

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        # Sleeping, not waiting for an event: a signal may come while an event's own lock is held.
        while not self.interrupt_signal:
            time.sleep(WORKERS_LOOKED_AT_EVERY)
            if self.reload_signal:
                self._reload(spawn_target, target_loader)  # type: ignore[no-untyped-call]
            dead = [worker for worker in self.wrks if not worker.inner.is_alive()]
            if dead and not self.interrupt_signal:
                time.sleep(pause_after(dead))
                self._respawn_workers([each.idx for each in dead], spawn_target, target_loader)
            self.interrupt_children.clear()


def pause_after(dead: Collection[WorkerProcess]) -> float:
    """Seconds before these workers are replaced: long, if none of them could even start."""
    now = time.monotonic()
    hopeless = all(now - worker.birth < STARTING_SECONDS for worker in dead)
    return PAUSE_OF_THE_HOPELESS if hopeless else 0.0


def load_worker(settings: Settings, supervisor: int, folder: str) -> Any:
    """What a worker process does first: watch what stops it, and make its application."""
    # Ctrl-C at a terminal is for the supervisor, which stops its workers in order.
    os.setpgid(0, 0)
    # SIGTERM is blocked in every thread, and taken by the one that waits for it: else any thread
    # may get it, and Python's main thread, which sleeps, wouldn't hear of it.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    # A fork begins with its parent's handlers, and those would only note the signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=stop_when_told, args=(supervisor, folder), daemon=True).start()
    start_logging(settings.log_level)
    from numberblocks.app import make_app

    app = make_app(settings)
    read_answering_point("(02) 5550 1234")  # Loads the number rules before anybody waits for them.
    # Nothing made so far is ever garbage, so the collector needn't look through it; and what a
    # request makes is freed without it, so that it may look seldom.
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    return app


def stop_when_told(supervisor: int, folder: str) -> None:
    """Stop this worker at SIGTERM, or when its supervisor is gone, so that none holds the port.

    folder: what the supervisor would have taken away at its end.
    """
    while os.getppid() == supervisor:
        if signal.sigtimedwait([signal.SIGTERM], SUPERVISOR_LOOKED_AT_EVERY) is not None:
            break
    else:
        shutil.rmtree(folder, ignore_errors=True)
    # Granian's handler, in the main thread; again, in case that was just about to fall asleep.
    until = time.monotonic() + STOPPING_SECONDS
    while time.monotonic() < until:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(TOLD_AGAIN_AFTER)
    os.kill(os.getpid(), signal.SIGKILL)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
