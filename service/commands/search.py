"""``broadsheet search``: ask the index a question on a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from indexer.cli.common import Command, data_option, open_workspace, site_option

from ..resources.convert import search_media
from ..resources.media import LinksMedia
from ..search.request import SearchResult
from .narrowing import narrowing_options, per_page_option, request_of
from .published import tuned_engine
from .showing import show

NO_HITS = 1


@click.command(cls=Command)
@click.argument("words", nargs=-1)
@narrowing_options
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Page of the answer.")
@per_page_option
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
    request = request_of(" ".join(words), given)
    with open_workspace(data, site) as workspace:
        result = tuned_engine(workspace, data).search(request)
    if json_:
        click.echo(_as_json(result))
    else:
        show(result, Console(highlight=False))
    ctx.exit(0 if result.hits else NO_HITS)


def _as_json(result: SearchResult) -> str:
    """The API's answer without its links, which lead nowhere from here."""
    answer = msgspec.to_builtins(search_media(result, LinksMedia("", None, None)))
    del answer["links"]
    return json.dumps(answer, ensure_ascii=False)
