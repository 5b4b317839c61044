"""Answering points outside of the ranges that are known to be assigned: accepted, but told of.

The known ranges are older than the newest ones, so such a number is not refused; but it may be a
slip of the keyboard.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from numberblocks.api.call import ApiCall
from numberblocks.domain.answering_point import is_assigned

log = logging.getLogger(__name__)

is_known = lru_cache(8192)(is_assigned)


def tell_of_unassigned(call: ApiCall, before: str | None, after: str | None) -> None:
    """Log and count a block's new answering point if its range isn't known to be assigned."""
    if after is None or after == before or is_known(after):
        return
    call.services.metrics.unassigned.inc()
    log.warning(
        "endpoint number outside of the assigned ranges: %s",
        after,
        extra={"request_id": call.request_id},
    )
