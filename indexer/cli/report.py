"""A build report for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from ..pipeline import BuildReport

SHOWN: Final = 10  # of what is as it should be: of a folder that has moved every page is replaced


def as_json(report: BuildReport) -> str:
    """The report as one line of JSON."""
    return json.dumps(
        {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "removed": report.removed,
            "withdrawn": report.withdrawn,
            "failed": [failure.as_object() for failure in report.failed],
            "passed": [failure.as_object() for failure in report.passed],
            "replaced": [failure.as_object() for failure in report.replaced],
            "repaired": report.repaired,
            "seconds": round(report.seconds, 3),
            "generation": report.generation,
            "sequence": report.sequence,
            "dry_run": report.dry_run,
        },
        ensure_ascii=False,
    )


def as_lines(report: BuildReport) -> Iterator[str]:
    """The report as lines: the failures, then the numbers, then where the index stands."""
    for failure in report.failed:
        yield f"failed: {failure}"
    yield from _some("passed", [f"{page.locator}: {page.detail}" for page in report.passed])
    yield from _some("replaced", [f"{page.locator}: {page.detail}" for page in report.replaced])
    if report.repaired:
        yield f"repaired: {report.repaired}; a new one was made from the catalog"
    numbers = (
        f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged, "
        f"{report.removed:,} removed, {len(report.failed):,} failed"
    )
    yield f"{'would be: ' if report.dry_run else ''}{numbers}, in {report.seconds:.1f} s"
    if report.withdrawn:
        yield f"{report.withdrawn:,} removed by hand before; they come back when their page changes"
    if report.generation:
        yield f"generation {report.generation}, change {report.sequence:,}"


def _some(name: str, lines: list[str]) -> Iterator[str]:
    for line in lines[:SHOWN]:
        yield f"{name}: {line}"
    if len(lines) > SHOWN:
        yield f"{name}: {len(lines) - SHOWN:,} more, which --json names"
