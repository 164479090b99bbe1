"""``broadsheet evaluate``: ask many questions and measure the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from indexer import evaluation
from indexer.cli.common import Command, data_option, open_workspace, site_option
from indexer.errors import ConfigurationError
from indexer.evaluation import Answered, Evaluation, Judgements, Question, Score

from ..search.engine import Engine
from ..tuning.compiling import compile_model
from ..tuning.store import NOTHING, Published
from ..tuning.trying import ask_engine
from .asking import HttpAsker
from .judgements import opened as judgement_store
from .published import published
from .tune import opened as tuning_store
from .tune import read_file, who

BUDGET_SECONDS = 60.0  # slow answers are measured, not cut off


@click.command(cls=Command)
@click.option("--queries", type=click.Path(path_type=Path), metavar="FILE", help="Questions, JSON lines.")
@click.option("--qrels", type=click.Path(path_type=Path), metavar="FILE", help="Judgements, TSV.")
@click.option("--set", "set_name", default="", metavar="NAME", help="Ask this set of the store, not files.")
@click.option("--tuning", default="", metavar="VERSION", help="Ask under this version, or this TOML file.")
@click.option("--record", is_flag=True, help="Write it down beside earlier evaluations of the set.")
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
    queries: Path | None,
    qrels: Path | None,
    set_name: str,
    tuning: str,
    record: bool,
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
    article and grade with tabs between them; a set of the store stands for both. An article is known by its
    id or by the last part of its address, without extension. Printed are recall, nDCG and MRR over the first
    hits, and how long an answer took. With --url the answers come over HTTP, else from the engine in this
    process, under the version of the tuning that is in force unless --tuning names another one.
    """
    _check_options(queries, qrels, set_name, record=record, away=bool(url), tuning=tuning)
    questions, judgements = _judged(queries, qrels, set_name, data)
    version = _version(tuning, data) if url is None else NOTHING
    generation: list[str] = []
    with _asker(url, data, site, limit, version, generation) as ask:
        scores = list(evaluation.evaluate(questions, judgements, ask, limit, id_prefix))
    summary = evaluation.summarise(scores, limit)
    if record:
        with judgement_store(data) as store:
            mark = version.version
            store.note(set_name, summary, mark.number, mark.digest, generation[0], who(""))
    if per_query is not None:
        _write(per_query, scores)
    if questions and not summary.recall:
        click.echo(
            "broadsheet: no judged article is among the hits: is --id-prefix right?",
            err=True,
        )
    click.echo(json.dumps(_as_object(summary)) if json_ else "\n".join(_as_lines(summary, scores)))


def _check_options(
    queries: Path | None, qrels: Path | None, set_name: str, *, record: bool, away: bool, tuning: str
) -> None:
    if bool(set_name) == bool(queries and qrels) or (set_name and (queries or qrels)):
        raise ConfigurationError("give --queries and --qrels, or else --set")
    if record and (not set_name or away or not _is_number(tuning or "0")):
        raise ConfigurationError("--record is for a set of the store, asked here under a published version")
    if tuning and away:
        raise ConfigurationError("--tuning is for the engine in this process; a service has its own")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _judged(
    queries: Path | None, qrels: Path | None, set_name: str, data: Path
) -> tuple[list[Question], Judgements]:
    if queries is not None and qrels is not None:
        return evaluation.read_questions(queries), evaluation.read_judgements(qrels)
    with judgement_store(data) as store:
        judged = store.read(set_name)
    return [Question(item.id, item.text) for item in judged], {item.id: item.grades for item in judged}


def _version(tuning: str, data: Path) -> Published:
    """The version that is asked under. Without a store nothing has been published."""
    if tuning and not _is_number(tuning):
        return replace(NOTHING, model=read_file(tuning))
    if not tuning:
        return published(data)
    with tuning_store(data) as store:
        return store.version(int(tuning))


@contextmanager
def _asker(
    url: str | None, data: Path, site: Path | None, limit: int, version: Published, generation: list[str]
) -> Iterator[Callable[[str], Answered]]:
    if url is not None:
        with closing(HttpAsker(url, limit)) as asker:
            yield asker
        return
    with open_workspace(data, site) as workspace:
        tuning = compile_model(version.model)
        engine = Engine(workspace.index, workspace.site, budget_seconds=BUDGET_SECONDS, tuning=lambda: tuning)
        generation.append(engine.generation)
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
