"""What the commands have in common: options, how errors are told, how the data folder is opened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from ..analysis.compiled import compile_kernels
from ..errors import BroadsheetError
from ..lock import WAIT_SECONDS
from ..site import Site, load_site
from ..storage import disk_words
from ..workspace import Workspace

NOTHING_DONE: Final = 2
INTERRUPTED: Final = 130  # what a shell reports for a program ended by Ctrl-C


class Problem(click.ClickException):
    """An error raised on purpose, shown as one line."""

    exit_code = NOTHING_DONE

    def show(self, file: Any = None) -> None:
        """Print ``broadsheet: message`` to the error output."""
        click.echo(f"broadsheet: {self.format_message()}", file=file or sys.stderr)


class Command(click.Command):
    """A command whose errors become one line on the error output and exit status 2, with no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BroadsheetError as error:
            raise Problem(str(error)) from error
        except BrokenPipeError:
            raise  # who reads our output has seen enough; click ends the command in silence
        except OSError as error:
            raise Problem(disk_words(error, ctx.params.get("data") or "the disk")) from error
        except KeyboardInterrupt:
            click.echo(
                "broadsheet: stopped; what was accepted is kept, the next run goes on from there", err=True
            )
            ctx.exit(INTERRUPTED)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--data``, the folder of catalog and index."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="BROADSHEET_DATA",
        default="var",
        show_default=True,
        show_envvar=True,
        help="Folder of the catalog and the index.",
    )(command)


def site_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--site``, the file that describes the site."""
    return click.option(
        "--site",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="BROADSHEET_SITE",
        show_envvar=True,
        help="site.toml that describes the site.  [default: the one the articles were last indexed with]",
    )(command)


def wait_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--wait``, how long another writer is waited for."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0.0),
        metavar="SECONDS",
        default=WAIT_SECONDS,
        show_default=True,
        help="How long to wait while another process writes.",
    )(command)


@contextmanager
def open_workspace(
    data: Path, site: Path | None = None, *, create: bool = False, kernels: bool = True
) -> Iterator[Workspace]:
    """The data folder, closed afterwards. A site that is not given is the one of the last run.

    ``kernels`` says whether the index will be used, and not the catalog alone.
    """
    if kernels:
        compile_first()
    with Workspace(data.expanduser(), given_site(site), create=create) as workspace:
        yield workspace


def given_site(path: Path | None) -> Site | None:
    """The site a file describes, or ``None`` where no file is given."""
    # NOTE: an empty variable reaches us as the path "."; it stands for no file.
    return load_site(path.expanduser()) if path not in {None, Path()} else None


def compile_first() -> None:
    """Compile the kernels of the search engine, where that has not been done, and say so."""
    compile_kernels(say)


def say(line: str) -> None:
    """Tell a person something that is no result."""
    click.echo(f"broadsheet: {line}", err=True)
