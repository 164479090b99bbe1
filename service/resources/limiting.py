"""Refuses clients that ask too often, and addresses that hold a key, before a route is asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import falcon

from indexer.errors import BroadsheetError

from ..identity.actor import Actor, Scope
from ..identity.limiting import Limiter, Rate, read_rate
from .access import SAFE, Access
from .admin.session import SIGN_IN
from .problems import Problem

EXEMPT: Final = ("/static/", "/health/", "/metrics", "/favicon.ico", "/robots.txt")
SIGN_IN_RATE: Final = "5/second, 30/minute"  # beside the back-off, which counts what failed
# What is open to everybody, unless the setting ``public_search`` is off, and the scope it takes then.
OPEN: Final[Mapping[str, Scope]] = {
    "/": "search",
    "/quotes": "search",
    "/api/v1/search": "search",
    "/api/v1/suggest": "suggest",
    "/api/v1/categories": "search",
    "/api/v1/types": "search",
    "/api/v1/articles/{article_id}": "search",
    "/api/v1/articles/{article_id}/extracted": "search",
    "/api/v1/events": "search",
    "/api/v1/tasks/{task_id}": "index",
}
_READING: Final = frozenset({"GET", "HEAD", "POST"})
_WRITING: Final = frozenset({"index", "tune", "admin"})


class Limiting:
    """Counts every request by its client, or by its key where that has a rate of its own.

    Who writes with a key, or has the operator's, is not counted: a batch of articles is no flood.
    """

    def __init__(self, access: Access, limiter: Limiter, rate: Rate) -> None:
        self._access = access
        self._limiter = limiter
        self._rate = rate
        self._sign_in = read_rate(SIGN_IN_RATE)
        self._of_key = lru_cache(256)(read_rate)

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Count, or refuse."""
        self._access.refuse_key_in_address(req)
        path = req.path
        if path.startswith(EXEMPT):
            return
        if path == SIGN_IN and req.method not in SAFE and self._rate:
            self._hit(self._sign_in, f"sign-in {self._access.client(req)}")
            return
        if req.auth:
            self._by_key(req)
        elif self._rate:
            self._hit(self._rate, self._access.client(req))

    def _by_key(self, req: falcon.Request) -> None:
        try:
            key = self._access.key(req)
        except BroadsheetError:
            key = None  # the route says what is wrong
        if isinstance(key, Actor):
            return
        if key is not None and key.rate:
            self._hit(self._of_key(key.rate), key.id)
        elif self._rate and (key is None or req.method in SAFE or not _WRITING.intersection(key.scopes)):
            self._hit(self._rate, self._access.client(req))

    def _hit(self, rate: Rate, who: str) -> None:
        seconds = self._limiter.seconds_until(rate, who)
        if seconds is not None:
            detail = f"There were too many requests. Ask again in {seconds} s."
            raise Problem(429, "too_many_requests", detail, headers={"Retry-After": str(seconds)})


class Admission:
    """Asks for a key where searching is not open to everybody, and looks at one that was sent anyway."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: Mapping[str, str]
    ) -> None:
        """Let in, or refuse."""
        scope = OPEN.get(req.uri_template or "")
        if scope is not None and req.method in _READING:
            self._access.admit(req, scope)
