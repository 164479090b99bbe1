"""``broadsheet index``: bring the index to what the sources hold."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from ..errors import ConfigurationError, SourceError
from ..pipeline import BuildReport, Failure
from ..site import Site
from ..sources import Source, is_missing, open_sources, site_file
from ..workspace import MEMORY_MB, MEMORY_RANGE, Workspace
from .common import Command, compile_first, data_option, given_site, say, site_option, wait_option
from .progress import watch
from .report import as_json, as_lines

DEFAULT_SOURCE = "corpus"
SOURCE_VARIABLE = "BROADSHEET_SOURCE"


@click.command(cls=Command)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@data_option
@site_option
@wait_option
@click.option("--rebuild", is_flag=True, help="Build a new generation of the index from the catalog.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--allow-removals", is_flag=True, help="Remove articles even when most of a source is gone.")
@click.option("--json", "json_", is_flag=True, help="Print the report as one JSON object.")
@click.option("--workers", type=click.IntRange(0, 256), metavar="NUMBER", help="Processes that read pages.")
@click.option(
    "--memory",
    type=click.IntRange(*MEMORY_RANGE),
    metavar="MB",
    envvar="BROADSHEET_INDEX_MEMORY_MB",
    default=MEMORY_MB,
    show_default=True,
    show_envvar=True,
    help="Memory for words that wait to be written; what is more goes to the disk meanwhile.",
)
@click.pass_context
def index(  # noqa: PLR0913, PLR0917 click hands over one argument an option
    ctx: click.Context,
    sources: tuple[str, ...],
    data: Path,
    site: Path | None,
    wait: float,
    rebuild: bool,
    dry_run: bool,
    allow_removals: bool,
    json_: bool,
    workers: int | None,
    memory: int,
) -> None:
    """Bring the index to what the sources hold.

    SOURCE is a folder of HTML pages, one page, or a WordPress export (WXR). Without one, the setting
    BROADSHEET_SOURCE is read, and else the folder ./corpus. Pages that did not change are not read
    again, what a source no longer holds is removed. With --rebuild and no SOURCE the index is made
    from the catalog alone.

    The exit status is 0, or 1 when a page or a source failed, or 2 when nothing could be done.
    """
    texts = sources or (() if rebuild else default_sources())
    if not dry_run:
        compile_first()
    options = {"workers": workers, "memory_mb": memory, "create": bool(texts)}
    with Workspace(data.expanduser(), _site(site, texts), **options) as workspace:  # type: ignore[arg-type]  # as named
        opened, missing = _open(workspace, texts)
        with watch() as progress:
            report = workspace.build(
                opened,
                rebuild=rebuild,
                dry_run=dry_run,
                allow_removals=allow_removals,
                progress=progress,
                wait_seconds=wait,
                on_wait=say,
            )
        for note in _gone(workspace):
            say(note)
    report = replace(report, failed=(*missing, *report.failed))
    _print(report, json_)
    ctx.exit(report.exit_status)


def _gone(workspace: Workspace) -> Iterator[str]:
    """A line for each folder that articles came from and that is no longer there.

    Nothing is removed for it: the folder may be a disk that is not mounted. A folder that has moved
    would otherwise stand in the answers twice, unnoticed.
    """
    for name in workspace.known_sources():
        kind, _, place = name.partition(":")
        if kind == "folder" and is_missing(Path(place)):
            count = workspace.catalog.count(name)
            articles = "1 article is" if count == 1 else f"{count:,} articles are"
            if count:
                yield f"{articles} from {place}, which is gone; `broadsheet forget {place}` removes them"


def default_sources() -> tuple[str, ...]:
    """What is indexed when nothing is named: the setting, else the folder ``corpus``.

    Raises:
        ConfigurationError: there is neither.
    """
    try:
        named = tuple(shlex.split(os.environ.get(SOURCE_VARIABLE, "")))
    except ValueError as error:
        raise ConfigurationError(f"{SOURCE_VARIABLE}: {error}") from error
    if named:
        return named
    if Path(DEFAULT_SOURCE).is_dir():
        return (DEFAULT_SOURCE,)
    raise ConfigurationError(
        f"name a SOURCE (a folder, a page, a WordPress export), or set {SOURCE_VARIABLE}; "
        f"there is no folder {DEFAULT_SOURCE} here"
    )


def _site(given: Path | None, texts: Sequence[str]) -> Site | None:
    """The site of ``--site``, else of the ``site.toml`` beside the sources."""
    if given is not None:
        return given_site(given)
    found = {path for text in texts if (path := site_file(Path(text))) is not None}
    if len(found) > 1:
        names = ", ".join(sorted(map(str, found)))
        raise ConfigurationError(f"the sources have several site files ({names}); choose one with --site")
    return given_site(next(iter(found), None))


def _open(workspace: Workspace, texts: Sequence[str]) -> tuple[list[Source], list[Failure]]:
    known = workspace.known_sources()
    opened, errors = open_sources(texts, known)
    if errors and not opened:
        raise SourceError("; ".join(map(str, errors)))
    return opened, [_missing(error) for error in errors]


def _missing(error: SourceError) -> Failure:
    locator, _, detail = str(error).partition(": ")
    return Failure(locator, "source_missing", detail)


def _print(report: BuildReport, json_: bool) -> None:
    if json_:
        click.echo(as_json(report))
        return
    for line in as_lines(report):
        click.echo(line)
