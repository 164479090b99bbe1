"""``broadsheet export``: the catalog as JSON lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..backends.base import Record
from .common import Command, data_option, open_workspace


@click.command(cls=Command)
@data_option
def export(data: Path) -> None:
    """Print the catalog, one JSON line an article.

    The articles are all as they were at one moment, in the order in which they were accepted, whoever
    writes meanwhile.
    """
    stream = sys.stdout.buffer  # JSON is UTF-8 whatever the terminal's language
    with open_workspace(data, kernels=False) as workspace:
        for record in workspace.catalog.records():
            stream.write(export_line(record))


def export_line(record: Record) -> bytes:
    """One article as a line of JSON. ``source`` is what a person opens to see the page."""
    article = record.article
    fields = {
        "id": article.id,
        "url": article.url,
        "source": record.locator,
        "title": article.title,
        "type": article.type.slug,
        "categories": [label.label for label in article.categories],
        "tags": [label.label for label in article.tags],
        "lang": article.lang,
        "author": article.author,
        "published_at": article.published_at,
        "text": article.text,
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
