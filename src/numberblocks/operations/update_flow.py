"""Change a flow's name, or give it a new revision, which doesn't route before it is published."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from numberblocks.domain.access import ANY, MANAGING, Actor
from numberblocks.domain.errors import DraftOrFlowNotFound, Forbidden
from numberblocks.domain.text import problems_with_names
from numberblocks.domain.what_routes import Flow
from numberblocks.operations.create_flow import problems_with, record_revision
from numberblocks.operations.named import reaches, words
from numberblocks.operations.permitted import refuse_if_wrong
from numberblocks.storage.finding import find_flow, last_revision
from numberblocks.storage.write import Write


def update_flow(
    tx: Write,
    actor: Actor,
    config_id: str,
    *,
    name: str | UnsetType = UNSET,
    document: str | UnsetType = UNSET,
) -> Flow:
    """Make the change, and return the flow as it now is. A document becomes the next revision."""
    refuse_if_wrong([*problems_with_names(name=name), *problems_with(document)])
    flow = permitted_flow(tx, actor, config_id)
    changed = flow
    if name is not UNSET and name != flow.name:
        changed = msgspec.structs.replace(flow, name=name, version=flow.version + 1)
        tx.record("flow.updated", flow, changed)
    if document is not UNSET:
        record_revision(tx, flow, last_revision(tx.connection, config_id) + 1, document)
    return changed


def permitted_flow(tx: Write, actor: Actor, config_id: str) -> Flow:
    """The flow with this config id, which the actor manages; out of reach it doesn't exist."""
    flow = find_flow(tx.connection, config_id)
    if flow is None or not reaches(tx, actor, flow, ANY):
        raise DraftOrFlowNotFound(config_id)
    if not reaches(tx, actor, flow, MANAGING):
        raise Forbidden(f"You need {words(MANAGING)} where the flow {config_id} belongs.")
    return flow
