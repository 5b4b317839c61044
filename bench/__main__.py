"""``python -m bench [what …] [--seconds N] [--rounds N] [--json FILE]``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench import command_line, configuring, reading
from bench.configuring import Bench, Configuring
from bench.goals import Goal, goals_of, ratio_of, ratio_of_rounds
from bench.processes import this_machine
from bench.report import (
    calm_lines,
    command_lines,
    configuring_lines,
    goal_lines,
    reading_lines,
    surroundings_lines,
)
from bench.stores import KINDS, NAMES
from bench.surroundings import Calm, describe

PARTS = ("configure", "slow", "reading", "commands")


def main() -> int:
    """Measure what is asked for; 1 if an answer was wrong, whatever the speed."""
    options = read_options()
    bench = Bench(this_machine(), seconds=options.seconds, rounds=options.rounds)
    what = frozenset(options.what or PARTS)
    calm = Calm()
    result: dict[str, Any] = {"surroundings": describe()}
    say(surroundings_lines(result["surroundings"]))
    goals: list[Goal] = []
    for kind in options.database or KINDS:
        if what & {"configure", "slow"}:
            found = configuring.measure(bench, kind, what)
            say(configuring_lines(found))
            goals += goals_of(found)
            result[f"configuring {kind}"] = as_document(found)
        if "reading" in what:
            reads = reading.measure(bench, kind)
            say(reading_lines(NAMES[kind], reads))
            result[f"reading {kind}"] = [plain(each) for each in reads]
    if "commands" in what:
        commands = command_line.measure(bench)
        say(command_lines(commands))
        result["commands"] = [plain(each) for each in commands]
    if goals:
        say(goal_lines(goals))
        result["goals"] = [plain(goal) for goal in goals]
    result["used by others"] = calm.others()
    say(calm_lines(result["used by others"]))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    return 0 if all(goal.met for goal in goals if goal.wanted == "all") else 1


def read_options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *PARTS], help="everything if not given")
    parser.add_argument("--seconds", type=float, default=4, help="how long each load lasts")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is repeated")
    parser.add_argument("--database", action="append", choices=KINDS, help="only this kind")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here, too")
    return parser.parse_args()


def say(lines: Iterable[str] | Iterator[str]) -> None:
    """Print as soon as it is known."""
    print("\n".join(lines), flush=True)


def as_document(found: Configuring) -> dict[str, Any]:
    """Everything measured, with what follows from it."""
    document = plain(found)
    for name in ("one_core", "every_core", "slow"):
        for values, each in zip(document[name], getattr(found, name), strict=True):
            values |= {"rate": each.load.rate, "requests_a_commit": each.together}
    if found.one_core:
        document["ratio_one_core"] = ratio_of_rounds(found)
    if found.slow:
        document["ratio_slow"] = ratio_of(found.slow, [each.rate for each in found.slow_bare])
    return document


def plain(thing: Any) -> dict[str, Any]:
    """A dataclass as plain values."""
    return dataclasses.asdict(thing)


if __name__ == "__main__":
    sys.exit(main())
