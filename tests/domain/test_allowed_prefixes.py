"""Which answering points an account may route to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.domain.allowed_prefixes import (
    DEFAULT_PREFIXES,
    NotAnAllowedPrefix,
    is_allowed,
    is_within,
    read_allowed_prefixes,
)

SYDNEY = "+61255501234"
MOBILE = "+61491570156"
LOCAL_RATE = "+611300975707"
FREEPHONE = "+611800975707"


@pytest.mark.parametrize(
    ("texts", "prefixes"),
    [
        ([], ()),
        (["612"], ("612",)),
        (["614", "612", "614"], ("612", "614")),
        (["6113", "611300", "612"], ("6113", "611300", "612")),
        (["61"], ("61",)),
        (["611300975707"], ("611300975707",)),
    ],
)
def test_prefixes_are_kept_in_order_and_once_each(texts, prefixes):
    assert read_allowed_prefixes(texts) == prefixes


def test_prefixes_may_come_from_anything_that_gives_them():
    assert read_allowed_prefixes(iter(("613", "612"))) == ("612", "613")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6",
        "64",
        "1",
        "02",
        "2",
        "+612",
        "0061",
        "61 2",
        " 612",
        "612 ",
        "612\n",
        "612X",
        "61٢",
        "６１２",
        "6113009757071",
        "61" + "2" * 1000,
        "\x00",
        "\ud800",
    ],
)
def test_only_digits_after_61_are_a_prefix(text):
    with pytest.raises(NotAnAllowedPrefix) as caught:
        read_allowed_prefixes(["612", text])
    message = caught.value.message
    assert message.startswith("must be digits that begin with 61")
    assert str(caught.value) == message
    assert message.isprintable()
    assert len(message) < 150


def test_a_text_in_the_place_of_a_list_is_refused():
    with pytest.raises(NotAnAllowedPrefix):
        read_allowed_prefixes("612")


@pytest.mark.parametrize(
    ("number", "prefixes", "allowed"),
    [
        (SYDNEY, DEFAULT_PREFIXES, True),
        (MOBILE, DEFAULT_PREFIXES, True),
        (LOCAL_RATE, DEFAULT_PREFIXES, False),
        (FREEPHONE, DEFAULT_PREFIXES, False),
        (SYDNEY, ["613", "612"], True),
        (SYDNEY, ["613"], False),
        (SYDNEY, ["61255501234"], True),
        (SYDNEY, ["612555012345"], False),
        (LOCAL_RATE, ["611300"], True),
        (LOCAL_RATE, ["6113"], True),
        (LOCAL_RATE, ["611800"], False),
        (FREEPHONE, ["61"], True),
        (SYDNEY, {"612"}, True),
    ],
)
def test_any_prefix_that_matches_from_the_left_is_enough(number, prefixes, allowed):
    assert is_allowed(number, prefixes) is allowed


@pytest.mark.parametrize("nothing", [(), [], frozenset(), [""], [" "], "", "612", ["6"]])
def test_an_empty_list_and_what_is_no_list_of_prefixes_allow_nothing(nothing):
    assert not is_allowed(SYDNEY, nothing)


def test_the_roots_list_is_open():
    assert is_allowed(LOCAL_RATE, None)


@pytest.mark.parametrize(
    ("prefixes", "parents", "within"),
    [
        (["612"], ["612"], True),
        (["61255"], ["612"], True),
        (["612", "61255"], ["612"], True),
        (["61"], ["612"], False),
        (["612", "613"], ["612"], False),
        (["612"], ["61255"], False),
        (["61"], ["611", "612", "613", "614", "617", "618"], False),
        ([], ["612"], True),
        ([], [], True),
        (["612"], [], False),
        (["611300"], ["6113"], True),
        (DEFAULT_PREFIXES, DEFAULT_PREFIXES, True),
        (DEFAULT_PREFIXES, None, True),
        ([], None, True),
        (None, None, True),
        (None, DEFAULT_PREFIXES, False),
        (None, ["61"], False),
    ],
)
def test_a_list_is_within_its_parents_when_every_prefix_is(prefixes, parents, within):
    assert is_within(prefixes, parents) is within


PREFIXES = st.lists(st.from_regex(r"\A61[0-9]{0,3}\Z"), max_size=4)


@given(PREFIXES, PREFIXES, st.from_regex(r"\A\+61[0-9]{9}\Z"))
def test_a_list_within_another_allows_nothing_more(inner, outer, number):
    if is_within(inner, outer) and is_allowed(number, inner):
        assert is_allowed(number, outer)


def test_the_default_list_is_one_that_could_be_read():
    assert read_allowed_prefixes(DEFAULT_PREFIXES) == DEFAULT_PREFIXES
