"""What an operator may set: read once at the start, and handed down from there.

The fields of ``Settings`` are the one table of all settings. docs/settings.md is held to it by a
test, and ``numberblocks config show`` prints it with where each value came from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

import msgspec
from msgspec import Meta

PREFIX = "NUMBERBLOCKS_"
IGNORED = "NUMBERBLOCKS_TEST_"
"""Names that begin so belong to the tests of numberblocks."""

SECRET = frozenset({"database"})
"""Settings that may hold a password. Each may be given by a file, too: NUMBERBLOCKS_…_FILE."""

LONGEST_FILE = 65_536
PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@|((?:^|[?&])(?:ssl)?password=)[^&]*")

LogLevel = Literal["debug", "info", "warning", "error"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, with what it is when nobody sets it."""

    database: Annotated[
        str,
        Meta(
            description="The store: `sqlite:////absolute/file.db`, `sqlite:///relative.db` or"
            " `postgresql://user:password@host:port/name`."
        ),
    ] = "sqlite:///numberblocks.db"
    host: Annotated[
        str,
        Meta(description="The address to listen on. The default is reached by this machine only."),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65_535, description="The TCP port to listen on.")] = 8080
    workers: Annotated[
        int,
        Meta(ge=1, le=64, description="How many processes answer requests; one a core is plenty."),
    ] = 2
    threads: Annotated[
        int,
        Meta(
            ge=1,
            le=512,
            description="How many requests one process works on at a time. Each may keep one"
            " connection to the store.",
        ),
    ] = 32
    body_limit: Annotated[
        int,
        Meta(
            ge=1_000,
            le=100_000_000,
            description="The largest body of a request, in bytes; a larger one is answered 413.",
        ),
    ] = 1_000_000
    most_parameters: Annotated[
        int,
        Meta(
            ge=10,
            le=100_000,
            description="How many parameters one request may have, over its path, query and body.",
        ),
    ] = 1_000
    longest_text: Annotated[
        int, Meta(ge=16, le=10_000, description="The longest text parameter, in code points.")
    ] = 255
    log_level: Annotated[LogLevel, Meta(description="From which level on the log is written.")] = (
        "info"
    )
    longest_wait: Annotated[
        float,
        Meta(
            ge=0.1,
            le=60,
            description="How many seconds a request waits for its turn to write before it is"
            " answered 503.",
        ),
    ] = 10.0


class Setting(NamedTuple):
    """One row of the table. allowed: what a value has to be, in words."""

    name: str
    kind: Any
    default: Any
    allowed: str
    description: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


class Found(NamedTuple):
    """A setting's value and where it came from: default, environment, file or option."""

    value: Any
    source: str


class UnusableSettings(Exception):
    """Some settings are unknown or wrong; the message names all of them."""


@cache
def table() -> tuple[Setting, ...]:
    """Every setting, in the order of ``Settings``."""
    hints = get_type_hints(Settings, include_extras=True)
    return tuple(
        a_setting(field.name, hints[field.name], field.default)
        for field in msgspec.structs.fields(Settings)
    )


def a_setting(name: str, kind: Any, default: Any) -> Setting:
    """The row of one field."""
    meta = next(extra for extra in kind.__metadata__ if isinstance(extra, Meta))
    bare = get_args(kind)[0]
    if words := get_args(bare):
        allowed = ", ".join(words[:-1]) + f" or {words[-1]}"
    elif bare is str:
        allowed = "text"
    else:
        allowed = f"{'a whole' if bare is int else 'a'} number from {meta.ge:,} to {meta.le:,}"
    return Setting(name, kind, default, allowed, meta.description or "")


def read_settings(environ: Mapping[str, str], **given: Any) -> Settings:
    """The settings; UnusableSettings if any is unknown or wrong.

    given: what the command line says, by the setting's name; None where it says nothing.
    """
    return Settings(**{name: found.value for name, found in find_settings(environ, given).items()})


def find_settings(environ: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Found]:
    """Every setting's value, and where it came from. The command line goes before all else."""
    problems = [f"{name} is not a setting" for name in unknown_names(environ)]
    found: dict[str, Found] = {}
    for setting in table():
        try:
            found[setting.name] = find_one(setting, environ, given.get(setting.name))
        except ValueError as problem:
            problems.append(str(problem))
    if problems:
        raise UnusableSettings("; ".join(problems) + ". docs/settings.md lists every setting.")
    return found


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and aren't."""
    known = {setting.variable for setting in table()} | {
        f"{setting.variable}_FILE" for setting in table() if setting.name in SECRET
    }
    ours = (name for name in environ if name.startswith(PREFIX) and not name.startswith(IGNORED))
    return sorted(name for name in ours if name not in known)


def find_one(setting: Setting, environ: Mapping[str, str], given: object) -> Found:
    """One setting's value. An empty variable counts as absent. Raises ValueError with a message."""
    if given is not None:
        return Found(converted(setting, given, f"--{setting.name.replace('_', '-')}"), "option")
    variable = environ.get(setting.variable) or None
    file = environ.get(f"{setting.variable}_FILE") or None if setting.name in SECRET else None
    if variable is not None and file is not None:
        raise ValueError(f"{setting.variable} and {setting.variable}_FILE are both given")
    if file is not None:
        text = text_of_file(f"{setting.variable}_FILE", file)
        return Found(converted(setting, text, f"{setting.variable}_FILE"), "file")
    if variable is not None:
        return Found(converted(setting, variable, setting.variable), "environment")
    return Found(setting.default, "default")


def text_of_file(name: str, file: str) -> str:
    """The first line of the file that a secret is kept in."""
    try:
        with Path(file).open(encoding="utf-8") as opened:
            text = opened.read(LONGEST_FILE).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name} names a file that can't be read: {file}") from error
    if not text or "\n" in text:
        raise ValueError(f"{name} names a file that doesn't hold one line of text: {file}")
    return text


def converted(setting: Setting, value: object, name: str) -> Any:
    """The value as the setting's own type."""
    try:
        return msgspec.convert(value, setting.kind, strict=False)
    except msgspec.ValidationError:
        shown = "" if setting.name in SECRET else f", not {str(value)[:40]!r}"
        raise ValueError(f"{name} has to be {setting.allowed}{shown}") from None


def masked(text: str) -> str:
    """A URL without its password."""
    return PASSWORD.sub(lambda m: f"{m[1]}:***@" if m[2] is None else f"{m[2]}***", text)
