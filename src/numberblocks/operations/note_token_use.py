"""Note when tokens were last used. It changes nothing that counts, so the history has no line."""

from __future__ import annotations

from collections.abc import Mapping

from numberblocks.domain.access import Actor
from numberblocks.storage.token_use import write_token_use
from numberblocks.storage.write import Write


def note_token_use(tx: Write, _actor: Actor, used: Mapping[str, int]) -> None:
    """used: microseconds since the epoch, UTC, by key id."""
    write_token_use(tx.connection, used)
