"""Reading what somebody typed into what is to change of a block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import UNSET

from numberblocks.domain.answering_point import NotAnAnsweringPoint, read_answering_point
from numberblocks.domain.errors import Problem, missing
from numberblocks.domain.number_block import BlockChange, Recording
from numberblocks.domain.routing import RoutingMethod
from numberblocks.domain.text import problems_with_texts
from numberblocks.operations.permitted import refuse_if_wrong

NEEDED = {
    RoutingMethod.ENDPOINT: ("endpoint_number",),
    RoutingMethod.FLOW: ("endpoint_number", "flow"),
    RoutingMethod.APPLICATION: ("application",),
}
"""What has to be given with each method, whatever the block has already."""


def read_change(
    *,
    routing_method: str | None,
    endpoint_number: str | None,
    flow: str | None,
    application: str | None,
    recording: str | None,
    labels: Mapping[str, str | None],
) -> BlockChange:
    """The change, or InvalidFields with all that is wrong."""
    method = None if routing_method is None else RoutingMethod(routing_method)
    targets = {"endpoint_number": endpoint_number, "flow": flow, "application": application}
    refuse_if_wrong(
        [
            *what_is_missing(method, targets),
            *problems_with_endpoint(endpoint_number),
            *problems_with_texts(**labels),
        ]
    )
    return BlockChange(
        routing_method=method or UNSET,
        endpoint_number=read_answering_point(endpoint_number) if endpoint_number else UNSET,
        flow=flow or UNSET,
        application=application or UNSET,
        recording=Recording(recording) if recording else UNSET,
        **{field: UNSET if text is None else text for field, text in labels.items()},
    )


def what_is_missing(
    method: RoutingMethod | None, targets: Mapping[str, str | None]
) -> Iterator[Problem]:
    """Each target that the method needs and that wasn't given."""
    for field in () if method is None else NEEDED[method]:
        if not targets[field]:
            yield missing(field, f"is required when the routing method is {method}")


def problems_with_endpoint(text: str | None) -> Iterator[Problem]:
    """An answering point, if there is one."""
    if text:
        try:
            read_answering_point(text)
        except NotAnAnsweringPoint as error:
            yield Problem("endpoint_number", error.message)
