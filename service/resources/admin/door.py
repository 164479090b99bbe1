"""The desk's door: signing in, which gives back what was sent when a session had ended, and signing out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qs, urlencode

import falcon

from ...identity.sessions import csrf_of
from ...identity.signing_in import Refused
from ...web.admin.notices import PARAMETER
from ..exchange import absolute
from ..operations import Operation
from .keeping import Kept, unpacked
from .session import (
    HOME,
    MAX_FORM,
    SIGN_IN,
    SIGN_OUT,
    Form,
    SignedIn,
    give_cookie,
    one,
    read_form,
    see,
    take_cookie,
    wanted,
)
from .shell import Action, Entrance, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts

MAX_SIGN_IN: Final = MAX_FORM + 64 * 1024  # bytes: a form that is kept, and what signs in
_STILL: Final = "What you wrote before is still kept."
_REFUSALS: Final = {
    "wrong": "The name, the password or the code is not right.",
    "code": "Give the code of your authenticator as well.",
}


def told(refused: Refused) -> str:
    """Why somebody was not let in, for a page."""
    if refused.why == "wait":
        return f"There were too many attempts. Try again in {_in_words(refused.seconds)}."
    return _REFUSALS[refused.why]


def _in_words(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole == 1:
        return "a second"
    return f"{whole} seconds" if whole < 120 else f"{round(whole / 60)} minutes"


class SignInPage:
    """Where administrators sign in."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, parts: Parts, shell: Shell) -> None:
        self._access = parts.access
        self._identity = parts.identity
        self._shell = shell

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The form; who is signed in already goes on."""
        query = parse_qs(req.query_string, errors="replace")
        target = wanted(query.get("next", [HOME])[-1])
        if self._access.session(req) is not None:
            raise see(absolute(req, target))
        done = "The password is changed. Sign in with it." if "changed" in query else ""
        self._shell.door(req, resp, Entrance(target, done=done))

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Sign in: always into a new session, whatever cookie came with the form."""
        self._access.check_origin(req)
        form = read_form(req, MAX_SIGN_IN, MAX_SIGN_IN)
        entered = self._identity.signing_in.enter(
            one(form, "name"), one(form, "password"), one(form, "code"), self._access.client(req)
        )
        if isinstance(entered, Refused):
            self._refuse(req, resp, form, entered)
            return
        self._end_old(req)
        give_cookie(req, resp, entered)
        self._go_on(req, resp, form, entered)

    def _refuse(self, req: falcon.Request, resp: falcon.Response, form: Form, refused: Refused) -> None:
        if refused.why == "wait":
            resp.set_header("Retry-After", str(max(1, round(refused.seconds))))
        kept = one(form, "kept") if self._kept(form) else ""
        entrance = Entrance(
            wanted(one(form, "next") or HOME),
            name=one(form, "name")[:100],
            error=f"{told(refused)} {_STILL}" if kept else told(refused),
            kept=kept,
        )
        self._shell.door(req, resp, entrance, 429 if refused.why == "wait" else 401)

    def _kept(self, form: Form) -> Kept | None:
        return unpacked(one(form, "kept"), self._shell.takes_forms)

    def _go_on(self, req: falcon.Request, resp: falcon.Response, form: Form, token: str) -> None:
        """Go where it was to be gone, or ask about the form that is kept, if this administrator wrote it."""
        kept, session = self._kept(form), self._identity.sessions.find(token)
        target = wanted(one(form, "next") or HOME)
        if kept and session and kept.who == session.administrator:
            self._shell.ask(req, resp, SignedIn(session.actor, csrf_of(token), session), kept)
            return
        if kept:
            target = f"{HOME}?{urlencode({PARAMETER: 'not-yours'})}"
        resp.status = 303
        resp.cache_control = ["no-store"]
        resp.location = absolute(req, target)

    def _end_old(self, req: falcon.Request) -> None:
        found = self._access.session(req)
        if found is not None:
            self._identity.sessions.end(found[0].administrator, found[0].id)


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The pages by their paths."""
    identity = parts.identity

    def sign_out(visit: Visit, _: Form) -> tuple[str, str]:
        identity.sessions.end(visit.session.administrator, visit.session.id)
        identity.audit.note(visit.actor, "sign_out", visit.actor.name)
        take_cookie(visit.req, visit.resp)
        return SIGN_IN, ""

    return {SIGN_IN: SignInPage(parts, shell), SIGN_OUT: Action(shell, SIGN_OUT, sign_out)}
