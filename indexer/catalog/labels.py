"""Taxonomy terms: what an article carries, and how the catalog counts and names them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from ..article import Article, Label
from ..fields import FILTERS
from ..site import Site, slugify

Term = tuple[str, str, str]  # field, slug, label


def terms_of(article: Article) -> set[Term]:
    """What an article carries for each filter field."""
    found = {
        ("type", article.type.slug, article.type.label),
        ("lang", article.lang, language_name(article.lang)),
    }
    found |= {("category", label.slug, label.label) for label in article.categories}
    found |= {("tag", label.slug, label.label) for label in article.tags}
    found.add(("author", slugify(article.author), article.author))
    return {term for term in found if term[1]}


@lru_cache(maxsize=256)
def language_name(lang: str) -> str:
    """A language by its own name (``فارسی``), or the subtag itself where none is known."""
    if lang == "und":
        return "Unknown"
    try:
        name = Locale.parse(lang).get_language_name()
    except (ValueError, UnknownLocaleError):
        return lang
    return name[:1].upper() + name[1:] if name else lang


def count_terms(connection: sqlite3.Connection, before: Article | None, after: Article | None) -> None:
    """Keep the counts in step with one article's change; ``None`` is no live article."""
    old = terms_of(before) if before else set()
    new = terms_of(after) if after else set()
    gone = "DELETE FROM terms WHERE (field, slug, label) = (?, ?, ?) AND articles = 1"
    fewer = "UPDATE terms SET articles = articles - 1 WHERE (field, slug, label) = (?, ?, ?)"
    for term in sorted(old - new):
        if not connection.execute(gone, term).rowcount:
            connection.execute(fewer, term)
    more = "INSERT INTO terms VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET articles = articles + 1"
    connection.executemany(more, sorted(new - old))


def read_labels(connection: sqlite3.Connection, site: Site) -> dict[str, dict[str, str]]:
    """Field to slug to label: the site's own first and in its order, then those found, by label.

    Of the site's languages those that articles are in. A slug found with several labels shows the one most
    articles use.
    """
    counted: dict[tuple[str, str], Counter[str]] = {}
    for field, slug, label, articles in connection.execute("SELECT field, slug, label, articles FROM terms"):
        counted.setdefault((field, slug), Counter())[label] = articles
    labels: dict[str, dict[str, str]] = {field: {} for field in FILTERS}
    labels["type"] = _listed(site.types)
    labels["category"] = _listed(site.categories)
    first = {("lang", lang): place for place, lang in enumerate(site.languages)}
    for (field, slug), found in sorted(
        counted.items(),
        key=lambda item: (first.get(item[0], len(first)), _usual(item[1]).casefold(), item[0]),
    ):
        labels[field].setdefault(slug, _usual(found))
    return labels


def _listed(labels: Iterable[Label]) -> dict[str, str]:
    return {label.slug: label.label for label in labels}


def _usual(found: Counter[str]) -> str:
    return min(found, key=lambda label: (-found[label], label))
