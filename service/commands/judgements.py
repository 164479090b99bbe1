"""``broadsheet judgements``: sets of judgements in the store, brought in and taken out as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from indexer import evaluation
from indexer.cli.common import Command, data_option

from ..identity.audit import Audit
from ..identity.moments import utc_now
from ..tuning.judging import JudgementStore, as_files, from_files
from .tune import opened_database, who


@click.group()
def judgements() -> None:
    """Bring sets of judged questions into the store and take them out, as files."""


def _files(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, what in (("--qrels", "Judgements, TSV."), ("--queries", "Questions, JSON lines.")):
        kind = click.Path(path_type=Path)
        command = click.option(name, type=kind, required=True, metavar="FILE", help=what)(command)
    return command


@judgements.command(name="list", cls=Command)
@data_option
def list_sets(data: Path) -> None:
    """List the sets."""
    with opened(data) as store:
        for known in store.all():
            click.echo(
                f"{known.name}  {known.questions:,} questions, {known.grades:,} judgements  {known.at}"
            )


@judgements.command(name="import", cls=Command)
@click.argument("name")
@_files
@click.option("--note", default="", metavar="TEXT", help="What the set is.")
@click.option(
    "--author", default="", metavar="NAME", help="Who brings it in.  [default: the user of this system]"
)
@data_option
def import_set(name: str, queries: Path, qrels: Path, note: str, author: str, data: Path) -> None:
    """Put the questions and judgements of two files into the set NAME, in the place of what it holds."""
    judged = from_files(evaluation.read_questions(queries), evaluation.read_judgements(qrels))
    with opened(data) as store:
        store.write(name, judged, who(author), note)
    click.echo(f"{name}: {len(judged):,} questions, {sum(len(item.grades) for item in judged):,} judgements")


@judgements.command(name="export", cls=Command)
@click.argument("name")
@_files
@data_option
def export_set(name: str, queries: Path, qrels: Path, data: Path) -> None:
    """Write the set NAME to two files."""
    with opened(data) as store:
        asked, known = as_files(store.read(name))
    queries.write_text(asked, "utf-8")
    qrels.write_text(known, "utf-8")


@contextmanager
def opened(data: Path) -> Iterator[JudgementStore]:
    """The judgements of a data folder, or of the setting ``database``."""
    with opened_database(data) as database:
        yield JudgementStore(database, Audit(database, utc_now), utc_now)
