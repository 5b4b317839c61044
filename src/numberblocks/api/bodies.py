"""Who may send bodies now: clients that send slowly, or never finish, must not stop others.

A body is read by a thread that waits until all of it is there, and nothing else can be done with
that thread meanwhile. So there are many threads (server.py), a limit to how many of them may wait
for bodies, a lower one for each login, and an end to the patience with clients that fall silent.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Condition, Lock, get_ident
from time import monotonic

from numberblocks.domain.errors import StoreUnavailable

MOST = 256
MOST_OF_ONE = 64
LONGEST_WAIT = 5.0
"""Seconds for a place to get free. Bodies that have arrived are read in far less."""
LONGEST_SILENCE = 10.0
"""Seconds without a byte of a body that isn't all there, before the rest is given up."""

IDLE_TOO_LONG = 3
"""So many times that, and a client is given up although it may only be idle."""

TCP_INFO = struct.Struct("=44xI4xI64xQ")
"""Of Linux's tcp_info: how many ms ago data were last sent, and last received, and how many bytes
of what was sent have arrived."""


class Bodies:
    """The places for bodies that are being read, in one process."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self.most = most
        self.most_of_one = most_of_one
        self._changed = Condition(Lock())
        self._since: dict[int, float] = {}
        self._reading: dict[str, int] = {}
        self._waiting: dict[str, int] = {}

    def take(self, who: str) -> None:
        """Take a place for this login in this thread; StoreUnavailable if none gets free in time.

        Whoever has taken one gives it back.
        """
        with self._changed:
            if not self._is_free(who) and not self._wait(who):
                raise StoreUnavailable("Too many requests are still being sent; try again later.")
            self._reading[who] = self._reading.get(who, 0) + 1
            self._since[get_ident()] = monotonic()

    def give_back(self, who: str) -> None:
        """Give back the place that was taken in this thread."""
        with self._changed:
            del self._since[get_ident()]
            count_down(self._reading, who)
            if self._waiting:
                self._changed.notify_all()

    def oldest(self) -> float:
        """For how many seconds the longest one has been read; 0 if there is none."""
        with self._changed:
            now = monotonic()
            return now - min(self._since.values(), default=now)

    def _is_free(self, who: str) -> bool:
        return len(self._since) < self.most and self._reading.get(who, 0) < self.most_of_one

    def _wait(self, who: str) -> bool:
        """Wait for a place. One login may only have so many wait, for those keep threads, too."""
        waiting = self._waiting.get(who, 0)
        if waiting >= self.most_of_one:
            return False
        self._waiting[who] = waiting + 1
        try:
            return self._changed.wait_for(lambda: self._is_free(who), LONGEST_WAIT)
        finally:
            count_down(self._waiting, who)


def count_down(counts: dict[str, int], who: str) -> None:
    """One less; nobody is kept with a count of nothing."""
    if counts[who] == 1:
        del counts[who]
    else:
        counts[who] -= 1


def give_up_the_silent(port: int, silence: float) -> None:
    """Take it that nothing more comes from clients of this port that fell silent mid-request.

    Whoever waits for the rest of a body then sees that it was cut short, and answers so.
    """
    for client in clients_of(port):
        with closing(client), suppress(OSError):
            info = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO.size)
            if is_given_up(*TCP_INFO.unpack(info), silence=silence * 1000):
                client.shutdown(socket.SHUT_RD)


def is_given_up(sent: int, received: int, arrived: int, *, silence: float) -> bool:
    """Whether a client has been silent for too long since it began a request.

    One that was answered since is only idle, as far as that can be seen: it may have begun the
    next request before the answer. It loses nothing but a connection, so it gets more time.
    """
    was_answered = arrived > 1 and sent <= received
    return received >= silence * (IDLE_TOO_LONG if was_answered else 1)


def clients_of(port: int) -> Iterator[socket.socket]:
    """Copies of this process's connections to clients of the port it listens on."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # It may be closed meanwhile.
            if not entry.is_socket():
                continue
            copy = copy_of(int(entry.name))
            if is_client_of(port, copy):
                yield copy
            else:
                copy.close()


def copy_of(descriptor: int) -> socket.socket:
    """The same connection under a descriptor of its own, so that it can't become another's."""
    own = os.dup(descriptor)
    try:
        return socket.socket(fileno=own)
    except OSError:
        os.close(own)
        raise


def is_client_of(port: int, connection: socket.socket) -> bool:
    """Whether this is a connection that a client has made to the port."""
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        connection.getpeername()
    except OSError:
        return False
    return bool(connection.getsockname()[1] == port)
