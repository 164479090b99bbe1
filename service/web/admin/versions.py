"""The versions of the tuning as the desk lists and compares them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from ...tuning.difference import as_files, differences
from ...tuning.knowing import NO_NAMES, Names
from ...tuning.model import TuningModel
from ...tuning.store import Version
from .tuning import Line, lines_of

PATH: Final = "/admin/versions"
PER_PAGE: Final = 25
SHORT: Final = 4  # changes of a version that its row tells
AROUND: Final = 2  # lines of a file before and after those that differ
DRAFT: Final = "draft"
PUBLISHED: Final = "published"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, and what it changed of the one before: the first changes, and how many more there are."""

    version: Version
    lines: tuple[Line, ...]
    more: int


def version_row(
    version: Version, before: TuningModel, after: TuningModel, names: Names = NO_NAMES
) -> VersionRow:
    """The row of a version that follows a model."""
    found = differences(before, after)
    lines = lines_of(found[:SHORT], names)
    more = len(lines_of(found[SHORT:])) + max(len(lines) - SHORT, 0)
    return VersionRow(version, tuple(lines[:SHORT]), more)


def file_lines(before: TuningModel, after: TuningModel) -> list[Line]:
    """What two files differ in, line by line, with some lines around."""
    return list(_lines(as_files(before), as_files(after)))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    for number, group in enumerate(groups):
        if number:
            yield " ", "…"
        for tag, first, last, start, end in group:
            if tag == "equal":
                yield from ((" ", line) for line in old[first:last])
                continue
            yield from (("-", line) for line in old[first:last])
            yield from (("+", line) for line in new[start:end])
