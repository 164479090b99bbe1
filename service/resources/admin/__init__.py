"""The routes under ``/api/v1/admin`` and ``/admin``: for administrators alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...tuning.preview import Previewer
from ...tuning.trying import Trials
from . import (
    account,
    analytics,
    auditing,
    curating,
    door,
    judgements,
    judging,
    key_pages,
    keys,
    pages,
    tuning,
    tuning_pages,
    version_pages,
)
from .shell import Shell
from .tuning_desk import Desk

if TYPE_CHECKING:
    from ...app import Parts


def admin_routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """Every route of the administrators, by its path."""
    trials = Trials(
        parts.engine,
        parts.site,
        parts.tuning,
        parts.versions,
        parts.judgements,
        Previewer(parts.settings.preview_queries),
        parts.top_queries,
    )
    desk = Desk(parts.access, parts.versions, parts.tuning, trials)
    made = {
        **tuning.routes(desk),
        **judgements.routes(desk, parts.judgements),
        **keys.routes(parts),
        **analytics.routes(parts),
        **door.routes(parts, shell),
        **account.routes(parts, shell),
        **key_pages.routes(parts, shell),
        **auditing.routes(parts, shell),
        **pages.routes(parts, shell),
        **tuning_pages.routes(desk, shell),
        **version_pages.routes(desk, shell),
        **curating.routes(parts, shell),
        **judging.routes(parts, trials, shell),
    }
    shell.offer(made)
    return made
