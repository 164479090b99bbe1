"""The commands that ask: ``search`` on a terminal, and ``evaluate``, which asks many times and judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Command -> where it is, and the first line of its help: listing them imports none of them.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "search": ("service.commands.search:search", "Ask the index a question."),
    "evaluate": ("service.commands.evaluate:evaluate", "Measure how well questions are answered."),
}

__all__ = ["COMMANDS"]
