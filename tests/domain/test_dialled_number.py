"""The number that a switch asks about, in every form that a switch may have it in."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numberblocks.domain.dialled_number import LONGEST, NotADialledNumber, read_dialled_number
from numberblocks.domain.number_pattern import KINDS

SYDNEY = 61_2_5550_0001
MOBILE = 61_491_570_156
LOCAL_RATE = 61_1300_975_707
FREEPHONE = 61_1800_975_707
# No 13 and 1802 numbers are set aside for fiction; these are only ever read.
THIRTEEN = "13" + "1000"
DATA_FREEPHONE = "1802" + "999"

PLAIN = [
    ("0255500001", SYDNEY),
    ("255500001", SYDNEY),
    ("61255500001", SYDNEY),
    ("+61255500001", SYDNEY),
    ("001161255500001", SYDNEY),
    ("+610255500001", SYDNEY),
    ("610255500001", SYDNEY),
    ("0011610255500001", SYDNEY),
    ("0370100000", 61_3_7010_0000),
    ("0755509999", 61_7_5550_9999),
    ("0870104321", 61_8_7010_4321),
    ("0491570156", MOBILE),
    ("+61491570156", MOBILE),
    ("1300975707", LOCAL_RATE),
    ("611300975707", LOCAL_RATE),
    ("+611800975707", FREEPHONE),
    (THIRTEEN, int("61" + THIRTEEN)),
    ("61" + THIRTEEN, int("61" + THIRTEEN)),
    ("+61" + DATA_FREEPHONE, int("61" + DATA_FREEPHONE)),
]

SEPARATED = [
    "02 5550 0001",
    " 02 5550 0001 ",
    "(02) 5550 0001",
    "(02) 5550-0001",
    "02.5550.0001",
    "+61 2 5550 0001",
    "+61-2-5550-0001",
    "+61 (0)2 5550 0001",
    "0011 61 2 5550 0001",
    "０２ ５５５０ ０００１",
]

URIS = [
    "sip:+61255500001@pbx.example",
    "sip:+61255500001@pbx.example;user=phone",
    "sip:+61255500001@pbx.example:5060;transport=tls;user=phone?Subject=a%20call",
    "sip:+61255500001@[2001:db8::1]:5060",
    "sip:%2B61255500001@pbx.example;user=phone",
    "sip:%2b61255500001@pbx.example",
    "sip:%2B61%3255500001@pbx.example",
    "sip:61255500001@pbx.example",
    "sip:0255500001@pbx.example",
    "sip:02-5550-0001@pbx.example;user=phone",
    "sip:+61255500001;npdi;rn=+61255500002@pbx.example;user=phone",
    "sip:+61255500001@pbx.example;ext=5",
    "sip:+61255500001",
    "SIP:+61255500001@PBX.EXAMPLE",
    "sips:+61255500001@pbx.example",
    "tel:+61255500001",
    "tel:+61-2-5550-0001",
    "tel:+61(2)5550.0001",
    "TEL:+61255500001",
    "tel:0255500001;phone-context=+61",
    "tel:0255500001;phone-context=pbx.example",
    # The user part by itself, which is what a proxy's variable holds.
    "+61255500001;npdi",
    "%2B61255500001",
    "+61255500001@pbx.example",
]

EXTENSIONS = [
    "tel:+61255500001;ext=5",
    "tel:+61255500001;EXT=5",
    "tel:+61255500001;isub=5",
    "sip:+61255500001;ext=5@pbx.example;user=phone",
    "sip:+61255500001;npdi;ext=5@pbx.example",
    "+61255500001;ext=5",
]

ABROAD = [
    "tel:0255500001;phone-context=+64",
    "sip:0255500001;phone-context=%2B64@pbx.example;user=phone",
]

GARBAGE = [
    "sip:",
    "tel:",
    "sip:@pbx.example",
    "sip:pbx.example",
    "sip:anonymous@anonymous.invalid",
    "sip:olivia@pbx.example",
    "sip:+61255500001:secret@pbx.example",
    "sip:sip:+61255500001@pbx.example",
    "sip: sip:+61255500001",
    "mailto:0255500001",
    '"Olivia" <sip:+61255500001@pbx.example>',
    "<sip:+61255500001@pbx.example>",
    "+61255500001x5",
    "+61255500001 ext 5",
    "+61255500001%3Bext=5",
    "++61255500001",
    "0061255500001",
    "00255500001",
    "061255500001",
    "01300975707",
    "+611300",
    "02555000",
    "02555000011",
    "+6125550000",
    "+612555000011",
    "5550 0001",
    "(02 5550 0001",
    "..0255500001",
    "0255500001-",
    "02555000X1",
    "0O55500001",
    "000",
    "112",
    "+",
    " ",
    "null",
    "-1",
    "1e9",
    # Numbers of other countries, set aside for fiction there.
    "+44" + "2079460000",
    "+1" + "2025550123",
    # What breaks out of documents and paths.
    "../0255500001",
    "0255500001/../../lookup",
    "..%2F0255500001",
    "0255500001%00",
    "0255500001\x00",
    "\x000255500001",
    "0255500001\n",
    "0255500001\r\nX-Fraud: 1",
    "0255500001%0d%0aX-Fraud: 1",
    "\t0255500001",
    "%252B61255500001",
    "%",
    "%%%",
    "%2",
    "%zz0255500001",
    "%ff0255500001",
    "%F0%9F%93%9E",
    "0255500001&at=1",
    "0255500001?at=1",
    "0255500001#",
    "0255500001*",
    '0255500001"}',
    "<number>0255500001</number>",
    "0255500001]]>",
    "' OR 1=1 --",
    "{number}",
    "{0.__class__}",
    "%s%n",
    "02\u200b55500001",
    "\u202e0255500001",
    "025550000\u00b9",
    "025550000\u2460",
    "\U0001f4de",
    "\ud800",
    "%\ud800",
]

TOO_LONG = ["0" * 10_000, "sip:" * 2_500, "%25" * 3_333, "(" * 10_000, "02 5550 0001" + " " * 255]


@pytest.mark.parametrize(("text", "number"), PLAIN)
def test_a_number_is_read_with_and_without_its_codes(text, number):
    assert read_dialled_number(text) == number


@pytest.mark.parametrize("text", SEPARATED + URIS)
def test_a_number_is_read_out_of_what_stands_around_it(text):
    assert read_dialled_number(text) == SYDNEY


@pytest.mark.parametrize("text", EXTENSIONS)
def test_an_extension_is_never_left_out(text):
    assert "extension" in why_not(text)


@pytest.mark.parametrize("text", ABROAD)
def test_a_local_number_of_another_country_is_not_taken_for_ours(text):
    assert "another country" in why_not(text)


@pytest.mark.parametrize("text", GARBAGE, ids=ascii)
def test_anything_else_is_no_number(text):
    assert why_not(text).startswith("is not an Australian number")


@pytest.mark.parametrize("text", ["", *TOO_LONG], ids=len)
def test_a_text_too_short_or_too_long_is_not_read(text):
    assert why_not(text) == f"must have 1 to {LONGEST} characters"


def test_the_first_and_last_number_of_every_kind_of_block_is_read():
    for kind in KINDS:
        for number in (kind.first, kind.last):
            national = str(number)[2:]
            for code in ("", "61", "+61", "001161", "sip:+61"):
                assert read_dialled_number(code + national) == number


# What a number is spelled with, so that random texts come near to one.
NEARLY = st.text(st.sampled_from("0123456789+-. ()%@;:=2Bsiptelxu\u0660\uff0b\x00"), max_size=40)
WRAPPED = st.builds(
    "{}{}{}".format, NEARLY, st.sampled_from(["0255500001", "+61255500001", "%2B61"]), NEARLY
)


@given(st.text() | NEARLY | WRAPPED)
@example("٠٢٥٥٥٠٠٠٠١")
@example("sip:\ud800%ff@;ext")
def test_any_text_is_a_number_or_gets_a_message_of_one_line(text):
    match number_or_message(text):
        case int(number):
            assert read_dialled_number(f"+{number}") == number
            assert re.fullmatch("61[0-9]{6,10}", str(number))
        case message:
            assert re.fullmatch("[a-z][ -~]+", message)


@given(st.text(min_size=1) | NEARLY)
def test_a_message_is_one_of_four_and_repeats_nothing_of_the_text(text):
    message = number_or_message(text)
    known = [why_not("x"), why_not("x" * 256), why_not(EXTENSIONS[0]), why_not(ABROAD[0])]
    assert isinstance(message, int) or message in known


def number_or_message(text):
    try:
        return read_dialled_number(text)
    except NotADialledNumber as error:
        return error.message


def why_not(text):
    with pytest.raises(NotADialledNumber) as caught:
        read_dialled_number(text)
    return caught.value.message
