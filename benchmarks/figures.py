"""Medians by kind of question, ratios to ours, their geometric means, and where totals differ."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .peers import OURS
from .run import Result


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of question: the median milliseconds of each engine, and ours divided by each.

    An engine that cannot ask it has its reason instead.
    """

    name: str
    milliseconds: dict[str, float]
    ratios: dict[str, float]
    unable: dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """How an engine's totals of one kind compare with those of the first: ``apart`` is the median of
    their relative differences, ``example`` the instance that differs most."""

    kind: str
    peer: str
    same: int
    asked: int
    apart: float
    example: str
    common: float  # mean share of the first ten that both have


def rows(results: Sequence[Result], fetch: bool) -> list[Row]:
    """The table of one way of asking."""
    chosen = [result for result in results if result.fetch == fetch]
    names = dict.fromkeys(result.question.row for result in chosen)
    return [_row(name, [result for result in chosen if result.question.row == name]) for name in names]


def _row(name: str, results: Sequence[Result]) -> Row:
    peers = list(results[0].asked)
    times = {
        peer: [result.asked[peer].median for result in results if not result.asked[peer].unable]
        for peer in peers
    }
    ratios = {peer: list(_ratios(results, peer)) for peer in peers if peer != OURS}
    unable = {peer: result.asked[peer].unable for result in results for peer in peers}
    return Row(
        name,
        {peer: statistics.median(found) for peer, found in times.items() if found},
        {peer: geometric_mean(found) for peer, found in ratios.items() if found},
        {peer: why for peer, why in unable.items() if why},
    )


def _ratios(results: Iterable[Result], peer: str) -> Iterator[float]:
    """Ours divided by the peer's time, for each question both answered."""
    for result in results:
        ours, other = result.asked.get(OURS), result.asked[peer]
        if ours and not ours.unable and not other.unable:
            yield ours.median / other.median


def geometric_mean(values: Sequence[float]) -> float:
    """The n-th root of the product of n positive numbers."""
    return math.exp(sum(map(math.log, values)) / len(values))


def overall(results: Sequence[Result], fetch: bool) -> dict[str, float]:
    """Ours divided by each engine's time: the geometric mean over all questions both answered."""
    chosen = [result for result in results if result.fetch == fetch]
    peers = [peer for peer in chosen[0].asked if peer != OURS] if chosen else []
    found = {peer: list(_ratios(chosen, peer)) for peer in peers}
    return {peer: geometric_mean(ratios) for peer, ratios in found.items() if ratios}


def differences(results: Sequence[Result]) -> list[Difference]:
    """How totals and first ten compare with the first engine's, by kind; each question counted once."""
    plain = [result for result in results if not result.question.facet and result.fetch == results[0].fetch]
    kinds = dict.fromkeys(result.question.kind for result in plain)
    return [
        found
        for kind in kinds
        for peer in list(plain[0].asked)[1:]
        if (found := _difference(kind, peer, [result for result in plain if result.question.kind == kind]))
    ]


def _difference(kind: str, peer: str, results: Sequence[Result]) -> Difference | None:
    first = next(iter(results[0].asked))
    pairs = []
    for result in results:
        ours, other = result.asked[first].answer, result.asked[peer].answer
        if ours.total is not None and other.total is not None:
            said = f"{' '.join(result.question.words)}: {ours.total} and {other.total}"
            apart = abs(other.total - ours.total) / max(ours.total, other.total, 1)
            most = max(len(ours.ids), len(other.ids))
            common = len(set(ours.ids) & set(other.ids)) / most if most else 1.0
            pairs.append((apart, said, common))
    if not pairs:
        return None
    return Difference(
        kind,
        peer,
        sum(1 for apart, _, _ in pairs if not apart),
        len(pairs),
        statistics.median(apart for apart, _, _ in pairs),
        max(pairs)[1] if any(apart for apart, _, _ in pairs) else "",
        statistics.fmean(common for _, _, common in pairs),
    )


def facet_differences(results: Sequence[Result]) -> list[str]:
    """Where engines with the same total count categories otherwise than the first engine does."""
    found = []
    for result in results:
        first, *others = result.asked
        ours = result.asked[first].answer
        for peer in others:
            other = result.asked[peer].answer
            same = not result.question.category and ours.total == other.total
            if result.question.facet and same and dict(other.facets) != dict(ours.facets):
                found.append(f"{peer}: {result.question.name}")
    return found
