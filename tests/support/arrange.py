"""Arranging what a test needs in a store, through the same operations as everybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, insert, select, text, update

from numberblocks.domain.access import Actor, Grant, Permission
from numberblocks.domain.accounts import AccountState
from numberblocks.domain.history import Origin
from numberblocks.domain.number_pattern import NumberRange
from numberblocks.domain.tokens import Token
from numberblocks.operations.create_account import create_account
from numberblocks.operations.create_application import create_application
from numberblocks.operations.create_block import create_block
from numberblocks.operations.create_flow import create_flow
from numberblocks.operations.create_property import create_property
from numberblocks.operations.create_token import create_token
from numberblocks.operations.named import Named
from numberblocks.operations.publish_flow import publish_flow
from numberblocks.operations.revoke_token import revoke_token
from numberblocks.operations.update_account import AccountChange, update_account
from numberblocks.operations.update_token import TokenChange, update_token
from numberblocks.storage.access import AccessCache, KnownActor
from numberblocks.storage.database import Database, open_database, writing_engine
from numberblocks.storage.finding import root_sid
from numberblocks.storage.lock import write_lock
from numberblocks.storage.schema import changes, number_blocks, overrides, tokens
from numberblocks.storage.writer import Writer

R = TypeVar("R")

FREE = (
    range(61_7_7010_0000, 61_7_7010_9000, 10),
    range(61_7_5550_2000, 61_7_5551_0000, 10),
    range(61_8_5550_4000, 61_8_5551_0000, 10),
    range(61_8_7010_6000, 61_8_7011_0000, 10),
)
"""The first numbers of blocks of ten that the demo leaves alone; fiction, as all in the tests.
None is in Victoria or New South Wales, where the tests have phones."""


class Customer(NamedTuple):
    """An account with one property, and somebody who manages it."""

    account: str
    property: str
    login: tuple[str, str]


class Block(NamedTuple):
    """A block of ten numbers, and the first of them as an answering point."""

    sid: str
    number: str


class Arranged:
    """A store that a test can put things into. Opened when something is first asked of it."""

    def __init__(self, url: str, demo: dict[str, Any]) -> None:
        self.url = url
        self.demo = demo
        self.free: Iterator[int] = chain(*FREE)

    @cached_property
    def database(self) -> Database:
        """The store."""
        return open_database(self.url, readers=2)

    @cached_property
    def writer(self) -> Writer:
        """The one way to write, in this process as in every other."""
        return Writer(self.database, AccessCache())

    @cached_property
    def root(self) -> str:
        """The account above all others."""
        with self.database.reading() as connection:
            return root_sid(connection)

    def do(self, operation: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Run an operation as the operator."""
        actor = Actor(
            kind="command",
            id="tests",
            account=self.root,
            grants=(Grant(account=self.root, permissions=frozenset({Permission.ADMIN})),),
        )
        return self.writer.run(
            lambda tx, who: operation(tx, who, *args, **kwargs),
            KnownActor(actor),
            Origin(channel="cli", request="tests"),
        ).result

    def account(self, parent: str | None = None, prefixes: tuple[str, ...] | None = None) -> str:
        """A new account; its sid."""
        made = self.do(
            create_account, parent=parent or self.root, name="Initech", allowed_prefixes=prefixes
        )
        return made.sid

    def property(self, account: str) -> str:
        """A new property of the account; its sid."""
        return self.do(create_property, account=account, name="Initech Shops").sid

    def customer(
        self, parent: str | None = None, prefixes: tuple[str, ...] | None = None
    ) -> Customer:
        """A new account with a property and a token that manages it."""
        account = self.account(parent, prefixes)
        token = self.token(account, Permission.MANAGE)
        return Customer(account, self.property(account), (account, str(token)))

    def block(
        self, *, property: str | None = None, account: str | None = None, name: str = "Arranged"
    ) -> Block:
        """A new block of ten numbers; without an owner, one of the demo's first property."""
        first = next(self.free)
        if property is None and account is None:
            property = self.demo["property"]["sid"]
        numbers = NumberRange(first, first + 9)
        made = self.do(create_block, numbers, property=property, account=account, name=name)
        return Block(made.sid, f"+{first}")

    def stock_block(self) -> Block:
        """A new block that nobody has yet."""
        first = next(self.free)
        made = self.do(create_block, NumberRange(first, first + 9), name="Stock")
        return Block(made.sid, f"+{first}")

    def token(
        self,
        account: str,
        *permissions: Permission,
        on: Collection[Grant] = (),
        expires_at: int | None = None,
    ) -> Token:
        """A token of the account, with these permissions on it, or with grants of its own."""
        grants = on or (Grant(account=account, permissions=frozenset(permissions)),)
        made = self.do(
            create_token, account=account, name="Arranged", grants=grants, expires_at=expires_at
        )
        return made.token

    def revoke(self, token: Token) -> None:
        """End the token."""
        self.do(revoke_token, token.key_id)

    def regrant(self, token: Token, *grants: Grant) -> None:
        """Replace what the token may do."""
        self.do(update_token, token.key_id, TokenChange(grants=grants))

    def let_expire(self, token: Token) -> None:
        """Put the token's end into the past, as time would; known to every process."""
        with self.writing() as connection:
            connection.execute(
                update(tokens).where(tokens.c.key_id == token.key_id).values(expires_at=1)
            )
            connection.execute(text("UPDATE history SET access_version = access_version + 1"))

    def deactivate(self, account: str) -> None:
        """Take the account out of use."""
        self.do(update_account, account, AccountChange(state=AccountState.DEACTIVATED))

    def set_prefixes(self, account: str, *prefixes: str) -> None:
        """Replace where the account may route to."""
        self.do(update_account, account, AccountChange(allowed_prefixes=prefixes))

    def flow(self, owner: Named, *, published: bool = True) -> str:
        """A new flow; its config id."""
        config_id = self.do(create_flow, owner, name="Menu").config_id
        if published:
            self.publish(config_id)
        return config_id

    def publish(self, config_id: str) -> None:
        """Let calls run through the flow."""
        self.do(publish_flow, config_id)

    def application(self, owner: Named) -> str:
        """A new application; its sid."""
        made = self.do(
            create_application, owner, name="Line", voice_url="https://line.example.com/voice"
        )
        return made.sid

    def override(self, number: str, block: str, **settings: str) -> None:
        """Have one number differ from its block. There is no operation for it yet."""
        with self.writing() as connection:
            connection.execute(
                insert(overrides).values(
                    number=int(number), block_sid=block, settings=json.dumps(settings), version=1
                )
            )

    def set_state(self, block: str, state: str) -> None:
        """Put the block into a state. There is no operation for it yet."""
        with self.writing() as connection:
            connection.execute(
                update(number_blocks).where(number_blocks.c.sid == block).values(state=state)
            )

    def spoil(self, block: str) -> None:
        """Make the block's row into one that numberblocks never writes."""
        with self.writing() as connection:
            connection.execute(
                update(number_blocks)
                .where(number_blocks.c.sid == block)
                .values(routing_method="pigeon")
            )

    def point(self, block: str, number: str) -> None:
        """Point the block at a number, without a check of any kind."""
        with self.writing() as connection:
            connection.execute(
                update(number_blocks)
                .where(number_blocks.c.sid == block)
                .values(routing_method="endpoint", endpoint_number=number)
            )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the lock that every writer takes."""
        with write_lock(self.database), writing_engine(self.database).begin() as connection:
            yield connection

    def row_of(self, block: str) -> dict[str, Any]:
        """The block's row, with its version and position."""
        with self.database.reading() as connection:
            query = select(number_blocks).where(number_blocks.c.sid == block)
            return dict(connection.execute(query).one()._mapping)

    def position(self) -> int:
        """How many changes the store has seen."""
        with self.database.reading() as connection:
            found: int = connection.execute(text("SELECT position FROM history")).scalar_one()
            return found

    def last_line(self) -> str:
        """What the newest line of the history says."""
        with self.database.reading() as connection:
            query = select(changes.c.line).order_by(changes.c.position.desc()).limit(1)
            return str(connection.execute(query).scalar_one())

    def close(self) -> None:
        """Close what was opened."""
        for name in ("writer", "database"):
            if name in self.__dict__:
                getattr(self, name).close()
