"""Many clients at once over real HTTP: nothing is lost, nothing is done twice, nobody is let by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count, pairwise
from typing import NamedTuple

import pytest

from numberblocks.domain.access import Grant, Permission
from numberblocks.domain.history import Line, read_line
from numberblocks.domain.tokens import Token
from numberblocks.storage.database import sound_sqlite
from tests.support import real_parts
from tests.support.arrange import Arranged, Block
from tests.support.client import Client, NoAnswer, Reply
from tests.support.fleet import Fleet, who_answers
from tests.support.lines import require_whole, rows
from tests.support.served import run_command

WORKERS = 4
CLIENTS = 50
MOBILE = "+61491570156"
SYDNEY = "+61255501234"
LABELS = ("Source", "Medium", "Campaign", "Content")


class Town(NamedTuple):
    """A server with four workers, and what is arranged in its store from outside."""

    fleet: Fleet
    arrange: Arranged


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def standing_town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town on each kind of database, for all tests here."""
    folder = tmp_path_factory.mktemp(f"town-on-{request.param}")
    url = f"sqlite:///{folder / 'numberblocks.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").make_database()
    else:
        real_parts.note_used("SQLite", sound_sqlite().sqlite_version)
    fleet = Fleet(url, folder, WORKERS)
    arrange = Arranged(url, fleet.demo)
    fleet.start()
    try:
        fleet.wait_until_all_listen()
        yield Town(fleet, arrange)
        assert fleet.stop() == 0
    finally:
        fleet.kill_all()
        arrange.close()


@pytest.fixture
def town(standing_town: Town) -> Iterator[Town]:
    """The town; after each test its history is whole and fits its tables."""
    yield standing_town
    require_whole(standing_town.arrange.database)
    require_chain(lines_of(standing_town.arrange))
    require_no_talk_of_locks(standing_town.fleet.log.read_text(errors="replace"))


def lines_of(arrange: Arranged) -> list[Line]:
    """Every line of the history, the first at place 0."""
    kept = rows(arrange.database, "SELECT line FROM changes ORDER BY position")
    return [read_line(row.line) for row in kept]


def require_chain(lines: list[Line]) -> None:
    """Every change was made from what the change before it had left: no update was lost."""
    last: dict[object, object] = {}
    for line in lines:
        assert line.before == last.get(line.subject), line
        last[line.subject] = line.after


def require_no_talk_of_locks(text: str) -> None:
    """What a database says of its locks is nobody's business outside."""
    assert "database is locked" not in text
    assert "deadlock" not in text.lower()


class Told(NamedTuple):
    """What a client asked for and was told."""

    request: str
    block: str
    label: str
    value: str
    reply: Reply


def test_fifty_clients_configure_the_same_and_different_blocks_at_once(town: Town) -> None:
    fleet, arrange = town
    shared = [arrange.block().sid for _ in range(3)]
    clients = [fleet.client() for _ in range(CLIENTS)]
    own = [arrange.block().sid for _ in clients]
    before = arrange.position()
    begin = threading.Barrier(CLIENTS)

    def work(number: int) -> list[Told]:
        client, told = clients[number], []
        label = LABELS[number % len(LABELS)]
        begin.wait()
        for turn in range(30):
            block = own[number] if turn % 3 == 0 else shared[(number + turn) % len(shared)]
            request, value = f"c{number}-{turn}", f"client {number}, turn {turn}"
            reply = client.configure(block, request, **{label: value})
            told.append(Told(request, block, label.lower(), value, reply))
        return told

    with ThreadPoolExecutor(CLIENTS) as threads:
        told = [each for done in threads.map(work, range(CLIENTS)) for each in done]
    answering = set(who_answers(fleet, clients).values())
    for client in clients:
        client.close()

    assert len(answering) >= WORKERS, answering
    for each in told:
        require_no_talk_of_locks(each.reply.body.decode())
    assert {each.reply.status for each in told} == {200}
    lines = lines_of(arrange)
    for each in told:
        line = lines[(each.reply.position or 0) - 1]
        assert (line.request, line.subject.id) == (each.request, each.block)
        assert line.after[each.label] == each.value
    assert len({each.reply.position for each in told}) == len(told)
    assert len(lines) == before + len(told)
    for sid in (*shared, *own):
        last = max((each for each in told if each.block == sid), key=position_of)
        assert arrange.row_of(sid)["position"] == last.reply.position
        assert arrange.row_of(sid)[last.label] == last.value


def position_of(told: Told) -> int:
    """Where the change is in the line."""
    return told.reply.position or 0


def test_of_two_blocks_pointed_at_each_other_at_once_exactly_one_is_500_times(town: Town) -> None:
    fleet, arrange = town
    one, other = arrange.block(), arrange.block()
    clients = of_different_workers(fleet)
    begin = threading.Barrier(2)
    winners = []

    def point(client: Client, block: Block, at: Block) -> Reply:
        begin.wait()
        return client.route(block.sid, at.number)

    with ThreadPoolExecutor(2) as threads:
        for turn in range(500):
            asked = [(clients[0], one, other), (clients[1], other, one)]
            replies = list(threads.map(lambda each: point(*each), asked))
            assert sorted(reply.status for reply in replies) == [200, 400], turn
            winner = next(place for place in (0, 1) if replies[place].status == 200)
            assert replies[1 - winner].code == "ENDPOINT_NUMBER_LOOPS"
            winners.append(winner)
            # Elsewhere again, before the next turn.
            client, block, _ = asked[winner]
            assert client.route(block.sid, MOBILE).status == 200
    assert {0, 1} == set(winners), "they were never at once"


def of_different_workers(fleet: Fleet) -> tuple[Client, Client]:
    """Two clients whose connections end at two different workers."""
    found: dict[int, Client] = {}
    while len(found) < 2:
        client = fleet.client()
        client.configure("B0")
        found[who_answers(fleet, [client])[client]] = client
    one, other = found.values()
    return one, other


class Crowd:
    """Clients that configure without a pause, each a block of its own, until they are stopped."""

    def __init__(self, clients: list[Client], act: Callable[[Client, int, int], Reply]) -> None:
        self.act = act
        self.stopped = threading.Event()
        self.threads = ThreadPoolExecutor(len(clients))
        self.replies: list[Reply] = []
        self.work = [self.threads.submit(self.go_on, *each) for each in enumerate(clients)]

    def go_on(self, number: int, client: Client) -> None:
        """Ask again and again."""
        for turn in count():
            if self.stopped.is_set():
                return client.close()
            # Who is refused before the body was read may find the connection closed after it.
            with suppress(NoAnswer):
                self.replies.append(self.act(client, number, turn))
        return None

    def wait_for_more(self, statuses: set[int], enough: int = 40) -> None:
        """Wait until so many more replies with each of the statuses have come."""
        seen, until = len(self.replies), time.monotonic() + 30
        while any(
            len([1 for reply in self.replies[seen:] if reply.status == status]) < enough
            for status in statuses
        ):
            assert time.monotonic() < until, "the crowd got stuck"
            assert not any(work.done() and work.exception() for work in self.work)
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop them all."""
        self.stopped.set()
        self.threads.shutdown()
        for work in self.work:
            work.result()


def test_a_prefix_that_was_taken_away_is_never_used_later(town: Town) -> None:
    fleet, arrange = town
    customer = arrange.customer()
    blocks = [arrange.block(property=customer.property).sid for _ in range(12)]

    def point_here_and_there(client: Client, number: int, turn: int) -> Reply:
        return client.route(blocks[number], (MOBILE, SYDNEY)[turn % 2])

    crowd = Crowd([fleet.client(customer.login) for _ in blocks], point_here_and_there)
    try:
        for turn in range(6):
            crowd.wait_for_more({200})
            set_prefixes(town, customer.account, "612", by_command=turn % 3 == 0)
            crowd.wait_for_more({200, 400})
            set_prefixes(town, customer.account, "612", "614", by_command=turn % 3 == 1)
    finally:
        crowd.stop()

    refused = {reply.code for reply in crowd.replies if reply.status != 200}
    assert refused == {"ENDPOINT_NUMBER_NOT_ALLOWED"}
    allowed: list[str] = []
    taken_away = 0
    for line in lines_of(arrange):
        if line.subject.id == customer.account:
            allowed = line.after["allowed_prefixes"]
            taken_away += "614" not in allowed
        elif line.subject.id in blocks and line.verb == "block.configured":
            assert line.after["endpoint_number"].startswith(tuple(f"+{each}" for each in allowed))
    assert taken_away == 6


def set_prefixes(town: Town, account: str, *prefixes: str, by_command: bool) -> None:
    """Replace where the account may route to, from this process or from one of its own."""
    if not by_command:
        town.arrange.set_prefixes(account, *prefixes)
        return
    listed = ",".join(prefixes)
    words = ("account", "update", account, "--allowed-prefixes", listed)
    run_command(*words, "--database", town.fleet.url)


def test_a_grant_that_was_taken_away_is_never_used_later(town: Town) -> None:
    fleet, arrange = town
    customer = arrange.customer()
    blocks = [arrange.block(property=customer.property).sid for _ in range(12)]
    token = arrange.token(customer.account, Permission.MANAGE)

    def label(client: Client, number: int, turn: int) -> Reply:
        return client.configure(blocks[number], Source=f"turn {turn}", Medium=str(number))

    login = (customer.account, str(token))
    crowd = Crowd([fleet.client(login) for _ in blocks], label)
    try:
        for turn in range(6):
            crowd.wait_for_more({200})
            set_grant(town, customer.account, token, Permission.REPORTING, by_command=not turn % 3)
            crowd.wait_for_more({403})
            set_grant(town, customer.account, token, Permission.MANAGE, by_command=turn % 3 == 1)
    finally:
        crowd.stop()

    assert {reply.code for reply in crowd.replies if reply.status != 200} == {"FORBIDDEN"}
    granted: list[str] = []
    accepted = taken_away = 0
    for line in lines_of(arrange):
        if line.subject.id == token.key_id:
            [grant] = line.after["grants"]
            granted = grant["permissions"]
            taken_away += "Manage" not in granted
        elif line.who.id == token.key_id:
            assert "Manage" in granted, line
            accepted += 1
    assert taken_away == 6
    assert accepted == len([1 for reply in crowd.replies if reply.status == 200])


def set_grant(
    town: Town, account: str, token: Token, permission: Permission, *, by_command: bool
) -> None:
    """Replace what the token may do, from this process or from one of its own."""
    if not by_command:
        grant = Grant(account=account, permissions=frozenset({permission}))
        return town.arrange.regrant(token, grant)
    words = ("token", "update", token.key_id, "--grant", permission)
    run_command(*words, "--database", town.fleet.url)
    return None


def test_a_token_that_was_revoked_changes_nothing_later(town: Town) -> None:
    fleet, arrange = town
    customer = arrange.customer()
    blocks = [arrange.block(property=customer.property).sid for _ in range(12)]

    def label(client: Client, number: int, turn: int) -> Reply:
        return client.configure(blocks[number], Source=f"turn {turn}", Medium=str(number))

    gone = []
    for turn in range(5):
        token = arrange.token(customer.account, Permission.MANAGE)
        login = (customer.account, str(token))
        crowd = Crowd([fleet.client(login) for _ in blocks], label)
        try:
            crowd.wait_for_more({200})
            if turn % 2:
                arrange.revoke(token)
            else:
                run_command("token", "revoke", token.key_id, "--database", fleet.url)
            crowd.wait_for_more({401})
        finally:
            crowd.stop()
        assert {reply.status for reply in crowd.replies} == {200, 401}
        gone.append(token.key_id)

    revoked: list[str] = []
    for line in lines_of(arrange):
        assert line.who.id not in revoked
        if line.verb == "token.revoked":
            revoked.append(line.subject.id)
    assert revoked == gone


def test_positions_are_told_in_the_order_of_answers(town: Town) -> None:
    """Whoever asks after an answer has come gets a later position, whichever worker answers."""
    fleet, arrange = town
    block = arrange.block().sid
    clients = of_different_workers(fleet)
    told = [
        clients[turn % 2].configure(block, Source=f"turn {turn}").position or 0
        for turn in range(200)
    ]
    assert all(earlier < later for earlier, later in pairwise(told))
