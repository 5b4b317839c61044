"""The schemas of the OpenAPI document: shapes of answers, and what a body may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from numberblocks.api.about import Schema
from numberblocks.api.routes import Route
from numberblocks.api.shapes import ErrorAnswer, ProblemDetails
from numberblocks.settings import Settings

SCHEMA = "#/components/schemas/{name}"


def schemas(routes: Iterable[Route], settings: Settings) -> Iterator[tuple[str, Schema]]:
    """Every schema that has a name."""
    shapes = [answer.shape for route in routes for answer in route.about.answers.values()]
    known = [shape for shape in (*shapes, ErrorAnswer, ProblemDetails) if shape is not None]
    yield from msgspec.json.schema_components(known, ref_template=SCHEMA)[1].items()
    for route in routes:
        if route.about.body is not None:
            yield route.about.body, body_schema(route, settings)


def schema_of(shape: Any) -> Schema:
    """The schema of a shape, or where it is."""
    (schema,), _ = msgspec.json.schema_components([shape], ref_template=SCHEMA)
    return schema


def body_schema(route: Route, settings: Settings) -> Schema:
    """What a body may hold: all that isn't in the path."""
    in_path = set(route.names.values())
    return {
        "type": "object",
        "description": "Members whose names aren't known are ignored.",
        "properties": {
            each.name: in_body(bounded(each.schema, settings)) | {"description": each.description}
            for each in route.about.parameters
            if each.name not in in_path
        },
    }


def in_body(schema: Schema) -> Schema:
    """A parameter's schema in a body, where null is absent and an integer is its digits."""
    if "enum" in schema:
        return schema | {"type": ["string", "null"], "enum": [*schema["enum"], None]}
    return schema | {"type": ["string", "integer", "null"]}


def bounded(schema: Schema, settings: Settings) -> Schema:
    """The schema with the longest text that the settings allow, where it names no other."""
    if "maxLength" in schema and schema["maxLength"] is None:
        return schema | {"maxLength": settings.longest_text}
    return schema
