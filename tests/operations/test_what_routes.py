"""Creating and changing flows, applications and trunks."""

from __future__ import annotations

import pytest

from numberblocks.domain.access import Permission
from numberblocks.domain.errors import (
    ApplicationNotFound,
    DraftOrFlowNotFound,
    Forbidden,
    InvalidFields,
    TrunkNotFound,
)
from numberblocks.domain.history import Subject
from numberblocks.domain.what_routes import HeaderForm
from numberblocks.operations import demo
from numberblocks.operations.create_application import create_application
from numberblocks.operations.create_flow import LONGEST_DOCUMENT, create_flow
from numberblocks.operations.create_trunk import create_trunk
from numberblocks.operations.named import Named
from numberblocks.operations.publish_flow import publish_flow
from numberblocks.operations.update_application import ApplicationChange, update_application
from numberblocks.operations.update_flow import update_flow
from numberblocks.operations.update_trunk import TrunkChange, update_trunk
from tests.support.stores import ADA, OLIVIA, ROY, SAM, World, on_property, person

STORES = Named(property=demo.ACME_STORES)
URL = "https://line.example.com/voice"


def test_a_new_flow_is_a_draft_with_one_revision(world: World):
    flow = world.do(create_flow, STORES, name="Menu", document='{"steps":[]}', by=OLIVIA)
    assert (flow.account, flow.property) == (demo.ACME, demo.ACME_STORES)
    assert flow.published_revision is None
    assert world.verbs()[-2:] == ["flow.created", "flow_revision.created"]
    revision = world.state()[Subject("flow_revision", f"{flow.config_id}/1")]
    assert revision["document"] == '{"steps":[]}'


def test_a_flow_goes_from_revision_to_revision(world: World):
    flow = world.do(create_flow, Named(account=demo.ACME), name="Menu")
    world.do(update_flow, flow.config_id, name="Menus", document='{"v":2}')
    assert world.do(publish_flow, flow.config_id).published_revision == 2
    assert world.do(publish_flow, flow.config_id, 1).published_revision == 1
    assert world.last().verb == "flow.published"
    before = world.verbs()
    world.do(publish_flow, flow.config_id, 1)
    assert world.verbs() == before


@pytest.mark.parametrize("revision", [0, -1, 2])
def test_only_a_revision_that_is_there_is_published(world: World, revision: int):
    with pytest.raises(InvalidFields):
        world.do(publish_flow, demo.HOLIDAYS, revision)


@pytest.mark.parametrize(
    "document",
    ["", "{", "[1,", "\ud800", '"\x00"', "[" * 100_000, "x" * (LONGEST_DOCUMENT + 1), '"\ud800"'],
    ids=["empty", "open", "cut", "surrogate", "nul", "deep", "long", "surrogate in text"],
)
def test_a_document_is_json(world: World, document: str):
    before = world.verbs()
    with pytest.raises(InvalidFields) as refused:
        world.do(create_flow, STORES, name="Odd", document=document)
    assert refused.value.problems[0].field == "document"
    assert world.verbs() == before


def test_flows_are_changed_by_whoever_manages_them(world: World):
    with pytest.raises(Forbidden):
        world.do(publish_flow, demo.HOLIDAYS, by=ROY)
    with pytest.raises(DraftOrFlowNotFound):
        world.do(publish_flow, demo.HOLIDAYS, by=SAM)
    with pytest.raises(Forbidden):
        world.do(create_flow, STORES, name="X", by=SAM)
    petra = person("Petra", demo.ACME, on_property(demo.ACME_STORES, Permission.MANAGE))
    assert world.do(publish_flow, demo.HOLIDAYS, by=petra).published_revision == 1


def test_a_flow_belongs_to_somebody(world: World):
    with pytest.raises(InvalidFields):
        world.do(create_flow, Named(), name="Nobody's")


def test_an_application_is_made_and_changed(world: World):
    made = world.do(create_application, STORES, name="Line", voice_url=URL, by=OLIVIA)
    changed = world.do(
        update_application, made.sid, ApplicationChange(fallback_url=URL + "2"), by=OLIVIA
    )
    assert changed.fallback_url == URL + "2"
    cleared = world.do(update_application, made.sid, ApplicationChange(fallback_url=""))
    assert cleared.fallback_url is None
    assert world.verbs()[-3:] == ["application.created"] + ["application.updated"] * 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "line.example.com",
        "http://line.example.com/",
        "javascript:alert(1)",
        "https://",
        "https:///voice",
        "https://user:secret@example.com/",
        "https://example.com/a b",
        "https://example.com:99999/",
        "https://example.com/\n",
        "https://exämple.com/",
        "https://example.com/" + "x" * 2_048,
        "https://[::1/",
    ],
)
def test_a_voice_url_is_an_address(world: World, url: str):
    with pytest.raises(InvalidFields) as refused:
        world.do(create_application, STORES, name="Odd", voice_url=url)
    assert {problem.field for problem in refused.value.problems} == {"voice_url"}


def test_a_voice_url_is_never_cleared(world: World):
    with pytest.raises(InvalidFields):
        world.do(update_application, demo.ORDER_LINE, ApplicationChange(voice_url=""))


def test_applications_are_changed_by_whoever_manages_them(world: World):
    change = ApplicationChange(name="X")
    with pytest.raises(Forbidden):
        world.do(update_application, demo.ORDER_LINE, change, by=ROY)
    with pytest.raises(ApplicationNotFound):
        world.do(update_application, demo.ORDER_LINE, change, by=SAM)


def test_trunks_are_the_operators(world: World):
    trunk = world.do(create_trunk, name="SBC", uri_template="sip:{number}@sbc.example.com:5060")
    assert (trunk.id, trunk.account) == (2, world.root)
    changed = world.do(update_trunk, trunk.sid, TrunkChange(header_form=HeaderForm.BOTH))
    assert changed.header_form is HeaderForm.BOTH
    assert world.verbs()[-2:] == ["trunk.created", "trunk.updated"]
    with pytest.raises(Forbidden):
        world.do(create_trunk, name="Mine", uri_template="sip:{number}@x.example.com", by=ADA)
    with pytest.raises(Forbidden):
        world.do(update_trunk, trunk.sid, TrunkChange(name="Mine"), by=ADA)
    with pytest.raises(TrunkNotFound):
        world.do(update_trunk, "T" * 32, TrunkChange(name="X"))


@pytest.mark.parametrize(
    "template",
    [
        "",
        "sip:sbc.example.com",
        "sip:{number}",
        "http://{number}@example.com",
        "sip:{number}@",
        "sip:{number}{number}@example.com",
        "sip:{number}@example.com;x={number}",
        "sip:{number}@exa mple.com",
        "sip:{number}@example.com\r\nVia: x",
        "sip:{number}@" + "x" * 255,
    ],
)
def test_a_trunks_uri_has_the_number_in_it_once(world: World, template: str):
    with pytest.raises(InvalidFields):
        world.do(create_trunk, name="Odd", uri_template=template)
