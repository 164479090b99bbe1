"""What a question on a terminal is narrowed by: the switches and filters of a search as options."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import click

from indexer.errors import QueryError
from indexer.fields import TEXT

from ..resources.parameters import MAX_PER_PAGE
from ..search.request import SearchRequest

Decorated = Callable[..., None]
_FILTERS: Final = (
    ("type", "post type"),
    ("category", "category"),
    ("tag", "tag"),
    ("lang", "language"),
    ("author", "author"),
)
_SORTS: Final = ("relevance", "newest", "oldest")


def narrowing_options(command: Decorated) -> Decorated:
    """The options that :func:`request_of` reads."""
    options: list[Callable[[Decorated], Decorated]] = [
        click.option("--exact", is_flag=True, help="The whole text as typed, in order, whole words."),
        click.option(
            "--in", "fields", multiple=True, type=click.Choice(TEXT), help="Where to look; both unless given."
        ),
        *(_filter(name, what) for name, what in _FILTERS),
        click.option("--from", "published_from", default="", metavar="DAY", help="First day of publication."),
        click.option("--to", "published_to", default="", metavar="DAY", help="Last day of publication."),
        click.option("--sort", type=click.Choice(_SORTS), default="relevance", show_default=True),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def per_page_option(command: Decorated) -> Decorated:
    """``--per-page``."""
    return click.option(
        "--per-page",
        type=click.IntRange(1, MAX_PER_PAGE),
        default=10,
        show_default=True,
        help="Hits on a page.",
    )(command)


def _filter(name: str, what: str) -> Callable[[Decorated], Decorated]:
    return click.option(
        f"--{name}", multiple=True, metavar="VALUE", help=f"Only this {what}; repeat for any of several."
    )


def request_of(text: str, given: dict[str, Any]) -> SearchRequest:
    """The request that the options stand for.

    Raises:
        QueryError: a day that is none.
    """
    return SearchRequest(
        text,
        exact=given["exact"],
        fields=tuple(name for name in TEXT if name in given["fields"]) or TEXT,
        filters={name: given[name] for name, _ in _FILTERS if given[name]},
        published_from=_day("from", given["published_from"]),
        published_to=_day("to", given["published_to"]),
        sort=given["sort"],
        page=given.get("page", 1),
        per_page=given["per_page"],
        explain=given.get("explain", False),
    )


def _day(option: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise QueryError(option, f"--{option}: {text!r} is no day such as 2025-01-31") from error
