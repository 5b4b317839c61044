"""Create an application: a program elsewhere that is asked what to do with a call."""

from __future__ import annotations

from numberblocks.domain.access import MANAGING, Actor
from numberblocks.domain.sids import new_sid
from numberblocks.domain.text import problems_with_names, problems_with_urls
from numberblocks.domain.what_routes import Application
from numberblocks.operations.named import Named
from numberblocks.operations.permitted import permitted_owner, refuse_if_wrong
from numberblocks.storage.write import Write


def create_application(
    tx: Write,
    actor: Actor,
    named: Named,
    *,
    name: str,
    voice_url: str,
    fallback_url: str | None = None,
    sid: str | None = None,
) -> Application:
    """Add an application to the account or property that is named, by whoever manages it."""
    refuse_if_wrong(
        [
            *problems_with_names(name=name, voice_url=voice_url),
            *problems_with_urls(voice_url=voice_url, fallback_url=fallback_url),
        ]
    )
    owner = permitted_owner(tx, actor, MANAGING, named)
    application = Application(
        sid=sid or new_sid("application"),
        account=owner.account,
        property=owner.property,
        name=name,
        voice_url=voice_url,
        fallback_url=fallback_url,
        version=1,
    )
    tx.record("application.created", None, application)
    return application
