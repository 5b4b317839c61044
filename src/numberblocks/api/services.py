"""What every request is served with: the settings, the store, and what is known of access."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore

from numberblocks.settings import Settings
from numberblocks.storage.access import AccessCache
from numberblocks.storage.database import Database
from numberblocks.storage.token_use import TokenUse
from numberblocks.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one worker process.

    bodies: how many bodies may be read at once. Clients that send theirs slowly can take these
    places, but never all threads.
    """

    settings: Settings
    database: Database
    cache: AccessCache
    writer: Writer
    token_use: TokenUse = field(default_factory=TokenUse)
    bodies: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(16))
