"""A second article on the page is not read into the first; the sections of one article are."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from .pages import MORE, PROSE, TITLE, read

OTHER = "Another matter altogether is told here at length, with names and numbers that belong to it alone. "
OWN = f"<p>{PROSE}</p><p>{MORE}</p>"
HEAD = f'<title>{TITLE} | Metro</title><meta property="og:title" content="{TITLE}">'


@pytest.mark.parametrize(
    "page",
    [
        "<main><article><h1>{title}</h1>{own}</article><article><h1>The next one</h1>{other}</article></main>",
        "<main><article><h1>{title}</h1>{own}</article><article><h2>The next one</h2><time datetime=2024-01-09>x</time>{other}</article></main>",
        "<main><div><article><h1>{title}</h1>{own}</article></div><div><article><h1>The next one</h1>{other}</article></div></main>",
        "<div id=main><div class=post><h2>{title}</h2>{own}</div><div class=post><h2>The next one</h2>{other}</div></div>",
        "<div><div class='hentry a'><h2 class=entry-title>{title}</h2>{own}</div><div class='hentry b'><h2 class=entry-title>The next one</h2>{other}</div></div>",
    ],
)
@pytest.mark.parametrize("times", [2, 12])
def test_another_article_beside_the_one_with_the_title_is_left_out(page: str, times: int) -> None:
    other = "".join(f"<p>{number}. {OTHER}</p>" for number in range(times))
    article = read(f"{HEAD}<body>{page.format(title=TITLE, own=OWN, other=other)}</body>")
    assert (article.title, [block.text for block in article.blocks]) == (TITLE, [PROSE, MORE])
    assert "class:teasers" in {part.rule for part in article.dropped}


@pytest.mark.parametrize(
    "page",
    [
        "<main><article><h1>{title}</h1>{own}</article><article><h2>The second part</h2>{other}</article></main>",
        "<main><article><h1>{title}</h1></article><article><h1>How it began</h1>{own}{other}</article></main>",
        "<div class=post><h1>{title}</h1>{own}</div><div class=post>{other}</div>",
    ],
)
def test_a_section_of_the_text_is_no_other_article(page: str) -> None:
    other = "".join(f"<p>{number}. {OTHER}</p>" for number in range(4))
    text = read(f"{HEAD}<body>{page.format(title=TITLE, own=OWN, other=other)}</body>").text
    assert PROSE in text
    assert OTHER.strip() in text
