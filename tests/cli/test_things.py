"""Creating, listing, showing and changing things at the command line, in one process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from numberblocks.cli import run
from numberblocks.domain.tokens import read_token
from numberblocks.operations import demo
from tests.support.stores import World

Run = Callable[..., Any]


class Said:
    """What a command answered: its exit code, and what it printed."""

    def __init__(self, exit_code: int, out: str, err: str) -> None:
        self.exit_code = exit_code
        self.out = out
        self.err = err


@pytest.fixture
def say(demo_url: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command on the store."""

    def say_on_store(*words: str) -> Said:
        exit_code = run([*words, "--database", demo_url])
        captured = capsys.readouterr()
        return Said(exit_code, captured.out, captured.err)

    return say_on_store


@pytest.fixture
def told(say: Callable[..., Said]) -> Run:
    """Run a command on the store that does its work, and read its JSON."""

    def told_by_store(*words: str) -> Any:
        said = say(*words, "--json")
        assert (said.exit_code, said.err) == (0, "")
        return json.loads(said.out)

    return told_by_store


@pytest.fixture
def refused(say: Callable[..., Said]) -> Run:
    """Run a command on the store that is refused, and read its JSON."""

    def refused_by_store(*words: str, exit_code: int = 1) -> Any:
        said = say(*words, "--json")
        assert (said.exit_code, said.out) == (exit_code, "")
        return json.loads(said.err)["error"]

    return refused_by_store


def test_an_account_is_created_changed_shown_and_listed(told: Run):
    made = told("account", "create", "Initech", "--parent", demo.ACME)
    changed = told("account", "update", made["sid"], "--allowed-prefixes", "613, 612,6125")
    assert changed["allowed_prefixes"] == ["612", "6125", "613"]
    assert told("account", "show", made["sid"]) == changed
    assert changed in told("account", "list", "--parent", demo.ACME)["accounts"]
    emptied = told("account", "update", made["sid"], "--allowed-prefixes", "")
    assert emptied["allowed_prefixes"] == []
    off = told("account", "update", made["sid"], "--state", "deactivated", "--name", "Gone")
    assert (off["state"], off["name"]) == ("deactivated", "Gone")


def test_a_wrong_prefix_is_named_and_changes_nothing(told: Run, refused: Run):
    before = told("account", "show", demo.ACME)
    error = refused("account", "update", demo.ACME, "--allowed-prefixes", "612,+613", exit_code=2)
    assert error["problems"][0]["field"] == "allowed_prefixes"
    assert "+613" in error["message"]
    assert told("account", "show", demo.ACME) == before


def test_a_property_is_created_changed_shown_and_listed(told: Run):
    made = told("property", "create", "Outlet", "--account", demo.ACME, "--recording", "enabled")
    changed = told("property", "update", made["sid"], "--inactive", "--main-domain", "o.example")
    assert (changed["active"], changed["main_domain"]) == (False, "o.example")
    assert told("property", "show", made["sid"]) == changed
    assert changed in told("property", "list", "--account", demo.ACME)["properties"]


def test_a_token_is_created_shown_listed_and_revoked(told: Run):
    made = told("token", "create", "CI", "--account", demo.ACME, "--grant", "manage,Reporting",
                "--grant", f"Admin@{demo.ACME_ONLINE}", "--expires", "90d")  # fmt: skip
    assert read_token(made["token"]) is not None
    assert made["grants"] == [
        {"account": demo.ACME, "property": None, "permissions": ["Manage", "Reporting"]},
        {"account": None, "property": demo.ACME_ONLINE, "permissions": ["Admin"]},
    ]
    shown = told("token", "show", made["key_id"])
    assert "token" not in shown
    assert made["token"][16:48] not in json.dumps(shown)
    assert shown in told("token", "list", "--account", demo.ACME)["tokens"]
    assert "revoked_at" in told("token", "revoke", made["key_id"])


def test_a_token_is_changed_and_keeps_what_is_not_given(told: Run):
    made = told("token", "create", "CI", "--account", demo.ACME, "--grant", "Manage")
    key_id = made["key_id"]
    narrowed = told("token", "update", key_id, "--grant", "Reporting",
                    "--grant", f"manage@{demo.ACME_ONLINE}", "--expires", "90d")  # fmt: skip
    assert narrowed["grants"] == [
        {"account": demo.ACME, "property": None, "permissions": ["Reporting"]},
        {"account": None, "property": demo.ACME_ONLINE, "permissions": ["Manage"]},
    ]
    assert narrowed["name"] == "CI"
    renamed = told("token", "update", key_id, "--name", "Nightly", "--never-expires")
    assert "expires_at" not in renamed
    assert (renamed["name"], renamed["grants"]) == ("Nightly", narrowed["grants"])
    assert told("token", "show", key_id) == told("token", "update", key_id) == renamed


def test_a_change_of_a_token_that_is_wrong_is_refused(told: Run, refused: Run):
    made = told("token", "create", "CI", "--account", demo.ACME, "--grant", "Manage")
    words = ["token", "update", made["key_id"]]
    for wrong in (
        ["--grant", "Everything"],
        ["--grant", ""],
        ["--grant", f"Manage@{demo.GLOBEX}"],
        ["--name", ""],
        ["--expires", "soon"],
        ["--expires", "2020-01-01"],
        ["--expires", "90d", "--never-expires"],
    ):
        assert refused(*words, *wrong, exit_code=2)["code"] in (
            "PARAMETER_INVALID",
            "CONFLICTING_PARAMETERS",
        )
    revoked = told("token", "revoke", made["key_id"])
    error = refused(*words, "--name", "Again", exit_code=2)
    assert error["message"] == "token is revoked and stays so; create another"
    assert told("token", "show", made["key_id"]) == revoked


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--grant", "Everything"),
        ("--grant", ""),
        ("--expires", "soon"),
        ("--expires", "2020-01-01"),
    ],
)
def test_a_wrong_grant_or_expiry_is_refused(refused: Run, option: str, value: str):
    words = ["token", "create", "X", "--account", demo.ACME, option, value]
    if option != "--grant":
        words += ["--grant", "Manage"]
    assert refused(*words, exit_code=2)["code"] == "PARAMETER_INVALID"


@pytest.mark.parametrize("end", ["12h", "2099-06-30", "2099-06-30T12:00:00Z", "2099-06-30T12:00"])
def test_every_way_to_say_when_a_token_ends(told: Run, end: str):
    made = told("token", "create", "X", "--account", demo.ACME, "--grant", "Manage",
                "--expires", end)  # fmt: skip
    assert made["expires_at"].endswith("Z")


def test_a_block_is_created_configured_shown_and_listed(told: Run):
    made = told("block", "create", "02 7010 77XX", "--property", demo.ACME_STORES, "--sms")
    assert (made["pattern"], made["sms"], made["state"]) == ("612701077XX", True, "active")
    routed = told("block", "configure", made["sid"], "--routing-method", "endpoint",
                  "--endpoint-number", "0491 570 156", "--campaign", "Spring")  # fmt: skip
    assert (routed["endpoint_number"], routed["campaign"]) == ("+61491570156", "Spring")
    assert "campaign" not in told("block", "configure", made["sid"], "--campaign", "")
    renamed = told("block", "update", made["sid"], "--name", "New", "--inactive", "--property", "")
    assert (renamed["name"], renamed["active"], "property" in renamed) == ("New", False, False)
    assert told("block", "show", made["sid"]) == renamed
    assert renamed in told("block", "list", "--account", demo.ACME)["number_blocks"]
    stock = told("block", "list", "--state", "stock")["number_blocks"]
    assert [block["sid"] for block in stock] == [block.sid for block in demo.STOCK]


def test_configuring_says_everything_that_is_wrong(refused: Run):
    error = refused("block", "configure", demo.SYDNEY.sid, "--routing-method", "flow",
                    "--campaign", "a\nb", exit_code=2)  # fmt: skip
    fields = [problem["field"] for problem in error["problems"]]
    assert fields == ["endpoint_number", "flow", "campaign"]


def test_configuring_is_the_same_operation_as_everywhere(refused: Run):
    words = ["block", "configure", demo.SYDNEY.sid, "--endpoint-number"]
    assert refused(*words, "1300 975 707")["code"] == "ENDPOINT_NUMBER_NOT_ALLOWED"
    assert refused(*words, "02 5550 0001")["code"] == "ENDPOINT_NUMBER_LOOPS"
    assert refused(*words, "000", exit_code=2)["code"] == "PARAMETER_INVALID"
    elsewhere = ["--endpoint-number", "0491 570 157", "--property", demo.ACME_ONLINE]
    code = refused("block", "configure", demo.SYDNEY.sid, *elsewhere)["code"]
    assert code == "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY"


def test_numbers_that_are_taken_or_no_numbers_are_refused(refused: Run):
    assert refused("block", "create", "02 5550 0001")["code"] == "NUMBERS_TAKEN"
    error = refused("block", "create", "1900 555 0XX", exit_code=2)
    assert error["problems"][0]["field"] == "pattern"


def test_a_flow_is_created_revised_published_shown_and_listed(told: Run, tmp_path: Path):
    document = tmp_path / "flow.json"
    document.write_text('{"steps": ["ä"]}', encoding="utf-8")
    made = told("flow", "create", "Menu", "--property", demo.ACME_STORES,
                "--document", str(document))  # fmt: skip
    told("flow", "update", made["config_id"], "--name", "Menus", "--document", str(document))
    published = told("flow", "publish", made["config_id"])
    assert (published["published_revision"], published["name"]) == (2, "Menus")
    assert told("flow", "show", made["config_id"])["last_revision"] == 2
    assert published in told("flow", "list", "--property", demo.ACME_STORES)["flows"]


def test_a_flows_document_comes_from_standard_input_too(
    told: Run, refused: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin", io.StringIO("{}"))
    told("flow", "create", "Menu", "--account", demo.ACME, "--document", "-")
    monkeypatch.setattr("sys.stdin", io.StringIO("{"))
    words = ["flow", "create", "Menu", "--account", demo.ACME, "--document", "-"]
    assert refused(*words, exit_code=2)["problems"][0]["field"] == "document"


def test_an_application_is_created_changed_shown_and_listed(told: Run):
    made = told("application", "create", "Line", "--property", demo.ACME_STORES,
                "--voice-url", "https://line.example.com/voice")  # fmt: skip
    changed = told("application", "update", made["sid"], "--fallback-url", "https://f.example.com/")
    assert told("application", "show", made["sid"]) == changed
    listed = told("application", "list", "--property", demo.ACME_STORES)["applications"]
    assert changed in listed


def test_a_trunk_is_created_changed_shown_and_listed(told: Run):
    made = told("trunk", "create", "SBC", "--uri-template", "sip:{number}@sbc.example.com")
    changed = told("trunk", "update", made["sid"], "--header-form", "history-info")
    assert told("trunk", "show", made["sid"]) == changed
    assert changed in told("trunk", "list")["trunks"]


def test_lists_go_on_from_where_they_ended(told: Run):
    seen, after = [], ""
    while True:
        page = told("block", "list", "--limit", "5", "--after", after)
        seen += page["number_blocks"]
        if "next" not in page:
            break
        after = page["next"]
    assert [block["id"] for block in seen] == list(range(1, 13))


@pytest.mark.parametrize("noun", ["account", "property", "token", "flow", "application", "trunk"])
def test_every_list_has_all_and_can_be_cut(told: Run, noun: str):
    (name, rows), *_ = told(noun, "list").items()
    assert rows
    first = told(noun, "list", "--limit", "1")
    assert first[name] == rows[:1]
    assert ("next" in first) == (len(rows) > 1)


def test_a_limit_has_limits(refused: Run):
    for limit in ("0", "-1", "10001", "x"):
        refused("block", "list", "--limit", limit, exit_code=2)


def test_a_list_of_blocks_goes_on_after_an_id(refused: Run):
    for after in ("x", "²", "-1", "1.5", "9" * 30):
        refused("block", "list", "--after", after, exit_code=2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("account", "show"), "ACCOUNT_NOT_FOUND"),
        (("account", "update"), "ACCOUNT_NOT_FOUND"),
        (("property", "show"), "PROPERTY_NOT_FOUND"),
        (("property", "update"), "PROPERTY_NOT_FOUND"),
        (("token", "show"), "TOKEN_NOT_FOUND"),
        (("token", "update"), "TOKEN_NOT_FOUND"),
        (("token", "revoke"), "TOKEN_NOT_FOUND"),
        (("block", "show"), "NUMBER_BLOCK_NOT_FOUND"),
        (("block", "update"), "NUMBER_BLOCK_NOT_FOUND"),
        (("block", "configure"), "NUMBER_BLOCK_NOT_FOUND"),
        (("flow", "show"), "FLOW_NOT_FOUND"),
        (("flow", "update"), "FLOW_NOT_FOUND"),
        (("flow", "publish"), "FLOW_NOT_FOUND"),
        (("application", "show"), "APPLICATION_NOT_FOUND"),
        (("application", "update"), "APPLICATION_NOT_FOUND"),
        (("trunk", "show"), "TRUNK_NOT_FOUND"),
        (("trunk", "update"), "TRUNK_NOT_FOUND"),
        (("block", "list", "--account"), "ACCOUNT_NOT_FOUND"),
        (("block", "list", "--property"), "PROPERTY_NOT_FOUND"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_does_not_exist_is_said(refused: Run, words: tuple[str, ...], code: str):
    for sid in ("X" * 32, "x", "'; DROP TABLE accounts; --", "é" * 100):
        assert refused(*words, sid)["code"] == code


def test_what_is_no_text_is_refused(refused: Run):
    error = refused("account", "show", "\udc80", exit_code=2)
    assert error["message"] == "Argument 3 isn't text in UTF-8."


def test_names_that_are_no_names_are_refused(refused: Run):
    for name in ("a\nb", "x" * 256, " "):
        assert refused("account", "create", name, exit_code=2)["problems"][0]["field"] == "name"


def test_history_names_the_operator_and_the_channel(told: Run, world: World):
    told("account", "update", demo.ACME, "--name", "ACME")
    line = world.last()
    assert (line.channel, line.who.kind, line.who.account) == ("cli", "operator", world.root)
    assert line.who.id


def test_people_get_lines_and_no_json(say: Callable[..., Said]):
    said = say("block", "list")
    assert "612555000XX" in said.out
    assert not said.out.startswith("{")
    assert "Sydney" in say("block", "show", demo.SYDNEY.sid).out
    assert say("account", "show", "nobody").err.startswith("numberblocks: account is not")
