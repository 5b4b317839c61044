"""Revoke a token: nobody logs in with it again."""

from __future__ import annotations

import msgspec

from numberblocks.domain.access import ADMINISTERING, ANY, Actor
from numberblocks.domain.errors import TokenNotFound
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.operations.create_token import require_held
from numberblocks.operations.named import get_account
from numberblocks.operations.permitted import permitted_account
from numberblocks.storage.finding import find_token
from numberblocks.storage.write import Write


def revoke_token(tx: Write, actor: Actor, key_id: str) -> IssuedToken:
    """End the token now, by whoever has Admin on its account and holds all that it grants."""
    token = get_token_in_reach(tx, actor, key_id)
    permitted_account(tx, actor, ADMINISTERING, token.account)
    require_held(tx, actor, token.grants)
    if token.revoked_at is not None:
        return token
    revoked = msgspec.structs.replace(token, revoked_at=tx.now, version=token.version + 1)
    tx.record("token.revoked", token, revoked)
    return revoked


def get_token_in_reach(tx: Write, actor: Actor, key_id: str) -> IssuedToken:
    """The token with this key id; somebody else's doesn't exist."""
    token = find_token(tx.connection, key_id)
    if token is None or not actor.may(ANY, get_account(tx, token.account)):
        raise TokenNotFound(key_id)
    return token
