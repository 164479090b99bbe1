"""Commands of the service: asking on a terminal, measuring, embedding, and who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Command -> where it is, and the first line of its help: listing them imports none of them.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "search": ("service.commands.search:search", "Ask the index a question."),
    "why": ("service.commands.why:why", "Say why an article is in the answer to a question, or why not."),
    "embed": ("service.commands.embed:embed", "Print the HTML that brings the search box to a page."),
    "judgements": ("service.commands.judgements:judgements", "Keep sets of judged questions, as files."),
    "tune": ("service.commands.tune:tune", "Read, write, compare and publish what is tuned."),
    "admin": ("service.commands.accounts:admin", "Add, list, reset and remove administrators."),
    "keys": ("service.commands.accounts:keys", "Make, list and revoke keys of programs."),
    "analytics": ("service.commands.analytics:analytics", "Print a report of what people search for."),
    "evaluate": ("service.commands.evaluate:evaluate", "Measure how well questions are answered."),
}

__all__ = ["COMMANDS"]
