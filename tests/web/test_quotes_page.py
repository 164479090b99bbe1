"""The page that finds a quotation: what it says, where it leads, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from indexer.errors import Message
from service.search.request import LabelledValue, QuoteHit, QuoteRequest, QuoteResult, Stretch
from service.web.page import Fault, Problem, render_quotes
from service.web.phrases import phrases
from service.web.strings import LANGUAGES, STRINGS
from tests.web.make import SITE, Seen, plain
from tests.web.test_page import hostile

TEXT = "seven gates and four towers"


def quote_hit(**changes: Any) -> QuoteHit:
    values: dict[str, Any] = {
        "id": "a1",
        "url": "https://herald.example/a1",
        "title": "A title",
        "categories": (LabelledValue("women", "Women"),),
        "lang": "en",
        "published_at": "2025-01-21",
        "match": "exact",
        "agreement": 1.0,
        "passage": plain("…seven gates and…", (1, 12)),
        "stretch": Stretch("the seven gates and", 4, 15),
    }
    return QuoteHit(**(values | changes))


def result(*hits: QuoteHit, exact: int = 0) -> QuoteResult:
    return QuoteResult(QuoteRequest(TEXT), exact, 0.5, "g1", "g1", hits)


def seen(answer: QuoteResult | None, text: str = TEXT, lang: str = "en", **more: Any) -> Seen:
    return Seen(render_quotes(answer, text, SITE, ui_lang=lang, **more))


def test_the_form_is_posted_and_cuts_nothing_off_in_silence() -> None:
    page = seen(None, "")
    (form,) = page.all("form")
    assert (form["method"], form["action"]) == ("post", "/quotes")
    (box,) = page.all("textarea")
    assert "maxlength" not in box, "what is too long is said to be"
    assert page.all("label", **{"for": "text"})


@pytest.mark.parametrize("text", ["one\n two", "\n begins with a line break", "</textarea><b>"])
def test_the_form_stays_as_it_was_filled_in(text: str) -> None:
    html = render_quotes(result(), text, SITE)
    # A browser drops the one line break directly behind the tag.
    shown = html.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0]
    assert shown == text.replace("<", "&lt;").replace(">", "&gt;")


def test_an_exact_hit_says_so_and_leads_to_the_passage() -> None:
    page = seen(result(quote_hit(), exact=1))
    assert "1 article has this passage word for word" in page.text
    assert "Word for word." in page.text
    address = "https://herald.example/a1#:~:text=the%20seven%20gates%20and"
    assert page.hrefs().count(address) == 2


def test_a_near_hit_says_how_much_of_it_agrees() -> None:
    page = seen(result(quote_hit(match="near", agreement=0.876)))
    assert "No article has this passage word for word" in page.text
    assert "What follows comes nearest to it." in page.text
    assert "88% of the words agree." in page.text
    both = seen(result(quote_hit(), quote_hit(match="near", agreement=0.5), exact=1))
    assert "Articles with a passage near to it follow." in both.text


def test_what_is_not_all_is_never_called_so() -> None:
    assert phrases("en").percent(0.999) == "99%"
    assert phrases("en").percent(1.0) == "100%"
    assert phrases("fa").percent(0.5).strip("\u200e\u200f") == "۵۰٪"


def test_nothing_found_is_said_in_a_sentence() -> None:
    page = seen(result())
    assert "No article has this passage, or one near to it" in page.text
    assert page.all("textarea")


@pytest.mark.parametrize("url", ["pages/a.html", "javascript:alert(1)"])
def test_an_article_without_a_public_address_has_no_link(url: str) -> None:
    page = seen(result(quote_hit(url=url), exact=1))
    assert not any(href.startswith(url) for href in page.hrefs())
    assert "no public address" in page.text


def test_what_is_wrong_is_told_beside_the_text() -> None:
    fault = Fault("text", "text is empty", (Message("no_text"),))
    page = seen(None, "", problem=Problem(422, "text is empty", (fault,)))
    assert STRINGS["en"]["fault_no_text"] in page.text
    (box,) = page.all("textarea")
    assert box["aria-invalid"] == "true"
    assert "problem-text" in (box["aria-describedby"] or "")
    assert "#text" in page.hrefs()
    unavailable = seen(None, TEXT, problem=Problem(503, "no index yet"))
    assert STRINGS["en"]["error_503"] in unavailable.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_each_language(lang: str) -> None:
    answer = result(quote_hit(), quote_hit(match="near", agreement=0.5), exact=3)
    page = seen(answer, lang=lang)
    assert page.all("html")[0]["dir"] == phrases(lang).dir
    for key in ("quotes", "quote_find", "quote_exact", "quote_others"):
        assert STRINGS[lang][key] in page.text


def test_every_other_page_leads_here() -> None:
    from service.search.request import SearchRequest
    from service.web.page import render_error, render_search

    for html in (render_search(None, SearchRequest(""), SITE), render_error(404, "x", "")):
        assert "/quotes" in Seen(html).hrefs()


@given(hostile)
def test_no_text_can_add_or_change_a_tag(text: str) -> None:
    def page_of(text: str) -> Seen:
        hit = quote_hit(
            title=text, categories=(LabelledValue(text, text),), passage=plain(text, (0, 1)),
            stretch=Stretch(text, 0, 1), published_at="x" + text,
        )  # fmt: skip
        return Seen(render_quotes(result(hit, exact=1), text, SITE))

    assert page_of(text).skeleton == page_of("harmless").skeleton
