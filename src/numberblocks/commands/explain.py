"""explain: where a call to a number goes, or went, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from numberblocks.commands.answer import Answer
from numberblocks.commands.options import DEFAULTS, Common

if TYPE_CHECKING:
    from numberblocks.operations.explain_number import Explanation


def explain(
    number: str,
    *,
    at: Annotated[str | None, Parameter(help="A position, or a time with its offset.")] = None,
    common: Common = DEFAULTS,
) -> Answer:
    """Say where a call to this number goes, step by step, now or at a moment of the past.

    Parameters
    ----------
    number
        In any form that a switch may have it, such as 0255500001 or +61255500001.
    """
    import msgspec

    from numberblocks.commands.store import store_for
    from numberblocks.domain.errors import InvalidFields, Problem
    from numberblocks.domain.moment import NotAMoment, read_moment
    from numberblocks.operations.explain_number import explain_number
    from numberblocks.storage.past_table import position_of_moment

    try:
        meant = None if at is None else read_moment(at)
    except NotAMoment as error:
        raise InvalidFields([Problem("at", error.message)]) from None
    with store_for(common) as store, store.reading() as moment:
        position = position_of_moment(moment.connection, meant)
        explanation = explain_number(moment, store.operator, number, position)
    return Answer(msgspec.to_builtins(explanation), list(in_words(explanation)), 0)


def in_words(explanation: Explanation) -> Iterator[str]:
    """What a person is told."""
    decision = explanation.decision
    for step in explanation.steps:
        yield f"  {'✓' if step.passed else '✗'} {step.looked_at}: {step.outcome}"
    for target in decision.targets:
        instead = " (instead)" if target.fallback else ""
        yield f"The call goes to {target.number}{instead}, by {target.uri or 'no trunk'}."
    if not decision.targets:
        yield f"The call goes nowhere ({decision.reason}, SIP {decision.sip_status})."
    if changed := explanation.changed:
        when = datetime.fromtimestamp(changed.at, UTC).isoformat(timespec="seconds")
        yield (
            f"Set at position {changed.position} on {when} by {changed.who.kind}"
            f" {changed.who.id} through {changed.channel}, request {changed.request}."
        )
    yield f"As everything stood at position {explanation.position}."
