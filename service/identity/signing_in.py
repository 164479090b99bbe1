"""Signing in: name, password and code against the store, with back-off and a line in the audit for each."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from ..store import Database
from .actor import VISITOR, Actor
from .administrators import Administrator, Administrators, folded
from .audit import Audit
from .backoff import Backoff, Tried, of_client, of_code
from .moments import Clock
from .passwords import Passwords
from .refusals import Refusals
from .sessions import Sessions
from .totp import step_of

Why = Literal["wrong", "wait", "code"]
_PASSWORD_RIGHT: Final = {"password": "right"}  # what the audit tells of who came as far as the code


class Refused(Struct, frozen=True):
    """Not let in. ``wrong``: name, password or code; ``code``: one is asked for; ``wait``: for ``seconds``.

    Nothing tells whether it was the name, the password or the code that was wrong; only who gave the right
    password is told that a code is asked for.
    """

    why: Why
    seconds: float = 0.0


class SigningIn:
    """Lets administrators in. The token of :meth:`enter` goes into the cookie."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        administrators: Administrators,
        sessions: Sessions,
        passwords: Passwords,
        audit: Audit,
        refusals: Refusals,
    ) -> None:
        self._database = database
        self._clock = clock
        self._administrators = administrators
        self._sessions = sessions
        self._passwords = passwords
        self._audit = audit
        self._backoff = Backoff(database, clock)
        self._refusals = refusals

    def enter(self, name: str, password: str, code: str, client: str) -> str | Refused:
        """Begin a session, or say why not.

        Raises:
            StoreUnavailable: it cannot be told who may.
        """
        name = folded(name)[:100]
        known = self._administrators.get(name)
        tried = of_client(name, client, known=known is not None)
        if wait := self._backoff.claim(tried):
            # NOTE: what was typed as a name is kept when it is one alone: it may be a password, mistyped.
            self._refusals.note(VISITOR, "sign_in.wait", known.name if known else "", client=client)
            return Refused("wait", wait)
        right = self._passwords.right(known.password if known else None, password)
        if known is None or not right:
            return self._wrong(known, client, "password")
        step = self._step(known, code, client, tried)
        if isinstance(step, Refused):
            return step
        return self._begin(known, password, client, step) or self._wrong(known, client, "code")

    def _step(self, known: Administrator, code: str, client: str, tried: Tried) -> int | Refused:
        """The step of the code, which is asked for when it is missing. The password was right."""
        if not known.totp:
            return 0
        if not code.strip():
            self._give_back(tried)
            self._refused(known, client, "sign_in.code_asked")
            return Refused("code")
        if wait := self._backoff.claim(of_code(known.name)):
            self._give_back(tried)
            self._refused(known, client, "sign_in.code_wait")
            return Refused("wait", wait)
        step = step_of(known.totp, code, self._clock(), known.totp_step)
        return self._wrong(known, client, "code") if step is None else step

    def confirm(self, name: str, password: str, client: str) -> Refused | None:
        """Ask somebody who is signed in for the password once more; ``None`` when it is right."""
        known = self._administrators.get(name)
        # What others try under the name is no matter of who is in already.
        tried = of_client(name, client, known=known is not None, by_name=False)
        if wait := self._backoff.claim(tried):
            return Refused("wait", wait)
        if not self._passwords.right(known.password if known else None, password):
            return self._wrong(known, client, "password")
        self._give_back(tried)
        return None

    def _begin(self, known: Administrator, password: str, client: str, step: int) -> str | None:
        """The new session; ``None`` when the code was used meanwhile."""
        actor = Actor("administrator", known.name)
        with self._database.writing() as connection:
            if known.totp and not Administrators.use_step(known.name, step, within=connection):
                return None
            tried = [of_client(known.name, client, known=True), of_code(known.name)]
            Backoff.forget(tried, within=connection)
            token = self._sessions.begin(known.name, client, within=connection)
            self._audit.note(actor, "sign_in", known.name, within=connection, client=client)
        if self._passwords.outdated(known.password):
            self._administrators.renew_digest(known.name, password)
        return token

    def _wrong(self, known: Administrator | None, client: str, what: str) -> Refused:
        detail: dict[str, Any] = {"client": client, "wrong": what, "known_name": known is not None}
        if what == "code":
            detail |= _PASSWORD_RIGHT
        self._audit.note(VISITOR, "sign_in.refused", known.name if known else "", **detail)
        return Refused("wrong")

    def _refused(self, known: Administrator, client: str, action: str) -> None:
        self._refusals.note(VISITOR, action, known.name, client=client, **_PASSWORD_RIGHT)

    def _give_back(self, tried: Tried) -> None:
        with self._database.writing() as connection:
            self._backoff.give_back(tried, within=connection)
