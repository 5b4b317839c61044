"""Lists of blocks: whose, which of them, in what order, a page at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numberblocks.domain.number_pattern import NumberRange
from numberblocks.operations.create_block import create_block
from numberblocks.operations.update_block import BlockDetails, update_block
from tests.support.arrange import Block, Customer
from tests.support.replies import OK, code, fields
from tests.support.served import Served

PHONE = "+61491570156"
MEMBERS = [
    "Id", "NumberBlockSid", "NumberPattern", "Name", "FriendlyName", "SipTrunkId", "SipTrunkName",
    "AccountSid", "PropertySid", "Active", "Sms", "Voice", "RoutingMethod", "EndpointNumber",
    "Flow", "Application", "Recording", "Source", "Medium", "Campaign", "Content", "LastUpdated",
]  # fmt: skip


class Shop:
    """A customer of its own, with its blocks, and ways to list them."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.customer: Customer = served.arrange.customer()
        self.blocks: list[Block] = []

    def block(self, name: str | None = "Block", **labels: Any) -> Block:
        """A new block of the customer's property, with these labels."""
        made = self.made(name=name)
        if labels:
            owner = {"AccountSid": self.customer.account}
            reply = self.served.configure(made.sid, self.customer.login, **owner, **labels)
            assert reply.json() == OK, reply.text
        return made

    def made(self, **details: Any) -> Block:
        """A new block, made with these details."""
        first = next(self.served.arrange.free)
        block = self.served.arrange.do(
            create_block,
            NumberRange(first, first + 9),
            property=self.customer.property,
            **details,
        )
        self.blocks.append(Block(block.sid, f"+{first}"))
        return self.blocks[-1]

    def answer(self, text: str | None = None, **query: Any):
        """The answer to a list of the customer's account."""
        return self.served.client.get(
            "/v2/numberblocks",
            params={"AccountSid": self.customer.account, "Text": text or "", **query},
            auth=self.customer.login,
        )

    def found(self, text: str | None = None, **query: Any) -> list[str]:
        """The sids of the blocks that are listed, in order."""
        reply = self.answer(text, **query)
        assert reply.status_code == 200, reply.text
        return [block["NumberBlockSid"] for block in reply.json()["NumberBlocks"]]

    @property
    def sids(self) -> list[str]:
        """The sids of all blocks, in the order in which they were made."""
        return [block.sid for block in self.blocks]


@pytest.fixture
def shop(served: Served) -> Shop:
    return Shop(served)


# Whose


def test_all_forms_list_the_same(served, shop):
    shop.block("One")
    shop.block("Two")
    account, owned, login = shop.customer
    said = [
        served.client.get(target, auth=login).json()
        for target in (
            f"/v2/numberblocks?AccountSid={account}",
            f"/v2/numberblocks?PropertySid={owned}",
            f"/v2/numberblocks?AccountSid={account}&PropertySid={owned}",
            f"/v2/Accounts/{account}/numberblocks",
            f"/v2/Properties/{owned}/numberblocks",
            f"/v2/Properties/{owned}/numberblocks?AccountSid={account}&PropertySid={owned}",
        )
    ]
    assert [each["NumberBlockSid"] for each in said[0]["NumberBlocks"]] == shop.sids
    assert all(each == said[0] for each in said)


def test_a_list_is_exactly_of_what_is_named(served, shop):
    ours = shop.block("Ours")
    loose = served.arrange.block(account=shop.customer.account)
    second = served.arrange.property(shop.customer.account)
    elsewhere = served.arrange.block(property=second)
    child = served.arrange.customer(parent=shop.customer.account)
    theirs = served.arrange.block(property=child.property)
    assert shop.found() == [ours.sid, loose.sid, elsewhere.sid]
    for owner, expected in (
        ({"PropertySid": second}, [elsewhere.sid]),
        ({"PropertySid": shop.customer.property}, [ours.sid]),
        ({"AccountSid": child.account}, [theirs.sid]),
    ):
        reply = served.client.get("/v2/numberblocks", params=owner, auth=shop.customer.login)
        assert [each["NumberBlockSid"] for each in reply.json()["NumberBlocks"]] == expected


def test_a_list_has_its_own_errors(served, shop):
    other = served.demo["other_account"]
    for owner, status, error in (
        ({}, 400, "PARAMETER_REQUIRED"),
        ({"AccountSid": "ANOBODY"}, 400, "ACCOUNT_NOT_FOUND"),
        ({"PropertySid": "SNOTHING"}, 400, "PROPERTY_NOT_FOUND"),
        ({"AccountSid": other["sid"]}, 403, "FORBIDDEN"),
        ({"PropertySid": other["property_sid"]}, 403, "FORBIDDEN"),
        (
            {"AccountSid": shop.customer.account, "PropertySid": other["property_sid"]},
            403,
            "FORBIDDEN",
        ),
    ):
        reply = served.client.get("/v2/numberblocks", params=owner, auth=shop.customer.login)
        assert (reply.status_code, code(reply)) == (status, error)


def test_a_property_of_another_account_conflicts(served):
    above = served.arrange.customer()
    below = served.arrange.customer(parent=above.account)
    reply = served.client.get(
        "/v2/numberblocks",
        params={"AccountSid": above.account, "PropertySid": below.property},
        auth=above.login,
    )
    assert fields(reply) == [("PropertySid", "CONFLICTING_PARAMETERS")]


@pytest.mark.parametrize("state", ["stock", "quarantine", "ended"])
def test_blocks_that_take_no_calls_are_not_listed(served, shop, state):
    block = shop.block()
    assert shop.found() == [block.sid]
    served.arrange.set_state(block.sid, state)
    assert shop.found() == shop.found(block.sid) == []


# What is shown


def test_every_member_of_a_block(served, shop):
    from numberblocks.operations.create_application import create_application
    from numberblocks.operations.create_flow import create_flow
    from numberblocks.operations.create_trunk import create_trunk
    from numberblocks.operations.named import Named
    from numberblocks.operations.publish_flow import publish_flow

    owner, do = Named(account=shop.customer.account), served.arrange.do
    trunk = do(create_trunk, name="Trunk", uri_template="sip:{number}@sbc.example.com")
    flow = do(create_flow, owner, name="Menu").config_id
    do(publish_flow, flow)
    line = do(create_application, owner, name="Line", voice_url="https://line.example.com/v").sid
    block = shop.made(name="Name", friendly_name="Friendly", trunk=trunk.sid, sms=True)
    before = int(time.time())
    served.configure(
        block.sid, shop.customer.login, AccountSid=shop.customer.account,
        RoutingMethod="Flow", EndpointNumber="0491 570 156", Flow=flow, Application=line,
        Recording="ENABLED", Source="s", Medium="m", Campaign="c", Content="t",
    )  # fmt: skip
    [shown] = shop.answer().json()["NumberBlocks"]
    assert list(shown) == MEMBERS
    assert isinstance(shown.pop("Id"), int)
    assert before <= shown.pop("LastUpdated") <= time.time() + 1
    assert shown == {
        "NumberBlockSid": block.sid,
        "NumberPattern": block.number[1:-1] + "X",
        "Name": "Name",
        "FriendlyName": "Friendly",
        "SipTrunkId": trunk.id,
        "SipTrunkName": "Trunk",
        "AccountSid": shop.customer.account,
        "PropertySid": shop.customer.property,
        "Active": True,
        "Sms": True,
        "Voice": True,
        "RoutingMethod": "flow",
        "EndpointNumber": PHONE,
        "Flow": flow,
        "Application": line,
        "Recording": "enabled",
        "Source": "s",
        "Medium": "m",
        "Campaign": "c",
        "Content": "t",
    }


def test_members_without_a_value_are_left_out(served, shop):
    shop.made()
    [shown] = shop.answer().json()["NumberBlocks"]
    assert set(shown) == {
        "Id", "NumberBlockSid", "NumberPattern", "AccountSid", "PropertySid", "Active", "Sms",
        "Voice", "LastUpdated",
    }  # fmt: skip
    assert "null" not in shop.answer().text


# Search


@pytest.mark.parametrize(
    "spell",
    [
        lambda digits: digits,
        lambda digits: f"+{digits}",
        lambda digits: f"0{digits[2:]}",
        lambda digits: f"(0{digits[2]}) {digits[3:7]} {digits[7:]}",
        lambda digits: f"0{digits[2]}-{digits[3:7]}.{digits[7:]}",
        lambda digits: f"+61 {digits[2]} {digits[3:]}",
        lambda digits: f"0011 {digits}",
        lambda digits: f" {digits} ",
        lambda digits: digits[:-1],
        lambda digits: f"+{digits[:-1]}",
        lambda digits: f"(0{digits[2]}) {digits[3]}",
        lambda digits: f"0{digits[2]} {digits[3:7]} {digits[7:10]}",
        lambda digits: digits[:3],
        lambda digits: digits[2:],
    ],
)
def test_a_number_or_its_beginning_finds_the_block_that_holds_it(
    shop: Shop, spell: Callable[[str], str]
):
    shop.block("Before")
    block = shop.block("Wanted")
    shop.block("After")
    for last in "059":
        assert block.sid in shop.found(spell(block.number[1:-1] + last))


@pytest.mark.parametrize("cut", [0, 1])
def test_a_whole_number_finds_one_block_only(shop, cut):
    blocks = [shop.block() for _ in range(3)]
    for block in blocks:
        assert shop.found(block.number[: len(block.number) - cut]) == [block.sid]


@pytest.mark.parametrize("text", ["61", "+6", "07", "0", "(0", "612555000123", "999", "61 999"])
def test_what_no_block_holds_finds_none(shop, text):
    shop.block("Name")
    assert shop.found(text) == []


def test_a_part_of_any_label_finds_the_block(shop):
    labels = {
        "Source": "Google Ads",
        "Medium": "cpc",
        "Campaign": "Winter sale",
        "Content": "Bännér",
    }
    block = shop.made(name="Sydney shop", friendly_name="The big one")
    reply = shop.served.configure(
        block.sid, shop.customer.login, AccountSid=shop.customer.account, **labels
    )
    assert reply.json() == OK
    shop.block("Other")
    for text in (
        "Sydney",
        "ney sh",
        "BIG",
        "google",
        "ADS",
        "cPc",
        "winter",
        "sale",
        "bÄnnÉr",
        " ",
    ):
        assert block.sid in shop.found(text), text


@pytest.mark.parametrize(
    ("label", "text", "found"),
    [
        ("Straße", "STRASSE", True),
        ("STRASSE", "straße", True),
        ("100 % cotton", "%", True),
        ("100 percent", "%", False),
        ("a_b", "_", True),
        ("a-b", "_", False),
        ("a\\b", "\\", True),
        ("a/b", "\\", False),
        ("50%", "0%", True),
        ("it's", "'s", True),
        ("x", "' OR '1'='1", False),
        ("Ελλάς", "ΕΛΛΆΣ", True),
        ("\N{GRINNING FACE}!", "\N{GRINNING FACE}", True),
        ("[a]", "[a]", True),
        ("abc", "a*c", False),
        ("abc", "a.c", False),
        ("abc", "^abc$", False),
    ],
)
def test_text_is_looked_for_as_it_is(shop, label, text, found):
    block = shop.block(None, Source=label)
    assert shop.found(text) == ([block.sid] if found else [])


def test_text_is_not_looked_for_over_the_end_of_a_label(shop):
    shop.block(None, Source="abc", Medium="def")
    assert shop.found("abcdef") == []


def test_a_label_that_is_gone_finds_nothing(shop):
    block = shop.block(None, Source="Television")
    owner = {"AccountSid": shop.customer.account}
    shop.served.configure(block.sid, shop.customer.login, **owner, Source="Radio")
    assert (shop.found("television"), shop.found("radio")) == ([], [block.sid])
    shop.served.configure(block.sid, shop.customer.login, **owner, Source="")
    assert shop.found("radio") == []


def test_a_full_sid_finds_its_block_and_a_part_of_it_doesnt(shop):
    blocks = [shop.block() for _ in range(2)]
    assert shop.found(blocks[0].sid) == [blocks[0].sid]
    assert shop.found(blocks[0].sid[:-1]) == []
    assert shop.found(blocks[0].sid.lower()) == []


def test_text_in_the_path_and_in_the_query_is_the_same(served, shop):
    block = shop.block("Ünder / over")
    target = "/v2/numberblocks/{}?AccountSid=" + shop.customer.account
    for text in ("%C3%BCnder", "Over", block.sid):
        reply = served.client.get(target.format(text), auth=shop.customer.login)
        assert reply.json()["TotalCount"] == 1


def test_a_search_never_shows_what_belongs_to_others(served, shop):
    other = served.demo["other_account"]
    for text in ("Head office", other["number_block_sid"], "0270104012", "612701040", "%", "_"):
        assert shop.found(text) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable()))
def test_whatever_the_text_it_finds_the_labels_that_have_it(shop, text):
    if len(shop.blocks) < 3:
        shop.block("Straße 100%", Source="it's", Campaign="Ελλάς\\")
        shop.block("a_b [c]", Medium="\N{GRINNING FACE}")
        shop.block("0", Content="ǅ ﬁ İ")
    for block in shop.blocks:
        shop.served.configure(
            block.sid, shop.customer.login, AccountSid=shop.customer.account, Content=text
        )
        assert block.sid in shop.found(text, PageSize=1000)
        assert block.sid in shop.found(text.swapcase().casefold(), PageSize=1000)


# Only some of them


@pytest.fixture
def mixed(shop: Shop) -> Shop:
    """One block that can do everything, one that can do nothing, and one between."""
    shop.made(sms=True, voice=True)
    shop.made(sms=False, voice=False)
    shop.made(sms=False, voice=True)
    shop.served.arrange.do(update_block, shop.blocks[1].sid, BlockDetails(active=False))
    return shop


@pytest.mark.parametrize("word", ["true", "TRUE", "1", "yes", "Yes", "on"])
def test_true_in_every_word(mixed, word):
    everything, nothing, between = mixed.sids
    assert mixed.found(Active=word) == [everything, between]
    assert mixed.found(Voice=word) == [everything, between]
    assert mixed.found(Sms=word) == [everything]
    assert nothing not in mixed.found(Active=word, Sms=word, Voice=word)


@pytest.mark.parametrize("word", ["false", "False", "0", "no", "NO", "off"])
def test_false_in_every_word(mixed, word):
    _, nothing, between = mixed.sids
    assert mixed.found(Active=word) == mixed.found(Voice=word) == [nothing]
    assert mixed.found(Sms=word) == [nothing, between]
    assert mixed.found(Sms=word, Voice="true") == [between]


def test_absent_is_all(mixed):
    assert mixed.found() == mixed.found(Active="", Sms="", Voice="") == mixed.sids


@pytest.mark.parametrize("word", ["2", "-1", "t", "y", "truth", "null", "1.0", "ja", "０", " true"])
@pytest.mark.parametrize(
    "name", ["Active", "Sms", "Voice", "IncludeAssociations", "IncludeTotalCount"]
)
def test_other_words_are_neither_true_nor_false(shop, name, word):
    assert fields(shop.answer(**{name: word})) == [(name, "PARAMETER_INVALID")]


# Pages


def test_pages_show_every_block_once(shop):
    for number in range(7):
        shop.block(f"Block {number}")
    for size in (1, 2, 3, 7, 10):
        seen: list[str] = []
        for index in range(8):
            reply = shop.answer(PageIndex=index, PageSize=size).json()
            assert (reply["PageIndex"], reply["PageSize"], reply["TotalCount"]) == (index, size, 7)
            seen += [block["NumberBlockSid"] for block in reply["NumberBlocks"]]
        assert seen[:7] == shop.sids
        assert len(seen) == min(7, 8 * size)


def test_the_first_ten_unless_asked_for_others(shop):
    for _ in range(11):
        shop.made()
    reply = shop.answer().json()
    assert (reply["PageIndex"], reply["PageSize"], reply["TotalCount"]) == (0, 10, 11)
    assert [block["NumberBlockSid"] for block in reply["NumberBlocks"]] == shop.sids[:10]


@pytest.mark.parametrize("word", ["false", "0", "no"])
def test_without_the_total_count(shop, word):
    assert set(shop.answer(IncludeTotalCount=word).json()) == {
        "NumberBlocks", "PageIndex", "PageSize",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("PageSize", "1", True),
        ("PageSize", "1000", True),
        ("PageSize", "0", False),
        ("PageSize", "1001", False),
        ("PageSize", "-1", False),
        ("PageSize", "ten", False),
        ("PageSize", "1e2", False),
        ("PageSize", "+5", False),
        ("PageSize", " 5", False),
        ("PageSize", "5.0", False),
        ("PageIndex", "0", True),
        ("PageIndex", "1000000000", True),
        ("PageIndex", "1000000001", False),
        ("PageIndex", "-1", False),
        ("PageIndex", "9" * 30, False),
        ("SortBy", "name", True),
        ("SortBy", "search_text", False),
        ("SortBy", "Name; DROP TABLE number_blocks", False),
        ("SortDir", "DESC", True),
        ("SortDir", "descending", False),
        ("IncludeAssociations", "true", True),
    ],
)
def test_what_pages_and_orders_may_be(shop, name, value, fits):
    reply = shop.answer(**{name: value})
    assert reply.status_code == 200 if fits else fields(reply) == [(name, "PARAMETER_INVALID")]


# Orders


@pytest.mark.parametrize("member", MEMBERS)
def test_sorting_by_every_member(served, shop, member):
    for label in ("b", None, "B", "a", "ä", "b"):
        shop.block(label, **({} if label is None else {"Source": label, "Medium": label}))
    shop.served.configure(
        shop.blocks[2].sid, shop.customer.login, AccountSid=shop.customer.account,
        RoutingMethod="endpoint", EndpointNumber=PHONE, Recording="enabled",
    )  # fmt: skip
    shown = shop.answer().json()["NumberBlocks"]
    up = shop.found(SortBy=member.upper(), SortDir="asc")
    down = shop.found(SortBy=member, SortDir="Desc")
    assert sorted(up) == sorted(down) == sorted(shop.sids)
    values = {block["NumberBlockSid"]: block.get(member) for block in shown}

    def key(sid: str) -> tuple[bool, Any]:
        value = values[sid]
        comparable = value.encode() if isinstance(value, str) else value
        return (value is not None, b"" if value is None else comparable)

    assert [values[sid] for sid in up] == [values[sid] for sid in sorted(values, key=key)]
    assert [values[sid] for sid in down] == [values[sid] for sid in reversed(up)]
    # Equal ones keep the order of their ids, so that pages never show one twice.
    paged = [
        sid for index in range(6) for sid in shop.found(SortBy=member, PageSize=1, PageIndex=index)
    ]
    assert paged == up
