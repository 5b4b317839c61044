"""Explain a number: the very decision that a switch is told, with its steps and who set what.

It changes nothing; it reads one moment of the store.
"""

from __future__ import annotations

import msgspec

from numberblocks.domain.access import ADMINISTERING, ANY, READING, Actor
from numberblocks.domain.decision import RouteDecision, Step, decide
from numberblocks.domain.dialled_number import NotADialledNumber, read_dialled_number
from numberblocks.domain.errors import NumberNotFound, PastIsErased
from numberblocks.domain.history import Subject, Who
from numberblocks.operations.named import get_account, reaches
from numberblocks.storage.finding import root_sid
from numberblocks.storage.past_table import PastErased, PastTable, Written
from numberblocks.storage.reading import Reading


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who set the block as it was. at: seconds since the epoch, UTC."""

    position: int
    at: int
    verb: str
    who: Who
    channel: str
    request: str


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, why it was made, and who made it so. position: the moment that is meant."""

    position: int
    decision: RouteDecision
    steps: tuple[Step, ...]
    changed: Change | None = None


def explain_number(moment: Reading, actor: Actor, number: str, at: int) -> Explanation:
    """Where a call to this number went at this position, by whoever may read its block.

    A number of somebody else's block is as unknown as one of nobody's.
    """
    operator = is_operator(moment, actor)
    table = PastTable(moment.connection)
    steps: list[Step] = []
    try:
        if not operator:
            require_reach(moment, actor, table, number, at)
        decision = decide(number, table, at, steps)
        changed = last_change_of(table, decision.block, at)
    except PastErased as error:
        raise PastIsErased(f"can't be explained at that moment: {error}") from error
    explanation = Explanation(position=at, decision=decision, steps=tuple(steps), changed=changed)
    return explanation if operator else as_told_to(actor, moment, explanation)


def as_told_to(actor: Actor, moment: Reading, explanation: Explanation) -> Explanation:
    """Without what is the operator's business: how trunks are reached, and who the operator is."""
    targets = tuple(
        msgspec.structs.replace(each, uri=None) for each in explanation.decision.targets
    )
    decision = msgspec.structs.replace(explanation.decision, targets=targets)
    changed = explanation.changed
    if changed is not None and not actor.may(ANY, get_account(moment, changed.who.account)):
        hidden = Who(kind=changed.who.kind, id="", account="")
        changed = msgspec.structs.replace(changed, who=hidden)
    return msgspec.structs.replace(explanation, decision=decision, changed=changed)


def require_reach(moment: Reading, actor: Actor, table: PastTable, number: str, at: int) -> None:
    """Refuse unless the actor may read the block that held the number then."""
    try:
        found = table.find(read_dialled_number(number), at)
    except NotADialledNumber:
        return  # What isn't a number is nobody's, and the decision says so.
    if found is None or not reaches(moment, actor, found.block, READING):
        raise NumberNotFound(number)


def is_operator(moment: Reading, actor: Actor) -> bool:
    """Whether the actor may know of every number, also of those that nobody has."""
    return actor.may(ADMINISTERING, get_account(moment, root_sid(moment.connection)))


def last_change_of(table: PastTable, block: str | None, at: int) -> Change | None:
    """Who set the block as it was at this position."""
    written: Written | None = None
    if block is not None:
        written = table.last_line(Subject("number_block", block), at)
    if written is None:
        return None
    line = written.line
    return Change(
        position=written.position,
        at=line.at // 1_000_000,
        verb=line.verb,
        who=line.who,
        channel=line.channel,
        request=line.request,
    )
