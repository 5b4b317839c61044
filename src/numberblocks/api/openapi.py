"""The OpenAPI document, made from the table of routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from numberblocks import __version__
from numberblocks.api.about import HEADERS, REQUEST_HEADERS, Parameter
from numberblocks.api.content_type import FORM, JSON, MULTIPART
from numberblocks.api.openapi_answers import ERRORS, error_response, header, name_of, responses
from numberblocks.api.openapi_schemas import SCHEMA, bounded, schemas
from numberblocks.api.routes import Route
from numberblocks.settings import Settings

DESCRIPTION = """\
Where the calls of blocks of Australian phone numbers go. `/v2` speaks the names and shapes of the
Fone Dynamics REST API v2, in which the words of a path match in any case; `/api/v1` is our own.

HEAD is answered like GET without a body, OPTIONS with `Allow`. A request that can't be read as
HTTP/1.1 at all is refused by the server itself, with an empty body. The sids in the examples are
those of the demo."""

PATH_PARAMETER = re.compile(r"{(\w+)}")


def document_json(routes: Iterable[Route], settings: Settings) -> bytes:
    """The document as it is sent."""
    return msgspec.json.encode(document_of(tuple(routes), settings))


def document_of(routes: tuple[Route, ...], settings: Settings) -> dict[str, Any]:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "numberblocks",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(r.about.tag for r in routes)],
        "paths": dict(path_items(routes, settings)),
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "headers": {name: header(name) for name in HEADERS},
            "schemas": dict(sorted(schemas(routes, settings))),
            "responses": {
                name_of(edge, status): error_response(edge, answer)
                for edge in ("v2", "own")
                for status, answer in ERRORS.items()
            },
        },
    }


SECURITY_SCHEMES = {
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "The user is the AccountSid of the token's own account, the password the"
        " token.",
    },
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token."},
}


# Paths and operations.


def path_items(routes: Iterable[Route], settings: Settings) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every path with its operations."""
    for path in dict.fromkeys(route.path for route in routes):
        together = tuple(route for route in routes if route.path == path)
        names = names_in(path, together)
        yield (
            path.format(**{name: f"{{{called}}}" for name, called in names.items()}),
            {route.method.lower(): operation(route, names, settings) for route in together},
        )


def names_in(path: str, routes: tuple[Route, ...]) -> dict[str, str]:
    """What the parameters of a path are called: as in the API, if all verbs agree on it."""
    called = {
        name: {route.names[name] for route in routes} for name in PATH_PARAMETER.findall(path)
    }
    return {name: names.pop() if len(names) == 1 else name for name, names in called.items()}


def operation(route: Route, names: Mapping[str, str], settings: Settings) -> dict[str, Any]:
    """One route as an operation. names: of the parameters in the path, as the document has it."""
    about = route.about
    written: dict[str, Any] = {
        "operationId": about.name,
        "tags": [about.tag],
        "summary": about.summary,
        "description": about.description,
        "security": security(route),
        "parameters": list(parameters(route, names, settings)),
        "responses": responses(route),
    }
    if about.body is not None:
        written["requestBody"] = request_body(route)
    return written


def security(route: Route) -> list[dict[str, list[str]]]:
    """The ways to log in, with the permission that is needed."""
    needs = [route.about.needs] if route.about.needs else []
    ways: list[dict[str, list[str]]] = [{"basic": needs}, {"bearer": needs}]
    return {"needed": ways, "needed from elsewhere": [{}, *ways], "none": []}[route.about.login]


def parameters(
    route: Route, names: Mapping[str, str], settings: Settings
) -> Iterator[dict[str, Any]]:
    """What is sent in the path, in the query and in headers."""
    shown_as = {route.names[name]: shown for name, shown in names.items()}
    for each in route.about.parameters:
        if each.name in shown_as:
            yield parameter(each, "path", settings) | {"name": shown_as[each.name]}
        elif route.about.body is None:
            yield parameter(each, "query", settings)
        else:  # Examples would be sent in the query and in the body, where they could disagree.
            yield parameter(replace(each, example=None), "query", settings)
    for each in REQUEST_HEADERS if route.edge != "service" else ():
        yield parameter(each, "header", settings)


def parameter(each: Parameter, place: str, settings: Settings) -> dict[str, Any]:
    """One parameter that isn't in the body."""
    schema = bounded(each.schema, settings)
    written: dict[str, Any] = {
        "name": each.name,
        "in": place,
        "description": each.description,
        "schema": schema,
    }
    if place == "path":
        written |= {"required": True, "schema": schema | {"minLength": 1}}
    return written if each.example is None else written | {"example": each.example}


def request_body(route: Route) -> dict[str, Any]:
    """One shape under every content type."""
    content: dict[str, Any] = {
        media_type: {"schema": {"$ref": SCHEMA.format(name=route.about.body)}}
        for media_type in (JSON, FORM, MULTIPART)
    }
    if examples := route.about.body_examples:
        content[JSON]["examples"] = {name: {"value": each} for name, each in examples.items()}
    return {"required": False, "content": content}
