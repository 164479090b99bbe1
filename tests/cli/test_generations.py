"""An operator looks at what is on disk."""

from __future__ import annotations

from pathlib import Path

from tests.live import CORPUS, broadsheet


def test_a_generation_of_another_version_is_listed_beside_the_live_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    broadsheet(data, "index", str(CORPUS / "articles" / "tables"))
    broadsheet(data, "index", "--rebuild")
    (manifest,) = (data / "index" / "g-000001").glob("MANIFEST.*.json")
    manifest.write_text("{}")
    older, live = broadsheet(data, "generations").splitlines()
    assert "g-000001" in older
    assert "cannot be read" in older
    assert live.startswith("live  g-000002")
