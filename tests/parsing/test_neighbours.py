"""What stands beside the article says nothing about it: no date, no author, no category."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest

from .pages import MORE, PROSE, TITLE, article_page, read

WIDE = f"<title>{TITLE}</title><body>{{}}<div id=content><h1>{TITLE}</h1><p>{PROSE}</p><p>{MORE}</p></div>{{}}</body>"
BESIDE = {
    "teasers": '<div class="b"><div class="it"><a href="/n1">Another headline of the day</a><span class="date">3 March 2021</span></div><div class="it"><a href="/n2">One more headline of it</a><span class="date">4 March 2021</span></div></div>',
    "one teaser": '<div class="b"><h3><a href="/n">Another headline</a></h3><span class="date">3 March 2021</span> <span class="author">By Joe Other</span></div>',
    "list": '<h3>Recent</h3><ul><li><a href="/n1">Another headline of the day</a> <time datetime="2021-03-01">March</time></li></ul>',
    "recent posts": '<div class="col-4"><h4>Recent Posts</h4><ul><li><a href="/n">Another</a> <span class="post-date">3 March 2021</span></li></ul></div>',
    "article": '<article class="teaser-x"><h3><a href="/n">Another headline</a></h3><time datetime="2021-03-03">3 March</time><span class="author">By Joe Other</span><a rel="category tag" href="/category/w">Women</a></article>',
    "section": '<section class="x"><h2>More news</h2><div><h3><a href="/n">Another headline</a></h3><span class="posted-on">3 March 2021</span> <span class="author vcard">By Joe Other</span> <a rel="category tag" href="/category/w">Women</a></div></section>',
    "microdata": '<div><h3><a href="/n">Another headline</a></h3><meta itemprop="datePublished" content="2021-03-03"><span itemprop="author">Joe Other</span></div>',
    "today": '<div class="today">Wednesday, 3 March 2021</div>',
    "copyright": "<p>© 2021-03-03 Quay News</p>",
}  # fmt: skip


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("place", ["before", "after", "before without main", "after without main"])
def test_what_stands_beside_the_article_says_nothing_about_it(beside: str, place: str) -> None:
    before, after = (beside, "") if place.startswith("before") else ("", beside)
    page = WIDE.format(before, after) if "without" in place else article_page(before=before, after=after)
    article = read(page)
    assert (article.published_at, article.author, article.categories) == ("", "", ())


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_the_articles_own_date_and_author_are_found_beside_all_that(beside: str) -> None:
    meta = '<div class="meta"><span class="date">5 May 2020</span> by <a rel="author" href="/a">Ann Lee</a></div>'
    article = read(article_page(f"{meta}<p>{PROSE}</p><p>{MORE}</p>", before=beside, after=beside))
    assert (article.published_at, article.author) == ("2020-05-05", "Ann Lee")


def test_dates_that_link_to_the_page_itself_are_its_own() -> None:
    times = '<time class="entry-date published" datetime="2020-05-20">20. Mai 2020</time><time class="updated" datetime="2020-06-09">9. Juni 2020</time>'
    meta = f'<span class="posted-on"><a href="https://quay.example/2/" rel="bookmark">{times}</a></span>'
    article = read(article_page(f"{meta}<p>{PROSE}</p><p>{MORE}</p>"))
    assert (article.published_at, article.modified_at) == ("2020-05-20", "2020-06-09")
