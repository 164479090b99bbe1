"""What is worth a look in a tuning, told on a terminal: with what the index of the data folder knows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from indexer.cli.common import open_workspace
from indexer.workspace import CATALOG_FILE

from ..search.engine import Engine
from ..tuning.checking import Known
from ..tuning.knowing import Knowledge
from ..tuning.model import TuningModel
from ..tuning.warning import MAX_WARNED, find_warnings


def warn(data: Path, model: TuningModel) -> None:
    """Print the warnings to the error output, a line each. A folder without articles knows none of them."""
    folder = data.expanduser()
    if not (folder / CATALOG_FILE).is_file():
        _tell(model, Known())
        return
    with open_workspace(folder) as workspace:
        engine = Engine(workspace.index, workspace.site, resolve=workspace.id_at)
        _tell(model, Knowledge(engine, workspace.site).known())


def _tell(model: TuningModel, known: Known) -> None:
    found = list(islice(find_warnings(model, known), MAX_WARNED + 1))
    for fault in found[:MAX_WARNED]:
        click.echo(f"warning: {fault}", err=True)
    if len(found) > MAX_WARNED:
        click.echo(f"warning: and more than these {MAX_WARNED}", err=True)
