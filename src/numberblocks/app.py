"""Puts the parts of one worker process together."""

from __future__ import annotations

from threading import BoundedSemaphore

from falcon import App, Request, Response

from numberblocks.api.application import make_application
from numberblocks.api.services import Services
from numberblocks.settings import Settings
from numberblocks.storage.access import AccessCache
from numberblocks.storage.database import open_database
from numberblocks.storage.writer import Writer


def make_services(settings: Settings) -> Services:
    """The store and what stands on it. Nothing is connected before it is used."""
    database = open_database(settings.database, readers=settings.threads)
    cache = AccessCache()
    return Services(
        settings=settings,
        database=database,
        cache=cache,
        writer=Writer(database, cache, longest_wait=settings.longest_wait),
        bodies=BoundedSemaphore(max(1, settings.threads // 2)),
    )


def make_app(settings: Settings) -> App[Request, Response]:
    """The WSGI application of one worker process."""
    return make_application(make_services(settings))
