"""Clients that send slowly, or fall silent: they get an answer, and stop nobody else."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from numberblocks.api.bodies import LONGEST_SILENCE, MOST_OF_ONE
from tests.support import wire
from tests.support.arrange import Block
from tests.support.replies import OK, code
from tests.support.served import Login, Served

JSON = ("Content-Type", "application/json")
SOON = 2.0
"""Seconds in which everybody else is answered, while some keep the server waiting."""


class Slow:
    """Connections that have sent a part of a request."""

    def __init__(self, served: Served, stack: ExitStack) -> None:
        self.served = served
        self.stack = stack

    def send(self, login: Login, block: Block, part: float = 0.5, *more: tuple[str, str]):
        """Begin a request of this login, whose body is sent up to this part of it."""
        body = json.dumps({"AccountSid": login[0], "Source": "slow"}).encode()
        headers = [("Authorization", wire.basic(*login)), JSON, *more]
        if not more:
            headers.append(("Content-Length", str(len(body))))
        sent = body[: int(len(body) * part)]
        if more:
            sent = wire.chunks(sent, end=b"") if sent else b""
        connection = self.stack.enter_context(wire.connected(self.served.port))
        request = wire.a_request("POST", f"/v2/numberblocks/{block.sid}", headers, sent)
        wire.send(connection, request)
        return connection, body


@pytest.fixture
def slow(served: Served) -> Iterator[Slow]:
    with ExitStack() as stack:
        yield Slow(served, stack)


def test_fifty_half_sent_bodies_stop_nobody(served, slow):
    block, mine = served.arrange.block(), served.arrange.block()
    customer = served.arrange.customer()
    theirs = served.arrange.block(property=customer.property)
    for _ in range(50):
        slow.send(served.olivia, block)
    begun = time.monotonic()
    for turn in range(4):
        for sid, login in ((mine.sid, served.olivia), (theirs.sid, customer.login)):
            reply = served.configure(sid, login, AccountSid=login[0], Source=str(turn))
            assert reply.json() == OK
            reply = served.client.get(f"/v2/Accounts/{login[0]}/numberblocks", auth=login)
            assert reply.status_code == 200
    assert time.monotonic() - begun < SOON
    assert served.block(block.sid)["source"] is None


def test_a_login_that_sends_more_than_its_share_stops_only_itself(served, slow):
    greedy, other = served.arrange.customer(), served.arrange.customer()
    theirs = served.arrange.block(property=greedy.property)
    mine = served.arrange.block(property=other.property)
    for _ in range(6 * MOST_OF_ONE):
        slow.send(greedy.login, theirs)
    begun = time.monotonic()
    for turn in range(6):
        reply = served.configure(mine.sid, other.login, AccountSid=other.account, Source=str(turn))
        assert reply.json() == OK
    assert time.monotonic() - begun < SOON
    reply = served.configure(theirs.sid, greedy.login, AccountSid=greedy.account, Source="x")
    assert (reply.status_code, code(reply)) == (503, "SERVICE_UNAVAILABLE")
    assert reply.headers["Retry-After"] == "1"


def test_without_a_login_no_body_is_waited_for(served):
    headers = [JSON, ("Content-Length", "500")]
    begun = time.monotonic()
    for _ in range(10):
        answer = served.send("POST", "/v2/numberblocks/BANY", headers, b'{"Acc')
        assert answer.status == 401
    assert time.monotonic() - begun < SOON


def test_a_slow_body_is_read_in_the_end(served, slow):
    block = served.arrange.block()
    connection, body = slow.send(served.olivia, block)
    for byte in body[len(body) // 2 :]:
        time.sleep(0.02)
        connection.sendall(bytes([byte]))
    answer = wire.read_answer(connection, "POST")
    assert (answer.status, answer.json()) == (200, OK)
    assert served.block(block.sid)["source"] == "slow"


@pytest.mark.parametrize("served", ["sqlite"], indirect=True)  # It takes long; no store is asked.
def test_clients_that_fall_silent_are_answered_and_change_nothing(served, slow):
    block = served.arrange.block()
    chunked = ("Transfer-Encoding", "chunked")
    with served.nothing_stored(block.sid):
        silent = [
            slow.send(served.olivia, block)[0],
            slow.send(served.olivia, block, 0)[0],
            slow.send(served.olivia, block, 0.99)[0],
            slow.send(served.olivia, block, 0.5, chunked)[0],
            slow.send(served.olivia, block, 0, chunked)[0],
        ]
        idle = slow.stack.enter_context(wire.connected(served.port))
        unknown = wire.a_request("GET", "/v2/nothing")
        wire.send(idle, unknown)
        assert wire.read_answer(idle, "GET").status == 401
        begun = time.monotonic()
        for connection in silent:
            answer = wire.read_answer(connection, "POST")
            assert (answer.status, code(answer)) == (400, "PARAMETER_INVALID")
        assert LONGEST_SILENCE < time.monotonic() - begun < LONGEST_SILENCE + 8
        # Whoever was answered and is only idle keeps its connection.
        wire.send(idle, unknown)
        assert wire.read_answer(idle, "GET").status == 401


def test_whoever_sends_something_now_and_then_is_not_silent(served, slow):
    block = served.arrange.block()
    connection, body = slow.send(served.olivia, block)
    connection.settimeout(1)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    connection.settimeout(wire.PATIENCE)
    connection.sendall(body[len(body) // 2 :])
    assert wire.read_answer(connection, "POST").json() == OK


def test_a_client_that_does_not_read_its_answers_stops_nobody(served):
    login = ("Authorization", wire.basic(*served.olivia))
    target = f"/v2/numberblocks?AccountSid={served.olivia[0]}&PageSize=1000"
    request = wire.a_request("GET", target, [login])
    with ExitStack() as stack:
        for _ in range(10):
            connection = stack.enter_context(wire.connected(served.port))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setblocking(False)
            for _ in range(200):
                try:
                    connection.send(request)
                except BlockingIOError:
                    break
        begun = time.monotonic()
        block = served.arrange.block()
        assert served.configure(block.sid, Source="x").json() == OK
        assert time.monotonic() - begun < 2 * SOON
