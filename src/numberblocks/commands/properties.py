"""property: create, list, show, update."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, NOBODY, Common, Page, Whose

app = App(name="property", help="Properties: brands or sites of an account.")

COLUMNS = "sid name account main_domain active"
Domain = Annotated[str | None, Parameter(help="Main domain, such as shop.example.com.")]
Zone = Annotated[str | None, Parameter(help="Windows time zone: AUS Eastern Standard Time.")]
Record = Annotated[
    Literal["enabled", "disabled"] | None, Parameter(help="Whether calls are recorded.")
]


@app.command
def create(
    name: str,
    *,
    account: Annotated[str, Parameter(help="Sid of the account that it belongs to.")],
    main_domain: Domain = None,
    time_zone: Zone = None,
    recording: Record = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Create a property of an account."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.number_block import Recording
    from numberblocks.operations.create_property import create_property

    with store_for(common) as store:
        return card(
            store.write(
                lambda tx, actor: create_property(
                    tx,
                    actor,
                    account=account,
                    name=name,
                    main_domain=main_domain,
                    time_zone=time_zone,
                    recording=None if recording is None else Recording(recording),
                )
            )
        )


@app.command(name="list")
def list_them(
    *, whose: Whose = NOBODY, page: Page = FIRST_PAGE, common: Common = DEFAULTS
) -> Answer:
    """List properties: of an account, or all."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.storage.listing import list_properties

    with store_for(common) as store, store.reading() as moment:
        view = view_of(store, moment, whose)
        found = list_properties(moment.connection, view, page.after, wanted(page))
        return listed("properties", found, page, "sid", COLUMNS)


@app.command
def show(sid: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one property."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.named import get_property

    with store_for(common) as store, store.reading() as moment:
        return card(get_property(moment, sid))


@app.command
def update(
    sid: str,
    /,
    *,
    name: str | None = None,
    main_domain: Domain = None,
    time_zone: Zone = None,
    recording: Record = None,
    active: Annotated[bool | None, Parameter(negative="--inactive")] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change a property; what isn't given stays, '' clears."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.number_block import Recording
    from numberblocks.operations.update_property import PropertyChange, update_property

    change = PropertyChange(
        name=UNSET if name is None else name,
        main_domain=UNSET if main_domain is None else main_domain,
        time_zone=UNSET if time_zone is None else time_zone,
        recording=UNSET if recording is None else Recording(recording),
        active=UNSET if active is None else active,
    )
    with store_for(common) as store:
        return card(store.write(lambda tx, actor: update_property(tx, actor, sid, change)))
