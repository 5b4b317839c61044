"""The options that several commands take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Common:
    """Where the store is, and how the answer is printed; every command takes these.

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


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Whose:
    """The account or property, or both, that a command is about."""

    account: Annotated[str | None, Parameter(help="Sid of the account.")] = None
    property: Annotated[str | None, Parameter(help="Sid of the property.")] = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list."""

    after: Annotated[str, Parameter(help="Go on after this one: what --json calls next.")] = ""
    limit: Annotated[int, Parameter(help="At most so many.")] = 100


DEFAULTS = Common()
NOBODY = Whose()
FIRST_PAGE = Page()
