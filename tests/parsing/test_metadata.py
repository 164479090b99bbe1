"""Author, language, address, picture and description come from the best evidence."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from indexer.article import Label
from indexer.site import Site

from .pages import MORE, PROSE, article_page, read


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("head", "before", "author"),
    [
        (ld('{"@type":"NewsArticle","author":{"name":"Ana Reis"}}') + '<meta name=author content="x">', "", "Ana Reis"),
        (ld('{"@type":"NewsArticle","author":["Ana Reis",{"@type":"Person","name":"Bo Lind"}]}'), "", "Ana Reis, Bo Lind"),
        (ld('{"@graph":[{"@type":"Article","author":{"@id":"#a"}},{"@id":"#a","@type":"Person","name":"Ana Reis"}]}'), "", "Ana Reis"),
        ('<meta name="author" content="Ana Reis">', "", "Ana Reis"),
        ('<meta name="author" content="Quay News"><meta property="og:site_name" content="Quay News">', '<a rel="author" href="/a">Ana Reis</a>', "Ana Reis"),
        ("", '<a rel="author" href="/ana">Ana Reis</a>', "Ana Reis"),
        ("", '<span itemprop="author"><span itemprop="name">Ana Reis</span>, editor</span>', "Ana Reis"),
        ("", '<p class="byline">By <a href="/ana">Ana Reis</a> on 3 May 2020</p>', "Ana Reis"),
        ("", '<p class="byline">Von Ana Reis, 07.03.2022</p>', "Ana Reis"),
        ("", "<p>Par Ana Reis</p>", "Ana Reis"),
        ("", "<p>نویسنده: آنا ریس</p>", "آنا ریس"),
        ("", "<p>Posted on 3 July 2004 by Ana Reis</p>", "Ana Reis"),
        ('<meta name="author" content="https://example.org/ana">', "", ""),
        ("", '<div class="author">By</div>', ""),
    ],
)  # fmt: skip
def test_the_author(head: str, before: str, author: str) -> None:
    assert read(article_page(f"{before}<p>{PROSE}</p><p>{MORE}</p>", head=head)).author == author


FRENCH = "<p>Le port se réveille avant la ville, et les grues tournent dans la nuit avec un bruit de vieille horloge.</p>"
PERSIAN = (
    "<p>بندر پیش از شهر بیدار می‌شود و جرثقیل‌ها در تاریکی می‌چرخند. کسی نمی‌داند چه کسی اسکلهٔ دوم را ساخت.</p>"
)
ARABIC = "<p>يستيقظ الميناء قبل المدينة، وتدور الرافعات في الظلام. لا أحد يعرف من بنى الرصيف الثاني.</p>"
RUSSIAN = "<p>Порт просыпается раньше города, и краны поворачиваются в темноте. Никто не помнит, кто построил второй причал.</p>"


@pytest.mark.parametrize(
    ("declared", "body", "lang"),
    [
        ("en", f"<p>{PROSE}</p>", "en"),
        ("en-GB", f"<p>{PROSE}</p>", "en"),
        ("fr_CA", FRENCH, "fr"),
        ("", FRENCH, "fr"),
        ("en", PERSIAN, "fa"),
        ("ar", PERSIAN, "fa"),
        ("fa", ARABIC, "ar"),
        ("", ARABIC, "ar"),
        ("", RUSSIAN, "ru"),
        ("uk", RUSSIAN, "uk"),
        ("", "<p>港は町より早く目を覚まし、クレーンは夜のうちに回り始める。</p>", "ja"),
        ("x-nonsense", f"<p>{PROSE}</p>", "en"),
    ],
)
def test_the_language(declared: str, body: str, lang: str) -> None:
    title = "Port" if lang in ("en", "fr") else body[3:23]
    assert read(article_page(body * 2, lang=declared, title=title)).lang == lang


def test_an_unknown_language_is_the_sites_or_undetermined() -> None:
    html = "<title>Zyx</title><body><h1>Zyx</h1><p>Qwrt plmk zxcv bnmq wert yuio pasd fghj klzx cvbn mqwe rtyu iopa.</p>"
    assert read(html).lang == "und"
    assert read(html, Site(default_language="nl")).lang == "nl"


@pytest.mark.parametrize(
    ("head", "given", "site", "url"),
    [
        ('<link rel="canonical" href="https://example.org/a/">', "", "", "https://example.org/a/"),
        ('<link rel="canonical" href="/a/">', "https://example.org/x", "", "https://example.org/a/"),
        ('<link rel="canonical" href="/a/">', "", "https://example.org", "https://example.org/a/"),
        ('<meta property="og:url" content="https://example.org/b">', "", "", "https://example.org/b"),
        (ld('{"@type":"Article","url":"https://example.org/c#x"}'), "", "", "https://example.org/c"),
        ('<link rel="canonical" href="https://example.org/">', "https://example.org/deep", "", "https://example.org/deep"),
        ('<link rel="canonical" href="javascript:void(0)">', "https://example.org/d", "", "https://example.org/d"),
        ("", "https://example.org/e", "", "https://example.org/e"),
        ("", "", "", "page.html"),
        ("", "", "https://example.org", "https://example.org/page.html"),
    ],
)  # fmt: skip
def test_the_address(head: str, given: str, site: str, url: str) -> None:
    assert read(article_page(head=head), Site(address=site), url=given).url == url


@pytest.mark.parametrize(
    ("head", "body", "image"),
    [
        ('<meta property="og:image" content="https://example.org/a.png">', "", "https://example.org/a.png"),
        (ld('{"@type":"Article","image":[{"@type":"ImageObject","url":"/b.png"}]}'), "", "https://example.org/b.png"),
        (ld('{"@graph":[{"@type":"Article","image":{"@id":"#i"}},{"@id":"#i","url":"/c.png"}]}'), "", "https://example.org/c.png"),
        ("", '<figure><img src="data:image/gif;base64,x" data-src="/d.png"></figure>', "https://example.org/d.png"),
        ("", '<img src="/icon.png" width="16"><img src="/e.png">', "https://example.org/e.png"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_the_picture(head: str, body: str, image: str) -> None:
    html = article_page(
        f"{body}<p>{PROSE}</p><p>{MORE}</p>", head=head, before="<header><img src=/logo.png></header>"
    )
    assert read(html, url="https://example.org/x").image == image


def test_the_description_is_plain_text() -> None:
    head = '<meta name="description" content="Cranes &amp;amp; <b>lorries</b>&nbsp;at five.">'
    assert read(article_page(head=head)).description == "Cranes & lorries at five."


@pytest.mark.parametrize(
    "text",
    [
        '<!-- {0} -->',
        '/*<![CDATA[*/ {0} /*]]>*/',
        '// <![CDATA[\n{0}\n// ]]>',
        '[{0}]',
        '{0};',
        '{{"@context": "https://schema.org", "@graph": [{0}, ],}}',
        '/* note */ {0} // note',
        '{{"@type": "WebSite", "name": "Quay"}} {0}',
    ],
)  # fmt: skip
def test_json_ld_is_read_as_pages_write_it(text: str) -> None:
    thing = '{"@type": "NewsArticle", "headline": "The Harbour Wakes", "author": "Ana\nReis", "datePublished": "2020-01-02"}'
    article = read(article_page(head=ld(text.format(thing))))
    assert (article.author, article.published_at) == ("Ana Reis", "2020-01-02")


def test_json_ld_that_nobody_can_read_is_left_out() -> None:
    for text in (
        "{",
        "[" * 5000,
        '{"@type": ',
        "null",
        "17",
        '"x"',
        '{"@type": {"a": []}}',
        '{"@graph": {"@graph": 3}}',
    ):
        assert read(article_page(head=ld(text))).author == ""


def test_a_list_of_other_articles_is_not_taken_for_the_article() -> None:
    others = ",".join(f'{{"@type":"BlogPosting","headline":"Other {n}","author":"Nobody"}}' for n in range(6))
    assert read(article_page(head=ld(f"[{others}]"))).author == ""


CATEGORIES = (
    Label("human-rights", "Human Rights"),
    Label("mek", "People's Mojahedin Organization of Iran(PMOI/MEK)"),
)


def test_a_page_that_shows_nothing_without_scripts_is_read_from_its_data() -> None:
    head = ld(f'{{"@type":"Article","headline":"The Harbour Wakes","articleBody":"{PROSE}\\n{MORE}"}}')
    html = (
        f'<html><head><title>The Harbour Wakes</title>{head}</head><body><div id="app"></div></body></html>'
    )
    assert [block.text for block in read(html).blocks] == [PROSE, MORE]


@pytest.mark.parametrize(
    "line",
    [
        "<div><span>By Nora Quill</span><span>Published on May 3, 2022</span></div>",
        "<div><span>By Nora Quill</span><span>Senior Reporter</span></div>",
        "<div class='byline'><span>By Nora Quill</span><span>Port desk</span></div>",
        "<div><span>Par Nora Quill</span><span>Publié le 3 mai 2022 à 10h12</span></div>",
        "<p><span>Von Nora Quill</span><time datetime='2022-05-03'>3. Mai</time></p>",
    ],
)
def test_the_author_ends_where_the_element_with_the_name_does(line: str) -> None:
    assert read(article_page(f"{line}<p>{PROSE}</p><p>{MORE}</p>")).author == "Nora Quill"
