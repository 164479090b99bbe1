"""``broadsheet tune``: the tuning as a file, its versions, and what they differ in.

It works on the store itself, beside a service that may be running: its workers follow within a second.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from indexer.cli.common import Command, data_option, open_workspace
from indexer.errors import ConfigurationError

from ..identity.actor import OPERATOR, Actor
from ..identity.audit import Audit
from ..identity.moments import utc_now
from ..settings import PREFIX
from ..store import Database, store_address
from ..store.database import STORE_FILE
from ..tuning.difference import differences, in_words
from ..tuning.faults import InvalidTuning
from ..tuning.limits import MAX_BYTES
from ..tuning.model import TuningModel
from ..tuning.store import Published, TuningStore, Version
from ..tuning.toml import from_toml, to_toml
from ..web.admin.figures import moment_in_words
from ..web.admin.figures import who as by

DIFFERENT: Final = 1  # the exit status of `tune diff` when there is a difference
PUBLISHED: Final = "published"
DRAFT: Final = "draft"
_STDOUT: Final = "-"


@click.group()
def tune() -> None:
    """Read, write, compare and publish what is tuned, as a TOML file."""


def _author(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--author", default="", metavar="NAME", help="Who publishes.  [default: the user of this system]"
    )(command)


def _note(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--note", default="", metavar="TEXT", help="Why, for the list of versions.")(command)


@tune.command(name="export", cls=Command)
@click.argument("file", default=_STDOUT)
@click.option("--version", "number", type=click.IntRange(min=0), help="This version, not the one in force.")
@click.option("--draft", is_flag=True, help="The draft.")
@data_option
def export_tuning(file: str, number: int | None, draft: bool, data: Path) -> None:
    """Write the tuning in force to FILE, or print it."""
    with opened(data) as store:
        text = _text_of_draft(store) if draft else _text_of(_found(store, number))
    if file == _STDOUT:
        click.echo(text, nl=False)
    else:
        Path(file).write_text(text, "utf-8")


@tune.command(name="import", cls=Command)
@click.argument("file")
@_note
@_author
@click.option("--dry-run", is_flag=True, help="Publish nothing; say what would change.")
@click.option("--draft", is_flag=True, help="Keep it as the draft instead of publishing it.")
@data_option
def import_tuning(file: str, note: str, author: str, dry_run: bool, draft: bool, data: Path) -> None:
    """Publish what FILE says, or what is read from the standard input when FILE is -."""
    model = read_file(file)
    with opened(data) as store:
        _tell(store.published().model, model)
        _warn(data, model)
        if dry_run:
            click.echo("nothing is published")
        elif draft:
            store.save_draft(model, who(author))
            click.echo("it is the draft now")
        else:
            _say(store.publish(model, who(author), note=note))


@tune.command(cls=Command)
@click.argument("first", metavar="WHICH")
@click.argument("second", metavar="[WHICH]", default="")
@data_option
@click.pass_context
def diff(ctx: click.Context, /, first: str, second: str, data: Path) -> None:
    """Say what changes from the first to the second; with one alone, from what is in force to that.

    Each is the word published, the word draft, the number of a version, or a file; ./draft is a file of that
    name. The exit status is 0 when they say the same, 1 when they do not.
    """
    with opened(data) as store:
        before = _named(store, first if second else PUBLISHED)
        after = _named(store, second or first)
    found = differences(before, after)
    for line in in_words(found):
        click.echo(line)
    ctx.exit(DIFFERENT if found else 0)


@tune.command(cls=Command)
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many.")
@data_option
def versions(limit: int, data: Path) -> None:
    """List the versions, newest first."""
    with opened(data) as store:
        found = store.history(limit)
    for version in found:
        click.echo(_line(version))
    if not found:
        click.echo("nothing has been published yet")


@tune.command(cls=Command)
@click.argument("number", type=click.IntRange(min=0), metavar="VERSION")
@_note
@_author
@data_option
def restore(number: int, note: str, author: str, data: Path) -> None:
    """Publish an earlier version again; 0 is the time before the first."""
    with opened(data) as store:
        model = store.version(number).model
        _tell(store.published().model, model)
        _warn(data, model)
        _say(store.restore(number, who(author), note=note))


@tune.command(cls=Command)
@_note
@_author
@data_option
def publish(note: str, author: str, data: Path) -> None:
    """Publish the draft."""
    with opened(data) as store:
        made = store.publish_draft(who(author), note=note)
        _warn(data, made.model)
        _say(made)


# -- what they share ---------------------------------------------------------------------------------


@contextmanager
def opened(data: Path) -> Iterator[TuningStore]:
    """The store of a data folder, or of the setting ``database``, closed afterwards."""
    with opened_database(data) as database:
        yield TuningStore(database, Audit(database, utc_now), utc_now)


@contextmanager
def opened_database(data: Path) -> Iterator[Database]:
    """The database of a data folder, or of the setting ``database``.

    Raises:
        CatalogError: nothing of a service is in the folder.
    """
    given, folder = os.environ.get(f"{PREFIX}DATABASE", "").strip(), data.expanduser()
    if not given and not (folder / STORE_FILE).is_file():
        with open_workspace(folder):  # or it is no folder of a service, and would be given an empty store
            pass
    database = Database(store_address(given, folder))
    try:
        yield database
    finally:
        database.close()


def who(author: str) -> Actor:
    """Who sits at the terminal."""
    name = author.strip() or os.environ.get("SUDO_USER") or os.environ.get("USER") or f"uid-{os.getuid()}"
    return Actor("operator", "".join(char for char in name if char.isprintable())[:100], OPERATOR.scopes)


def read_file(file: str) -> TuningModel:
    """The tuning of a file, or of the standard input.

    Raises:
        ConfigurationError: it cannot be read, or cannot be used; names all that is wrong, a line each.
    """
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if file == _STDOUT else Path(file).read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: cannot be read: {error}") from error
    try:
        return from_toml(text, "standard input" if file == _STDOUT else file)
    except InvalidTuning as error:
        raise ConfigurationError("\n".join(map(str, error.faults))) from error


def _named(store: TuningStore, name: str) -> TuningModel:
    if name.isascii() and name.isdigit():
        return store.version(int(name)).model
    if name == PUBLISHED:
        return store.published().model
    if name == DRAFT:
        return _draft(store)
    return read_file(name)


def _draft(store: TuningStore) -> TuningModel:
    draft = store.draft()
    if draft is None:
        raise ConfigurationError("there is no draft")
    return draft.model


def _found(store: TuningStore, number: int | None) -> Published:
    return store.published() if number is None else store.version(number)


def _text_of(found: Published) -> str:
    version = found.version
    made = f"Version {version.number}, {by(version.author)}, {moment_in_words(version.at)}"
    return to_toml(found.model, [*([made] if version.number else []), *version.note.splitlines()[:1]])


def _text_of_draft(store: TuningStore) -> str:
    return to_toml(_draft(store), ["A draft"])


def _tell(before: TuningModel, after: TuningModel) -> None:
    for line in in_words(differences(before, after)):
        click.echo(line)


def _warn(data: Path, model: TuningModel) -> None:
    from .warning import warn  # noqa: PLC0415 it needs the engine, which is slow to import

    warn(data, model)


def _say(made: Published) -> None:
    click.echo(f"version {made.version.number} is in force")


def _line(version: Version) -> str:
    again = f"  (version {version.restored} again)" if version.restored is not None else ""
    note = version.note.splitlines()[0] if version.note.strip() else ""
    made = f"{version.number:>5}  {moment_in_words(version.at):<23}  {by(version.author)}"
    return f"{made}  {note}{again}".rstrip()
