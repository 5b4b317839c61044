"""Pages for people: the API's document and its viewer, and what each error means."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from numberblocks.api.call import ApiCall
from numberblocks.api.content import HTML, Content
from numberblocks.api.login import require_insider
from numberblocks.api.refusals import PathNotFound
from numberblocks.settings import Settings

JSON = "application/json; charset=utf-8"
STATIC = files("numberblocks.api") / "static"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
ASSETS = {
    "swagger-ui.css": "swagger-ui/swagger-ui.css",
    "swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
    "start.js": "start.js",
}
CAN_BE_KEPT = {"Cache-Control": "private, max-age=3600"}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def home(_call: ApiCall) -> Content:
    """GET /: there is nothing to see, but the API is described elsewhere."""
    return Content(b"", HTML, 302, {"Location": "/docs"})


def show_document(call: ApiCall) -> Content:
    """GET /openapi.json: the document, made when it is first asked for."""
    return Content(document(call.services.settings), JSON)


@lru_cache(1)
def document(settings: Settings) -> bytes:
    """The document as it is sent."""
    # Imported here because the document is made from the routes, of which this is one.
    from numberblocks.api.openapi import document_json
    from numberblocks.api.routes import ROUTES

    return document_json(ROUTES, settings)


def docs(call: ApiCall) -> Content:
    """GET /docs: the page that shows the document."""
    require_insider(call.services, call.request)
    return page("docs.html")


def asset(call: ApiCall) -> Content:
    """GET /docs/{file}: what that page consists of."""
    require_insider(call.services, call.request)
    if (name := ASSETS.get(call.path["file"])) is None:
        raise PathNotFound
    return Content(bytes_of(name), TYPES[name.rpartition(".")[2]], headers=CAN_BE_KEPT)


def style(_call: ApiCall) -> Content:
    """GET /docs/pages.css: how all pages look."""
    return Content(bytes_of("pages.css"), TYPES["css"], headers=CAN_BE_KEPT)


def errors(_call: ApiCall) -> Content:
    """GET /docs/errors: what each error means; problem details lead here, so it is for all."""
    return page("errors.html")


def page(name: str) -> Content:
    """A page with the policy that lets it use what is beside it, and nothing else."""
    return Content(bytes_of(name), HTML, headers={"Content-Security-Policy": PAGE_POLICY})


@lru_cache
def bytes_of(name: str) -> bytes:
    """A file that comes with the package."""
    return (STATIC / name).read_bytes()
