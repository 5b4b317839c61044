"""Puts the parts of one worker process together."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from threading import Thread
from time import sleep

from falcon import App, Request, Response

from numberblocks.api.application import make_application
from numberblocks.api.bodies import LONGEST_SILENCE, give_up_the_silent
from numberblocks.api.metrics import Metrics
from numberblocks.api.services import Services
from numberblocks.domain.access import Actor
from numberblocks.domain.errors import StoreUnavailable
from numberblocks.domain.history import Origin
from numberblocks.operations.note_token_use import note_token_use
from numberblocks.settings import Settings
from numberblocks.storage.access import KnownActor, cache_of
from numberblocks.storage.database import open_database
from numberblocks.storage.writer import Writer

USE_NOTED_EVERY = 60.0
BODIES_LOOKED_AT_EVERY = 1.0
SECONDS_TO_ANSWER = 2.0

log = logging.getLogger(__name__)


def make_services(settings: Settings) -> Services:
    """The store and what stands on it. Nothing is connected before it is used."""
    database = open_database(settings.database, readers=settings.threads)
    cache = cache_of(database)
    metrics = Metrics()
    return Services(
        settings=settings,
        database=database,
        cache=cache,
        writer=Writer(
            database, cache, longest_wait=settings.longest_wait, on_commit=metrics.count_commit
        ),
        metrics=metrics,
    )


def make_app(settings: Settings) -> App[Request, Response]:
    """The WSGI application of one worker process, with what it does beside answering."""
    services = make_services(settings)
    Thread(target=keep_noting_use, args=(services,), name="token use", daemon=True).start()
    Thread(target=keep_giving_up, args=(services,), name="silence", daemon=True).start()
    return make_application(services)


def keep_giving_up(services: Services) -> None:
    """Wait for no client for ever: a thread that waits for one is of no use to the others."""
    # A client is silent, too, while it waits for its answer.
    silence = max(LONGEST_SILENCE, services.settings.longest_wait + SECONDS_TO_ANSWER)
    while True:
        sleep(BODIES_LOOKED_AT_EVERY)
        # A look that fails, perhaps for want of file descriptors, must not be the last.
        try:
            if services.bodies.oldest() > silence:
                give_up_the_silent(services.settings.port, silence)
        except Exception:
            log.exception("silent clients can't be looked for")


def keep_noting_use(services: Services) -> None:
    """Write down once a minute which tokens were used; what can't be written waits."""
    while True:
        sleep(USE_NOTED_EVERY)
        used = services.token_use.take()
        try:
            note_use(services, used)
        except StoreUnavailable:
            services.token_use.give_back(used)
        except Exception:
            log.exception("it can't be written down when tokens were used")


def note_use(services: Services, used: Mapping[str, int]) -> None:
    """Write down when these tokens were last used."""
    if used:
        services.writer.run(
            lambda tx, actor: note_token_use(tx, actor, used),
            KnownActor(Actor(kind="service", id="token use", account="", grants=())),
            Origin(channel="service", request="token use"),
        )
