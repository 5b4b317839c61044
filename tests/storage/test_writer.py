"""The one way to write: groups, refusals among them, locks held elsewhere, and lost connections."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from numberblocks.api.status import status_of
from numberblocks.domain.access import Actor, Permission
from numberblocks.domain.errors import (
    EndpointNumberLoops,
    EndpointNumberNotAllowed,
    NotLoggedIn,
    NumbersTaken,
    StoreUnavailable,
)
from numberblocks.domain.number_pattern import NumberRange
from numberblocks.operations.create_block import create_block
from numberblocks.operations.revoke_token import revoke_token
from numberblocks.operations.update_account import AccountChange, update_account
from numberblocks.storage import database as opening
from numberblocks.storage.access import AccessCache
from numberblocks.storage.migrate import migrate_if_empty
from numberblocks.storage.write import Reads, Write
from numberblocks.storage.writer import LARGEST_GROUP, Writer, Written
from numberblocks.storage.writing_session import WritingSession
from tests.support.arrange import Arranged, Customer
from tests.support.crowd import (
    Wish,
    a_configure,
    a_route,
    crowd,
    login,
    operator,
    together,
    wait_for,
    waiting,
)
from tests.support.lines import group_sizes, line_at, require_whole, rows

MOBILE = "+61491570156"
SYDNEY = "+61255501234"


class Shop:
    """A store with a customer who has blocks, and a writer as one process has it."""

    def __init__(self, url: str) -> None:
        self.arrange = Arranged(url, {})
        migrate_if_empty(self.arrange.database)
        self.database = self.arrange.database
        self.customer: Customer = self.arrange.customer()
        self.operator = operator(self.arrange.root)
        self.writers: list[Writer] = []
        self.writer = self.another_writer()

    def another_writer(self, **options: Any) -> Writer:
        """A writer with a memory of its own, as every process has it."""
        writer = Writer(self.database, AccessCache(), **options)
        self.writers.append(writer)
        return writer

    def block(self) -> str:
        """A new block of the customer."""
        return self.arrange.block(property=self.customer.property).sid

    def blocks(self, count: int) -> list[str]:
        """New blocks of the customer."""
        return [self.block() for _ in range(count)]

    def configure(self, block: str, asker: Any = None, **settings: str) -> Wish:
        """A wish to configure one of the customer's blocks."""
        return a_configure(self.customer.account, block, asker or self.operator, **settings)

    def route(self, block: str, number: str, asker: Any = None) -> Wish:
        """A wish to have the calls of one of the customer's blocks ring elsewhere."""
        return a_route(self.customer.account, block, asker or self.operator, number)

    def source(self, block: str) -> str | None:
        """The source that the block's calls count for."""
        found: str | None = self.arrange.row_of(block)["source"]
        return found

    def close(self) -> None:
        """Close what was opened."""
        for writer in self.writers:
            writer.close()
        self.arrange.close()


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    """A shop on each kind of database."""
    shop = Shop(database_url)
    yield shop
    require_whole(shop.database)
    shop.close()


def positions(outcomes: list[Any]) -> list[int]:
    """The position of each outcome, all of which were written."""
    assert all(isinstance(each, Written) for each in outcomes), outcomes
    return [each.position for each in outcomes]


# Groups.


def test_those_who_wait_share_one_commit(shop: Shop) -> None:
    blocks = shop.blocks(20)
    first = shop.arrange.position() + 1
    outcomes = together(shop.writer, *(shop.configure(block, source="x") for block in blocks))
    assert positions(outcomes) == list(range(first, first + 20))
    assert group_sizes(shop.database)[-1] == 20
    assert (shop.writer.requests, shop.writer.commits) == (21, 2)


def test_a_group_is_at_most_64(shop: Shop) -> None:
    block = shop.block()
    wishes = [shop.configure(block, source=str(number)) for number in range(LARGEST_GROUP + 36)]
    positions(together(shop.writer, *wishes))
    assert group_sizes(shop.database)[-2:] == [LARGEST_GROUP, 36]
    assert shop.source(block) == str(LARGEST_GROUP + 35)


def test_everybody_sees_what_those_before_in_the_group_have_changed(shop: Shop) -> None:
    block = shop.block()
    together(shop.writer, shop.configure(block, source="one"), shop.configure(block, medium="two"))
    assert line_at(shop.database, shop.arrange.position())["before"]["source"] == "one"
    row = shop.arrange.row_of(block)
    assert (row["source"], row["medium"], row["version"]) == ("one", "two", 3)


def test_what_changes_nothing_has_the_position_that_it_read(shop: Shop) -> None:
    block, other = shop.blocks(2)
    first = shop.arrange.position() + 1
    outcomes = together(
        shop.writer,
        shop.configure(block, source="x"),
        shop.configure(other, source="y"),
        shop.configure(block, source="x"),
    )
    assert positions(outcomes) == [first, first + 1, first + 1]
    assert group_sizes(shop.database)[-1] == 2


def test_what_changes_nothing_adds_no_line_and_no_link(shop: Shop) -> None:
    block = shop.block()
    before = shop.arrange.position(), group_sizes(shop.database)
    written = shop.configure(block, source="").done_by(shop.writer)
    assert written.position == before[0]
    assert (shop.arrange.position(), group_sizes(shop.database)) == before


def test_a_line_is_never_older_than_the_one_before_it(shop: Shop) -> None:
    block = shop.block()
    with shop.arrange.writing() as connection:
        # A clock that was wrong when the last line was written.
        connection.execute(text("UPDATE history SET recorded_at = recorded_at + 3600000000"))
        later = connection.execute(text("SELECT recorded_at FROM history")).scalar_one()
    written = shop.configure(block, source="x").done_by(shop.writer)
    assert line_at(shop.database, written.position)["at"] == later


def test_closing_finishes_what_waits(shop: Shop) -> None:
    block = shop.block()
    with crowd(shop.writer) as waiting_ones:
        waiting_ones.wants(shop.configure(block, source="last"))
        shop.writer._waiting.put(None)
    shop.writer.close()
    assert isinstance(waiting_ones.outcomes()[0], Written)
    assert shop.source(block) == "last"


def test_a_writer_that_was_closed_begins_again_when_asked(shop: Shop) -> None:
    block = shop.block()
    shop.configure(block, source="one").done_by(shop.writer)
    shop.writer.close()
    shop.configure(block, source="two").done_by(shop.writer)
    assert shop.source(block) == "two"


def test_a_thread_that_died_is_replaced(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    block = shop.block()
    with monkeypatch.context() as patch:
        patch.setattr("threading.excepthook", lambda _: None)
        patch.setattr("numberblocks.storage.writer.WritingSession", None)
        writer = shop.another_writer(longest_wait=0.3)
        with pytest.raises(StoreUnavailable):
            shop.configure(block, source="lost").done_by(writer)
    shop.configure(block, source="found").done_by(writer)
    assert shop.source(block) == "found"


# Refusals in a group.


def test_a_refusal_takes_nobody_else_with_it(shop: Shop) -> None:
    one, two, three = shop.blocks(3)
    number = f"+{shop.arrange.row_of(two)['first_number']}"
    first, second, third = together(
        shop.writer,
        shop.route(one, MOBILE),
        shop.route(two, number),
        shop.route(three, MOBILE),
    )
    assert isinstance(second, EndpointNumberLoops)
    assert third.position == first.position + 1 == shop.arrange.position()
    assert group_sizes(shop.database)[-1] == 2
    assert shop.arrange.row_of(two)["version"] == 1


def test_numbers_that_are_taken_in_the_same_group_are_refused(shop: Shop) -> None:
    one, two = shop.blocks(2)
    numbers = NumberRange(61255500000, 61255500099)
    overlapping = NumberRange(61255500099, 61255500198)
    outcomes = together(
        shop.writer,
        shop.configure(one, source="before"),
        Wish(lambda tx, who: create_block(tx, who, numbers), shop.operator),
        Wish(lambda tx, who: create_block(tx, who, overlapping), shop.operator),
        shop.configure(two, source="after"),
    )
    refused = outcomes.pop(2)
    assert isinstance(refused, NumbersTaken)
    last = shop.arrange.position()
    assert positions(outcomes) == [last - 2, last - 1, last]
    held = rows(
        shop.database,
        "SELECT first_number FROM number_ranges WHERE last_number >= 61255500000"
        " AND first_number <= 61255500198",
    )
    assert [row.first_number for row in held] == [61255500000]
    assert (shop.source(one), shop.source(two)) == ("before", "after")


def test_a_row_changed_without_the_lock_is_read_again(shop: Shop) -> None:
    """The group's one statement finds another version, so the group is repeated one by one."""
    one, two, three = shop.blocks(3)
    begun = shop.arrange.position()

    def meddle(tx: Write, _: Actor) -> None:
        tx.connection.execute(
            text("UPDATE number_blocks SET version = version + 5 WHERE sid = :sid"), {"sid": two}
        )

    outcomes = together(
        shop.writer,
        shop.configure(one, source="one"),
        Wish(meddle, shop.operator, Reads()),
        shop.configure(two, source="two"),
        shop.configure(three, source="three"),
    )
    assert positions(outcomes) == [begun + 1, begun + 1, begun + 2, begun + 3]
    assert [shop.source(block) for block in (one, two, three)] == ["one", "two", "three"]
    assert shop.arrange.row_of(two)["version"] == 7
    assert group_sizes(shop.database)[-1] == 3


def test_a_row_that_keeps_changing_is_no_clients_mistake(shop: Shop) -> None:
    one, two, three = shop.blocks(3)

    def unlucky(tx: Write, actor: Actor) -> None:
        shop.configure(two, source="never").operation(tx, actor)
        tx.connection.execute(
            text("UPDATE number_blocks SET version = version + 1 WHERE sid = :sid"), {"sid": two}
        )

    outcomes = together(
        shop.writer,
        shop.configure(one, source="one"),
        Wish(unlucky, shop.operator, Reads(blocks=(two,))),
        shop.configure(three, source="three"),
    )
    refused = outcomes.pop(1)
    assert isinstance(refused, StoreUnavailable)
    assert status_of(refused) == 503
    assert positions(outcomes) == [shop.arrange.position() - 1, shop.arrange.position()]
    assert [shop.source(block) for block in (one, two, three)] == ["one", None, "three"]
    assert shop.arrange.row_of(two)["version"] == 1


def test_a_statement_for_all_that_the_database_refuses_is_repeated_for_each(shop: Shop) -> None:
    """A line that is there already, once: the group's own lines clash with it."""
    one, two = shop.blocks(2)
    tries: list[int] = []

    def clash_once(tx: Write, _: Actor) -> None:
        tries.append(tx.position)
        if len(tries) == 1:
            tx.connection.execute(
                text(
                    "INSERT INTO changes VALUES (:position, 0, 'x', 'x', 'x', '{}', 'x')",
                ),
                {"position": tx.position + 1},
            )

    outcomes = together(
        shop.writer,
        shop.configure(one, source="one"),
        Wish(clash_once, shop.operator, Reads()),
        shop.configure(two, source="two"),
    )
    assert positions(outcomes) == [tries[1], tries[1], tries[1] + 1]
    assert len(tries) == 2
    assert (shop.source(one), shop.source(two)) == ("one", "two")


@pytest.mark.parametrize("shares_statements", [True, False])
def test_a_fault_of_ours_is_told_to_nobody_else(shop: Shop, shares_statements: bool) -> None:
    one, two = shop.blocks(2)
    reads = Reads() if shares_statements else None

    def faulty(tx: Write, actor: Actor) -> None:
        shop.configure(one, medium="half").operation(tx, actor)
        raise ZeroDivisionError

    def misspelt(tx: Write, actor: Actor) -> None:
        tx.connection.execute(text("SELECT nothing FROM nowhere"))

    def unspeakable(tx: Write, actor: Actor) -> None:
        shop.configure(one, content="\ud800").operation(tx, actor)

    outcomes = together(
        shop.writer,
        shop.configure(one, source="one"),
        Wish(faulty, shop.operator, reads),
        Wish(misspelt, shop.operator, reads),
        Wish(unspeakable, shop.operator, reads),
        shop.configure(two, source="two"),
    )
    assert isinstance(outcomes.pop(1), ZeroDivisionError)
    assert isinstance(outcomes.pop(1), DBAPIError)
    assert isinstance(outcomes.pop(1), UnicodeEncodeError)
    assert positions(outcomes) == [shop.arrange.position() - 1, shop.arrange.position()]
    row = shop.arrange.row_of(one)
    assert (row["source"], row["medium"], row["version"]) == ("one", None, 2)


def test_a_fault_in_the_way_out_is_told_to_nobody_else_either(shop: Shop) -> None:
    one, two = shop.blocks(2)

    def meddle(tx: Write, actor: Actor) -> None:
        tx.connection.execute(text("SELECT nothing FROM nowhere"))

    def faulty(tx: Write, actor: Actor) -> None:
        raise ZeroDivisionError

    outcomes = together(
        shop.writer,
        Wish(meddle, shop.operator, Reads()),
        shop.configure(one, source="one"),
        Wish(faulty, shop.operator, Reads()),
        shop.configure(two, source="two"),
    )
    assert isinstance(outcomes.pop(0), DBAPIError)
    assert isinstance(outcomes.pop(1), ZeroDivisionError)
    assert positions(outcomes) == [shop.arrange.position() - 1, shop.arrange.position()]


# Access inside the lock.


def test_access_that_changes_in_a_group_counts_for_those_after_it(shop: Shop) -> None:
    block = shop.block()
    token = shop.arrange.token(shop.customer.account, Permission.MANAGE)
    prefixes = AccountChange(allowed_prefixes=("612",))
    account = shop.customer.account
    outcomes = together(
        shop.writer,
        shop.route(block, MOBILE, login(token)),
        Wish(lambda tx, who: update_account(tx, who, account, prefixes), shop.operator),
        shop.route(block, MOBILE, login(token)),
        shop.route(block, SYDNEY, login(token)),
        Wish(lambda tx, who: revoke_token(tx, who, token.key_id), shop.operator),
        shop.configure(block, login(token), source="too late"),
    )
    assert isinstance(outcomes.pop(5), NotLoggedIn)
    assert isinstance(outcomes.pop(2), EndpointNumberNotAllowed)
    last = shop.arrange.position()
    assert positions(outcomes) == [last - 3, last - 2, last - 1, last]
    assert shop.arrange.row_of(block)["endpoint_number"] == SYDNEY


def test_access_that_was_refused_in_a_group_counts_for_nobody(shop: Shop) -> None:
    block, account = shop.block(), shop.customer.account
    token = shop.arrange.token(account, Permission.MANAGE)
    shop.arrange.set_prefixes(account, "612")

    def revoke_and_fail(tx: Write, actor: Actor) -> None:
        revoke_token(tx, actor, token.key_id)
        tx.settle()
        with pytest.raises(NotLoggedIn):
            login(token).actor(tx.access, tx.connection, tx.now)
        raise ZeroDivisionError

    def open_up_and_fail(tx: Write, actor: Actor) -> None:
        update_account(tx, actor, account, AccountChange(allowed_prefixes=("612", "614")))
        tx.settle()
        shop.route(block, MOBILE).operation(tx, actor)
        raise ZeroDivisionError

    outcomes = together(
        shop.writer,
        Wish(revoke_and_fail, shop.operator),
        shop.configure(block, login(token), source="still there"),
        Wish(open_up_and_fail, shop.operator),
        shop.route(block, MOBILE, login(token)),
    )
    assert isinstance(outcomes.pop(0), ZeroDivisionError)
    assert isinstance(outcomes.pop(1), ZeroDivisionError)
    assert isinstance(outcomes.pop(1), EndpointNumberNotAllowed)
    assert positions(outcomes) == [shop.arrange.position()]


def test_what_a_process_remembers_of_access_is_never_acted_upon(shop: Shop) -> None:
    block = shop.block()
    token = shop.arrange.token(shop.customer.account, Permission.MANAGE)
    cache = AccessCache()
    here = Writer(shop.database, cache)
    shop.configure(block, login(token), source="allowed").done_by(here)
    stale = cache.current
    shop.arrange.revoke(token)  # In another process, as far as the memory goes.
    cache.current = stale
    with pytest.raises(NotLoggedIn):
        shop.configure(block, login(token), source="revoked").done_by(here)
    cache.current = stale  # A slow reader had it still.
    with pytest.raises(NotLoggedIn):
        shop.configure(block, login(token), source="revoked").done_by(here)
    here.close()
    assert shop.source(block) == "allowed"


# Locks that something else holds.

HOLD_FILE_LOCK = """
import fcntl, sys
lock = open(sys.argv[1] + ".lock", "a")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
HOLD_SQLITE = """
import sys
from pysqlite3 import dbapi2
connection = dbapi2.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
HOLD_POSTGRESQL = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1])
connection.execute("SELECT * FROM history FOR UPDATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(shop: Shop, *, file_lock: bool = False) -> Iterator[None]:
    """The lock, held by another process until the end of the with-block."""
    if shop.database.path is None:
        script, store = HOLD_POSTGRESQL, shop.arrange.url
    else:
        script, store = HOLD_FILE_LOCK if file_lock else HOLD_SQLITE, str(shop.database.path)
    with subprocess.Popen(
        [sys.executable, "-c", script, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            holder.kill()


@pytest.mark.parametrize("file_lock", [False, True])
def test_who_waits_too_long_is_told_so_and_nothing_of_it_is_done(
    shop: Shop, file_lock: bool
) -> None:
    block, other = shop.blocks(2)
    writer = shop.another_writer(longest_wait=0.3)
    shop.configure(other, source="warm").done_by(writer)
    with held_elsewhere(shop, file_lock=file_lock):
        for number in range(3):
            with pytest.raises(StoreUnavailable):
                shop.configure(block, source=f"given up {number}").done_by(writer)
    shop.configure(other, source="works again").done_by(writer)
    assert (shop.source(block), shop.source(other)) == (None, "works again")


def test_the_database_itself_waits_a_while_only(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_TIMEOUT_MS", 200)
    block = shop.block()
    writer = shop.another_writer()
    with held_elsewhere(shop), pytest.raises(StoreUnavailable) as refused:
        shop.configure(block, source="never").done_by(writer)
    assert isinstance(refused.value.__cause__, OperationalError)
    assert "locked" not in refused.value.message
    shop.configure(block, source="works again").done_by(writer)
    assert shop.source(block) == "works again"


def test_those_who_come_while_the_lock_is_held_elsewhere_share_the_next_commit(shop: Shop) -> None:
    blocks = shop.blocks(10)
    with ThreadPoolExecutor(max_workers=10) as threads:
        with held_elsewhere(shop, file_lock=True):
            wishes = [shop.configure(block, source="x") for block in blocks]
            futures = [threads.submit(wish.done_by, shop.writer) for wish in wishes]
            # The first has been taken, and is waiting for the lock.
            wait_for(lambda: waiting(shop.writer) == 9)
        positions([future.result() for future in futures])
    assert group_sizes(shop.database)[-1] == 10


# Connections that are lost.


def end_writers(shop: Shop) -> int:
    """Have PostgreSQL end every writer's connection to this database; how many there were."""
    with psycopg.connect(shop.arrange.url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'numberblocks writer'"
        ).fetchall()
    return len(found)


on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""For what an SQLite store doesn't have: a server that stands between."""


@on_postgresql
def test_a_connection_that_was_lost_while_nobody_wrote_costs_nobody_an_answer(
    shop: Shop,
) -> None:
    block = shop.block()
    shop.configure(block, source="one").done_by(shop.writer)
    assert end_writers(shop) >= 1
    shop.configure(block, source="two").done_by(shop.writer)
    assert shop.source(block) == "two"


@on_postgresql
@pytest.mark.parametrize("shares_statements", [True, False])
def test_a_connection_that_is_lost_in_the_middle_stores_nothing_of_the_group(
    shop: Shop, shares_statements: bool
) -> None:
    one, two = shop.blocks(2)
    before = shop.arrange.position()
    refused = together(
        shop.writer,
        shop.configure(one, source="one"),
        Wish(
            lambda tx, _: end_writers(shop), shop.operator, Reads() if shares_statements else None
        ),
        shop.configure(two, source="two"),
    )
    assert [type(each) for each in refused] == [StoreUnavailable] * 3
    assert len({id(each) for each in refused}) == 3
    assert shop.arrange.position() == before
    shop.configure(one, source="again").done_by(shop.writer)
    assert shop.source(one) == "again"


@on_postgresql
def test_a_connection_that_is_lost_before_the_commit_stores_nothing_of_the_group(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = shop.block()
    commit = WritingSession.commit

    def lose(session: WritingSession) -> None:
        end_writers(shop)
        commit(session)

    with monkeypatch.context() as patch:
        patch.setattr(WritingSession, "commit", lose)
        with pytest.raises(StoreUnavailable):
            shop.configure(block, source="lost").done_by(shop.writer)
    assert shop.source(block) is None
    shop.configure(block, source="again").done_by(shop.writer)
    assert shop.source(block) == "again"


def test_a_commit_whose_outcome_is_unknown_is_never_told_as_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    block, other = shop.blocks(2)
    commit = WritingSession.commit

    def lose_the_answer(session: WritingSession) -> None:
        commit(session)
        raise OperationalError("COMMIT", None, Exception("the answer never came"))

    with monkeypatch.context() as patch:
        patch.setattr(WritingSession, "commit", lose_the_answer)
        outcomes = together(
            shop.another_writer(),
            shop.configure(block, source="there"),
            shop.configure(other, source="there, too"),
        )
    assert [type(each) for each in outcomes] == [StoreUnavailable] * 2
    assert (shop.source(block), shop.source(other)) == ("there", "there, too")


@on_postgresql
def test_a_new_connection_may_lead_to_another_server_so_nothing_is_remembered(
    shop: Shop,
) -> None:
    """After a failover an access version can come again and mean something else."""
    block = shop.block()
    token = shop.arrange.token(shop.customer.account, Permission.MANAGE)
    shop.configure(block, login(token), source="allowed").done_by(shop.writer)
    with shop.arrange.writing() as connection:
        connection.execute(
            text("UPDATE tokens SET revoked_at = 1 WHERE key_id = :key_id"),
            {"key_id": token.key_id},
        )
    end_writers(shop)
    with pytest.raises(NotLoggedIn):
        shop.configure(block, login(token), source="revoked").done_by(shop.writer)


@on_postgresql
def test_a_frozen_writer_loses_the_lock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LONGEST_PAUSE", "100ms")
    block = shop.block()
    with crowd(shop.another_writer()) as frozen:
        # What keeps the other writer busy asks the server nothing meanwhile.
        shop.configure(block, source="not held up").done_by(shop.writer)
    assert isinstance(frozen.busy.exception(), StoreUnavailable)
    assert shop.source(block) == "not held up"
