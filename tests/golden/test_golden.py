"""Small pages of every kind of template are read as a person would read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .golden import HERE, PAGES, expected_path, read


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_read_as_its_json_says(page: Path) -> None:
    assert read(page) == json.loads(expected_path(page).read_text(encoding="utf-8"))


def test_every_json_has_its_page() -> None:
    assert {path.stem for path in (HERE / "expected").glob("*.json")} == {page.stem for page in PAGES}
