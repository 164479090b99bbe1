"""Sites of other people that have the box: a real WordPress, and pages of a newspaper of our own making."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

import httpx

from service.web.phrases import direction, phrases
from tests.browser.host import Host
from tests.browser.live import running
from tests.live import SHARED, broadsheet

WORDPRESS = SHARED / "dev" / "wordpress"
MADE_AT = "127.0.0.1:8085"  # where that WordPress ran when its pages were kept
MENU = "</nav></div>"  # behind it, in the header of every page, stands the tag
_CANONICAL = re.compile(r'<link rel="canonical" href="http://[^/]+(/[^"]*)"')


@contextmanager
def wordpress(folder: Path, host: Host) -> Iterator[tuple[str, list[str]]]:
    """Index the pages of a real WordPress and serve them on ``host``, each with one script tag more.

    Gives the address of the service, which knows them, and the addresses of the pages.
    """
    pages = unpacked(folder / "pages", host)
    with running(folder, folder / "pages", BROADSHEET_CORS_ORIGINS=host.address) as service:
        tag = broadsheet(folder, "embed", "--address", service)
        yield (
            service,
            [host.show(path, html.replace(MENU, MENU + tag, 1)) for path, html in pages],
        )


def unpacked(folder: Path, host: Host) -> list[tuple[str, str]]:
    """Their paths and HTML, at the host's address; they are in ``folder`` then."""
    with tarfile.open(WORDPRESS / "pages.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    found = []
    for file in sorted(folder.rglob("*.html")):
        html = file.read_text("utf-8").replace(MADE_AT, host.address.removeprefix("http://"))
        file.write_text(html, encoding="utf-8")
        canonical = _CANONICAL.search(html)
        assert canonical, file
        found.append((canonical.group(1), html))
    return found


STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1b1b19, #ece9e1); --rule: light-dark(#c9c5bb, #47443d) }
body { margin: 0 auto; max-width: 62rem; padding: 0 20px 40px; background: light-dark(#fff, #171715);
    color: var(--ink); font: 18px/1.6 Georgia, "Noto Serif", "Noto Naskh Arabic", serif }
header { display: grid; grid-template-columns: 1fr minmax(0, 27rem); gap: 10px 32px; align-items: start;
    padding: 22px 0 16px; border-bottom: 3px double var(--rule) }
.paper { margin: 0; font-size: 32px; font-weight: 700; line-height: 1.35 }
nav { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 22px; font-size: 16px }
h1 { font-size: 34px; line-height: 1.25; margin: 26px 0 10px }
.date { margin: 0 0 18px; color: light-dark(#5a5852, #aaa599); font-size: 16px }
main p { max-width: 40rem }
@media (max-width: 640px) { header { grid-template-columns: 1fr } }
"""
PAPERS: dict[str, tuple[str, str]] = {
    "en": ("Freedom Herald", "News Human_Rights Women Iran_Protests"),
    "fa": ("فریدم هرالد", "خبرها حقوق_بشر زنان اعتراض‌ها"),
}


def newspaper(service: str, lang: str, text: str) -> str:
    """A page of a newspaper in a language, with the article that is found first for a text and the box."""
    question = {"q": text, "lang": lang, "per_page": "1"}
    hit = httpx.get(f"{service}/api/v1/search", params=question).json()["hits"][0]
    article: Any = httpx.get(f"{service}/api/v1/articles/{hit['id']}/extracted").json()
    paragraphs = [block["text"] for block in article["kept"] if block["kind"] == "paragraph"]
    story = "".join(f"<p>{escape(text)}</p>" for text in paragraphs if len(text) > 60)
    name, sections = PAPERS[lang]
    menu = " ".join(f"<span>{escape(word.replace('_', ' '))}</span>" for word in sections.split())
    box = broadsheet(Path("unused"), "embed", "--address", service, "--lang", lang, "--form")
    return f"""<!DOCTYPE html><html lang="{lang}" dir="{direction(lang)}"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{escape(hit["title"])}</title><style>{STYLE}</style></head><body>
        <header><p class="paper">{name}</p><div>{box}</div><nav>{menu}</nav></header>
        <main><h1>{escape(hit["title"])}</h1>
        <p class="date">{phrases(lang).day(hit["published_at"])}</p>{story}</main></body></html>"""
