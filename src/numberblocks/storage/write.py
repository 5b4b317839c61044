"""One group of operations inside the writer's lock: what they read, and what they record.

An operation gets a ``Write``, reads through it, decides, and records changes. Recorded block
changes are kept back and written together at the end, one statement a table; whatever an
operation reads afterwards already sees them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from numberblocks.domain.access import Actor
from numberblocks.domain.accounts import Account, Property
from numberblocks.domain.history import (
    FORMAT,
    Line,
    Origin,
    Who,
    digest_of,
    next_link,
    text_of,
)
from numberblocks.domain.number_block import NumberBlock
from numberblocks.storage.access import AccessView
from numberblocks.storage.rows import Kept, NotAsRead, save, touches_access
from numberblocks.storage.statements import (
    BlockRow,
    ConfiguredThing,
    Head,
    LineRow,
    Statements,
    only_settings_differ,
)


class Reads(NamedTuple):
    """What an operation will look at, so that a whole group is read with a few statements."""

    blocks: Collection[str] = ()
    numbers: Collection[int] = ()
    flows: Collection[str] = ()
    applications: Collection[str] = ()


class Recorded(NamedTuple):
    """A change that an operation made, before it has its place in the line."""

    verb: str
    before: Kept | None
    after: Kept
    unrecorded: dict[str, str]


class Mark(NamedTuple):
    """A point inside a group to which things can return."""

    position: int
    access_version: int
    access: AccessView
    digests: int


class Write:
    """What operations may read and record while the writer holds the lock.

    now: the database's clock, never less than the line before (microseconds, UTC).
    """

    def __init__(
        self, connection: Connection, statements: Statements, head: Head, access: AccessView
    ) -> None:
        self.connection = connection
        self.statements = statements
        self.head = head
        self.access = access
        self.now = max(head.now, head.recorded_at)
        self.position = head.position
        self.access_version = head.access_version
        self.digests: list[str] = []
        self.forget()
        self.start_operation(None, None)

    def forget(self) -> None:
        """Drop everything that was read and not yet written."""
        self.known_blocks: dict[str, NumberBlock | None] = {}
        self.known_holders: dict[int, str | None] = {}
        self.known_overrides: dict[int, str | None] = {}
        self.known_flows: dict[str, ConfiguredThing | None] = {}
        self.known_applications: dict[str, ConfiguredThing | None] = {}
        self.lines: list[LineRow] = []
        self.block_rows: dict[str, BlockRow] = {}

    # One operation at a time.

    def start_operation(self, actor: Actor | None, origin: Origin | None) -> None:
        """Begin to collect what one operation records, under its actor's name."""
        self.actor = actor
        self.origin = origin
        self.recorded: list[Recorded] = []

    def keep_operation(self) -> int:
        """Take over what the operation recorded; the position of its last change, or of the line.

        Changes of blocks are kept back; of anything else, written now.
        """
        # Whatever can't be written as a line is found before anything has taken a position.
        texts = [self.line_of(change) for change in self.recorded]
        for change, text in zip(self.recorded, texts, strict=True):
            self.keep(change, text)
        self.recorded = []
        return self.position

    def settle(self) -> None:
        """Write what was recorded so far, so that the rest of the same operation reads it.

        For operations that run in a savepoint of their own, which are all but configuring.
        """
        self.keep_operation()
        self.flush()
        self.forget()

    def record(self, verb: str, before: Kept | None, after: Kept, **unrecorded: str) -> None:
        """Say what changed: the row and its history line, in one place.

        verb: such as "block.configured". before: None for what is new.
        unrecorded: what goes into the row but never into the history, such as a secret's hash.
        """
        self.recorded.append(Recorded(verb, before, after, unrecorded))

    def keep(self, change: Recorded, text: str) -> None:
        """Give the change its place in the line, and have its row written."""
        verb, before, after, unrecorded = change
        self.position += 1
        subject = after.subject()
        digest = digest_of(text)
        self.digests.append(digest)
        self.lines.append(
            LineRow(self.position, self.now, verb, subject.kind, subject.id, text, digest)
        )
        if (
            isinstance(after, NumberBlock)
            and isinstance(before, NumberBlock)
            and only_settings_differ(before, after)
        ):
            self.keep_block(before, after)
            return
        save(self.connection, before, after, unrecorded, position=self.position, now=self.now)
        if touches_access(after):
            self.access_version += 1
            self.access = AccessView(self.access_version)

    def keep_block(self, before: NumberBlock, after: NumberBlock) -> None:
        """Have a block's row written with the others, once, however often it changes."""
        earlier = self.block_rows.get(after.sid)
        expected = earlier.expected if earlier else before.version
        self.block_rows[after.sid] = BlockRow(after, self.position, self.now, expected)
        self.known_blocks[after.sid] = after

    def line_of(self, change: Recorded) -> str:
        """The change as a line of the history."""
        assert self.actor is not None
        assert self.origin is not None
        return text_of(
            Line(
                format=FORMAT,
                at=self.now,
                verb=change.verb,
                subject=change.after.subject(),
                who=Who(self.actor.kind, self.actor.id, self.actor.account),
                channel=self.origin.channel,
                request=self.origin.request,
                reason=self.origin.reason,
                before=change.before,
                after=change.after,
            )
        )

    def mark(self) -> Mark:
        """Where things stand, so that one operation can be undone."""
        return Mark(self.position, self.access_version, self.access, len(self.digests))

    def return_to(self, mark: Mark) -> None:
        """Forget whatever was recorded since the mark; its savepoint was rolled back."""
        self.position, self.access_version, self.access, count = mark
        del self.digests[count:]
        self.forget()

    # The end of the group.

    def flush(self) -> None:
        """Write everything that was kept back: one statement a table."""
        rows = list(self.block_rows.values())
        if rows and self.statements.update_blocks(self.connection, rows) != len(rows):
            raise NotAsRead("number_blocks")
        if self.lines:
            self.statements.insert_lines(self.connection, self.lines)
        self.block_rows, self.lines = {}, []

    def finish(self) -> None:
        """Write what is left, then the commit's one link and the new end of the line."""
        self.flush()
        count = len(self.digests)
        if count:
            first = self.position - count + 1
            head = self.head._replace(
                position=self.position,
                link=next_link(self.head.link, first, self.digests),
                recorded_at=self.now,
                access_version=self.access_version,
            )
            self.statements.move(self.connection, head, first, count)

    # Reading.

    def prepare(self, needs: Collection[Reads]) -> None:
        """Read what many operations need, all of it with one statement a table."""
        self.know_blocks({sid for need in needs for sid in need.blocks})
        self.know_numbers({number for need in needs for number in need.numbers})
        self.know_flows({sid for need in needs for sid in need.flows})
        self.know_applications({sid for need in needs for sid in need.applications})

    def account(self, sid: str) -> Account | None:
        """The account with this sid."""
        return self.access.account(self.connection, sid)

    def property(self, sid: str) -> Property | None:
        """The property with this sid."""
        return self.access.property(self.connection, sid)

    def block(self, sid: str) -> NumberBlock | None:
        """The block with this sid, in whatever state and whoever's; check before showing it."""
        if sid not in self.known_blocks:
            self.know_blocks({sid})
        return self.known_blocks[sid]

    def block_holding(self, number: int) -> NumberBlock | None:
        """The block that holds this number now."""
        if number not in self.known_holders:
            self.know_numbers({number})
        sid = self.known_holders[number]
        return None if sid is None else self.block(sid)

    def settings_of_number(self, number: int) -> dict[str, str]:
        """What differs at this one number from its block."""
        if number not in self.known_overrides:
            self.know_overrides({number})
        text = self.known_overrides[number]
        return {} if text is None else msgspec.json.decode(text, type=dict[str, str])

    def published_flow(self, config_id: str) -> ConfiguredThing | None:
        """The flow with this config id, if it is published."""
        if config_id not in self.known_flows:
            self.know_flows({config_id})
        return self.known_flows[config_id]

    def application(self, sid: str) -> ConfiguredThing | None:
        """The application with this sid."""
        if sid not in self.known_applications:
            self.know_applications({sid})
        return self.known_applications[sid]

    def know_blocks(self, sids: set[str]) -> None:
        """Read those of these blocks that aren't known yet."""
        if missing := sids - self.known_blocks.keys():
            self.known_blocks.update(dict.fromkeys(missing))
            found = self.statements.blocks(self.connection, missing)
            self.known_blocks.update((block.sid, block) for block in found)

    def know_numbers(self, numbers: set[int]) -> None:
        """Read which blocks hold these numbers, those blocks, and what differs at the numbers."""
        if missing := numbers - self.known_holders.keys():
            found = self.statements.holders(self.connection, missing)
            self.known_holders.update(dict.fromkeys(missing))
            self.known_holders.update(found)
            self.know_blocks(set(found.values()))
            self.know_overrides(set(found))

    def know_overrides(self, numbers: set[int]) -> None:
        """Read what differs at these numbers."""
        if missing := numbers - self.known_overrides.keys():
            self.known_overrides.update(dict.fromkeys(missing))
            self.known_overrides.update(self.statements.overrides(self.connection, missing))

    def know_flows(self, ids: set[str]) -> None:
        """Read those of these published flows that aren't known yet."""
        if missing := ids - self.known_flows.keys():
            self.known_flows.update(dict.fromkeys(missing))
            found = self.statements.flows(self.connection, missing)
            self.known_flows.update((flow.sid, flow) for flow in found)

    def know_applications(self, sids: set[str]) -> None:
        """Read those of these applications that aren't known yet."""
        if missing := sids - self.known_applications.keys():
            self.known_applications.update(dict.fromkeys(missing))
            found = self.statements.applications(self.connection, missing)
            self.known_applications.update((each.sid, each) for each in found)
