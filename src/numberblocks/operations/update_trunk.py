"""Change a trunk's name, SIP URI or header form."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from numberblocks.domain.access import Actor
from numberblocks.domain.errors import TrunkNotFound
from numberblocks.domain.text import problems_with_names
from numberblocks.domain.what_routes import HeaderForm, Trunk
from numberblocks.operations.create_trunk import problems_with_uri
from numberblocks.operations.permitted import refuse_if_wrong, require_operator
from numberblocks.storage.finding import find_trunk
from numberblocks.storage.write import Write


class TrunkChange(msgspec.Struct, frozen=True, kw_only=True):
    """What one request asks to change. UNSET: leave as it is."""

    name: str | UnsetType = UNSET
    uri_template: str | UnsetType = UNSET
    header_form: HeaderForm | UnsetType = UNSET

    def settings(self) -> dict[str, object]:
        """The fields to set, with their new values."""
        given = {field: getattr(self, field) for field in self.__struct_fields__}
        return {field: value for field, value in given.items() if value is not UNSET}


def update_trunk(tx: Write, actor: Actor, sid: str, change: TrunkChange) -> Trunk:
    """Make the change, and return the trunk as it now is. Only the operator may."""
    refuse_if_wrong(
        [*problems_with_names(name=change.name), *problems_with_uri(change.uri_template)]
    )
    require_operator(tx, actor)
    if (trunk := find_trunk(tx.connection, sid)) is None:
        raise TrunkNotFound(sid)
    settings = change.settings()
    if all(getattr(trunk, field) == value for field, value in settings.items()):
        return trunk
    changed = msgspec.structs.replace(trunk, version=trunk.version + 1, **settings)
    tx.record("trunk.updated", trunk, changed)
    return changed
