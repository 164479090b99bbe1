"""The tuning that is published, for commands that answer as the service would."""

from __future__ import annotations

import os
from pathlib import Path

from indexer import Workspace

from ..search.engine import Engine
from ..settings import PREFIX
from ..store.database import STORE_FILE
from ..tuning.compiling import compile_model
from ..tuning.store import NOTHING, Published
from .tune import opened


def published(data: Path) -> Published:
    """What is published. Without a store nothing has been; none is made to tell so."""
    if not os.environ.get(f"{PREFIX}DATABASE") and not (data.expanduser() / STORE_FILE).exists():
        return NOTHING
    with opened(data) as store:
        return store.published()


def tuned_engine(workspace: Workspace, data: Path) -> Engine:
    """An engine that answers under the published tuning."""
    tuning = compile_model(published(data).model)
    return Engine(workspace.index, workspace.site, tuning=lambda: tuning, resolve=workspace.id_at)
