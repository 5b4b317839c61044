"""Who may configure what: grants, accounts above and below, and prefixes from above."""

from __future__ import annotations

import pytest

from numberblocks.domain.access import READING, Grant, Permission
from numberblocks.operations.named import Named
from tests.support.replies import OK, code, fields, message
from tests.support.served import Login, Served

PHONE = "+61491570156"
MANAGING = {Permission.MANAGE, Permission.ADMIN}


def to(number: str) -> dict[str, str]:
    """The parameters that route calls to a number."""
    return {"RoutingMethod": "endpoint", "EndpointNumber": number}


# Which permission


@pytest.mark.parametrize("permission", Permission)
def test_configuring_needs_manage_or_admin(served, permission):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    login = customer.account, str(served.arrange.token(customer.account, permission))
    for owner in ({"AccountSid": customer.account}, {"PropertySid": customer.property}):
        if permission in MANAGING:
            reply = served.configure(block.sid, login, **owner, Source="Radio")
            assert reply.json() == OK
        else:
            with served.nothing_stored(block.sid):
                reply = served.configure(block.sid, login, **owner, Source="Radio")
                assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")
                assert fields(reply) == []


@pytest.mark.parametrize("permission", Permission)
def test_reading_needs_a_permission_that_shows_blocks(served, permission):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    login = customer.account, str(served.arrange.token(customer.account, permission))
    lists = [
        f"/v2/numberblocks?AccountSid={customer.account}",
        f"/v2/numberblocks/{block.sid}?PropertySid={customer.property}",
        f"/v2/Accounts/{customer.account}/numberblocks",
        f"/v2/Properties/{customer.property}/numberblocks",
    ]
    for target in lists:
        reply = served.client.get(target, auth=login)
        if permission in READING:
            assert [each["NumberBlockSid"] for each in reply.json()["NumberBlocks"]] == [block.sid]
        else:
            assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")
    one = served.client.get(f"/api/v1/number-blocks/{block.sid}", auth=login)
    assert (one.status_code == 200) == (permission in READING)


def test_roy_reads_and_changes_nothing(served):
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        for sent in (
            {},
            {"Source": "x"},
            to(PHONE),
            {"PropertySid": served.demo["property"]["sid"]},
        ):
            reply = served.configure(block.sid, served.roy, **sent)
            assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")
    reply = served.client.get(
        f"/v2/numberblocks/{block.sid}?AccountSid={served.roy[0]}", auth=served.roy
    )
    assert reply.json()["TotalCount"] == 1


def test_a_reader_learns_of_wrong_fields_before_the_missing_permission(served):
    reply = served.configure(served.arrange.block().sid, served.roy, Recording="loud")
    assert fields(reply) == [("Recording", "PARAMETER_INVALID")]


# Grants on one property


@pytest.fixture
def shop_keeper(served: Served) -> Login:
    """Manages the second property of Acme and nothing else."""
    grant = Grant(
        property=served.demo["second_property"]["sid"], permissions=frozenset({Permission.MANAGE})
    )
    account = served.demo["account"]["sid"]
    return account, str(served.arrange.token(account, on=[grant]))


def test_a_grant_on_a_property_is_enough_for_its_blocks(served, shop_keeper):
    owned = served.demo["second_property"]["sid"]
    block = served.arrange.block(property=owned)
    reply = served.configure(block.sid, shop_keeper, PropertySid=owned, **to(PHONE))
    assert reply.json() == OK


def test_a_grant_on_a_property_reaches_nothing_else(served, shop_keeper):
    account, other = served.demo["account"]["sid"], served.demo["property"]["sid"]
    block = served.arrange.block()
    with served.nothing_stored(block.sid):
        for owner in (
            {"AccountSid": account},
            {"PropertySid": other},
            {"AccountSid": account, "PropertySid": served.demo["second_property"]["sid"]},
        ):
            reply = served.configure(block.sid, shop_keeper, **owner, Source="x")
            assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")
        reply = served.configure(
            block.sid, shop_keeper, PropertySid=served.demo["second_property"]["sid"], Source="x"
        )
        assert fields(reply) == [("NumberBlockSid", "NUMBER_BLOCK_NOT_FOUND")]
    for target in (f"/v2/Accounts/{account}/numberblocks", f"/v2/Properties/{other}/numberblocks"):
        assert served.client.get(target, auth=shop_keeper).status_code == 403


def test_a_grant_on_a_property_does_not_show_blocks_of_the_account_itself(served, shop_keeper):
    loose = served.arrange.block(account=served.demo["account"]["sid"])
    owned = served.demo["second_property"]["sid"]
    reply = served.configure(loose.sid, shop_keeper, PropertySid=owned)
    assert code(reply) == "NUMBER_BLOCK_NOT_FOUND"


# Whatever the scope, a block is known or it isn't


@pytest.mark.parametrize("permission", [Permission.BILLING, Permission.REPORTING])
def test_a_block_in_reach_with_any_scope_is_elsewhere_and_not_nowhere(served, permission):
    customer = served.arrange.customer()
    second = served.arrange.property(customer.account)
    block = served.arrange.block(property=second)
    grants = [
        Grant(property=customer.property, permissions=frozenset({Permission.MANAGE})),
        Grant(property=second, permissions=frozenset({permission})),
    ]
    login = customer.account, str(served.arrange.token(customer.account, on=grants))
    with served.nothing_stored(block.sid):
        reply = served.configure(block.sid, login, PropertySid=customer.property, Source="x")
        assert fields(reply) == [("NumberBlockSid", "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY")]


# Accounts above and below


def test_a_parents_token_configures_a_childs_block(served):
    child = served.demo["child_account"]
    block = served.arrange.block(property=child["property_sid"])
    for owner in ({"AccountSid": child["sid"]}, {"PropertySid": child["property_sid"]}):
        assert served.configure(block.sid, **owner, Source=str(owner)).json() == OK


def test_belonging_is_exact(served):
    child, parent = served.demo["child_account"], served.demo["account"]["sid"]
    theirs = served.arrange.block(property=child["property_sid"])
    ours = served.arrange.block()
    loose = served.arrange.block(account=parent)
    for block, owner in (
        (theirs, {"AccountSid": parent}),
        (theirs, {"PropertySid": served.demo["property"]["sid"]}),
        (ours, {"AccountSid": child["sid"]}),
        (ours, {"PropertySid": served.demo["second_property"]["sid"]}),
        (loose, {"PropertySid": served.demo["property"]["sid"]}),
    ):
        with served.nothing_stored(block.sid):
            reply = served.configure(block.sid, **owner, Source="x")
            assert fields(reply) == [("NumberBlockSid", "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY")]
            assert block.number[1:] not in reply.text


def test_a_block_of_the_account_itself_is_configured_by_naming_the_account(served):
    account = served.demo["account"]["sid"]
    loose = served.arrange.block(account=account)
    assert served.configure(loose.sid, AccountSid=account, Source="x").json() == OK
    assert "PropertySid" not in served.listed(loose.sid)


def test_a_childs_token_reaches_nothing_above_or_beside(served):
    above = served.arrange.customer()
    below = served.arrange.customer(parent=above.account)
    beside = served.arrange.customer(parent=above.account)
    for other in (above, beside):
        block = served.arrange.block(property=other.property)
        with served.nothing_stored(block.sid):
            reply = served.configure(block.sid, below.login, AccountSid=other.account, Source="x")
            assert (reply.status_code, code(reply)) == (403, "FORBIDDEN")
            reply = served.configure(block.sid, below.login, AccountSid=below.account, Source="x")
            assert code(reply) == "NUMBER_BLOCK_NOT_FOUND"
        reply = served.client.get(f"/v2/Accounts/{other.account}/numberblocks", auth=below.login)
        assert reply.status_code == 403


def test_a_new_grant_counts_at_once_on_every_worker(served):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    for _ in range(6):
        served.configure(block.sid, customer.login, AccountSid=customer.account, Source="x")
    second = served.arrange.property(customer.account)
    moved = served.arrange.block(property=second)
    for turn in range(6):
        reply = served.configure(moved.sid, customer.login, PropertySid=second, Source=str(turn))
        assert reply.json() == OK


# What a block may be routed to


@pytest.mark.parametrize(
    ("owner", "fits"),
    [("account", True), ("its property", True), ("another property", False), ("parent", False),
     ("child", False), ("somebody else", False)],
)  # fmt: skip
def test_flows_and_applications_of_the_account_or_the_blocks_own_property(served, owner, fits):
    above = served.arrange.customer()
    customer = served.arrange.customer(parent=above.account)
    below = served.arrange.customer(parent=customer.account)
    named = {
        "account": Named(account=customer.account),
        "its property": Named(property=customer.property),
        "another property": Named(property=served.arrange.property(customer.account)),
        "parent": Named(account=above.account),
        "child": Named(account=below.account),
        "somebody else": Named(account=served.demo["account"]["sid"]),
    }[owner]
    block = served.arrange.block(property=customer.property)
    flow, application = served.arrange.flow(named), served.arrange.application(named)
    routed = [
        ({"RoutingMethod": "flow", "Flow": flow, "EndpointNumber": PHONE}, "FLOW_NOT_FOUND"),
        ({"Flow": flow}, "FLOW_NOT_FOUND"),
        ({"RoutingMethod": "application", "Application": application}, "APPLICATION_NOT_FOUND"),
        ({"Application": application}, "APPLICATION_NOT_FOUND"),
    ]
    for sent, error in routed:
        reply = served.configure(block.sid, above.login, AccountSid=customer.account, **sent)
        assert reply.json() == OK if fits else code(reply) == error


def test_a_draft_is_no_flow_until_it_is_published(served):
    block = served.arrange.block()
    owner = Named(property=served.demo["property"]["sid"])
    draft = served.arrange.flow(owner, published=False)
    sent = {"RoutingMethod": "flow", "Flow": draft, "EndpointNumber": PHONE}
    with served.nothing_stored(block.sid):
        assert fields(served.configure(block.sid, **sent)) == [("Flow", "FLOW_NOT_FOUND")]
    served.arrange.publish(draft)
    assert served.configure(block.sid, **sent).json() == OK


# Prefixes


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("02 5550 1234", True),
        ("03 7010 1234", True),
        ("0491 570 156", True),
        ("07 5550 1234", True),
        ("08 7010 1234", True),
        ("1300 975 707", False),
        ("1800 975 707", False),
    ],
)
def test_the_prefixes_of_a_new_account(served, number, fits):
    block = served.arrange.block()
    reply = served.configure(block.sid, **to(number))
    assert reply.json() == OK if fits else code(reply) == "ENDPOINT_NUMBER_NOT_ALLOWED"


@pytest.mark.parametrize("sent", [{}, {"RoutingMethod": "endpoint"}, {"RoutingMethod": "flow"},
                                  {"RoutingMethod": "application"}])  # fmt: skip
def test_a_number_is_checked_whenever_it_is_sent(served, sent):
    block = served.arrange.block()
    targets = {
        "Flow": served.demo["flow"]["config_id"],
        "Application": served.demo["application"]["sid"],
    }
    for number, error in (
        ("1300 975 707", "ENDPOINT_NUMBER_NOT_ALLOWED"),
        (block.number, "ENDPOINT_NUMBER_LOOPS"),
        ("190 123 4567", "PARAMETER_INVALID"),
    ):
        with served.nothing_stored(block.sid):
            reply = served.configure(block.sid, **sent, **targets, EndpointNumber=number)
            assert fields(reply) == [("EndpointNumber", error)]


def test_no_prefixes_allow_nothing(served):
    customer = served.arrange.customer(prefixes=())
    block = served.arrange.block(property=customer.property)
    with served.nothing_stored(block.sid):
        reply = served.configure(
            block.sid, customer.login, AccountSid=customer.account, **to(PHONE)
        )
        assert fields(reply) == [("EndpointNumber", "ENDPOINT_NUMBER_NOT_ALLOWED")]
    reply = served.configure(block.sid, customer.login, AccountSid=customer.account, Source="x")
    assert reply.json() == OK


def test_a_prefix_may_be_a_whole_number_and_a_beginning_that_is_longer_matches_less(served):
    customer = served.arrange.customer(prefixes=("61491570156", "61255501"))
    block = served.arrange.block(property=customer.property)
    for number, fits in ((PHONE, True), ("+61491570157", False), ("+61255501999", True),
                         ("+61255502000", False)):  # fmt: skip
        reply = served.configure(
            block.sid, customer.login, AccountSid=customer.account, **to(number)
        )
        assert (reply.json() == OK) == fits


def test_every_account_above_must_allow_the_number(served):
    top = served.arrange.customer(prefixes=("612", "613", "614"))
    middle = served.arrange.customer(parent=top.account, prefixes=("612", "613", "614"))
    bottom = served.arrange.customer(parent=middle.account, prefixes=("612", "614"))
    block = served.arrange.block(property=bottom.property)

    def configured(number: str):
        return served.configure(block.sid, bottom.login, AccountSid=bottom.account, **to(number))

    assert configured(PHONE).json() == OK
    served.arrange.set_prefixes(middle.account, "612", "613")
    refused = configured("+61491570157")
    assert fields(refused) == [("EndpointNumber", "ENDPOINT_NUMBER_NOT_ALLOWED")]
    assert "612" not in message(refused, "EndpointNumber"), "another account's prefixes are told"
    assert configured("+61255501234").json() == OK
    served.arrange.set_prefixes(top.account, "613")
    assert code(configured("+61255501235")) == "ENDPOINT_NUMBER_NOT_ALLOWED"
    # The list of whoever asks is no matter: it is the owner's and those above that count.
    reply = served.configure(block.sid, top.login, AccountSid=bottom.account, **to("+61255501235"))
    assert code(reply) == "ENDPOINT_NUMBER_NOT_ALLOWED"


def test_narrowed_prefixes_leave_alone_what_is_stored(served):
    customer = served.arrange.customer()
    block = served.arrange.block(property=customer.property)
    owner = {"AccountSid": customer.account}
    assert served.configure(block.sid, customer.login, **owner, **to(PHONE)).json() == OK
    served.arrange.set_prefixes(customer.account, "612")
    assert served.configure(block.sid, customer.login, **owner, Source="x").json() == OK
    again = served.configure(block.sid, customer.login, **owner, **to(PHONE))
    assert code(again) == "ENDPOINT_NUMBER_NOT_ALLOWED"
    assert served.block(block.sid)["endpoint_number"] == PHONE


def test_the_owner_is_told_its_own_prefixes(served):
    reply = served.configure(served.arrange.block().sid, **to("1800 975 707"))
    assert message(reply, "EndpointNumber").endswith("prefixes 612, 613, 614, 617, 618.")
