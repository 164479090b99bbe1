"""The page of the desk that tells who changed what, and who was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ...identity.audit import MAX_ACTOR
from ...web.admin.audit import KINDS, actions_of, audit_row, person
from .shell import Page, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts

AUDIT: Final = "/admin/audit"
AUDIT_LINES: Final = 100


class AuditPage:
    """Who changed what, the newest first; of one person, and of one kind, when asked for."""

    def __init__(self, parts: Parts) -> None:
        self._audit = parts.audit

    def show(self, visit: Visit) -> None:
        """List."""
        actor, kind = visit.query.get("who", "")[:MAX_ACTOR], visit.query.get("kind", "")
        actions = actions_of(kind)
        entries = self._audit.newest(AUDIT_LINES, visit.number("before"), actions=actions, actor=actor)
        asked = {"who": actor, "kind": kind if actions else ""}
        known = self._audit.actors()
        visit.page(
            "audit.html",
            rows=[audit_row(one.at, one.actor, one.action, one.subject, one.detail) for one in entries],
            people=[(name, person(name)) for name in dict.fromkeys([*known, *filter(None, [actor])])],
            kinds=KINDS,
            older=_older(asked, entries[-1].number) if len(entries) == AUDIT_LINES else "",
            **asked,
        )


def _older(asked: dict[str, str], before: int) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"{AUDIT}?{urlencode(given | {'before': str(before)})}"


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The page by its path."""
    return {AUDIT: Page(shell, AUDIT, AuditPage(parts).show)}
