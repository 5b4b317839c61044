"""The table of docs/commands.md, made from the command line itself.

`python -m tests.support.commands_page` writes it anew between the page's two marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from cyclopts import App
from cyclopts.argument import Argument

from numberblocks.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"
EVERYWHERE = {"--database", "--json"}


def all_commands(parent: App = app, words: tuple[str, ...] = ("numberblocks",)) -> Iterator[tuple]:
    """Every command that does something: the words that call it, and its app."""
    for name in parent:
        if name.startswith("-"):
            continue
        command = parent[name]
        if command.default_command:
            yield (*words, name), command
        yield from all_commands(command, (*words, name))


def sections() -> str:
    """A heading and a table for every noun."""
    lines: list[str] = []
    noun = ""
    for words, command in all_commands():
        if words[1] != noun:
            noun = words[1]
            lines += ["", f"### {noun}", "", "| command | what it does |", "|---|---|"]
        lines.append(row(words, command))
    return "\n".join(lines).strip()


def row(words: tuple[str, ...], command: App) -> str:
    """One command with its options."""
    own = [
        argument
        for argument in command.assemble_argument_collection()
        if argument.names[0] != "*" and argument.names[0] not in EVERYWHERE
    ]
    typed = " ".join([*words[1:], *map(as_typed, own)])
    parts = [first_paragraph(command.help), *(explained(each) for each in own if help_of(each))]
    cells = (f"`{typed}`", "<br>".join(parts))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_typed(argument: Argument) -> str:
    """An argument as it stands in a usage line."""
    name = "/".join(argument.names)
    if argument.field_info.is_positional:
        return argument.names[0].removeprefix("--").replace("-", "_").upper()
    value = "" if is_flag(argument) else f" {words_of(argument) or '…'}"
    return f"{name}{value}" if argument.required else f"[{name}{value}]"


def is_flag(argument: Argument) -> bool:
    """Whether it takes no value."""
    return argument.hint is bool or "/" in "/".join(argument.names)


def words_of(argument: Argument) -> str:
    """The words that may be given, if only some may."""
    choices = [argument.hint, *get_args(argument.hint)]
    return "|".join(w for c in choices if get_origin(c) is Literal for w in get_args(c))


def explained(argument: Argument) -> str:
    """An argument with its help."""
    return f"`{argument.names[0]}`: {help_of(argument)}"


def help_of(argument: Argument) -> str:
    """What an argument's help says, on one line."""
    return " ".join((argument.parameter.help or "").split())


def first_paragraph(help: str) -> str:
    """What a command's help says, without what follows about its parameters."""
    text = re.split(r"\n\s*Parameters\n\s*-+", help)[0]
    return " ".join(text.split())


def made(document: str) -> str:
    """The document with the tables as they should be."""
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{sections()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
