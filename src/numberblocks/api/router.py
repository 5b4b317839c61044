"""Which route a path is, and whose manners its answers have."""

from __future__ import annotations

from typing import Any

from falcon import Request
from falcon.routing import CompiledRouter


class CaselessRouter(CompiledRouter):
    """Falcon's router, but the words of /v2 match in any case; what stands between them doesn't.

    A path of /v2 alternates words and values: /v2/numberblocks/B…, /v2/Properties/S…/Numbers.
    """

    def find(self, uri: str, req: Request | None = None) -> Any:
        """What Falcon finds for the path in its own spelling.

        Nothing for a path that begins with two slashes: Falcon would drop one of them, and serve
        a path for which nobody was asked to log in.
        """
        return None if uri.startswith("//") else super().find(in_lower_case(uri), req)


def in_lower_case(path: str) -> str:
    """A path of /v2 with its words in lower case and its values untouched."""
    first, *rest = path.split("/")[1:] or [""]  # OPTIONS * has no slash at all.
    if first.lower() != "v2":
        return path
    words = (part if place % 2 else part.lower() for place, part in enumerate(rest))
    return "/".join(("", "v2", *words))


def edge_of(path: str) -> str:
    """Whose manners an answer has: those of /v2, or our own."""
    return "v2" if path[:4].lower() == "/v2/" or path.lower() == "/v2" else "v1"
