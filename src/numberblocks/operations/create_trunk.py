"""Create a trunk: how a block's numbers are reached over SIP."""

from __future__ import annotations

import re
from collections.abc import Iterator

from numberblocks.domain.access import Actor
from numberblocks.domain.errors import Problem
from numberblocks.domain.sids import new_sid
from numberblocks.domain.text import Given, problems_with_names
from numberblocks.domain.what_routes import HeaderForm, Trunk
from numberblocks.operations.permitted import refuse_if_wrong, require_operator
from numberblocks.storage.finding import next_id
from numberblocks.storage.schema import trunks
from numberblocks.storage.write import Write

SIP_URI = re.compile(r"sips?:[A-Za-z0-9+._~-]*\{number\}[A-Za-z0-9+._~-]*@[][A-Za-z0-9.:-]+[!-~]*")
LONGEST_URI = 255


def create_trunk(
    tx: Write,
    actor: Actor,
    *,
    name: str,
    uri_template: str,
    header_form: HeaderForm = HeaderForm.DIVERSION,
    sid: str | None = None,
) -> Trunk:
    """Add a trunk of the root account; only the operator may say where calls leave the system."""
    refuse_if_wrong([*problems_with_names(name=name), *problems_with_uri(uri_template)])
    root = require_operator(tx, actor)
    trunk = Trunk(
        sid=sid or new_sid("trunk"),
        id=next_id(tx.connection, trunks),
        account=root.sid,
        name=name,
        uri_template=uri_template,
        header_form=header_form,
        version=1,
    )
    tx.record("trunk.created", None, trunk)
    return trunk


def problems_with_uri(template: Given) -> Iterator[Problem]:
    """A SIP URI in which {number} stands once, as part of the user."""
    if not isinstance(template, str):
        return
    fits = SIP_URI.fullmatch(template) and template.count("{") == 1
    if not fits or len(template) > LONGEST_URI:
        yield Problem(
            "uri_template", "is not a SIP URI with the number in it: sip:{number}@sbc.example.com"
        )
