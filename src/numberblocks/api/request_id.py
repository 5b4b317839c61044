"""The id under which a request is found again: in its answer, in the log and in the history."""

from __future__ import annotations

import re
import secrets
from itertools import count

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class RequestIds:
    """Ids of one process: a random beginning, then a number, so that none needs new randomness."""

    def __init__(self) -> None:
        self._beginning = secrets.token_hex(8)
        self._numbers = count(1)

    def id_of(self, given: str | None) -> str:
        """The client's own id if it is fit to be one, else a new one."""
        if given and REQUEST_ID.fullmatch(given):
            return given
        return f"{self._beginning}-{next(self._numbers)}"
