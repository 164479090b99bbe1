"""Categories, tags and type are the article's own, under the site's labels."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from indexer.article import Label
from indexer.site import CategoryRule, Site

from .pages import MORE, PROSE, article_page, read

MEK = "People's Mojahedin Organization of Iran(PMOI/MEK)"
SITE = Site(
    categories=(Label("women", "Women"), Label("human-rights", "Human Rights"), Label("mek", MEK)),
    types=(Label("post", "Post"), Label("video", "Video")),
)
BODY = f"<p>{PROSE}</p><p>{MORE}</p>"


def categories(html: str, site: Site = SITE, url: str = "") -> list[str]:
    return [label.label for label in read(html, site, url=url).categories]


@pytest.mark.parametrize(
    "html",
    [
        '<span class="cat-links"><a href="/c/w" rel="category tag">Women</a></span>',
        '<div class="taxonomy-category wp-block-post-terms"><a href="/category/women/" rel="tag">Women</a></div>',
        '<p class="meta"><a href="/category/women/">women</a></p>',
        '<footer class="entry-footer">Posted in <a href="/category/women/">Women</a></footer>',
        "<p>Filed under: <a href=/w>Women</a></p>",
        "<p>Category: Women</p>",
        "<p>Rubrik: Women</p>",
        '<p><b>Kategorie:</b> <a href="/w">Women</a></p>',
        '<span class="cat-links">Women</span>',
    ],
)
def test_the_articles_own_lines_say_its_categories(html: str) -> None:
    assert categories(article_page(BODY + html)) == ["Women"]


def test_the_head_says_them_too() -> None:
    assert categories(article_page(head='<meta property="article:section" content="Women">')) == ["Women"]
    data = '<script type="application/ld+json">{"@type":"Article","articleSection":["Women","New &amp; Old"]}</script>'
    assert categories(article_page(head=data)) == ["Women", "New & Old"]


def test_two_spellings_of_a_label_are_one_category() -> None:
    html = '<span class="cat-links"><a rel="category">People’s Mojahedin Organization of Iran (PMOI/MEK)</a> <a rel="category">human rights</a></span>'
    assert categories(article_page(BODY + html)) == [MEK, "Human Rights"]


def test_a_category_that_is_not_listed_is_added_by_its_label() -> None:
    article = read(
        article_page(BODY + '<span class="cat-links"><a rel="category">New  Things</a></span>'), SITE
    )
    assert article.categories == (Label("new-things", "New Things"),)


@pytest.mark.parametrize(
    "furniture",
    [
        '<nav><a href="/category/women/">Women</a></nav>',
        '<aside class="widget_categories"><a href="/category/women/" rel="category tag">Women</a></aside>',
        "<form><fieldset><legend>Filter by Categories</legend><label>Women</label></fieldset></form>",
        '<div class="related-posts"><a href="/category/women/" rel="category tag">Women</a></div>',
        '<footer class="site-footer"><a href="/category/women/">Women</a></footer>',
        '<article class="post type-post category-women"><h3><a href="/x">Other</a></h3><a rel="category" href="/category/women/">Women</a></article>',
    ],
)
def test_furniture_says_nothing_about_the_article(furniture: str) -> None:
    assert categories(article_page(before=furniture, after=furniture)) == []


def test_a_list_of_all_categories_without_any_class_says_nothing() -> None:
    links = "".join(f'<a href="/category/c{number}/">Category {number}</a><br>' for number in range(12))
    html = f"<title>The Quay at Night</title><body><table><tr><td>{links}</td><td><b>The Quay at Night</b><br><br>{PROSE}<br><br>{MORE}</td></tr></table>"
    assert categories(html) == []


def test_a_link_in_the_text_is_no_category() -> None:
    assert (
        categories(
            article_page(
                f'<p>{PROSE} See <a href="/category/women/">Women</a> for more of it.</p><p>{MORE}</p>'
            )
        )
        == []
    )


@pytest.mark.parametrize(
    "line",
    [
        '<ul><li>See <a href="/category/women/">Women</a> now</li><li>Two</li></ul>',
        '<p>See <a href="/category/women/" rel="category tag">Women</a>.</p>',
        '<p>More in our section <a href="/category/women/">Women</a></p>',
        '<div>One of many things that we said about <a href="/category/women/">Women</a> in spring.</div>',
    ],
)
def test_a_link_in_a_short_line_of_the_text_is_no_category(line: str) -> None:
    assert categories(article_page(BODY + line)) == []


def test_tags_and_categories_are_told_apart_by_their_address() -> None:
    html = '<div><a href="/tag/oak/" rel="tag">oak</a> <a href="/category/women/" rel="tag">Women</a></div>'
    article = read(article_page(BODY + html), SITE)
    assert ([label.label for label in article.categories], [label.label for label in article.tags]) == (
        ["Women"],
        ["oak"],
    )


@pytest.mark.parametrize(
    ("rule", "html", "url"),
    [
        (CategoryRule("women", path="/w/"), article_page(), "https://example.org/w/a"),
        (CategoryRule("women", breadcrumb="Equality"), article_page(before='<nav class="breadcrumb"><a href="/">Home</a><a href="/e">Equality</a></nav>'), ""),
        (CategoryRule("women", label="Gender"), article_page(BODY + "<p>Category: Gender</p>"), ""),
    ],
)  # fmt: skip
def test_the_rules_of_the_site_give_categories(rule: CategoryRule, html: str, url: str) -> None:
    site = Site(categories=SITE.categories, category_rules=(rule,))
    assert "Women" in categories(html, site, url)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (article_page(), "post"),
        (article_page().replace("<body>", '<body class="single single-video postid-1">'), "video"),
        (article_page().replace("<body>", '<body class="page page-id-2">'), "page"),
        (article_page().replace("<body>", '<body class="single single-post single-format-video">'), "post"),
        (article_page().replace("<article>", '<article class="h-entry type-quote">'), "quote"),
        (
            article_page().replace("<article>", '<article itemscope itemtype="https://schema.org/Report">'),
            "report",
        ),
        (article_page(head='<meta property="og:type" content="video.other">'), "video"),
        (
            article_page(head='<script type="application/ld+json">{"@type":"Quotation","name":"x"}</script>'),
            "quote",
        ),
    ],
)
def test_the_type(html: str, kind: str) -> None:
    assert read(html, SITE).type.slug == kind


@pytest.mark.parametrize(
    "line",
    [
        '<p class="filed">Filed in: <a href="/t/1">Transport</a>, <a href="/t/2">Port</a> | Tags: <a href="/tags/tram">tram</a></p>',
        '<p class="filed"><b>Filed in:</b> <a href="/t/1">Transport</a>, <a href="/t/2">Port</a> <b>Tags:</b> <a href="/tags/tram">tram</a></p>',
        '<p class="filed">Rubrik: <a href="/t/1">Transport</a>, <a href="/t/2">Port</a> · Schlagworte: <a href="/tags/tram">tram</a></p>',
    ],
)
def test_a_second_label_in_the_line_ends_the_first_ones_list(line: str) -> None:
    article = read(article_page(f"<p>{PROSE}</p><p>{MORE}</p>{line}"))
    assert [label.label for label in article.categories] == ["Transport", "Port"]
    assert [label.label for label in article.tags] == ["tram"]
