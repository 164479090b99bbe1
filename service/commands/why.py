"""``broadsheet why``: why one article is in an answer, or why not, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.text import Text

from indexer.cli.common import Command, data_option, open_workspace, site_option
from indexer.errors import ConfigurationError

from ..search.reasons import Verdict
from ..search.whynot import WhyNot
from .narrowing import narrowing_options, per_page_option, request_of
from .published import tuned_engine
from .showing import Lines

NOT_FOUND: Final = 1
_INDENT: Final = 2


@click.command(cls=Command)
@click.argument("query")
@click.argument("article", metavar="URL")
@narrowing_options
@per_page_option
@click.option("--id", "by_id", is_flag=True, help="URL is the id of an article, not its address.")
@click.option("--json", "json_", is_flag=True, help="Print the answer of the API as one JSON object.")
@data_option
@site_option
@click.pass_context
def why(
    ctx: click.Context,
    /,
    query: str,
    article: str,
    by_id: bool,
    json_: bool,
    data: Path,
    site: Path | None,
    **given: Any,
) -> None:
    """Say why an article is in the answer to a question, or why not.

    QUERY is asked as in the search box, with the options of a search; URL is the address of the article. The
    exit status is 0 when the article is in the answer, 1 when it is not, 2 when the question could not be
    asked.
    """
    if not article.strip():
        raise ConfigurationError("URL: give the address of the article, or its id with --id")
    request = request_of(query, given)
    with open_workspace(data, site) as workspace:
        asked = WhyNot(tuned_engine(workspace, data), workspace.catalog)
        # An address has a slash or a dot; an id that somebody has copied from the desk has neither.
        by_id = by_id or not any(mark in article for mark in "/.")
        url, identity = ("", article) if by_id else (article, "")
        verdict = asked.of(request, url=url, identity=identity)
    if json_:
        click.echo(msgspec.json.encode(verdict).decode())
    else:
        _show(verdict, Lines(Console(highlight=False)))
    ctx.exit(0 if verdict.found else NOT_FOUND)


def _show(verdict: Verdict, lines: Lines) -> None:
    if verdict.article is not None:
        lines.put(Text(verdict.article.title, style="bold"))
        lines.put(Text(verdict.article.url), _INDENT)
    for reason in verdict.reasons:
        lines.put(Text(f"{'✗' if reason.keeps_out else '-'} {reason.sentence}"))
    for heading, sentences in _parts(verdict):
        lines.put(Text(heading, style="bold"))
        for sentence in sentences:
            lines.put(Text(f"- {sentence}"), _INDENT)


def _parts(verdict: Verdict) -> Iterator[tuple[str, tuple[str, ...]]]:
    if verdict.explanation:
        yield "Its score", verdict.explanation
    if verdict.comparison is not None:
        yield f"Beside the first, “{verdict.comparison.first.title}”", verdict.comparison.sentences
    if verdict.nearest:
        yield "Addresses that resemble it", tuple(near.url for near in verdict.nearest)
