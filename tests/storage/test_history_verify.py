"""Verifying says of a history that was tampered with what was done, and where."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from numberblocks.domain.history import digest_of
from numberblocks.domain.verification import MOST_FINDINGS, Verdict
from numberblocks.operations import demo
from numberblocks.operations.update_account import AccountChange, update_account
from numberblocks.storage.changes import verify_history
from tests.support.stores import World, world_at

FIRST = 32
"""The position after the demo's one commit; each change after it is a commit of its own."""

ZEROS = "0" * 64


@pytest.fixture
def told(world: World) -> World:
    """A history of the demo and four more commits, of one line each."""
    for name in ("One", "Two", "Three", "Four"):
        world.do(update_account, demo.ACME, AccountChange(name=name))
    assert verdict_of(world).position == FIRST + 3
    return world


def verdict_of(world: World, **options) -> Verdict:
    with world.database.reading() as connection:
        return verify_history(connection, **options)


def tamper(world: World, *statements: str, **values: object) -> Verdict:
    with world.tampering() as connection:
        for statement in statements:
            connection.execute(text(statement), values)
    return verdict_of(world)


def said(verdict: Verdict) -> list[tuple[str, int]]:
    return [(finding.kind, finding.position) for finding in verdict.findings]


def test_an_untouched_history_is_whole(told: World):
    verdict = verdict_of(told)
    assert (verdict.ok, verdict.erased, verdict.findings) == (True, 0, ())


def test_a_history_with_nothing_in_it_is_whole(migrated_url: str):
    with world_at(migrated_url) as world:
        assert (verdict_of(world).ok, verdict_of(world).position) == (True, 0)


def test_an_altered_line_is_found(told: World):
    verdict = tamper(
        told, "UPDATE changes SET line = replace(line, 'Two', 'Six') WHERE position = 33"
    )
    assert said(verdict) == [("altered", 33)]
    assert not verdict.ok


def test_an_altered_digest_is_found(told: World):
    verdict = tamper(told, f"UPDATE changes SET digest = '{ZEROS}' WHERE position = 33")
    assert said(verdict) == [("altered", 33), ("altered", 33)]


def test_a_line_altered_together_with_its_digest_is_found(told: World):
    line = told.lines()[FIRST]
    forged = json.dumps({"not": "a line"})
    assert line.subject.id == demo.ACME
    verdict = tamper(
        told,
        "UPDATE changes SET line = :line, digest = :digest WHERE position = 33",
        line=forged,
        digest=digest_of(forged),
    )
    assert {kind for kind, _ in said(verdict)} == {"altered"}


def test_an_altered_link_is_found(told: World):
    verdict = tamper(told, f"UPDATE links SET link = '{ZEROS}' WHERE first_position = 33")
    assert ("altered", 33) in said(verdict)


def test_an_altered_last_link_is_found(told: World):
    verdict = tamper(told, f"UPDATE history SET link = '{ZEROS}'")
    assert not verdict.ok


@pytest.mark.parametrize(
    "column", ["at = at + 1", "verb = 'x'", "subject_kind = 'x'", "subject_id = 'x'"]
)
def test_a_row_that_is_found_by_something_else_is_found(told: World, column: str):
    verdict = tamper(told, f"UPDATE changes SET {column} WHERE position = 33")
    assert said(verdict) == [("altered", 33)]


def test_a_removed_line_is_found(told: World):
    verdict = tamper(told, "DELETE FROM changes WHERE position = 5")
    assert said(verdict) == [("removed", 5)]


def test_a_removed_commit_is_found(told: World):
    verdict = tamper(
        told,
        "DELETE FROM changes WHERE position = 33",
        "DELETE FROM links WHERE first_position = 33",
    )
    assert said(verdict) == [("removed", 33)]


def test_a_removed_link_is_found(told: World):
    verdict = tamper(told, "DELETE FROM links WHERE first_position = 33")
    assert ("removed", 33) in said(verdict)


def test_a_removed_end_is_found(told: World):
    verdict = tamper(
        told,
        "DELETE FROM changes WHERE position >= 34",
        "DELETE FROM links WHERE first_position >= 34",
    )
    assert said(verdict) == [("removed", 34)]


def test_an_added_line_is_found(told: World):
    verdict = tamper(
        told,
        "INSERT INTO changes SELECT 36, at, verb, subject_kind, subject_id, line, digest"
        " FROM changes WHERE position = 35",
    )
    assert ("added", 36) in said(verdict)


def test_an_added_commit_is_found(told: World):
    verdict = tamper(
        told,
        "INSERT INTO changes SELECT 36, at, verb, subject_kind, subject_id, line, digest"
        " FROM changes WHERE position = 35",
        f"INSERT INTO links VALUES (36, 1, '{ZEROS}')",
    )
    assert not verdict.ok
    assert 36 in {position for _, position in said(verdict)}


def test_swapped_lines_are_found(told: World):
    verdict = tamper(
        told,
        "UPDATE changes SET position = 1000 WHERE position = 5",
        "UPDATE changes SET position = 5 WHERE position = 6",
        "UPDATE changes SET position = 6 WHERE position = 1000",
    )
    assert said(verdict) == [("altered", 1)]


def test_swapped_commits_are_found(told: World):
    swapped = [
        f"UPDATE {table} SET {column} = {there} WHERE {column} = {here}"
        for table, column in (("changes", "position"), ("links", "first_position"))
        for here, there in ((33, 1000), (34, 33), (1000, 34))
    ]
    verdict = tamper(told, *swapped)
    assert {position for _, position in said(verdict)} >= {33, 34}


def test_another_history_id_is_found(told: World):
    verdict = tamper(told, "UPDATE history SET history_id = 'another'")
    assert said(verdict) == [("altered", 1)]


def test_an_erased_line_is_said_to_be_erased_and_breaks_nothing(told: World):
    verdict = tamper(told, "UPDATE changes SET line = NULL WHERE position IN (5, 33)")
    assert (verdict.ok, verdict.erased) == (True, 2)
    assert said(verdict) == [("erased", 5), ("erased", 33)]


def test_findings_are_counted_and_only_the_first_are_kept(told: World):
    verdict = tamper(told, "UPDATE changes SET line = NULL")
    assert (verdict.ok, verdict.erased) == (True, FIRST + 3)
    assert len(verdict.findings) == MOST_FINDINGS


def test_what_is_broken_goes_before_what_is_erased(told: World):
    verdict = tamper(
        told, "UPDATE changes SET line = NULL", "UPDATE links SET link = 'x' WHERE count = 1"
    )
    assert not verdict.ok
    assert verdict.findings[0].kind == "altered"


ABSURD = [
    "UPDATE changes SET digest = 'not hexadecimal'",
    "UPDATE changes SET digest = ''",
    "UPDATE changes SET digest = upper(digest)",
    "UPDATE changes SET line = ''",
    "UPDATE changes SET line = '[]'",
    "UPDATE changes SET line = 'null'",
    "UPDATE links SET link = ''",
    "UPDATE links SET link = 'ä'",
    "UPDATE links SET count = 0",
    "UPDATE links SET count = -1",
    "UPDATE links SET count = 2147483647",
    "UPDATE links SET first_position = first_position - 9223372036854775807",
    "UPDATE links SET first_position = first_position + 9223372036854775000",
    "UPDATE changes SET position = -position",
    "UPDATE changes SET position = position + 9223372036854775000",
    "UPDATE history SET position = -1",
    "UPDATE history SET position = 9223372036854775807",
    "UPDATE history SET link = 'x'",
    "UPDATE history SET history_id = ''",
    "DELETE FROM changes",
    "DELETE FROM links",
]


@pytest.mark.parametrize("statement", ABSURD)
def test_whatever_was_put_there_is_a_finding_and_no_crash(told: World, statement: str):
    verdict = tamper(told, statement)
    assert not verdict.ok
    assert verdict.findings


SQLITE_TAKES_ANYTHING = [
    "UPDATE changes SET digest = x'00ff'",
    "UPDATE changes SET digest = 7",
    "UPDATE changes SET line = x'ff'",
    "UPDATE changes SET line = 7",
    "UPDATE changes SET at = 'soon'",
    "UPDATE links SET count = 'many'",
    "UPDATE links SET link = x'00'",
    "UPDATE history SET position = 'end'",
    "UPDATE history SET link = x'00'",
    "UPDATE history SET history_id = x'00'",
    "UPDATE changes SET line = CAST(x'ff' AS TEXT)",
    "UPDATE changes SET digest = CAST(x'ff' AS TEXT)",
]


@pytest.mark.parametrize("statement", SQLITE_TAKES_ANYTHING)
def test_values_of_another_type_are_findings_too(told: World, statement: str):
    if told.database.kind != "sqlite":
        pytest.skip("PostgreSQL's columns hold nothing of another type")
    assert not tamper(told, statement).ok


def test_the_last_commits_alone_are_verified_against_the_one_before(told: World):
    verdict = tamper(told, "DELETE FROM changes WHERE position = 5")
    assert not verdict.ok
    assert verdict_of(told, last_commits=2).ok
    assert not verdict_of(told, last_commits=100).ok
    assert not tamper(told, "UPDATE links SET count = 2 WHERE first_position = 34").ok
    assert not verdict_of(told, last_commits=2).ok


def test_memory_does_not_grow_with_the_history(told: World):
    """A commit that claims to have all lines, and a history that is longer, hold nothing back."""
    with told.tampering() as connection:
        lengthen(connection, lambda n: n)
    peak = peak_while(lambda: verdict_of(told))
    with told.tampering() as connection:
        connection.execute(text("UPDATE links SET count = 1000000 WHERE first_position = 1"))
        connection.execute(text("DELETE FROM links WHERE first_position > 1"))
    assert peak_while(lambda: verdict_of(told)) < max(2 * peak, 20_000_000)


def lengthen(connection: Connection, position: Callable[[int], int]) -> None:
    """Add 20,000 lines of a kilobyte each behind the end, all in no commit."""
    rows = [
        {"position": position(n), "line": "x" * 1_000, "digest": ZEROS}
        for n in range(1_000, 21_000)
    ]
    connection.execute(
        text("INSERT INTO changes VALUES (:position, 1, 'x', 'x', 'x', :line, :digest)"), rows
    )


def peak_while(act: Callable[[], object]) -> int:
    """How many bytes were allocated at most."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
