"""The demo: a few customers, their numbers, and tokens that everybody may know.

Everything here is published (docs/demo.md), so the tokens work on this machine only and go with
``numberblocks demo remove``. The numbers are set aside for fiction. A sid that numberblocks makes
never has a 0 in it, so no other thing is ever called like one of these.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numberblocks.domain.number_pattern import read_number_pattern


def demo_sid(beginning: str) -> str:
    """A sid that can be recognised."""
    return beginning.ljust(32, "0")


ACME = demo_sid("ACMEDEMO")
ACME_REGIONAL = demo_sid("AREGIONALDEMO")
GLOBEX = demo_sid("AGLOBEXDEMO")

ACME_STORES = demo_sid("STORESDEMO")
ACME_ONLINE = demo_sid("SONLINEDEMO")
REGIONAL_STORES = demo_sid("SREGIONALDEMO")
GLOBEX_HOME = demo_sid("SGLOBEXDEMO")

TRUNK = demo_sid("TRUNKDEMO")
WELCOME = demo_sid("FWELCOMEDEMO")
HOLIDAYS = demo_sid("FHOLIDAYSDEMO")
ORDER_LINE = demo_sid("PORDERLINEDEMO")

OLIVIA = "nb_DemoOlivia00_PublishedForTheDemoOnlyOlivia000OWoa5a"
"""Manages Acme."""
ROY = "nb_DemoRoy00000_PublishedForTheDemoOnlyRoy000000b2hMzc"
"""Only reads Acme's reports."""
ADA = "nb_DemoAda00000_PublishedForTheDemoOnlyAda000000SRzQce"
"""Has Admin on Acme."""
SAM = "nb_DemoSam00000_PublishedForTheDemoOnlySam000000Q79via"
"""Manages Globex, somebody else's account."""

ENDPOINT = "+61491570156"
"""Where the first block's calls go at the beginning."""


class DemoBlock(NamedTuple):
    """A block of the demo. property: None for one in stock."""

    sid: str
    numbers: str
    name: str
    property: str | None = None

    def shown(self) -> dict[str, str]:
        """What scripts are told about it."""
        return {"sid": self.sid, "pattern": read_number_pattern(self.numbers).pattern}


SYDNEY = DemoBlock(demo_sid("BSYDNEYDEMO"), "02 5550 00XX", "Sydney", ACME_STORES)
ACMES = (
    SYDNEY,
    DemoBlock(demo_sid("BMELBOURNEDEMO"), "03 7010 12XX", "Melbourne", ACME_STORES),
    DemoBlock(demo_sid("BBRISBANEDEMO"), "07 5550 1XXX", "Brisbane", ACME_STORES),
    DemoBlock(demo_sid("BADELAIDEDEMO"), "08 7010 123X", "Adelaide", ACME_STORES),
    DemoBlock(demo_sid("BPERTHDEMO"), "08 5550 3150-3249", "Perth", ACME_STORES),
    DemoBlock(demo_sid("BHOBARTDEMO"), "03 5550 60XX", "Hobart", ACME_STORES),
)
ONLINE = DemoBlock(demo_sid("BONLINEDEMO"), "02 7010 20XX", "Online shop", ACME_ONLINE)
REGIONAL = DemoBlock(demo_sid("BREGIONALDEMO"), "08 7010 50XX", "Country stores", REGIONAL_STORES)
GLOBEXS = DemoBlock(demo_sid("BGLOBEXDEMO"), "02 7010 40XX", "Head office", GLOBEX_HOME)
STOCK = (
    DemoBlock(demo_sid("BSTOCKDEMO1"), "02 7010 90XX", "Stock 1"),
    DemoBlock(demo_sid("BSTOCKDEMO2"), "03 5550 91XX", "Stock 2"),
    DemoBlock(demo_sid("BSTOCKDEMO3"), "07 7010 920X", "Stock 3"),
)


def what_scripts_are_told() -> dict[str, Any]:
    """The one JSON object that ``numberblocks demo --json`` prints."""
    return {
        "account": {"sid": ACME, "token": OLIVIA},
        "property": {"sid": ACME_STORES},
        "reader": {"token": ROY},
        "admin": {"token": ADA},
        "second_property": {"sid": ACME_ONLINE, "number_block_sid": ONLINE.sid},
        "child_account": {
            "sid": ACME_REGIONAL,
            "property_sid": REGIONAL_STORES,
            "number_block_sid": REGIONAL.sid,
        },
        "other_account": {
            "sid": GLOBEX,
            "token": SAM,
            "property_sid": GLOBEX_HOME,
            "number_block_sid": GLOBEXS.sid,
        },
        "number_block": SYDNEY.shown(),
        "number_blocks": [block.shown() for block in ACMES],
        "flow": {"config_id": WELCOME},
        "draft_flow": {"config_id": HOLIDAYS},
        "application": {"sid": ORDER_LINE},
        "stock": [block.shown() for block in STOCK],
    }
