"""Change a property's name, domain, time zone, recording, or whether it is active."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from numberblocks.domain.access import Actor
from numberblocks.domain.accounts import Property
from numberblocks.domain.change import Change, changed_by
from numberblocks.domain.number_block import Recording
from numberblocks.domain.text import problems_with_names, problems_with_texts
from numberblocks.operations.create_property import SHAPING
from numberblocks.operations.named import Named, get_property, named_by
from numberblocks.operations.permitted import refuse_if_wrong
from numberblocks.storage.write import Write


class PropertyChange(Change, frozen=True, kw_only=True):
    """What one request asks to change. UNSET: leave as it is; "": clear."""

    name: str | UnsetType = UNSET
    main_domain: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    recording: Recording | UnsetType = UNSET
    active: bool | UnsetType = UNSET


def update_property(tx: Write, actor: Actor, sid: str, change: PropertyChange) -> Property:
    """Make the change, and return the property as it now is."""
    refuse_if_wrong(
        [
            *problems_with_names(name=change.name),
            *problems_with_texts(main_domain=change.main_domain, time_zone=change.time_zone),
        ]
    )
    named_by(tx, actor, Named(property=sid), SHAPING)
    owned = get_property(tx, sid)
    changed = changed_by(owned, change)
    if changed is not owned:
        tx.record("property.updated", owned, changed)
    return changed
