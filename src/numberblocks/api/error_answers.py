"""The one place where the answer to whatever went wrong is made."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from falcon import HTTPError, Request, Response

from numberblocks.api.problem_details import problem_json
from numberblocks.api.refusals import InternalError, MethodNotAllowed
from numberblocks.api.router import edge_of
from numberblocks.api.status import status_of
from numberblocks.api.v2_errors import error_json
from numberblocks.domain.errors import (
    NotLoggedIn,
    Refusal,
    StoreUnavailable,
    UnreadableRequest,
)

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"
RETRY_AFTER = "1"

encode = msgspec.json.Encoder().encode
log = logging.getLogger(__name__)


def answer_error(req: Request, resp: Response, error: Exception, _values: dict[str, Any]) -> None:
    """Make the answer to whatever went wrong, in the manners of the path's edge."""
    refusal: Refusal
    match error:
        case StoreUnavailable(__cause__=Exception() as cause):
            log.warning("store unavailable: %s", cause, extra=name_of(req))
            refusal = error
        case Refusal():
            refusal = error
        case HTTPError() if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            refusal = UnreadableRequest(error.description or error.title or "can't be read")
        case _:
            log.error("request failed", exc_info=error, extra=name_of(req))
            refusal = InternalError(req.context.request_id)
    write_refusal(req, resp, refusal)


def name_of(req: Request) -> dict[str, str]:
    """What a line of the log is found by."""
    return {"request_id": req.context.request_id}


def write_refusal(req: Request, resp: Response, refusal: Refusal) -> None:
    """The refusal as an answer."""
    resp.status = status_of(refusal)
    if edge_of(req.path) == "v2":
        resp.data, resp.content_type = encode(error_json(refusal)), JSON
    else:
        resp.data = encode(problem_json(refusal, req.context.request_id))
        resp.content_type = PROBLEM
    match refusal:
        case NotLoggedIn() if req.env.get("HTTP_SEC_FETCH_MODE", "").lower() != "cors":
            resp.set_header("WWW-Authenticate", 'Basic realm="numberblocks", charset="UTF-8"')
        case StoreUnavailable():
            resp.set_header("Retry-After", RETRY_AFTER)
        case MethodNotAllowed():
            resp.set_header("Allow", refusal.allowed)
