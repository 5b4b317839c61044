"""block: create, list, show, update, configure."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, NOBODY, Common, Page, Whose

app = App(name="block", help="Number blocks: numbers configured together.")

COLUMNS = "id sid pattern name state account property routing_method endpoint_number"
State = Literal["stock", "active", "quarantine", "ended"]
Trunk = Annotated[str | None, Parameter(help="Sid of the trunk that reaches its numbers.")]


@app.command
def create(
    numbers: str,
    *,
    whose: Whose = NOBODY,
    name: str | None = None,
    friendly_name: str | None = None,
    trunk: Trunk = None,
    sms: Annotated[bool, Parameter(negative="--no-sms")] = False,
    voice: Annotated[bool, Parameter(negative="--no-voice")] = True,
    common: Common = DEFAULTS,
) -> Answer:
    """Bring numbers into the system: for an account or property, or without these into stock.

    Parameters
    ----------
    numbers
        Such as '02 5550 00XX', 612555000XX or '02 5550 0000-0149'.
    """
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.errors import InvalidFields, Problem
    from numberblocks.domain.number_pattern import NotANumberPattern, read_number_pattern
    from numberblocks.operations.create_block import create_block

    try:
        range_of_numbers = read_number_pattern(numbers)
    except NotANumberPattern as error:
        raise InvalidFields([Problem("pattern", error.message)]) from None
    with store_for(common) as store:
        return card(
            store.write(
                lambda tx, actor: create_block(
                    tx,
                    actor,
                    range_of_numbers,
                    account=whose.account,
                    property=whose.property,
                    name=name,
                    friendly_name=friendly_name,
                    trunk=trunk,
                    sms=sms,
                    voice=voice,
                )
            )
        )


@app.command(name="list")
def list_them(
    *,
    whose: Whose = NOBODY,
    state: State | None = None,
    page: Page = FIRST_PAGE,
    common: Common = DEFAULTS,
) -> Answer:
    """List blocks: of an account or property, or all; in one state, or in any."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.domain.errors import InvalidFields, Problem
    from numberblocks.domain.number_block import BlockState
    from numberblocks.storage.listing import list_blocks_in_any_state

    if page.after and not re.fullmatch("[0-9]{1,10}", page.after):
        raise InvalidFields([Problem("after", "is not the id of a block")])
    with store_for(common) as store, store.reading() as moment:
        found = list_blocks_in_any_state(
            moment.connection,
            view_of(store, moment, whose),
            None if state is None else BlockState(state),
            int(page.after or 0),
            wanted(page),
        )
        return listed("number_blocks", found, page, "id", COLUMNS)


@app.command
def show(sid: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one block, in whatever state."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.errors import NumberBlockNotFound

    with store_for(common) as store, store.reading() as moment:
        if (block := moment.block(sid)) is None:
            raise NumberBlockNotFound(sid)
        return card(block)


@app.command
def update(
    sid: str,
    /,
    *,
    name: str | None = None,
    friendly_name: str | None = None,
    active: Annotated[bool | None, Parameter(negative="--inactive")] = None,
    property: Annotated[
        str | None, Parameter(help="Sid of another property of its account; '' for none.")
    ] = None,
    trunk: Trunk = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change a block's names, property, trunk, or whether it is active; '' clears."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.update_block import BlockDetails, update_block

    change = BlockDetails(
        name=UNSET if name is None else name,
        friendly_name=UNSET if friendly_name is None else friendly_name,
        active=UNSET if active is None else active,
        property=UNSET if property is None else property,
        trunk=UNSET if trunk is None else trunk,
    )
    with store_for(common) as store:
        return card(store.write(lambda tx, actor: update_block(tx, actor, sid, change)))


@app.command
def configure(
    sid: str,
    /,
    *,
    whose: Whose = NOBODY,
    routing_method: Literal["endpoint", "flow", "application"] | None = None,
    endpoint_number: Annotated[
        str | None, Parameter(help="Where calls are answered, such as '0491 570 156'.")
    ] = None,
    flow: Annotated[str | None, Parameter(help="Config id of a published flow.")] = None,
    application: Annotated[str | None, Parameter(help="Sid of an application.")] = None,
    recording: Literal["enabled", "disabled"] | None = None,
    source: str | None = None,
    medium: str | None = None,
    campaign: str | None = None,
    content: str | None = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change where a block's calls go, whether they are recorded, and what they count for.

    What isn't given stays; '' clears a label. With --account or --property the block has to
    belong there.
    """
    from numberblocks.commands.block_change import read_change
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.errors import NumberBlockNotFound
    from numberblocks.operations.configure_block import configure_block, reads_of
    from numberblocks.operations.named import Named

    change = read_change(
        routing_method=routing_method,
        endpoint_number=endpoint_number,
        flow=flow,
        application=application,
        recording=recording,
        labels={"source": source, "medium": medium, "campaign": campaign, "content": content},
    )
    with store_for(common) as store:
        named = Named(whose.account, whose.property)
        if named == Named():
            with store.reading() as moment:
                if (block := moment.block(sid)) is None:
                    raise NumberBlockNotFound(sid)
            named = Named(block.account)
        return card(
            store.write(
                lambda tx, actor: configure_block(tx, actor, named, sid, change),
                reads_of(sid, change),
            )
        )
