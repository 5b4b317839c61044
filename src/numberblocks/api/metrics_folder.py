"""The folder in which the workers of one server count.

Each worker takes a place in it and goes on counting where the last one in that place left off:
counts never fall when a worker dies, and files don't pile up. Locks say who is alive, since the
system frees them whatever happens to their holder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "numberblocks-metrics-"
FILE_SIZE = 1 << 19
"""Of a place's counts, in bytes: more than all routes with all their answers need."""


@contextmanager
def folder_for_metrics() -> Iterator[str]:
    """A fresh folder for the processes that are started meanwhile; gone at the end."""
    remove_abandoned()
    folder, lock = new_folder()
    os.environ[FOLDER] = folder
    try:
        yield folder
    finally:
        del os.environ[FOLDER]
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def new_folder() -> tuple[str, int]:
    """A folder and its lock, which this process and all that it forks hold while they live."""
    while True:
        folder = tempfile.mkdtemp(prefix=PREFIX)
        with suppress(OSError):  # Somebody may have taken it for abandoned just now.
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if Path(folder).is_dir():
                return folder, lock
            os.close(lock)


def remove_abandoned() -> None:
    """Take away the folders of servers all of whose processes were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # Another user's, or gone already, or in use.
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)


def free_place(folder: Path) -> int:
    """The first place that no living process has; this one has it until it ends."""
    for place in count(1):
        file = os.open(folder / f"place-{place}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            for kind in ("counter", "histogram"):
                reserve(folder / f"{kind}_{place}.db")
            return place
    raise AssertionError("counting never ends")


def reserve(file: Path) -> None:
    """Make sure of the room now: a process that counts on a full disk would be killed for it."""
    opened = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(opened, 0, FILE_SIZE)
    finally:
        os.close(opened)
