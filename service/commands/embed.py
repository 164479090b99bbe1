"""``broadsheet embed``: the HTML that brings the search box to a page of any site."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import click

from indexer.cli.common import Command
from indexer.errors import ConfigurationError

from ..settings import read_settings
from ..web.embed import snippet
from ..web.strings import LANGUAGES


@click.command(cls=Command)
@click.option(
    "--address", metavar="ADDRESS", help="Where visitors reach the service; by default where it listens."
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=None,
    help="What the box speaks; without it, the language of the page around it.",
)
@click.option("--form", is_flag=True, help="With a plain form, for browsers that do not run the script.")
def embed(address: str | None, lang: str | None, form: bool) -> None:
    """Print the HTML that brings the search box to a page of another site.

    Its script is named by what is in it, and a browser checks that: after an upgrade of Broadsheet, print
    and paste it anew. The pages' origin must be among BROADSHEET_CORS_ORIGINS.
    """
    click.echo(snippet(_address(address), lang, form=form), nl=False)


def _address(given: str | None) -> str:
    """The service's address without a slash at its end."""
    if given is None:
        bind = read_settings(os.environ).bind
        if bind.path:
            raise ConfigurationError(
                "--address: say where visitors reach the service, which listens on a socket"
            )
        given = f"http://{bind}"
    parts = urlsplit(given)
    more = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.netloc or more:
        raise ConfigurationError(f"--address: {given!r} is no address such as https://search.example.org")
    return given.rstrip("/")
