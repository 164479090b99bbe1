"""``broadsheet evaluate``: ask many questions and measure the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from indexer import evaluation
from indexer.cli.common import Command, data_option, open_workspace, site_option
from indexer.errors import ConfigurationError
from indexer.evaluation import Answered, Evaluation, Score

from ..search.engine import Engine
from .asking import HttpAsker, ask_engine

BUDGET_SECONDS = 60.0  # slow answers are measured, not cut off


@click.command(cls=Command)
@click.option(
    "--queries", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Questions, JSON lines."
)
@click.option(
    "--qrels", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Judgements, TSV."
)
@click.option("--url", metavar="ADDRESS", help="Ask this running service instead of the data folder.")
@data_option
@site_option
@click.option("--id-prefix", default="", metavar="TEXT", help="Put before the judged ids, e.g. article-.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Hits to look at.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@click.option(
    "--per-query", type=click.Path(path_type=Path), metavar="FILE", help="Write every question's measures."
)
def evaluate(  # noqa: PLR0913, PLR0917 click hands over one argument an option
    queries: Path,
    qrels: Path,
    url: str | None,
    data: Path,
    site: Path | None,
    id_prefix: str,
    limit: int,
    json_: bool,
    per_query: Path | None,
) -> None:
    """Measure how well questions are answered.

    FILE of --queries holds a JSON object a line with id and text, that of --qrels lines of question,
    article and grade with tabs between them. An article is known by its id or by the last part of its
    address, without extension. Printed are recall, nDCG and MRR over the first hits, and how long an
    answer took. With --url the answers come over HTTP, else from the engine in this process.
    """
    questions, judgements = evaluation.read_questions(queries), evaluation.read_judgements(qrels)
    with _asker(url, data, site, limit) as ask:
        scores = list(evaluation.evaluate(questions, judgements, ask, limit, id_prefix))
    summary = evaluation.summarise(scores, limit)
    if per_query is not None:
        _write(per_query, scores)
    if questions and not summary.recall:
        click.echo(
            "broadsheet: no judged article is among the hits: is --id-prefix right?",
            err=True,
        )
    click.echo(json.dumps(_as_object(summary)) if json_ else "\n".join(_as_lines(summary, scores)))


@contextmanager
def _asker(url: str | None, data: Path, site: Path | None, limit: int) -> Iterator[Callable[[str], Answered]]:
    if url is not None:
        with closing(HttpAsker(url, limit)) as asker:
            yield asker
        return
    with open_workspace(data, site) as workspace:
        engine = Engine(workspace.index, workspace.site, budget_seconds=BUDGET_SECONDS)
        yield ask_engine(engine, limit)


def _as_object(summary: Evaluation) -> dict[str, Any]:
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(summary).items()
    }


def _as_lines(summary: Evaluation, scores: Sequence[Score]) -> Iterator[str]:
    yield f"recall@{summary.limit}  {summary.recall:.4f}"
    yield f"nDCG@{summary.limit}    {summary.ndcg:.4f}"
    yield f"MRR@{summary.limit}     {summary.mrr:.4f}"
    yield f"time       {summary.mean_ms:.2f} ms mean, {summary.p95_ms:.2f} ms at the 95th percentile"
    yield f"queries    {summary.queries:,}"
    if summary.refused:
        first = next(score for score in scores if score.refused)
        yield f"refused    {summary.refused:,}, counted as not found"
        yield f"           the first: {first.question.id}: {first.refused}"


def _write(path: Path, scores: Sequence[Score]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for score in scores:
                line = asdict(score) | asdict(score.question)
                del line["question"]
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise ConfigurationError(
            f"--per-query: {path} cannot be written: {error.strerror or error}"
        ) from error
