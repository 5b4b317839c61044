"""What is promised, held against what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.configuring import Configured, Configuring, median
from bench.stores import NAMES

AT_LEAST_OF_BARE = 1.0
WISHED_OF_BARE = {"sqlite": 1.5, "postgresql": 1.0}
CONFIGURES_ON_EVERY_CORE = 5_000
P99_MS = 10.0
REQUESTS_A_COMMIT = 3.0


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise. is_wish: what we would like, beyond what has to be."""

    what: str
    wanted: str
    found: str
    met: bool
    is_wish: bool = False


def goals_of(found: Configuring) -> Iterator[Goal]:
    """The goals for one kind of database, as far as they were measured."""
    name = NAMES[found.kind]
    if found.one_core:
        yield from against_bare(f"{name}, one core", found.kind, ratio_of_rounds(found))
        yield quick(f"{name}, one core", found.one_core)
        yield together(f"{name}, one core", found.one_core)
    if found.every_core:
        yield throughput(f"{name}, all cores", found.every_core)
        yield quick(f"{name}, all cores", found.every_core)
    if found.slow:
        ratio = ratio_of(found.slow, [bare.rate for bare in found.slow_bare])
        yield from against_bare(f"{name}, slow flushes", found.kind, ratio)
        yield together(f"{name}, slow flushes", found.slow)
    if found.all_configured():
        yield correct(found)


def ratio_of_rounds(found: Configuring) -> float:
    """The served application's rate in the bare driver's, on one core."""
    return ratio_of(found.one_core, [bare.rate for bare in found.bare])


def ratio_of(served: Sequence[Configured], bare: Sequence[float]) -> float:
    """The median over the rounds, each with its own reference."""
    return median(each.load.rate / rate for each, rate in zip(served, bare, strict=True))


def against_bare(what: str, kind: str, ratio: float) -> Iterator[Goal]:
    """At least as fast as the bare driver, and a wish beyond."""
    least, wish = AT_LEAST_OF_BARE, WISHED_OF_BARE[kind]
    text = f"{ratio:.2f}"
    yield Goal(f"{what}: of the bare driver", f"at least {least:.1f}", text, ratio >= least)
    if wish > least:
        yield Goal(
            f"{what}: of the bare driver", f"wished {wish:.1f}", text, ratio >= wish, is_wish=True
        )


def throughput(what: str, rounds: Sequence[Configured]) -> Goal:
    """Configures a second where all cores are free to all."""
    rate = median(each.load.rate for each in rounds)
    wanted = f"at least {CONFIGURES_ON_EVERY_CORE:,}"
    met = rate >= CONFIGURES_ON_EVERY_CORE
    return Goal(f"{what}: configures a second", wanted, f"{rate:,.0f}", met)


def quick(what: str, rounds: Sequence[Configured]) -> Goal:
    """99 of 100 requests are answered soon."""
    slowest = median(each.load.p99 for each in rounds)
    return Goal(f"{what}: p99", f"under {P99_MS:.0f} ms", f"{slowest:.1f} ms", slowest < P99_MS)


def together(what: str, rounds: Sequence[Configured]) -> Goal:
    """Waiting requests share a commit."""
    found = median(each.together for each in rounds)
    wanted = f"at least {REQUESTS_A_COMMIT:.0f}"
    return Goal(f"{what}: requests a commit", wanted, f"{found:.1f}", found >= REQUESTS_A_COMMIT)


def correct(found: Configuring) -> Goal:
    """Speed is worth nothing where an answer has no line, or a line no answer."""
    rounds = found.all_configured()
    met = found.whole and all(each.adds_up for each in rounds)
    answers, lines = sum(each.logged for each in rounds), sum(each.lines for each in rounds)
    others = sum(each.load.not_2xx + each.load.broken for each in rounds)
    whole = "" if found.whole else "; the history is BROKEN"
    return Goal(
        f"{NAMES[found.kind]}: every 200 has its line, the history verifies",
        "all",
        f"{answers:,} answers of 200, {others} others, {lines:,} lines{whole}",
        met,
    )
