"""Source to parsing to catalog to index, and the report of what was done on the way."""

from __future__ import annotations

from ..sources.page import Failure
from .publish import Publisher
from .readers import PUSH_WORKERS, KeptReader, open_reader
from .reading import read_page, reader_version
from .report import BuildReport, Progress, Tally
from .scan import Scan

__all__ = [
    "PUSH_WORKERS",
    "BuildReport",
    "Failure",
    "KeptReader",
    "Progress",
    "Publisher",
    "Scan",
    "Tally",
    "open_reader",
    "read_page",
    "reader_version",
]
