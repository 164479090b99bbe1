"""Commands of the service: ``search`` on a terminal, ``evaluate``, which asks many times, and ``embed``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Command -> where it is, and the first line of its help: listing them imports none of them.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "search": ("service.commands.search:search", "Ask the index a question."),
    "embed": ("service.commands.embed:embed", "Print the HTML that brings the search box to a page."),
    "evaluate": ("service.commands.evaluate:evaluate", "Measure how well questions are answered."),
}

__all__ = ["COMMANDS"]
