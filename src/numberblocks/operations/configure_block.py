"""Configure a number block: where its calls go, whether they are recorded, what they count for."""

from __future__ import annotations

from msgspec import UNSET

from numberblocks.domain.access import MANAGING, Actor
from numberblocks.domain.allowed_prefixes import is_allowed
from numberblocks.domain.change import changed_by
from numberblocks.domain.errors import (
    ApplicationNotFound,
    EndpointNumberLoops,
    EndpointNumberNotAllowed,
    FlowNotFound,
)
from numberblocks.domain.number_block import BlockChange, NumberBlock
from numberblocks.domain.routing import forwards_to, leads_back
from numberblocks.operations.named import Named, get_account, get_block_of, named_by
from numberblocks.storage.statements import ConfiguredThing
from numberblocks.storage.write import Reads, Write

VERB = "block.configured"


def configure_block(
    tx: Write, actor: Actor, named: Named, sid: str, change: BlockChange
) -> NumberBlock:
    """Make the change to the block that is named, and return the block as it now is."""
    scope = named_by(tx, actor, named, MANAGING)
    block = get_block_of(tx, actor, scope, sid)
    require_targets(tx, block, change)
    require_allowed(tx, block, change)
    changed = changed_by(block, change)
    require_no_loop(tx, changed, change)
    if changed is not block:
        tx.record(VERB, block, changed)
    return changed


def reads_of(sid: str, change: BlockChange) -> Reads:
    """What configuring this block will look at."""
    number = change.endpoint_number
    return Reads(
        blocks=(sid,),
        numbers=() if number is UNSET else (int(number[1:]),),
        flows=() if change.flow is UNSET else (change.flow,),
        applications=() if change.application is UNSET else (change.application,),
    )


def require_targets(tx: Write, block: NumberBlock, change: BlockChange) -> None:
    """The flow and the application that the change names are the block's to use."""
    if change.flow is not UNSET and not is_for(tx.published_flow(change.flow), block):
        raise FlowNotFound(change.flow)
    if change.application is not UNSET and not is_for(tx.application(change.application), block):
        raise ApplicationNotFound(change.application)


def is_for(thing: ConfiguredThing | None, block: NumberBlock) -> bool:
    """Whether it belongs to the block's account, and to no other of its properties."""
    return (
        thing is not None
        and thing.account == block.account
        and thing.property in (None, block.property)
    )


def require_allowed(tx: Write, block: NumberBlock, change: BlockChange) -> None:
    """The answering point is within the prefixes of the owner and of every account above it."""
    if change.endpoint_number is UNSET:
        return
    for sid in reversed(get_account(tx, block.account).path):
        prefixes = get_account(tx, sid).allowed_prefixes
        if prefixes is not None and not is_allowed(change.endpoint_number, prefixes):
            raise EndpointNumberNotAllowed(why_not_allowed(prefixes, own=sid == block.account))


def why_not_allowed(prefixes: tuple[str, ...], *, own: bool) -> str:
    """What the owner is told; another account's prefixes are nobody else's business."""
    if not own:
        return "is valid, but outside the prefixes that an account above yours allows"
    if not prefixes:
        return "is valid, but the account may not route anywhere: it has no allowed prefixes"
    return f"is valid, but outside the account's prefixes {', '.join(prefixes)}"


def require_no_loop(tx: Write, changed: NumberBlock, change: BlockChange) -> None:
    """No call to the block may come back to it. What isn't sent isn't checked."""
    number = change.endpoint_number
    if number is UNSET:
        return
    if int(number[1:]) in changed:
        raise EndpointNumberLoops("is a number of the block itself, so its calls would come back")
    if forwards_to(changed.routing()) == number and leads_back(
        number, changed.__contains__, lambda digits: next_hop(tx, digits)
    ):
        raise EndpointNumberLoops("forwards its calls back to this block")


def next_hop(tx: Write, number: int) -> str | None:
    """Where a call to this number is forwarded, if a block holds it."""
    block = tx.block_holding(number)
    if block is None:
        return None
    return forwards_to(block.as_set_at(tx.settings_of_number(number)).routing())
