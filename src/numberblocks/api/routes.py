"""Every path that is served. The application and the OpenAPI document are both made from this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from numberblocks.api import number_blocks, v1_number_blocks
from numberblocks.api.call import ApiCall

Edge = Literal["v2", "v1"]
Handler = Callable[[ApiCall], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One verb on one path.

    path: in lower case but for its parameters. names: each path parameter's name in the API.
    """

    edge: Edge
    method: str
    path: str
    handler: Handler
    names: Mapping[str, str] = field(default_factory=dict)


ROUTES = (
    Route("v2", "POST", "/v2/numberblocks", number_blocks.configure_nothing),
    Route("v2", "GET", "/v2/numberblocks", number_blocks.list_blocks),
    Route(
        "v2",
        "POST",
        "/v2/numberblocks/{sid_or_text}",
        number_blocks.configure,
        {"sid_or_text": "NumberBlockSid"},
    ),
    Route(
        "v2",
        "GET",
        "/v2/numberblocks/{sid_or_text}",
        number_blocks.list_blocks,
        {"sid_or_text": "Text"},
    ),
    Route(
        "v2",
        "GET",
        "/v2/properties/{sid}/numberblocks",
        number_blocks.list_blocks,
        {"sid": "PropertySid"},
    ),
    Route(
        "v2",
        "GET",
        "/v2/accounts/{sid}/numberblocks",
        number_blocks.list_blocks,
        {"sid": "AccountSid"},
    ),
    Route("v1", "GET", "/api/v1/number-blocks/{sid}", v1_number_blocks.show, {"sid": "sid"}),
)
