"""Whether this process is well: /livez and /readyz, and /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import msgspec

from numberblocks.api.call import ApiCall
from numberblocks.api.content import Content
from numberblocks.api.login import is_insider, require_insider
from numberblocks.api.services import Services
from numberblocks.api.shapes import Check, Health
from numberblocks.domain.errors import StoreUnavailable
from numberblocks.storage.checks import server_version
from numberblocks.storage.database import UnusableDatabase
from numberblocks.storage.migrate import NEWEST, require_newest

METRICS_TYPE = "text/plain; version=1.0.0; charset=utf-8"
JSON = "application/json; charset=utf-8"


def live(_call: ApiCall) -> dict[str, Any]:
    """GET /livez: that the process answers."""
    return {"ok": True}


def ready(call: ApiCall) -> Content:
    """GET /readyz: whether requests can be answered; why not is told to insiders only."""
    checks = list(checks_of(call.services))
    ok = all(check.state == "ok" for check in checks)
    health = Health(ok, checks) if is_insider(call.services, call.request) else Health(ok)
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return Content(msgspec.json.encode(health), JSON, status)


def show_metrics(call: ApiCall) -> Content:
    """GET /metrics: what all workers have counted."""
    require_insider(call.services, call.request)
    return Content(call.services.metrics.text(), METRICS_TYPE)


def checks_of(services: Services) -> Iterator[Check]:
    """Everything that answering needs; the same as `numberblocks doctor` looks at."""
    yield checked("database", lambda: check_database(services))
    yield checked("schema", lambda: check_schema(services))
    yield checked("writer", lambda: check_writer(services))


def checked(name: str, look: Callable[[], str]) -> Check:
    """One check done: what it found, or what is wrong."""
    try:
        return Check(name, "ok", look())
    except (UnusableDatabase, StoreUnavailable, NotWell) as error:
        return Check(name, "wrong", str(error))
    except Exception as error:
        # Whatever it is, requests can't be answered; the words may name what only the log should.
        return Check(name, "wrong", type(error).__name__)


class NotWell(Exception):
    """Something that keeps this process from working."""


def check_database(services: Services) -> str:
    """The store answers."""
    with services.database.reading() as connection:
        return f"{server_version(services.database, connection)} answers"


def check_schema(services: Services) -> str:
    """The schema is the one that this release works with."""
    require_newest(services.database)
    return f"{NEWEST} is the one that this release works with"


def check_writer(services: Services) -> str:
    """The writer's thread is there, and gets on with its work."""
    if why := services.writer.why_not_well():
        raise NotWell(why)
    return "ready to write"
