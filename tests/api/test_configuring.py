"""Configuring a block over HTTP: what is sent is stored, and nothing else changes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.replies import OK, code, fields, message
from tests.support.served import Served

PHONE = "+61491570156"
OTHER_PHONE = "+61491570157"
SETTINGS = {
    "RoutingMethod": "routing_method",
    "EndpointNumber": "endpoint_number",
    "Flow": "flow",
    "Application": "application",
    "Recording": "recording",
    "Source": "source",
    "Medium": "medium",
    "Campaign": "campaign",
    "Content": "content",
}


@pytest.fixture
def full(served: Served) -> str:
    """A block of which everything is configured."""
    block = served.arrange.block()
    reply = served.configure(
        block.sid,
        RoutingMethod="flow",
        EndpointNumber=PHONE,
        Flow=served.demo["flow"]["config_id"],
        Application=served.demo["application"]["sid"],
        Recording="enabled",
        Source="Google",
        Medium="cpc",
        Campaign="Winter sale",
        Content="Banner A",
    )
    assert reply.json() == OK, reply.text
    return block.sid


def test_everything_that_is_sent_is_stored(served, full):
    shown = served.listed(full)
    assert {name: shown[name] for name in SETTINGS} == {
        "RoutingMethod": "flow",
        "EndpointNumber": PHONE,
        "Flow": served.demo["flow"]["config_id"],
        "Application": served.demo["application"]["sid"],
        "Recording": "enabled",
        "Source": "Google",
        "Medium": "cpc",
        "Campaign": "Winter sale",
        "Content": "Banner A",
    }


@pytest.mark.parametrize(
    ("sent", "changes"),
    [
        ({"EndpointNumber": OTHER_PHONE}, {"EndpointNumber": OTHER_PHONE}),
        ({"Recording": "disabled"}, {"Recording": "disabled"}),
        ({"Source": "Bing"}, {"Source": "Bing"}),
        ({"Medium": "print"}, {"Medium": "print"}),
        ({"Campaign": " outer space "}, {"Campaign": " outer space "}),
        ({"Content": "Ünïcödé \N{GRINNING FACE}"}, {"Content": "Ünïcödé \N{GRINNING FACE}"}),
        (
            {"RoutingMethod": "endpoint", "EndpointNumber": "(02) 5550 1234"},
            {"RoutingMethod": "endpoint", "EndpointNumber": "+61255501234"},
        ),
        ({"Source": ""}, {"Source": None}),
        ({"Medium": "", "Campaign": "", "Content": ""}, dict.fromkeys(
            ("Medium", "Campaign", "Content"))),
        ({"Source": None, "Flow": "", "EndpointNumber": "", "Recording": None}, {}),
        ({}, {}),
    ],
)  # fmt: skip
def test_what_is_absent_stays_as_it_is(served, full, sent, changes):
    before = served.listed(full)
    assert served.configure(full, **sent).json() == OK
    after = served.listed(full)
    for name in SETTINGS:
        assert after.get(name) == changes.get(name, before.get(name)), name


def test_a_target_is_kept_while_another_method_routes(served, full):
    reply = served.configure(full, RoutingMethod="endpoint", EndpointNumber=OTHER_PHONE)
    assert reply.json() == OK
    shown = served.listed(full)
    assert (shown["RoutingMethod"], shown["EndpointNumber"]) == ("endpoint", OTHER_PHONE)
    assert (shown["Flow"], shown["Application"]) == (
        served.demo["flow"]["config_id"],
        served.demo["application"]["sid"],
    )


@pytest.mark.parametrize(
    ("method", "missing"),
    [
        ("endpoint", ["EndpointNumber"]),
        ("flow", ["EndpointNumber", "Flow"]),
        ("application", ["Application"]),
    ],
)
def test_what_is_stored_already_does_not_count_as_sent(served, full, method, missing):
    with served.nothing_stored(full):
        reply = served.configure(full, RoutingMethod=method)
        assert fields(reply) == [(name, "PARAMETER_REQUIRED") for name in missing]
    for name in missing:
        assert message(reply, name) == f"{name} is required when RoutingMethod is {method}."


@pytest.mark.parametrize("name", ["EndpointNumber", "Flow", "Application"])
def test_null_and_empty_are_no_target(served, full, name):
    method = {"EndpointNumber": "endpoint", "Flow": "flow", "Application": "application"}[name]
    for nothing in (None, ""):
        reply = served.configure(
            full, RoutingMethod=method, **{"EndpointNumber": PHONE} | {name: nothing}
        )
        assert (name, "PARAMETER_REQUIRED") in fields(reply)


def test_all_wrong_fields_come_at_once_in_the_order_of_the_table(served, full):
    with served.nothing_stored(full):
        reply = served.client.post(
            f"/v2/numberblocks/{'B' * 65}",
            json={
                "Content": "a\x00b",
                "Campaign": 256 * "x",
                "Medium": ["cpc"],
                "Source": 1.5,
                "Recording": "perhaps",
                "Application": 65 * "P",
                "Flow": {"ConfigId": "F"},
                "EndpointNumber": "112",
                "RoutingMethod": "pigeon",
                "PropertySid": True,
                "AccountSid": 65 * "A",
            },
            auth=served.olivia,
        )
        assert reply.status_code == 400
        assert fields(reply) == [
            (name, "PARAMETER_INVALID")
            for name in ("NumberBlockSid", "AccountSid", "PropertySid", *SETTINGS)
        ]
        first = reply.json()["ResponseStatus"]["Errors"][0]
        assert reply.json()["ResponseStatus"]["Message"] == first["Message"]


def test_without_a_sid_in_the_path_the_other_wrong_fields_are_told_too(served):
    reply = served.client.post(
        "/v2/numberblocks/", json={"NumberBlockSid": "B", "Recording": "loud"}, auth=served.olivia
    )
    assert fields(reply) == [
        ("NumberBlockSid", "PARAMETER_REQUIRED"),
        ("AccountSid", "PARAMETER_REQUIRED"),
        ("PropertySid", "PARAMETER_REQUIRED"),
        ("Recording", "PARAMETER_INVALID"),
    ]


def test_a_wrong_account_is_not_also_missing(served, full):
    reply = served.configure(full, AccountSid=["A"])
    assert fields(reply) == [("AccountSid", "PARAMETER_INVALID")]


@pytest.mark.parametrize(
    "sent",
    [
        {"RoutingMethod": "ENDPOINT", "EndpointNumber": PHONE},
        {"RoutingMethod": "Endpoint", "EndpointNumber": PHONE, "Recording": "DISABLED"},
        {"RoutingMethod": "Flow", "EndpointNumber": PHONE, "Flow": "the demo's"},
        {"RoutingMethod": "aPPLICATION", "Application": "the demo's"},
    ],
)
def test_words_match_in_any_case_and_answers_have_one_spelling(served, sent):
    block = served.arrange.block()
    if "Flow" in sent:
        sent |= {"Flow": served.demo["flow"]["config_id"]}
    if "Application" in sent:
        sent |= {"Application": served.demo["application"]["sid"]}
    assert served.configure(block.sid, **sent).json() == OK
    shown = served.listed(block.sid)
    assert shown["RoutingMethod"] == sent["RoutingMethod"].lower()
    assert shown.get("Recording") in ("disabled", None)


@pytest.mark.parametrize("word", ["endpoint ", "end point", "endpoınt", "flow\n", "0"])
def test_words_match_whole(served, full, word):
    with served.nothing_stored(full):
        reply = served.configure(full, RoutingMethod=word)
        assert fields(reply) == [("RoutingMethod", "PARAMETER_INVALID")]


def test_sids_match_in_their_own_case_only(served, full):
    with served.nothing_stored(full):
        for sent, error in (
            ({"AccountSid": served.demo["account"]["sid"].lower()}, "ACCOUNT_NOT_FOUND"),
            ({"PropertySid": served.demo["property"]["sid"].lower()}, "PROPERTY_NOT_FOUND"),
            ({"Flow": served.demo["flow"]["config_id"].lower()}, "FLOW_NOT_FOUND"),
            ({"Application": served.demo["application"]["sid"].lower()}, "APPLICATION_NOT_FOUND"),
        ):
            assert code(served.configure(full, **sent)) == error
        assert code(served.configure(full.lower())) == "NUMBER_BLOCK_NOT_FOUND"


@pytest.mark.parametrize(
    "sid", ["B", "x" * 64, "%C3%BC" * 64, "..%2e", "%20", "' OR 1=1 --", "%25"]
)
def test_anything_up_to_64_characters_is_a_sid_that_nobody_has(served, sid):
    reply = served.configure(sid, Recording="enabled")
    assert fields(reply) == [("NumberBlockSid", "NUMBER_BLOCK_NOT_FOUND")]


@pytest.mark.parametrize("sid", ["x" * 65, "x" * 8_000])
def test_more_than_64_characters_are_no_sid(served, sid):
    reply = served.configure(sid, Recording="enabled")
    assert fields(reply) == [("NumberBlockSid", "PARAMETER_INVALID")]


@pytest.mark.parametrize("state", ["stock", "quarantine", "ended"])
def test_a_block_that_takes_no_calls_does_not_exist(served, state):
    block = served.arrange.block()
    served.arrange.set_state(block.sid, state)
    with served.nothing_stored(block.sid):
        assert code(served.configure(block.sid, Source="x")) == "NUMBER_BLOCK_NOT_FOUND"


def test_a_block_in_stock_does_not_exist_for_its_account(served):
    stock = served.demo["stock"][0]["sid"]
    assert code(served.configure(stock, Source="x")) == "NUMBER_BLOCK_NOT_FOUND"


# Positions


def test_an_accepted_write_tells_its_position(served):
    block = served.arrange.block()
    reply = served.configure(block.sid, Source="Radio")
    assert int(reply.headers["X-Position"]) == served.arrange.position()
    assert served.block(block.sid)["position"] == served.arrange.position()


def test_a_write_that_changes_nothing_tells_the_position_it_read_and_records_nothing(served):
    block = served.arrange.block()
    first = served.configure(block.sid, Source="Radio")
    with served.nothing_stored(block.sid):
        for same in ({"Source": "Radio"}, {}, {"Medium": None}, {"Medium": ""}):
            again = served.configure(block.sid, **same)
            assert again.json() == OK
            assert again.headers["X-Position"] == first.headers["X-Position"]


def test_the_same_number_in_another_spelling_changes_nothing(served, full):
    with served.nothing_stored(full):
        assert served.configure(full, EndpointNumber="0491 570 156").json() == OK


def test_nothing_but_an_accepted_write_has_a_position(served, full):
    account = {"AccountSid": served.demo["account"]["sid"]}
    client = served.client
    for reply in (
        client.get("/v2/numberblocks", params=account, auth=served.olivia),
        client.get(f"/api/v1/number-blocks/{full}", auth=served.olivia),
        client.options("/v2/numberblocks", auth=served.olivia),
        served.configure(full, Recording="loud"),
        served.configure(full, auth=served.roy),
        served.configure("BNOTHING"),
        client.delete(f"/v2/numberblocks/{full}", auth=served.olivia),
        client.post(f"/v2/numberblocks/{full}"),
    ):
        assert "X-Position" not in reply.headers, (reply.request.method, reply.url)


def test_the_answer_is_exactly_the_documented_one(served, full):
    reply = served.configure(full, Source="Television")
    assert reply.content == b'{"ResponseStatus":{"Message":"OK"}}'
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert len(reply.headers.get_list("X-Request-Id")) == 1


# Whatever is sent as a label comes back, or is refused


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=300))
def test_any_text_is_stored_as_sent_or_refused(served, full, text):
    before = served.block(full)["source"]
    reply = served.configure(full, Source=text)
    if len(text) <= 255 and all(unicodedata.category(character) != "Cc" for character in text):
        assert reply.json() == OK
        assert served.block(full)["source"] == (text or None)
    else:
        assert fields(reply) == [("Source", "PARAMETER_INVALID")]
        assert served.block(full)["source"] == before
