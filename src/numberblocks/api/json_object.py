"""Reading a JSON object as pairs, so that a member that is sent twice is seen twice."""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder, dumps
from typing import NoReturn

from numberblocks.api.sent import NotText, Pairs, Value
from numberblocks.domain.errors import UnreadableRequest

MOST_DIGITS = 1_000
"""No parameter takes an integer anywhere near as long; Python itself refuses 4,301 digits."""


def read_json(body: bytes) -> Pairs:
    """The members of the object that the body is."""
    try:
        text = body.decode()
        members = _decoder.decode(text)
        if "\\ud" in text or "\\uD" in text:
            _check_surrogates(members)
    except JSONDecodeError as error:
        raise UnreadableRequest(_where_it_breaks(error)) from None
    except UnicodeDecodeError:
        raise UnreadableRequest("The body isn't UTF-8; send JSON in UTF-8.") from None
    except RecursionError:
        raise UnreadableRequest("The body is nested too deeply; send one flat object.") from None
    if type(members) is not tuple:
        raise UnreadableRequest("The body isn't a JSON object; send an object of parameters.")
    return [
        (name, value if type(value) is str else _other_than_text(value)) for name, value in members
    ]


def _other_than_text(value: object) -> Value | None:
    match value:
        case None | NotText():
            return value
        case True:
            return NotText.TRUE
        case False:
            return NotText.FALSE
        case tuple():
            return NotText.OBJECT
        case _:
            return NotText.LIST


def _integer(digits: str) -> str:
    if len(digits) > MOST_DIGITS:
        raise UnreadableRequest(
            f"The body has an integer that is too long; send at most {MOST_DIGITS:,} digits."
        )
    return digits


def _fraction(_: str) -> NotText:
    return NotText.FRACTION


def _constant(word: str) -> NoReturn:
    raise UnreadableRequest(f"The body has {word}, which isn't JSON.")


def _check_surrogates(members: object) -> None:
    """Refuse a lone surrogate anywhere: what has one can't be written as UTF-8."""
    try:
        dumps(members, ensure_ascii=False, default=repr).encode()
    except UnicodeEncodeError:
        raise UnreadableRequest(
            "The body has half of a surrogate pair; send whole characters."
        ) from None


def _where_it_breaks(error: JSONDecodeError) -> str:
    return f"The body isn't valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."


# Every object becomes a tuple of pairs, which no JSON list does. Numbers stay as they were
# written: an integer is read as its digits, and nothing here counts with the others.
_decoder = JSONDecoder(
    object_pairs_hook=tuple,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_constant,
)
