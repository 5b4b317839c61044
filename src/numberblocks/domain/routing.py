"""Where calls go, and whether they would come back.

Source: docs/terms.md, "routing" and "loop".
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class RoutingMethod(StrEnum):
    """Which of a block's fields routes its calls."""

    ENDPOINT = "endpoint"
    FLOW = "flow"
    APPLICATION = "application"


class ToEndpoint(NamedTuple):
    """Calls ring at an answering point ("+61…")."""

    number: str


class ToFlow(NamedTuple):
    """Calls run through a flow; where it can't run, they ring at the fallback."""

    flow: str
    fallback: str | None


class ToApplication(NamedTuple):
    """Calls are handed to an application."""

    application: str


Routing = ToEndpoint | ToFlow | ToApplication


def forwards_to(routing: Routing | None) -> str | None:
    """The answering point where calls may end up, whatever the flow does; None for others."""
    match routing:
        case ToEndpoint(number):
            return number
        case ToFlow(_, fallback):
            return fallback
        case _:
            return None


def leads_back(
    number: str, comes_back: Callable[[int], bool], next_hop: Callable[[int], str | None]
) -> bool:
    """Whether a call sent to this number would come back, or go round for ever elsewhere.

    comes_back: whether a number is one of those that the calls start from.
    next_hop: where the block that holds a number forwards its calls; None if nowhere.
    """
    passed: set[str] = set()
    hop: str | None = number
    while hop is not None and hop not in passed:
        digits = int(hop[1:])
        if comes_back(digits):
            return True
        passed.add(hop)
        hop = next_hop(digits)
    return hop is not None
