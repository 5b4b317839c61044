"""One line of the log for every request that was answered, and its count among the metrics.

Nothing that proves who somebody is gets into a line: no header but the request's id and trace, no
body, and of the query only what is documented. Numbers are told by their last three digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from time import perf_counter
from typing import Any
from urllib.parse import unquote_plus

import msgspec
import structlog
from falcon import Request, Response

from numberblocks.api.metrics import METHODS, OTHER, Metrics
from numberblocks.logs import hide, hide_token, now, unescaped
from numberblocks.settings import LogLevel

encode = msgspec.json.Encoder().encode

TRACE_ID = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
LONGEST_SHOWN = 1_000
"""Of a path or a query, in characters."""


class RequestLog:
    """Falcon middleware, the outermost, so that it sees every answer as it is sent."""

    def __init__(self, metrics: Metrics, parameters: Collection[str], level: LogLevel) -> None:
        """parameters: names whose values may be shown; all of them are documented.

        level: from which on lines are written.
        """
        self.count = metrics.count_request
        self.shown = frozenset(name.lower() for name in parameters)
        self.least_status = 0 if level in ("debug", "info") else HTTPStatus.INTERNAL_SERVER_ERROR
        # Straight to what writes: what structlog would do in between costs as much as the rest.
        self.write = structlog.get_config()["logger_factory"]().msg

    def process_request(self, req: Request, _resp: Response) -> None:
        """Note when it began."""
        req.context.began = perf_counter()

    def process_response(
        self, req: Request, resp: Response, _resource: object, _succeeded: bool
    ) -> None:
        """Count it, and write its line."""
        seconds = perf_counter() - req.context.began
        status = resp.status_code
        self.count(req.method, req.uri_template, status, seconds)
        if status >= self.least_status:
            # Nobody's answer depends on whether the log can be written: its disk may be full.
            with suppress(OSError):
                self.write(encode(self.line_of(req, resp, status, seconds)))

    def line_of(self, req: Request, resp: Response, status: int, seconds: float) -> dict[str, Any]:
        """What the line tells; what isn't known is left out."""
        context = req.context
        line: dict[str, Any] = {
            "time": now(),
            "level": "info" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "error",
            "event": "request",
            "request_id": hide_token(context.request_id),
            "method": req.method if req.method in METHODS else OTHER,
            "route": req.uri_template,
            "path": shown_path(req.path),
            "status": status,
            "ms": round(seconds * 1_000, 3),
        }
        if query := req.query_string:
            line["query"] = shown_query(query, self.shown)
        if (trace := req.env.get("HTTP_TRACEPARENT")) and (match := TRACE_ID.fullmatch(trace)):
            line["trace_id"] = match[1]
        if context.logged_in is not None:
            actor = context.logged_in.actor
            line["actor"] = f"{actor.kind}:{actor.id}"
            line["account"] = actor.account
        if position := resp.get_header("X-Position"):
            line["position"] = int(position)
        return line


def shown_path(path: str) -> str:
    """The path as it may be shown. A long one loses its end, and with it a part of a number."""
    if len(path) > LONGEST_SHOWN:
        path = f"{path[:LONGEST_SHOWN].rpartition('/')[0]}/***"
    return hidden_in(path)


@lru_cache(1024)
def hidden_in(path: str) -> str:
    """The path without secrets; remembered, since paths are asked for again and again."""
    return hide(unescaped(path))


def shown_query(query: str, names: Collection[str]) -> str:
    """The query as it may be shown: the values of these parameters only, and no other's name."""
    if len(query) > LONGEST_SHOWN:
        query = f"{query[:LONGEST_SHOWN].rpartition('&')[0]}&"
    return "&".join(shown_pair(pair, names) for pair in query.split("&"))


def shown_pair(pair: str, names: Collection[str]) -> str:
    """One parameter of the query as it may be shown."""
    name, _, value = pair.partition("=")
    name = unquote_plus(name)
    return f"{name}={hide(unescaped(unquote_plus(value)))}" if name.lower() in names else "***"
