"""Creating and changing properties."""

from __future__ import annotations

import pytest

from numberblocks.domain.access import Permission
from numberblocks.domain.errors import Forbidden, InvalidFields, PropertyNotFound
from numberblocks.domain.number_block import Recording
from numberblocks.operations import demo
from numberblocks.operations.create_property import create_property
from numberblocks.operations.update_property import PropertyChange, update_property
from tests.support.stores import ADA, OLIVIA, ROY, SAM, World, on, person

PAULA = person("Paula", demo.ACME, on(demo.ACME, Permission.PROJECT_MANAGEMENT))


@pytest.mark.parametrize("who", [ADA, PAULA])
def test_whoever_shapes_properties_makes_one(world: World, who):
    made = world.do(create_property, account=demo.ACME, name="Outlet", by=who)
    assert (made.account, made.active) == (demo.ACME, True)
    assert world.last().verb == "property.created"


@pytest.mark.parametrize("who", [OLIVIA, ROY, SAM])
def test_others_do_not(world: World, who):
    with pytest.raises(Forbidden):
        world.do(create_property, account=demo.ACME, name="Outlet", by=who)
    with pytest.raises(Forbidden):
        world.do(update_property, demo.ACME_ONLINE, PropertyChange(name="X"), by=who)


def test_a_property_is_changed_and_cleared(world: World):
    change = PropertyChange(main_domain="shop.example.com", recording=Recording.ENABLED)
    assert world.do(update_property, demo.ACME_ONLINE, change).recording == "enabled"
    cleared = world.do(update_property, demo.ACME_ONLINE, PropertyChange(main_domain=""))
    assert (cleared.main_domain, cleared.version) == (None, 3)
    before = world.verbs()
    world.do(update_property, demo.ACME_ONLINE, PropertyChange(name="Acme Online"))
    assert world.verbs() == before


def test_every_wrong_field_is_named_at_once(world: World):
    change = PropertyChange(name=" ", main_domain="a\tb", time_zone="x" * 256)
    with pytest.raises(InvalidFields) as refused:
        world.do(update_property, demo.ACME_ONLINE, change)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["name", "main_domain", "time_zone"]


def test_what_does_not_exist_is_said(world: World):
    with pytest.raises(PropertyNotFound):
        world.do(update_property, "S" * 32, PropertyChange(name="X"))
