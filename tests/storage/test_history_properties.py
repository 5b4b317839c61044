"""What holds of the line of changes whatever is done, and whatever is done to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from numberblocks.domain.errors import Refusal
from numberblocks.domain.history import digest_of, first_link, next_link
from numberblocks.domain.verification import Verdict
from numberblocks.operations.named import Named
from numberblocks.storage.changes import verify_history
from numberblocks.storage.database import writing_engine
from numberblocks.storage.migrate import migrate_if_empty
from numberblocks.storage.writer import Written
from tests.support.arrange import Arranged
from tests.support.crowd import Wish, a_configure, operator, together
from tests.support.lines import group_sizes, require_whole, rows

CONFIGURED = (
    "routing_method",
    "endpoint_number",
    "flow",
    "application",
    "recording",
    "source",
    "medium",
    "campaign",
    "content",
)
whatever_happens = settings(
    deadline=None,
    max_examples=30,
    # The store is shared by the examples: whatever they have done before must not matter.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Shop:
    """A store with blocks of one property, some of them with overrides, and what they may use."""

    def __init__(self, url: str) -> None:
        self.arrange = arrange = Arranged(url, {})
        migrate_if_empty(arrange.database)
        self.database, self.writer = arrange.database, arrange.writer
        self.customer = arrange.customer()
        self.operator = operator(arrange.root)
        self.blocks = [arrange.block(property=self.customer.property) for _ in range(4)]
        owner = Named(property=self.customer.property)
        stranger = Named(property=arrange.customer().property)
        self.flows = [arrange.flow(owner), arrange.flow(owner, published=False), "F0"]
        self.applications = [arrange.application(owner), arrange.application(stranger), "P0"]
        for block in self.blocks[:2]:
            arrange.override(block.number, block.sid, endpoint_number=self.blocks[3].number)
        self.expected = {block.sid: self.settings_of(block.sid) for block in self.blocks}
        self.overrides = self.all_overrides()

    def settings_of(self, sid: str) -> dict[str, Any]:
        """What of the block can be configured, as plain SQL reads it."""
        row = self.arrange.row_of(sid)
        return {name: row[name] for name in CONFIGURED}

    def all_overrides(self) -> list[Any]:
        """Every number that differs from its block."""
        return rows(self.database, "SELECT * FROM overrides ORDER BY number")

    def wish(self, asked: Asked) -> Wish:
        """The wish to configure one of the blocks."""
        return a_configure(
            self.customer.account,
            self.blocks[asked.block].sid,
            self.operator,
            **{name: self.value_of(name, value) for name, value in asked.change.items()},
        )

    def value_of(self, name: str, value: Any) -> str:
        """A value: as it is, or the one of this store with that number."""
        if not isinstance(value, int):
            return str(value)
        kept = {
            "endpoint_number": [block.number for block in self.blocks],
            "flow": self.flows,
            "application": self.applications,
        }
        return kept[name][value]

    def expect(self, asked: Asked) -> None:
        """What was accepted is what has to be there in the end."""
        self.expected[self.blocks[asked.block].sid] |= {
            name: self.value_of(name, value) or None for name, value in asked.change.items()
        }


class Asked(NamedTuple):
    """A block, by its place, and what is asked to change; numbers are places in the shop."""

    block: int
    change: dict[str, Any]


labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
changes = st.fixed_dictionaries(
    {},
    optional={
        "routing_method": st.sampled_from(["endpoint", "flow", "application"]),
        "endpoint_number": st.integers(0, 3)
        | st.sampled_from(["+61491570156", "+61255501234", "+611800975707"]),
        "flow": st.integers(0, 2),
        "application": st.integers(0, 2),
        "recording": st.sampled_from(["enabled", "disabled"]),
        "source": labels,
        "medium": labels,
        "campaign": labels,
        "content": labels,
    },
)
asked = st.builds(Asked, st.integers(0, 3), changes)
groups = st.lists(st.lists(asked, min_size=1, max_size=6), min_size=1, max_size=4)


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    """A shop on each kind of database."""
    shop = Shop(database_url)
    yield shop
    shop.arrange.close()


@given(everything=groups)
@settings(whatever_happens, max_examples=100)
def test_the_line_of_changes_and_the_tables_always_agree(
    shop: Shop, everything: list[list[Asked]]
) -> None:
    for group in everything:
        outcomes = together(shop.writer, *map(shop.wish, group))
        for each, outcome in zip(group, outcomes, strict=True):
            assert isinstance(outcome, Written | Refusal), outcome
            event(type(outcome).__name__)
            if isinstance(outcome, Written):
                shop.expect(each)
    require_whole(shop.database)
    assert {sid: shop.settings_of(sid) for sid in shop.expected} == shop.expected
    assert shop.all_overrides() == shop.overrides


# Tampering.

FOUND_BY = ("at", "verb", "subject_kind", "subject_id")
COLUMNS = {
    "changes": ("position", *FOUND_BY, "line", "digest"),
    "links": ("first_position", "count", "link"),
    "history": ("history_id", "position", "link", "recorded_at"),
}
KEY = {"changes": "position", "links": "first_position", "history": '"only"'}
NUMBERS = ("position", "at", "first_position", "count", "recorded_at")


@pytest.fixture
def tampered(database_url: str) -> Iterator[Tampered]:
    """A history with commits of several sizes, to tamper with."""
    shop = Shop(database_url)
    for size in (3, 1, 5):
        wishes = [shop.wish(Asked(n % 4, {"source": f"{size} {n}"})) for n in range(size)]
        together(shop.writer, *wishes)
    require_whole(shop.database)
    yield Tampered(shop)
    shop.arrange.close()


class Tampered:
    """A history that somebody changes by hand, and what verifying then says."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.engine = writing_engine(shop.database)
        self.last = shop.arrange.position()
        self.commits = group_sizes(shop.database)

    def verdict(self, *statements: tuple[str, dict[str, Any]]) -> Verdict:
        """What verifying says once these statements were carried out; then they are undone."""
        with self.engine.connect() as connection:
            before = self.everything(connection)
            for statement, parameters in statements:
                connection.execute(text(statement), parameters)
            assert self.everything(connection) != before, "nothing was tampered with"
            found = verify_history(connection)
            connection.rollback()
            assert verify_history(connection).ok
        return found

    def everything(self, connection: Connection) -> list[Any]:
        """All that the history consists of."""
        return [
            row
            for table, key in KEY.items()
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}"))
        ]

    def keys(self, table: str) -> list[Any]:
        """The primary keys of a table."""
        found = rows(self.shop.database, f"SELECT {KEY[table]} AS key FROM {table} ORDER BY 1")
        return [row.key for row in found]

    def value(self, table: str, column: str, key: int) -> Any:
        """One value of one row."""
        query = f"SELECT {column} AS it FROM {table} WHERE {KEY[table]} = :key"
        return rows(self.shop.database, query, key=key)[0].it


def set_value(table: str, column: str, key: int, value: Any) -> tuple[str, dict[str, Any]]:
    """The statement that sets one value of one row."""
    return (
        f"UPDATE {table} SET {column} = :value WHERE {KEY[table]} = :key",
        {"value": value, "key": key},
    )


def delete_row(table: str, key: int) -> tuple[str, dict[str, Any]]:
    """The statement that takes out one row."""
    return f"DELETE FROM {table} WHERE {KEY[table]} = :key", {"key": key}


def kinds(found: Verdict) -> set[str]:
    """The kinds of what was found."""
    return {finding.kind for finding in found.findings}


def at(found: Verdict, kind: str) -> set[int]:
    """The positions of what was found of this kind."""
    return {finding.position for finding in found.findings if finding.kind == kind}


words = st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=70)
whole_numbers = st.integers(-(2**31), 2**31 - 1) | st.integers(-2, 40)


@given(data=st.data())
@settings(whatever_happens, max_examples=150)
def test_any_one_value_that_is_changed_is_found(tampered: Tampered, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    key = data.draw(st.sampled_from(tampered.keys(table)))
    was = tampered.value(table, column, key)
    taken = set(tampered.keys(table)) if column == KEY[table] and table != "history" else set()
    neighbours = [tampered.value(table, column, other) for other in tampered.keys(table)]
    new = (whole_numbers if column in NUMBERS else words) | st.sampled_from(neighbours)
    if isinstance(was, str):
        new |= st.sampled_from([was.upper(), was + " ", was[:-1], was[::-1]])
    value = data.draw(new.filter(lambda it: it != was and it not in taken))
    found = tampered.verdict(set_value(table, column, key, value))
    assert not found.ok
    assert found.erased == 0
    if table == "changes" and column != "position":
        assert key in at(found, "altered")


@given(data=st.data())
@whatever_happens
def test_any_one_row_that_is_taken_out_is_found(tampered: Tampered, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(["changes", "links"]))
    key = data.draw(st.sampled_from(tampered.keys(table)))
    found = tampered.verdict(delete_row(table, key))
    assert not found.ok
    assert key in at(found, "removed")


@given(data=st.data())
@whatever_happens
def test_any_line_that_is_added_is_found(tampered: Tampered, data: st.DataObject) -> None:
    copied = data.draw(st.sampled_from(tampered.keys("changes")))
    place = data.draw(st.integers(-5, 0) | st.integers(1, 20).map(lambda n: tampered.last + n))
    copy = (
        "INSERT INTO changes SELECT CAST(:place AS bigint), at, verb, subject_kind, subject_id,"
        " line, digest FROM changes WHERE position = :copied"
    )
    found = tampered.verdict((copy, {"place": place, "copied": copied}))
    assert not found.ok
    assert place in at(found, "added")


@given(data=st.data())
@whatever_happens
def test_any_two_lines_that_change_places_are_found(
    tampered: Tampered, data: st.DataObject
) -> None:
    pair = data.draw(
        st.lists(st.sampled_from(tampered.keys("changes")), min_size=2, max_size=2, unique=True)
    )
    one, other = pair
    found = tampered.verdict(
        set_value("changes", "position", one, -1),
        set_value("changes", "position", other, one),
        set_value("changes", "position", -1, other),
    )
    assert not found.ok
    assert kinds(found) == {"altered"}


@given(data=st.data())
@whatever_happens
def test_a_line_that_was_written_anew_with_its_digest_doesnt_fit_the_link(
    tampered: Tampered, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(tampered.keys("changes")))
    line = str(tampered.value("changes", "line", key)).replace('"channel":"', '"channel":"x')
    found = tampered.verdict(
        set_value("changes", "line", key, line),
        set_value("changes", "digest", key, digest_of(line)),
    )
    assert not found.ok
    assert kinds(found) == {"altered"}


@given(data=st.data())
@whatever_happens
def test_an_end_that_was_cut_off_is_found_and_what_was_kept_of_it_tells(
    tampered: Tampered, data: st.DataObject
) -> None:
    """Whoever cuts off the end of everything is found only by who has kept a later link."""
    place = data.draw(st.integers(2, len(tampered.commits)))
    first = 1 + sum(tampered.commits[: place - 1])
    cut = [
        ("DELETE FROM changes WHERE position >= :first", {"first": first}),
        ("DELETE FROM links WHERE first_position >= :first", {"first": first}),
    ]
    found = tampered.verdict(*cut)
    assert not found.ok
    assert at(found, "removed") == {first}
    assert found.position == tampered.last

    rewound = [
        set_value("history", "position", 1, first - 1),
        set_value("history", "link", 1, tampered.value("links", "link", first_of(tampered, place))),
        set_value("history", "recorded_at", 1, tampered.value("changes", "at", first - 1)),
    ]
    found = tampered.verdict(*cut, *rewound)
    assert found.ok
    assert found.position < tampered.last


def first_of(tampered: Tampered, place: int) -> int:
    """The first position of the commit before the one with this place."""
    return 1 + sum(tampered.commits[: place - 2])


@given(data=st.data())
@whatever_happens
def test_what_was_erased_is_erased_and_not_broken(tampered: Tampered, data: st.DataObject) -> None:
    gone = data.draw(
        st.lists(st.sampled_from(tampered.keys("changes")), min_size=1, max_size=5, unique=True)
    )
    found = tampered.verdict(*(set_value("changes", "line", key, None) for key in gone))
    assert found.ok
    assert found.erased == len(gone)
    assert at(found, "erased") == set(gone)


@given(data=st.data())
@whatever_happens
def test_erasing_hides_no_other_tampering(tampered: Tampered, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(tampered.keys("changes")))
    digest = data.draw(st.binary(min_size=32, max_size=32).map(bytes.hex) | words)
    found = tampered.verdict(
        set_value("changes", "line", key, None),
        set_value("changes", "digest", key, digest),
    )
    assert not found.ok
    assert at(found, "erased") == {key}
    assert "altered" in kinds(found)


def test_the_links_are_what_the_architecture_says(tampered: Tampered) -> None:
    database = tampered.shop.database
    [head] = rows(database, "SELECT * FROM history")
    digests = [row.digest for row in rows(database, "SELECT digest FROM changes ORDER BY position")]
    link, first = first_link(head.history_id), 1
    for row in rows(database, "SELECT * FROM links ORDER BY first_position"):
        link = next_link(link, first, digests[first - 1 : first - 1 + row.count])
        assert (row.first_position, row.link) == (first, link)
        first += row.count
    assert (head.position, head.link) == (first - 1, link)
