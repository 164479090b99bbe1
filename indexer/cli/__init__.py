"""The commands around the index: parse options, call, print. ``service.cli`` puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Command -> where it is, and the first line of its help: listing them imports none of them.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "index": ("indexer.cli.index:index", "Bring the index to what the sources hold."),
    "check": ("indexer.cli.upkeep:check", "Verify the catalog and the index."),
    "export": ("indexer.cli.export:export", "Print the catalog, one JSON line an article."),
    "forget": ("indexer.cli.upkeep:forget", "Remove everything that came from a source."),
    "generations": ("indexer.cli.upkeep:generations", "List the generations of the index on disk."),
    "rollback": ("indexer.cli.upkeep:rollback", "Go back to the previous generation of the index."),
}

__all__ = ["COMMANDS"]
