"""The content is read in order, word for word, as the kinds of block it is made of."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from .pages import MORE, PROSE, article_page, read


def kinds(body: str) -> list[tuple[str, str]]:
    return [
        (block.kind, block.text)
        for block in read(article_page(f"<p>{PROSE}</p>{body}<p>{MORE}</p>")).blocks[1:-1]
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><b>Wo</b>rd by <i>wo</i>rd it is written here.</p>", "Word by word it is written here."),
        ("<p>the end of a line<br>and the next one.</p>", "the end of a line and the next one."),
        ("<p>a&nbsp;number&#8239;of   spaces\n\tto fold.</p>", "a number of spaces to fold."),
        ("<p>soft hy&shy;phens stay as they are.</p>", "soft hy\u00adphens stay as they are."),
        ("<p>one <span>in</span><span>line</span> word.</p>", "one inline word."),
        ("<p>a <custom-mark>made-up</custom-mark> element.</p>", "a made-up element."),
        ("<p>water is H<sub>2</sub>O in the end.</p>", "water is H2O in the end."),
        ("<p>before<script>let x = 'no';</script> and after it.</p>", "before and after it."),
        ("<p>base<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> text stays.</p>", "base漢 text stays."),
    ],
)
def test_inline_elements_neither_split_nor_glue_words(html: str, text: str) -> None:
    assert kinds(html) == [("paragraph", text)]


def test_blocks_separate_words() -> None:
    assert kinds("<div>One box of text.<div>Another box.</div>The rest of it.</div>") == [
        ("paragraph", "One box of text."),
        ("paragraph", "Another box."),
        ("paragraph", "The rest of it."),
    ]


def test_two_line_breaks_end_a_paragraph() -> None:
    assert kinds("<div>The first of them.<br><br/>The second of them.</div>") == [
        ("paragraph", "The first of them."),
        ("paragraph", "The second of them."),
    ]


def test_every_kind_of_block_is_told_apart() -> None:
    html = (
        "<h2>A heading of it</h2><blockquote><p>Said by somebody.</p></blockquote>"
        "<ul><li>One <b>item</b></li><li>Two<ul><li>Inner</li></ul></li></ul>"
        "<table><caption>By year</caption><tr><th>Year</th><th>Tons</th></tr><tr><td>1999</td><td>12</td></tr></table>"
        "<figure><img src=x.png alt='not text'><figcaption>What the picture shows.</figcaption></figure>"
        "<dl><dt>Term</dt><dd>Meaning</dd></dl>"
    )
    assert kinds(html) == [
        ("heading", "A heading of it"),
        ("quote", "Said by somebody."),
        ("list", "One item\nTwo\nInner"),
        ("caption", "By year"),
        ("table", "Year\tTons\n1999\t12"),
        ("caption", "What the picture shows."),
        ("list", "Term\nMeaning"),
    ]


def test_headings_keep_their_level() -> None:
    levels = [
        block.level
        for block in read(article_page(f"<h2>Two</h2><p>{PROSE}</p><h4>Four</h4><p>{MORE}</p>")).blocks
    ]
    assert levels == [2, 0, 4, 0]


def test_a_table_that_only_lays_out_is_read_through() -> None:
    html = "<table><tr><td><h3>Left of it</h3><p>Text on the left side.</p></td><td><p>Text on the right.</p></td></tr></table>"
    assert [kind for kind, _ in kinds(html)] == ["heading", "paragraph", "paragraph"]


def test_a_long_text_laid_out_as_a_list_is_read_as_paragraphs() -> None:
    html = "".join(
        f"<li><p>{number} {PROSE} {MORE} " + "It goes on like this. " * 60 + "</p></li>" for number in "12"
    )
    assert [kind for kind, _ in kinds(f"<ul>{html}</ul>")] == ["paragraph", "paragraph"]


def test_no_paragraph_comes_twice() -> None:
    assert kinds(f"<p>{PROSE}</p><p>Something new is said here.</p>") == [
        ("paragraph", "Something new is said here.")
    ]


def test_the_title_is_no_block() -> None:
    assert "The Harbour Wakes" not in read(article_page()).text


def test_a_text_without_paragraphs_is_found() -> None:
    html = f"<title>The Quay at Night</title><body><div><b>The Quay at Night</b><br><br>{PROSE}<br><br>{MORE}</div>"
    assert [block.text for block in read(html).blocks] == [PROSE, MORE]


def test_a_standfirst_before_the_content_is_kept() -> None:
    lead = "All the cranes stand still this winter, and the town wants to know why that is so."
    html = article_page(
        f'<p class="standfirst">{lead}</p><div class="article-body"><p>{PROSE}</p><p>{MORE * 3}</p></div>'
    )
    assert read(html).blocks[0].text == lead


def test_a_text_cut_into_several_boxes_is_one_text() -> None:
    boxes = "".join(f'<div class="text-box"><p>{number}. {PROSE}</p></div>' for number in range(4))
    assert (
        len(
            read(f"<title>The Quay at Night</title><body><h1>The Quay at Night</h1><div>{boxes}</div>").blocks
        )
        == 4
    )
