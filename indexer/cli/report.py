"""A build report for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from ..pipeline import BuildReport

SHOWN_REPLACED: Final = 10  # of a folder that has moved, every page is


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
    for replaced in report.replaced[:SHOWN_REPLACED]:
        yield f"replaced: {replaced.locator}: {replaced.detail}"
    if len(report.replaced) > SHOWN_REPLACED:
        yield f"replaced: {len(report.replaced) - SHOWN_REPLACED:,} more, which --json names"
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
