"""``/admin/account``: one's own password, second factor and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...identity.administrators import AdministratorRefused
from ...identity.passwords import MIN_PASSWORD, PasswordRefused
from ...identity.totp import address_of, new_secret, step_of
from ...web.admin.qr import picture
from ..problems import Problem
from .door import told
from .session import ACCOUNT, SIGN_IN, Form, one, take_cookie
from .shell import PageWithForm, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts


class AccountPage:
    """Shows the account, and does what its forms ask."""

    def __init__(self, parts: Parts) -> None:
        self._access = parts.access
        self._identity = parts.identity

    def show(self, visit: Visit) -> None:
        """Show the account."""
        self._show(visit)

    def do(self, visit: Visit, form: Form) -> tuple[str, str] | None:
        """Do what one of the forms asks."""
        acts = {
            "password": self._password,
            "totp-begin": self._totp_begin,
            "totp-on": self._totp_on,
            "totp-off": self._totp_off,
            "end-session": self._end_session,
        }
        act = acts.get(one(form, "do"))
        if act is None or (visit.session.must_change and one(form, "do") != "password"):
            raise _unknown()
        try:
            return act(visit, form)
        except (PasswordRefused, AdministratorRefused) as error:
            self._show(visit, 422, error=str(error))
            return None

    def _confirmed(self, visit: Visit, form: Form) -> None:
        """Whoever finds a desk left open may look, and change nothing of the account."""
        client = self._access.client(visit.req)
        refused = self._identity.signing_in.confirm(visit.actor.name, one(form, "current"), client)
        if refused is not None:
            text = "This is not the password you have." if refused.why == "wrong" else told(refused)
            raise PasswordRefused(text)

    def _password(self, visit: Visit, form: Form) -> tuple[str, str]:
        if one(form, "new") != one(form, "again"):
            raise PasswordRefused("The new password was not the same both times.")
        self._confirmed(visit, form)
        who = visit.actor
        self._identity.administrators.change_password(who, who.name, one(form, "new"))
        take_cookie(visit.req, visit.resp)
        return f"{SIGN_IN}?changed=1", ""

    def _totp_begin(self, visit: Visit, form: Form) -> None:
        self._show(visit, enrol=new_secret())

    def _totp_on(self, visit: Visit, form: Form) -> None:
        secret = one(form, "secret")
        if len(secret) != 32 or not secret.isascii() or not secret.isalnum() or not secret.isupper():
            raise _unknown()
        try:
            self._confirmed(visit, form)
        except PasswordRefused as error:
            self._show(visit, 422, error=str(error), enrol=secret)
            return
        step = step_of(secret, one(form, "code"), self._identity.clock(), 0)
        if step is None:
            self._show(visit, 422, error="The code is not right; take the one shown now.", enrol=secret)
            return
        who = visit.actor
        self._identity.administrators.totp_on(who, who.name, secret, step, visit.session.id)
        self._show(visit, done="From now on a code is asked for. Other sessions are ended.")

    def _totp_off(self, visit: Visit, form: Form) -> None:
        self._confirmed(visit, form)
        who = visit.actor
        self._identity.administrators.totp_off(who, who.name, visit.session.id)
        self._show(visit, done="No code is asked for any more. Other sessions are ended.")

    def _end_session(self, visit: Visit, form: Form) -> None:
        who = visit.actor
        if self._identity.sessions.end(who.name, one(form, "session")):
            self._identity.audit.note(who, "session.end", who.name)
        self._show(visit, done="The session is ended.")

    def _show(
        self, visit: Visit, status: int = 200, *, error: str = "", done: str = "", enrol: str = ""
    ) -> None:
        name, site = visit.actor.name, visit.frame.site
        known = self._identity.administrators.get(name)
        enrolment = None
        if enrol:
            enrolment = {"secret": enrol, "picture": picture(address_of(enrol, name, f"Broadsheet {site}"))}
        visit.resp.status = status
        visit.page(
            "account.html",
            error=error,
            done=done,
            must_change=visit.session.must_change,
            least=MIN_PASSWORD,
            totp=bool(known and known.totp),
            enrolment=enrolment,
            sessions=self._identity.sessions.of(name),
            current=visit.session.id,
        )


def _unknown() -> Problem:
    return Problem(400, "bad_request", "The form asks for nothing that can be done here.")


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The page by its path."""
    page = AccountPage(parts)
    return {ACCOUNT: PageWithForm(shell, ACCOUNT, page.show, page.do)}
