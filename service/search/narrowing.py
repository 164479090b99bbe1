"""The filters of a request as the site knows them: labels become slugs, what does not exist is refused."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from indexer.backends.base import Reader
from indexer.errors import Message, QueryError
from indexer.fields import FILTERS
from indexer.site import label_key

from .languages import language_of_name

_NOUNS: Final = {"lang": "language", "type": "post type"}
_MANY: Final = 500  # a comparison takes some microseconds, and a wrong value is quickly asked for
_FEW: Final = 8  # values of a filter that a message can name all of


def known_filters(filters: Mapping[str, tuple[str, ...]], reader: Reader) -> dict[str, tuple[str, ...]]:
    """The filters with slugs for labels.

    Raises:
        QueryError: there is no such filter, or no such value; names it.
    """
    for name in filters:
        if name not in FILTERS:
            said = Message("unknown_parameter", {"name": name}), Message("known", {"choices": FILTERS})
            raise QueryError(name, f"there is no filter {name!r}; known are {', '.join(FILTERS)}", *said)
    known = {
        name: tuple(_known_value(name, value, reader) for value in values) for name, values in filters.items()
    }
    return {name: tuple(dict.fromkeys(values)) for name, values in known.items() if values}


def _known_value(field: str, value: str, reader: Reader) -> str:
    """The slug of a value given as slug or as label."""
    known = reader.labels.get(field, {})
    if value in known:
        return value
    key = label_key(value)
    for slug, label in known.items():
        if key and key in (label_key(slug), label_key(label)):
            return slug
    if field == "lang" and (named := language_of_name(value, known)):
        return named
    hint, *meant = _hint(field, key, known)
    detail = f"{value!r} is not a {_NOUNS.get(field, field)} of this site{hint}"
    raise QueryError(field, detail, Message("unknown_value", {"value": value}), *meant, code="unknown_value")


def _hint(field: str, key: str, known: Mapping[str, str]) -> tuple[str, *tuple[Message, ...]]:
    """The value of the site that may have been meant; of thousands none is looked for.

    The message names a language by its code, which is called differently in each language.
    """
    if len(known) > _MANY:
        return ("",)
    labels = {label_key(label): (label, slug) for slug, label in known.items()}
    if near := get_close_matches(key, labels, n=1, cutoff=0.6):
        label, slug = labels[near[0]]
        said = Message("near", {"value": slug if field == "lang" else label})
        return f"; did you mean {label!r}?", said
    if not 0 < len(known) <= _FEW:
        return ("",)
    named = ", ".join(f"{label} ({slug})" for slug, label in known.items())
    choices = tuple(known) if field == "lang" else tuple(known.values())
    return f"; known are {named}", Message("known", {"choices": choices})
