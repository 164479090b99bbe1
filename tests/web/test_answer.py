from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.search.request import Applied, SearchRequest
from service.web.answer import answer_view, pager, shown_pages
from service.web.phrases import phrases
from tests.web.make import hit, result

SAY = phrases("en")


@given(st.integers(1, 300), st.data())
def test_the_pages_shown_are_few_and_lead_everywhere(pages: int, data: st.DataObject) -> None:
    here = data.draw(st.integers(1, pages))
    shown = shown_pages(here, pages)
    numbers = [page for page in shown if page]
    assert numbers == sorted(set(numbers))
    assert {1, here, pages} <= set(numbers)
    assert len(shown) <= 7
    for left, gap, right in zip(shown, shown[1:], shown[2:], strict=False):
        assert gap or right - left > 2


def test_the_first_page_has_no_way_back_and_the_last_no_way_on() -> None:
    request = SearchRequest("x")
    first = pager(request, 3, SAY)
    assert (first.first, first.previous, first.next) == ("", "", "/?q=x&page=2")
    last = pager(SearchRequest("x", page=3), 3, SAY)
    assert (last.first, last.previous, last.next) == ("/?q=x", "/?q=x&page=2", "")


@pytest.mark.parametrize(
    ("text", "total", "expected"),
    [
        ("peace", 12, '12 results for “<bdi class="asked">peace</bdi>”'),
        ("peace", 1, '1 result for “<bdi class="asked">peace</bdi>”'),
        ("", 1234, "1,234 articles"),
        ("peace", 0, 'No article matches “<bdi class="asked">peace</bdi>”'),
        ("", 0, "No article matches"),
    ],
)
def test_the_headline_says_how_many_and_for_what(text: str, total: int, expected: str) -> None:
    hits = (hit(),) if total else ()
    assert answer_view(result(SearchRequest(text), *hits, total=total), SAY).headline == expected


def test_what_was_done_to_the_question_is_said_in_one_paragraph() -> None:
    applied = Applied(
        relaxed=True, ignored=("the",), unknown=("zzz",), synonyms=("pact → accord",), rules=("A <rule>.",)
    )
    notices = answer_view(result(SearchRequest("x"), hit(), applied=applied), SAY).notices
    assert [str(notice) for notice in notices] == [
        (
            "No article has all these words. These have some of them."
            ' In no article: “<bdi class="asked">zzz</bdi>”.'
            ' Too common to be searched for on their own: “<bdi class="asked">the</bdi>”.'
            ' Also searched for: “<bdi class="asked">accord</bdi>”.'
        ),
    ]


def test_that_few_articles_have_all_the_words_is_said() -> None:
    applied = Applied(relaxed=True, complete=2)
    (notice,) = answer_view(result(SearchRequest("x"), hit(), applied=applied), SAY).notices
    assert notice == "Few articles have all these words. They come first; the others have some of them."


def test_a_corrected_spelling_is_said_and_not_said_twice() -> None:
    applied = Applied(corrected="moratorium", unknown=("moratorim",))
    notices = answer_view(result(SearchRequest("moratorim"), hit(), applied=applied), SAY).notices
    assert [str(notice) for notice in notices] == [
        'Showing results for “<bdi class="asked">moratorium</bdi>”.'
    ]


def test_the_range_is_said_when_there_are_more_pages() -> None:
    several = result(SearchRequest("x", page=2, per_page=2), hit(), hit(), total=5, pages=3)
    assert answer_view(several, SAY).range == "3–4 of 5"
    assert answer_view(result(SearchRequest("x"), hit()), SAY).range == ""


def test_a_page_behind_the_last_points_back_to_it() -> None:
    view = answer_view(result(SearchRequest("x", page=9), total=12, pages=2), SAY)
    assert view.pager is None
    assert view.past_end is not None
    assert (view.past_end.href, view.past_end.note) == ("/?q=x&page=2", "2")
