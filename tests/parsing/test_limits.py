"""Hostile and huge pages are read or refused in bounded time and memory."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import time
import tracemalloc

import pytest

from indexer.errors import RejectedPage
from indexer.parsing.markup import MAX_ELEMENTS, strip
from indexer.sources.page import MAX_PAGE_BYTES

from .pages import MORE, PROSE, TITLE, article_page, read, refusal

NESTED = 100_000
SECONDS = 60
"""Ten times what these pages take on an idle core: they must not hang, whatever else the machine does."""

HEAD = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
TEXT = f"<p>{PROSE}</p><p>{MORE}</p>"


def test_one_byte_over_the_limit_is_too_large() -> None:
    page = article_page().encode()
    filled = page.replace(b"</body>", b" " * (MAX_PAGE_BYTES - len(page)) + b"</body>")
    assert len(filled) == MAX_PAGE_BYTES
    assert refusal(filled) == ""
    assert refusal(filled + b" ") == "too_large"


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["div", "b", "span class=entry-meta", "ul><li", "table><tr><td", "blockquote", "article", "h2", "a href=x", "div itemprop=author"])  # fmt: skip
def test_nested_elements_are_read_in_bounded_time(tag: str) -> None:
    count = NESTED // (1 + tag.count("><"))
    began = time.monotonic()
    refusal(HEAD + TEXT + f"<{tag}>" * count + TEXT)
    assert time.monotonic() - began < SECONDS


@pytest.mark.slow
def test_the_text_under_100_000_elements_is_found_in_bounded_memory() -> None:
    tracemalloc.start()
    try:
        article = read(HEAD + "<div>" * NESTED + TEXT + "</div>" * NESTED)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert article.text == f"{PROSE}\n{MORE}"
    assert peak < 500_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        HEAD + "".join(f"<p>{number} words of a paragraph.</p>" for number in range(100_000)),
        HEAD + TEXT + "<a href=/category/x/>x</a>" * 50_000,
        HEAD + "<br>line of words" * 100_000,
        HEAD + f"<p>{'x' * 9_000_000}</p>",
        f"<title>{'a | b - ' * 500_000}</title>{HEAD}{TEXT}",
        HEAD + f'<div class="{"x " * 2_000_000}">{TEXT}</div>',
        HEAD + "<time>" + "1" * 1_000_000 + "</time>" + TEXT,
    ],
    ids=["paragraphs", "links", "breaks", "one word", "title", "attribute", "digits"],
)
def test_wide_pages_are_read_in_bounded_time(html: str) -> None:
    began = time.monotonic()
    refusal(html)
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("opening", ["<script>", "<style>", "<!--", "<![CDATA[", "<svg>", "<template>", "<", "<?x ", "</script", "<textarea>"])  # fmt: skip
def test_openings_that_never_close_take_linear_time(opening: str) -> None:
    began = time.monotonic()
    strip(opening * 200_000)
    assert time.monotonic() - began < SECONDS / 10


def test_more_elements_than_can_be_held_are_refused() -> None:
    with pytest.raises(RejectedPage) as refused:
        read("<i>" * (MAX_ELEMENTS + 1))
    assert refused.value.reason == "too_large"


def test_deep_json_ld_is_no_recursion() -> None:
    for script in ("[" * 200_000, '{"@graph":[' * 100_000, '{"a":' * 100_000):
        assert refusal(article_page(head=f'<script type="application/ld+json">{script}</script>')) == ""
