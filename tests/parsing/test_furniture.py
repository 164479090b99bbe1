"""Furniture is dropped and recorded; what holds the text is spared."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.parsing import furniture
from indexer.site import Site

from .pages import MORE, PROSE, article_page, read

SECRET = "Words of the furniture that no search may ever find on this page."

INSIDE = {
    "hidden": f'<div hidden><p>{SECRET}</p></div>|<p aria-hidden="true">{SECRET}</p>|<p style="display: none">{SECRET}</p>|<span class="screen-reader-text">{SECRET}</span>',
    "landmark:nav": f'<nav><p>{SECRET}</p></nav>|<div role="navigation"><p>{SECRET}</p></div>',
    "landmark:aside": f"<aside><p>{SECRET}</p></aside>",
    "landmark:footer": f"<footer><p>{SECRET}</p></footer>",
    "landmark:search": f'<search><p>{SECRET}</p></search>|<div role="search">{SECRET}</div>',
    "dialog": f'<dialog><p>{SECRET}</p></dialog>|<div role="dialog"><p>{SECRET}</p></div>',
    "control": f"<form><p>{SECRET}</p></form>|<button>{SECRET}</button>|<select><option>x</option></select><label>{SECRET}</label>",
    "media": f"<video><p>{SECRET}</p></video>|<audio>{SECRET}</audio>",
    "class:menu": f'<ul class="nav-menu"><li>{SECRET}</li></ul>',
    "class:sidebar": f'<div class="sidebar"><p>{SECRET}</p></div>|<div class="widget-area"><p>{SECRET}</p></div>',
    "class:breadcrumb": f'<div class="breadcrumbs"><p>{SECRET}</p></div>',
    "class:toc": f'<div id="toc"><p>{SECRET}</p></div>|<div class="ez-toc-container"><p>{SECRET}</p></div>',
    "class:meta": f'<div class="entry-meta"><p>{SECRET}</p></div>|<p class="byline">{SECRET}</p>',
    "class:author": f'<div class="author-box"><p>{SECRET}</p></div>|<div class="about-author"><p>{SECRET}</p></div>',
    "class:terms": f'<div class="post-tags"><p>{SECRET}</p></div>|<div class="wp-block-post-terms">{SECRET}</div>',
    "class:share": f'<div class="sharedaddy"><p>{SECRET}</p></div>|<div class="share-buttons"><p>{SECRET}</p></div>|<div class="social_icons">{SECRET}</div>',
    "class:related": f'<div class="related-posts"><p>{SECRET}</p></div>|<div class="yarpp"><p>{SECRET}</p></div>|<div class="postNavigation"><p>{SECRET}</p></div>',
    "class:teasers": f'<div class="wp-block-query"><p>{SECRET}</p></div>|<div class="wp-block-latest-posts">{SECRET}</div>',
    "class:comments": f'<div id="comments"><p>{SECRET}</p></div>|<ol class="comment-list"><li>{SECRET}</li></ol>|<div id="disqus_thread"><p>{SECRET}</p></div>',
    "class:newsletter": f'<div class="newsletter-signup"><p>{SECRET}</p></div>|<div class="mc4wp-form"><p>{SECRET}</p></div>',
    "class:ad": f'<div class="advertisement"><p>{SECRET}</p></div>|<div class="ad-container"><p>{SECRET}</p></div>',
    "class:cookie": f'<div id="cookie-notice"><p>{SECRET}</p></div>|<div class="gdpr-banner"><p>{SECRET}</p></div>',
    "class:footer": f'<div class="site-footer"><p>{SECRET}</p></div>',
    "class:rating": f'<div class="post-ratings"><p>{SECRET}</p></div>',
    "class:tools": f'<div class="article-tools"><p>{SECRET}</p></div>|<div class="print-button"><p>{SECRET}</p></div>',
    "class:site-title": f'<div class="site-title"><p>{SECRET}</p></div>',
}  # fmt: skip
CASES = [(rule, html) for rule, htmls in INSIDE.items() for html in htmls.split("|")]


@pytest.mark.parametrize(("rule", "html"), CASES)
def test_furniture_inside_the_article_is_dropped_under_its_rule(rule: str, html: str) -> None:
    article = read(article_page(f"<p>{PROSE}</p>{html}<p>{MORE} {MORE}</p>"))
    assert SECRET not in article.text
    assert [part.rule for part in article.dropped if SECRET in part.text] == [rule]


@pytest.mark.parametrize(
    "html",
    [
        f'<div class="has-sidebar"><p>{PROSE}</p><p>{MORE}</p></div>',
        f'<div class="sidebar-layout elementor-widget"><p>{PROSE}</p><p>{MORE}</p></div>',
        f'<div class="content-related sharing"><p>{PROSE}</p><p>{MORE}</p></div>',
        f'<form action="/aspx"><p>{PROSE}</p><p>{MORE} {MORE} {MORE} {MORE}</p></form>',
        f'<div style="display:none" class="paywall"><p>{PROSE}</p><p>{MORE}</p></div>',
        f'<aside class="pullquote"><p>{PROSE}</p></aside><p>{MORE}</p>',
        f'<p>{PROSE}</p><p class="category-share">{MORE}</p>',
    ],
)
def test_what_holds_the_text_is_spared_whatever_it_is_called(html: str) -> None:
    assert MORE in read(article_page(html)).text


def test_a_header_that_never_closes_does_not_take_the_page_with_it() -> None:
    html = f"<title>The Quay at Night</title><body><header><nav>Home</nav><h1>The Quay at Night</h1><p>{PROSE}</p><p>{MORE}</p>"
    assert read(html).text.endswith(MORE)


def test_comments_longer_than_the_article_are_still_comments() -> None:
    comments = "".join(f"<li><p>{SECRET} It is number {number}.</p></li>" for number in range(50))
    article = read(article_page(after=f'<div id="comments"><ol>{comments}</ol></div>'))
    assert SECRET not in article.text


SMALL = "The ferry is cancelled today because of the storm. It runs again on Monday."
LEGAL = " ".join(
    f"By going on you accept section {n} of our policy and those of our {n} partners." for n in range(40)
)


@pytest.mark.parametrize(
    "box",
    [
        '<div id="cookie-notice"><p>{}</p></div>',
        '<div class="cmp-consent-banner"><p>{}</p></div>',
        '<div id="privacyPopup"><p>{}</p></div>',
        '<div class="qc-cmp2-container"><p>{}</p></div>',
        '<div class="legal-notice"><p>{}</p></div>',
        '<div class="newsletter-box"><p>{}</p></div>',
        '<div id="comments"><p>{}</p></div>',
        '<div class="site-footer"><p>{}</p></div>',
        '<div class="sidebar"><p>{}</p></div>',
        '<div style="display:none"><p>{}</p></div>',
    ],
)
@pytest.mark.parametrize("around", ["main", "article"])
def test_furniture_with_more_text_than_a_short_article_does_not_win(box: str, around: str) -> None:
    page = (
        article_page(f"<p>{SMALL}</p>")
        .replace("<main><article>", f"<{around}>")
        .replace("</article></main>", f"</{around}>")
    )
    for part in ("<body>", "</body>"):
        whole = box.format(LEGAL)
        assert read(page.replace(part, part + whole if part == "<body>" else whole + part)).text == SMALL


def test_a_consent_banner_is_dropped_wherever_it_stands() -> None:
    box = f'<div class="cookie-notice"><p>{LEGAL}</p></div>'
    assert read(article_page(f"{box}<p>{SMALL}</p>")).text == SMALL
    assert read(article_page(f"<p>{SMALL}</p>{box}")).text == SMALL


def test_a_consent_banner_without_a_name_is_known_by_its_button() -> None:
    box = f'<div class="x1"><div><p>We use cookies. {LEGAL[:1500]}</p></div><p><button>Accept all</button></p></div>'
    article = read(article_page(f"<p>{SMALL}</p>", before=box))
    assert article.text == SMALL
    assert [part.rule for part in article.dropped if "We use cookies" in part.text] == ["class:cookie"]


def test_an_article_about_cookies_is_no_banner() -> None:
    body = f"<p>A cookie is a line of text. {PROSE}</p><p>{MORE}</p><p><a href=/x>I agree</a></p>"
    assert "A cookie is" in read(article_page(body)).text


def test_an_article_inside_the_article_that_is_another_post_is_dropped() -> None:
    other = (
        f'<article class="post-9 type-post hentry"><h3><a href="/o">Another</a></h3><p>{SECRET}</p></article>'
    )
    assert SECRET not in read(article_page(f"<p>{PROSE}</p><p>{MORE}</p>{other * 2}")).text


@pytest.mark.parametrize(
    "line",
    [
        "<p>Advertisement</p>",
        '<p>Read also: <a href="/x">Something else entirely</a></p>',
        '<p>Lesen Sie auch: <a href="/x">Etwas ganz anderes</a></p>',
        '<p>À lire aussi : <a href="/x">Autre chose</a></p>',
        '<p>بیشتر بخوانید: <a href="/x">چیز دیگری</a></p>',
        '<p>اقرأ أيضا: <a href="/x">شيء آخر</a></p>',
        "<h3>Related articles</h3><ul><li><a href=/a>Something else entirely</a></li><li><a href=/b>And more</a></li></ul>",
        "<p>Photo: Jane Doe / Agency</p>",
        '<p>Tags: <a href="/tag/a">one</a>, <a href="/tag/b">two</a></p>',
        "<p><a href=/a>One link that stands all alone</a></p><p><a href=/b>And right behind it another</a></p>",
    ],
)
def test_lines_that_announce_furniture_are_dropped(line: str) -> None:
    assert read(article_page(f"<p>{PROSE}</p><p>{MORE}</p>{line}")).text == f"{PROSE}\n{MORE}"


def test_a_link_of_its_own_in_the_text_is_kept() -> None:
    body = f'<p>{PROSE}</p><p><a href="/report">The full report of the harbour commission of 1999</a></p><p>{MORE}</p>'
    assert "The full report" in read(article_page(body)).text


def test_the_sites_own_selectors_are_obeyed() -> None:
    html = article_page(f'<div class="x"><p>{PROSE}</p></div><div class="y"><p>{MORE}</p></div>')
    assert read(html, Site(drop_selectors=(".y",))).text == PROSE
    assert read(html, Site(content_selectors=(".y",))).text == MORE
    assert [part.rule for part in read(html, Site(drop_selectors=(".y",))).dropped] == ["site:drop"]


def test_what_is_recorded_is_bounded() -> None:
    article = read(article_page(after="".join(f"<nav>{'menu ' * 500}{n}</nav>" for n in range(200))))
    assert len(article.dropped) == furniture.MAX_DROPPED
    assert max(len(part.text) for part in article.dropped) <= furniture.MAX_DROPPED_CHARS


def test_every_rule_in_use_is_in_the_table_of_the_documentation() -> None:
    table = Path(__file__).parents[2] / "docs" / "parsing.md"
    documented = set(re.findall(r"^\| `([\w:-]+)` \|", table.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == furniture.rule_names()
    assert {rule for rule, _ in CASES} <= documented


def test_a_text_in_a_box_named_after_a_subscription_is_kept() -> None:
    box = f'<div class="subscription-content"><p>{MORE}</p><p>{MORE[::-1]}</p><form><input name="q"></form></div>'
    assert MORE in read(article_page(f"<p>{PROSE}</p>{box}")).text
