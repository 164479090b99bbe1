"""docs/parsing.md names the rules by which parts of a page are dropped."""

from __future__ import annotations

import re

from indexer.parsing.furniture import rule_names
from tests.live import ROOT


def test_the_rules_described_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "parsing.md").read_text(encoding="utf-8")
    table = text.split("## What is dropped", 1)[1]
    assert sorted(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)) == sorted(rule_names())
