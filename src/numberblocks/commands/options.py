"""The options that every command takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Common:
    """Where the store is, and how the answer is printed.

    as_json is read by the command line itself (cli.py), which prints the answer.
    """

    database: Annotated[
        str | None,
        Parameter(
            help="URL of the store; else NUMBERBLOCKS_DATABASE, else sqlite:///numberblocks.db."
        ),
    ] = None
    as_json: Annotated[
        bool, Parameter(name="--json", negative="", help="Print one JSON document.")
    ] = False


DEFAULTS = Common()
