"""application: create, list, show, update."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, NOBODY, Common, Page, Whose

app = App(name="application", help="Applications, which are asked what to do with a call.")

COLUMNS = "sid name account property voice_url"
Fallback = Annotated[
    str | None, Parameter(help="Asked when the voice URL doesn't answer, https://….")
]


@app.command
def create(
    name: str,
    *,
    voice_url: Annotated[str, Parameter(help="Asked what to do with a call, https://….")],
    whose: Whose = NOBODY,
    fallback_url: Fallback = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Create an application of an account or property."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.create_application import create_application
    from numberblocks.operations.named import Named

    named = Named(whose.account, whose.property)
    with store_for(common) as store:
        return card(
            store.write(
                lambda tx, actor: create_application(
                    tx, actor, named, name=name, voice_url=voice_url, fallback_url=fallback_url
                )
            )
        )


@app.command(name="list")
def list_them(
    *, whose: Whose = NOBODY, page: Page = FIRST_PAGE, common: Common = DEFAULTS
) -> Answer:
    """List applications: of an account or property, or all."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.storage.listing import list_applications

    with store_for(common) as store, store.reading() as moment:
        view = view_of(store, moment, whose)
        found = list_applications(moment.connection, view, page.after, wanted(page))
        return listed("applications", found, page, "sid", COLUMNS)


@app.command
def show(sid: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one application."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.errors import ApplicationNotFound
    from numberblocks.storage.finding import find_application

    with store_for(common) as store, store.reading() as moment:
        if (application := find_application(moment.connection, sid)) is None:
            raise ApplicationNotFound(sid)
        return card(application)


@app.command
def update(
    sid: str,
    /,
    *,
    name: str | None = None,
    voice_url: str | None = None,
    fallback_url: Fallback = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change an application; what isn't given stays, '' clears."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.update_application import ApplicationChange, update_application

    change = ApplicationChange(
        name=UNSET if name is None else name,
        voice_url=UNSET if voice_url is None else voice_url,
        fallback_url=UNSET if fallback_url is None else fallback_url,
    )
    with store_for(common) as store:
        return card(store.write(lambda tx, actor: update_application(tx, actor, sid, change)))
