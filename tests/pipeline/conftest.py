"""A folder for pages and a workspace, both still empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.workspace import Workspace

from .making import workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "data")
