"""The answers in the OpenAPI document: those of a route, and those that go with its kind."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from numberblocks.api.about import (
    HEADERS,
    JSON_TYPE,
    NOT_ALWAYS_SENT,
    PROBLEM_TYPE,
    Answer,
)
from numberblocks.api.openapi_schemas import schema_of
from numberblocks.api.routes import Route
from numberblocks.api.shapes import ErrorAnswer, ProblemDetails

UNAUTHORIZED = Answer(
    "No credentials, or wrong ones, or of somebody who may not log in any more.",
    headers=("WWW-Authenticate",),
)
UNAVAILABLE = Answer(
    "The store can't be reached, or didn't answer in time. It isn't known then whether a change"
    " was made; sending it again is safe.",
    headers=("Retry-After",),
)
ERRORS: Mapping[HTTPStatus, Answer] = {
    HTTPStatus.BAD_REQUEST: Answer(
        "Something that was sent is missing, wrong, or names what isn't within your reach."
    ),
    HTTPStatus.UNAUTHORIZED: UNAUTHORIZED,
    HTTPStatus.FORBIDDEN: Answer("The permission is missing, or another site sent the request."),
    HTTPStatus.NOT_FOUND: Answer("Nothing is served at this path."),
    HTTPStatus.METHOD_NOT_ALLOWED: Answer("The path doesn't know this method.", headers=("Allow",)),
    HTTPStatus.LENGTH_REQUIRED: Answer("A form was sent in chunks."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Answer("The body is larger than the limit."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Answer("The type or the charset of the body isn't read."),
    HTTPStatus.INTERNAL_SERVER_ERROR: Answer("A fault of ours; the log has it under its id."),
    HTTPStatus.SERVICE_UNAVAILABLE: UNAVAILABLE,
}
ALWAYS = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.INTERNAL_SERVER_ERROR)
WITH_LOGIN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE)
WITH_BODY = (
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


def responses(route: Route) -> dict[str, Any]:
    """Every answer that the route may give, by its status."""
    known = {status: response(answer) for status, answer in route.about.answers.items()}
    edge = "v2" if route.edge == "v2" else "own"
    for status in error_statuses(route):
        known.setdefault(status, {"$ref": f"#/components/responses/{name_of(edge, status)}"})
    return {str(int(status)): known[status] for status in sorted(known)}


def error_statuses(route: Route) -> tuple[HTTPStatus, ...]:
    """The statuses of what may go wrong with a route of its kind."""
    about = route.about
    return (
        *ALWAYS,
        *(WITH_LOGIN if about.login != "none" else ()),
        *((HTTPStatus.NOT_FOUND,) if route.edge == "service" and route.names else ()),
        *((HTTPStatus.BAD_REQUEST,) if route.edge != "service" else ()),
        *((HTTPStatus.FORBIDDEN,) if route.edge == "v2" else ()),
        *(WITH_BODY if about.body else ()),
    )


def response(answer: Answer) -> dict[str, Any]:
    """One answer, written out."""
    names = ("X-Request-Id", *answer.headers)
    written = {
        "description": answer.description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    schema = {"type": "string"} if answer.shape is None else schema_of(answer.shape)
    return written | {"content": {answer.media_type: {"schema": schema}}}


def error_response(edge: str, answer: Answer) -> dict[str, Any]:
    """The answer to what went wrong, in the manners of its edge."""
    shape, media_type = (ErrorAnswer, JSON_TYPE) if edge == "v2" else (ProblemDetails, PROBLEM_TYPE)
    return response(Answer(answer.description, shape, media_type, answer.headers))


def name_of(edge: str, status: HTTPStatus) -> str:
    """What an error is called among the components."""
    return f"{edge}{status.phrase.title().replace(' ', '')}"


def header(name: str) -> dict[str, Any]:
    """One header of answers."""
    description, schema = HEADERS[name]
    return {
        "description": description,
        "required": name not in NOT_ALWAYS_SENT,
        "schema": schema,
    }
