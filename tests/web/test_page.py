from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import Message
from service.search.request import FacetValue, Highlights, LabelledValue, SearchRequest, SearchResult
from service.web.page import Fault, Problem, SiteSummary, render_error, render_search, static_address
from service.web.strings import LANGUAGES, STRINGS
from tests.web.make import SITE, Seen, hit, plain, result

# Text as hostile pages may hold it: any code points, and pieces that mean something to HTML or Jinja2.
hostile = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title><h1>",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "'",
        "--><b>",
    ]
)


NEIGHBOUR = "longer-than-any-text-that-is-tried-here"  # a text that is a value's label ticks its box


def page_of(text: str) -> Seen:
    """A page with ``text`` wherever text of others can stand."""
    value = LabelledValue(text, text)
    request = SearchRequest("x" + text, filters={"category": (text,), "author": (text,), "tag": (text,)})
    one = hit(
        title=text,
        highlights=Highlights(plain(text, (0, 1)), (plain(text, (0, 1)),)),
        type=value,
        categories=(value,),
        author=text,
        lang="en",
        published_at="x" + text,
        explanation=(text,),
    )
    facet = (FacetValue(text, text, 3, False), FacetValue(NEIGHBOUR, NEIGHBOUR, 1, False))
    site = SiteSummary(text, 3, facet, facet, SITE.languages)
    return Seen(render_search(result(request, one, facets={"category": facet}), request, site))


@given(hostile)
def test_no_text_can_add_or_change_a_tag(text: str) -> None:
    assert page_of(text).skeleton == page_of("harmless").skeleton


@given(hostile)
def test_no_text_of_an_error_can_add_or_change_a_tag(text: str) -> None:
    assert Seen(render_error(418, text, text)).skeleton == Seen(render_error(418, "x", "x")).skeleton


@given(hostile)
def test_no_text_of_a_problem_can_add_or_change_a_tag(text: str) -> None:
    def seen(text: str) -> list[tuple[str, tuple[str, ...]]]:
        said = Message("near", {"value": text}), Message("known", {"choices": (text,)})
        faults = Fault("category", text), Fault("x" + text, text), Fault("type", text, said)
        problem = Problem(400, text, faults)
        return Seen(render_search(None, SearchRequest("x" + text), SITE, problem)).skeleton

    assert seen(text) == seen("harmless")


def states() -> dict[str, str]:
    request = SearchRequest("rights", filters={"category": ("women",)})
    one, two = hit(), hit(id="a2", lang="fa", url="", type=LabelledValue("video", "Video"))
    return {
        "start": render_search(None, SearchRequest(""), SITE),
        "bare": render_search(None, SearchRequest(""), SiteSummary()),
        "results": render_search(result(request, one, two, total=30, pages=3), request, SITE),
        "empty": render_search(result(request), request, SITE),
        "past": render_search(result(SearchRequest("x", page=9), total=3, pages=1), request, SITE),
        "fault": render_search(None, request, SITE, Problem(400, "No.", (Fault("from", "no day"),))),
        "404": render_error(404, "x", "y", site=SITE),
        "500": render_error(500, "x", "y"),
    }


@pytest.mark.parametrize("state", states())
def test_every_state_stands_under_a_strict_policy(state: str) -> None:
    seen = Seen(states()[state])
    assert {"style", "iframe", "object", "embed", "base"}.isdisjoint(tag for tag, _ in seen.tags)
    scripts = [{"src": static_address(name), "defer": None} for name in ("search-box.js", "clicks.js")]
    assert list(seen.all("script")) == scripts
    names = {name for _, attributes in seen.tags for name in attributes}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)
    assert all(re.match(r"/(?!/)|#|https://herald\.example/", href) for href in seen.hrefs())


@pytest.mark.parametrize("state", states())
def test_every_state_has_one_headline_and_a_place_to_search(state: str) -> None:
    seen = Seen(states()[state])
    assert len(seen.all("h1")) == 1
    assert len(seen.all("form", method="get", action="/")) == 1
    assert len(seen.all("input", name="q")) == 1
    assert len(seen.all("a", href="#results")) >= 1
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert "results" in ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_the_language_asked_for(lang: str) -> None:
    for html in (
        render_search(None, SearchRequest(""), SITE, None, lang),
        render_search(result(SearchRequest("x")), SearchRequest("x"), SITE, None, lang),
        render_error(404, "x", "y", lang, SITE),
    ):
        seen = Seen(html)
        assert seen.all("html", lang=lang, dir="rtl" if lang in ("ar", "fa") else "ltr")
        assert STRINGS[lang]["search"] in seen.text


def test_the_settings_box_has_the_labels_of_the_original_form() -> None:
    text = Seen(render_search(None, SearchRequest(""), SITE)).text
    for label in (
        "Generic selectors",
        "Exact matches only",
        "Search in title",
        "Search in content",
        "Post Type Selectors",
        "Filter by Categories",
    ):
        assert label in text


def test_the_form_shows_the_state_it_came_from() -> None:
    request = SearchRequest(
        'say "no"',
        exact=True,
        fields=("content",),
        filters={"category": ("women",), "type": ("video",), "lang": ("fa",)},
        published_from="2024-01-01",
        sort="oldest",
    )
    seen = Seen(render_search(result(request), request, SITE))
    assert seen.all("input", name="q")[0]["value"] == 'say "no"'
    ticked = {(box["name"], box["value"]) for box in seen.all("input") if "checked" in box}
    assert ticked == {
        ("exact", "1"),
        ("in", "content"),
        ("category", "women"),
        ("type", "video"),
        ("lang", "fa"),
        ("sort", "oldest"),
    }
    assert seen.all("input", name="from")[0]["value"] == "2024-01-01"


def test_with_neither_title_nor_content_ticked_both_are_ticked_again() -> None:
    seen = Seen(render_search(None, SearchRequest("x"), SITE))
    assert [box["value"] for box in seen.all("input", name="in") if "checked" in box] == ["title", "content"]


def test_a_hit_runs_in_its_own_direction_and_says_its_language() -> None:
    hits = (hit(lang="fa"), hit(lang="en"), hit(lang="und"))
    seen = Seen(render_search(result(SearchRequest("x"), *hits), SearchRequest("x"), SITE))
    articles = [(article.get("dir"), article.get("lang")) for article in seen.all("article")]
    assert articles == [("rtl", "fa"), ("ltr", "en"), ("auto", None)]
    assert "Persian" in seen.text


def test_a_hit_whose_address_cannot_be_followed_is_text_and_says_so() -> None:
    odd = hit(url="javascript:alert(1)", title="Odd one", author="", categories=())
    seen = Seen(render_search(result(SearchRequest("x"), odd), SearchRequest("x"), SITE))
    assert "Odd one" in seen.text
    assert "This article has no public address." in seen.text
    assert not any("javascript" in href for href in seen.hrefs())


def test_a_hit_without_an_excerpt_shows_its_description() -> None:
    bare = hit(highlights=Highlights(plain("A title"), ()), description="What it is about")
    html = render_search(result(SearchRequest("x"), bare), SearchRequest("x"), SITE)
    assert '<p class="excerpt">What it is about</p>' in html


def test_the_plain_type_is_not_said_and_others_are() -> None:
    both = (hit(), hit(type=LabelledValue("video", "Video")))
    html = render_search(result(SearchRequest("x"), *both), SearchRequest("x"), SITE)
    assert html.count('class="kind"') == 1


def test_pages_are_linked_with_their_relation() -> None:
    request = SearchRequest("x", page=2)
    seen = Seen(render_search(result(request, hit(), total=30, pages=3), request, SITE))
    assert [link["href"] for link in seen.all("a", rel="prev")] == ["/?q=x"]
    assert [link["href"] for link in seen.all("link", rel="next")] == ["/?q=x&page=3"]


def test_a_parameter_at_fault_is_explained_beside_its_field_with_the_box_open() -> None:
    faults = Fault("from", "from: no day"), Fault("category", "no such category")
    problem = Problem(400, "two faults", faults)
    seen = Seen(render_search(None, SearchRequest("x", published_from="soon"), SITE, problem))
    field = seen.all("input", name="from")[0]
    assert field["value"] == "", "a date field can hold nothing but a date"
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "problem-from")
    assert seen.all("p", id="problem-from")
    assert seen.all("p", id="problem-category")
    assert "open" in seen.all("details", id="settings")[0]
    assert [link["href"] for link in seen.all("a") if link["href"] in ("#from", "#categories")] == [
        "#from",
        "#categories",
    ]
    assert seen.text.count("from: no day") == 2


def test_a_problem_without_a_parameter_is_still_explained() -> None:
    seen = Seen(render_search(None, SearchRequest("x"), SITE, Problem(503, "The index is being built.")))
    assert "The index is being built." in seen.text
    assert "The search is not available just now" in seen.text
    assert "Try again in a few seconds" in seen.text
    assert "open" not in seen.all("details", id="settings")[0]


def test_an_empty_archive_says_so() -> None:
    assert (
        "No article has been indexed yet" in Seen(render_search(None, SearchRequest(""), SiteSummary())).text
    )


def test_a_status_the_page_has_no_words_for_keeps_its_title() -> None:
    assert "I am a teapot" in Seen(render_error(418, "I am a teapot", "")).text


def test_an_answer_offers_the_same_question_to_the_api() -> None:
    request = SearchRequest("x", filters={"category": ("women",)}, page=2)
    answer: SearchResult = result(request, hit(), total=12, pages=2)
    seen = Seen(render_search(answer, request, SITE))
    assert seen.all("a", href="/api/v1/search?q=x&category=women&page=2")


def test_a_changed_style_sheet_has_a_new_address() -> None:
    assert re.fullmatch(r"/static/broadsheet\.css\?v=[0-9a-f]{12}", static_address("broadsheet.css"))


def test_the_style_sheet_fetches_nothing() -> None:
    css = files("service.web").joinpath("static", "broadsheet.css").read_text("utf-8")
    assert "url(" not in css
    assert "@import" not in css
