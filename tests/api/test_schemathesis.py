"""Schemathesis over the OpenAPI document: whatever is sent, it is answered as documented."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode

from numberblocks.api.openapi import document_json
from numberblocks.api.routes import ROUTES
from numberblocks.settings import Settings
from tests.support.served import Served

EXAMPLES = 40


SIDS = {
    "AccountSid": ["ACMEDEMO000000000000000000000000", "AREGIONALDEMO0000000000000000000"],
    "PropertySid": ["STORESDEMO0000000000000000000000", "SONLINEDEMO000000000000000000000"],
    "Flow": ["FWELCOMEDEMO00000000000000000000"],
    "Application": ["PORDERLINEDEMO000000000000000000"],
}
BLOCKS = ["BSYDNEYDEMO000000000000000000000", "BPERTHDEMO0000000000000000000000"]
NUMBERS = ["+61255509876", "0491 570 156", "02 5550 0001", "1800975707"]
# What the demo has, so that requests get past the first look. By where it is sent.
KNOWN = {
    "path.sid_or_text": BLOCKS,
    "path.sid": BLOCKS,
    "path.AccountSid": SIDS["AccountSid"],
    "path.PropertySid": SIDS["PropertySid"],
    "path.file": ["start.js", "swagger-ui.css"],
    **{f"{place}.{name}": sids for place in ("query", "body") for name, sids in SIDS.items()},
    "query.EndpointNumber": NUMBERS,
    "body.EndpointNumber": NUMBERS,
}
LIKELY = 0.7
STATUSES: defaultdict[str, set[int]] = defaultdict(set)
"""What was answered during this run, by the kind of database."""


def document() -> dict[str, Any]:
    """The document, in which no answer may have a member that isn't documented."""
    written: dict[str, Any] = json.loads(document_json(ROUTES, Settings()))
    for name, schema in written["components"]["schemas"].items():
        if schema.get("type") == "object" and name != "ConfigureNumberBlock":
            schema["additionalProperties"] = False
    return written


def schema_for(mode: GenerationMode) -> schemathesis.BaseSchema:
    """The document with what is tried, and what is looked at in every answer."""
    config = schemathesis.Config.from_dict(
        {
            "dictionaries": {name: {"values": values} for name, values in KNOWN.items()},
            "parameters": {name: {"dictionary": name, "probability": LIKELY} for name in KNOWN},
            "generation": {"mode": mode.value, "max-examples": EXAMPLES, "deterministic": True},
            "checks": {
                # What is right in form may name what isn't there, or say one thing in the query
                # and another in the body; by this contract both are 400. Configuring without a
                # sid in the path is always 400.
                "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 400, 403, 404]},
            },
        }
    )
    return schemathesis.openapi.from_dict(document(), config=config)


right = schema_for(GenerationMode.POSITIVE)
wrong = schema_for(GenerationMode.NEGATIVE).include(path_regex="^/v2/|^/api/")
patiently = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@right.parametrize()
@patiently
def test_what_is_well_formed_is_answered_as_documented(case: Case, served: Served):
    if case.method == "POST" and len(case.formatted_path) % 4:
        case.query = {}  # It would mostly say another thing than the body.
    check(case, served)


@wrong.parametrize()
@patiently
def test_what_is_malformed_is_answered_as_documented(case: Case, served: Served):
    check(case, served)


def test_enough_was_accepted_and_refused(served: Served):
    answered = STATUSES[served.kind]
    if not answered:
        pytest.skip("the other tests of this file didn't run")
    assert {200, 302, 400, 404, 405, 415} <= answered


def check(case: Case, served: Served) -> None:
    """Send it, as Ada or as Olivia, and compare the answer with the document."""
    login = served.ada if len(case.formatted_path) % 2 else served.olivia
    response = case.call_and_validate(
        base_url=f"http://127.0.0.1:{served.port}",
        auth=login,
        allow_redirects=False,
        timeout=30,
    )
    STATUSES[served.kind].add(response.status_code)
    # Schemathesis leaves out requests that probe for methods and types that aren't documented.
    if case.method != "OPTIONS":
        assert str(response.status_code) in case.operation.definition.raw["responses"]
