"""Lists for an operator: everything of a kind that a scope reaches, in order, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, select, true

from numberblocks.domain.access import Everything, Scope
from numberblocks.domain.accounts import Account, Property
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.number_block import BlockState, NumberBlock
from numberblocks.domain.what_routes import Application, Flow, Trunk
from numberblocks.storage.access import find_account, property_from
from numberblocks.storage.database import Database
from numberblocks.storage.finding import (
    application_from,
    flow_from,
    live_demo_tokens,
    token_from,
    trunk_from,
)
from numberblocks.storage.schema import (
    accounts,
    applications,
    flows,
    number_blocks,
    properties,
    tokens,
    trunks,
)
from numberblocks.storage.statements import BLOCK_COLUMNS, block_from

View = Scope | Everything


def list_accounts(connection: Connection, view: View, after: str, limit: int) -> list[Account]:
    """The account of the scope and those right below it, or all; by sid."""
    within: ColumnElement[bool] = true()
    if isinstance(view, Scope):
        within = (accounts.c.sid == view.account) | (accounts.c.parent_sid == view.account)
    sids = connection.execute(page(select(accounts.c.sid), accounts.c.sid, within, after, limit))
    found = (find_account(connection, sid) for sid in sids.scalars().all())
    return [account for account in found if account is not None]


def list_properties(connection: Connection, view: View, after: str, limit: int) -> list[Property]:
    """Properties by sid."""
    return [property_from(row) for row in rows_of(connection, properties, view, after, limit)]


def list_tokens(connection: Connection, view: View, after: str, limit: int) -> list[IssuedToken]:
    """Tokens, revoked ones too, without their secrets; by key id."""
    rows = rows_of(connection, tokens, view, after, limit)
    return [token_from(connection, row) for row in rows]


def list_flows(connection: Connection, view: View, after: str, limit: int) -> list[Flow]:
    """Flows, drafts too; by config id."""
    return [flow_from(row) for row in rows_of(connection, flows, view, after, limit)]


def list_applications(
    connection: Connection, view: View, after: str, limit: int
) -> list[Application]:
    """Applications by sid."""
    rows = rows_of(connection, applications, view, after, limit)
    return [application_from(row) for row in rows]


def list_trunks(connection: Connection, view: View, after: str, limit: int) -> list[Trunk]:
    """Trunks by sid."""
    return [trunk_from(row) for row in rows_of(connection, trunks, view, after, limit)]


def list_blocks_in_any_state(
    connection: Connection, view: View, state: BlockState | None, after: int, limit: int
) -> list[NumberBlock]:
    """Blocks, those in stock, in quarantine and ended too, or those in one state; by id."""
    within = and_(
        reached(number_blocks, view),
        true() if state is None else number_blocks.c.state == state,
    )
    query = select(*(number_blocks.c[name] for name in BLOCK_COLUMNS))
    rows = connection.execute(page(query, number_blocks.c.id, within, after, limit))
    return [block_from(row) for row in rows]


def rows_of(
    connection: Connection, table: Table, view: View, after: str, limit: int
) -> Sequence[Any]:
    """Rows of the table that the view reaches, by their key."""
    key = next(iter(table.primary_key))
    query = page(select(table), key, reached(table, view), after, limit)
    return connection.execute(query).all()


def page(query: Any, key: Column[Any], within: ColumnElement[bool], after: Any, limit: int) -> Any:
    """The query's rows after a key, in order, at most so many."""
    return query.where(within, key > after).order_by(key).limit(limit)


def reached(table: Table, view: View) -> ColumnElement[bool]:
    """Exactly the account, the property, or both that a scope names; or all."""
    if isinstance(view, Everything):
        return true()
    conditions: list[ColumnElement[bool]] = []
    if view.account is not None:
        conditions.append(table.c.account_sid == view.account)
    if view.property is not None:
        own = "sid" if table is properties else "property_sid"
        conditions.append(table.c[own] == view.property)
    if not conditions:
        raise ValueError("a scope names an account, a property or both")
    return and_(*conditions)


def has_demo_tokens(database: Database) -> bool:
    """Whether the demo's published tokens can be used to log in."""
    with database.reading() as connection:
        return bool(live_demo_tokens(connection))
