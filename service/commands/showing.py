"""A search result on a terminal: matches emphasised there, plain text elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ..search.request import Highlight, Hit, SearchResult

_MATCH = "bold yellow"
_TITLE = "bold"
_INDENT = 4


def show(result: SearchResult, console: Console) -> None:
    """Print a result: the total, what was done to the question, the hits."""
    lines = Lines(console)
    for line in (_headline(result), *_notes(result)):
        lines.put(Text(line))
    first = (result.request.page - 1) * result.request.per_page + 1
    for number, hit in enumerate(result.hits, start=first):
        lines.put(Text())
        _show_hit(number, hit, lines)


class Lines:
    """Lines on a console: wrapped to its width on a terminal, each one whole in a file or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def put(self, text: Text, indent: int = 0) -> None:
        """Print a line."""
        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent)))
        else:
            self._console.print(Text(" " * indent) + text, soft_wrap=True)


def _headline(result: SearchResult) -> str:
    articles = "1 article" if result.total == 1 else f"{result.total:,} articles"
    pages = f", page {result.request.page} of {result.pages:,}" if result.pages > 1 else ""
    return f"{articles}{pages}"


def _notes(result: SearchResult) -> Iterator[str]:
    applied = result.applied
    if result.total and not result.hits:
        yield f"The results end at page {result.pages:,}"
    if applied.relaxed and applied.complete:
        yield "Few articles have all the words; they come first, the others have some of them."
    elif applied.relaxed:
        yield "No article has all the words; these have some of them."
    if applied.unknown:
        yield f"No article has: {', '.join(applied.unknown)}"
    if applied.corrected:
        yield f"Did you mean: {applied.corrected}"
    if applied.ignored:
        yield f"Left out: {', '.join(applied.ignored)}"
    if applied.synonyms:
        yield f"Also searched for: {'; '.join(applied.synonyms)}"
    if applied.rules:
        yield f"Rules that changed this: {', '.join(applied.rules)}"


def _show_hit(number: int, hit: Hit, lines: Lines) -> None:
    lines.put(Text.assemble(f"{number:>2}. ", marked(hit.highlights.title, _TITLE)))
    for line in (Text(hit.url), Text(_facts(hit), style="dim")):
        if line.plain:
            lines.put(line, _INDENT)
    for excerpt in hit.highlights.content:
        lines.put(marked(excerpt), _INDENT)
    for sentence in hit.explanation or ():
        lines.put(Text(f"- {sentence}", style="dim"), _INDENT)


def _facts(hit: Hit) -> str:
    categories = ", ".join(category.label for category in hit.categories)
    return " · ".join(part for part in (hit.published_at, categories) if part)


def marked(highlight: Highlight, style: str = "") -> Text:
    """A text with its matches emphasised."""
    text = Text(highlight.text, style=style)
    for start, end in highlight.ranges:
        text.stylize(_MATCH, start, end)
    return text
