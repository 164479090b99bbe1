"""What was measured, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .building import Built
from .figures import Difference, Row, differences, facet_differences, overall, rows
from .peers import OURS, make_peer
from .run import Result

_ASKED = {
    True: "Exact total, ten hits, and the stored title and text of the ten",
    False: "Exact total and the numbers of ten hits, without their stored text",
}


def save(
    markdown: str, data: Mapping[str, Any], options_markdown: Path | None, options_json: Path | None
) -> None:
    """Write both forms to the places asked for; Markdown is printed when there is none for it."""
    if options_json:
        options_json.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options_markdown:
        options_markdown.write_text(markdown, encoding="utf-8")
    else:
        print(markdown)


def head(title: str, facts: Mapping[str, str], command: str) -> list[str]:
    """The beginning of a report: what was run where."""
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    return [f"# {title}", "", f"`{command}`", "", *lines, ""]


def engines_markdown(top: list[str], results: Sequence[Result], built: Mapping[str, Built]) -> str:
    """The report of asking: geometric means, a table each way of asking, indexes, differences."""
    fetches = sorted({result.fetch for result in results}, reverse=True)
    lines = list(top)
    lines += [
        "",
        "How each engine is used:",
        "",
        *(f"- {name}: {make_peer(name).note}" for name in built),
        "",
    ]
    for fetch in fetches:
        lines += [f"## {_ASKED[fetch]}", "", *_overall(results, fetch), *_times(rows(results, fetch)), ""]
    lines += ["## The indexes", "", *built_table(built.values()), ""]
    lines += ["## Where totals differ", "", *_differences(differences(results)), ""]
    lines += [*(f"- facet counts differ, {line}" for line in facet_differences(results)[:20]), ""]
    return "\n".join(lines)


def _overall(results: Sequence[Result], fetch: bool) -> list[str]:
    found = overall(results, fetch)
    if not found:
        return []
    said = (f"- ours takes {ratio:.2f} times {peer}'s time" for peer, ratio in found.items())
    return ["Geometric mean over all questions both answer:", "", *said, ""]


def _times(found: Sequence[Row]) -> list[str]:
    """Median milliseconds of each engine; ours divided by each engine's, as geometric means."""
    peers = list(dict.fromkeys(peer for row in found for peer in (*row.milliseconds, *row.unable)))
    others = [peer for peer in peers if peer != OURS] if OURS in peers else []
    titles = ["question", *(f"{peer}, ms" for peer in peers), *(f"ours / {peer}" for peer in others)]
    body = [
        [row.name, *(_cell(row, peer) for peer in peers), *(_ratio(row, peer) for peer in others)]
        for row in found
    ]
    reasons = {f"{peer}: {why}" for row in found for peer, why in row.unable.items()}
    return [*table(titles, body), "", *(f"- {reason}" for reason in sorted(reasons))]


def _cell(row: Row, peer: str) -> str:
    return f"{row.milliseconds[peer]:.3f}" if peer in row.milliseconds else "cannot"


def _ratio(row: Row, peer: str) -> str:
    return f"{row.ratios[peer]:.2f}" if peer in row.ratios else ""


def built_table(built: Iterable[Built]) -> list[str]:
    """How each index was made, and its size with the stored text."""
    titles = [
        "engine",
        "articles/s",
        "s",
        "CPU s",
        "bytes an article",
        "peak MiB",
        "of which, bytes an article",
    ]
    body = [
        [
            one.peer,
            f"{one.articles / one.seconds:,.0f}",
            f"{one.seconds:.1f}",
            f"{one.cpu:.1f}",
            f"{one.size / one.articles:,.0f}",
            f"{one.peak / 2**20:,.0f}{'' if one.streamed else ' with the articles'}",
            ", ".join(f"{name} {size / one.articles:,.0f}" for name, size in _largest(one.parts)),
        ]
        for one in built
    ]
    return table(titles, body)


def _largest(parts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(parts.items(), key=lambda part: -part[1])[:8]


def _differences(found: Sequence[Difference]) -> list[str]:
    titles = ["kind", "engine", "same total", "median difference", "most different", "same first ten"]
    body = [
        [
            one.kind,
            one.peer,
            f"{one.same} of {one.asked}",
            f"{one.apart:.2%}",
            one.example,
            f"{one.common:.0%}",
        ]
        for one in found
    ]
    return table(titles, body)


def table(titles: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    """A table of Markdown; all columns but the first are numbers."""
    rule = ["---", *("---:" for _ in titles[1:])]
    return [f"| {' | '.join(row)} |" for row in (titles, rule, *body)]


def results_data(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Every question and what each engine made of it."""
    return [asdict(result) for result in results]
