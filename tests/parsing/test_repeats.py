"""What a template shows twice is dropped once; what a writer repeats stays."""

from __future__ import annotations

import pytest

from .pages import MORE, PROSE, article_page, read

REFRAIN = "Hold the line, hold the line, until the morning."
SHORT = "The ferry is cancelled today because of the storm."
WORDS = "everybody knows what it cost the town"
OWN = "A harbour is a promise the sea did not make"


def text(body: str) -> list[str]:
    return read(article_page(body)).text.split("\n")


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{PROSE}</p><p>{REFRAIN}</p><p>{MORE}</p><p>{REFRAIN}</p>",
        f"<p>{PROSE}<br><br>{REFRAIN}<br><br>{MORE}<br><br>{REFRAIN}</p>",
        f"<p>{PROSE}</p><blockquote><p>{REFRAIN}</p></blockquote><p>{MORE}</p><blockquote>{REFRAIN}</blockquote>",
        f"<p>{PROSE}</p><pre>{REFRAIN}</pre><p>{MORE}</p><pre>{REFRAIN}</pre>",
    ],
)
def test_a_refrain_is_kept_as_often_as_it_is_sung(body: str) -> None:
    assert text(body) == [PROSE, REFRAIN, MORE, REFRAIN]


@pytest.mark.parametrize(
    "body",
    [
        f'<p class="excerpt">{PROSE}</p><p>{PROSE}</p><p>{MORE}</p>',
        f"<h2>{PROSE}</h2><p>{PROSE}</p><p>{MORE}</p>",
        f"<div><p>{PROSE}</p><p>{MORE}</p></div>" * 2,
    ],
)
def test_a_text_that_the_template_shows_twice_is_read_once(body: str) -> None:
    assert text(body) == [PROSE, MORE]


def test_the_same_caption_under_two_sizes_of_a_picture_is_read_once() -> None:
    figure = f"<figure><img src=a.jpg><figcaption>{SHORT}</figcaption></figure>"
    assert text(f"<p>{PROSE}</p>{figure}{figure}<p>{MORE}</p>") == [PROSE, SHORT, MORE]


def test_a_call_in_boxes_that_are_all_the_same_is_read_once() -> None:
    box = f'<div class="x"><p>{SHORT}</p></div>'
    assert text(f"<p>{PROSE}</p>{box}<p>{MORE}</p>{box}<p>The end of it.</p>").count(SHORT) == 1


PULLED = (
    '<aside class="pullquote"><p>{}</p></aside>',
    '<aside class="pull-quote">“{}.”</aside>',
    '<blockquote class="pull"><p>{}</p></blockquote>',
    '<figure class="wp-block-pullquote"><blockquote><p>{}</p><cite>Quay News</cite></blockquote></figure>',
    '<div class="pullquote">{}…</div>',
)


@pytest.mark.parametrize("box", PULLED)
def test_a_pull_quote_that_repeats_the_text_is_dropped_with_its_reason(box: str) -> None:
    article = read(article_page(f"<p>{PROSE}</p>{box.format(WORDS)}<p>{MORE}</p>"))
    assert article.text.split("\n") == [PROSE, MORE]
    assert "pull-quote" in [part.rule for part in article.dropped if WORDS in part.text]


@pytest.mark.parametrize("box", PULLED)
def test_a_quote_set_apart_with_words_of_its_own_is_kept_as_a_quote(box: str) -> None:
    article = read(article_page(f"<p>{PROSE}</p>{box.format(OWN)}<p>{MORE}</p>"))
    assert [block.kind for block in article.blocks if OWN in block.text] == ["quote"]


def test_an_aside_that_is_a_block_quote_is_kept() -> None:
    body = f"<p>{PROSE}</p><aside><blockquote>{OWN}.</blockquote></aside><p>{MORE}</p>"
    assert f"{OWN}." in text(body)
