"""Progress on the error output: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich import progress as bars
from rich.console import Console

from ..pipeline import Progress

LINE_SECONDS = 5.0  # a log wants a sign of life, not a line a page


@contextmanager
def watch() -> Iterator[Callable[[Progress], None]]:
    """A function that shows progress for the length of the block."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(click.echo)
        return
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, transient=True) as shown:
        yield Bar(shown)


def describe(progress: Progress) -> str:
    """What is being done, in words."""
    return f"reading {progress.of}" if progress.stage == "reading" else "indexing"


class Bar:
    """A bar for each source, and one for the index."""

    def __init__(self, shown: bars.Progress) -> None:
        self._bars = shown
        self._tasks: dict[str, bars.TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        """Show how far it is."""
        name = describe(progress)
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=progress.total)
        self._bars.update(self._tasks[name], completed=progress.done, total=progress.total)


class Lines:
    """A line every few seconds, so that short runs say nothing and long ones are seen to live."""

    def __init__(
        self,
        echo: Callable[..., None],
        *,
        seconds: float = LINE_SECONDS,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._echo = echo
        self._seconds = seconds
        self._timer = timer
        self._due = timer() + seconds

    def __call__(self, progress: Progress) -> None:
        """Print how far it is, if the time has come."""
        now = self._timer()
        if now < self._due:
            return
        self._due = now + self._seconds
        of = f" of {progress.total:,}" if progress.total is not None else ""
        self._echo(f"{describe(progress)}: {progress.done:,}{of}", err=True)
