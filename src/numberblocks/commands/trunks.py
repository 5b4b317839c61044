"""trunk: create, list, show, update."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, NOBODY, Common, Page

app = App(name="trunk", help="Trunks: how numbers are reached over SIP.")

COLUMNS = "id sid name uri_template header_form"
HeaderForms = Literal["diversion", "history-info", "both", "none"]
Template = Parameter(help="SIP URI with the number in it: 'sip:{number}@sbc.example.com'.")
Form = Parameter(help="How it is told who was called first.")


@app.command
def create(
    name: str,
    *,
    uri_template: Annotated[str, Template],
    header_form: Annotated[HeaderForms, Form] = "diversion",
    common: Common = DEFAULTS,
) -> Answer:
    """Create a trunk."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.what_routes import HeaderForm
    from numberblocks.operations.create_trunk import create_trunk

    form = HeaderForm(header_form)
    with store_for(common) as store:
        return card(
            store.write(
                lambda tx, actor: create_trunk(
                    tx, actor, name=name, uri_template=uri_template, header_form=form
                )
            )
        )


@app.command(name="list")
def list_them(*, page: Page = FIRST_PAGE, common: Common = DEFAULTS) -> Answer:
    """List all trunks."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.storage.listing import list_trunks

    with store_for(common) as store, store.reading() as moment:
        view = view_of(store, moment, NOBODY)
        found = list_trunks(moment.connection, view, page.after, wanted(page))
        return listed("trunks", found, page, "sid", COLUMNS)


@app.command
def show(sid: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one trunk."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.errors import TrunkNotFound
    from numberblocks.storage.finding import find_trunk

    with store_for(common) as store, store.reading() as moment:
        if (trunk := find_trunk(moment.connection, sid)) is None:
            raise TrunkNotFound(sid)
        return card(trunk)


@app.command
def update(
    sid: str,
    /,
    *,
    name: str | None = None,
    uri_template: Annotated[str | None, Template] = None,
    header_form: Annotated[HeaderForms | None, Form] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change a trunk; what isn't given stays."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.what_routes import HeaderForm
    from numberblocks.operations.update_trunk import TrunkChange, update_trunk

    change = TrunkChange(
        name=UNSET if name is None else name,
        uri_template=UNSET if uri_template is None else uri_template,
        header_form=UNSET if header_form is None else HeaderForm(header_form),
    )
    with store_for(common) as store:
        return card(store.write(lambda tx, actor: update_trunk(tx, actor, sid, change)))
