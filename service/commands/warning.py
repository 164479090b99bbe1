"""What is worth a look in a tuning, told on a terminal: with what the index of the data folder knows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from indexer.cli.common import open_workspace
from indexer.errors import BroadsheetError

from ..search.engine import Engine
from ..tuning.checking import Known
from ..tuning.faults import Fault
from ..tuning.knowing import Knowledge
from ..tuning.model import TuningModel
from ..tuning.warning import MAX_WARNED, find_warnings


def warn(data: Path, model: TuningModel) -> None:
    """Print the warnings to the error output, a line each.

    Where the folder's articles cannot be asked, nothing is told of them, and nobody is kept from publishing.
    """
    try:
        with open_workspace(data.expanduser()) as workspace:
            engine = Engine(workspace.index, workspace.site, resolve=workspace.id_at)
            found = _found(model, Knowledge(engine, workspace.site).known())
    except BroadsheetError:
        found = _found(model, Known())
    for fault in found[:MAX_WARNED]:
        click.echo(f"warning: {fault}", err=True)
    if len(found) > MAX_WARNED:
        click.echo(f"warning: and more than these {MAX_WARNED}", err=True)


def _found(model: TuningModel, known: Known) -> list[Fault]:
    return list(islice(find_warnings(model, known), MAX_WARNED + 1))
