"""Every path that is served. The application and the OpenAPI document are both made from this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from numberblocks.api import (
    about_explain,
    about_service,
    explain,
    health,
    number_blocks,
    pages,
    v1_number_blocks,
)
from numberblocks.api import about_number_blocks as about_blocks
from numberblocks.api.about import About
from numberblocks.api.call import ApiCall
from numberblocks.api.content import Content

Edge = Literal["v2", "v1", "service"]
Handler = Callable[[ApiCall], dict[str, Any] | Content]


@dataclass(frozen=True, slots=True)
class Route:
    """One verb on one path.

    path: in lower case but for its parameters. names: each path parameter's name in the API.
    about: what the OpenAPI document says of it.
    """

    edge: Edge
    method: str
    path: str
    handler: Handler
    about: About
    names: Mapping[str, str] = field(default_factory=dict)


V2_ROUTES = (
    Route(
        "v2",
        "POST",
        "/v2/numberblocks/{sid_or_text}",
        number_blocks.configure,
        about_blocks.CONFIGURE_ABOUT,
        {"sid_or_text": "NumberBlockSid"},
    ),
    Route(
        "v2",
        "GET",
        "/v2/numberblocks/{sid_or_text}",
        number_blocks.list_blocks,
        about_blocks.FIND_ABOUT,
        {"sid_or_text": "Text"},
    ),
    Route("v2", "GET", "/v2/numberblocks", number_blocks.list_blocks, about_blocks.LIST_ABOUT),
    Route(
        "v2",
        "GET",
        "/v2/properties/{sid}/numberblocks",
        number_blocks.list_blocks,
        about_blocks.LIST_OF_PROPERTY_ABOUT,
        {"sid": "PropertySid"},
    ),
    Route(
        "v2",
        "GET",
        "/v2/accounts/{sid}/numberblocks",
        number_blocks.list_blocks,
        about_blocks.LIST_OF_ACCOUNT_ABOUT,
        {"sid": "AccountSid"},
    ),
    Route(
        "v2",
        "POST",
        "/v2/numberblocks",
        number_blocks.configure_nothing,
        about_blocks.CONFIGURE_NOTHING_ABOUT,
    ),
)
V1_ROUTES = (
    Route(
        "v1",
        "GET",
        "/api/v1/number-blocks/{sid}",
        v1_number_blocks.show,
        about_blocks.SHOW_ABOUT,
        {"sid": "sid"},
    ),
    Route(
        "v1",
        "GET",
        "/api/v1/explain/{number}",
        explain.explain,
        about_explain.EXPLAIN_ABOUT,
        {"number": "number"},
    ),
)
SERVICE_ROUTES = tuple(
    Route("service", "GET", path, handler, about, {name: name for name in names})
    for path, handler, about, *names in (
        ("/", pages.home, about_service.HOME_ABOUT),
        ("/livez", health.live, about_service.LIVE_ABOUT),
        ("/readyz", health.ready, about_service.READY_ABOUT),
        ("/metrics", health.show_metrics, about_service.METRICS_ABOUT),
        ("/openapi.json", pages.show_document, about_service.DOCUMENT_ABOUT),
        ("/docs", pages.docs, about_service.DOCS_ABOUT),
        ("/docs/errors", pages.errors, about_service.ERRORS_ABOUT),
        ("/docs/pages.css", pages.style, about_service.STYLE_ABOUT),
        ("/docs/{file}", pages.asset, about_service.ASSET_ABOUT, "file"),
    )
)
ROUTES = (*V2_ROUTES, *V1_ROUTES, *SERVICE_ROUTES)
