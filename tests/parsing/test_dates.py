"""Dates are read from the best evidence and keep the page's own calendar day."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parsing.dates import date_in_address, jalali_to_gregorian, parse_date

from .pages import MORE, PROSE, article_page, read


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2025-01-21", "2025-01-21"),
        ("2025-01-21T23:30:00-05:00", "2025-01-21T23:30:00-05:00"),
        ("2025-01-21T10:00:00Z", "2025-01-21T10:00:00+00:00"),
        ("2025-01-21T10:00:00.123+0330", "2025-01-21T10:00:00+03:30"),
        ("2025-01-21 10:05", "2025-01-21T10:05:00"),
        ("20250121", "2025-01-21"),
        ("Tue, 21 Jan 2025 10:00:00 GMT", "2025-01-21"),
        ("January 21, 2025", "2025-01-21"),
        ("Jan. 21st, 2025", "2025-01-21"),
        ("21 January 2025", "2025-01-21"),
        ("21. Januar 2025", "2025-01-21"),
        ("1er février 2024", "2024-02-01"),
        ("21 de enero de 2025", "2025-01-21"),
        ("21 gennaio 2025", "2025-01-21"),
        ("21 января 2025", "2025-01-21"),
        ("21 Ocak 2025", "2025-01-21"),
        ("٢١ يناير ٢٠٢٥", "2025-01-21"),
        ("۲ بهمن ۱۴۰۳", "2025-01-21"),
        ("۱۴۰۳/۱۱/۰۲", "2025-01-21"),
        ("سه‌شنبه 2 بهمن 1403", "2025-01-21"),
        ("2025年1月21日", "2025-01-21"),
        ("21/01/2025", "2025-01-21"),
        ("01/21/2025", "2025-01-21"),
        ("21.01.25", "2025-01-21"),
        ("1737453600", "2025-01-21"),
        ("31 February 2024", ""),
        ("0000-00-00", ""),
        ("1889-05-01", ""),
        ("5 minute read", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_date_as_people_and_machines_write_it(text: str, date: str) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("address", "date"),
    [
        ("https://example.org/2025/01/21/a-b/", "2025-01-21"),
        ("https://example.org/news/2025-1-2-a", "2025-01-02"),
        ("https://example.org/a-20250121-b.html", "2025-01-21"),
        ("https://example.org/2025/01/a-b/", ""),
        ("https://example.org/4892831/99/99", ""),
        ("https://example.org/a?d=2025/01/21", ""),
    ],
)
def test_a_date_in_an_address(address: str, date: str) -> None:
    assert date_in_address(address) == date


@pytest.mark.parametrize(
    ("head", "before", "date"),
    [
        ('<script type="application/ld+json">{"@type":"Article","datePublished":"2020-01-02"}</script><meta property="article:published_time" content="2021-01-01">', "", "2020-01-02"),
        ('<meta property="article:published_time" content="2020-01-02T23:59:00-08:00">', "", "2020-01-02"),
        ('<meta name="parsely-pub-date" content="2020-01-02">', "<time datetime=2022-02-02></time>", "2020-01-02"),
        ("", "<time itemprop=datePublished datetime=2020-01-02>long ago</time>", "2020-01-02"),
        ("", '<time class="updated" datetime="2021-05-05"></time><time class="published" datetime="2020-01-02"></time>', "2020-01-02"),
        ("", '<span class="post-date">2 January 2020</span>', "2020-01-02"),
        ("", "<div><span>2 January 2020</span> · 5 min</div>", "2020-01-02"),
        ("", "<dl><dt>Datum</dt><dd>02.01.2020</dd></dl>", "2020-01-02"),
    ],
)  # fmt: skip
def test_the_best_evidence_on_the_page_wins(head: str, before: str, date: str) -> None:
    assert read(article_page(f"{before}<p>{PROSE}</p><p>{MORE}</p>", head=head)).published_at[:10] == date


def test_a_date_that_is_not_the_articles_is_not_taken() -> None:
    aside = '<aside class="sidebar"><span class="post-date">1 May 2021</span></aside>'
    comments = '<div id="comments"><time datetime="2021-05-02">2 May 2021</time></div>'
    footer = "<footer>Copyright 1 May 2021 Quay News</footer>"
    assert read(article_page(after=aside + comments + footer)).published_at == ""


def test_a_moment_in_utc_is_on_the_day_that_the_sites_own_address_has() -> None:
    head = '<meta property="article:published_time" content="2020-02-25T02:25:54+00:00">'
    address = '<link rel="canonical" href="https://example.org/2020/02/24/a/">'
    assert read(article_page(head=head)).published_at == "2020-02-25T02:25:54+00:00"
    assert read(article_page(head=head + address)).published_at == "2020-02-24"


def test_a_change_before_publication_is_a_mistake() -> None:
    head = '<meta property="article:published_time" content="2020-02-25"><meta property="article:modified_time" content="{}">'
    assert read(article_page(head=head.format("2020-03-01"))).modified_at == "2020-03-01"
    assert read(article_page(head=head.format("2019-03-01"))).modified_at == ""


@pytest.mark.parametrize(
    ("jalali", "gregorian"),
    [((1403, 1, 1), "2024-03-20"), ((1404, 1, 1), "2025-03-21"), ((1403, 12, 30), "2025-03-20"), ((1375, 10, 12), "1997-01-01"), ((1357, 11, 22), "1979-02-11")],
)  # fmt: skip
def test_known_days_of_the_iranian_calendar(jalali: tuple[int, int, int], gregorian: str) -> None:
    assert jalali_to_gregorian(*jalali).isoformat() == gregorian


@given(st.integers(1369, 1478), st.integers(1, 12), st.integers(1, 29))
def test_the_day_after_a_jalali_day_is_the_day_after(year: int, month: int, day: int) -> None:
    assert jalali_to_gregorian(year, month, day + 1) - jalali_to_gregorian(year, month, day) == dt.timedelta(
        1
    )


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_is_read_in_every_common_form(day: dt.date) -> None:
    forms = [day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%Y%m%d}"]
    assert {parse_date(form) for form in forms} == {day.isoformat()}


@pytest.mark.parametrize(
    "lines",
    [
        "<div>Last updated: 9 May 2022</div><div>Published: 3 May 2022</div>",
        "<div>Published: 3 May 2022</div><div>Last updated: 9 May 2022</div>",
        '<div>Updated <time datetime="2022-05-09">9 May</time></div><div>Posted <time datetime="2022-05-03">3 May</time></div>',
        '<div><span>Updated:</span> <time datetime="2022-05-09">9 May</time> <span>Posted:</span> <time datetime="2022-05-03">3 May</time></div>',
        "<div><span>3 May 2022</span><br>Last updated: 9 May 2022</div>",
        "<p>Published: 3 May 2022. Updated: 9 May 2022</p>",
        "<p>Updated: 9 May 2022 | Published: 3 May 2022</p>",
        '<p class="date">Updated 9 May 2022</p><p class="date">3 May 2022</p>',
        "<div>Zuletzt aktualisiert: 9. Mai 2022</div><div>3. Mai 2022</div>",
        "<div>Mis à jour le 9 mai 2022</div><div>Publié le 3 mai 2022</div>",
        "<div>آخرین به‌روزرسانی: 2022-05-09</div><div>انتشار: 2022-05-03</div>",
        "<div>آخر تحديث: 9 مايو 2022</div><div>3 مايو 2022</div>",
    ],
)
def test_the_date_of_a_change_is_not_that_of_the_publication(lines: str) -> None:
    article = read(article_page(f"{lines}<p>{PROSE}</p><p>{MORE}</p>"))
    assert (article.published_at, article.modified_at) == ("2022-05-03", "2022-05-09")
    assert [block.text for block in article.blocks] == [PROSE, MORE]


def test_the_date_of_a_change_is_taken_where_there_is_no_other() -> None:
    article = read(article_page(f"<div>Last updated: 9 May 2022</div><p>{PROSE}</p><p>{MORE}</p>"))
    assert (article.published_at, article.modified_at) == ("2022-05-09", "2022-05-09")
