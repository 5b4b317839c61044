"""The log: one JSON object a line, on standard error.

Whatever writes a line, numbers are told by their last three digits only, and tokens by the key id
that names them. Nothing is done at import; ``start_logging`` is called once in each process.
"""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import structlog
from msgspec import json
from structlog.typing import Processor

Event = MutableMapping[str, Any]

STANDARD_ERROR = 2
MOST_UNESCAPED = 5
"""How often what was escaped is taken to have been escaped again."""

# What may stand between the digits of a number that somebody typed; see domain/answering_point.py.
_BETWEEN = (
    r"[\s.()+%\-\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202d\u2060-\u2069\u2212\ufe63\uff0b\uff0d]"
)
_HIDDEN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z][0-9A-Z]{31}(?![0-9A-Za-z])"  # a sid: it stays, digits and all
    r"|(?P<token>(?i:nb_)[0-9A-Za-z]{0,12})\w+"
    rf"|(?P<number>\d(?:{_BETWEEN}*\d){{5,}})"
    r"|[\x7f-\x9f\u2028\u2029]"  # would move a terminal's cursor, or end a line for some readers
)
_ADDRESS = r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])"  # of a machine, with its dots
_HIDDEN_IN_PROSE = re.compile(f"{_ADDRESS}|{_HIDDEN.pattern}")


def hide(text: str) -> str:
    """The text without secrets: numbers by their last three digits, tokens by their key id."""
    return _HIDDEN.sub(_what_is_shown, text)


def _what_is_shown(match: re.Match[str]) -> str:
    if token := match["token"]:
        return f"{token}***"
    if number := match["number"]:
        return f"***{last_digits(number)}"
    return match[0] if len(match[0]) > 1 else "\ufffd"


def last_digits(text: str) -> str:
    """The last three digits of a number, however it was typed."""
    return "".join(str(int(each)) for each in text if each.isdecimal())[-3:]


def hide_in_prose(text: str) -> str:
    """The same for what programs say, in which addresses of machines are no numbers to call."""
    return _HIDDEN_IN_PROSE.sub(_what_is_shown, text)


def hide_token(text: str) -> str:
    """An id that a client made up, which may hold digits but no token."""
    return hide(text) if "nb_" in text.lower() else text


def unescaped(text: str) -> str:
    """The text as it was before it was escaped, however often that was."""
    for _ in range(MOST_UNESCAPED):
        if "%" not in text or (before := unquote(text)) == text:
            break
        text = before
    return text


def start_logging(level: str) -> None:
    """Have this process log from this level on."""
    logging.config.dictConfig(logging_config(level))
    structlog.configure(logger_factory=structlog.BytesLoggerFactory(unbuffered_standard_error()))


def unbuffered_standard_error() -> Any:
    """Standard error, to which each line is one write; so lines of processes don't mix."""
    return open(STANDARD_ERROR, "wb", buffering=0, closefd=False)


def now() -> str:
    """This moment, as lines of the log tell it."""
    return datetime.now(UTC).isoformat()


def logging_config(level: str) -> dict[str, Any]:
    """How the loggers of the standard library write; granian wants to be handed this, too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": line_formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {"_granian": {"level": level.upper()}},
    }


def line_formatter() -> logging.Formatter:
    """Makes lines of what the loggers of the standard library are told."""
    first: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,  # The lines of the traceback, never the values.
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=first,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_line],
    )


def as_line(_logger: object, _method: str, event: Event) -> str:
    """One line of the log, with everything hidden that has to be."""
    # The process ids that granian tells are no numbers that anybody can call, nor is an id.
    hides = hide_token if str(event["logger"]).startswith("_granian") else hide_in_prose
    shown = {name: hides(v) if isinstance(v, str) else v for name, v in event.items()}
    if "request_id" in event:
        shown["request_id"] = hide_token(event["request_id"])
    return json.encode({"time": now(), **shown}, enc_hook=str).decode()
