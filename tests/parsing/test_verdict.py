"""What is no article is refused with its reason; what is one is believed, however short."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from indexer.errors import RejectedPage

from .pages import MORE, PROSE, TITLE, article_page, read, refusal

TEASERS = "".join(
    f'<div class="card"><h2><a href="/p{number}">A headline of another article {number}</a></h2><p>{PROSE}</p></div>'
    for number in range(8)
)
FRONT = f"<title>Quay News today</title><body><h1>Quay News today</h1><main>{TEASERS}</main></body>"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (FRONT, "not_article"),
        (article_page().replace("<body>", '<body class="archive category category-women wp-custom-logo">'), "not_article"),
        (article_page().replace("<body>", '<body class="search search-results">'), "not_article"),
        (article_page().replace("<body>", '<body class="home blog wp-embed-responsive">'), "not_article"),
        (article_page().replace("<body>", '<body class="error404">'), "not_article"),
        (article_page("<p>The page you asked for is not here any more.</p>", title="404 – Page not found"), "not_article"),
        (article_page("<p>Diese Adresse gibt es bei uns nicht mehr.</p>", title="Seite nicht gefunden"), "not_article"),
        (article_page("<p>صفحه‌ای به این نشانی نداریم.</p>", title="صفحه یافت نشد"), "not_article"),
        ('<title>Moved elsewhere</title><meta http-equiv="refresh" content="0; url=/new"><body><h1>Moved elsewhere</h1><a href="/new">here</a>', "not_article"),
        ("<title>Log in to the site</title><body><h1>Log in to the site</h1><form><input name=u><input type=password></form><p>Welcome back, you can log in with your name here.</p>", "not_article"),
        ('<title>Site › Error</title><body id="error-page"><div class="wp-die-message"><p>There has been a critical error on this website.</p></div>', "not_article"),
        ("<title>Shop</title><meta property=og:type content=product.group><body><h1>Shop</h1><p>Bowls and cups and jugs in blue and green.</p>", "not_article"),
        (f"<title>{TITLE}</title><body><h1>{TITLE}</h1></body>", "no_content"),
        (f'<title>{TITLE}</title><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body>', "no_content"),
        ("<title>Quay</title><frameset cols=20%,80%><frame src=a.html><frame src=b.html></frameset>", "no_content"),
        ("<html><body><p>Words without any title to them at all, and a few more of them.</p></body></html>", "no_title"),
        ("<p>", "no_title"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused(html: str, reason: str) -> None:
    assert refusal(html) == reason


SHORT = "<p>The quay is shut until Monday. Lorries wait at the north gate, boats in the outer basin, and the band plays on Friday as it always did. No one was hurt.</p>"


@pytest.mark.parametrize(
    "html",
    [
        article_page(SHORT),
        article_page(SHORT).replace("<body>", '<body class="single single-post">'),
        article_page(SHORT, head='<meta property="og:type" content="article">', after=f"<section>{TEASERS}</section>"),
        article_page(SHORT, head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"x"}</script>', after=TEASERS),
        article_page("".join(f"<p>{n}. {PROSE} {MORE}</p>" for n in range(4)), after=TEASERS).replace("article>", "div>"),
        article_page(title="How the 404 error got its name"),
        article_page().replace("<body>", '<body class="blog-page search-enabled archive-theme">'),
        article_page("".join(f'<h2 id="s{n}"><a href="#s{n}">Part {n}</a></h2><p>{n} {PROSE}</p>' for n in range(9))),
        article_page(SHORT, head='<meta http-equiv="refresh" content="600">'),
    ],
)  # fmt: skip
def test_an_article_is_believed_however_short(html: str) -> None:
    assert refusal(html) == ""


@pytest.mark.parametrize("text", ["Closed today.", "No.", "بسته است."])
@pytest.mark.parametrize(
    "page",
    [
        article_page("<p>{}</p>"),
        article_page("<p>{}</p>")
        .replace("article>", "div>")
        .replace("<body>", '<body class="single single-post">'),
        article_page("<p>{}</p>", head='<meta property="og:type" content="article">').replace(
            "article>", "div>"
        ),
    ],
)
def test_an_article_of_two_words_is_one(page: str, text: str) -> None:
    page = page.replace("{}", text).replace("<body>", '<body><nav><a href="/">Home</a></nav>', 1)
    assert read(page).text == text


def test_two_words_that_nothing_calls_an_article_are_refused_for_that() -> None:
    with pytest.raises(RejectedPage, match="3 characters of text, and nothing says that it is an article"):
        read(article_page("<p>No.</p>").replace("article>", "div>").replace("main>", "div>"))
