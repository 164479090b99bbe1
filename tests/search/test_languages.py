"""Language tags and the languages they stand for."""

from __future__ import annotations

import pytest

from service.search.languages import best_language


@pytest.mark.parametrize(
    ("tag", "known", "meant"),
    [
        ("de-DE", ["en", "de"], "de"),
        ("de-DE", ["de", "de-de"], "de-de"),
        ("zh-Hant-TW", ["zh", "zh-hant"], "zh-hant"),
        ("ZH_hant_TW", ["zh"], "zh"),
        ("de", ["en"], "de"),
        ("de-DE", ["en"], "de-DE"),
        ("Deutsch", ["de"], "Deutsch"),
        ("de-", ["de"], "de-"),
        ("", ["de"], ""),
    ],
)
def test_a_tag_is_shortened_until_it_is_known(tag: str, known: list[str], meant: str) -> None:
    assert best_language(tag, known) == meant
