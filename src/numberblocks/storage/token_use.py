"""When tokens were last used: noted in memory, and written once a minute, outside the history."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, update

from numberblocks.storage.schema import tokens


class TokenUse:
    """The tokens that were used since they were last written down."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def note(self, key_id: str, at: int) -> None:
        """This token was used at this moment (microseconds since the epoch, UTC)."""
        self._used[key_id] = at

    def take(self) -> Mapping[str, int]:
        """What was noted, which is forgotten here."""
        used, self._used = self._used, {}
        # A copy: a thread that is noting just now may still write into what was here.
        return used.copy()

    def give_back(self, used: Mapping[str, int]) -> None:
        """Note again what was taken, unless the token was used since."""
        for key_id, at in used.items():
            self._used.setdefault(key_id, at)


LATER = func.coalesce(tokens.c.last_used_at, 0) < bindparam("at")
WRITE = (
    update(tokens)
    .where(tokens.c.key_id == bindparam("used"), LATER)
    .values(last_used_at=bindparam("at"))
)


def write_token_use(connection: Connection, used: Mapping[str, int]) -> None:
    """Write down when each of these tokens was last used, unless something later is known."""
    if used:
        connection.execute(WRITE, [{"used": key, "at": at} for key, at in used.items()])
