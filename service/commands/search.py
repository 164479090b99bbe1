"""``broadsheet search``: ask the index a question on a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from indexer.cli.common import Command, data_option, open_workspace, site_option
from indexer.errors import QueryError
from indexer.fields import TEXT

from ..resources.convert import search_media
from ..resources.media import LinksMedia
from ..resources.parameters import MAX_PER_PAGE
from ..search.engine import Engine
from ..search.request import SearchRequest, SearchResult
from .showing import show

NO_HITS = 1
_FILTERS = ("type", "category", "tag", "lang", "author")


def _filter(name: str, what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        f"--{name}", multiple=True, metavar="VALUE", help=f"Only this {what}; repeat for any of several."
    )


@click.command(cls=Command)
@click.argument("words", nargs=-1)
@click.option("--exact", is_flag=True, help="The whole text as typed, in order, whole words.")
@click.option(
    "--in", "fields", multiple=True, type=click.Choice(TEXT), help="Where to look; both unless given."
)
@_filter("type", "post type")
@_filter("category", "category")
@_filter("tag", "tag")
@_filter("lang", "language")
@_filter("author", "author")
@click.option("--from", "published_from", default="", metavar="DAY", help="First day of publication.")
@click.option("--to", "published_to", default="", metavar="DAY", help="Last day of publication.")
@click.option(
    "--sort", type=click.Choice(("relevance", "newest", "oldest")), default="relevance", show_default=True
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Page of the answer.")
@click.option(
    "--per-page", type=click.IntRange(1, MAX_PER_PAGE), default=10, show_default=True, help="Hits on a page."
)
@click.option("--explain", is_flag=True, help="Say in words why each hit is there.")
@click.option("--json", "json_", is_flag=True, help="Print the answer of the API as one JSON object.")
@data_option
@site_option
@click.pass_context
def search(
    ctx: click.Context, /, words: tuple[str, ...], json_: bool, data: Path, site: Path | None, **given: Any
) -> None:
    """Ask the index a question.

    Put WORDS that belong together into quotes, as in the search box: broadsheet search '"free press" -sport'.
    The exit status is 0 with hits, 1 without, 2 when the question could not be asked.
    """
    request = _request(" ".join(words), given)
    with open_workspace(data, site) as workspace:
        result = Engine(workspace.index, workspace.site).search(request)
    if json_:
        click.echo(_as_json(result))
    else:
        show(result, Console(highlight=False))
    ctx.exit(0 if result.hits else NO_HITS)


def _request(text: str, given: dict[str, Any]) -> SearchRequest:
    return SearchRequest(
        text,
        exact=given["exact"],
        fields=tuple(name for name in TEXT if name in given["fields"]) or TEXT,
        filters={name: given[name] for name in _FILTERS if given[name]},
        published_from=_day("from", given["published_from"]),
        published_to=_day("to", given["published_to"]),
        sort=given["sort"],
        page=given["page"],
        per_page=given["per_page"],
        explain=given["explain"],
    )


def _day(option: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise QueryError(option, f"--{option}: {text!r} is no day such as 2025-01-31") from error


def _as_json(result: SearchResult) -> str:
    """The API's answer without its links, which lead nowhere from here."""
    answer = msgspec.to_builtins(search_media(result, LinksMedia("", None, None)))
    del answer["links"]
    return json.dumps(answer, ensure_ascii=False)
