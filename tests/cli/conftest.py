"""Every command of these tests runs in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.workspace import Workspace
from tests.conftest import COLLECTION

from .running import elsewhere

__all__ = ["collection", "elsewhere"]


@pytest.fixture
def collection(elsewhere: None) -> None:
    """The small collection, indexed in the folder that commands take when none is named."""
    with Workspace(Path("var")) as space:
        for record in COLLECTION:
            space.push_article(record.article)
        space.apply()
