"""Publish a flow: calls run through the revision that is published."""

from __future__ import annotations

import msgspec

from numberblocks.domain.access import Actor
from numberblocks.domain.errors import InvalidFields, Problem
from numberblocks.domain.what_routes import Flow
from numberblocks.operations.update_flow import permitted_flow
from numberblocks.storage.finding import last_revision
from numberblocks.storage.write import Write


def publish_flow(tx: Write, actor: Actor, config_id: str, revision: int | None = None) -> Flow:
    """Let calls run through this revision, or through the newest one."""
    flow = permitted_flow(tx, actor, config_id)
    newest = last_revision(tx.connection, config_id)
    revision = newest if revision is None else revision
    if not 1 <= revision <= newest:
        raise InvalidFields([Problem("revision", f"is not one of the flow's, 1 to {newest}")])
    if revision == flow.published_revision:
        return flow
    published = msgspec.structs.replace(flow, published_revision=revision, version=flow.version + 1)
    tx.record("flow.published", flow, published)
    return published
