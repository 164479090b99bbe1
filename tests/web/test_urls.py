from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.fields import FILTERS
from service.resources.problems import Problem
from service.resources.search import search_request
from service.search.request import SearchRequest
from service.web import urls

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
values = words.map(str.strip).filter(bool)
days = st.dates().map(lambda day: day.isoformat()) | st.just("")
fields = st.sampled_from([("title", "content"), ("title",), ("content",)])


@st.composite
def states(draw: Any) -> SearchRequest:
    filters = draw(
        st.dictionaries(st.sampled_from(FILTERS), st.lists(values, min_size=1, max_size=3, unique=True))
    )
    start, end = sorted((draw(days), draw(days)))
    return SearchRequest(
        text=draw(words.filter(lambda text: not text or text.strip())),
        exact=draw(st.booleans()),
        fields=draw(fields),
        filters={field: tuple(filters[field]) for field in FILTERS if field in filters},
        published_from=start,
        published_to=end,
        sort=draw(st.sampled_from(urls.SORTS)),
        page=draw(st.integers(1, 1000)),
        per_page=draw(st.integers(1, 100)),
        explain=draw(st.booleans()),
    )


def query_of(address: str) -> str:
    return urlsplit(address).query


@given(states())
def test_every_state_of_the_page_is_in_its_address(state: SearchRequest) -> None:
    assert urls.read(query_of(urls.address(state))) == state


@given(states())
def test_the_page_and_the_api_understand_an_address_the_same_way(state: SearchRequest) -> None:
    assert search_request(query_of(urls.address(state))) == state


@given(st.text(max_size=200))
def test_no_query_string_is_too_broken_to_be_shown_again(query: str) -> None:
    assert urls.read(query).fields


def test_defaults_are_left_out_of_the_address() -> None:
    assert urls.address(SearchRequest("")) == "/"
    assert urls.address(SearchRequest("a b")) == "/?q=a+b"


def test_the_parameters_are_those_of_the_api_in_a_fixed_order() -> None:
    request = SearchRequest(
        "peace",
        exact=True,
        fields=("title",),
        filters={"lang": ("fa",), "category": ("women", "news"), "author": ("Weber",)},
        published_from="2024-01-01",
        published_to="2024-12-31",
        sort="oldest",
        page=3,
        per_page=20,
    )
    names = [name for name, _ in parse_qsl(query_of(urls.address(request)))]
    assert names == "q exact in category category lang author from to sort page per_page".split()


def test_neither_title_nor_content_ticked_means_both() -> None:
    assert urls.read("q=x").fields == ("title", "content")
    assert urls.read("q=x&in=nowhere").fields == ("title", "content")


@pytest.mark.parametrize(
    ("query", "expected"),
    [("page=0", 1), ("page=-1", 1), ("page=x", 1), ("page=" + "9" * 20, 1), ("page=²", 1), ("page=7", 7)],
)
def test_a_page_that_is_no_page_is_the_first(query: str, expected: int) -> None:
    assert urls.read(query).page == expected


def test_changing_the_question_goes_back_to_the_first_page() -> None:
    request = SearchRequest("x", exact=True, fields=("title",), filters={"tag": ("a", "b")}, page=4)
    changed = (
        urls.sorted_by(request, "newest"),
        urls.asking(request, "y"),
        urls.with_value(request, "tag", "c"),
        urls.without_value(request, "tag", "a"),
        urls.narrowed_to(request, "tag", "b"),
        urls.undated(request),
        urls.unfiltered(request),
        urls.inexact(request),
        urls.in_both(request),
    )
    assert [state.page for state in changed] == [1] * len(changed)
    assert urls.on_page(request, 5).page == 5


def test_a_filter_value_is_added_once_and_removed_alone() -> None:
    request = SearchRequest("x", filters={"category": ("women",), "lang": ("fa",)})
    both = urls.with_value(urls.with_value(request, "category", "news"), "category", "news")
    assert both.filters == {"category": ("women", "news"), "lang": ("fa",)}
    assert urls.without_value(both, "category", "women").filters == {"category": ("news",), "lang": ("fa",)}
    assert urls.without_value(request, "lang", "fa").filters == {"category": ("women",)}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (SearchRequest(""), False),
        (SearchRequest("  "), False),
        (SearchRequest("", exact=True, sort="newest"), False),
        (SearchRequest("x"), True),
        (SearchRequest("", filters={"category": ("women",)}), True),
        (SearchRequest("", published_to="2024-01-01"), True),
    ],
)
def test_only_words_filters_and_dates_ask_for_an_answer(request_: SearchRequest, expected: bool) -> None:
    assert urls.asks(request_) is expected


@pytest.mark.parametrize(
    ("sent", "short"),
    [
        ("q=rights&in=title&in=content&from=&to=&sort=relevance", "q=rights"),
        ("q=&in=title&in=content&from=&to=&sort=relevance", ""),
        ("q=++&sort=newest", "sort=newest"),
        ("q=rights&in=title&from=&to=2024-01-01&sort=oldest", "q=rights&in=title&to=2024-01-01&sort=oldest"),
        ("q=rights&page=1&per_page=10&exact=0&explain=0&category=", "q=rights"),
        ("q=in%3Dtitle&utm_source=&s=&x=", "q=in%3Dtitle&utm_source=&s=&x="),
        ("q=a&in=title&in=content&in=nonsense", "q=a&in=nonsense"),
        ("q=%D8%AD+b&&z", "q=%D8%AD+b&&z"),
        ("", ""),
    ],
)
def test_what_a_form_sends_for_nothing_is_left_out(sent: str, short: str) -> None:
    assert urls.without_defaults(sent) == short


@given(states())
def test_an_address_of_the_page_is_as_short_as_it_can_be(state: SearchRequest) -> None:
    query = query_of(urls.address(state))
    assert urls.without_defaults(query) == query


@given(states(), st.sampled_from(["sort=relevance", "from=&to=", "page=1&in=title&in=content", "type="]))
def test_leaving_out_changes_no_question(state: SearchRequest, more: str) -> None:
    query = f"{query_of(urls.address(state))}&{more}"
    try:
        asked = search_request(query)
    except Problem:
        return  # a parameter given twice
    assert search_request(urls.without_defaults(query)) == asked
