"""token: create, list, show, update, revoke."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, FIRST_PAGE, Common, Page, Whose

if TYPE_CHECKING:
    from msgspec import UnsetType

    from numberblocks.domain.access import Grant
    from numberblocks.domain.issued_token import IssuedToken
    from numberblocks.storage.reading import Reading

app = App(name="token", help="Tokens, with which clients log in.")

COLUMNS = "key_id name account grants expires_at revoked_at"
IN_A_WHILE = re.compile(r"([1-9]\d{0,4})([dh])")
MICROSECONDS = {"d": 86_400_000_000, "h": 3_600_000_000}


@app.command
def create(
    name: str,
    *,
    account: Annotated[str, Parameter(help="Sid of the account that it logs in as.")],
    grant: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            help="What it may do: Manage,Reporting on the account, or Manage@SID on an account"
            " below it or on a property. May be given several times.",
        ),
    ],
    expires: Annotated[
        str | None,
        Parameter(help="When it ends: 90d, 12h, 2027-06-30 or 2027-06-30T12:00:00Z; else never."),
    ] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Create a token. It is shown this once and never again."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.create_token import create_token

    grants = [read_grant(text, account) for text in grant]
    end = None if expires is None else read_expiry(expires)
    with store_for(common) as store:
        made = store.write(
            lambda tx, actor: create_token(
                tx, actor, account=account, name=name, grants=grants, expires_at=end
            )
        )
    return card(made.issued, token=str(made.token))


@app.command(name="list")
def list_them(
    *,
    account: Annotated[str | None, Parameter(help="Sid of the account.")] = None,
    page: Page = FIRST_PAGE,
    common: Common = DEFAULTS,
) -> Answer:
    """List tokens, of an account or all, without their secrets."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import listed, view_of, wanted
    from numberblocks.storage.listing import list_tokens

    with store_for(common) as store, store.reading() as moment:
        view = view_of(store, moment, Whose(account=account))
        found = list_tokens(moment.connection, view, page.after, wanted(page))
        return listed("tokens", found, page, "key_id", COLUMNS)


@app.command
def show(key_id: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Show one token, without its secret."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card

    with store_for(common) as store, store.reading() as moment:
        return card(get_token(moment, key_id))


@app.command
def update(
    key_id: str,
    /,
    *,
    name: str | None = None,
    grant: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            help="What it may do, in place of all before: Manage,Reporting or Manage@SID. May be"
            " given several times.",
        ),
    ] = (),
    expires: Annotated[
        str | None, Parameter(help="When it ends: 90d, 12h, 2027-06-30 or 2027-06-30T12:00:00Z.")
    ] = None,
    never_expires: Annotated[
        bool, Parameter(negative="", help="It ends when it is revoked.")
    ] = False,
    common: Common = DEFAULTS,
) -> Answer:
    """Change a token, from the next request on; its secret and what isn't given stay."""
    from msgspec import UNSET

    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.update_token import TokenChange, update_token

    end = read_new_expiry(expires, never_expires)
    with store_for(common) as store:
        with store.reading() as moment:
            account = get_token(moment, key_id).account
        change = TokenChange(
            name=UNSET if name is None else name,
            expires_at=end,
            grants=tuple(read_grant(text, account) for text in grant) or UNSET,
        )
        return card(store.write(lambda tx, actor: update_token(tx, actor, key_id, change)))


@app.command
def revoke(key_id: str, /, *, common: Common = DEFAULTS) -> Answer:
    """Revoke a token: nobody logs in with it again."""
    from numberblocks.commands.store import store_for
    from numberblocks.commands.things import card
    from numberblocks.operations.revoke_token import revoke_token

    with store_for(common) as store:
        return card(store.write(lambda tx, actor: revoke_token(tx, actor, key_id)))


def get_token(moment: Reading, key_id: str) -> IssuedToken:
    """The token with this key id, revoked ones too."""
    from numberblocks.domain.errors import TokenNotFound
    from numberblocks.storage.finding import find_token

    if (token := find_token(moment.connection, key_id)) is None:
        raise TokenNotFound(key_id)
    return token


def read_grant(text: str, account: str) -> Grant:
    """Manage,Reporting or Manage@SID."""
    from numberblocks.domain.access import Grant, read_permissions
    from numberblocks.domain.errors import InvalidFields, Problem
    from numberblocks.domain.sids import LETTERS

    words, _, target = text.partition("@")
    try:
        permissions = read_permissions(words.split(","))
    except ValueError as error:
        raise InvalidFields([Problem("grant", str(error))]) from None
    if target.startswith(LETTERS["property"]):
        return Grant(property=target, permissions=permissions)
    return Grant(account=target or account, permissions=permissions)


def read_new_expiry(expires: str | None, never_expires: bool) -> int | UnsetType | None:
    """The new end, None for never, or UNSET if nothing is said of it."""
    from msgspec import UNSET

    from numberblocks.domain.errors import InvalidFields, conflicting

    if expires is None:
        return None if never_expires else UNSET
    if never_expires:
        raise InvalidFields([conflicting("expires", "and --never-expires are given both")])
    return read_expiry(expires)


def read_expiry(text: str) -> int:
    """A moment, or a while from now, in microseconds since the epoch."""
    from datetime import UTC, datetime

    from numberblocks.domain.errors import InvalidFields, Problem
    from numberblocks.storage.clock import now_by_this_machine

    if match := IN_A_WHILE.fullmatch(text):
        return now_by_this_machine() + int(match[1]) * MICROSECONDS[match[2]]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidFields([Problem("expires", "is not a time: 90d, 12h or 2027-06-30T12:00:00Z")])
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000
