"""Source to parsing to catalog to index, and the report of what was done on the way."""

from __future__ import annotations

from ..sources.page import Failure
from .publish import Publisher
from .readers import open_reader
from .reading import read_page, reader_version
from .report import BuildReport, Progress, Tally
from .scan import Scan

__all__ = [
    "BuildReport",
    "Failure",
    "Progress",
    "Publisher",
    "Scan",
    "Tally",
    "open_reader",
    "read_page",
    "reader_version",
]
