"""`numberblocks demo`: the real command, whose answer scripts rely on."""

from __future__ import annotations

import json

from numberblocks.operations import demo
from numberblocks.storage.database import open_database
from numberblocks.storage.listing import has_demo_tokens
from tests.cli.running import failed, ran
from tests.support.stores import World

BLOCK = "number_block"
MEMBERS = {
    "account": {"sid", "token"},
    "property": {"sid"},
    "reader": {"token"},
    "admin": {"token"},
    "second_property": {"sid", "number_block_sid"},
    "child_account": {"sid", "property_sid", "number_block_sid"},
    "other_account": {"sid", "token", "property_sid", "number_block_sid"},
    "number_block": {"sid", "pattern"},
    "flow": {"config_id"},
    "draft_flow": {"config_id"},
    "application": {"sid"},
}


def test_it_answers_the_same_however_often_it_is_called(database_url: str):
    first = ran("demo", "--json", "--database", database_url)
    assert ran("demo", "--json", "--database", database_url) == first
    told = json.loads(first)
    assert {name: set(told[name]) for name in MEMBERS} == MEMBERS
    assert set(told) == {*MEMBERS, "number_blocks", "stock"}
    assert len(told["number_blocks"]) >= 5
    assert len(told["stock"]) >= 2
    for block in (*told["number_blocks"], *told["stock"]):
        assert set(block) == {"sid", "pattern"}


def test_what_it_tells_is_so(world: World):
    told = demo.what_scripts_are_told()
    blocks = {name.id: block for name, block in world.state().items() if name.kind == BLOCK}
    for each in told["number_blocks"]:
        assert blocks[each["sid"]]["account"] == told["account"]["sid"]
    assert blocks[told["number_block"]["sid"]]["property"] == told["property"]["sid"]
    second = told["second_property"]
    assert blocks[second["number_block_sid"]]["property"] == second["sid"]
    for name in ("child_account", "other_account"):
        block = blocks[told[name]["number_block_sid"]]
        assert block["account"] == told[name]["sid"]
        assert block["property"] == told[name]["property_sid"]
    for each in told["stock"]:
        assert blocks[each["sid"]]["state"] == "stock"


def test_without_json_it_prints_a_request_that_is_ready_to_be_pasted(demo_url: str):
    text = ran("demo", "--database", demo_url)
    assert f"curl -u {demo.ACME}:{demo.OLIVIA}" in text
    assert f"http://127.0.0.1:8080/v2/numberblocks/{demo.SYDNEY.sid}" in text


def test_removing_it_ends_its_tokens_and_it_does_not_come_back(demo_url: str):
    told = json.loads(ran("demo", "remove", "--json", "--database", demo_url))
    assert len(told["revoked"]) == 4
    database = open_database(demo_url, readers=1)
    assert not has_demo_tokens(database)
    database.close()
    assert "removed" in failed("demo", "--database", demo_url)
