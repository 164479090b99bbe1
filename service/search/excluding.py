"""The filters and days of a question that take an article out of its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer import Article, Labels
from indexer.site import slugify

from .present import label_of
from .reasons import Reason
from .request import SearchRequest

_NOUNS = {
    "type": ("the post type", "the post types"),
    "category": ("the category", "the categories"),
    "tag": ("the tag", "the tags"),
    "lang": ("the language", "the languages"),
    "author": ("the author", "the authors"),
}


def excluding(request: SearchRequest, article: Article, labels: Labels) -> Iterator[Reason]:
    """A reason for each filter that the article does not pass, in the order of the switches."""
    carried = values_of(article)
    for name, asked in request.filters.items():
        if asked and not set(asked) & set(carried[name]):
            yield _filtered(name, asked, carried[name], labels)
    day = article.published_at[:10]
    first, last = request.published_from, request.published_to
    if first and (not day or day < first):
        yield _dated("from", first, day)
    if last and (not day or day > last):
        yield _dated("to", last, day)


def values_of(article: Article) -> dict[str, tuple[str, ...]]:
    """What an article carries for each filter field, as slugs."""
    values = {
        "type": (article.type.slug,),
        "category": tuple(label.slug for label in article.categories),
        "tag": tuple(label.slug for label in article.tags),
        "lang": (article.lang,),
        "author": (slugify(article.author),),
    }
    return {name: tuple(filter(None, slugs)) for name, slugs in values.items()}


def _filtered(name: str, asked: Sequence[str], has: Sequence[str], labels: Labels) -> Reason:
    wanted, carried = _listed(name, asked, labels, "or"), _listed(name, has, labels, "and")
    noun = _NOUNS[name][0 if len(asked) == 1 else 1]
    own = f"has {_NOUNS[name][0 if len(has) == 1 else 1]} {carried}" if has else "has none"
    sentence = f"The question asks for {noun} {wanted}; the article {own}."
    return Reason("excluded_by", sentence, True, {"filter": name, "asked": list(asked), "has": list(has)})


def _listed(name: str, slugs: Sequence[str], labels: Labels, last: str) -> str:
    shown = [f"“{label_of(name, slug, labels)}”" for slug in slugs]
    return f" {last} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def _dated(name: str, asked: str, has: str) -> Reason:
    bound = "on or after" if name == "from" else "on or before"
    own = f"is of {has}" if has else "has no day, and is in no range of days"
    sentence = f"The question asks for articles published {bound} {asked}; the article {own}."
    details = {"filter": name, "asked": [asked], "has": [has] if has else []}
    return Reason("excluded_by", sentence, True, details)
