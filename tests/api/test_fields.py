"""One field after the other: what each kind of field takes, and what is said of the rest."""

from __future__ import annotations

from enum import StrEnum

import pytest

from numberblocks.api.fields import FieldReader, by_word
from numberblocks.api.parameters import Parameters, read_parameters
from numberblocks.api.sent import NotText, Value
from numberblocks.domain.errors import InvalidFields, Problem


class Method(StrEnum):
    ENDPOINT = "endpoint"
    FLOW = "Flow"


METHODS = by_word(Method)


def reading(value: Value | None, name: str = "It") -> FieldReader:
    return FieldReader(Parameters(body=[(name, value)]))


def reading_request(body: bytes, query: str = "", content_type: str | None = None) -> FieldReader:
    return FieldReader(read_parameters(path={}, query=query, content_type=content_type, body=body))


def noted(read: FieldReader) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in read.problems]


INVALID = [("it", "PARAMETER_INVALID")]
CONFLICTING = [("it", "CONFLICTING_PARAMETERS")]


# Text


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "Google Ads",
        " outer white space ",
        "\N{NO-BREAK SPACE}x\N{IDEOGRAPHIC SPACE}",
        "\N{LINE SEPARATOR}",
        "\N{ZERO WIDTH JOINER}",
        "\N{GRINNING FACE}",
        "\U0010ffff",
        "'; DROP TABLE number_blocks; --",
        "<script>",
        255 * "x",
        255 * "\N{GRINNING FACE}",
        "61255501234",
    ],
)
def test_text_is_kept_as_sent(value):
    read = reading(value)
    assert read.text("It", "it") == value
    assert read.problems == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (256 * "x", "is too long (256 characters); send at most 255"),
        (1_000_000 * "x", "is too long (1,000,000 characters); send at most 255"),
        ("a\tb", "has a character that isn't text (U+0009); leave it out"),
        ("a\r\nX-Header: b", "has a character that isn't text (U+000D); leave it out"),
        ("a\0", "has a character that isn't text (U+0000); leave it out"),
        ("\x7f", "has a character that isn't text (U+007F); leave it out"),
        ("\x85", "has a character that isn't text (U+0085); leave it out"),
        ("é\x9f", "has a character that isn't text (U+009F); leave it out"),
        ("\ud800", "has a character that isn't text (U+D800); leave it out"),
        (NotText.TRUE, "is true; send text"),
        (NotText.FALSE, "is false; send text"),
        (NotText.FRACTION, "is a number with a fraction or an exponent; send text"),
        (NotText.LIST, "is a list; send text"),
        (NotText.OBJECT, "is an object; send text"),
        (NotText.FILE, "is a file; send text"),
    ],
)
def test_what_is_not_text_is_named(value, message):
    read = reading(value)
    assert read.text("It", "it") is None
    assert read.problems == [Problem("it", message)]


def test_text_has_the_length_that_is_asked_for():
    assert reading("12345").text("It", "it", max_length=5) == "12345"
    assert noted_after(lambda read: read.text("It", "it", max_length=5), "123456") == INVALID


def test_a_reader_may_have_another_limit_for_texts():
    parameters = Parameters(body=[("It", "123456"), ("Sid", "123456")])
    read = FieldReader(parameters, max_length=5)
    assert read.text("It", "it") is None
    assert noted(read) == INVALID
    assert read.sid("Sid", "sid") == "123456"


def noted_after(ask, value: Value | None) -> list[tuple[str, str]]:
    read = reading(value)
    assert ask(read) is None
    return noted(read)


@pytest.mark.parametrize(
    ("body", "content_type", "clearable", "value"),
    [
        (b'{"It": ""}', "application/json", True, ""),
        (b'{"It": ""}', "application/json", False, None),
        (b'{"It": null}', "application/json", True, None),
        (b"{}", "application/json", True, None),
        (b"It=", "application/x-www-form-urlencoded", True, None),
    ],
)
def test_only_an_empty_text_of_json_clears(body, content_type, clearable, value):
    read = reading_request(body, content_type=content_type)
    assert read.text("It", "it", clearable=clearable) == value
    assert read.problems == []


# Sids


@pytest.mark.parametrize("value", ["A" + 31 * "2", "x", "../../etc/passwd", 64 * "é", "5"])
def test_anything_of_64_characters_is_a_sid(value):
    assert reading(value).sid("It", "it") == value


@pytest.mark.parametrize("value", [65 * "x", 1_000_000 * "x", "a\nb", NotText.TRUE, NotText.LIST])
def test_what_is_no_sid_is_named(value):
    assert noted_after(lambda read: read.sid("It", "it"), value) == INVALID


def test_an_empty_sid_is_absent():
    assert noted_after(lambda read: read.sid("It", "it"), "") == []


# Words


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("endpoint", Method.ENDPOINT),
        ("EndPoint", Method.ENDPOINT),
        ("FLOW", Method.FLOW),
        ("flow", Method.FLOW),
    ],
)
def test_a_word_is_taken_in_any_case(value, word):
    assert reading(value).word("It", "it", METHODS) is word


@pytest.mark.parametrize(
    "value", ["application", " flow", "flow ", "ﬂow", "0", 10_000 * "x", "\0", *NotText]
)
def test_another_word_is_told_the_words_in_their_own_spelling(value):
    read = reading(value)
    assert read.word("It", "it", METHODS) is None
    assert read.problems == [Problem("it", "is not a known word; send endpoint or Flow")]


def test_an_absent_word_is_none():
    assert noted_after(lambda read: read.word("It", "it", METHODS), "") == []
    assert noted_after(lambda read: read.word("It", "it", METHODS), None) == []


# Booleans


@pytest.mark.parametrize("value", ["true", "TRUE", "1", "yes", "Yes", "on", "oN", NotText.TRUE])
def test_these_are_true(value):
    assert reading(value).boolean("It", "it") is True


@pytest.mark.parametrize("value", ["false", "False", "0", "no", "NO", "off", NotText.FALSE])
def test_these_are_false(value):
    assert reading(value).boolean("It", "it") is False


@pytest.mark.parametrize("value", ["2", "-1", "t", " true", "01", "null", "oui", NotText.LIST])
def test_anything_else_is_neither(value):
    assert noted_after(lambda read: read.boolean("It", "it"), value) == INVALID


@pytest.mark.parametrize("value", ["", None])
def test_an_absent_boolean_is_none(value):
    assert noted_after(lambda read: read.boolean("It", "it"), value) == []


# Whole numbers


@pytest.mark.parametrize(("value", "number"), [("1", 1), ("1000", 1_000), ("007", 7), ("500", 500)])
def test_digits_are_a_whole_number(value, number):
    assert reading(value).integer("It", "it", minimum=1, maximum=1_000) == number


def test_a_number_may_start_below_nought():
    assert reading("-5").integer("It", "it", minimum=-5, maximum=0) == -5
    assert reading("0").integer("It", "it", maximum=0) == 0


@pytest.mark.parametrize(
    "value",
    ["0", "1001", "-1", "1.0", "1e2", "+5", " 5", "5 ", "0x5", "1_0", "٣", "½", "x", "9" * 5_000]
    + [NotText.FRACTION, NotText.TRUE, NotText.LIST],
)
def test_anything_else_is_told_the_bounds(value):
    read = reading(value)
    assert read.integer("It", "it", minimum=1, maximum=1_000) is None
    assert read.problems == [
        Problem("it", "is not a whole number from 1 to 1,000; send one that is")
    ]


@pytest.mark.parametrize("value", ["", None])
def test_an_absent_number_is_none(value):
    assert noted_after(lambda read: read.integer("It", "it", maximum=10), value) == []


# Values that disagree


@pytest.mark.parametrize(
    ("body", "query", "message"),
    [
        (b'{"It": "x"}', "It=y", "has different values in the query and the body; send one value"),
        (b'{"It": "x", "it": "y"}', "", "has different values in the body; send one value"),
        (b"", "It=x&It=y", "has different values in the query; send one value"),
        (b'{"It": true}', "It=1", "has different values in the query and the body; send one value"),
        (b'{"It": [], "It": {}}', "", "has different values in the body; send one value"),
    ],
)
def test_values_that_disagree_are_told_where(body, query, message):
    read = reading_request(body, query)
    assert read.text("It", "it") is None
    assert read.problems == [Problem("it", message, "CONFLICTING_PARAMETERS")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda read: read.text("It", "it"),
        lambda read: read.text("It", "it", clearable=True),
        lambda read: read.sid("It", "it"),
        lambda read: read.word("It", "it", METHODS),
        lambda read: read.boolean("It", "it"),
        lambda read: read.integer("It", "it", maximum=10),
    ],
)
def test_every_kind_of_field_notes_a_conflict(ask):
    read = reading_request(b'{"It": "1"}', "It=2")
    assert ask(read) is None
    assert noted(read) == CONFLICTING


def test_an_empty_text_disagrees_only_where_it_means_something():
    assert reading_request(b'{"It": ""}', "It=x").text("It", "it") == "x"
    read = reading_request(b'{"It": ""}', "It=x")
    assert read.text("It", "it", clearable=True) is None
    assert noted(read) == CONFLICTING


def test_true_of_json_and_true_as_text_agree_but_only_as_a_boolean():
    read = reading_request(b'{"It": true}', "It=true")
    assert read.boolean("It", "it") is True
    assert read.text("It", "it") is None
    assert noted(read) == INVALID


def test_booleans_are_compared_as_text():
    read = reading_request(b'{"It": true}', "It=yes")
    assert read.boolean("It", "it") is None
    assert noted(read) == CONFLICTING


def test_a_conflict_that_nobody_asks_for_is_ignored():
    read = reading_request(b'{"Cb": "1", "cb": "2", "It": "x"}')
    assert read.text("It", "it") == "x"
    assert read.problems == []


# All at once


def test_problems_come_in_the_order_asked_for():
    read = reading_request(b'{"C": true, "B": "1", "A": "x"}', "B=2")
    read.word("A", "a", METHODS)
    read.text("B", "b")
    read.missing("needed", "is required when A is flow")
    read.text("C", "c")
    with pytest.raises(InvalidFields) as refused:
        read.refuse_if_wrong()
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("a", "PARAMETER_INVALID"),
        ("b", "CONFLICTING_PARAMETERS"),
        ("needed", "PARAMETER_REQUIRED"),
        ("c", "PARAMETER_INVALID"),
    ]


def test_what_is_wrong_already_is_not_missing_too():
    read = reading(NotText.LIST)
    assert read.text("It", "it") is None
    read.missing("it")
    assert noted(read) == INVALID


def test_nothing_wrong_is_no_refusal():
    reading("x").refuse_if_wrong()
