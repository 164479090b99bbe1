"""What a golden page is read as, in a form that a person can check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from indexer.article import Article, Label
from indexer.parsing import parse
from indexer.site import Site
from indexer.sources.page import Page

HERE = Path(__file__).parent
PAGES = sorted((HERE / "pages").glob("*.html"))
SITE = Site(
    default_language="en",
    categories=(Label("socio-economic", "Socio - Economic"), Label("locks", "Locks")),
    types=(Label("post", "Post"), Label("video", "Video")),
)


def expected_path(page: Path) -> Path:
    """Where the JSON of a page stands."""
    return HERE / "expected" / f"{page.stem}.json"


def read(page: Path) -> dict[str, Any]:
    """The page as parsing reads it, without its identity."""
    return as_json(parse(Page("golden", page.name, page.read_bytes()), SITE))


def as_json(article: Article) -> dict[str, Any]:
    """An article with one line a block and one line a dropped part."""
    return {
        "title": article.title,
        "url": article.url,
        "type": article.type.slug,
        "lang": article.lang,
        "author": article.author,
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "categories": [f"{label.slug}: {label.label}" for label in article.categories],
        "tags": [label.label for label in article.tags],
        "image": article.image,
        "description": article.description,
        "blocks": [f"{block.kind}{block.level or ''}: {block.text}" for block in article.blocks],
        "dropped": [f"{part.rule} {part.where}: {part.text[:80]}" for part in article.dropped],
    }


def write(page: Path) -> None:
    """Write the JSON of a page anew."""
    text = json.dumps(read(page), ensure_ascii=False, indent=2)
    expected_path(page).write_text(text + "\n", encoding="utf-8")
