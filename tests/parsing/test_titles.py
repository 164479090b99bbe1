"""The title is what a reader would call the title, and never the name of the site."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from indexer.errors import RejectedPage
from indexer.site import Site

from .pages import MORE, PROSE, TITLE, article_page, read

BODY = f"<div><p>{PROSE}</p><p>{MORE}</p></div>"


def title(head: str, body: str, site: Site = Site()) -> str:  # noqa: B008
    return read(f"<html><head>{head}</head><body>{body}{BODY}</body></html>", site).title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE} – Quay News</title>", f"<h1>Quay News</h1><h1>{TITLE}</h1>"),
        (f'<title>x</title><meta property="og:title" content="{TITLE} | Quay News">', f"<h1>{TITLE}</h1>"),
        (f"<title>{TITLE.upper()}!</title>", f"<h1>{TITLE}</h1><h1>Other news</h1>"),
        (f'<title>{TITLE} » Quay News</title><meta property="og:site_name" content="Quay News">', ""),
        (f'<title>Quay News: {TITLE}</title><meta property="og:site_name" content="Quay News">', ""),
        (f"<title>Quay News &raquo; Blog Archive &raquo; {TITLE}</title>", f'<h1><a href="/">Quay News</a></h1><h2 class="entry-title">{TITLE}</h2>'),
        (f'<meta property="og:title" content="{TITLE}"><title>x</title>', f"<h1><span>Opinion</span> {TITLE}</h1>"),
        (f'<title>x</title><script type="application/ld+json">{{"@type": "Article", "headline": "{TITLE}"}}</script>', ""),
        (f"<title>{TITLE}</title>", f'<div itemprop="headline">{TITLE}</div>'),
        (f"<title>Quay News - {TITLE}</title>", f"<table><tr><td><font size=5><b>{TITLE}</b></font></td></tr></table>"),
        ("", f"<h1>{TITLE}</h1>"),
        ("", f"<h2>{TITLE}</h2>"),
        ("", f"<p><b>{TITLE}</b></p>"),
        (f"<title>{TITLE} &amp; more</title>".replace(" &amp; more", ""), f'<div class="related-posts"><h1>Another {TITLE}</h1></div>'),
    ],
)  # fmt: skip
def test_the_best_evidence_wins(head: str, body: str) -> None:
    assert title(head, body) == TITLE


BANNER = '<header><h1>Quay News</h1><nav><a href="/">Home</a></nav></header>'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE} | Quay News</title>", f"{BANNER}<main><h2>{TITLE}</h2>"),
        (f"<title>Quay News | {TITLE}</title>", f"{BANNER}<main><h2>{TITLE}</h2>"),
        (f"<title>{TITLE}: Quay News</title>", f"{BANNER}<main><h2>{TITLE}</h2>"),
        ("<title>Quay News</title>", f"{BANNER}<main><h2>{TITLE}</h2>"),
        ("<title>Quay News</title>", f"{BANNER}<main><h1>{TITLE}</h1>"),
        (f"<title>{TITLE} | Quay News</title>", '<div id="top"><h1>Quay News</h1></div>'),
        (f'<title>Quay News</title><meta property="og:title" content="{TITLE}">', BANNER),
        ("<title>Wakes | Quay and Harbour News of the Coast</title>", "<header><h1>Quay and Harbour News of the Coast</h1></header><h2>Wakes</h2>"),
    ],
)  # fmt: skip
def test_the_site_in_its_banner_is_not_the_title(head: str, body: str) -> None:
    assert title(head, body) == ("Wakes" if "Wakes |" in head and TITLE not in head else TITLE)


@pytest.mark.parametrize("name", ["Strike funds", "Strike funds | Quay News", "Strike funds: how they…"])
def test_a_heading_that_begins_with_the_documents_title_and_says_more_is_the_title(name: str) -> None:
    assert (
        title(f"<title>{name}</title>", "<h1>Strike funds: how they work</h1>")
        == "Strike funds: how they work"
    )


def test_a_heading_in_the_banner_that_the_document_is_named_after_is_the_title() -> None:
    page = article_page(f"<h2>One</h2><p>{PROSE}</p><h2>Two</h2><p>{MORE}</p>", title="x")
    page = page.replace("<h1>x</h1>", "").replace("<title>x", f"<title>{TITLE}")
    assert read(page.replace("<body>", f"<body><header><h1>{TITLE}</h1></header>")).title == TITLE


def test_the_site_may_name_the_element() -> None:
    head, body = "<title>Something else</title>", f'<h1>Something else</h1><div class="real">{TITLE}</div>'
    assert title(head, body, Site(title_selectors=(".real",))) == TITLE


def test_the_name_of_the_site_alone_is_no_title() -> None:
    with pytest.raises(RejectedPage) as refused:
        title("<title>Quay News</title>", "<h1>Quay News</h1>", Site(name="Quay News"))
    assert refused.value.reason == "no_title"


def test_punctuation_inside_a_title_is_kept() -> None:
    name = "Who: A Short History – Part 2 | Revisited"
    assert read(article_page(title=name)).title == name


def test_a_paragraph_that_begins_with_the_title_is_kept() -> None:
    assert read(article_page(f"<p>{TITLE} is what the song is called.</p><p>{PROSE}</p>")).text.startswith(
        f"{TITLE} is what"
    )


def test_a_heading_in_the_articles_own_header_is_the_title_though_opengraph_names_the_site() -> None:
    head = f'<title>{TITLE}</title><meta property="og:title" content="Quay News - Latest News">'
    assert title(head, f"<div><header><h1>{TITLE}</h1></header></div>") == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "<center><font size=6>The Harbour Wakes</font></center><hr>",
        '<p><font size="+2">The Harbour Wakes</font></p>',
        "<font size=4>Quay News</font><br><font size=6>The Harbour Wakes</font><br><b>Quay, Monday</b>",
        "<big>The Harbour Wakes</big><p>",
        "<b>The Harbour Wakes</b><p>",
        '<div style="font-size: 28px">The Harbour Wakes</div>',
    ],
)
def test_without_title_and_headings_the_line_in_the_largest_letters_is_the_title(line: str) -> None:
    article = read(f"<html><body>{line}{PROSE}<p>{MORE}</body></html>")
    assert article.title == "The Harbour Wakes"
    assert article.text.endswith(f"{PROSE}\n{MORE}") or article.text.endswith(f"{PROSE}\n\n{MORE}")


GENERATOR = '<meta name="generator" content="WordPress 6.1.9">'
API = '<link rel="https://api.w.org/" href="https://example.org/wp-json/">'


@pytest.mark.parametrize(
    ("printed", "head", "title"),
    [
        ("Luther’s writings and “The West Side”", GENERATOR, 'Luther\'s writings and "The West Side"'),
        ("Luther’s writings and “The West Side”", API, 'Luther\'s writings and "The West Side"'),
        ("Luther’s writings and “The West Side”", "", "Luther’s writings and “The West Side”"),
        ("The „West Side” and Luther’s writings", GENERATOR, "The „West Side” and Luther’s writings"),
        ("Luther's writings and “The West Side”", GENERATOR, "Luther's writings and “The West Side”"),
        ("The city — and the West Side", GENERATOR, "The city — and the West Side"),
    ],
)
def test_a_title_of_wordpress_has_the_quotes_that_were_typed(printed: str, head: str, title: str) -> None:
    """As from an export of the same site; where it cannot be known what was typed, as printed."""
    assert read(article_page(title=printed, head=head)).title == title
