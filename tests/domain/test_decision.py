"""Where a call goes: every reason there is, and what no text and no table can bring about."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberblocks.domain.decision import SIP_STATUS, Found, Reason, Step, Target, decide
from numberblocks.domain.number_block import BlockState, NumberBlock, Recording
from numberblocks.domain.routing import RoutingMethod
from numberblocks.domain.what_routes import HeaderForm, Trunk

NUMBER = "+61255500001"
MOBILE, OTHER_MOBILE, PERTH = "+61491570156", "+61491570157", "+61870104321"
FLOW, APPLICATION = "menu", "APxreception"
TO_ENDPOINT = {"routing_method": RoutingMethod.ENDPOINT, "endpoint_number": MOBILE}
TO_FLOW = {"routing_method": RoutingMethod.FLOW, "flow": FLOW}
TO_APPLICATION = {"routing_method": RoutingMethod.APPLICATION, "application": APPLICATION}
ONLY_LABELS = {"source": "google", "medium": "cpc", "campaign": "winter", "content": "blue"}


class OneBlock:
    """A table that knows the same of every number, and what it was asked."""

    def __init__(self, found):
        self.found = found
        self.asked = []

    def find(self, number, at):
        self.asked.append((number, at))
        return self.found


def a_block(**settings):
    plain: dict[str, Any] = {
        "sid": "NBxsydney", "id": 1, "account": "ACxacme", "state": BlockState.ACTIVE,
        "first": 61_2_5550_0000, "last": 61_2_5550_0099,
        "active": True, "sms": False, "voice": True, "version": 7,
    }  # fmt: skip
    return NumberBlock(**plain | settings)


def found(
    block=None, *, override=None, taking_part=True, prefixes=(), flow_published=True, trunk=None,
    default_recording=None,
):  # fmt: skip
    block = a_block(**TO_ENDPOINT) if block is None else block
    return Found(
        block, override or {}, taking_part, prefixes, flow_published, trunk, default_recording
    )


def decided(known, number=NUMBER, steps=None):
    return decide(number, OneBlock(known), 3, steps)


def steps_to(known, number=NUMBER):
    steps: list[Step] = []
    decided(known, number, steps)
    return steps


def a_trunk(uri_template):
    return Trunk(
        sid="TRx1", id=1, account="ACxroot", name="Out", uri_template=uri_template,
        header_form=HeaderForm.DIVERSION, version=1,
    )  # fmt: skip


STOCK, ENDED, QUARANTINE = BlockState.STOCK, BlockState.ENDED, BlockState.QUARANTINE
OFF = {"active": False}
MOBILES, EASTERN = ("614",), ("612", "613")

NOWHERE = [
    # Nobody's number, or nobody's now. What else is wrong with it is nobody's business.
    (Reason.UNALLOCATED, None),
    (Reason.UNALLOCATED, found(a_block(state=STOCK, **TO_ENDPOINT))),
    (Reason.UNALLOCATED, found(a_block(state=ENDED, **TO_ENDPOINT))),
    (Reason.UNALLOCATED, found(a_block(state=ENDED, **OFF), taking_part=False)),
    # The first of these that holds is the reason, whatever the route.
    (Reason.QUARANTINED, found(a_block(state=QUARANTINE, **TO_ENDPOINT))),
    (Reason.QUARANTINED, found(a_block(state=QUARANTINE, **OFF), taking_part=False)),
    (Reason.ACCOUNT_DEACTIVATED, found(taking_part=False)),
    (Reason.ACCOUNT_DEACTIVATED, found(a_block(**OFF), taking_part=False)),
    (Reason.INACTIVE, found(a_block(**OFF, **TO_ENDPOINT))),
    (Reason.INACTIVE, found(a_block(**OFF))),
    # What is stored routes nothing unless the method says so.
    (Reason.NO_ROUTE, found(a_block())),
    (Reason.NO_ROUTE, found(a_block(endpoint_number=MOBILE))),
    (Reason.NO_ROUTE, found(a_block(routing_method=RoutingMethod.ENDPOINT))),
    (Reason.NO_ROUTE, found(a_block(routing_method=RoutingMethod.FLOW, endpoint_number=MOBILE))),
    (Reason.NO_ROUTE, found(a_block(routing_method=RoutingMethod.APPLICATION, flow=FLOW))),
    (Reason.NO_ROUTE, found(override={"endpoint_number": ""})),
    (Reason.NO_ROUTE, found(override={"routing_method": ""})),
    (Reason.NO_ROUTE, found(override={"routing_method": "a word of a newer release"})),
    # Nothing stands in for what can't run.
    (Reason.FLOW_UNPUBLISHED, found(a_block(**TO_FLOW), flow_published=False)),
    (Reason.CANNOT_RUN, found(a_block(**TO_FLOW))),
    (Reason.CANNOT_RUN, found(a_block(**TO_APPLICATION))),
    (Reason.CANNOT_RUN, found(a_block(**TO_APPLICATION), flow_published=False)),
    # Every list has to allow the answering point, also one that only stands in.
    (Reason.ENDPOINT_NOT_ALLOWED, found(prefixes=(EASTERN,))),
    (Reason.ENDPOINT_NOT_ALLOWED, found(prefixes=(MOBILES, EASTERN))),
    (Reason.ENDPOINT_NOT_ALLOWED, found(prefixes=(EASTERN, MOBILES))),
    (Reason.ENDPOINT_NOT_ALLOWED, found(prefixes=(MOBILES, ()))),
    (Reason.ENDPOINT_NOT_ALLOWED, found(prefixes=(MOBILES,), override={"endpoint_number": PERTH})),
    (
        Reason.ENDPOINT_NOT_ALLOWED,
        found(a_block(**TO_FLOW, endpoint_number=MOBILE), prefixes=(EASTERN,)),
    ),
]

SOMEWHERE = [
    (Reason.ROUTED, MOBILE, found()),
    (Reason.ROUTED, MOBILE, found(flow_published=False)),
    (Reason.ROUTED, MOBILE, found(a_block(**TO_ENDPOINT, flow=FLOW, application=APPLICATION))),
    (Reason.ROUTED, MOBILE, found(prefixes=(MOBILES, ("61",), ("612", "614915")))),
    (Reason.ROUTED, PERTH, found(override={"endpoint_number": PERTH})),
    (Reason.ROUTED, PERTH, found(override={"endpoint_number": PERTH}, prefixes=(("618",),))),
    (Reason.ROUTED, PERTH, found(a_block(), override=TO_ENDPOINT | {"endpoint_number": PERTH})),
    (
        Reason.ROUTED,
        MOBILE,
        found(a_block(**TO_FLOW, endpoint_number=MOBILE), override={"routing_method": "endpoint"}),
    ),
    (
        Reason.FALLBACK,
        MOBILE,
        found(a_block(**TO_FLOW, endpoint_number=MOBILE), flow_published=False),
    ),
    (Reason.FALLBACK, MOBILE, found(a_block(**TO_FLOW, endpoint_number=MOBILE))),
    (Reason.FALLBACK, MOBILE, found(a_block(**TO_APPLICATION, endpoint_number=MOBILE))),
    (Reason.FALLBACK, MOBILE, found(override={"routing_method": "flow", "flow": FLOW})),
    (
        Reason.FALLBACK,
        OTHER_MOBILE,
        found(
            a_block(**TO_APPLICATION, endpoint_number=MOBILE),
            override={"endpoint_number": OTHER_MOBILE},
        ),
    ),
]


@pytest.mark.parametrize(("reason", "known"), NOWHERE)
def test_a_call_goes_nowhere_for_a_reason(reason, known):
    decision = decided(known)
    assert (decision.reason, decision.sip_status) == (reason, SIP_STATUS[reason])
    assert (decision.targets, decision.attribution, decision.recording) == ((), {}, False)


@pytest.mark.parametrize(("reason", "endpoint", "known"), SOMEWHERE)
def test_a_call_goes_to_one_answering_point(reason, endpoint, known):
    decision = decided(known)
    assert (decision.reason, decision.sip_status) == (reason, 0)
    instead = reason is Reason.FALLBACK
    assert decision.targets == (Target(number=endpoint, uri=None, fallback=instead),)


def test_every_reason_is_in_these_tables_and_has_a_status_if_it_refuses():
    refusing = {reason for reason, _ in NOWHERE} | {Reason.MALFORMED}
    assert refusing == set(SIP_STATUS)
    assert refusing | {reason for reason, *_ in SOMEWHERE} == set(Reason)


@pytest.mark.parametrize(
    "number",
    ["0255500001", "61255500001", NUMBER, "sip:+61255500001@pbx.example;user=phone"],
)
def test_the_table_is_asked_for_the_number_however_it_is_written(number):
    table = OneBlock(found())
    assert decide(number, table, 3).number == NUMBER
    assert table.asked == [(61_2_5550_0001, 3)]


@pytest.mark.parametrize(
    "number", ["", "tel:+61255500001;ext=5", "x" * 10_000, "../", "\x00", "%2B", "{number}", "☎"]
)
def test_what_is_no_number_is_looked_up_nowhere_and_not_repeated(number):
    table = OneBlock(found())
    decision = decide(number, table, 3)
    assert (decision.reason, decision.sip_status) == (Reason.MALFORMED, 404)
    assert (decision.number, decision.block, decision.version) == (None, None, None)
    assert table.asked == []
    (step,) = steps_to(found(), number)
    assert (step.looked_at, step.passed) == ("number", False)
    assert not number or number not in step.outcome


def test_a_decision_names_the_block_and_its_version_unless_it_is_in_nobodys_use():
    named = {(decided(known).block, decided(known).version) for _, _, known in SOMEWHERE}
    assert named == {("NBxsydney", 7)}
    for reason, known in NOWHERE:
        expected = None if reason is Reason.UNALLOCATED else "NBxsydney"
        assert decided(known).block == expected


@pytest.mark.parametrize(
    ("labels", "override", "attribution"),
    [
        ({}, {}, {}),
        (ONLY_LABELS, {}, ONLY_LABELS),
        ({"campaign": "winter"}, {}, {"campaign": "winter"}),
        ({"campaign": "winter"}, {"campaign": "spring"}, {"campaign": "spring"}),
        ({"campaign": "winter"}, {"campaign": ""}, {}),
        ({"campaign": "winter"}, {"source": "{0}"}, {"source": "{0}", "campaign": "winter"}),
    ],
)
def test_only_labels_that_are_set_are_told(labels, override, attribution):
    decision = decided(found(a_block(**TO_ENDPOINT, **labels), override=override), steps=[])
    assert decision.attribution == attribution


def test_an_override_changes_settings_only():
    known = found(override={"sid": "NBxother", "state": "ended", "version": "9", "new": "x"})
    assert decided(known) == decided(found())


@pytest.mark.parametrize(
    ("of_property", "of_block", "of_number", "recorded"),
    [
        (None, None, None, False),
        ("enabled", None, None, True),
        ("enabled", Recording.DISABLED, None, False),
        ("disabled", Recording.ENABLED, None, True),
        (None, Recording.ENABLED, "disabled", False),
        ("disabled", Recording.DISABLED, "enabled", True),
        ("enabled", Recording.DISABLED, "", True),
        (None, None, "a word of a newer release", False),
    ],
)
def test_recording_is_the_numbers_else_the_blocks_else_the_propertys(
    of_property, of_block, of_number, recorded
):
    override = {} if of_number is None else {"recording": of_number}
    block = a_block(**TO_ENDPOINT, recording=of_block)
    known = found(block, override=override, default_recording=of_property)
    assert decided(known).recording is recorded


@pytest.mark.parametrize(
    ("template", "uri"),
    [
        ("sip:{number}@sbc.example.com", f"sip:{MOBILE}@sbc.example.com"),
        ("sips:{number}@[2001:db8::1]:5061;a=b", f"sips:{MOBILE}@[2001:db8::1]:5061;a=b"),
        ("sip:out-{number}@sbc.example.com", f"sip:out-{MOBILE}@sbc.example.com"),
        # Nothing but the number is ever put in.
        ("sip:{number}@{0}.%s.example.com", f"sip:{MOBILE}@{{0}}.%s.example.com"),
    ],
)
def test_the_trunk_says_how_the_answering_point_is_reached(template, uri):
    (target,) = decided(found(trunk=a_trunk(template))).targets
    assert (target.number, target.uri) == (MOBILE, uri)


def test_the_steps_say_what_was_looked_at_and_what_stopped_the_call():
    steps = [(step.looked_at, step.passed) for step in steps_to(found(prefixes=(EASTERN,)))]
    assert [step for step in steps if step[0] not in TO_ENDPOINT] == [
        ("number", True), ("block", True), ("state", True), ("routing", True), ("prefixes", False),
    ]  # fmt: skip


def test_the_steps_say_what_each_setting_was_set_for():
    block = a_block(**TO_ENDPOINT, source="google")
    override = {"endpoint_number": PERTH, "campaign": "a {0} of spring"}
    steps = steps_to(found(block, override=override, default_recording="enabled"))
    said = {step.looked_at: step.outcome for step in steps}
    assert said["routing_method"] == "endpoint, set for the block"
    assert said["endpoint_number"] == f"{PERTH}, set for the number"
    assert said["source"] == "google, set for the block"
    assert said["campaign"] == "a {0} of spring, set for the number"
    assert said["recording"] == "enabled, set for the property"
    assert "medium" not in said


def test_the_steps_say_what_stands_in_and_for_what():
    block = a_block(**TO_FLOW, endpoint_number=MOBILE)
    steps = steps_to(found(block, flow_published=False))
    ends = [(step.looked_at, step.outcome, step.passed) for step in steps][-3:-1]
    assert ends == [
        ("routing", f"the flow {FLOW} isn't published", False),
        ("fallback", f"calls ring at the stored EndpointNumber {MOBILE}", True),
    ]


# Any table at all: every setting absent, right, or of somebody who wrote what nobody checked.
ENDPOINTS = st.sampled_from([MOBILE, OTHER_MOBILE, PERTH])
TEXTS = st.text(max_size=12)
LABEL = st.none() | TEXTS.filter(bool)
BLOCKS = st.builds(
    a_block,
    state=st.sampled_from(BlockState),
    active=st.booleans(),
    routing_method=st.none() | st.sampled_from(RoutingMethod),
    endpoint_number=st.none() | ENDPOINTS,
    flow=LABEL,
    application=LABEL,
    recording=st.none() | st.sampled_from(Recording),
    source=LABEL,
    medium=LABEL,
    campaign=LABEL,
    content=LABEL,
)
OVERRIDES = st.builds(
    lambda endpoint, others: others | endpoint,
    st.fixed_dictionaries({}, optional={"endpoint_number": st.just("") | ENDPOINTS}),
    st.dictionaries(
        st.sampled_from(["routing_method", "flow", "recording", "sid", "state", *ONLY_LABELS])
        | TEXTS.filter(lambda name: name != "endpoint_number"),
        st.sampled_from(["endpoint", "flow", "application", "enabled"]) | TEXTS,
    ),
)
LISTS = st.lists(st.sampled_from(["612", "614", "618", "61491570156", "6", ""]), max_size=3)
FOUND = st.builds(
    Found,
    block=BLOCKS,
    override=OVERRIDES,
    taking_part=st.booleans(),
    prefixes=st.lists(LISTS.map(tuple), max_size=3).map(tuple),
    flow_published=st.booleans(),
    trunk=st.none() | st.builds(a_trunk, TEXTS.map("sip:{number}@".__add__)),
    default_recording=st.none() | st.sampled_from(Recording),
)
NUMBERS = st.just(NUMBER) | st.sampled_from(["0255500001", "sip:%2B61255500001@a"]) | st.text()


@given(NUMBERS, st.none() | FOUND)
def test_a_decision_has_targets_or_a_status_and_never_both(number, known):
    decision = decided(known, number)
    assert bool(decision.targets) != bool(decision.sip_status)
    assert (decision.reason in SIP_STATUS) == bool(decision.sip_status)
    assert all(decision.attribution.values())
    for target in decision.targets:
        assert target.number in (MOBILE, OTHER_MOBILE, PERTH)
        assert target.fallback is (decision.reason is Reason.FALLBACK)
        for prefixes in known.prefixes:
            assert target.number[1:].startswith(tuple(p for p in prefixes if p.startswith("61")))


@given(NUMBERS, st.none() | FOUND)
def test_asking_why_never_changes_a_decision(number, known):
    steps: list[Step] = []
    assert decided(known, number, steps) == decided(known, number)
    assert steps
    assert all(step.looked_at and step.outcome for step in steps)


@given(NUMBERS, st.none() | FOUND)
def test_a_decision_is_plain_data(number, known):
    decision = decided(known, number)
    assert msgspec.json.decode(msgspec.json.encode(decision), type=type(decision)) == decision
