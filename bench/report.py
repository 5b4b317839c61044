"""The measurements as a page of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.command_line import Command
from bench.configuring import SLOWER_BY_MS, Bare, Configured, Configuring, median
from bench.goals import Goal, ratio_of, ratio_of_rounds
from bench.load import CONNECTIONS
from bench.reading import Read
from bench.stores import NAMES
from bench.surroundings import MOST_BY_OTHERS

HEADINGS = ("", "a second", "of bare", "p50 ms", "p99 ms", "a commit", "CPU µs")
WIDTHS = (44, 10, 9, 9, 9, 10, 9)


def row(*cells: str) -> str:
    """One row: the first cell to the left, the others to the right."""
    first, *others = (*cells, *[""] * (len(WIDTHS) - len(cells)))
    aligned = (f"{cell:>{width}}" for cell, width in zip(others, WIDTHS[1:], strict=True))
    return f"  {first:<{WIDTHS[0]}}{''.join(aligned)}".rstrip()


def surroundings_lines(surroundings: Mapping[str, str]) -> Iterator[str]:
    """What the figures depend on."""
    yield "numberblocks bench"
    for name, value in surroundings.items():
        yield f"  {name:<12} {value}"


def configuring_lines(found: Configuring) -> Iterator[str]:
    """Everything about configuring with one kind of database."""
    name = NAMES[found.kind]
    yield ""
    yield f"Configuring with history: {name}, {CONNECTIONS} connections, a flush takes" + (
        f" {found.flush_ms:.2f} ms"
    )
    yield row(*HEADINGS)
    if found.one_core:
        yield bare_row("one core: bare driver", found.bare)
        yield served_row("one core: served", found.one_core, ratio_of_rounds(found))
    if found.every_core:
        yield served_row("all cores: served, 2 workers", found.every_core, None)
    if found.slow:
        ratio = ratio_of(found.slow, [bare.rate for bare in found.slow_bare])
        yield bare_row(f"flushes {SLOWER_BY_MS:.0f} ms slower: bare driver", found.slow_bare)
        yield served_row(f"flushes {SLOWER_BY_MS:.0f} ms slower: served", found.slow, ratio)
        yield f"    {flushes_seen(found)}"
    elif found.why_not_slow:
        yield f"  Not measured with slower flushes: {found.why_not_slow}"
    if found.memory:
        yield f"  memory after the load (RSS, PSS in MiB): {memory_text(found.memory)}"
        yield f"  from start to first answer: {found.started_in:.2f} s"


def bare_row(what: str, rounds: Sequence[Bare]) -> str:
    """The reference."""
    rate, cpu = median(each.rate for each in rounds), median(each.cpu_us for each in rounds)
    return row(what, f"{rate:,.0f}", "1.00", "", "", "1.0", f"{cpu:.0f}")


def served_row(what: str, rounds: Sequence[Configured], ratio: float | None) -> str:
    """What the served application reached."""
    return row(
        what,
        f"{median(each.load.rate for each in rounds):,.0f}",
        "" if ratio is None else f"{ratio:.2f}",
        f"{median(each.load.p50 for each in rounds):.1f}",
        f"{median(each.load.p99 for each in rounds):.1f}",
        f"{median(each.together for each in rounds):.1f}",
        f"{median(each.cpu_us for each in rounds):.0f}",
    )


def flushes_seen(found: Configuring) -> str:
    """How many flushes went through the library that makes them slower."""
    bare = median(each.flushes or 0.0 for each in found.slow_bare)
    served = median(each.flushes or 0.0 for each in found.slow)
    return f"slowed flushes a commit: bare driver {bare:.2f}, served {served:.2f}"


def memory_text(memory: Mapping[str, Mapping[str, float]]) -> str:
    """Every process's memory."""
    return "; ".join(f"{name} {of['rss']:.0f}, {of['pss']:.0f}" for name, of in memory.items())


def reading_lines(name: str, reads: Sequence[Read]) -> Iterator[str]:
    """Reading with one kind of database."""
    yield ""
    yield f"Reading: {name}, {CONNECTIONS} connections, one core"
    yield row("", "a second", "", "p50 ms", "p99 ms")
    for each in reads:
        load = each.load
        wrong = f"  {load.not_2xx + load.broken} WRONG" if load.not_2xx or load.broken else ""
        yield row(each.what, f"{load.rate:,.0f}", "", f"{load.p50:.1f}", f"{load.p99:.1f}") + wrong


def command_lines(commands: Sequence[Command]) -> Iterator[str]:
    """The command line."""
    yield ""
    yield "Commands (ms)"
    yield row("", "best", "median")
    for each in commands:
        yield row(each.words, f"{each.best:.0f}", f"{each.median:.0f}")


def calm_lines(others: float) -> Iterator[str]:
    """Whether the machine was ours while we measured."""
    yield ""
    verdict = "" if others <= MOST_BY_OTHERS else "; NOT CALM, so don't trust these figures"
    yield f"Other programs used {others:.0%} of the machine meanwhile{verdict}."


def goal_lines(goals: Sequence[Goal]) -> Iterator[str]:
    """What was promised, and whether it holds."""
    yield ""
    yield "Goals"
    for goal in goals:
        state = "met" if goal.met else "wish" if goal.is_wish else "MISSED"
        yield f"  {state:<7} {goal.what:<60} {goal.wanted:<15} {goal.found}"
