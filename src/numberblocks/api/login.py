"""Who is asking: Basic (account sid and token) or Bearer, and what a browser may not do.

The first look uses what this process already knows of the token, which may be a moment old. A
write decides again inside the writer's lock, a reading at its own moment of the store, and a
refusal is only given after a second look (api/application.py), so the moment never shows.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import NamedTuple

from falcon import Request

from numberblocks.api.services import Services
from numberblocks.domain.access import Actor
from numberblocks.domain.errors import Forbidden, NotLoggedIn, StoreUnavailable
from numberblocks.domain.tokens import hash_of, is_secret_of, read_token
from numberblocks.storage.access import Credential, TokenLogin
from numberblocks.storage.clock import now_by_this_machine
from numberblocks.storage.reading import reading

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN_SITES = frozenset({"cross-site", "same-site"})
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOOPBACK_PEERS = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
PROXY_MARKS = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")
SOME_HASH = hash_of("")


class Presented(NamedTuple):
    """What a request shows: a token, and the account named beside it (Basic only)."""

    account: str | None
    key_id: str
    secret: str


class LoggedIn(NamedTuple):
    """Somebody who proved to know a token's secret, and who that was at first look."""

    login: TokenLogin
    actor: Actor


def log_in(services: Services, request: Request) -> LoggedIn:
    """Who is asking, or NotLoggedIn; asks the store only about tokens not known here yet."""
    shown = read_authorization(request.env.get("HTTP_AUTHORIZATION"))
    known = services.cache.current.credentials.get(shown.key_id)
    found = None if known is None else proven(known, shown, request)
    found = found or log_in_now(services, request)
    services.token_use.note(shown.key_id, now_by_this_machine())
    return found


def log_in_now(services: Services, request: Request) -> LoggedIn:
    """Who is asking, as the store has it at this moment, or NotLoggedIn."""
    shown = read_authorization(request.env.get("HTTP_AUTHORIZATION"))
    with reading(services.database, services.cache) as moment:
        known = moment.access.credential(moment.connection, shown.key_id)
    found = proven(known, shown, request)
    if found is None:
        raise NotLoggedIn
    return found


def proven(known: Credential | None, shown: Presented, request: Request) -> LoggedIn | None:
    """The login, if what was shown proves it."""
    matches = is_secret_of(shown.secret, SOME_HASH if known is None else known.secret_hash)
    if known is None or not matches or known.has_ended(now_by_this_machine()):
        return None
    if shown.account not in (None, known.actor.account):
        return None
    if known.demo and not is_of_this_machine(request):
        return None
    return LoggedIn(TokenLogin(shown.key_id, known.secret_hash), known.actor)


def read_authorization(header: str | None) -> Presented:
    """The credentials in an Authorization header, or NotLoggedIn."""
    account: str | None = None
    scheme, _, rest = (header or "").strip().partition(" ")
    match scheme.lower():
        case "basic":
            account, _, text = decode_basic(rest.strip()).partition(":")
        case "bearer":
            text = rest.strip()
        case _:
            raise NotLoggedIn
    if (token := read_token(text)) is None:
        raise NotLoggedIn
    return Presented(account, token.key_id, token.secret)


def decode_basic(text: str) -> str:
    """User and password, joined by a colon."""
    try:
        return b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise NotLoggedIn from None


def refuse_foreign_sites(request: Request) -> None:
    """Refuse what another site made a browser send; it may have kept a Basic login."""
    if (
        request.method not in SAFE_METHODS
        and request.env.get("HTTP_SEC_FETCH_SITE", "").lower() in FOREIGN_SITES
    ):
        raise Forbidden("Requests that another site makes a browser send are refused.")


def is_of_this_machine(request: Request) -> bool:
    """Whether a request comes straight from this machine: no proxy, no other host's name."""
    env = request.env
    host = env.get("HTTP_HOST", "").lower()
    name = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return (
        env.get("REMOTE_ADDR") in LOOPBACK_PEERS
        and name in LOOPBACK_HOSTS
        and not any(mark in env for mark in PROXY_MARKS)
        and not any(key.startswith("HTTP_X_FORWARDED") for key in env)
    )


def require_insider(services: Services, request: Request) -> None:
    """Let pass what comes straight from this machine, or from somebody who is logged in."""
    if is_of_this_machine(request):
        return
    try:
        request.context.logged_in = log_in_now(services, request)
    except StoreUnavailable:  # Just when it is, somebody wants to look; so what is known will do.
        request.context.logged_in = log_in(services, request)


def is_insider(services: Services, request: Request) -> bool:
    """Whether a request comes straight from this machine, or from somebody who is logged in."""
    try:
        require_insider(services, request)
    except (NotLoggedIn, StoreUnavailable):
        return False
    return True
