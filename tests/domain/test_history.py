"""Lines, digests and links, against a slow implementation that shares no code with the fast one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.domain.access import Grant, Permission
from numberblocks.domain.accounts import Account, AccountState
from numberblocks.domain.history import (
    FORMAT,
    Line,
    Subject,
    Who,
    digest_of,
    first_link,
    next_link,
    read_line,
    replay,
    text_of,
)
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.number_block import BlockState, NumberBlock, Recording
from numberblocks.domain.routing import RoutingMethod


def slow_text(line: Line) -> str:
    """Canonical JSON by the standard library: sorted, no white space, nothing that is absent."""
    return json.dumps(
        msgspec.to_builtins(line, order="sorted"),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def slow_link(previous: str, first: int, digests: list[str]) -> str:
    """A link put together byte by byte."""
    spoken = bytearray()
    for number in range(0, 64, 2):
        spoken.append(int(previous[number : number + 2], 16))
    for whole in (first, len(digests)):
        spoken += bytes((whole >> shift) & 255 for shift in range(56, -8, -8))
    for digest in digests:
        for number in range(0, 64, 2):
            spoken.append(int(digest[number : number + 2], 16))
    return hashlib.sha256(spoken).hexdigest()


def a_line(**wanted: Any) -> Line:
    """A line about Sydney's block."""
    return Line(
        **{
            "format": FORMAT,
            "at": 1_790_000_000_000_001,
            "verb": "block.configured",
            "subject": Subject("number_block", "B1"),
            "who": Who("token", "DemoOlivia00", "A1"),
            "channel": "api",
            "request": "r-1",
            **wanted,
        }
    )


def a_block(**wanted: Any) -> NumberBlock:
    """Sydney's block."""
    return NumberBlock(
        **{
            "sid": "B1",
            "id": 7,
            "account": "A1",
            "state": BlockState.ACTIVE,
            "first": 61255500000,
            "last": 61255500099,
            "active": True,
            "sms": False,
            "voice": True,
            "version": 1,
            **wanted,
        }
    )


def test_a_line_is_written_exactly_so() -> None:
    """The format's version 1, letter by letter: what is kept can never be written otherwise."""
    line = a_line(
        before=a_block(),
        after=a_block(
            version=2,
            routing_method=RoutingMethod.ENDPOINT,
            endpoint_number="+61491570156",
            recording=Recording.ENABLED,
            campaign='Frühling "24"\n',
        ),
        reason="asked by phone",
    )
    assert text_of(line) == (
        '{"after":{"account":"A1","active":true,"campaign":"Frühling \\"24\\"\\n",'
        '"endpoint_number":"+61491570156","first":61255500000,"id":7,"last":61255500099,'
        '"recording":"enabled","routing_method":"endpoint","sid":"B1","sms":false,'
        '"state":"active","version":2,"voice":true},"at":1790000000000001,'
        '"before":{"account":"A1","active":true,"first":61255500000,"id":7,"last":61255500099,'
        '"sid":"B1","sms":false,"state":"active","version":1,"voice":true},"channel":"api",'
        '"format":1,"reason":"asked by phone","request":"r-1",'
        '"subject":{"id":"B1","kind":"number_block"},"verb":"block.configured",'
        '"who":{"account":"A1","id":"DemoOlivia00","kind":"token"}}'
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Zürich – 東京 – 🎈", '"Zürich – 東京 – 🎈"'),
        ("a/b", '"a/b"'),
        ('"', '"\\""'),
        ("\\", '"\\\\"'),
        ("\b\f\n\r\t", '"\\b\\f\\n\\r\\t"'),
        ("\x00\x1f", '"\\u0000\\u001f"'),
        ("\x7f\u2028\ufeff", '"\x7f\u2028\ufeff"'),
        ("<script>&'", '"<script>&\'"'),
        ("", '""'),
    ],
)
def test_text_is_written_as_rfc_8785_says(text: str, written: str) -> None:
    assert f'"reason":{written}' in text_of(a_line(reason=text))


def test_what_is_absent_is_left_out_and_what_is_empty_stays() -> None:
    closed = Account(
        sid="A1", name="", state=AccountState.ACTIVE, allowed_prefixes=(), path=("A1",), version=1
    )
    line = a_line(subject=closed.subject(), before=None, after=closed)
    assert '"after":{"allowed_prefixes":[],"name":"","path":["A1"],' in text_of(line)
    assert "before" not in text_of(line)
    assert "parent" not in text_of(line)
    assert "reason" not in text_of(line)


def test_permissions_are_written_in_order_whatever_order_they_came_in() -> None:
    def token(*permissions: Permission) -> IssuedToken:
        return IssuedToken(
            key_id="k",
            account="A1",
            name="n",
            demo=False,
            created_at=1,
            grants=(Grant(account="A1", permissions=frozenset(permissions)),),
            version=1,
        )

    one = a_line(after=token(Permission.REPORTING, Permission.ADMIN, Permission.MANAGE))
    other = a_line(after=token(Permission.MANAGE, Permission.REPORTING, Permission.ADMIN))
    assert text_of(one) == text_of(other)
    assert '"permissions":["Admin","Manage","Reporting"]' in text_of(one)


texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex("[a-z_]{1,12}"), inner),
    max_leaves=12,
)
lines = st.builds(
    a_line,
    at=st.integers(0, 2**53 - 1),
    verb=texts,
    subject=st.builds(Subject, texts, texts),
    who=st.builds(Who, texts, texts, texts),
    request=texts,
    reason=st.none() | texts,
    before=values,
    after=values,
)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(lines)
def test_any_line_is_written_as_the_slow_way_writes_it(line: Line) -> None:
    assert text_of(line) == slow_text(line)


@given(lines)
def test_any_line_is_read_back_as_it_was_and_written_again_as_it_stood(line: Line) -> None:
    text = text_of(line)
    assert read_line(text) == line
    assert text_of(read_line(text)) == text


@given(texts)
def test_a_digest_is_the_sha_256_of_the_text_in_utf_8(text: str) -> None:
    assert digest_of(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_a_digest_and_a_link_are_exactly_these() -> None:
    """Worked out once with sha256sum; see docs/architecture.md, "The line of changes"."""
    assert digest_of("{}") == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    start = first_link("00000000-0000-0000-0000-000000000000")
    assert start == "5601c0b80d7e7266a3b9fad7da1be354c10d85d63990954fbd3f3cbb7ef140c6"
    assert (
        next_link(start, 1, [digest_of("{}")])
        == "d4b337a316845ce946e45fd742f9530c5716c3af78dbc69d8ab5b53455ce3578"
    )


@given(digests, st.integers(1, 2**63 - 1), st.lists(digests, max_size=70))
def test_any_link_is_what_the_slow_way_makes_it(
    previous: str, first: int, of_lines: list[str]
) -> None:
    assert next_link(previous, first, of_lines) == slow_link(previous, first, of_lines)


@given(digests, st.integers(1, 1000), st.lists(digests, min_size=2, max_size=5, unique=True))
def test_a_link_depends_on_every_part(previous: str, first: int, of_lines: list[str]) -> None:
    others = {
        next_link(previous, first, of_lines),
        next_link(previous, first + 1, of_lines),
        next_link(previous, first, of_lines[::-1]),
        next_link(previous, first, of_lines[1:]),
        next_link(previous, first, [*of_lines, of_lines[0]]),
        next_link(digest_of(previous), first, of_lines),
    }
    assert len(others) == 6


def test_two_histories_begin_differently() -> None:
    assert first_link("one") != first_link("other")


def test_replaying_gives_the_last_state_of_every_subject() -> None:
    one, two = Subject("number_block", "B1"), Subject("number_block", "B2")
    found = replay(
        [
            a_line(subject=one, after={"version": 1}),
            a_line(subject=two, after={"version": 1}),
            a_line(subject=one, before={"version": 1}, after={"version": 2}),
        ]
    )
    assert found == {one: {"version": 2}, two: {"version": 1}}
