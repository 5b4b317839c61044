"""Reading settings: from the environment, from files and from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from numberblocks.settings import Settings, UnusableSettings, find_settings, masked, read_settings


def test_nothing_set_gives_the_defaults():
    assert read_settings({}) == Settings()


def test_the_command_line_goes_before_the_environment():
    environ = {"NUMBERBLOCKS_PORT": "1000", "NUMBERBLOCKS_HOST": "::1", "PATH": "/bin"}
    settings = read_settings(environ, port=2000, workers=None)
    assert (settings.port, settings.host, settings.workers) == (2000, "::1", 2)


def test_an_empty_variable_counts_as_absent():
    assert read_settings({"NUMBERBLOCKS_PORT": ""}).port == 8080


def test_names_for_the_tests_are_not_ours():
    assert read_settings({"NUMBERBLOCKS_TEST_DATABASE": "x"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "eighty"),
        ("PORT", "٨٠"),
        ("WORKERS", "0"),
        ("WORKERS", "true"),
        ("LOG_LEVEL", "INFO"),
        ("LONGEST_WAIT", "nan"),
        ("LONGEST_WAIT", "inf"),
        ("LONGEST_WAIT", "-1"),
        ("BODY_LIMIT", "1 MB"),
    ],
)
def test_a_wrong_value_is_refused_and_named(name: str, value: str):
    with pytest.raises(UnusableSettings, match=f"NUMBERBLOCKS_{name} has to be"):
        read_settings({f"NUMBERBLOCKS_{name}": value})


def test_everything_that_is_wrong_is_named_at_once():
    environ = {"NUMBERBLOCKS_PROT": "1", "NUMBERBLOCKS_PORT": "x", "NUMBERBLOCKS_WORKERS": "0"}
    with pytest.raises(UnusableSettings) as refused:
        read_settings(environ)
    for name in environ:
        assert name in str(refused.value)


def test_a_secret_comes_from_a_file(tmp_path: Path):
    file = tmp_path / "url"
    file.write_text("postgresql://me:hush@localhost/x\n")
    found = find_settings({"NUMBERBLOCKS_DATABASE_FILE": str(file)}, {})
    assert found["database"] == ("postgresql://me:hush@localhost/x", "file")


def test_a_secret_given_twice_is_refused(tmp_path: Path):
    environ = {"NUMBERBLOCKS_DATABASE": "x", "NUMBERBLOCKS_DATABASE_FILE": str(tmp_path / "y")}
    with pytest.raises(UnusableSettings, match="both given"):
        read_settings(environ)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"two\nlines\n", b"\xff"])
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: bytes | None):
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UnusableSettings, match="NUMBERBLOCKS_DATABASE_FILE"):
        read_settings({"NUMBERBLOCKS_DATABASE_FILE": str(file)})


def test_only_secrets_have_files(tmp_path: Path):
    with pytest.raises(UnusableSettings, match="is not a setting"):
        read_settings({"NUMBERBLOCKS_PORT_FILE": str(tmp_path)})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////var/x.db", "sqlite:////var/x.db"),
        ("sqlite:////var/a:b@c.db", "sqlite:////var/a:b@c.db"),
        ("postgresql://me@h/d", "postgresql://me@h/d"),
        ("postgresql://me:a@h/d", "postgresql://me:***@h/d"),
        ("postgresql://me:a@b/c:d@h/d", "postgresql://me:***@h/d"),
        ("postgresql://h/d?user=me&password=a&x=1", "postgresql://h/d?user=me&password=***&x=1"),
        ("postgresql://h/d?sslpassword=a", "postgresql://h/d?sslpassword=***"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str):
    assert masked(url) == shown
