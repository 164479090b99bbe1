"""An article pushed as JSON without a language has that of its text, so that its words have their forms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.site import Site
from tests.conftest import article

from .making import FILLER, html, source, workspace, write

TEXTS = {
    "en": FILLER,
    "de": "Die Streikkasse zahlt den Mitgliedern, die nicht arbeiten, und sie wird in ruhigen Jahren aus den "
    "Beiträgen gefüllt. Wer das Geld bekommt, steht in der Satzung, die von allen beschlossen ist.",
    "fr": "La caisse de grève est remplie dans les années calmes avec les cotisations, et les règles disent "
    "qui est payé, pour combien de temps et par qui. Elle est une décision de tous les membres du syndicat.",
    "fa": "صندوق اعتصاب به کارگرانی که کار نمی‌کنند پول می‌دهد و در سال‌های آرام پر می‌شود.",
    "ru": "Забастовочный фонд платит тем, кто прекратил работу вместе с другими.",
}
GERMAN = Site(default_language="de", languages=("de", "fr"))


def pushed(data: Path, text: str, lang: str = "", site: Site | None = None) -> str:
    space = workspace(data, site)
    made = replace(article("1945–2025", text, key="news-1"), lang=lang)
    return space.push_article(made).article.lang


@pytest.mark.parametrize("lang", TEXTS)
def test_the_language_is_that_of_the_text(tmp_path: Path, lang: str) -> None:
    for site in (None, GERMAN):
        assert pushed(tmp_path / str(site is None), TEXTS[lang], site=site) == lang


@pytest.mark.parametrize("lang", TEXTS)
def test_a_page_that_says_nothing_of_it_has_the_same(tmp_path: Path, lang: str) -> None:
    folder = write(
        tmp_path / "site", "a.html", html("1945–2025", TEXTS[lang]).replace('lang="en"', "")
    ).parent
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    assert [record.article.lang for record in space.catalog.records()] == [lang]


def test_what_is_said_counts(tmp_path: Path) -> None:
    assert pushed(tmp_path, TEXTS["de"], lang="nl") == "nl"


@pytest.mark.parametrize(
    ("text", "site", "lang"),
    [
        ("Kurz.", GERMAN, "de"),
        ("Kurz.", Site(languages=("fr", "de")), "fr"),
        ("Kurz.", Site(default_language="de-DE"), "de"),
        ("Kurz.", None, "und"),
        (TEXTS["ru"], Site(languages=("de", "uk")), "uk"),
        ("Kurz.", Site(languages=("fa", "en")), "en"),
        ("1, 2, 3", None, "und"),
    ],
)
def test_a_text_too_short_to_tell_has_the_sites_first_language_of_its_script(
    tmp_path: Path, text: str, site: Site | None, lang: str
) -> None:
    assert pushed(tmp_path, text, site=site) == lang


def test_pushing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    made = replace(article("Streik", TEXTS["de"], key="news-1"), lang="")
    assert space.push_article(made) == space.push_article(made)
    assert space.catalog.sequence == 1
