"""A pushed article makes sense in every field, or is refused by the field's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.article import Article, Block, Label
from indexer.errors import RejectedPage
from indexer.sources import Page, checked_article, pushed_page

GOOD = Article(
    "news-1",
    "https://example.org/news-1",
    "Title",
    (Block("paragraph", "Text."),),
    categories=(Label("women", "Women"),),
    lang="fa",
    published_at="2025-01-21T10:00:00+03:30",
    modified_at="2025-01-22",
)


def test_a_good_article_is_taken_as_it_is() -> None:
    assert checked_article(GOOD) == GOOD


def test_what_is_left_out_is_filled_in() -> None:
    bare = checked_article(replace(GOOD, url="", lang=""))
    assert (bare.url, bare.lang) == ("news-1", "und")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", " \n", "no_title"),
        ("title", "\u200b\u200f\xad", "no_title"),
        ("title", "a\x00b", "invalid"),
        ("blocks", (Block("paragraph", "bell \x07"),), "invalid"),
        ("tags", (Label("x", "x\x1b"),), "invalid"),
        ("blocks", (Block("paragraph", "  "),), "no_content"),
        ("id", "a/b", "invalid"),
        ("url", "javascript:alert(1)", "invalid"),
        ("url", "//example.org/x", "invalid"),
        ("url", "https://[bad", "invalid"),
        ("image", "file:///etc/passwd", "invalid"),
        ("published_at", "yesterday", "invalid"),
        ("published_at", "2025-02-30", "invalid"),
        ("published_at", "2024-W01-1", "invalid"),
        ("published_at", "20240101", "invalid"),
        ("title", "x" * 501, "invalid"),
        ("type", Label("", ""), "invalid"),
        ("modified_at", "2025-01-21T10:00:00", "invalid"),
        ("lang", "English", "invalid"),
        ("categories", (Label("", ""),), "invalid"),
        ("tags", (Label("x", " "),), "invalid"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(field: str, value: object, reason: str) -> None:
    with pytest.raises(RejectedPage) as refusal:
        checked_article(replace(GOOD, **{field: value}))
    assert (refusal.value.reason, refusal.value.detail.partition(":")[0]) == (reason, field)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(RejectedPage, match="half a character"):
        checked_article(replace(GOOD, blocks=(Block("paragraph", "\ud83d"),)))


def test_a_pushed_page_is_found_by_its_address_or_its_id() -> None:
    assert pushed_page("a", b"x", url="https://e.org/a") == Page(
        "push", "a", b"x", "https://e.org/a", "", "https://e.org/a"
    )
    assert pushed_page("a", b"x", charset="utf-8").locator == "push:a"
    with pytest.raises(RejectedPage):
        pushed_page("../a", b"x")
    with pytest.raises(RejectedPage, match="url"):
        pushed_page("a", b"x", url="javascript:alert(1)//")
