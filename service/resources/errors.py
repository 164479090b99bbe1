"""Errors as answers: problem+json for programs, a page for people, and never a traceback."""

from __future__ import annotations

from typing import Final

import falcon
from structlog.typing import FilteringBoundLogger

from indexer.errors import BroadsheetError, IndexDamaged

from ..web.admin.frame import DESK
from .admin.shell import Shell
from .media import encode
from .page import Pages, send_html
from .problems import MEDIA_PROBLEM, Problem, problem_of

_CODES: Final = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
}
_DETAILS: Final = {
    400: "The request cannot be understood.",
    404: "Nothing is at this address.",
    405: "This address does not know the method {method}; the header Allow lists those it knows.",
}
_FOR_PROGRAMS: Final = ("/api/", "/health/", "/metrics")


class Errors:
    """Turns whatever a responder raises into an answer."""

    def __init__(self, pages: Pages, shell: Shell, log: FilteringBoundLogger) -> None:
        self._pages = pages
        self._shell = shell
        self._log = log

    def install(self, app: falcon.App[falcon.Request, falcon.Response]) -> None:
        """Handle every kind of error of an app."""
        app.add_error_handler(Exception, self._unexpected)
        app.add_error_handler(falcon.HTTPError, self._http)
        app.add_error_handler(BroadsheetError, self._domain)
        app.add_error_handler(Problem, self._problem)

    def _problem(self, req: falcon.Request, resp: falcon.Response, error: Problem, _: object) -> None:
        resp.set_headers(dict(error.headers))
        for stale in ("ETag", "Last-Modified"):
            resp.delete_header(stale)
        resp.cache_control = ["no-store"]
        if _wants_page(req):
            if not self._answered_by_the_desk(req, resp, error):
                send_html(resp, self._pages.error(req, error).encode(), error.status)
        else:
            resp.status = error.status
            resp.content_type = MEDIA_PROBLEM
            resp.data = encode(error.media(req.context.request_id if error.status >= 500 else ""))
        if not req.path.startswith(_FOR_PROGRAMS):
            resp.append_header("Vary", "Accept")

    def _answered_by_the_desk(self, req: falcon.Request, resp: falcon.Response, error: Problem) -> bool:
        """Whether an administrator who is signed in has the answer as a page of the desk."""
        if not (req.path == DESK or req.path.startswith(f"{DESK}/")):
            return False
        try:
            return self._shell.problem(req, resp, error)
        except BroadsheetError:  # who is signed in cannot be told
            return False

    def _domain(self, req: falcon.Request, resp: falcon.Response, error: BroadsheetError, _: object) -> None:
        problem = problem_of(error)
        if problem.status == 500 or isinstance(error, IndexDamaged):
            # What is damaged is told by its name; where that was seen is in no way new the next time.
            seen = None if isinstance(error, IndexDamaged) else error
            self._log.error("request_failed", detail=str(error), exc_info=seen)
        self._problem(req, resp, problem, _)

    def _http(self, req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, _: object) -> None:
        status = error.status_code
        text = _DETAILS.get(status, error.description or error.title or "The request failed.")
        detail = text.format(method=req.method[:20])
        headers = dict(error.headers or {})
        self._problem(req, resp, Problem(status, _CODES.get(status, "http_error"), detail, (), headers), _)

    def _unexpected(self, req: falcon.Request, resp: falcon.Response, error: Exception, _: object) -> None:
        self._log.error("request_failed", exc_info=error)
        detail = f"The request could not be finished. The log has it under {req.context.request_id}."
        self._problem(req, resp, Problem(500, "internal", detail), _)


def _wants_page(req: falcon.Request) -> bool:
    """Whether a person is reading: a browser, outside the API."""
    if req.path.startswith(_FOR_PROGRAMS):
        return False
    return req.client_prefers(("application/json", MEDIA_PROBLEM, "text/html")) == "text/html"
