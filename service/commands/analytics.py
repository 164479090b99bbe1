"""``broadsheet analytics``: a report on what people search for, from the store."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from indexer.cli.common import Command, data_option, open_workspace
from indexer.errors import ConfigurationError

from ..analytics.asking import asking
from ..analytics.export import as_csv
from ..analytics.reports import MAX_ROWS, REPORTS, Reports
from ..calendar import today
from ..settings import read_settings
from .published import tuned_engine
from .tune import opened_database

DAYS = 30  # of a report that is asked for without --from
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(cls=Command)
@click.argument("report", type=click.Choice(list(REPORTS)), default="overview")
@data_option
@click.option("--from", "from_", type=_DAY, metavar="DAY", help="First day; 30 days up to the last.")
@click.option("--to", type=_DAY, metavar="DAY", help="Last day; today when left out.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@click.option("--limit", type=click.IntRange(1, MAX_ROWS), default=50, show_default=True, help="Rows.")
def analytics(
    report: str, data: Path, from_: datetime | None, to: datetime | None, format_: str, limit: int
) -> None:
    """Print a REPORT of what people search for: without a name, the overview.

    Texts are shown that enough separate day-sessions asked for (BROADSHEET_ANALYTICS_K). The store is that of
    BROADSHEET_DATABASE, or the file in the data folder.
    """
    settings = read_settings(os.environ)
    last = to.date() if to else today()
    first = from_.date() if from_ else last - timedelta(days=DAYS - 1)
    if first > last:
        raise ConfigurationError(f"--from: {first} is after {last}")
    with (
        opened_database(data) as database,
        open_workspace(data) as workspace,
    ):
        ask = asking(tuned_engine(workspace, data))
        rows = REPORTS[report](Reports(database, settings.analytics_k, ask), first, last, limit)
    if format_ == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        click.echo(as_csv(rows), nl=False)
    else:
        _print(rows)


def _print(rows: list[Any]) -> None:
    if not rows:
        click.echo("nothing to report")
        return
    cells = [list(rows[0]), *([_plain(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _plain(value: object) -> str:
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return "" if value is None else "".join(letter if letter.isprintable() else "?" for letter in str(value))
