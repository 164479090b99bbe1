"""docs/embed.md: what is to be pasted is what this release serves, and its tables are those of the sources.

``python -m tests.docs.expected`` prints what they must say.
"""

from __future__ import annotations

import re

from service.web.embed import integrity, snippet
from service.web.page import static_address
from tests.docs import expected
from tests.docs.reading import EMBED, Row, blocks, names, read


def tables() -> dict[str, list[Row]]:
    """Every table of the page by what heads its first column."""
    found: dict[str, list[Row]] = {}
    for block in re.findall(r"(?:^\|.*\n)+", read(EMBED), re.MULTILINE):
        head, _, *rows = [
            tuple(cell.strip() for cell in line[1:-1].split("|")) for line in block.splitlines()
        ]
        found[head[0]] = rows
    return found


def test_what_is_to_be_pasted_is_what_the_command_prints() -> None:
    pasted = [block.text for block in blocks(EMBED, "html")]
    assert snippet(expected.SERVICE, None, form=False) in pasted
    assert snippet(expected.SERVICE, None, form=True) in pasted


def test_every_digest_and_address_is_that_of_this_release() -> None:
    text = read(EMBED)
    assert set(re.findall(r"sha384-[\w+/=]+", text)) == {integrity()}
    told = re.findall(r"/static/search-box\.js\?v=\w+", text)
    assert len(told) >= 4
    assert set(told) == {static_address("search-box.js")}


def test_attributes_are_those_that_the_box_looks_at() -> None:
    assert names(tables()["attribute"]) == sorted(expected.box_attributes())


def test_properties_are_those_of_the_style_sheet_with_their_defaults() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in tables()["property"]}
    assert told == expected.box_properties()


def test_parts_are_those_of_the_box() -> None:
    assert set(names(tables()["part"])) == expected.box_parts()
