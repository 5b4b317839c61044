"""Change a trunk's name, SIP URI or header form."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from numberblocks.domain.access import Actor
from numberblocks.domain.change import Change, changed_by
from numberblocks.domain.errors import TrunkNotFound
from numberblocks.domain.text import problems_with_names
from numberblocks.domain.what_routes import HeaderForm, Trunk
from numberblocks.operations.create_trunk import problems_with_uri
from numberblocks.operations.permitted import refuse_if_wrong, require_operator
from numberblocks.storage.finding import find_trunk
from numberblocks.storage.write import Write


class TrunkChange(Change, frozen=True, kw_only=True):
    """What one request asks to change. UNSET: leave as it is."""

    name: str | UnsetType = UNSET
    uri_template: str | UnsetType = UNSET
    header_form: HeaderForm | UnsetType = UNSET


def update_trunk(tx: Write, actor: Actor, sid: str, change: TrunkChange) -> Trunk:
    """Make the change, and return the trunk as it now is. Only the operator may."""
    refuse_if_wrong(
        [*problems_with_names(name=change.name), *problems_with_uri(change.uri_template)]
    )
    require_operator(tx, actor)
    if (trunk := find_trunk(tx.connection, sid)) is None:
        raise TrunkNotFound(sid)
    changed = changed_by(trunk, change)
    if changed is not trunk:
        tx.record("trunk.updated", trunk, changed)
    return changed
