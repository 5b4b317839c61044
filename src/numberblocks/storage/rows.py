"""Writing one thing's row; the writer calls this for everything but a configured block."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, insert, update

from numberblocks.domain.accounts import Account, Property
from numberblocks.domain.errors import StoreUnavailable
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.domain.number_block import NumberBlock
from numberblocks.domain.what_routes import Application, Flow, FlowRevision, Trunk
from numberblocks.storage import schema
from numberblocks.storage.statements import WRITTEN_COLUMNS, values_of

Kept = Account | Property | IssuedToken | Trunk | Flow | FlowRevision | Application | NumberBlock
"""Whatever has rows and a history."""


class NotAsRead(StoreUnavailable):
    """A row isn't as it was read inside the lock: something writes without taking the lock.

    Nobody who asked did anything wrong, and trying again may help.
    """

    def __init__(self, table: str) -> None:
        super().__init__()
        self.add_note(f"a row of {table} has another version than the one that was read")


def touches_access(thing: Kept) -> bool:
    """Whether a change of this may change who may do what, or where calls may go."""
    return isinstance(thing, Account | Property | IssuedToken)


def save(
    connection: Connection,
    before: Kept | None,
    after: Kept,
    unrecorded: dict[str, str],
    *,
    position: int,
    now: int,
) -> None:
    """Insert or update the thing's row. An update checks the version that was read."""
    table, values = row_of(after, position, now)
    values |= unrecorded
    key = next(iter(table.primary_key)).name
    if before is None:
        connection.execute(insert(table).values(values))
    else:
        assert not isinstance(before, FlowRevision)
        found = connection.execute(
            update(table)
            .where(table.c[key] == values[key], table.c.version == before.version)
            .values(values)
        )
        if found.rowcount != 1:
            raise NotAsRead(table.name)
    match after:
        case NumberBlock() if before is None:
            hold_range(connection, after, position)
        case IssuedToken():
            save_grants(connection, after)


def row_of(thing: Kept, position: int, now: int) -> tuple[Table, dict[str, Any]]:
    """The table that a thing belongs to, and its row there."""
    match thing:
        case NumberBlock():
            values = values_of(thing, position, now)
            return schema.number_blocks, dict(zip(WRITTEN_COLUMNS, values, strict=True))
        case Account():
            return schema.accounts, account_row(thing)
        case Property():
            return schema.properties, fields(thing, account="account_sid")
        case IssuedToken():
            row = fields(thing, account="account_sid")
            del row["grants"]
            return schema.tokens, row
        case Trunk():
            return schema.trunks, fields(thing, account="account_sid")
        case Flow():
            row = fields(thing, account="account_sid", property="property_sid")
            return schema.flows, row | {"updated_at": now}
        case FlowRevision():
            return schema.flow_revisions, fields(thing) | {"created_at": now}
        case Application():
            return schema.applications, fields(
                thing, account="account_sid", property="property_sid"
            )


def fields(thing: Kept, **columns: str) -> dict[str, Any]:
    """A thing's fields by column; columns renames those whose column is called otherwise."""
    return {columns.get(name, name): getattr(thing, name) for name in thing.__struct_fields__}


def account_row(account: Account) -> dict[str, Any]:
    """An account's row; the path follows from the parents and isn't kept."""
    prefixes = account.allowed_prefixes
    return {
        "sid": account.sid,
        "parent_sid": account.parent,
        "name": account.name,
        "state": account.state,
        "allowed_prefixes": None if prefixes is None else ",".join(prefixes),
        "version": account.version,
    }


def hold_range(connection: Connection, block: NumberBlock, position: int) -> None:
    """Give the block its numbers from this position on; the database refuses overlaps."""
    connection.execute(
        insert(schema.number_ranges).values(
            block_sid=block.sid,
            from_position=position,
            first_number=block.first,
            last_number=block.last,
        )
    )


def save_grants(connection: Connection, token: IssuedToken) -> None:
    """Replace what a token may do."""
    table = schema.grants
    connection.execute(
        delete(table).where(table.c.holder_kind == "token", table.c.holder_id == token.key_id)
    )
    for place, grant in enumerate(token.grants):
        connection.execute(
            insert(table).values(
                holder_kind="token",
                holder_id=token.key_id,
                place=place,
                account_sid=grant.account,
                property_sid=grant.property,
                permissions=",".join(sorted(grant.permissions)),
            )
        )
