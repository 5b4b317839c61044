"""The pages for people: the API's viewer in a real browser, and what each error means."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from numberblocks.api import refusals
from numberblocks.api.pages import ASSETS, PAGE_POLICY
from numberblocks.domain import errors
from tests.support import real_parts

STATIC = Path(refusals.__file__).parent / "static"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEADERS_OF_ALL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        program = real_parts.use("Chromium")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def test_the_viewer_shows_how_to_configure_and_needs_nothing_from_elsewhere(page, served):
    said, asked, refused = [], [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: refused.append(request.url))
    listen_for_violations(page)

    open_docs(page, served)
    page.locator("#operations-Number_blocks-configureNumberBlock").click()
    page.get_by_text("Changes where the calls of a block go").wait_for()
    page.get_by_text("Whether calls are recorded.").first.wait_for()

    own = f"http://127.0.0.1:{served.port}/"
    assert {url for url in asked if not url.startswith((own, "data:"))} == set()
    assert own + "openapi.json" in asked
    assert (said, refused, violations(page)) == ([], [], [])


def test_a_request_can_be_tried_from_the_viewer(page, served):
    listen_for_violations(page)
    open_docs(page, served)
    log_in(page, *served.olivia)
    page.locator("#operations-Number_blocks-configureNumberBlock").click()
    operation = page.locator("#operations-Number_blocks-configureNumberBlock")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response").first
    assert answer.locator(".response-col_status").inner_text().startswith("200")
    assert violations(page) == []


def open_docs(page: Page, served) -> None:
    page.goto(f"http://127.0.0.1:{served.port}/docs")
    page.get_by_role("heading", name="numberblocks").wait_for()


def log_in(page: Page, user: str, password: str) -> None:
    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#auth-basic-username").fill(user)
    page.locator("#auth-basic-password").fill(password)
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()


def listen_for_violations(page: Page) -> None:
    page.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
    )


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.violations")
    return found


def test_the_policy_of_pages_allows_nothing_inline_and_nothing_from_elsewhere(served):
    reply = served.client.get("/docs")
    assert reply.headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY
    assert "http" not in PAGE_POLICY
    assert "frame-ancestors 'none'" in PAGE_POLICY


def test_no_page_has_a_script_or_a_style_inside(served):
    for path in ("/docs", "/docs/errors"):
        html = served.client.get(path).text
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", html), path


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/docs/errors", "/docs/start.js", "/openapi.json", "/livez", "/readyz",
     "/metrics", "/nothing", "/v2/numberblocks", "/v2/nothing", "/api/v1/number-blocks/B"],
)  # fmt: skip
def test_every_answer_has_the_headers_that_keep_browsers_in_check(served, path):
    headers = served.client.get(path).headers
    assert {name: headers[name] for name in HEADERS_OF_ALL} == HEADERS_OF_ALL
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "x-request-id" in headers


def test_the_front_door_leads_to_the_docs(served):
    reply = served.client.get("/")
    assert reply.status_code == 302
    assert reply.headers["location"] == "/docs"


@pytest.mark.parametrize(
    "path",
    ["/docs/nothing.js", "/docs/..%2fpages.py", "/docs/docs.html", "/docs/%00", "/favicon.ico"],
)
def test_nothing_else_is_served(served, path):
    reply = served.client.get(path)
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "NOT_FOUND"


def test_what_comes_from_elsewhere_is_as_it_was_published():
    vendored = json.loads((STATIC / "swagger-ui" / "vendored.json").read_text())
    found = {
        path.name: f"sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in (STATIC / "swagger-ui").iterdir()
        if path.name != "vendored.json"
    }
    assert found == vendored["files"]
    assert vendored["integrity"].startswith("sha512-")


def test_every_file_that_the_viewer_asks_for_is_served(served):
    html = served.client.get("/docs").text
    for link in re.findall(r'(?:src|href)="(/[^"]+)"', html):
        assert served.client.get(link).status_code == 200, link
    assert {f"/docs/{name}" for name in ASSETS} <= set(re.findall(r'"(/docs/[^"]+)"', html))


CODES = sorted(
    {
        kind.code
        for module in (errors, refusals)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal) and "code" in vars(kind)
    }
    - {errors.Refusal.code}
    | {errors.PARAMETER_REQUIRED}
)


def test_every_error_has_its_place_on_the_page_that_problems_lead_to(served):
    html = served.client.get("/docs/errors", headers={"Via": "1.1 proxy"}).text
    # What only the command line says has no problem that would lead here, and stands in a table.
    places = (f' id="{code.lower()}"' for code in CODES)
    rows = (f"<td><code>{code}</code></td>" for code in CODES)
    both = zip(CODES, places, rows, strict=True)
    assert [code for code, place, row in both if place not in html and row not in html] == []


def test_a_problem_leads_to_its_place(served):
    problem = served.client.get("/api/v1/number-blocks/BNOTHING", auth=served.olivia).json()
    page, _, place = problem["type"].partition("#")
    assert f'<h3 id="{place}">NUMBER_BLOCK_NOT_FOUND</h3>' in served.client.get(page).text


def test_links_on_the_page_of_errors_lead_somewhere(served):
    html = served.client.get("/docs/errors").text
    for place in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{place}"' in html
    assert set(re.findall(r'href="([^#"][^"]*)"', html)) == {"data:,", "/docs/pages.css"}
