"""Ranges of numbers: how they are read, written and searched for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.domain.answering_point import NotAnAnsweringPoint, read_answering_point
from numberblocks.domain.number_pattern import (
    KINDS,
    MOST_NUMBERS,
    NotANumberPattern,
    NumberRange,
    format_national,
    read_number_beginning,
    read_number_pattern,
)

SYDNEY = 61_2_5550_0000
FIRST_HUNDRED = NumberRange(SYDNEY, SYDNEY + 99)
UNALIGNED = NumberRange(SYDNEY + 150, SYDNEY + 249)
ONE = NumberRange(SYDNEY + 1234, SYDNEY + 1234)
# No 13 and 1802 numbers are set aside for fiction; these are only ever read.
THIRTEEN = 61_13_1000
DATA_FREEPHONE = 61_1802_900

READ = [
    # X for the last digits.
    ("612555000XX", FIRST_HUNDRED),
    ("612555000xx", FIRST_HUNDRED),
    ("612555000Xx", FIRST_HUNDRED),
    ("+612555000XX", FIRST_HUNDRED),
    ("02 5550 00XX", FIRST_HUNDRED),
    ("02555000XX", FIRST_HUNDRED),
    ("2555000XX", FIRST_HUNDRED),
    ("(02) 5550 00XX", FIRST_HUNDRED),
    ("02-5550-00XX", FIRST_HUNDRED),
    ("02.5550.00XX", FIRST_HUNDRED),
    ("02 5550 00 X X", FIRST_HUNDRED),
    ("02-5550-00-XX", FIRST_HUNDRED),
    ("02 5550 (00XX)", FIRST_HUNDRED),
    ("+61 (0)2 5550 00XX", FIRST_HUNDRED),
    ("0011 61 2 5550 00XX", FIRST_HUNDRED),
    (" \u200e02\u00a05550\u00a000XX ", FIRST_HUNDRED),
    ("٠٢ ٥٥٥٠ ٠٠XX", FIRST_HUNDRED),
    ("02 5550 000X", NumberRange(SYDNEY, SYDNEY + 9)),
    ("02 5550 XXXX", NumberRange(SYDNEY, SYDNEY + 9_999)),
    ("02 555X XXXX", NumberRange(SYDNEY, SYDNEY + 99_999)),
    ("04915701XX", NumberRange(61_491_570_100, 61_491_570_199)),
    ("1300 975 70X", NumberRange(61_1300_975_700, 61_1300_975_709)),
    ("1800 975 7XX", NumberRange(61_1800_975_700, 61_1800_975_799)),
    ("13 10XX", NumberRange(THIRTEEN, THIRTEEN + 99)),
    ("6113 10XX", NumberRange(THIRTEEN, THIRTEEN + 99)),
    ("1802 90X", NumberRange(DATA_FREEPHONE, DATA_FREEPHONE + 9)),
    # From start to end.
    ("61255500150-61255500249", UNALIGNED),
    ("61255500150 - 61255500249", UNALIGNED),
    ("61255500150\u201361255500249", UNALIGNED),
    ("+61255500150-+61255500249", UNALIGNED),
    ("0255500150-0255500249", UNALIGNED),
    ("02 5550 0150 - 02 5550 0249", UNALIGNED),
    ("02-5550-0150-02-5550-0249", UNALIGNED),
    ("02-5550-0150 - 02-5550-0249", UNALIGNED),
    ("(02) 5550 0150-(02) 5550 0249", UNALIGNED),
    ("0255500150-+61255500249", UNALIGNED),
    ("+61 (0)2 5550 0150 - 0011 61 2 5550 0249", UNALIGNED),
    ("0255500150-255500249", UNALIGNED),
    ("61255500000-61255500099", FIRST_HUNDRED),
    ("02 5550 0000 - 02 5550 0000", NumberRange(SYDNEY, SYDNEY)),
    # A shortened end.
    ("61255500000-99", FIRST_HUNDRED),
    ("02 5550 0000-99", FIRST_HUNDRED),
    ("02 5550 0000 - 99", FIRST_HUNDRED),
    ("02-5550-0000-99", FIRST_HUNDRED),
    ("02 5550 0000-0099", FIRST_HUNDRED),
    ("02 5550 0000-00-99", FIRST_HUNDRED),
    ("02 5550 0000-5550 0099", FIRST_HUNDRED),
    ("02 5550 0150-249", UNALIGNED),
    ("02 5550 0150-(249)", UNALIGNED),
    ("02 5550 0000-0", NumberRange(SYDNEY, SYDNEY)),
    ("02 5550 0000-9", NumberRange(SYDNEY, SYDNEY + 9)),
    ("1300 975 707-11", NumberRange(61_1300_975_707, 61_1300_975_711)),
    ("0491 570 156-159", NumberRange(61_491_570_156, 61_491_570_159)),
    # Six and eight digits could be other numbers, but replace the start's last digits here.
    ("02 5513 0000-131000", NumberRange(61_2_5513_0000, 61_2_5513_1000)),
    ("02 6113 1000-6113 1099", NumberRange(61_2_6113_1000, 61_2_6113_1099)),
    # One number.
    ("61255501234", ONE),
    ("+61 2 5550 1234", ONE),
    ("(02) 5550 1234", ONE),
    ("02-5550-1234", ONE),
    ("0-2-5-5-5-0-1-2-3-4", ONE),
    ("1300 975 707", NumberRange(61_1300_975_707, 61_1300_975_707)),
    ("6113 1000", NumberRange(THIRTEEN, THIRTEEN)),
    ("13 1000", NumberRange(THIRTEEN, THIRTEEN)),
]

REFUSED = [
    ("", "1 to 128 characters"),
    ("0" * 129, "1 to 128 characters"),
    (" ", "has digits"),
    ("-", "has digits"),
    # A wildcard in the wrong place.
    ("02 555X 0000", "last digits only"),
    ("02 5550 0X0X", "last digits only"),
    ("X2 5550 0000", "last digits only"),
    ("XX+61255500000", "last digits only"),
    ("02 5550 00XX-99", "last digits only"),
    ("02 5550 0000 x12", "last digits only"),
    ("02 5550 00XX - 02 5550 01XX", "last digits only"),
    ("02 5550 0000-XX", "takes no X"),
    ("02 5550 0000-9X", "takes no X"),
    ("XX", "the first ones must be given"),
    ("XXXXX", "the first ones must be given"),
    ("XXXXXXXXXX", "100,000"),
    ("+XX", "comes 61"),
    # A wrong count of digits.
    ("02 5550 0XX", "area code"),
    ("02 5550 000XX", "9 digits"),
    ("61255500", "9 digits"),
    ("5550 00XX", "area code"),
    ("1300 975 7XXX", "9 digits"),
    ("1300 975 70", "9 digits"),
    ("02 5550 0000 0000", "9 digits"),
    ("0255500000-02555000990", "the start's length"),
    ("0255500000-025550099", "the start's length"),
    ("0255500000-1234567890", "the start's length"),
    # Ends that don't fit together.
    ("0255500099-0255500000", "after the end"),
    ("02 5550 0099-00", "after the end"),
    ("0255500000-0355500099", "one type and in one area"),
    ("0255500000-0491570156", "one type and in one area"),
    ("0255500000-1300975707", "one type and in one area"),
    ("1300975707-1800975707", "one type and in one area"),
    ("1300975707-0255500000", "one type and in one area"),
    ("02 9999 9999 - 03 5550 0000", "one type and in one area"),
    ("134400-134699", "one type and in one area"),
    ("13 4XXX", "one type and in one area"),
    # No end, or one that can't be read.
    ("02 5550 0000-", "needs an end"),
    ("02 5550 0000--99", "needs an end"),
    ("02 5550 0000-99-", "needs an end"),
    ("02 5550 0000-ninety", "needs an end"),
    ("02 5550 0000-+99", "the start's length"),
    ("-02 5550 0000", "no hyphen or dot"),
    ("02 5550 0000 to 99", "'t'"),
    ("02 5550 0000, 02 5550 0001", "','"),
    ("l300 975 70X", "'l'"),
    ("02 5550 00XX\n", "U+000A"),
    ("02 5550 00??", "'?'"),
    ("02 5550 00**", "'*'"),
    ("02 5550 00%", "'%'"),
    ("((02)) 5550 00XX", "brackets in pairs"),
    # Too many.
    ("02 55XX XXXX", "100,000"),
    ("04XX XXX XXX", "100,000"),
    ("0255500000-0255600000", "100,000"),
    ("0255500000-99999999", "100,000"),
    # Numbers that no block has.
    ("1900 654 3XX", "premium"),
    ("1900654300-99", "premium"),
    ("+61 1902 654 3XX", "premium"),
    ("190X XXX", "premium"),
    ("000", "emergency"),
    ("112", "emergency"),
    ("123X", "service codes"),
    ("0145 101 2XX", "satellite"),
    ("0198 333 3XX", "data"),
    ("1345 XX", "1345"),
    ("0500 123 4XX", "05, 06 and 09"),
    ("02 1234 56XX", "local numbers start with 2 to 9"),
    ("+64 9 555 01XX", "comes 61"),
    ("+02 5550 00XX", "comes 61"),
    ("0061 2 5550 00XX", "9 digits"),
    ("0015 61 2 5550 00XX", "9 digits"),
    ("1831 02 5550 00XX", "9 digits"),
    ("0 1300 975 70X", "9 digits"),
]


@pytest.mark.parametrize(("text", "numbers"), READ)
def test_a_pattern_is_read_in_every_usual_spelling(text, numbers):
    assert read_number_pattern(text) == numbers


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_anything_else_is_no_pattern_and_the_message_says_why(text, words):
    with pytest.raises(NotANumberPattern) as caught:
        read_number_pattern(text)
    message = caught.value.message
    assert message.startswith("must be Australian numbers such as 02 5550 00XX")
    assert words in message
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("first", "count", "pattern"),
    [
        (SYDNEY, 1, "61255500000"),
        (SYDNEY, 10, "6125550000X"),
        (SYDNEY, 100, "612555000XX"),
        (SYDNEY, 10_000, "6125550XXXX"),
        (SYDNEY, 100_000, "612555XXXXX"),
        (SYDNEY + 150, 100, "61255500150-61255500249"),
        (SYDNEY, 99, "61255500000-61255500098"),
        (SYDNEY, 200, "61255500000-61255500199"),
        (SYDNEY + 5, 10, "61255500005-61255500014"),
        (61_1300_975_700, 10, "61130097570X"),
        (THIRTEEN, 100, "611310XX"),
        (DATA_FREEPHONE, 1, "611802900"),
    ],
)
def test_a_range_is_written_with_x_where_it_is_aligned_to_a_power_of_ten(first, count, pattern):
    numbers = NumberRange(first, first + count - 1)
    assert numbers.pattern == pattern
    assert numbers.count == count


def test_both_ends_are_in_the_range():
    assert SYDNEY in FIRST_HUNDRED
    assert SYDNEY + 99 in FIRST_HUNDRED
    assert SYDNEY - 1 not in FIRST_HUNDRED
    assert SYDNEY + 100 not in FIRST_HUNDRED


@pytest.mark.parametrize(
    ("first", "last", "overlap"),
    [(-9, -1, False), (-9, 0, True), (50, 60, True), (-9, 200, True), (99, 99, True)]
    + [(100, 200, False), (0, 99, True)],
)
def test_ranges_overlap_when_they_share_a_number(first, last, overlap):
    other = NumberRange(SYDNEY + first, SYDNEY + last)
    assert FIRST_HUNDRED.overlaps(other) is overlap
    assert other.overlaps(FIRST_HUNDRED) is overlap


def test_a_range_is_a_value_that_never_changes():
    assert hash(NumberRange(1, 2)) == hash(NumberRange(1, 2))
    with pytest.raises(AttributeError):
        FIRST_HUNDRED.first = 1  # type: ignore[misc]


# Against other rules, and for any text.


@st.composite
def ranges(draw):
    kind = draw(st.sampled_from(KINDS))
    aligned = draw(st.sampled_from([1, 1, 10, 100, 1000]))
    first = draw(st.integers(kind.first, kind.last)) // aligned * aligned
    first = max(first, kind.first)
    longest = min(MOST_NUMBERS, kind.last - first + 1)
    count = draw(st.sampled_from([1, 10, 100, 1000, 10_000]) | st.integers(1, longest))
    return NumberRange(first, first + min(count, longest) - 1)


PIECES = [
    *"0123456789+()-. Xx",
    *("61", "+61", "0011", "(0)", "02", "03", "13", "1300", "1802", "1900", "5550 00"),
    *("255501234", "0255500000", "61255500000", "491570156", "975707", "\uff0b", "\u2013", "\n"),
]
PATTERNLIKE = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


@given(ranges())
def test_a_range_is_read_back_from_its_pattern(numbers):
    assert read_number_pattern(numbers.pattern) == numbers
    assert read_number_pattern("+" + numbers.pattern) == numbers


@given(ranges(), st.data())
def test_a_range_is_read_back_from_national_spelling_with_an_end_of_any_length(numbers, data):
    start, end = format_national(numbers.first), str(numbers.last)[2:]
    changed = next(
        (i for i, (a, b) in enumerate(zip(str(numbers.first)[2:], end, strict=True)) if a != b),
        len(end) - 1,
    )
    shortened = end[data.draw(st.integers(0, changed)) :]
    assert read_number_pattern(f"{start}-{shortened}") == numbers


def read_or_refusal(text):
    try:
        return read_number_pattern(text)
    except NotANumberPattern as refusal:
        return refusal


@given(st.text(max_size=40) | PATTERNLIKE)
def test_any_text_gives_numbers_of_one_kind_or_one_short_line_of_why_not(text):
    match read_or_refusal(text):
        case NumberRange() as numbers:
            assert 1 <= numbers.count <= MOST_NUMBERS
            assert sum(k.first <= numbers.first <= numbers.last <= k.last for k in KINDS) == 1
            assert read_number_pattern(numbers.pattern) == numbers
        case NotANumberPattern() as refusal:
            assert refusal.message.isascii()
            assert refusal.message.isprintable()
            assert len(refusal.message) < 220


@given(st.text(max_size=40) | PATTERNLIKE)
def test_an_answering_point_is_a_pattern_of_one_number(text):
    try:
        number = int(read_answering_point(text)[1:])
    except NotAnAnsweringPoint:
        return
    assert read_number_pattern(text) == NumberRange(number, number)


def is_answering_point(number):
    try:
        return read_answering_point(f"+{number}") == f"+{number}"
    except NotAnAnsweringPoint:
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_the_kinds_hold_the_answering_points_and_nothing_else(kind):
    for number in range(kind.first - 2, kind.first + 2):
        assert is_answering_point(number) is any(k.first <= number <= k.last for k in KINDS)
    for number in range(kind.last - 2, kind.last + 2):
        assert is_answering_point(number) is any(k.first <= number <= k.last for k in KINDS)


def test_kinds_are_apart_and_no_number_begins_another():
    for one in KINDS:
        for other in KINDS:
            cut = 10 ** max(0, len(str(other.first)) - len(str(one.first)))
            apart = other.last // cut < one.first or one.last < other.first // cut
            assert apart or one == other


# Searching.

ALL = tuple((kind.first, kind.last) for kind in KINDS)
WITH_TRUNK_ZERO = ALL[:5]
SYDNEY_5550 = ((61_2_5550_0000, 61_2_5550_9999),)

BEGINNINGS = [
    ("025550", SYDNEY_5550),
    ("02 5550", SYDNEY_5550),
    ("02 5550 ", SYDNEY_5550),
    ("02-5550-", SYDNEY_5550),
    ("02.5550.", SYDNEY_5550),
    ("(02) 5550", SYDNEY_5550),
    ("(02) 5550 (", SYDNEY_5550),
    ("(025550", SYDNEY_5550),
    ("(025550 ", SYDNEY_5550),
    ("  02 5550", SYDNEY_5550),
    ("+61 2 5550", SYDNEY_5550),
    ("(+61 2 5550", SYDNEY_5550),
    ("61 2 5550", SYDNEY_5550),
    ("+61 (0)2 5550", SYDNEY_5550),
    ("61 02 5550", SYDNEY_5550),
    ("0011 61 2 5550", SYDNEY_5550),
    ("0011 61 (0)2 5550", SYDNEY_5550),
    ("2 5550", SYDNEY_5550),
    ("٠٢٥٥٥٠", SYDNEY_5550),
    ("02 5550 1234", ((61_2_5550_1234, 61_2_5550_1234),)),
    ("+61255501234", ((61_2_5550_1234, 61_2_5550_1234),)),
    ("(02", ()),
    ("025", ((61_2_5000_0000, 61_2_5999_9999),)),
    ("612", ((61_2_2000_0000, 61_2_9999_9999),)),
    ("+614", ((61_400_000_000, 61_499_999_999),)),
    ("0491 570 1", ((61_491_570_100, 61_491_570_199),)),
    ("130", ((61_1300_000_000, 61_1300_999_999),)),
    ("1300 975", ((61_1300_975_000, 61_1300_975_999),)),
    ("180", ((61_1800_000_000, 61_1800_999_999), (61_1802_000, 61_1802_999))),
    ("131", ((61_13_1000, 61_13_1999),)),
    ("134", ((61_13_4000, 61_13_4499), (61_13_4600, 61_13_4999))),
    ("6113", ((61_13_1000, 61_13_4499), (61_13_4600, 61_13_9999), ALL[7])),
    ("6113 1000", ((61_13_1000, 61_13_1000),)),
    ("611", ALL[5:]),
    ("001", ALL),
    ("0011 6", ALL),
    ("0011 61", ALL),
    ("+61 (0", WITH_TRUNK_ZERO),
    ("610", WITH_TRUNK_ZERO),
    ("0011 61 0", WITH_TRUNK_ZERO),
]

NO_BEGINNINGS = [
    *("", " ", "0", "02", "61", "+61", "+6", "(0)2", "6", "13", "2-"),
    *("5550", "5550 1234", "555", "123", "112", "000", "061", "0061", "0015", "1900", "190"),
    *("021", "02 1234", "1345", "0500", "0145", "999", "600", "1801", "1830", "01300"),
    *("+02 5550", "+0011 61", "+64 9", "+255", "64 9", "0011 64", "+123", "+612+"),
    *("02 5550 12345", "1300 975 7071", "131 0001", "612555012345"),
    *("Acme 130", "130 Acme", "Spring 2025", "2025/26", "025550x", "02 5550 00XX", "02\n5550"),
    *("-025550", ".025550", "02) 5550", "((02) 5550", "025550\ud800", "02\x005550"),
    *(" " * 62 + "130", "1" * 1000, "(" * 300, "-" * 300, "0" * 64),
]


@pytest.mark.parametrize(("text", "found"), BEGINNINGS)
def test_the_beginning_of_a_number_finds_all_numbers_that_begin_so(text, found):
    assert read_number_beginning(text) == found


@pytest.mark.parametrize("text", NO_BEGINNINGS)
def test_what_begins_no_number_finds_none(text):
    assert read_number_beginning(text) == ()


def spellings(number):
    """Every way to write the number, without separators."""
    national = str(number)[2:]
    zeros = ["", "0"] if national[0] != "1" else [""]
    coded = [code + zero + national for code in ("+61", "61", "001161") for zero in zeros]
    return [*coded, *(zero + national for zero in zeros)]


def finds(text, number):
    return any(first <= number <= last for first, last in read_number_beginning(text))


NUMBERS = st.sampled_from(KINDS).flatmap(lambda kind: st.integers(kind.first, kind.last))


@given(NUMBERS, st.data())
def test_a_number_is_found_by_every_beginning_of_every_spelling(number, data):
    spelled = data.draw(st.sampled_from(spellings(number)))
    digits_only = spelled.removeprefix("+")
    typed = spelled[: data.draw(st.integers(3, len(digits_only))) + len(spelled) - len(digits_only)]
    separator = data.draw(st.sampled_from(["", " ", "-", ".", "\u00a0"]))
    assert finds(separator.join(typed), number)
    assert finds(separator.join(typed) + separator, number)


@given(NUMBERS, st.data())
def test_a_number_is_found_while_its_australian_spelling_is_typed(number, data):
    typed = format_national(number)
    typed = typed[: data.draw(st.integers(1, len(typed)))]
    assert finds(typed, number) is (sum(c.isdecimal() for c in typed) >= 3)


@given(NUMBERS, st.from_regex(r"\A\+?(?:0|61|001161|0011)?[0-9]{1,5}\Z"))
def test_a_number_is_found_only_by_what_begins_a_spelling_of_it(number, digits):
    begins = any(spelled.startswith(digits) for spelled in spellings(number))
    assert finds(digits, number) is (begins and len(digits.removeprefix("+")) >= 3)


@given(st.text(max_size=70) | PATTERNLIKE)
def test_any_text_finds_ranges_that_are_apart_and_of_one_kind_each(text):
    found = read_number_beginning(text)
    for first, last in found:
        assert any(kind.first <= first <= last <= kind.last for kind in KINDS)
    assert all(not a[0] <= b[0] <= a[1] for a in found for b in found if a != b)
    assert len(set(found)) == len(found)


# Writing.


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (61_2_5550_1234, "(02) 5550 1234"),
        (61_8_7010_0001, "(08) 7010 0001"),
        (61_491_570_156, "0491 570 156"),
        (61_1300_975_707, "1300 975 707"),
        (61_1800_975_707, "1800 975 707"),
        (THIRTEEN, "13 10 00"),
        (DATA_FREEPHONE, "1802 900"),
        (61_1900_654_321, "+611900654321"),
        (64_9_555_0123, "+6495550123"),
        (255501234, "+255501234"),
        (0, "+0"),
    ],
)
def test_numbers_are_written_as_australians_write_them(number, written):
    assert format_national(number) == written


@given(NUMBERS)
def test_what_is_written_is_read_again(number):
    assert read_answering_point(format_national(number)) == f"+{number}"
