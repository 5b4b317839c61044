"""Change an application's name or addresses."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from numberblocks.domain.access import ANY, MANAGING, Actor
from numberblocks.domain.change import Change, changed_by
from numberblocks.domain.errors import ApplicationNotFound, Forbidden
from numberblocks.domain.text import problems_with_names, problems_with_urls
from numberblocks.domain.what_routes import Application
from numberblocks.operations.named import reaches, words
from numberblocks.operations.permitted import refuse_if_wrong
from numberblocks.storage.finding import find_application
from numberblocks.storage.write import Write


class ApplicationChange(Change, frozen=True, kw_only=True):
    """What one request asks to change. UNSET: leave as it is; "": clear."""

    name: str | UnsetType = UNSET
    voice_url: str | UnsetType = UNSET
    fallback_url: str | UnsetType = UNSET


def update_application(tx: Write, actor: Actor, sid: str, change: ApplicationChange) -> Application:
    """Make the change, and return the application as it now is."""
    refuse_if_wrong(
        [
            *problems_with_names(name=change.name, voice_url=change.voice_url),
            *problems_with_urls(voice_url=change.voice_url, fallback_url=change.fallback_url),
        ]
    )
    application = permitted_application(tx, actor, sid)
    changed = changed_by(application, change)
    if changed is not application:
        tx.record("application.updated", application, changed)
    return changed


def permitted_application(tx: Write, actor: Actor, sid: str) -> Application:
    """The application with this sid, which the actor manages; out of reach it doesn't exist."""
    application = find_application(tx.connection, sid)
    if application is None or not reaches(tx, actor, application, ANY):
        raise ApplicationNotFound(sid)
    if not reaches(tx, actor, application, MANAGING):
        raise Forbidden(f"You need {words(MANAGING)} where the application {sid} belongs.")
    return application
