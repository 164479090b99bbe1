"""Readers' comments are not the article, whatever their container is called; the article's own sections are."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from .pages import MORE, PROSE, TITLE, read

SAID = "Comment {}: as someone who worked there for thirty years I think that the report understates the cost, and nobody asked about it."


def entries(make: str) -> str:
    return "".join(make.format(number, SAID.format(number)) for number in range(1, 9))


PLAIN = entries('<div class="r"><b>Reader {0}</b> <span>June {0}, 2024 at 10:00 am</span><p>{1}</p></div>')
SAYS = entries('<div class="x"><div class="who">Reader {0} wrote on 5 June 2024:</div><p>{1}</p></div>')
AGO = entries("<li><i>Reader {0}</i> <small>{0} days ago</small><p>{1}</p></li>")
TIMES = entries('<article><b>Reader {0}</b><time datetime="2024-06-0{0}">x</time><p>{1}</p></article>')


@pytest.mark.parametrize(
    "comments",
    [
        f'<div id="discussion"><h2>12 Responses to “{TITLE}”</h2>{SAYS}</div>',
        f'<section id="reader-responses"><h3>10 Comments</h3>{PLAIN}</section>',
        f'<div class="talkback"><h4>What readers say</h4>{PLAIN}</div>',
        f'<div class="responses">{PLAIN}</div>',
        f"<h3>8 Comments</h3>{PLAIN}",
        f"<h3>Comments (8)</h3><ol>{AGO}</ol>",
        f"<div><div><h3>Leserkommentare</h3></div><div>{PLAIN}</div></div>",
        f"<section><h3>8 réponses à « {TITLE} »</h3>{TIMES}</section>",
        f"<div><h3>نظرات کاربران</h3>{PLAIN}</div>",
        f"<div><h3>التعليقات (8)</h3>{PLAIN}</div>",
        '<div class="z"><h3>1 Response</h3><div class="y"><b>Mo</b> says:<p>Not one word of it is true, and I was there for years.</p></div></div>',
    ],
)
@pytest.mark.parametrize(
    "page", ["<div class=w><div class=story>{}</div>{}</div>", "<main><article>{}{}</article></main>"]
)
def test_comments_are_known_by_the_line_above_them_and_their_make(comments: str, page: str) -> None:
    own = f"<h1>{TITLE}</h1><p>{PROSE}</p><p>{MORE}</p>"
    article = read(f"<title>{TITLE}</title><body>{page.format(own, comments)}</body>")
    assert [block.text for block in article.blocks] == [PROSE, MORE]
    assert "class:comments" in {part.rule for part in article.dropped}


@pytest.mark.parametrize(
    "section",
    [
        f'<section id="discussion"><h2>Discussion</h2><p>{SAID}</p><p>{MORE} {MORE}</p></section>',
        "<h2>Discussion</h2>" + "".join(f"<div class=p><p>{SAID.format(n)}</p></div>" for n in range(6)),
        "<h2>How it went</h2>" + entries("<div class=day><b>June {0}, 2024</b><p>{1}</p></div>"),
        "<h2>Reactions</h2>"
        + entries("<blockquote class=q><p>Reader {0} wrote on 5 June 2024:</p><p>{1}</p></blockquote>"),
        "<h2>10 comments that made the crew laugh</h2>"
        + entries("<div class=c><p>{1} Said in {0}.</p></div>"),
    ],
)
def test_a_section_of_the_article_is_no_discussion_of_readers(section: str) -> None:
    html = f"<title>{TITLE}</title><body><main><article><h1>{TITLE}</h1><p>{PROSE}</p><p>{MORE}</p>{section}</article></main></body>"
    assert "nobody asked about it" in read(html).text
