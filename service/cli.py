"""The command ``broadsheet``. Every command is imported when it is called, so that help is quick."""

from __future__ import annotations

import os
import sys

try:
    from collections.abc import Callable, Mapping
    from importlib import import_module
    from importlib.metadata import version
    from pathlib import Path
    from typing import Any, Final

    import click

    from indexer.cli import COMMANDS as INDEX_COMMANDS
    from indexer.errors import BroadsheetError, ConfigurationError

    from .commands import COMMANDS as SEARCH_COMMANDS
    from .output import PIPE_CLOSED, OutputClosed, watch_output, write_rest
    from .settings import SETTINGS, Setting, as_environment, given_as, read_settings, unknown_variables
except KeyboardInterrupt:  # Ctrl-C in the first moments, when nothing is begun and there is nothing to say
    sys.exit(130)

INTERRUPTED: Final = 130  # what a shell reports for a program ended by Ctrl-C

# Command -> where it is, and the first line of its help, so that listing the commands imports none of them.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {**INDEX_COMMANDS, **SEARCH_COMMANDS}


class Lazy(click.Group):
    """A group whose commands from elsewhere are imported when they are asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Load the command and run it. Ctrl-C meanwhile is one line and the status a shell gives it.

        So is a mistake on the command line: click would print how the command is used first.
        """
        try:
            return super().invoke(ctx)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            click.echo(f"broadsheet: {_usage(error)}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("broadsheet: stopped", err=True)
            ctx.exit(INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Own commands and those from elsewhere, by name."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in COMMANDS:
            return own
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing those from elsewhere."""
        rows = {name: command.get_short_help_str(100) for name, command in self.commands.items()}
        rows |= {name: text for name, (_, text) in COMMANDS.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows.items()))


def _usage(error: click.UsageError) -> str:
    said = error.format_message().rstrip(".")
    where = error.ctx.command_path if error.ctx else "broadsheet"
    hyphen = isinstance(error, click.NoSuchOption) and not error.option_name.startswith("--")
    words = "; put -- before words that begin with a hyphen" if hyphen else ""
    return f"{said[:1].lower()}{said[1:]}{words}; see `{where} --help`"


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("broadsheet"), prog_name="broadsheet")
def cli() -> None:
    """Full-text search for a site of articles: pages in, answers out."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each setting but the secret ones, which a list of processes would show."""
    for setting in reversed([setting for setting in SETTINGS if not setting.secret]):
        default = f"; default {setting.default}" if setting.default else ""
        text = f"{setting.help}  [{setting.variable}{default}]"
        command = click.option(setting.option, setting.name, metavar=setting.metavar, help=text)(command)
    return command


@cli.command()
@_options
@click.option("--check", is_flag=True, help="Look at settings, site, folder and address, and start nothing.")
def serve(check: bool, **given: str | None) -> None:
    """Start the service on what the data folder holds."""
    from indexer import compile_kernels

    from .places import check_address, check_folder

    settings = read_settings(os.environ, given)
    for name in unknown_variables(os.environ):
        click.echo(f"broadsheet: {name} is no setting of Broadsheet; see `broadsheet settings`.", err=True)
    if warning := check_folder(settings.data):
        click.echo(f"broadsheet: {warning}.", err=True)
    check_address(settings.bind)
    _check_site(settings.site, given_as("site", given))
    if not check:
        from .server import serve as run

        compile_kernels(lambda line: click.echo(f"broadsheet: {line}", err=True))
        sys.stdout = sys.__stdout__  # the service goes on when its output cannot be written
        run(as_environment(given))


def _check_site(path: Path | None, named: str) -> None:
    """Read the file that describes the site, so that a mistake in it is found before anything is started."""
    from indexer import load_site

    try:
        load_site(path)
    except ConfigurationError as error:
        raise ConfigurationError(f"{named}: {error}") from error


@cli.command()
def settings() -> None:
    """List the settings: variable, option, meaning, default."""
    for setting in SETTINGS:
        click.echo(describe(setting))


def describe(setting: Setting) -> str:
    """A setting on two lines."""
    option = "" if setting.secret else f"  {setting.option} {setting.metavar}"
    default = f" Default: {setting.default}." if setting.default else ""
    return f"{setting.variable}{option}\n    {setting.help[0].upper()}{setting.help[1:]}.{default}"


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. An error raised on purpose becomes one line and exit status 2."""
    watch_output()
    try:
        try:
            return cli.main(args=arguments, prog_name="broadsheet")
        finally:
            write_rest()
    except OutputClosed:
        sys.exit(PIPE_CLOSED)
    except BroadsheetError as error:
        click.echo(f"broadsheet: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
