"""What the OpenAPI document says about a route: the words for it, and its building blocks.

The tables of what is said stand beside the handlers, in the files about_….py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Schema = dict[str, Any]

Login = Literal["needed", "needed from elsewhere", "none"]
"""Whether a login is needed: always, unless the request comes straight from this machine, never."""

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
HTML_TYPE = "text/html"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. schema: of its value as text; a body may send more than text."""

    name: str
    schema: Schema
    description: str
    example: object = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One status and what comes with it.

    shape: the msgspec type of its JSON; None for what has no shape. headers: names from HEADERS.
    """

    description: str
    shape: Any = None
    media_type: str = JSON_TYPE
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """Everything about one route that its path and its verb don't say.

    name: of the operation, for generated clients. needs: the permission that a token has to have.
    parameters: in the path or in the query; with `body` also in a body, under the same names.
    body: what the shape of the body is called. answers: without what every route may answer.
    """

    name: str
    tag: str
    summary: str
    description: str
    answers: Mapping[int, Answer]
    login: Login = "needed"
    needs: str | None = None
    parameters: tuple[Parameter, ...] = ()
    body: str | None = None
    body_examples: Mapping[str, Schema] = field(default_factory=dict)


HEADERS: dict[str, tuple[str, Schema]] = {
    "X-Request-Id": (
        "The id under which the log and the history have the request.",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    ),
    "X-Position": (
        "Where the change stands in the line of changes. If the request changed nothing: where"
        " the newest change stood when that was found.",
        {"type": "string", "pattern": "^[0-9]+$"},
    ),
    "ETag": ("The version, in quotes.", {"type": "string", "pattern": '^"[0-9]+"$'}),
    "WWW-Authenticate": (
        "How to log in. Left out for scripts in a browser (`Sec-Fetch-Mode: cors`), which would"
        " otherwise make it ask.",
        {"type": "string"},
    ),
    "Allow": ("The methods that the path knows.", {"type": "string"}),
    "Retry-After": (
        "After how many seconds to try again.",
        {"type": "string", "pattern": "^[0-9]+$"},
    ),
    "Preference-Applied": (
        "That the request's preference was heeded.",
        {"type": "string", "const": "handling=strict"},
    ),
    "Location": ("Where to go.", {"type": "string", "format": "uri-reference"}),
}
NOT_ALWAYS_SENT = frozenset({"WWW-Authenticate", "Preference-Applied"})

# What every route takes besides its parameters.
REQUEST_HEADERS = (
    Parameter(
        "X-Request-Id",
        {"type": "string"},
        "An id of your own for the request: 1 to 128 letters, digits, dots, hyphens and"
        " underscores. Anything else is replaced.",
    ),
    Parameter(
        "Prefer",
        {"type": "string"},
        "`handling=strict`: refuse parameters whose names aren't known, instead of ignoring them.",
    ),
)


def text(longest: int | None = None) -> Schema:
    """Text. longest: code points; None for as many as the settings allow."""
    return {"type": "string", "maxLength": longest}


def one_of(*words: str, default: str | None = None) -> Schema:
    """One of these words. They are read in any case; what is documented is their own spelling."""
    return {"type": "string", "enum": list(words)} | ({"default": default} if default else {})


def boolean(*, default: bool | None = None) -> Schema:
    """True or false."""
    return {"type": "boolean"} | ({} if default is None else {"default": default})


def whole_number(minimum: int, maximum: int, default: int) -> Schema:
    """A whole number."""
    return {"type": "integer", "minimum": minimum, "maximum": maximum, "default": default}
