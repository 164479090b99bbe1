"""The sets of articles the engines are measured on, each made once and kept in a scratch folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from .debian import debian
from .items import Item, category_slugs, in_batches, read_items, write_items
from .wikipedia import wikipedia
from .zipf import zipf

_SETS: dict[str, Callable[[int, Path], Iterator[Item]]] = {
    "zipf": lambda count, folder: zipf(count),  # noqa: ARG005  all sets are called alike
    "wikipedia": lambda count, folder: islice(wikipedia(folder / "wheel"), count),
    "debian": lambda count, folder: debian(folder / "debian", count),
}
SETS = tuple(_SETS)


def prepared(name: str, count: int, folder: Path) -> Path:
    """The file that holds a set of ``count`` articles (or as many as there are); made when missing."""
    path = folder / "data" / f"{name}-{count}.jsonl"
    if not path.is_file():
        write_items(_SETS[name](count, folder), path)
    return path


__all__ = ["SETS", "Item", "category_slugs", "in_batches", "prepared", "read_items"]
