"""Places for bodies: enough for everybody, a share for each login, and no waiting for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from numberblocks.api import bodies
from numberblocks.api.bodies import Bodies, is_given_up
from numberblocks.domain.errors import StoreUnavailable


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch):
    monkeypatch.setattr(bodies, "LONGEST_WAIT", 0.05)


@contextmanager
def place(places: Bodies, who: str) -> Iterator[None]:
    places.take(who)
    try:
        yield
    finally:
        places.give_back(who)


class Readers:
    """Threads that each hold a place until they are told to leave it."""

    def __init__(self, places: Bodies) -> None:
        self.places = places
        self.leave = threading.Event()
        self.inside = threading.Semaphore(0)
        self.threads: list[threading.Thread] = []

    def come(self, who: str, count: int = 1) -> None:
        """Have this many readers of a login take their places."""
        for _ in range(count):
            self.threads.append(threading.Thread(target=self._read, args=(who,), daemon=True))
            self.threads[-1].start()
            assert self.inside.acquire(timeout=5)

    def _read(self, who: str) -> None:
        with place(self.places, who):
            self.inside.release()
            self.leave.wait(10)

    def go(self) -> None:
        self.leave.set()
        for thread in self.threads:
            thread.join(5)


@pytest.fixture
def readers():
    with ExitStack() as stack:
        coming = Readers(Bodies(most=5, most_of_one=3))
        stack.callback(coming.go)
        yield coming


def is_free(places: Bodies, who: str) -> bool:
    try:
        with place(places, who):
            return True
    except StoreUnavailable:
        return False


def test_one_login_takes_its_share_only(readers):
    readers.come("sam", 3)
    assert not is_free(readers.places, "sam")
    assert is_free(readers.places, "olivia")


def test_all_together_take_no_more_than_there_is(readers):
    readers.come("sam", 3)
    readers.come("roy", 2)
    assert not is_free(readers.places, "olivia")
    readers.go()
    assert is_free(readers.places, "olivia")


def test_a_place_that_gets_free_is_taken_by_who_waits(readers, monkeypatch):
    monkeypatch.setattr(bodies, "LONGEST_WAIT", 5.0)
    readers.come("sam", 3)
    threading.Timer(0.05, readers.leave.set).start()
    assert is_free(readers.places, "sam")


def test_those_who_wait_are_bounded_too(readers, monkeypatch):
    monkeypatch.setattr(bodies, "LONGEST_WAIT", 5.0)
    readers.come("sam", 3)
    waiting = [
        threading.Thread(target=is_free, args=(readers.places, "sam"), daemon=True)
        for _ in range(3)
    ]
    for thread in waiting:
        thread.start()
    while readers.places._waiting.get("sam", 0) < 3:
        time.sleep(0.001)
    before = time.monotonic()
    assert not is_free(readers.places, "sam")
    assert time.monotonic() - before < 1
    readers.go()
    for thread in waiting:
        thread.join(5)


def test_a_place_is_given_back_whatever_happens():
    places = Bodies(most=1, most_of_one=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), place(places, "sam"):
            raise ValueError("broken")
    assert is_free(places, "sam")
    assert not places._reading


def test_how_long_the_oldest_takes(readers):
    assert readers.places.oldest() == 0
    readers.come("sam")
    time.sleep(0.05)
    readers.come("roy")
    assert 0.05 <= readers.places.oldest() < 5


@pytest.mark.parametrize(
    ("sent", "received", "arrived", "given_up"),
    [
        (9_000, 9_000, 1, False),
        (10_000, 10_000, 0, True),  # Connected, began a request, was never answered.
        (10_000, 10_000, 1, True),
        (10_005, 10_001, 1, True),
        (60_000, 10_000, 500, True),  # Answered once, and then began another request.
        (10_000, 10_000, 500, False),  # Answered within the same millisecond; idle since.
        (10_000, 10_003, 500, False),
        (29_999, 29_999, 500, False),
        (30_000, 30_000, 500, True),
        (50, 9_999, 500, False),
    ],
)
def test_who_is_given_up(sent, received, arrived, given_up):
    assert is_given_up(sent, received, arrived, silence=10_000) == given_up
