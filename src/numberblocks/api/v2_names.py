"""The spelling of fields under /v2.

Source: docs/compatibility.md; underscores and capitals are the vendor's own.
"""

from __future__ import annotations

from numberblocks.api.call import AsSent
from numberblocks.domain.errors import Problem

NAMES = {
    "account": "AccountSid",
    "property": "PropertySid",
    "number_block": "NumberBlockSid",
    "routing_method": "RoutingMethod",
    "endpoint_number": "EndpointNumber",
    "flow": "Flow",
    "application": "Application",
    "recording": "Recording",
    "source": "Source",
    "medium": "Medium",
    "campaign": "Campaign",
    "content": "Content",
    "text": "Text",
    "active": "Active",
    "sms": "Sms",
    "voice": "Voice",
    "include_associations": "IncludeAssociations",
    "page_index": "PageIndex",
    "page_size": "PageSize",
    "include_total_count": "IncludeTotalCount",
    "sort_by": "SortBy",
    "sort_dir": "SortDir",
}


def name_of(problem: Problem) -> str:
    """The documented name of the field that a problem is about."""
    if isinstance(problem.field, AsSent):
        return str(problem.field)
    return NAMES.get(problem.field, problem.field)
