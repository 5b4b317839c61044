"""account: create, list, show, update."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, Common, Page, Whose

app = App(name="account", help="Accounts: customers, and the tree that they form.")

COLUMNS = "sid name parent state allowed_prefixes"
Prefixes = Annotated[
    str | None,
    Parameter(
        help="Where it may route calls to: 612,613,… in place of all before; '' for nowhere."
    ),
]


@app.command
def create(
    name: str,
    *,
    parent: Annotated[
        str | None, Parameter(help="Sid of the account above; else the root.")
    ] = None,
    allowed_prefixes: Prefixes = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Create an account."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.create_account import create_account

    prefixes = None if allowed_prefixes is None else read_prefixes(allowed_prefixes)
    with store_for(common) as store:
        above = parent or store.operator.account
        return card(
            store.write(
                lambda tx, actor: create_account(
                    tx, actor, parent=above, name=name, allowed_prefixes=prefixes
                )
            )
        )


@app.command(name="list")
def list_them(
    *,
    parent: Annotated[
        str | None, Parameter(help="Only this account and those right below it.")
    ] = None,
    page: Page = FIRST_PAGE,
    common: Common = DEFAULTS,
) -> Answer:
    """List accounts."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.storage.listing import list_accounts

    with store_for(common) as store, store.reading() as moment:
        view = view_of(store, moment, Whose(account=parent))
        found = list_accounts(moment.connection, view, page.after, wanted(page))
        return listed("accounts", found, page, "sid", COLUMNS)


@app.command
def show(sid: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one account."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.named import get_account

    with store_for(common) as store, store.reading() as moment:
        return card(get_account(moment, sid))


@app.command
def update(
    sid: str,
    /,
    *,
    name: str | None = None,
    allowed_prefixes: Prefixes = None,
    state: Annotated[
        Literal["active", "deactivated"] | None,
        Parameter(help="Nobody logs in to a deactivated account or one below it."),
    ] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Change an account; what isn't given stays."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.domain.accounts import AccountState
    from numberblocks.operations.update_account import AccountChange, update_account

    change = AccountChange(
        name=UNSET if name is None else name,
        allowed_prefixes=UNSET if allowed_prefixes is None else read_prefixes(allowed_prefixes),
        state=UNSET if state is None else AccountState(state),
    )
    with store_for(common) as store:
        return card(store.write(lambda tx, actor: update_account(tx, actor, sid, change)))


def read_prefixes(text: str) -> tuple[str, ...]:
    """612,613,… as a list; nothing as an empty one."""
    from numberblocks.domain.allowed_prefixes import NotAnAllowedPrefix, read_allowed_prefixes
    from numberblocks.domain.errors import InvalidFields, Problem

    words = [word.strip() for word in text.split(",")] if text.strip() else []
    try:
        return read_allowed_prefixes(words)
    except NotAnAllowedPrefix as error:
        raise InvalidFields([Problem("allowed_prefixes", error.message)]) from None
