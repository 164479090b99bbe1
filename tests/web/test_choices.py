from __future__ import annotations

from service.search.request import Applied, FacetValue, SearchRequest
from service.web.choices import REFINE_LIMIT, Filters
from service.web.page import SiteSummary
from service.web.phrases import phrases
from tests.web.make import SITE, hit, result

SAY = phrases("en")


def filters(request: SearchRequest, **answer: object) -> Filters:
    return Filters(request, result(request, **answer) if answer else None, SITE, SAY)


def test_without_an_answer_the_boxes_count_the_whole_archive() -> None:
    choices = filters(SearchRequest("")).choices("category")
    assert [(choice.label, choice.count) for choice in choices] == [
        ("Women", "4"),
        ("News", "3"),
        ("Quotes", "0"),
    ]


def test_with_an_answer_the_boxes_count_it_and_the_ticked_come_first() -> None:
    request = SearchRequest("x", filters={"category": ("quotes",)})
    facets = {"category": (FacetValue("news", "News", 2, False), FacetValue("quotes", "Quotes", 0, True))}
    choices = filters(request, facets=facets).choices("category")
    assert [(choice.value, choice.count, choice.checked) for choice in choices] == [
        ("quotes", "0", True),
        ("women", "0", False),
        ("news", "2", False),
    ]


def test_a_value_the_site_does_not_list_is_offered_when_the_answer_has_it() -> None:
    facets = {"category": (FacetValue("new", "New one", 1, False),)}
    choices = filters(SearchRequest("x"), facets=facets).choices("category")
    assert choices[-1].label == "New one"


def test_a_filter_asked_for_by_its_label_is_ticked() -> None:
    choices = filters(SearchRequest("", filters={"category": ("Women",)})).choices("category")
    assert [choice.value for choice in choices if choice.checked] == ["women"]


def test_languages_are_offered_by_name() -> None:
    assert [choice.label for choice in filters(SearchRequest("")).choices("lang")] == ["English", "Persian"]


def test_everything_that_narrows_has_a_chip_that_removes_it_alone() -> None:
    request = SearchRequest(
        "x",
        exact=True,
        fields=("title",),
        filters={"category": ("women", "news"), "author": ("Weber",), "tag": ("un",), "lang": ("fa",)},
        published_from="2024-01-01",
        published_to="2024-12-31",
        page=3,
    )
    chips = filters(request).chips()
    assert [str(chip.label) for chip in chips] == [
        "Exact matches only",
        "In title only",
        "Women",
        "News",
        "Author: Weber",
        "Tag: un",
        "Persian",
        "January 1, 2024 to December 31, 2024",
    ]
    whole = (
        "/?q=x&exact=1&in=title&category=women&category=news&tag=un&lang=fa&author=Weber"
        "&from=2024-01-01&to=2024-12-31"
    )
    assert chips[0].href == whole.replace("&exact=1", "")
    assert chips[1].href == whole.replace("&in=title", "")
    assert chips[2].href == whole.replace("&category=women", "")
    assert chips[-1].href == whole.replace("&from=2024-01-01&to=2024-12-31", "")


def test_one_sided_dates_are_said_as_such() -> None:
    since = filters(SearchRequest("", published_from="2024-01-01")).chips()
    until = filters(SearchRequest("", published_to="2024-01-01")).chips()
    assert [str(chip.label) for chip in (*since, *until)] == ["From January 1, 2024", "Until January 1, 2024"]


def test_the_side_offers_what_narrows_most_and_no_more() -> None:
    many = tuple(FacetValue(f"c{n}", f"C{n}", n, False) for n in range(1, 20))
    facets = {"category": many, "type": (FacetValue("post", "Post", 3, False),)}
    view = filters(SearchRequest("x", per_page=20), facets=facets)
    links = view.refinements("category")
    assert len(links) == REFINE_LIMIT
    assert (links[0].label, links[0].note, links[0].href) == ("C19", "19", "/?q=x&category=c19&per_page=20")
    assert view.refinements("type") == ()


def test_a_ticked_value_at_the_side_is_a_way_to_untick_it() -> None:
    request = SearchRequest("x", filters={"category": ("women",)})
    facets = {"category": (FacetValue("news", "News", 9, False), FacetValue("women", "Women", 2, True))}
    links = filters(request, facets=facets).refinements("category")
    assert [(link.label, link.current, link.href) for link in links] == [
        ("Women", True, "/?q=x"),
        ("News", False, "/?q=x&category=women&category=news"),
    ]


def test_a_question_that_found_nothing_gets_every_way_out() -> None:
    request = SearchRequest(
        "moratorim",
        exact=True,
        fields=("content",),
        filters={"category": ("women",)},
        published_from="2024-01-01",
    )
    ways = filters(request, applied=Applied(corrected="moratorium")).ways_out()
    assert [str(way.label) for way in ways] == [
        'Search for “<bdi class="asked">moratorium</bdi>”',
        "Turn off “Exact matches only”",
        "Search in title and content",
        'Remove the filter “<bdi class="asked">Women</bdi>”',
        "Remove the dates",
        "Remove all filters",
        "Start a new search",
    ]
    assert ways[-2].href == "/?q=moratorim&exact=1&in=content"


def test_the_form_carries_on_what_it_has_no_box_for() -> None:
    request = SearchRequest(
        "x", filters={"author": ("Weber",), "tag": ("un",), "category": ("women",)}, per_page=20
    )
    assert filters(request).hidden() == (("tag", "un"), ("author", "Weber"), ("per_page", "20"))


def test_a_category_without_articles_is_no_link_in_the_index() -> None:
    index = filters(SearchRequest("x", exact=True)).index("category")
    assert [(entry.label, entry.href) for entry in index] == [
        ("Women", "/?category=women"),
        ("News", "/?category=news"),
        ("Quotes", ""),
    ]


def test_a_site_with_nothing_known_has_nothing_to_tick() -> None:
    view = Filters(SearchRequest("x"), result(SearchRequest("x"), hit()), SiteSummary(), SAY)
    assert view.choices("category") == view.refinements("category") == ()
