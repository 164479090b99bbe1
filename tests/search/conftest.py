"""An engine over the small collection, and requests in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from indexer.article import Label
from indexer.backends.base import Record
from indexer.backends.memory import MemoryIndex
from indexer.site import Site
from service.search.engine import Engine
from tests.conftest import COLLECTION, publish
from tests.contract.conftest import new_index

TODAY = date(2025, 1, 22)
SITE = Site(name="Test", categories=(Label("death-penalty", "Death Penalty"),))
MakeEngine = Callable[..., Engine]


def engine_over(records: Sequence[Record], **options: object) -> Engine:
    """An engine over the records, in memory, on a fixed day."""
    index = MemoryIndex()
    publish(index, records)
    return Engine(index, SITE, today=lambda: TODAY, **options)  # type: ignore[arg-type]  # options as named


def engine_on(backend: str, records: Sequence[Record], directory: Path, **options: object) -> Engine:
    """An engine over the records in an index of a kind, on a fixed day."""
    index = new_index(backend, directory)
    publish(index, records)
    return Engine(index, SITE, today=lambda: TODAY, **options)  # type: ignore[arg-type]  # options as named


@pytest.fixture(scope="session")
def engine() -> Engine:
    return engine_over(COLLECTION)
