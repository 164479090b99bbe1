"""Commands of the operator: check, generations, rollback, forget."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import SourceError
from .common import Command, data_option, open_workspace, say, wait_option


@click.command(cls=Command)
@data_option
@click.pass_context
def check(ctx: click.Context, data: Path) -> None:
    """Verify the catalog and the index.

    Every file of the live generation is compared with its manifest, every article of the catalog is
    looked for in the index. The exit status is 0, or 1 when there is a problem, or 2 when nothing
    could be verified.
    """
    with open_workspace(data) as workspace:
        problems = workspace.check()
        for problem in problems:
            click.echo(problem)
        if not problems:
            catalog = workspace.catalog
            count = catalog.count()
            articles = "1 article" if count == 1 else f"{count:,} articles"
            click.echo(f"sound: {articles}, change {catalog.sequence:,}")
    ctx.exit(1 if problems else 0)


@click.command(cls=Command)
@data_option
def generations(data: Path) -> None:
    """List the generations of the index on disk, oldest first, the live one marked."""
    with open_workspace(data) as workspace:
        for generation in workspace.index.generations():
            mark = "live" if generation.live else "    "
            if generation.problem:
                click.echo(f"{mark}  {generation.name}  cannot be read: {generation.problem}")
                continue
            click.echo(
                f"{mark}  {generation.name}  {generation.articles:,} articles  "
                f"change {generation.sequence:,}  {generation.bytes:,} bytes"
            )


@click.command(cls=Command)
@data_option
@wait_option
def rollback(data: Path, wait: float) -> None:
    """Go back to the previous generation of the index.

    The catalog stays as it is: the next `broadsheet index` brings the older generation up to date.
    """
    with open_workspace(data) as workspace:
        click.echo(f"generation {workspace.rollback(wait_seconds=wait)}")


@click.command(cls=Command)
@click.argument("source")
@data_option
@wait_option
def forget(source: str, data: Path, wait: float) -> None:
    """Remove everything that came from SOURCE, such as a folder that has moved elsewhere.

    SOURCE is a name as the catalog keeps it (folder:/srv/site, wordpress:example.org, push) or a path.
    """
    with open_workspace(data) as workspace:
        name = workspace.source_name(source)
        if name is None:
            known = ", ".join(workspace.known_sources()) or "none"
            raise SourceError(f"{source}: nothing came from there; known sources: {known}")
        removed = workspace.forget(name)
        workspace.apply(wait_seconds=wait, on_wait=say)
        click.echo(f"{removed:,} removed")
