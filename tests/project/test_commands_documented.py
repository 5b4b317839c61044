"""docs/commands.md has every command as it is, and every command takes what all have to take."""

from __future__ import annotations

import pytest

from tests.support.commands_page import EVERYWHERE, PAGE, all_commands, made

COMMANDS = {" ".join(words): command for words, command in all_commands()}


def test_every_command_is_documented_as_it_is():
    text = PAGE.read_text(encoding="utf-8")
    assert text == made(text), "run: .venv/bin/python -m tests.support.commands_page"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_database_and_prints_json(name: str):
    taken = {word for each in COMMANDS[name].assemble_argument_collection() for word in each.names}
    assert taken >= EVERYWHERE


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_in_a_sentence(name: str):
    assert COMMANDS[name].help.splitlines()[0].strip().endswith((".", ":", ",")), name
