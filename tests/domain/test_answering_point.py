"""The rule of an answering point, step by step, and against a slow version of itself."""

import unicodedata

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numberblocks.domain import answering_point
from numberblocks.domain.answering_point import (
    NotAnAnsweringPoint,
    is_assigned,
    read_answering_point,
)

SYDNEY = "+61255501234"
MOBILE = "+61491570156"
LOCAL_RATE = "+611300975707"
FREEPHONE = "+611800975707"
# No 13 and 1802 numbers are set aside for fiction; these are only ever read.
THIRTEEN = "+61" + "13" + "1000"
DATA_FREEPHONE = "+61" + "1802" + "999"

SPELLINGS = [
    ("+61255501234", SYDNEY),
    ("61255501234", SYDNEY),
    ("0255501234", SYDNEY),
    ("255501234", SYDNEY),
    ("02 5550 1234", SYDNEY),
    ("(02) 5550 1234", SYDNEY),
    ("+61 2 5550 1234", SYDNEY),
    ("+61 (0)2 5550 1234", SYDNEY),
    ("61 (0)2 5550 1234", SYDNEY),
    ("+61 (02) 5550 1234", SYDNEY),
    ("+61-2-5550-1234", SYDNEY),
    ("+61.2.5550.1234", SYDNEY),
    ("(+61) 2 5550 1234", SYDNEY),
    ("(+61 2) 5550 1234", SYDNEY),
    ("+(61) 2 5550 1234", SYDNEY),
    ("+ 61 2 5550 1234", SYDNEY),
    ("0011 61 2 5550 1234", SYDNEY),
    ("0011 61 (0)2 5550 1234", SYDNEY),
    ("02 - 5550 - 1234", SYDNEY),
    ("02..5550--1234", SYDNEY),
    ("0(2)5(5)5(0)1(2)3(4)", SYDNEY),
    ("(0255501234)", SYDNEY),
    ("03 7010 0000", "+61370100000"),
    ("07 5550 9999", "+61755509999"),
    ("08 7010 4321", "+61870104321"),
    ("0491 570 156", MOBILE),
    ("+61 491 570 156", MOBILE),
    ("+61 (0)491 570 156", MOBILE),
    ("491570156", MOBILE),
    ("1300 975 707", LOCAL_RATE),
    ("+61 1300 975 707", LOCAL_RATE),
    ("61 1300 975 707", LOCAL_RATE),
    ("0011 61 1300 975 707", LOCAL_RATE),
    ("1800 975 707", FREEPHONE),
    ("+61 1800 975 707", FREEPHONE),
    ("611800975707", FREEPHONE),
    (THIRTEEN[3:], THIRTEEN),
    (THIRTEEN, THIRTEEN),
    ("0011" + THIRTEEN[1:], THIRTEEN),
    (DATA_FREEPHONE[3:], DATA_FREEPHONE),
    (DATA_FREEPHONE, DATA_FREEPHONE),
    (DATA_FREEPHONE[1:], DATA_FREEPHONE),
]

OTHER_CHARACTERS = [
    "  02 5550 1234  ",
    "\u00a002\u00a05550\u00a01234\u3000",
    "\ufeff+61 2 5550 1234\u200b",
    "\u202a+61 2 5550 1234\u202c",
    "\u2066 02 5550 1234 \u2069",
    " \u200e \u2060 02 5550 1234",
    "\uff0b61 2 5550 1234",
    "(\uff0b61) 2 5550 1234",
    "02\u20115550\u20131234",
    "02\u20105550\u20121234",
    "02\u20145550\u20151234",
    "02\u22125550\ufe631234",
    "02\uff0d5550\uff0d1234",
    "02\u20025550\u202f1234",
    "０２ ５５５０ １２３４",
    "٠٢ ٥٥٥٠ ١٢٣٤",
    "\U0001d7ce\U0001d7d0 5550 1234",
    "+6१ 2 5550 १234",
]

REFUSED = [
    ("length", "", "1 to 64 characters"),
    ("length", "02 5550 1234" + " " * 53, "1 to 64 characters"),
    ("length", "0" * 65, "1 to 64 characters"),
    # What isn't named in the rule.
    ("character", "l300 975 707", "'l'"),
    ("character", "1300 ACME 00", "'A'"),
    ("character", "13OO 975 707", "'O'"),
    ("character", "tel:+61255501234", "'t'"),
    ("character", "02 5550 1234 ext 5", "'e'"),
    ("character", "02 5550 1234;ext=5", "';'"),
    ("character", "02 5550 1234 x5", "'x'"),
    ("character", "02 5550 1234#5", "'#'"),
    ("character", "02/5550/1234", "'/'"),
    ("character", "02_5550_1234", "'_'"),
    ("character", "02 5550 1234,", "','"),
    ("character", "02 5550 1234\n", "U+000A"),
    ("character", "\t02 5550 1234", "U+0009"),
    ("character", "02 5550\r1234", "U+000D"),
    ("character", "02 5550 1234\x00", "U+0000"),
    ("character", "02 5550\x001234", "U+0000"),
    ("character", "02\u200b5550 1234", "U+200B"),
    ("character", "02\u00ad5550 1234", "U+00AD"),
    ("character", "\u202e02 5550 1234", "U+202E"),
    ("character", "\u206102 5550 1234", "U+2061"),
    ("character", "02 5550 123²", "U+00B2"),
    ("character", "02 5550 123Ⅳ", "U+2163"),
    ("character", "02 5550 123四", "U+56DB"),
    ("character", "（02） 5550 1234", "U+FF08"),
    ("character", "02 5550 123\ud800", "U+D800"),
    ("character", "02 5550 1234\u0301", "U+0301"),
    ("character", "[02] 5550 1234", "'['"),
    # What stands in the wrong place.
    ("character", "   ", "has digits"),
    ("character", "+", "has digits"),
    ("character", "()", "has digits"),
    ("character", "(+)", "has digits"),
    ("character", "++61 2 5550 1234", "a plus only before"),
    ("character", "61+ 2 5550 1234", "a plus only before"),
    ("character", "02 5550 1234+", "a plus only before"),
    ("character", "( +61) 2 5550 1234", "a plus only before"),
    ("character", "(0+61) 2 5550 1234", "a plus only before"),
    ("character", "()+61 2 5550 1234", "a plus only before"),
    ("character", "((+61)) 2 5550 1234", "brackets in pairs"),
    ("character", "(02 5550 1234", "brackets in pairs"),
    ("character", "02) 5550 1234", "brackets in pairs"),
    ("character", ")02( 5550 1234", "brackets in pairs"),
    ("character", "(0(2)) 5550 1234", "brackets in pairs"),
    ("character", "-02 5550 1234", "no hyphen or dot"),
    ("character", "02 5550 1234-", "no hyphen or dot"),
    ("character", "02 5550 1234.", "no hyphen or dot"),
    ("character", ". 02 5550 1234", "no hyphen or dot"),
    ("character", "02 5550 1234 \u2013", "no hyphen or dot"),
    # What is dialled before a number.
    ("prefix", "1831 02 5550 1234", "leave out"),
    ("prefix", "1831 2 5550 1234", "leave out"),
    ("prefix", "1832 02 5550 1234", "leave out"),
    ("prefix", "+61 1831 2 5550 1234", "leave out"),
    ("prefix", "61 1832 2 5550 1234", "leave out"),
    ("prefix", "0011 61 1831 2 5550 1234", "leave out"),
    ("prefix", "1411 02 5550 1234", "leave out"),
    ("prefix", "1456 0491 570 156", "leave out"),
    ("prefix", "1411 0011 61 2 5550 1234", "leave out"),
    ("prefix", "+61 1411 02 5550 1234", "leave out"),
    ("prefix", "0011 61 1488 02 5550 1234", "leave out"),
    ("prefix", "+61 147 101 234", "leave out"),  # 1471 is also an override code
    ("prefix", "01300 975 707", "leave out"),
    ("prefix", "01800 975 707", "leave out"),
    ("prefix", "+61 (0)1300 975 707", "leave out"),
    ("prefix", "61 (0)1800 975 707", "leave out"),
    ("prefix", "0011 61 0 1800 975 707", "leave out"),
    ("prefix", "01831 02 5550 1234", "leave out"),
    # The parser would also take other carriers' codes for 0011, and 1831 after them.
    ("prefix", "0015 61 2 5550 1234", "leave out"),
    ("prefix", "0014 61 2 5550 1234", "leave out"),
    ("prefix", "0016 61 2 5550 1234", "leave out"),
    ("prefix", "0018 61 2 5550 1234", "leave out"),
    ("prefix", "0019 61 2 5550 1234", "leave out"),
    ("prefix", "0015 61 1831 2 5550 1234", "leave out"),
    # Eight digits with two meanings.
    ("ambiguous", "6113 1234", "local number 6113 1234 or +61 13 12 34"),
    ("ambiguous", "61 13 00 00", "write the area code"),
    ("ambiguous", "(61) 1345 12", "write the area code"),
    # Another country.
    ("foreign", "+64 9 555 0123", "comes 61"),
    ("foreign", "+1 212 555 0123", "comes 61"),
    ("foreign", "+44 20 7946 0123", "comes 61"),
    ("foreign", "+672 3 22 222", "comes 61"),
    ("foreign", "+6", "comes 61"),
    ("foreign", "+999 2 5550 1234", "comes 61"),
    ("foreign", "+02 5550 1234", "comes 61"),
    ("foreign", "+0011 61 2 5550 1234", "comes 61"),
    ("foreign", "+0061 2 5550 1234", "comes 61"),
    ("foreign", "0011 64 9 555 0123", "comes 61"),
    ("foreign", "0011 0 61 2 5550 1234", "comes 61"),
    ("foreign", "0011 1831 2 5550 1234", "comes 61"),
    # What can't be taken apart, or only by guessing.
    ("malformed", "0061 2 5550 1234", "a zero too many"),
    ("malformed", "+61 002 5550 1234", "a zero too many"),
    ("malformed", "+61 (0)0 2 5550 1234", "a zero too many"),
    ("malformed", "002 5550 1234", "a zero too many"),
    ("malformed", "0011 61 0011 61 2 5550 1234", "a zero too many"),
    ("malformed", "000", "emergency"),
    ("malformed", "0", "emergency"),
    ("malformed", "7", "9 digits"),
    ("malformed", "+61", "9 digits"),
    ("malformed", "+61 2", "9 digits"),
    ("malformed", "+61 2 5550 1234 5550 1234 5550", "9 digits"),
    # Numbers that nobody answers, or that cost.
    ("type", "(02) 1234 5678", "(02) 1234 5678 doesn't exist"),
    ("type", "02 0234 5678", "(02) 0234 5678 doesn't exist"),
    ("type", "+61 3 1234 5678", "(03) 1234 5678 doesn't exist"),
    ("type", "7 0123 4567", "(07) 0123 4567 doesn't exist"),
    ("type", "5550 1234", "area code"),
    ("type", "1900 654 321", "premium"),
    ("type", "+61 1900 654 321", "premium"),
    ("type", "1901 654 321", "premium"),
    ("type", "1902 654 321", "premium"),
    ("type", "1906 654 321", "premium"),
    ("type", "191 234", "premium"),
    ("type", "193 456 78", "premium"),
    ("type", "112", "emergency"),
    ("type", "106", "emergency"),
    ("type", "+61 112", "emergency"),
    ("type", "1100", "service codes"),
    ("type", "1194", "service codes"),
    ("type", "1223", "service codes"),
    ("type", "1234", "service codes"),
    ("type", "124 56", "service codes"),
    ("type", "1272 123 456", "service codes"),
    ("type", "0145 101 234", "satellite"),
    ("type", "0147 101 234", "satellite"),
    ("type", "+61 145 110 123", "satellite"),
    ("type", "1411", "override codes"),
    ("type", "0163 123 456", "pagers"),
    ("type", "016 312 34", "pagers"),
    ("type", "0198 333 333", "data"),
    ("type", "05 1234 5678", "05, 06 and 09"),
    ("type", "06 1234 5678", "05, 06 and 09"),
    ("type", "09 1234 5678", "05, 06 and 09"),
    ("type", "0500 123 456", "05, 06 and 09"),
    ("type", "0550 123 456", "05, 06 and 09"),
    ("type", "1345 12", "1345"),
    ("type", "1345 0123", "1345"),
    ("type", "+61 1345 0123", "1345"),
    ("type", "130 123", "9 digits"),
    ("type", "188 12", "9 digits"),
    ("type", "189 12", "9 digits"),
    ("type", "1300 975 70", "9 digits"),
    ("type", "1300 975 707 99", "9 digits"),
    ("type", "1800 975 7071", "9 digits"),
    ("type", "0491 570 15", "area code"),
    ("type", "0491 570 1566", "9 digits"),
    ("type", "02 5550 12345", "9 digits"),
    ("type", "61 61 2 5550 1234", "9 digits"),
]


def why_not(text):
    with pytest.raises(NotAnAnsweringPoint) as caught:
        read_answering_point(text)
    return caught.value


@given(st.from_regex(r"\A\+61(?:[2378][2-9][0-9]{7}|4[0-9]{8})\Z"))
def test_what_is_canonical_already_is_what_the_whole_rule_makes_of_it(text):
    assert answering_point._read(text) == text


@pytest.mark.parametrize(("text", "number"), SPELLINGS)
def test_every_usual_spelling_is_read(text, number):
    assert read_answering_point(text) == number


@pytest.mark.parametrize("text", OTHER_CHARACTERS)
def test_marks_and_digits_that_come_with_copying_are_understood(text):
    assert read_answering_point(text) == SYDNEY


@pytest.mark.parametrize(("reason", "text", "words"), REFUSED)
def test_anything_else_is_refused_with_its_reason_and_a_way_out(reason, text, words):
    refusal = why_not(text)
    assert refusal.reason == reason
    assert refusal.message.startswith("must be an Australian answering point; ")
    assert words in refusal.message
    assert str(refusal) == refusal.message


def test_the_longest_text_is_still_read():
    assert read_answering_point(" " * 52 + "02 5550 1234") == SYDNEY


def test_the_first_step_that_fails_gives_the_reason():
    assert why_not("x" * 65).reason == "length"
    assert why_not("1831 02 5550 1234 x5").reason == "character"
    assert why_not("1831 9").reason == "prefix"
    assert why_not("6113 4512").reason == "ambiguous"


def test_every_separator_of_the_rule_is_one_and_no_other_is():
    spaces = {chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) == "Zs"}
    assert set(answering_point.SPACES) == spaces
    for separator in [*spaces, *answering_point.HYPHENS, "."]:
        assert read_answering_point(f"02{separator}5550{separator}1234") == SYDNEY


def test_every_decimal_digit_is_a_digit_and_nothing_else_is():
    for character in map(chr, range(0x110000)):
        if unicodedata.category(character) == "Nd":
            assert answering_point.plain(f"0{character}") == f"0{unicodedata.decimal(character)}"
        elif character.isdigit() or character.isnumeric():
            assert answering_point.plain(f"0{character}") is None


@pytest.mark.parametrize(
    ("beginning", "count", "fits"),
    [
        *((f"{area}{digit}", 7, digit >= 2) for area in (2, 3, 7, 8) for digit in range(10)),
        ("4", 8, True),
        *((f"13{digit}", 3, digit != 0) for digit in range(10)),
        ("1345", 2, False),
        ("1300", 6, True),
        ("1800", 6, True),
        ("1801", 6, False),
        ("1802", 3, True),
        ("1802", 6, False),
        ("1803", 3, False),
        ("19", 8, False),
        ("5", 8, False),
        ("6", 8, False),
        ("9", 8, False),
        ("14", 7, False),
        ("16", 7, False),
    ],
)
def test_the_type_is_decided_by_the_national_number_alone(beginning, count, fits):
    national = beginning + "0" * count
    if fits:
        assert read_answering_point(f"+61{national}") == f"+61{national}"
    else:
        assert why_not(f"+61{national}").reason == "type"


@pytest.mark.parametrize("number", [SYDNEY, MOBILE, LOCAL_RATE, FREEPHONE])
def test_numbers_set_aside_for_fiction_count_as_assigned(number):
    assert is_assigned(number)


def test_a_number_outside_the_ranges_given_out_is_read_but_not_assigned():
    unassigned = read_answering_point("02 5400 0000")
    assert not is_assigned(unassigned)


# Against a slow version that says each step in turn.

INVISIBLE = {0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x2060}
INVISIBLE |= {0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF}
HYPHENS = {0x2D, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0xFF0D}
TYPES = [
    *((area + second, 9) for area in "2378" for second in "23456789"),
    ("4", 9),
    *(("13" + third, 6) for third in "123456789"),
    ("1300", 10),
    ("1800", 10),
    ("1802", 7),
]


def is_space(character):
    return unicodedata.category(character) == "Zs"


def walked(text):
    """The plus and the digits of a text, or None."""
    kept, depth = "", 0
    for at, character in enumerate(text):
        separates = is_space(character) or ord(character) in HYPHENS or character == "."
        if unicodedata.category(character) == "Nd":
            kept += str(unicodedata.decimal(character))
        elif character in "+\uff0b" and text[:at] in ("", "("):
            kept += "+"
        elif separates and 0 < at < len(text) - 1:
            continue
        elif character == "(" and depth == 0:
            depth = 1
        elif character == ")" and depth == 1:
            depth = 0
        else:
            return None
    return kept if depth == 0 and kept.strip("+") else None


def is_prefixed(digits):
    for code in ("", "+61", "61", "001161"):
        rest = digits.removeprefix(code) if digits.startswith(code) else "-"
        override = rest[:2] == "14" and rest[2:3] in set("123456789") and rest[4:5] == "0"
        if override or rest.startswith(("1831", "1832", "013", "018")):
            return True
    return digits[:3] == "001" and digits[3:4] in set("045689")


def parsed(digits):
    """The national number, or None if it is foreign or malformed."""
    if digits.startswith("+") and not digits.startswith("+61"):
        return None
    try:
        number = phonenumbers.parse(digits, "AU")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 61 or number.extension or number.italian_leading_zero:
        return None
    return str(number.national_number)


def slowly(text):
    """The number, or the reasons of which one is right."""
    if not 1 <= len(text) <= 64:
        return ["length"]
    while text and (is_space(text[0]) or ord(text[0]) in INVISIBLE):
        text = text[1:]
    while text and (is_space(text[-1]) or ord(text[-1]) in INVISIBLE):
        text = text[:-1]
    digits = walked(text)
    if digits is None:
        return ["character"]
    if is_prefixed(digits):
        return ["prefix"]
    if len(digits) == 8 and digits.startswith("6113"):
        return ["ambiguous"]
    national = parsed(digits)
    if national is None:
        return ["foreign", "malformed"]
    if not any(national.startswith(b) and len(national) == n for b, n in TYPES):
        return ["type"]
    return ["type"] if national.startswith("1345") and len(national) == 6 else "+61" + national


def quickly(text):
    try:
        return read_answering_point(text)
    except NotAnAnsweringPoint as refusal:
        return refusal


PIECES = [
    *"0123456789+()-. ",
    *("61", "+61", "0011", "0061", "0015", "(0)", "02", "1831", "1411", "13", "1300", "1800"),
    *("1802", "1345", "1900", "5550", "5550 1234", "255501234", "491570156", "975707"),
    *("\uff0b", "\u2011", "\u00a0", "\u200b", "٢", "x", "l", "\n"),
]
NUMBERLIKE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
CODES = st.sampled_from(["", "0", "+61", "+61 ", "61", "(+61) ", "0011 61 ", "+61 (0)", "0061"])
NATIONAL = st.from_regex(r"\A(?:[2-478][0-9]{8}|1[0-9]{3,9}|[0-9]{4,10})\Z")
SPELLED = st.builds(str.__add__, CODES, NATIONAL)


@given(st.text(max_size=70) | NUMBERLIKE | SPELLED)
@example("6113 1234")
@example("14110011255501234")
def test_any_text_gives_what_the_rule_says_step_by_step(text):
    expected, found = slowly(text), quickly(text)
    if isinstance(found, NotAnAnsweringPoint):
        assert found.reason in expected
    else:
        assert found == expected


@given(st.text(max_size=70) | NUMBERLIKE | SPELLED)
def test_what_is_read_once_is_read_again_unchanged(text):
    found = quickly(text)
    if isinstance(found, str):
        assert found.startswith("+61")
        assert found[1:].isdecimal()
        assert read_answering_point(found) == found


@given(st.text(max_size=70) | NUMBERLIKE | SPELLED)
def test_a_refusal_is_one_short_line_of_plain_characters(text):
    found = quickly(text)
    if isinstance(found, NotAnAnsweringPoint):
        assert found.message.isascii()
        assert found.message.isprintable()
        assert len(found.message) < 200
