"""Reading over HTTP, for information: no goal stands beside these."""

from __future__ import annotations

from dataclasses import dataclass

from bench.configuring import Bench
from bench.load import Load, load
from bench.served import served
from bench.stores import Kind, make_store, place_for

PATHS = {
    "a list, 10 of 7,200": "/v2/numberblocks?AccountSid={account}&PageIndex={page}",
    "the same, not counted": "/v2/numberblocks?AccountSid={account}&PageIndex={page}"
    "&IncludeTotalCount=false",
    "one block": "/api/v1/number-blocks/{sid}",
}


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one path reached on one core."""

    what: str
    load: Load


def measure(bench: Bench, kind: Kind) -> list[Read]:
    """Every path in turn, on one core."""
    with place_for(kind) as place, place.running(bench.machine.one, {}):
        store = make_store(place, "read")
        log, one = place.folder / "server.log", bench.machine.one
        with served(store.url, log, workers=1, cores=one) as server:
            return [
                Read(
                    what,
                    load(
                        server.port,
                        "read.lua",
                        [str(store.targets), path],
                        seconds=bench.seconds,
                        cores=bench.machine.other,
                    ),
                )
                for what, path in PATHS.items()
            ]
