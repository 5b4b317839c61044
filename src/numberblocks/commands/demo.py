"""demo: put the demo into a store, and take it out again."""

from __future__ import annotations

from collections.abc import Iterator

from cyclopts import App

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, Common

app = App(name="demo", help="Put demo customers and numbers into the store, or take them out.")


@app.default
def make(*, common: Common = DEFAULTS) -> Answer:
    """Put the demo into the store: once, however often this is called.

    Makes the schema in an empty database.
    """
    from numberblocks.commands.store import database_for, opened
    from numberblocks.operations.demo import what_scripts_are_told
    from numberblocks.operations.seed_demo import seed_demo
    from numberblocks.storage.migrate import migrate_if_empty

    with database_for(common, may_be_new=True) as database:
        migrate_if_empty(database)
        with opened(database) as store:
            store.write(seed_demo)
    return Answer(what_scripts_are_told(), demo_in_words(database.name))


@app.command
def remove(*, common: Common = DEFAULTS) -> Answer:
    """Revoke the demo's published tokens and deactivate its accounts."""
    from numberblocks.commands.store import store_for
    from numberblocks.operations.remove_demo import remove_demo

    with store_for(common) as store:
        revoked = [token.key_id for token in store.write(remove_demo)]
    line = f"Revoked: {', '.join(revoked)}." if revoked else "There are no demo tokens to revoke."
    return Answer({"revoked": revoked}, [line])


def demo_in_words(name: str) -> Iterator[str]:
    """What a person is told about the demo."""
    from numberblocks.operations import demo

    yield f"The demo is in {name}. Its tokens are published and work on this machine only."
    yield ""
    yield f"  Acme           {demo.ACME}"
    yield f"  Acme Stores    {demo.ACME_STORES}"
    for block in demo.ACMES:
        yield f"  {block.name:<14} {block.sid}  {block.numbers}"
    yield f"  Olivia's token {demo.OLIVIA} (Manage)"
    yield f"  Roy's token    {demo.ROY} (Reporting)"
    yield f"  Ada's token    {demo.ADA} (Admin)"
    yield ""
    yield "With the service running (numberblocks serve), point Sydney's numbers somewhere else:"
    yield ""
    yield from curl()


def curl() -> Iterator[str]:
    """A request that is ready to be pasted."""
    from numberblocks.operations import demo

    yield f"  curl -u {demo.ACME}:{demo.OLIVIA} \\"
    yield f"    http://127.0.0.1:8080/v2/numberblocks/{demo.SYDNEY.sid} \\"
    yield f"    -d AccountSid={demo.ACME} \\"
    yield "    -d RoutingMethod=endpoint --data-urlencode 'EndpointNumber=0491 570 157' \\"
    yield "    -d Recording=enabled -d Campaign=Spring"
