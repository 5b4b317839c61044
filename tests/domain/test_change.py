"""What is absent stays, empty text clears, and what changes nothing is no change."""

from __future__ import annotations

import pytest

from numberblocks.domain.change import changed_by
from numberblocks.domain.number_block import (
    BlockChange,
    BlockState,
    NumberBlock,
    Recording,
)
from numberblocks.domain.routing import RoutingMethod, ToEndpoint, ToFlow

BLOCK = NumberBlock(
    sid="B",
    id=1,
    account="A",
    state=BlockState.ACTIVE,
    first=61255500000,
    last=61255500099,
    active=True,
    sms=False,
    voice=True,
    routing_method=RoutingMethod.ENDPOINT,
    endpoint_number="+61491570156",
    flow="F",
    source="Google",
    version=3,
)


def test_only_what_is_sent_changes_and_the_version_grows_by_one():
    changed = changed_by(BLOCK, BlockChange(source="", recording=Recording.ENABLED))
    assert (changed.source, changed.recording, changed.version) == (None, Recording.ENABLED, 4)
    assert (changed.flow, changed.endpoint_number) == (BLOCK.flow, BLOCK.endpoint_number)


@pytest.mark.parametrize(
    "change", [BlockChange(), BlockChange(source="Google"), BlockChange(medium="")]
)
def test_what_changes_nothing_leaves_the_very_same_block(change: BlockChange):
    assert changed_by(BLOCK, change) is BLOCK


@pytest.mark.parametrize(
    ("override", "routing"),
    [
        ({}, ToEndpoint("+61491570156")),
        ({"routing_method": "flow"}, ToFlow("F", "+61491570156")),
        ({"routing_method": "flow", "endpoint_number": ""}, ToFlow("F", None)),
        ({"endpoint_number": ""}, None),
        ({"routing_method": ""}, None),
        ({"routing_method": "of a newer release"}, None),
        ({"sid": "another", "state": "ended"}, ToEndpoint("+61491570156")),
    ],
)
def test_a_number_that_differs_is_routed_by_what_is_set_for_it(override, routing):
    at_number = BLOCK.as_set_at(override)
    assert at_number.routing() == routing
    assert (at_number.sid, at_number.state) == (BLOCK.sid, BLOCK.state)
