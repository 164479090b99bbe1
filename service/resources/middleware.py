"""What happens around every request: its id, its log line, its count, and the headers of every answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

import falcon
from structlog.typing import FilteringBoundLogger

from ..logging import request_id
from ..metrics import Metrics
from .problems import Problem

UNMATCHED: Final = "unmatched"
_SANE_ID: Final = re.compile(r"[A-Za-z0-9._:-]{8,64}")

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ALWAYS: Final = list(HEADERS.items())
_READING_HEADERS: Final = ("Authorization", "If-None-Match", "X-Request-ID")


class Accounting:
    """Gives every request an id, and leaves a log line and a count of it.

    A client's own ``X-Request-ID`` is taken over when it is short and plain. The query string is
    logged only with ``log_queries``.
    """

    def __init__(
        self, metrics: Metrics, log: FilteringBoundLogger, new_id: Callable[[], str], *, log_queries: bool
    ) -> None:
        self._metrics = metrics
        self._log = log
        self._new_id = new_id
        self._log_queries = log_queries

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Begin."""
        given = req.get_header("X-Request-ID") or ""
        req.context.started = time.perf_counter()
        req.context.request_id = given if _SANE_ID.fullmatch(given) else self._new_id()
        request_id.set(req.context.request_id)
        resp.set_header("X-Request-ID", req.context.request_id)
        resp.set_headers(_ALWAYS)

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """End."""
        seconds = time.perf_counter() - req.context.started
        route = (req.uri_template or UNMATCHED) if resource is not None else UNMATCHED
        self._metrics.answered(route, req.method, resp.status_code, seconds)
        more = self._queries(req) if self._log_queries and req.query_string else {}
        self._log.info(
            "request",
            method=req.method,
            route=route,
            status=resp.status_code,
            ms=round(seconds * 1000, 2),
            bytes=len(resp.data or b""),
            client=req.remote_addr,
            **more,
        )
        request_id.set("")  # the thread's next line may be about no request

    @staticmethod
    def _queries(req: falcon.Request) -> dict[str, str]:
        """What was asked, unless a key is in it: that was refused, and is nobody's to read."""
        return {} if getattr(req.context, "secret", True) else {"query": req.query_string}


class Methods:
    """Answers for methods where Falcon says less than the standard wants."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Refuse a method that is none. Where it is one that the address does not know, Falcon says 405."""
        if req.method not in falcon.COMBINED_METHODS:
            raise Problem(501, "method_unknown", f"There is no method {req.method[:20]!r} here.")

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """List OPTIONS among what an address allows, which Falcon does for a 405 only."""
        allowed = resp.get_header("Allow")
        if req.method == "OPTIONS" and allowed:
            resp.set_header("Allow", f"{allowed}, OPTIONS")


class Cors:
    """Lets pages of other origins read the API, when the operator has named them. Reading only.

    A resource's ``asking`` names methods that read beside ``GET``, with a body.
    """

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = origins

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """Say that the origin may read."""
        if not self._origins or not req.path.startswith("/api/"):
            return
        allowed = self._allowed(req)
        if "*" not in self._origins:
            resp.append_header("Vary", "Origin")
        if not allowed:
            return
        resp.set_header("Access-Control-Allow-Origin", allowed)
        resp.set_header("Access-Control-Expose-Headers", "ETag, X-Request-ID, Retry-After")
        if req.method == "OPTIONS" and req.get_header("Access-Control-Request-Method"):
            asking = getattr(resource, "asking", ())
            headers = ("Content-Type", *_READING_HEADERS) if asking else _READING_HEADERS
            methods = ("GET", "HEAD", *asking, "OPTIONS")
            resp.set_header("Access-Control-Allow-Methods", ", ".join(methods))
            resp.set_header("Access-Control-Allow-Headers", ", ".join(headers))
            resp.set_header("Access-Control-Max-Age", "3600")

    def _allowed(self, req: falcon.Request) -> str:
        """Who may read the answer, empty for nobody else.

        Any origin is the same answer for all, so that a cache in front keeps one of it.
        """
        origin = req.get_header("Origin") or ""
        return "*" if "*" in self._origins else origin if origin in self._origins else ""
