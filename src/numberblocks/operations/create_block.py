"""Create a number block: bring numbers into the system, for an account or into stock."""

from __future__ import annotations

from numberblocks.domain.access import Actor
from numberblocks.domain.accounts import Account
from numberblocks.domain.errors import (
    PropertyOfAnotherAccount,
    TrunkNotFound,
)
from numberblocks.domain.number_block import BlockState, NumberBlock
from numberblocks.domain.number_pattern import NumberRange
from numberblocks.domain.sids import new_sid
from numberblocks.domain.text import problems_with_names
from numberblocks.operations.named import get_account, get_property
from numberblocks.operations.permitted import refuse_if_wrong, require_operator
from numberblocks.storage.finding import find_trunk, next_id
from numberblocks.storage.schema import number_blocks
from numberblocks.storage.write import Write


def create_block(
    tx: Write,
    actor: Actor,
    numbers: NumberRange,
    *,
    account: str | None = None,
    property: str | None = None,
    name: str | None = None,
    friendly_name: str | None = None,
    trunk: str | None = None,
    sms: bool = False,
    voice: bool = True,
    sid: str | None = None,
) -> NumberBlock:
    """Add a block that takes calls for an account or property, or without these a stock block.

    Only the operator brings in numbers. The database refuses those of another block that hasn't
    ended (NumbersTaken).
    """
    refuse_if_wrong(problems_with_names(name=name, friendly_name=friendly_name))
    root = require_operator(tx, actor)
    owner = owner_of(tx, account, property) or root
    if trunk is not None and find_trunk(tx.connection, trunk) is None:
        raise TrunkNotFound(trunk)
    in_stock = account is None and property is None
    block = NumberBlock(
        sid=sid or new_sid("number block"),
        id=next_id(tx.connection, number_blocks),
        account=owner.sid,
        property=property,
        state=BlockState.STOCK if in_stock else BlockState.ACTIVE,
        first=numbers.first,
        last=numbers.last,
        name=name,
        friendly_name=friendly_name,
        trunk=trunk,
        active=True,
        sms=sms,
        voice=voice,
        version=1,
    )
    tx.record("block.created", None, block)
    return block


def owner_of(tx: Write, account: str | None, property: str | None) -> Account | None:
    """The account that is named, or that of the property; they have to agree."""
    named = None if account is None else get_account(tx, account)
    if property is None:
        return named
    owner = get_account(tx, get_property(tx, property).account)
    if named is not None and named != owner:
        raise PropertyOfAnotherAccount("isn't a property of the account that is named")
    return owner
