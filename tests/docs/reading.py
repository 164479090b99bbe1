"""Reading the documentation: its tables, blocks of code, links and words set as code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.live import ROOT

README = ROOT / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
API = ROOT / "docs" / "api.md"
DESK = ROOT / "docs" / "desk.md"
BENCHMARKS = ROOT / "docs" / "benchmarks.md"
EMBED = ROOT / "docs" / "embed.md"
OPERATING = ROOT / "docs" / "operating.md"
TUNING = ROOT / "docs" / "tuning.md"
VERSIONS = ROOT / "docs" / "versions.md"
CORPUS = ROOT / "corpus" / "README.md"
DOCUMENTS = (README, CHANGELOG, CORPUS, *sorted((ROOT / "docs").glob("*.md")))

Row = tuple[str, ...]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) +(.+?)\s*$")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A block of code and the language it says it is in."""

    language: str
    text: str


def read(path: Path) -> str:
    return path.read_text("utf-8")


def blocks(path: Path, *languages: str) -> list[Block]:
    """The blocks of code of a document, in order; only of these languages when any is given."""
    found = [Block(*match.groups()) for match in _FENCE.finditer(read(path))]
    return [block for block in found if not languages or block.language in languages]


def prose(path: Path) -> str:
    """A document without its blocks of code."""
    return _FENCE.sub("", read(path))


def links(path: Path) -> list[str]:
    return _LINK.findall(prose(path))


def words(path: Path) -> list[str]:
    """What is set as code within the text."""
    return _CODE.findall(prose(path))


def anchors(path: Path) -> set[str]:
    """The names of the headings, as they stand in addresses."""
    found = (_HEADING.match(line) for line in prose(path).splitlines())
    return {_anchor(match.group(2)) for match in found if match}


def _anchor(heading: str) -> str:
    """How GitHub makes a name of a heading: letters, digits, hyphens; white space to hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def table(path: Path, heading: str) -> list[Row]:
    """The first table under a heading, without its head: cells as written, outer white space gone.

    Fails when there is no such heading or no table before the next heading.
    """
    lines = iter(prose(path).splitlines())
    for line in lines:
        match = _HEADING.match(line)
        if match and match.group(2) == heading:
            rows = list(_rows(lines))
            assert rows, f"{path.name}: there is no table under {heading!r}"
            return rows[2:]
    raise AssertionError(f"{path.name}: there is no heading {heading!r}")


def _rows(lines: Iterator[str]) -> Iterator[Row]:
    begun = False
    for line in lines:
        if line.startswith("|"):
            begun = True
            yield tuple(cell.strip() for cell in line.strip()[1:-1].split("|"))
        elif begun or _HEADING.match(line):
            return


def code(cell: str) -> str:
    """The one word set as code that a cell begins with."""
    match = _CODE.match(cell)
    assert match, f"{cell!r} does not begin with a name set as code"
    return match.group(1)


def names(rows: list[Row]) -> list[str]:
    """The names in the first column, each once."""
    found = [code(row[0]) for row in rows]
    assert len(found) == len(set(found)), f"a name is listed twice: {sorted(found)}"
    return found
