"""Which HTTP status a refusal has, by its type."""

from __future__ import annotations

from numberblocks.api.refusals import BodyRefused, InternalError, MethodNotAllowed, PathNotFound
from numberblocks.domain.errors import (
    Forbidden,
    NotLoggedIn,
    Refusal,
    StoreUnavailable,
)

STATUS: dict[type[Refusal], int] = {
    NotLoggedIn: 401,
    Forbidden: 403,
    StoreUnavailable: 503,
    PathNotFound: 404,
    MethodNotAllowed: 405,
    InternalError: 500,
    Refusal: 400,
}


def status_of(refusal: Refusal) -> int:
    """The status of the nearest type in the tree; 400 for what is wrong with a parameter."""
    if isinstance(refusal, BodyRefused):
        return refusal.status
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
