"""The OpenAPI document and the table of routes say the same."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from numberblocks.api import about_number_blocks as about
from numberblocks.api.about import About
from numberblocks.api.number_block_json import CONFIGURE_PARAMETERS
from numberblocks.api.number_blocks import LIST_PARAMETERS
from numberblocks.api.openapi import document_of
from numberblocks.api.routes import ROUTES
from numberblocks.settings import Settings

DOCUMENT = document_of(ROUTES, Settings())
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(json.loads(json.dumps(DOCUMENT))).validate()


def test_the_document_has_every_route_and_no_other():
    documented = {
        (method.upper(), without_names(path)): operation["operationId"]
        for path, method, operation in OPERATIONS
    }
    served = {(route.method, without_names(route.path)): route.about.name for route in ROUTES}
    assert documented == served


def test_every_operation_has_a_name_of_its_own():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_path_is_documented():
    for path, _, operation in OPERATIONS:
        in_path = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert in_path == set(names_in(path)), path


def test_the_parameters_that_are_read_are_those_that_are_documented():
    assert names_of(about.CONFIGURE_ABOUT) == CONFIGURE_PARAMETERS
    assert names_of(about.CONFIGURE_NOTHING_ABOUT) == CONFIGURE_PARAMETERS[1:]
    for listing in (about.LIST_ABOUT, about.FIND_ABOUT, about.LIST_OF_PROPERTY_ABOUT):
        assert names_of(listing) == LIST_PARAMETERS


def test_a_body_has_the_same_parameters_as_the_query_under_every_content_type():
    operation = DOCUMENT["paths"]["/v2/numberblocks/{sid_or_text}"]["post"]
    query = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
    content = operation["requestBody"]["content"]
    assert set(content) == {
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    }
    [reference] = {each["schema"]["$ref"] for each in content.values()}
    body = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    assert list(body["properties"]) == query
    assert body["properties"]["EndpointNumber"]["type"] == ["string", "integer", "null"]


def test_what_the_headers_of_answers_mean_is_documented():
    answers = DOCUMENT["paths"]["/v2/numberblocks/{sid_or_text}"]["post"]["responses"]
    assert {"X-Request-Id", "X-Position"} <= headers_of(answers["200"])
    assert "WWW-Authenticate" in headers_of(answers["401"])
    assert "Allow" in headers_of(answers["405"])
    assert "Retry-After" in headers_of(answers["503"])
    shown = DOCUMENT["paths"]["/api/v1/number-blocks/{sid}"]["get"]["responses"]
    assert "ETag" in headers_of(shown["200"])


def test_errors_have_the_shape_of_their_edge():
    v2 = DOCUMENT["components"]["responses"]["v2BadRequest"]["content"]
    own = DOCUMENT["components"]["responses"]["ownBadRequest"]["content"]
    assert v2["application/json"]["schema"]["$ref"].endswith("/ErrorAnswer")
    assert own["application/problem+json"]["schema"]["$ref"].endswith("/ProblemDetails")


@pytest.mark.parametrize(
    ("path", "method", "ways"),
    [
        ("/v2/numberblocks/{sid_or_text}", "post", [{"basic": ["Manage"]}, {"bearer": ["Manage"]}]),
        ("/v2/numberblocks", "get", [{"basic": []}, {"bearer": []}]),
        ("/metrics", "get", [{}, {"basic": []}, {"bearer": []}]),
        ("/livez", "get", []),
    ],
)
def test_who_may_ask_is_documented(path, method, ways):
    assert DOCUMENT["paths"][path][method]["security"] == ways


def test_limits_are_those_of_the_settings():
    longer = document_of(ROUTES, Settings(longest_text=999))
    body = longer["components"]["schemas"]["ConfigureNumberBlock"]
    assert body["properties"]["Source"]["maxLength"] == 999
    assert body["properties"]["AccountSid"]["maxLength"] == 64


def test_the_document_is_served_as_it_is_made_and_needs_no_login(served):
    reply = served.client.get("/openapi.json", headers={"Forwarded": "for=192.0.2.1"})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("application/json")
    assert reply.json() == json.loads(json.dumps(DOCUMENT))


def test_nothing_is_made_before_somebody_asks():
    asked = (
        "import sys; from numberblocks.api import application, pages;"
        " print(pages.document.cache_info().currsize, 'numberblocks.api.openapi' in sys.modules,"
        " 'prometheus_client' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert said.stdout.split() == ["0", "False", "False"], said.stderr


def names_of(each: About) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in each.parameters)


def headers_of(answer: dict) -> set[str]:
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return set(answer["headers"])


def names_in(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def without_names(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
