"""Who may ask what: the one place that a route asks."""

from __future__ import annotations

import hmac
import re
from typing import Final
from urllib.parse import unquote

import falcon
import structlog

from ..identity.actor import OPERATOR, VISITOR, Actor, Scope
from ..identity.identity import Identity
from ..identity.keys import LOOKS_LIKE_A_KEY, Key
from ..identity.limiting import Clients
from ..identity.sessions import Session, csrf_of
from ..store import StoreUnavailable
from .problems import Problem

COOKIE: Final = "broadsheet-desk"
SECURE_COOKIE: Final = "__Host-broadsheet-desk"  # a browser takes it from this very host, by https, alone
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_PROGRAMS: Final = ("/api/", "/admin")
_KEY_NAMES: Final = re.compile(
    r"(?:^|&)(?:x[-_])?(?:key|api[-_]?key|token|access[-_]?token|auth[-_]?token|bearer|authorization)=",
    re.IGNORECASE,
)
_USERINFO: Final = re.compile(r"https?://[^/?#]*@", re.IGNORECASE)


def holds_key(req: falcon.Request) -> bool:
    """Whether the address holds a key, or what can only be meant as one."""
    env = req.env
    raw = env.get("RAW_URI", "")
    if raw[:4].lower() == "http" and _USERINFO.match(raw):
        return True
    path, query = req.path, req.query_string
    if "bs_" in path and LOOKS_LIKE_A_KEY.search(path):
        return True
    if not query:
        return False
    if "%" in query:
        query = unquote(query)
    return bool(
        (path.startswith(_FOR_PROGRAMS) and _KEY_NAMES.search(query))
        or ("bs_" in query and LOOKS_LIKE_A_KEY.search(query))
    )


class Access:
    """Tells who a request comes from, and refuses who may not do what it asks.

    ``key`` is the setting ``api_key``; with ``public`` anybody may search and be suggested to.
    """

    def __init__(self, key: str, identity: Identity, clients: Clients, *, public: bool = True) -> None:
        self._key = key.encode()
        self._identity = identity
        self._clients = clients
        self._public = public
        self._told = False

    def require(self, req: falcon.Request, scope: Scope | None) -> Actor:
        """Who asks, when they may; ``None`` for what any key may.

        Raises:
            Problem: 401 when the request does not say who, 403 when who it says may not, or, of a browser
                whose cookie says it, when it does not carry the token of a form of ours.
            StoreUnavailable: it cannot be told who asks.
        """
        if _sends_key(req):
            return self._by_key(req, scope)
        found = self.session(req)
        if found is None:
            raise self._nobody(req, scope)
        session, token = found
        if req.method not in SAFE:
            self.check_csrf(req, csrf_of(token), req.get_header(CSRF_HEADER) or "", session.actor)
        if session.must_change:
            raise Problem(
                403,
                "password_change_needed",
                "The one-time password is to be changed first, at /admin/account.",
            )
        return session.actor

    def refuse_key_in_address(self, req: falcon.Request) -> None:
        """Refuse an address that holds a key: addresses end up in histories, logs and the headers of links.

        Raises:
            Problem: 400; ``req.context.secret`` is set, so that nothing of the query is logged.
        """
        req.context.secret = False
        if not holds_key(req):
            return
        req.context.secret = True
        # NOTE: the method is one that Falcon knows, or the request would not have come so far.
        self._identity.refusals.note(VISITOR, "address.refused", req.method, client=self.client(req))
        detail = "A key is never part of an address; send it as `Authorization: Bearer KEY`. Revoke this one."
        raise Problem(400, "key_in_address", detail)

    def admit(self, req: falcon.Request, scope: Scope) -> Actor:
        """Who searches: anybody, unless the setting ``public_search`` is off.

        Raises:
            Problem: as :meth:`require` does; also when a key was sent that is none, or is no key for this.
        """
        if not self._public:
            return self.require(req, scope)
        if not _sends_key(req):
            return VISITOR
        try:
            return self.require(req, scope)
        except StoreUnavailable:
            return VISITOR  # whose key it is cannot be told, and anybody may

    def client(self, req: falcon.Request) -> str:
        """The client by its address, as limits and the audit name it."""
        env = req.env
        remote, forwarded = env.get("REMOTE_ADDR") or "", env.get("HTTP_X_FORWARDED_FOR")
        if not forwarded and not self._told and "HTTP_X_FORWARDED_PROTO" in env:
            self._tell_of_proxy(remote)
        return self._clients.of(remote, forwarded)

    def _tell_of_proxy(self, remote: str) -> None:
        """Log once that all who come by a proxy are one client to us."""
        if self._clients.trusts(remote):
            self._told = True
            detail = "a proxy sends X-Forwarded-Proto and no X-Forwarded-For: all behind it are one client"
            structlog.get_logger("broadsheet").warning("proxy_hides_clients", detail=detail)

    def key(self, req: falcon.Request) -> Key | Actor | None:
        """Whose key a request carries: ``OPERATOR`` for the setting's; ``None`` when it is none of ours.

        Raises:
            StoreUnavailable: that cannot be told.
        """
        if not hasattr(req.context, "key"):
            req.context.key = (
                self._resolved((req.auth or "").partition(" ")[2].strip()) if _sends_key(req) else None
            )
        found: Key | Actor | None = req.context.key
        return found

    def _resolved(self, given: str) -> Key | Actor | None:
        if not given:
            return None
        if self._key and hmac.compare_digest(given.encode("utf-8", "replace"), self._key):
            return OPERATOR
        return self._identity.ring.find(given)

    def session(self, req: falcon.Request) -> tuple[Session, str] | None:
        """The session of a cookie, and what the cookie holds; ``None`` when nobody is signed in.

        It is looked up once a request, and is good to its end.

        Raises:
            StoreUnavailable: that cannot be told.
        """
        if not hasattr(req.context, "desk_session"):
            req.context.desk_session = self._find_session(req)
        found: tuple[Session, str] | None = req.context.desk_session
        return found

    def _find_session(self, req: falcon.Request) -> tuple[Session, str] | None:
        name = SECURE_COOKIE if req.scheme == "https" else COOKIE
        values = req.get_cookie_values(name)
        if not values or len(values) != 1:
            return None  # two of a name: one of them was put there by somebody else
        session = self._identity.sessions.find(values[0])
        return (session, values[0]) if session else None

    def check_csrf(self, req: falcon.Request, expected: str, given: str, actor: Actor) -> None:
        """Refuse what another site makes a browser send: ``given`` is not the token of the session's forms.

        Raises:
            Problem: 403 when the token is missing or another's, or the request began at another origin.
        """
        self.check_origin(req)
        if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
            self._identity.refusals.note(
                actor, "csrf.refused", req.uri_template or "", client=self.client(req)
            )
            raise Problem(403, "csrf", "The form is not one of this desk, or has expired. Load it again.")

    def check_origin(self, req: falcon.Request) -> None:
        """Refuse a form that was sent from another origin; a program, which says none, may.

        Raises:
            Problem: 403.
        """
        if self.is_own(req) is False:
            self._identity.refusals.note(
                VISITOR, "origin.refused", req.uri_template or "", client=self.client(req)
            )
            raise Problem(403, "csrf", "The form was sent from another site.")

    @staticmethod
    def is_own(req: falcon.Request) -> bool | None:
        """Whether a request began at this origin, or at no page; ``None`` where it does not say."""
        site, origin = req.get_header("Sec-Fetch-Site"), req.get_header("Origin")
        if site is not None:
            return site in ("same-origin", "none")
        if origin is not None:
            hosts = {req.netloc.lower(), (req.forwarded_host or "").lower()}
            return origin.partition("://")[2].lower() in hosts - {""}
        return None

    def _by_key(self, req: falcon.Request, scope: Scope | None) -> Actor:
        found = self.key(req)
        if found is None:
            raise self._unknown(req, scope)
        if isinstance(found, Actor):
            return found
        if found.origins and (req.get_header("Origin") or "").lower() not in found.origins:
            self._refused(req, found.actor, "key.origin_refused")
            raise Problem(403, "origin_not_allowed", "The key is for pages of other origins than this one.")
        if scope is not None and not found.actor.may(scope):
            self._refused(req, found.actor, "key.scope_refused", scope=scope)
            raise Problem(403, "scope_missing", f"The key has no scope {scope!r}.")
        return found.actor

    def _refused(self, req: falcon.Request, actor: Actor, action: str, **more: str) -> None:
        route = f"{req.method} {req.uri_template}"
        self._identity.refusals.note(actor, action, route, client=self.client(req), **more)

    def _unknown(self, req: falcon.Request, scope: Scope | None) -> Problem:
        if scope == "index" and not self._could_write():
            return _writing_off()
        self._refused(req, VISITOR, "key.unknown")
        _, _, given = (req.auth or "").partition(" ")
        return _unauthorized("The key is not the right one." if given.strip() else _HOW)

    def _nobody(self, req: falcon.Request, scope: Scope | None) -> Problem:
        return _writing_off() if scope == "index" and not self._could_write() else _unauthorized(_HOW)

    def _could_write(self) -> bool:
        return bool(self._key) or self._identity.ring.any()


_HOW: Final = "Send the key as `Authorization: Bearer KEY`."


def _sends_key(req: falcon.Request) -> bool:
    """Whether a key says who asks. What a proxy in front has asked for, as by ``Basic``, is another's."""
    return (req.auth or "").partition(" ")[0].lower() == "bearer"


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": 'Bearer realm="broadsheet"'})


def _writing_off() -> Problem:
    return Problem(
        403,
        "writing_off",
        "Writing over HTTP is off. A key of the scope index, or the setting BROADSHEET_API_KEY, turns it on.",
    )
