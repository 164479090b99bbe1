"""What every engine is given: an article free of any engine's own form, and the sets they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from indexer import load_site

SITE = Path("corpus/site.toml")
FIRST_DAY = np.datetime64("2015-01-01")
DAYS = 3653  # ten years
TYPES = ("post", "report", "video", "page", "quote")
_TYPE_SHARES = (0.7, 0.15, 0.08, 0.04, 0.03)
_SECOND_CATEGORY = 0.35  # share of articles that are in two categories
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Item:
    """One article: ``number`` counts from 0, ``day`` is an ISO date, a line break in ``text`` a paragraph."""

    number: int
    title: str
    text: str
    categories: tuple[str, ...]
    type: str
    day: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text does not say of itself, one entry an article: categories, types and days."""

    categories: Sequence[tuple[str, ...]]
    types: Sequence[str]
    days: Sequence[str]


def category_slugs() -> tuple[str, ...]:
    """The 43 categories of the sample site."""
    return tuple(label.slug for label in load_site(SITE).categories)


def draw_facts(count: int, rng: np.random.Generator) -> Facts:
    """Draw categories with skewed popularity, types, and days that grow denser over ten years."""
    slugs = category_slugs()
    popularity = 1.0 / np.arange(1, len(slugs) + 1) ** 0.8
    first, second = rng.choice(len(slugs), (2, count), p=popularity / popularity.sum())
    two = (rng.random(count) < _SECOND_CATEGORY) & (first != second)
    pairs = zip(first.tolist(), second.tolist(), two.tolist(), strict=True)
    days = FIRST_DAY + (DAYS * np.sqrt(rng.random(count))).astype(np.int64)
    return Facts(
        [(slugs[one], slugs[other]) if both else (slugs[one],) for one, other, both in pairs],
        [TYPES[at] for at in rng.choice(len(TYPES), count, p=_TYPE_SHARES).tolist()],
        np.datetime_as_string(days).tolist(),
    )


def write_items(items: Iterable[Item], path: Path) -> None:
    """Write a set as JSON lines, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    encoder = msgspec.json.Encoder()
    with part.open("wb") as file:
        file.writelines(encoder.encode(item) + b"\n" for item in items)
    part.replace(path)


def read_items(path: Path, limit: int | None = None) -> Iterator[Item]:
    """Stream a set that :func:`write_items` wrote, at most ``limit`` articles."""
    decoder = msgspec.json.Decoder(Item)
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if number == limit:
                return
            yield decoder.decode(line)


def in_batches(items: Iterable[Item], size: int = _BATCH) -> Iterator[list[Item]]:
    """The items in lists of at most ``size``."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
