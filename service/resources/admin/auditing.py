"""The page of the desk that tells who changed what, and who was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from .shell import Page, Shell, Visit

if TYPE_CHECKING:
    from ...app import Parts

AUDIT: Final = "/admin/audit"
AUDIT_LINES: Final = 100
MAX_ACTION: Final = 64  # characters, as the column has


class AuditPage:
    """Who changed what, the newest first."""

    def __init__(self, parts: Parts) -> None:
        self._audit = parts.audit

    def show(self, visit: Visit) -> None:
        """List."""
        action = visit.query.get("action", "").strip()[:MAX_ACTION]
        entries = self._audit.newest(AUDIT_LINES, visit.number("before"), action)
        older = ""
        if len(entries) == AUDIT_LINES:
            more = {"before": str(entries[-1].number)} | ({"action": action} if action else {})
            older = f"{AUDIT}?{urlencode(more)}"
        visit.page("audit.html", entries=entries, action=action, older=older)


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The page by its path."""
    return {AUDIT: Page(shell, AUDIT, AuditPage(parts).show)}
