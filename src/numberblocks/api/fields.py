"""Asking a request's parameters for fields, and noting what is wrong with each.

A handler asks for its fields in the order of the API's own table and refuses at the end, so that
one answer names every wrong field, in that order::

    read = FieldReader(parameters)
    account = read.sid("AccountSid", "account")
    method = read.word("RoutingMethod", "routing_method", ROUTING_METHODS)
    source = read.text("Source", "source", clearable=True)
    read.refuse_if_wrong()
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from numberblocks.api.parameters import Parameters, Sent, Several, name_key
from numberblocks.api.sent import NotText, Value
from numberblocks.domain.errors import InvalidFields, Problem, conflicting, missing
from numberblocks.domain.sids import LONGEST_SID
from numberblocks.domain.text import LONGEST_TEXT, why_not_text

BOOLEANS: Mapping[Value, bool] = {
    **dict.fromkeys(("true", "1", "yes", "on", NotText.TRUE), True),
    **dict.fromkeys(("false", "0", "no", "off", NotText.FALSE), False),
}
INTEGER = re.compile(r"-?[0-9]{1,18}")

Word = TypeVar("Word")
Text = TypeVar("Text", bound=str)


def by_word(words: Iterable[Text]) -> dict[str, Text]:
    """Each word by its lower case, as `FieldReader.word` wants them; an Enum of text will do."""
    return {word.lower(): word for word in words}


class FieldReader:
    """Reads one field after the other, each by its name in the API and its name in the domain.

    Every question answers None for what is absent, and for what is wrong, which it also notes.
    That values disagree is noted when the field is asked for, so in the asker's order.
    """

    __slots__ = ("_max_length", "_parameters", "problems", "unknown")

    def __init__(self, parameters: Parameters, *, max_length: int = LONGEST_TEXT) -> None:
        """max_length: code points of a text. unknown: problems to be told after all others."""
        self._parameters = parameters
        self._max_length = max_length
        self.problems: list[Problem] = []
        self.unknown: list[Problem] = []

    def text(
        self, name: str, field: str, *, clearable: bool = False, max_length: int | None = None
    ) -> str | None:
        """Text as it was sent; an integer is its digits.

        clearable: an empty text of JSON is an answer; otherwise it counts as absent.
        """
        value = self._one_value(name, field, clearable=clearable)
        if value is None:
            return None
        if isinstance(value, NotText):
            self._note(field, f"is {value.value}; send text")
        elif why := why_not_text(value, max_length or self._max_length):
            self._note(field, why)
        else:
            return value
        return None

    def sid(self, name: str, field: str) -> str | None:
        """What names a thing, whether or not there is such a thing."""
        return self.text(name, field, max_length=LONGEST_SID)

    def word(self, name: str, field: str, words: Mapping[str, Word]) -> Word | None:
        """One of a few words, in any case.

        words: what each word means, by its lower case (`by_word`).
        """
        value = self._one_value(name, field)
        if value is None:
            return None
        if isinstance(value, str) and (word := words.get(name_key(value))) is not None:
            return word
        self._note(field, f"is not a known word; send {_or(map(str, words.values()))}")
        return None

    def boolean(self, name: str, field: str) -> bool | None:
        """True or false, in any of the usual words, in any case."""
        value = self._one_value(name, field)
        if value is None:
            return None
        answer = BOOLEANS.get(name_key(value) if isinstance(value, str) else value)
        if answer is None:
            self._note(field, "is neither true nor false; send one of them")
        return answer

    def integer(self, name: str, field: str, *, minimum: int = 0, maximum: int) -> int | None:
        """A whole number, as a number of JSON or as digits."""
        value = self._one_value(name, field)
        if value is None:
            return None
        if isinstance(value, str) and INTEGER.fullmatch(value) and minimum <= int(value) <= maximum:
            return int(value)
        self._note(
            field, f"is not a whole number from {minimum:,} to {maximum:,}; send one that is"
        )
        return None

    def wrong(self, field: str, why: str) -> None:
        """Note that a field's value is wrong, for a reason that only its reader knows."""
        self._note(field, why)

    def missing(self, field: str, why: str = "is required") -> None:
        """Note that a field has to be there, unless something else is wrong with it already."""
        if not self.has_problem_with(field):
            self.problems.append(missing(field, why))

    def has_problem_with(self, *fields: str) -> bool:
        """Whether something is wrong with one of these fields already."""
        return any(problem.field in fields for problem in self.problems)

    def refuse_if_wrong(self) -> None:
        """Refuse the request if anything was noted, naming everything that was."""
        if self.problems or self.unknown:
            raise InvalidFields([*self.problems, *self.unknown])

    def _one_value(self, name: str, field: str, *, clearable: bool = False) -> Value | None:
        value = self._parameters.get(name)
        if isinstance(value, Several):
            value = self._agreed(field, value, clearable=clearable)
        return None if value == "" and not clearable else value

    def _agreed(self, field: str, several: Several, *, clearable: bool) -> Value | None:
        """The value, if all are equal as text; what isn't text is taken before what is."""
        sent = [one for one in several if clearable or one.value != ""]
        if len({_as_text(one.value) for one in sent}) > 1:
            self.problems.append(conflicting(field, _why_conflicting(sent)))
            return None
        return next((one.value for one in sent if isinstance(one.value, NotText)), sent[0].value)

    def _note(self, field: str, why: str) -> None:
        self.problems.append(Problem(field, why))


def _as_text(value: Value) -> str:
    return value if isinstance(value, str) else value.value


def _why_conflicting(sent: Iterable[Sent]) -> str:
    places = " and the ".join(dict.fromkeys(one.where for one in sent))
    return f"has different values in the {places}; send one value"


def _or(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
