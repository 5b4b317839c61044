"""What handlers read with: one moment of the store, and what is known of who may see what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select

from numberblocks.domain.accounts import Account, Property
from numberblocks.domain.number_block import NumberBlock
from numberblocks.storage.access import AccessCache, AccessView
from numberblocks.storage.database import Database
from numberblocks.storage.schema import number_blocks
from numberblocks.storage.statements import BLOCK_COLUMNS, block_from


class Reading:
    """One moment of the store."""

    def __init__(self, connection: Connection, access: AccessView) -> None:
        self.connection = connection
        self.access = access

    def account(self, sid: str) -> Account | None:
        """The account with this sid."""
        return self.access.account(self.connection, sid)

    def property(self, sid: str) -> Property | None:
        """The property with this sid."""
        return self.access.property(self.connection, sid)

    def block(self, sid: str) -> NumberBlock | None:
        """The block with this sid, in whatever state and whoever's; check before showing it."""
        row = self.connection.execute(BLOCK.where(number_blocks.c.sid == sid)).one_or_none()
        return None if row is None else block_from(row)


BLOCK = select(*(number_blocks.c[name] for name in BLOCK_COLUMNS))


@contextmanager
def reading(database: Database, cache: AccessCache) -> Iterator[Reading]:
    """Open one moment of the store, with access rights as they are at that moment."""
    with database.reading() as connection:
        yield Reading(connection, cache.fresh(connection))
