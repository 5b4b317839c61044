"""Create a property, a brand or site of an account."""

from __future__ import annotations

from numberblocks.domain.access import Actor, Permission
from numberblocks.domain.accounts import Property
from numberblocks.domain.number_block import Recording
from numberblocks.domain.sids import new_sid
from numberblocks.domain.text import problems_with_names
from numberblocks.operations.permitted import permitted_account, refuse_if_wrong
from numberblocks.storage.write import Write

SHAPING = frozenset({Permission.PROJECT_MANAGEMENT, Permission.ADMIN})
"""Who may make and change properties."""


def create_property(
    tx: Write,
    actor: Actor,
    *,
    account: str,
    name: str,
    main_domain: str | None = None,
    time_zone: str | None = None,
    recording: Recording | None = None,
    sid: str | None = None,
) -> Property:
    """Add a property to the account, by whoever has ProjectManagement or Admin there."""
    refuse_if_wrong(problems_with_names(name=name, main_domain=main_domain, time_zone=time_zone))
    owner = permitted_account(tx, actor, SHAPING, account)
    created = Property(
        sid=sid or new_sid("property"),
        account=owner.sid,
        name=name,
        main_domain=main_domain,
        time_zone=time_zone,
        recording=recording,
        active=True,
        version=1,
    )
    tx.record("property.created", None, created)
    return created
