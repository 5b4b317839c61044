"""Create a flow: a draft with one revision, which doesn't route before it is published."""

from __future__ import annotations

import json
from collections.abc import Iterator

from numberblocks.domain.access import MANAGING, Actor
from numberblocks.domain.errors import Problem
from numberblocks.domain.sids import new_sid
from numberblocks.domain.text import Given, problems_with_names
from numberblocks.domain.what_routes import Flow, FlowRevision
from numberblocks.operations.named import Named
from numberblocks.operations.permitted import permitted_owner, refuse_if_wrong
from numberblocks.storage.write import Write

LONGEST_DOCUMENT = 1_000_000


def create_flow(
    tx: Write,
    actor: Actor,
    named: Named,
    *,
    name: str,
    type: str = "voice",
    document: str = "{}",
    config_id: str | None = None,
) -> Flow:
    """Add a flow to the account or property that is named, by whoever manages it.

    document: JSON, kept as it is given.
    """
    refuse_if_wrong([*problems_with_names(name=name, type=type), *problems_with(document)])
    owner = permitted_owner(tx, actor, MANAGING, named)
    flow = Flow(
        config_id=config_id or new_sid("flow"),
        account=owner.account,
        property=owner.property,
        name=name,
        type=type,
        version=1,
    )
    tx.record("flow.created", None, flow)
    record_revision(tx, flow, 1, document)
    return flow


def record_revision(tx: Write, flow: Flow, revision: int, document: str) -> None:
    """Add a numbered document to the flow."""
    tx.record(
        "flow_revision.created",
        None,
        FlowRevision(config_id=flow.config_id, revision=revision, document=document),
    )


def problems_with(document: Given) -> Iterator[Problem]:
    """A revision's document is JSON that UTF-8 can say, and not too large."""
    if not isinstance(document, str):
        return
    if len(document) > LONGEST_DOCUMENT:
        yield Problem("document", f"is too long; give at most {LONGEST_DOCUMENT:,} characters")
        return
    try:
        json.loads(document)
        document.encode()
    except (ValueError, RecursionError):
        yield Problem("document", "is not JSON")
    else:
        if "\0" in document:
            yield Problem("document", "is not JSON")
