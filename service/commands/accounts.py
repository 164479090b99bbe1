"""``broadsheet admin`` and ``broadsheet keys``: accounts and keys, from the machine's own terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from indexer.cli.common import Command
from indexer.errors import ConfigurationError

from ..identity.actor import OPERATOR, SCOPES
from ..identity.audit import Audit
from ..identity.identity import Identity, open_identity
from ..identity.keys import Wanted
from ..identity.moments import utc_now
from ..settings import read_settings
from ..store import Database, require_store, store_address


@contextmanager
def _identity(data: str | None, *, create: bool = False) -> Iterator[Identity]:
    """Who there is in the store, which is made only with ``create``."""
    settings = read_settings(os.environ, {"data": data})
    address = store_address(settings.database, settings.data)
    if not create:
        require_store(address)
    database = Database(address)
    try:
        yield open_identity(database, Audit(database, utc_now), utc_now)
    finally:
        database.close()


_data = click.option("--data", metavar="FOLDER", help="The data folder, as of `broadsheet serve`.")
_create = click.option("--create", is_flag=True, help="Make the store where there is none yet.")


@click.group()
def admin() -> None:
    """Add, list and remove administrators, and help those who cannot sign in."""


@admin.command(cls=Command)
@click.argument("name")
@_create
@_data
def add(name: str, create: bool, data: str | None) -> None:
    """Add an administrator NAME, and print a one-time password."""
    with _identity(data, create=create) as identity:
        _tell(name, identity.administrators.add(OPERATOR, name))


@admin.command(cls=Command)
@click.argument("name")
@_data
def reset(name: str, data: str | None) -> None:
    """Give NAME a new one-time password, and sign NAME out everywhere."""
    with _identity(data) as identity:
        _tell(name, identity.administrators.reset(OPERATOR, name))


def _tell(name: str, password: str) -> None:
    click.echo(f"{name} signs in with the one-time password {password} and chooses another then.")


@admin.command("list", cls=Command)
@_data
def list_administrators(data: str | None) -> None:
    """List the administrators."""
    with _identity(data) as identity:
        for one in identity.administrators.all():
            marks = ["second factor"] if one.totp else []
            marks += ["one-time password"] if one.must_change else []
            click.echo("\t".join([one.name, one.created_at[:10], ", ".join(marks)]).rstrip())


@admin.command(cls=Command)
@click.argument("name")
@_data
def remove(name: str, data: str | None) -> None:
    """Remove the administrator NAME, and end every session of that name."""
    with _identity(data) as identity:
        identity.administrators.remove(OPERATOR, name)
    click.echo(f"{name} is no administrator any more.")


@admin.command(cls=Command)
@click.argument("state", type=click.Choice(["off"]))
@click.argument("name")
@_data
def totp(state: str, name: str, data: str | None) -> None:
    """Turn the second factor of NAME off, when the authenticator is lost: `totp off NAME`."""
    del state  # there is one
    with _identity(data) as identity:
        identity.administrators.totp_off(OPERATOR, name)
    click.echo(f"{name} signs in without a code.")


@click.group()
def keys() -> None:
    """Make, list and revoke keys for programs."""


@keys.command("create", cls=Command)
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES),
              help="What the key may; repeat it for several.")  # fmt: skip
@click.option("--origin", "origins", multiple=True, metavar="ORIGIN",
              help="Pages that may send it, for a key in a page; repeat it for several.")  # fmt: skip
@click.option("--rate", default="", metavar="RATE", help="Such as 600/minute, instead of what holds for all.")
@click.option("--expires", default="", metavar="DAY", help="The day at whose beginning (UTC) it expires.")
@_create
@_data
def create_key(
    name: str,
    scopes: tuple[str, ...],
    origins: tuple[str, ...],
    rate: str,
    expires: str,
    create: bool,
    data: str | None,
) -> None:
    """Make a key for NAME, and print it: the key alone, so that a script can take it."""
    with _identity(data, create=create) as identity:
        _, secret = identity.keys.create(OPERATOR, Wanted(name, scopes, origins, rate, expires))
    click.echo(secret)


@keys.command("list", cls=Command)
@_data
def list_keys(data: str | None) -> None:
    """List the keys: id, visible beginning, name, scopes, and what is become of them."""
    with _identity(data) as identity:
        for key in identity.keys.all():
            state = f"revoked {key.revoked_at[:10]}" if key.revoked_at else ""
            state = state or (f"expires {key.expires_at[:10]}" if key.expires_at else "")
            used = f"used {key.used_at[:16]}" if key.used_at else "not used yet"
            click.echo(
                "\t".join(filter(None, [key.id, key.prefix, key.name, " ".join(key.scopes), used, state]))
            )


@keys.command(cls=Command)
@click.argument("key")
@_data
def revoke(key: str, data: str | None) -> None:
    """Revoke KEY, which is an id or a visible beginning such as bs_ab12cd34."""
    with _identity(data) as identity:
        found = identity.keys.revoke(OPERATOR, key)
    if found is None:
        raise ConfigurationError(f"there is no key {key!r} in use; see `broadsheet keys list`")
    click.echo(f"{found.prefix} {found.name} is revoked.")
