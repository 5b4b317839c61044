"""How the command behaves whatever it is asked: help, errors, exit codes, and how fast."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from numberblocks import __version__
from numberblocks.cli import run as run_here
from numberblocks.commands.complaint import complaint_about
from numberblocks.domain.errors import StoreUnavailable
from tests.cli.running import failed, ran, run
from tests.support.served import COMMAND, environment

QUICK = 0.3
"""Seconds in which --help and --version answer."""


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["block", "--help"]])
def test_help_and_version_answer_at_once(words: list[str]):
    # Processor time, for the other tests may have the processor meanwhile; the best of some.
    assert min(processor_seconds(words) for _ in range(5)) < QUICK


def processor_seconds(words: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run(*words).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["block", "list", "--help"]])
def test_help_and_version_load_nothing_of_the_store_or_the_server(words: list[str]):
    script = (
        "import sys; from numberblocks.cli import run;"
        f"run({words!r}); print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    for heavy in ("sqlalchemy", "psycopg", "granian", "falcon", "phonenumbers", "alembic"):
        assert f"'{heavy}'" not in done.stderr, heavy


def test_the_version_is_the_packages():
    assert ran("--version") == f"numberblocks {__version__}\n"


def test_what_is_too_much_or_missing_is_told_in_plain_words():
    too_much = failed("account", "create", "Acme", "Stores", exit_code=2)
    assert "no place for 'Stores'; a text with spaces needs quotes" in too_much
    assert "--name is required" in failed("account", "create", exit_code=2)
    assert "requires an argument" in failed("account", "create", "Acme", "--parent", exit_code=2)


def test_help_lists_every_noun():
    text = ran("--help")
    for noun in ("account", "property", "token", "block", "flow", "application", "trunk"):
        assert noun in text


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["block", "nothing"],
        ["block", "show"],
        ["block", "show", "a", "b"],
        ["block", "list", "--nothing"],
        ["block", "list", "--state", "lost"],
        ["serve", "--port", "many"],
        ["serve", "--port", "0"],
        ["account", "update", "x", "--state", "asleep"],
    ],
    ids=" ".join,
)
def test_what_is_typed_wrongly_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert run_here(words) == 2
    plain = capsys.readouterr()
    assert (plain.out, plain.err[:14]) == ("", "numberblocks: ")
    assert run_here([*words, "--json"]) == 2
    said = json.loads(capsys.readouterr().err)
    assert set(said["error"]) == {"code", "message", "problems"}


def test_the_real_command_ends_so_too():
    assert failed("nothing", exit_code=2).startswith("numberblocks: ")


def test_a_misspelt_setting_is_refused():
    said = failed("config", "show", exit_code=2, NUMBERBLOCKS_PROT="1")
    assert "NUMBERBLOCKS_PROT is not a setting" in said


UNUSABLE = [
    "",
    "nonsense",
    "sqlite://",
    "sqlite:///",
    "sqlite:///:memory:",
    "sqlite:////no/such/folder/store.db",
    "mysql://localhost/x",
    "postgresql://",
    "postgresql://127.0.0.1:1/nobody",
    "postgresql://user:secret@127.0.0.1:1/nobody",
    "postgresql://127.0.0.1:999999/x",
]


@pytest.mark.parametrize("url", UNUSABLE)
@pytest.mark.parametrize("words", [["migrate"], ["block", "list"], ["history", "verify"]])
def test_a_database_that_cannot_be_used_is_one_sentence(
    words: list[str], url: str, capsys: pytest.CaptureFixture[str]
):
    assert run_here([*words, "--database", url]) in (1, 2)
    said = capsys.readouterr()
    assert (said.out, said.err[:14], said.err.count("\n")) == ("", "numberblocks: ", 1)
    assert "secret" not in said.err


def test_a_database_that_is_not_there_is_not_made_by_a_list(tmp_path: Path):
    said = failed("block", "list", "--database", f"sqlite:///{tmp_path}/typo.db")
    assert "numberblocks migrate --database" in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path):
    file = tmp_path / "store.db"
    file.write_text("not a database, but long enough to be looked at" * 100)
    for words in (["block", "list"], ["migrate"], ["demo"], ["backup", f"{tmp_path}/b"]):
        failed(*words, "--database", f"sqlite:///{file}")
    assert file.read_text().startswith("not a database")


def test_the_database_comes_from_the_environment_too(demo_url: str):
    assert "Sydney" in ran("block", "list", NUMBERBLOCKS_DATABASE=demo_url)


def test_the_option_goes_before_the_environment(demo_url: str):
    environ = {"NUMBERBLOCKS_DATABASE": "sqlite:////no/such/folder/x.db"}
    assert "Sydney" in ran("block", "list", "--database", demo_url, **environ)


def test_a_relative_path_is_of_the_folder_where_it_is_typed(tmp_path: Path):
    done = subprocess.run(
        [COMMAND, "migrate", "--database", "sqlite:///here.db"],
        cwd=tmp_path,
        env=environment(),
        timeout=60,
    )
    assert done.returncode == 0
    assert (tmp_path / "here.db").exists()


def test_a_reader_that_has_enough_is_no_error(demo_url: str):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, "block", "list", "--database", demo_url],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_output_survives_a_terminal_that_cannot_show_it(demo_url: str):
    words = ["--database", demo_url]
    ran("account", "create", "Café ✓", *words)
    text = ran("account", "list", *words, PYTHONIOENCODING="ascii")
    assert "Caf\\xe9" in text


def test_a_fault_of_ours_is_not_hidden():
    assert complaint_about(KeyError("x")) is None


def test_the_databases_own_words_are_told():
    error = StoreUnavailable()
    error.__cause__ = OSError("disk I/O error")
    complaint = complaint_about(error)
    assert complaint is not None
    assert "disk I/O error" in complaint.message


def test_without_a_command_help_is_printed(capsys: pytest.CaptureFixture[str]):
    assert run_here([]) == 0
    assert "Commands" in capsys.readouterr().out
