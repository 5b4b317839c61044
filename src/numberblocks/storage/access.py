"""What this process knows of accounts, properties and tokens, for one version of them.

Everything that decides who may do what carries one number in the store, ``access_version``, that
grows with every change of it. A view is only ever filled by reads that began after its version
was read, so whatever it holds is at least as new as the version; the writer, inside its lock,
compares the numbers, and where they are equal the view is exact without reading anything again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, bindparam, event, select

from numberblocks.domain.access import Actor, Grant, read_permissions
from numberblocks.domain.accounts import Account, AccountState, Property
from numberblocks.domain.errors import NotLoggedIn
from numberblocks.storage.database import Database
from numberblocks.storage.schema import accounts, grants, history, properties, tokens

T = TypeVar("T")

MOST_KEPT = 50_000
"""A view that grows past this is begun anew, so that memory stays bounded."""


class Credential:
    """What is kept of a token: who it stands for, its hash, and until when it holds."""

    __slots__ = ("actor", "demo", "expires_at", "secret_hash")

    def __init__(
        self, actor: Actor, secret_hash: str, *, expires_at: int | None, demo: bool
    ) -> None:
        self.actor = actor
        self.secret_hash = secret_hash
        self.expires_at = expires_at
        self.demo = demo

    def has_ended(self, now: int) -> bool:
        """Whether the token has run out at this moment (microseconds since the epoch)."""
        return self.expires_at is not None and self.expires_at <= now


class AccessView:
    """Accounts, properties and credentials at one access version, read when first asked for."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.accounts: dict[str, Account] = {}
        self.properties: dict[str, Property] = {}
        self.credentials: dict[str, Credential] = {}

    @property
    def size(self) -> int:
        """How many things are held."""
        return len(self.accounts) + len(self.properties) + len(self.credentials)

    def account(self, connection: Connection, sid: str) -> Account | None:
        """The account with this sid, deactivated ones too."""
        return remembered(self.accounts, sid, lambda: find_account(connection, sid))

    def property(self, connection: Connection, sid: str) -> Property | None:
        """The property with this sid."""
        return remembered(self.properties, sid, lambda: find_property(connection, sid))

    def credential(self, connection: Connection, key_id: str) -> Credential | None:
        """What is known of the token with this key id; None if it is revoked or unknown."""
        return remembered(
            self.credentials, key_id, lambda: self.find_credential(connection, key_id)
        )

    def find_credential(self, connection: Connection, key_id: str) -> Credential | None:
        """Read a token with its grants, unless it or an account above it is out of use."""
        row = connection.execute(TOKEN, {"key_id": key_id}).one_or_none()
        if row is None or row.revoked_at is not None:
            return None
        account = self.account(connection, row.account_sid)
        if account is None or not self.is_in_use(connection, account):
            return None
        actor = Actor(
            kind="token",
            id=key_id,
            account=row.account_sid,
            grants=grants_of(connection, "token", key_id),
        )
        return Credential(actor, row.secret_hash, expires_at=row.expires_at, demo=row.demo)

    def is_in_use(self, connection: Connection, account: Account) -> bool:
        """Whether neither the account nor one above it is deactivated."""
        above = (self.account(connection, sid) for sid in account.path)
        return all(a is not None and a.state is AccountState.ACTIVE for a in above)


class Asker(Protocol):
    """Whoever asks for a write; who that is gets decided inside the writer's lock."""

    def actor(self, view: AccessView, connection: Connection, now: int) -> Actor:
        """The actor at this moment (microseconds since the epoch), or NotLoggedIn."""
        ...


class TokenLogin(NamedTuple):
    """Somebody who proved to know the secret of a token."""

    key_id: str
    secret_hash: str

    def actor(self, view: AccessView, connection: Connection, now: int) -> Actor:
        """The token's actor, unless the token was revoked, rotated or has run out since."""
        known = view.credential(connection, self.key_id)
        if known is None or known.secret_hash != self.secret_hash or known.has_ended(now):
            raise NotLoggedIn
        return known.actor


class KnownActor(NamedTuple):
    """Somebody whom no token stands for: the operator at the command line."""

    known: Actor

    def actor(self, view: AccessView, connection: Connection, now: int) -> Actor:
        """The same actor always."""
        return self.known


class AccessCache:
    """The view of the version that this process asked for last; shared by its threads."""

    def __init__(self) -> None:
        self.current = AccessView(-1)

    def at(self, version: int) -> AccessView:
        """The view for this version, which was read just now."""
        view = self.current
        if view.version != version or view.size > MOST_KEPT:
            view = AccessView(version)
            self.current = view
        return view

    def forget(self) -> None:
        """Know nothing any more."""
        self.current = AccessView(-1)

    def fresh(self, connection: Connection) -> AccessView:
        """The view for the version that the connection sees."""
        return self.at(connection.execute(VERSION).scalar_one())


def cache_of(database: Database) -> AccessCache:
    """A cache for this store, which forgets everything when a new connection is made.

    A connection may lead to another server than the last, where versions mean something else.
    """
    cache = AccessCache()
    event.listen(database.engine, "connect", lambda *_: cache.forget())
    return cache


def remembered(memory: dict[str, T], key: str, find: Callable[[], T | None]) -> T | None:
    """What is in memory under the key, else what is found, kept unless it is nothing."""
    known = memory.get(key)
    if known is None:
        known = find()
        if known is not None:
            memory[key] = known
    return known


VERSION = select(history.c.access_version)
TOKEN = select(tokens).where(tokens.c.key_id == bindparam("key_id"))
GRANTS = (
    select(grants)
    .where(
        grants.c.holder_kind == bindparam("holder_kind"),
        grants.c.holder_id == bindparam("holder_id"),
    )
    .order_by(grants.c.place)
)
ACCOUNT = select(accounts).where(accounts.c.sid == bindparam("sid"))
PROPERTY = select(properties).where(properties.c.sid == bindparam("sid"))


def grants_of(connection: Connection, holder_kind: str, holder_id: str) -> tuple[Grant, ...]:
    """What a token may do, and where."""
    rows = connection.execute(GRANTS, {"holder_kind": holder_kind, "holder_id": holder_id})
    return tuple(
        Grant(
            account=row.account_sid,
            property=row.property_sid,
            permissions=read_permissions(row.permissions.split(",")),
        )
        for row in rows
    )


def find_account(connection: Connection, sid: str) -> Account | None:
    """The account with this sid, with its path from the root."""
    row = connection.execute(ACCOUNT, {"sid": sid}).one_or_none()
    if row is None:
        return None
    path, parent = [sid], row.parent_sid
    while parent is not None:
        path.append(parent)
        parent = connection.execute(PARENT, {"sid": parent}).scalar_one()
    return Account(
        sid=sid,
        parent=row.parent_sid,
        name=row.name,
        state=AccountState(row.state),
        allowed_prefixes=read_list(row.allowed_prefixes),
        path=tuple(reversed(path)),
        version=row.version,
    )


PARENT = select(accounts.c.parent_sid).where(accounts.c.sid == bindparam("sid"))


def find_property(connection: Connection, sid: str) -> Property | None:
    """The property with this sid."""
    row = connection.execute(PROPERTY, {"sid": sid}).one_or_none()
    return None if row is None else property_from(row)


def property_from(row: Any) -> Property:
    """The property that a row is."""
    return Property(
        sid=row.sid,
        account=row.account_sid,
        name=row.name,
        main_domain=row.main_domain,
        time_zone=row.time_zone,
        recording=row.recording,
        active=row.active,
        version=row.version,
    )


def read_list(text: str | None) -> tuple[str, ...] | None:
    """A comma-separated list as it is kept; None is kept as NULL."""
    if text is None:
        return None
    return tuple(text.split(",")) if text else ()
