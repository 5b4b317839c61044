"""The WSGI application: routes and logins, and what is common to all answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from falcon import App, HTTPError, Request, Response

from numberblocks.api.call import ApiCall
from numberblocks.api.content import Content
from numberblocks.api.error_answers import JSON, answer_error
from numberblocks.api.login import log_in, log_in_now, refuse_foreign_sites
from numberblocks.api.refusals import MethodNotAllowed, PathNotFound
from numberblocks.api.request_id import RequestIds
from numberblocks.api.request_log import RequestLog
from numberblocks.api.router import CaselessRouter, edge_of
from numberblocks.api.routes import ROUTES, Route
from numberblocks.api.services import Services
from numberblocks.domain.errors import NotLoggedIn, Refusal, StoreUnavailable

SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
"""Of every answer; pages allow themselves a little more."""

encode = msgspec.json.Encoder().encode


def make_application(services: Services) -> App[Request, Response]:
    """The application of one worker process."""
    app = App(router=CaselessRouter())
    level = services.settings.log_level
    app.add_middleware(RequestLog(services.metrics, documented_parameters(), level))
    app.add_middleware(Front(services))
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.auto_parse_qs_csv = False
    app.resp_options.default_media_type = JSON
    by_path: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route
    for path, routes in by_path.items():
        app.add_route(path, Resource(services, routes))
    app.add_sink(Nowhere(services))
    app.add_error_handler(Exception, answer_error)
    app.add_error_handler(HTTPError, answer_error)
    return app


def documented_parameters() -> set[str]:
    """The names of all parameters."""
    return {each.name for route in ROUTES for each in route.about.parameters}


class Front:
    """What happens to every request before its handler, and to every answer after it."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.ids = RequestIds()

    def process_request(self, req: Request, resp: Response) -> None:
        """Name the request, and ask who is asking before anything else is said."""
        context = req.context
        context.request_id = self.ids.id_of(req.env.get("HTTP_X_REQUEST_ID"))
        context.logged_in = None
        resp.set_header("X-Request-Id", context.request_id)
        for name, value in SECURITY_HEADERS:
            resp.set_header(name, value)
        if needs_login(req.path):
            context.logged_in = log_in(self.services, req)
            refuse_foreign_sites(req)

    def process_resource(
        self, req: Request, resp: Response, resource: object, params: dict[str, str]
    ) -> None:
        """Refuse verbs that the path doesn't know, also those that HTTP doesn't know.

        And whatever the path looked like to `needs_login`: what isn't open to all is closed.
        """
        if isinstance(resource, Resource) and resource.is_closed and req.context.logged_in is None:
            raise NotLoggedIn
        if isinstance(resource, Resource) and req.method not in resource.methods:
            look_again(self.services, req)
            raise MethodNotAllowed(resource.allowed)


def needs_login(path: str) -> bool:
    """Whether only somebody who is logged in learns anything about this path."""
    return edge_of(path) == "v2" or path.startswith("/api/")


class Resource:
    """One path, with the routes of its verbs."""

    def __init__(self, services: Services, routes: Mapping[str, Route]) -> None:
        self.services = services
        self.routes = routes
        self.is_closed = any(route.edge != "service" for route in routes.values())
        self.methods = {*routes, "OPTIONS", *(("HEAD",) if "GET" in routes else ())}
        self.allowed = ", ".join(sorted(self.methods))
        for method in self.methods - {"OPTIONS"}:
            setattr(self, f"on_{method.lower()}", self.answer)

    def on_options(self, req: Request, resp: Response, **_: str) -> None:
        """Say which verbs the path knows."""
        look_again(self.services, req)
        resp.set_header("Allow", self.allowed)

    def answer(self, req: Request, resp: Response, **values: str) -> None:
        """Have the handler do what is asked, and make its answer."""
        route = self.routes["GET" if req.method == "HEAD" else req.method]
        call = ApiCall(
            self.services,
            req,
            {route.names[name]: value for name, value in values.items()},
            request_id=req.context.request_id,
            logged_in=req.context.logged_in,
        )
        answer = self.handle(route, call)
        if isinstance(answer, Content):
            write_content(resp, answer)
        else:
            resp.data = encode(answer)
        for name, value in call.headers.items():
            resp.set_header(name, value)
        if call.position is not None:
            resp.set_header("X-Position", str(call.position))

    def handle(self, route: Route, call: ApiCall) -> dict[str, Any] | Content:
        """Call the handler; before a refusal is told, look again whether the login still holds."""
        try:
            return route.handler(call)
        except (NotLoggedIn, StoreUnavailable):
            raise
        except Refusal:
            look_again(self.services, call.request)
            raise


def write_content(resp: Response, content: Content) -> None:
    """A page or a file as an answer."""
    resp.data, resp.content_type, resp.status = content.body, content.media_type, content.status
    for name, value in content.headers.items():
        resp.set_header(name, value)


class Nowhere:
    """Every path that isn't served."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def __call__(self, req: Request, resp: Response, **_: Any) -> None:
        """Say so, to whoever is logged in."""
        look_again(self.services, req)
        raise PathNotFound


def look_again(services: Services, req: Request) -> None:
    """Make sure that the login still holds, before anything but a success is told."""
    if req.context.logged_in is not None:
        log_in_now(services, req)
