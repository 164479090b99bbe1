"""The pages of the desk about who may: signing in and out, the account, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qs

import falcon

from ...identity.administrators import AdministratorRefused
from ...identity.identity import Identity
from ...identity.keys import KeyRefused, Wanted
from ...identity.passwords import MIN_PASSWORD, PasswordRefused
from ...identity.signing_in import Refused
from ...identity.totp import address_of, new_secret, step_of
from ...web.admin.frame import Frame, render
from ...web.admin.qr import picture
from ...web.state import DEFAULT_NAME
from ..access import Access
from ..exchange import absolute
from ..operations import Operation
from ..page import send_html
from ..problems import Problem
from .session import (
    ACCOUNT,
    HOME,
    SIGN_IN,
    Form,
    Sessions,
    SignedIn,
    give_cookie,
    one,
    read_form,
    see,
    take_cookie,
    wanted,
)
from .shell import HEADERS, Shell

if TYPE_CHECKING:
    from ...app import Parts

KEYS: Final = "/admin/keys"
SCOPE_MEANINGS: Final = (
    ("search", "search, where that is not open to everybody"),
    ("suggest", "be suggested to while typing, where that is not open to everybody"),
    ("index", "push and remove articles, start and see tasks"),
    ("tune", "change synonyms, weights, pins and the rest of tuning"),
    ("admin", "all of it, and make keys"),
)
_REFUSALS: Final = {
    "wrong": "The name, the password or the code is not right.",
    "code": "Give the code of your authenticator as well.",
}


class Desk:
    """What the pages below share."""

    def __init__(self, identity: Identity, access: Access, shell: Shell, site: str) -> None:
        self.identity = identity
        self.access = access
        self.sessions = Sessions(access)
        self._shell = shell
        self._site = site or DEFAULT_NAME

    def frame(self, req: falcon.Request, section: str, signed_in: SignedIn | None = None) -> Frame:
        """What is around a page."""
        return Frame(
            site=self._site,
            root=req.root_path,
            section=section,
            who=signed_in.actor.name if signed_in else "",
            token=signed_in.form_token if signed_in else "",
            menu=self._shell.menu if signed_in else (),
        )


def _page(resp: falcon.Response, template: str, frame: Frame, status: int = 200, **values: Any) -> None:
    resp.cache_control = ["no-store"]
    resp.set_headers(HEADERS)
    send_html(resp, render(template, frame, **values).encode(), status)


def _told(refused: Refused) -> str:
    if refused.why == "wait":
        return f"There were too many attempts. Try again in {_in_words(refused.seconds)}."
    return _REFUSALS[refused.why]


def _in_words(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} seconds" if whole < 120 else f"{round(whole / 60)} minutes"


class SignInPage:
    """Where administrators sign in."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The form; who is signed in already goes on."""
        query = parse_qs(req.query_string, errors="replace")
        target = wanted(query.get("next", [HOME])[-1])
        if self._desk.access.session(req) is not None:
            raise see(absolute(req, target))
        self._show(
            req, resp, target, done="The password is changed. Sign in with it." if "changed" in query else ""
        )

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Sign in: always into a new session, whatever cookie came with the form."""
        self._desk.access.check_origin(req)
        form = read_form(req)
        name, target = one(form, "name"), wanted(one(form, "next") or HOME)
        client = self._desk.access.client(req)
        entered = self._desk.identity.signing_in.enter(name, one(form, "password"), one(form, "code"), client)
        if isinstance(entered, Refused):
            if entered.why == "wait":
                resp.set_header("Retry-After", str(max(1, round(entered.seconds))))
            status = 429 if entered.why == "wait" else 401
            self._show(req, resp, target, status, name=name[:100], error=_told(entered))
            return
        self._end_old(req)
        give_cookie(req, resp, entered)
        resp.status = 303
        resp.cache_control = ["no-store"]
        resp.set_header("Location", absolute(req, target))

    def _end_old(self, req: falcon.Request) -> None:
        found = self._desk.access.session(req)
        if found is not None:
            self._desk.identity.sessions.end(found[0].administrator, found[0].id)

    def _show(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        target: str,
        status: int = 200,
        *,
        name: str = "",
        error: str = "",
        done: str = "",
    ) -> None:
        frame = self._desk.frame(req, SIGN_IN)
        _page(resp, "sign_in.html", frame, status, next=target, name=name, error=error, done=done)


class SignOutPage:
    """Ends the session."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Sign out."""
        signed_in = self._desk.sessions.signed_in(req)
        self._desk.sessions.check_form(req)
        identity = self._desk.identity
        identity.sessions.end(signed_in.session.administrator, signed_in.session.id)
        identity.audit.note(signed_in.actor, "sign_out", signed_in.actor.name)
        take_cookie(req, resp)
        resp.status = 303
        resp.cache_control = ["no-store"]
        resp.set_header("Location", absolute(req, SIGN_IN))


class AccountPage:
    """One's own password, second factor and sessions."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._identity = desk.identity

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show the account."""
        self._show(req, resp, self._desk.sessions.signed_in(req))

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Do what one of the forms asks."""
        signed_in = self._desk.sessions.signed_in(req)
        form = self._desk.sessions.check_form(req)
        acts = {
            "password": self._password,
            "totp-begin": self._totp_begin,
            "totp-on": self._totp_on,
            "totp-off": self._totp_off,
            "end-session": self._end_session,
        }
        act = acts.get(one(form, "do"))
        if act is None or (signed_in.session.must_change and one(form, "do") != "password"):
            raise Problem(400, "bad_request", "The form asks for nothing that can be done here.")
        try:
            act(req, resp, signed_in, form)
        except (PasswordRefused, AdministratorRefused) as error:
            self._show(req, resp, signed_in, 422, error=str(error))

    def _confirmed(self, req: falcon.Request, signed_in: SignedIn, form: Form) -> None:
        """Whoever finds a desk left open may look, and change nothing of the account."""
        client = self._desk.access.client(req)
        refused = self._identity.signing_in.confirm(signed_in.actor.name, one(form, "current"), client)
        if refused is not None:
            text = "This is not the password you have." if refused.why == "wrong" else _told(refused)
            raise PasswordRefused(text)

    def _password(self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, form: Form) -> None:
        if one(form, "new") != one(form, "again"):
            raise PasswordRefused("The new password was not the same both times.")
        self._confirmed(req, signed_in, form)
        self._identity.administrators.change_password(signed_in.actor, signed_in.actor.name, one(form, "new"))
        take_cookie(req, resp)
        resp.status = 303
        resp.cache_control = ["no-store"]
        resp.set_header("Location", absolute(req, f"{SIGN_IN}?changed=1"))

    def _totp_begin(
        self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, form: Form
    ) -> None:
        self._show(req, resp, signed_in, enrol=new_secret())

    def _totp_on(self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, form: Form) -> None:
        secret = one(form, "secret")
        if len(secret) != 32 or not secret.isascii() or not secret.isalnum() or not secret.isupper():
            raise Problem(400, "bad_request", "The form asks for nothing that can be done here.")
        try:
            self._confirmed(req, signed_in, form)
        except PasswordRefused as error:
            self._show(req, resp, signed_in, 422, error=str(error), enrol=secret)
            return
        step = step_of(secret, one(form, "code"), self._identity.clock(), 0)
        if step is None:
            told = "The code is not right; take the one shown now."
            self._show(req, resp, signed_in, 422, error=told, enrol=secret)
            return
        who, here = signed_in.actor, signed_in.session.id
        self._identity.administrators.totp_on(who, who.name, secret, step, here)
        self._show(req, resp, signed_in, done="From now on a code is asked for. Other sessions are ended.")

    def _totp_off(self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, form: Form) -> None:
        self._confirmed(req, signed_in, form)
        who = signed_in.actor
        self._identity.administrators.totp_off(who, who.name, signed_in.session.id)
        self._show(req, resp, signed_in, done="No code is asked for any more. Other sessions are ended.")

    def _end_session(
        self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, form: Form
    ) -> None:
        ended = self._identity.sessions.end(signed_in.actor.name, one(form, "session"))
        if ended:
            self._identity.audit.note(signed_in.actor, "session.end", signed_in.actor.name)
        self._show(req, resp, signed_in, done="The session is ended.")

    def _show(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        signed_in: SignedIn,
        status: int = 200,
        *,
        error: str = "",
        done: str = "",
        enrol: str = "",
    ) -> None:
        name = signed_in.actor.name
        known = self._identity.administrators.get(name)
        frame = self._desk.frame(req, ACCOUNT, signed_in)
        address = address_of(enrol, name, f"Broadsheet {frame.site}") if enrol else ""
        _page(
            resp,
            "account.html",
            frame,
            status,
            error=error,
            done=done,
            must_change=signed_in.session.must_change,
            least=MIN_PASSWORD,
            totp=bool(known and known.totp),
            enrolment={"secret": enrol, "picture": picture(address)} if enrol else None,
            sessions=self._identity.sessions.of(name),
            current=signed_in.session.id,
        )


class KeysPage:
    """Keys: list, make, revoke."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys = desk.identity.keys

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List."""
        self._show(req, resp, self._desk.sessions.signed_in(req))

    on_head = on_get

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Make a key or revoke one."""
        signed_in = self._desk.sessions.signed_in(req)
        form = self._desk.sessions.check_form(req)
        match one(form, "do"):
            case "create":
                self._create(req, resp, signed_in, form)
            case "revoke":
                self._keys.revoke(signed_in.actor, one(form, "key"))
                raise see(absolute(req, KEYS))
            case _:
                raise Problem(400, "bad_request", "The form asks for nothing that can be done here.")

    def _create(self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, form: Form) -> None:
        origins = tuple(one(form, "origins").split())
        asked = Wanted(
            one(form, "name"),
            tuple(form.get("scopes", ())),
            origins,
            one(form, "rate"),
            one(form, "expires_at"),
        )
        try:
            self._is_new(asked.name)
            key, secret = self._keys.create(signed_in.actor, asked)
        except KeyRefused as error:
            self._show(req, resp, signed_in, 422, error=str(error), given=asked)
            return
        # NOTE: the answer to the form itself; sent elsewhere, the key would have to be kept for that.
        self._show(req, resp, signed_in, 201, made=key, secret=secret)

    def _is_new(self, name: str) -> None:
        """Refuse the name of a key in use: nobody could tell the two apart, and a page that is loaded again
        sends its form again.
        """
        if any(key.name == name.strip() and not key.revoked_at for key in self._keys.all()):
            why = f"There is a key {name.strip()[:100]!r} already. Take another name, or revoke that one."
            raise KeyRefused("name", why)

    def _show(
        self, req: falcon.Request, resp: falcon.Response, signed_in: SignedIn, status: int = 200, **more: Any
    ) -> None:
        given = more.pop("given", Wanted("", ()))
        fields = {
            "name": given.name,
            "scopes": given.scopes,
            "origins": " ".join(given.origins),
            "rate": given.rate,
            "expires_at": given.expires_at,
        }
        values: dict[str, Any] = {"error": "", "made": None, "secret": ""} | more
        _page(
            resp,
            "keys.html",
            self._desk.frame(req, KEYS, signed_in),
            status,
            keys=self._keys.all(),
            scopes=SCOPE_MEANINGS,
            given=fields,
            **values,
        )


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The pages by their paths."""
    desk = Desk(parts.identity, parts.access, shell, parts.site.name)
    return {
        SIGN_IN: SignInPage(desk),
        "/admin/sign-out": SignOutPage(desk),
        ACCOUNT: AccountPage(desk),
        KEYS: KeysPage(desk),
    }
