"""Change what a block is called, whether it is active, and which property and trunk it is with."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from numberblocks.domain.access import ANY, MANAGING, Actor
from numberblocks.domain.change import Change, changed_by
from numberblocks.domain.errors import (
    Forbidden,
    InvalidFields,
    NumberBlockNotFound,
    Problem,
    PropertyOfAnotherAccount,
    TrunkNotFound,
    conflicting,
)
from numberblocks.domain.number_block import BlockState, NumberBlock
from numberblocks.domain.text import problems_with_texts
from numberblocks.operations.named import Named, get_property, named_by, reaches, words
from numberblocks.operations.permitted import refuse_if_wrong, require_operator
from numberblocks.storage.finding import find_trunk
from numberblocks.storage.statements import ConfiguredThing
from numberblocks.storage.write import Write


class BlockDetails(Change, frozen=True, kw_only=True):
    """What one request asks to change beside the routing. UNSET: leave as it is; "": clear."""

    name: str | UnsetType = UNSET
    friendly_name: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    property: str | UnsetType = UNSET
    trunk: str | UnsetType = UNSET


def update_block(tx: Write, actor: Actor, sid: str, change: BlockDetails) -> NumberBlock:
    """Make the change, and return the block as it now is.

    Needs Manage where the block belongs, and on a property that it is given to; a trunk is the
    operator's to set.
    """
    refuse_if_wrong(problems_with_texts(name=change.name, friendly_name=change.friendly_name))
    block = permitted_block(tx, actor, sid)
    if change.property is not UNSET and (change.property or None) != block.property:
        require_can_move(tx, actor, block, change.property or None)
    if change.trunk is not UNSET:
        require_trunk(tx, actor, change.trunk)
    changed = changed_by(block, change)
    if changed is not block:
        tx.record("block.updated", block, changed)
    return changed


def permitted_block(tx: Write, actor: Actor, sid: str) -> NumberBlock:
    """The block, which hasn't ended and which the actor manages; out of reach it doesn't exist."""
    block = tx.block(sid)
    if block is None or block.state is BlockState.ENDED or not reaches(tx, actor, block, ANY):
        raise NumberBlockNotFound(sid)
    if not reaches(tx, actor, block, MANAGING):
        raise Forbidden(f"You need {words(MANAGING)} where the block {sid} belongs.")
    return block


def require_can_move(tx: Write, actor: Actor, block: NumberBlock, target: str | None) -> None:
    """A block goes to a property of its account, and leaves nothing behind that it routes to."""
    if block.state is not BlockState.ACTIVE:
        raise InvalidFields([Problem("property", "can't be set for a block that isn't active")])
    if target is None:
        named_by(tx, actor, Named(account=block.account), MANAGING)
    else:
        named_by(tx, actor, Named(property=target), MANAGING)
        if get_property(tx, target).account != block.account:
            raise PropertyOfAnotherAccount("isn't a property of the block's account")
    if stays_behind(block.flow and tx.published_flow(block.flow), target) or stays_behind(
        block.application and tx.application(block.application), target
    ):
        raise InvalidFields(
            [conflicting("property", "is another than that of a flow or application of the block")]
        )


def stays_behind(thing: ConfiguredThing | str | None, target: str | None) -> bool:
    """Whether this is of a property that the block is about to leave."""
    return isinstance(thing, ConfiguredThing) and thing.property not in (None, target)


def require_trunk(tx: Write, actor: Actor, sid: str) -> None:
    """The operator sets the trunk, and it exists."""
    require_operator(tx, actor)
    if sid and find_trunk(tx.connection, sid) is None:
        raise TrunkNotFound(sid)
