"""The project's own promises about its lock files, commands and version."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import numberblocks

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PACKAGE = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text()


def locked(lock: Path) -> dict[str, str]:
    return dict(PACKAGE.findall(lock.read_text()))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_a_hash(lock: Path):
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_python_lock_names_no_address(lock: Path):
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links).*", lock.read_text()) == []


def test_the_npm_lock_names_no_address_and_has_hashes():
    packages = json.loads(text("package-lock.json"))["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []
    assert [name for name, entry in fetched.items() if "integrity" not in entry] == []


def test_npm_packages_are_pinned():
    wanted = json.loads(text("package.json"))["devDependencies"]
    assert [name for name, number in wanted.items() if not re.fullmatch(r"[\d.]+", number)] == []


def test_the_locks_agree_where_they_overlap():
    run, dev = locked(ROOT / "requirements/run.txt"), locked(ROOT / "requirements/dev.txt")
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys()} == {
        name: (run[name], run[name]) for name in run.keys() & dev.keys()
    }


def test_what_is_installed_is_what_is_locked():
    wanted = locked(ROOT / "requirements/run.txt")
    wrong = {name for name, number in wanted.items() if installed(name) not in (number, None)}
    assert wrong == set()


def test_only_one_of_the_two_packages_of_phone_numbers_is_there():
    # Both bring the module phonenumbers; one without its geography is a third of the size.
    assert installed("phonenumberslite") is not None
    assert installed("phonenumbers") is None


def test_the_package_needs_exactly_what_is_locked_for_it():
    needed = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    assert sorted(needed) == sorted(wishes("requirements/run.in"))


def test_the_version_stands_in_one_place():
    assert version("numberblocks") == numberblocks.__version__
    assert "version" not in tomllib.loads(text("pyproject.toml"))["project"]


def test_every_make_command_is_described():
    described = re.findall(r"^\| `make ([a-z]+)` \|", text("CONTRIBUTING.md"), re.MULTILINE)
    assert set(described) == make_targets()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_a_page_names_only_make_commands_that_exist(page: str):
    named = set(re.findall(r"^(?:\$ )?make ([a-z]+)|`make ([a-z]+)", text(page), re.MULTILINE))
    assert {first or second for first, second in named} <= make_targets()


def test_make_alone_lists_its_commands():
    done = subprocess.run(["make", "-C", ROOT, "--silent"], capture_output=True, text=True)
    assert set(re.findall(r"^ +make ([a-z]+) ", done.stdout, re.MULTILINE)) == make_targets()


def test_the_lock_check_of_make_check_is_green():
    assert subprocess.run([ROOT / "scripts/check-locks"]).returncode == 0


def wishes(name: str) -> list[str]:
    return [line for line in text(name).splitlines() if line and line[0] not in "#-"]


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
