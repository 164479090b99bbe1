"""``/admin/keys``: the keys of programs; one is made and shown this once, one is revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...identity.keys import KeyRefused, Wanted
from ..problems import Problem
from .session import Form, one
from .shell import PageWithForm, Shell, Visit

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


class KeysPage:
    """Keys: list, make, revoke."""

    def __init__(self, parts: Parts) -> None:
        self._keys = parts.identity.keys

    def show(self, visit: Visit) -> None:
        """List."""
        self._show(visit)

    def do(self, visit: Visit, form: Form) -> tuple[str, str] | None:
        """Make a key or revoke one."""
        match one(form, "do"):
            case "create":
                self._create(visit, form)
                return None
            case "revoke":
                self._keys.revoke(visit.actor, one(form, "key"))
                return KEYS, "revoked"
            case _:
                raise Problem(400, "bad_request", "The form asks for nothing that can be done here.")

    def _create(self, visit: Visit, form: Form) -> None:
        origins = tuple(one(form, "origins").split())
        scopes = tuple(form.get("scopes", ()))
        asked = Wanted(one(form, "name"), scopes, origins, one(form, "rate"), one(form, "expires_at"))
        try:
            self._is_new(asked.name)
            key, secret = self._keys.create(visit.actor, asked)
        except KeyRefused as error:
            self._show(visit, 422, error=str(error), given=asked)
            return
        # NOTE: the answer to the form itself; sent elsewhere, the key would have to be kept for that.
        self._show(visit, 201, made=key, secret=secret)

    def _is_new(self, name: str) -> None:
        """Refuse the name of a key in use: nobody could tell the two apart, and a page that is loaded again
        sends its form again.
        """
        name = " ".join(name.split())
        if any(key.name == name and not key.revoked_at for key in self._keys.all()):
            why = f"There is a key {name[:100]!r} already. Take another name, or revoke that one."
            raise KeyRefused("name", why)

    def _show(self, visit: Visit, status: int = 200, **more: Any) -> None:
        given = more.pop("given", Wanted("", ()))
        fields = {
            "name": given.name,
            "scopes": given.scopes,
            "origins": " ".join(given.origins),
            "rate": given.rate,
            "expires_at": given.expires_at,
        }
        values: dict[str, Any] = {"error": "", "made": None, "secret": ""} | more
        visit.resp.status = status
        visit.page("keys.html", keys=self._keys.all(), scopes=SCOPE_MEANINGS, given=fields, **values)


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The page by its path."""
    page = KeysPage(parts)
    return {KEYS: PageWithForm(shell, KEYS, page.show, page.do)}
