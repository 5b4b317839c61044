"""What every request is served with: the settings, the store, and what is known of access."""

from __future__ import annotations

from dataclasses import dataclass, field

from numberblocks.api.bodies import Bodies
from numberblocks.api.metrics import Metrics
from numberblocks.settings import Settings
from numberblocks.storage.access import AccessCache
from numberblocks.storage.database import Database
from numberblocks.storage.token_use import TokenUse
from numberblocks.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one worker process."""

    settings: Settings
    database: Database
    cache: AccessCache
    writer: Writer
    metrics: Metrics = field(default_factory=Metrics)
    token_use: TokenUse = field(default_factory=TokenUse)
    bodies: Bodies = field(default_factory=Bodies)
