"""flow: create, list, show, update, publish."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, NOBODY, Common, Page, Whose

app = App(name="flow", help="Flows, which a block's calls can be run through.")

COLUMNS = "config_id name type account property published_revision"
Document = Annotated[
    str | None,
    Parameter(
        help="File with the JSON document of the revision; - for standard input.",
        allow_leading_hyphen=True,
    ),
]


@app.command
def create(
    name: str,
    *,
    whose: Whose = NOBODY,
    type: Annotated[str, Parameter(help="What kind of flow it is.")] = "voice",
    document: Document = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Create a flow, of an account or property: a draft with revision 1."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.create_flow import create_flow
    from numberblocks.operations.named import Named

    text = "{}" if document is None else text_of(document)
    named = Named(whose.account, whose.property)
    with store_for(common) as store:
        return card(
            store.write(
                lambda tx, actor: create_flow(tx, actor, named, name=name, type=type, document=text)
            )
        )


@app.command(name="list")
def list_them(
    *, whose: Whose = NOBODY, page: Page = FIRST_PAGE, common: Common = DEFAULTS
) -> Answer:
    """List flows, drafts too: of an account or property, or all."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.storage.listing import list_flows

    with store_for(common) as store, store.reading() as moment:
        view = view_of(store, moment, whose)
        found = list_flows(moment.connection, view, page.after, wanted(page))
        return listed("flows", found, page, "config_id", COLUMNS)


@app.command
def show(config_id: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one flow, and how many revisions it has."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.errors import DraftOrFlowNotFound
    from numberblocks.storage.finding import find_flow, last_revision

    with store_for(common) as store, store.reading() as moment:
        if (flow := find_flow(moment.connection, config_id)) is None:
            raise DraftOrFlowNotFound(config_id)
        return card(flow, last_revision=last_revision(moment.connection, config_id))


@app.command
def update(
    config_id: str,
    /,
    *,
    name: str | None = None,
    document: Document = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change a flow's name, or give it a new revision, which routes once it is published."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.update_flow import update_flow

    text = UNSET if document is None else text_of(document)
    with store_for(common) as store:
        return card(
            store.write(
                lambda tx, actor: update_flow(
                    tx, actor, config_id, name=UNSET if name is None else name, document=text
                )
            )
        )


@app.command
def publish(
    config_id: str,
    /,
    *,
    revision: Annotated[int | None, Parameter(help="Which one; else the newest.")] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Let calls run through a revision of a flow."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.publish_flow import publish_flow

    with store_for(common) as store:
        return card(store.write(lambda tx, actor: publish_flow(tx, actor, config_id, revision)))


def text_of(file: str) -> str:
    """What the file says."""
    from numberblocks.domain.errors import InvalidFields, Problem
    from numberblocks.operations.create_flow import LONGEST_DOCUMENT

    try:
        if file == "-":
            return sys.stdin.read(LONGEST_DOCUMENT + 1)
        with Path(file).open(encoding="utf-8") as opened:
            return opened.read(LONGEST_DOCUMENT + 1)
    except UnicodeDecodeError:
        raise InvalidFields([Problem("document", "is not text in UTF-8")]) from None
