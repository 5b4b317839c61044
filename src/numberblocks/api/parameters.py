"""All that one request sent, wherever it sent it.

Every verb takes parameters from the path, from the query and from the body. Where they disagree
nothing is chosen: a query that re-targets the path would be a hole in the authorisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from numberblocks.api.body import read_body
from numberblocks.api.form import read_query
from numberblocks.api.sent import Pairs, Value, too_many

Where = Literal["path", "query", "body"]


class Sent(NamedTuple):
    """One value, and where it was sent."""

    where: Where
    value: Value


class Several(tuple[Sent, ...]):
    """All values of a parameter that was sent more than once, not always the same."""

    __slots__ = ()


def read_parameters(
    *,
    path: Mapping[str, str],
    query: str,
    content_type: str | None,
    body: bytes,
    chunked: bool = False,
    max_parameters: int = 1_000,
) -> Parameters:
    """Read everything, or refuse what can't be read as parameters at all.

    path: the parameters in the path, by their names in the API. query: as WSGI hands it on.
    chunked: the body came in chunks. max_parameters: of query and body together.
    """
    in_query = read_query(query, max_parameters) if query else ()
    in_body = read_body(content_type, body, chunked=chunked, max_parameters=max_parameters)
    if len(in_query) + len(in_body) > max_parameters:
        raise too_many(max_parameters)
    return Parameters(path=tuple(path.items()), query=in_query, body=in_body)


class Parameters:
    """Values by name. Names match without regard to case; what is sent twice alike counts once."""

    __slots__ = ("_differing", "_sources", "_values")

    def __init__(self, *, path: Pairs = (), query: Pairs = (), body: Pairs = ()) -> None:
        self._sources: dict[Where, Pairs] = {"path": path, "query": query, "body": body}
        self._values: dict[str, Value] = {}
        self._differing: set[str] = set()
        for pairs in self._sources.values():
            self._take(pairs)

    def _take(self, pairs: Pairs) -> None:
        values = self._values
        for name, value in pairs:
            if value is None:
                continue
            key = name_key(name)
            if values.setdefault(key, value) != value:
                self._differing.add(key)

    def get(self, name: str) -> Value | Several | None:
        """What was sent under this name; None if nothing was, or only null or an empty form value.

        Whether an empty text of JSON means anything depends on the parameter, so it is told.
        """
        key = name_key(name)
        return self._all_of(key) if key in self._differing else self._values.get(key)

    def _all_of(self, key: str) -> Several:
        return Several(
            Sent(where, value)
            for where, pairs in self._sources.items()
            for name, value in pairs
            if value is not None and name_key(name) == key
        )

    def unknown(self, known: Iterable[str]) -> list[str]:
        """The names in query and body that aren't known: as sent, each once, in order."""
        known_keys = {name_key(name) for name in known}
        unknown: dict[str, str] = {}
        for name, _ in (*self._sources["query"], *self._sources["body"]):
            unknown.setdefault(name_key(name), name)
        return [name for key, name in unknown.items() if key not in known_keys]


def name_key(name: str) -> str:
    """The name without its case. Only ASCII has case here, lest a Kelvin sign pass for a k."""
    return name.lower() if name.isascii() else name
