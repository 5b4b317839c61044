"""Take the demo out of a store: nobody logs in with its published tokens again."""

from __future__ import annotations

from numberblocks.domain.access import Actor
from numberblocks.domain.accounts import AccountState
from numberblocks.domain.issued_token import IssuedToken
from numberblocks.operations import demo
from numberblocks.operations.permitted import require_operator
from numberblocks.operations.revoke_token import revoke_token
from numberblocks.operations.update_account import AccountChange, update_account
from numberblocks.storage.finding import live_demo_tokens
from numberblocks.storage.write import Write

OUT_OF_USE = AccountChange(state=AccountState.DEACTIVATED)


def remove_demo(tx: Write, actor: Actor) -> list[IssuedToken]:
    """Revoke the demo's tokens and deactivate its accounts; the tokens that were revoked.

    Whatever the demo made keeps its sid, as everything does.
    """
    require_operator(tx, actor)
    revoked = [revoke_token(tx, actor, key_id) for key_id in live_demo_tokens(tx.connection)]
    for sid in (demo.ACME, demo.GLOBEX):
        if tx.account(sid) is not None:
            update_account(tx, actor, sid, OUT_OF_USE)
    return revoked
