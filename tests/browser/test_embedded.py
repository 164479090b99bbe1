"""The box on pages of other sites: one script, one element, whatever the page around them is like."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from service.web.embed import snippet
from tests.browser.conftest import POPULAR, Visits
from tests.browser.holding import hold
from tests.browser.host import Host
from tests.browser.test_box import QUIET_MS, SUGGEST, asked, heights, options, until, write
from tests.browser.test_look import DESKTOP, PHONE, failures

Show = Callable[..., str]

# What themes do to forms, and louder.
HOSTILE = """
*, *::before {
    font: 9px/3 fantasy !important; letter-spacing: .4em !important; text-transform: uppercase !important;
    text-indent: 2em !important; text-align: right !important; white-space: pre !important;
    text-shadow: 2px 2px red !important }
input, button, a, ul, li, label, form, fieldset, legend, summary, dialog, mark, div, span {
    display: inline !important; float: right !important; position: static !important; opacity: .2 !important;
    margin: 40px !important; padding: 30px !important; width: 30px !important; height: 9px !important;
    background: lime !important; color: red !important; border: 9px dashed blue !important;
    border-radius: 50% !important }
input[type=checkbox] { appearance: none !important; display: none !important }
"""
# What the box's parts look like: where a host's rules would show.
LOOK = """() => {
    const names = ['display', 'float', 'marginTop', 'paddingLeft', 'backgroundColor', 'borderTopWidth',
        'letterSpacing', 'textTransform', 'textIndent', 'textAlign', 'whiteSpace', 'textShadow',
        'position', 'opacity', 'appearance', 'borderTopLeftRadius', 'cursor'];
    const all = document.querySelector('broadsheet-search').shadowRoot.querySelectorAll('*');
    return [...all].map(element => {
        const style = getComputedStyle(element);
        return [element.className, ...names.map(name => style[name])].join(' ');
    });
}"""


def plain_form(service: str, more: str = "") -> str:
    return f"""<form action="{service}/"><input name="q" type="search" aria-label="Search the news"
        placeholder="Search the news">{more}<button>Go</button></form>"""


def element(service: str, more: str = "", inside: str = "") -> str:
    return f"<broadsheet-search {more}>{plain_form(service, inside)}</broadsheet-search>"


def tag(service: str, more: str = "") -> str:
    return f'<script defer src="{service}/static/search-box.js" {more}></script>'


def document(head: str, header: str, html: str = 'lang="en"', main: str = "") -> str:
    return f"""<!DOCTYPE html><html {html}><head><meta charset="utf-8"><title>The Daily Host</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body>
        <header>{header}</header>
        <main><h1>The Daily Host</h1><p id="story">A story.</p>{main}</main></body></html>"""


@pytest.fixture
def show(host: Host, request: pytest.FixtureRequest) -> Show:
    """Puts a page on the host, at an address of this test's own."""
    place = "/" + re.sub(r"\W+", "-", request.node.name)

    def put(html: str, path: str = place, **headers: str) -> str:
        return host.show(path, html, **headers)

    return put


@pytest.fixture
def embedded(show: Show, live_service: str, visits: Visits) -> Callable[..., Page]:
    """A window on a host page with a box around a plain form."""

    def opened(more: str = 'lang="en"', head: str = "", html: str = 'lang="en"', **device: Any) -> Page:
        page = visits.window(**(device or DESKTOP))
        page.goto(show(document(tag(live_service) + head, element(live_service, more), html)))
        expect(field(page)).to_be_visible()
        return page

    return opened


@pytest.fixture
def page(embedded: Callable[..., Page]) -> Page:
    """The box on a host's page, with the focus in it."""
    page = embedded()
    field(page).click()
    return page


def field(page: Page) -> Locator:
    return page.locator("broadsheet-search .bs-form input.bs-input")


def active(page: Page) -> str:
    """The text of the option a screen reader is at."""
    return str(
        page.evaluate(
            """() => {
                const root = document.activeElement.shadowRoot;
                const id = root.activeElement.getAttribute('aria-activedescendant');
                return id ? root.getElementById(id).innerText : '';
            }"""
        )
    )


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def settings(page: Page) -> Locator:
    """The settings box, opened."""
    page.get_by_text("Search settings").click()
    box = page.locator("broadsheet-search .bs-box")
    expect(box.get_by_role("group", name="Filter by Categories")).to_be_visible()
    return box


def ticked(box: Locator, name: str, value: str) -> Locator:
    return box.locator(f"input[name={name}][value={value}]")


def search_is_open(page: Page, service: str, text: str) -> None:
    page.wait_for_url(f"{service}/**")
    expect(page.locator("h1")).to_contain_text(f"“{text}”")


# -- typing ----------------------------------------------------------------------------------------


def test_typing_suggests_and_enter_leads_to_the_results_of_the_service(page: Page, live_service: str) -> None:
    write(page, "people")
    for group in ("Articles", "Categories"):
        expect(page.get_by_role("group", name=group)).to_be_visible()
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "people")
    assert query(page) == {"q": ["people"]}


def test_arrows_go_through_the_list_while_the_focus_stays_in_the_field(page: Page) -> None:
    write(page, "people")
    expect(options(page).first).to_be_visible()
    texts, seen = options(page).all_inner_texts(), []
    for _ in texts:
        page.keyboard.press("ArrowDown")
        seen.append(active(page))
    assert seen == texts
    page.keyboard.press("Escape")
    expect(options(page).first).to_be_hidden()
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")
    page.keyboard.press("ArrowDown")
    expect(options(page)).to_have_text(list(POPULAR))


def test_the_button_searches_and_the_cross_empties_the_field(page: Page, live_service: str) -> None:
    expect(page.get_by_role("button", name="Clear the field")).to_be_hidden()
    write(page, "women")
    page.get_by_role("button", name="Clear the field").click()
    expect(field(page)).to_have_value("")
    write(page, "people")
    page.get_by_role("button", name="Search", exact=True).click()
    search_is_open(page, live_service, "people")


def test_a_category_of_the_list_leads_to_its_articles(page: Page, live_service: str) -> None:
    write(page, "human ri")
    page.get_by_role("group", name="Categories").get_by_role("option").first.click()
    page.wait_for_url(f"{live_service}/?category=human-rights")
    expect(page.locator(".chips")).to_contain_text("Human Rights")


def test_an_article_of_the_list_is_a_link_to_its_page(visits: Visits, page: Page) -> None:
    visits.allowed.add("https://herald.example/")
    page.route("https://herald.example/**", lambda route: route.fulfill(body="the article"))
    write(page, "ratified by more states")
    article = page.get_by_role("group", name="Articles").get_by_role("option").first
    assert "#:~:text=" in (article.get_attribute("href") or "")
    page.keyboard.press("ArrowDown")
    while article.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("https://herald.example/**")


def test_a_click_or_the_focus_elsewhere_on_the_page_closes_the_list(page: Page) -> None:
    write(page, "people")
    expect(options(page).first).to_be_visible()
    page.mouse.click(640, 880)
    expect(options(page).first).to_be_hidden()
    field(page).click()
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(options(page).first).to_be_hidden()


# -- the settings box ------------------------------------------------------------------------------


def test_the_settings_are_those_of_the_search_page(page: Page, ask: Callable[..., Any]) -> None:
    box = settings(page)
    legends = box.locator("legend").all_inner_texts()
    assert legends == [
        "Generic selectors",
        "Post Type Selectors",
        "Languages",
        "Dates",
        "Filter by Categories",
    ]
    for label in ("Exact matches only", "Search in title", "Search in content"):
        expect(box.get_by_role("group", name="Generic selectors").get_by_label(label)).to_be_visible()
    expect(box.get_by_label("Exact matches only")).not_to_be_checked()
    expect(box.get_by_label("Search in title")).to_be_checked()
    assert counts(box, "category") == counted(ask("q="), "category")


def counts(box: Locator, name: str) -> dict[str, int]:
    """The values offered, with the numbers beside them."""
    found = box.locator(f".group-{name} .tick").evaluate_all(
        "all => all.map(one => [one.querySelector('input').value, one.querySelector('.count').textContent])"
    )
    return {value: int(count.replace(",", "")) for value, count in found}


def counted(answer: Any, name: str) -> dict[str, int]:
    return {value["value"]: value["count"] for value in answer["facets"][name]}


def test_counts_follow_what_is_typed_and_ticked(page: Page, ask: Callable[..., Any]) -> None:
    box = settings(page)
    everything = counts(box, "category")
    field(page).click()
    page.keyboard.type("moratorium")
    found = {**dict.fromkeys(everything, 0), **counted(ask("q=moratorium&prefix=1"), "category")}
    assert found != everything
    until(page, lambda: counts(box, "category") == found)
    page.keyboard.press("Escape")
    ticked(box, "type", "report").check()
    narrowed = {
        **dict.fromkeys(everything, 0),
        **counted(ask("q=moratorium&prefix=1&type=report"), "category"),
    }
    until(page, lambda: counts(box, "category") == narrowed)
    field(page).fill("")
    everything = {**everything, **counted(ask("prefix=1&type=report"), "category")}
    until(
        page,
        lambda: (
            sum(counts(box, "category").values())
            == sum(counted(ask("prefix=1&type=report"), "category").values())
        ),
    )


def test_ticks_narrow_the_suggestions_and_go_along_to_the_results(page: Page, live_service: str) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if SUGGEST.search(request.url) else None)
    box = settings(page)
    box.get_by_label("Exact matches only").check()
    box.get_by_label("Search in content").uncheck()
    ticked(box, "category", "women").check()
    box.get_by_label("From", exact=True).fill("2001-02-03")
    field(page).click()
    write(page, "the")
    asked_for = parse_qs(urlsplit(addresses[-1]).query)
    assert asked_for == {
        "q": ["the"], "exact": ["1"], "in": ["title"], "category": ["women"], "from": ["2001-02-03"],
        "limit": ["8"],
    }  # fmt: skip
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_service}/**")
    del asked_for["limit"]
    assert query(page) == asked_for
    expect(page.locator("input[name=exact]")).to_be_checked()


def test_the_list_does_not_lie_over_the_settings_while_they_are_ticked(page: Page) -> None:
    write(page, "people")
    before = options(page).all_inner_texts()
    page.keyboard.press("Tab")
    box = settings(page)
    ticked(box, "type", "report").check()
    page.wait_for_timeout(QUIET_MS)
    expect(options(page).first).to_be_hidden()
    field(page).click()
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    assert options(page).all_inner_texts() != before
    page.mouse.click(3, 3)
    expect(options(page).first).to_be_hidden()


def test_categories_are_found_by_a_part_of_their_name_and_unticked_at_once(page: Page) -> None:
    box = settings(page)
    categories = box.get_by_role("group", name="Filter by Categories")
    every = categories.get_by_role("checkbox").count()
    assert every >= 43
    finder = categories.get_by_label("Find one of these")
    finder.fill("wom")
    expect(categories.get_by_role("checkbox")).to_have_count(1)
    ticked(box, "category", "women").check()
    finder.press("Enter")
    finder.fill("")
    expect(categories.get_by_role("checkbox")).to_have_count(every)
    expect(categories.get_by_role("checkbox", checked=True)).to_have_count(1)
    categories.get_by_role("button", name="Clear all").click()
    expect(categories.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_an_older_count_never_replaces_a_newer_one(page: Page) -> None:
    box = settings(page)
    held = hold(page, re.compile("/api/v1/search"))
    ticked(box, "type", "report").check()
    until(page, lambda: len(held) == 1)
    ticked(box, "type", "report").uncheck()
    until(page, lambda: len(held) == 2)
    held[1].continue_()
    page.wait_for_timeout(QUIET_MS)
    shown = counts(box, "category")
    held[0].continue_()
    page.wait_for_timeout(QUIET_MS)
    assert counts(box, "category") == shown


# -- what a page may forbid ------------------------------------------------------------------------


def test_the_strictest_policy_that_names_the_service_is_kept_and_the_box_is_dressed(
    visits: Visits, show: Show, live_service: str, embedded: Callable[..., Page]
) -> None:
    policy = (
        f"default-src 'none'; script-src {live_service}; connect-src {live_service}; "
        f"form-action {live_service}; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    free, strict = embedded(), visits.window(**DESKTOP)
    html = document(tag(live_service), element(live_service, 'lang="en"'))
    strict.goto(show(html, "/strict", Content_Security_Policy=policy))
    for page in (free, strict):
        settings(page)
        field(page).click()
        write(page, "people")
        page.keyboard.press("ArrowDown")
        expect(options(page).first).to_be_visible()
    until(strict, lambda: strict.evaluate(LOOK) == free.evaluate(LOOK))
    expect(field(strict)).to_have_css("min-height", "44px")
    assert visits.breaches(strict) == []
    field(strict).press("Escape")
    field(strict).press("Enter")
    search_is_open(strict, live_service, "people")


def integrity(service: str) -> str:
    data = httpx.get(f"{service}/static/search-box.js").content
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def test_the_script_can_be_pinned_by_its_digest(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    pinned = tag(live_service, f'integrity="{integrity(live_service)}" crossorigin="anonymous"')
    page.goto(show(document(pinned, element(live_service))))
    field(page).click()
    write(page, "people")
    expect(options(page).first).to_be_visible()


@pytest.mark.parametrize("form", [True, False])
def test_what_the_command_prints_works_as_it_is(
    visits: Visits, show: Show, live_service: str, form: bool
) -> None:
    page = visits.window()
    page.goto(show(document("", snippet(live_service, "de", form=form))))
    expect(page.locator("header > broadsheet-search")).to_have_count(1)
    expect(page.get_by_role("button", name="Suchen")).to_be_visible()
    field(page).click()
    write(page, "people")
    expect(options(page).first).to_be_visible()


def test_another_script_than_the_pinned_one_leaves_the_form(
    visits: Visits, show: Show, live_service: str
) -> None:
    page = visits.window()
    wrong = "sha384-" + base64.b64encode(bytes(48)).decode()
    page.goto(
        show(
            document(tag(live_service, f'integrity="{wrong}" crossorigin="anonymous"'), element(live_service))
        )
    )
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.get_by_label("Search the news").fill("people")
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "people")
    assert any("integrity" in problem for problem in visits.problems)
    visits.problems.clear()


@pytest.mark.parametrize("name", ["q", "s"])
def test_without_javascript_the_plain_form_leads_to_the_results(
    visits: Visits, show: Show, live_service: str, name: str
) -> None:
    page = visits.window(java_script_enabled=False)
    page.goto(show(document(tag(live_service), element(live_service).replace('name="q"', f'name="{name}"'))))
    page.get_by_label("Search the news").fill("people")
    page.get_by_role("button", name="Go").click()
    search_is_open(page, live_service, "people")


def test_a_browser_that_lacks_what_the_box_needs_keeps_the_form(
    visits: Visits, show: Show, live_service: str
) -> None:
    for number, html in enumerate((document(tag(live_service), element(live_service)),
                                   document("", THEMED + tag(live_service, 'data-place=""')))):  # fmt: skip
        page = visits.window()
        page.add_init_script("CSS.supports = () => false")
        page.goto(show(html, f"/old-{number}"))
        expect(page.get_by_role("combobox")).to_have_count(0)
        expect(page.get_by_role("searchbox")).to_be_visible()


# -- the script tag alone --------------------------------------------------------------------------

THEMED = """<form role="search" method="get" class="search-form" action="/theme">
    <label><span class="screen-reader-text">Search for:</span>
    <input type="search" class="search-field" placeholder="Search &hellip;" value="" name="s"></label>
    <input type="hidden" name="post_type" value="product">
    <input type="submit" class="search-submit" value="Search"></form>"""


def test_the_tag_alone_brings_a_box_where_it_stands(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    page.goto(show(document("", tag(live_service, 'data-place="here" data-theme="dark"'))))
    box = page.locator("header > broadsheet-search")
    expect(box).to_have_attribute("theme", "dark")
    expect(page.get_by_role("button", name="Clear the field")).to_be_hidden()
    field(page).click()
    write(page, "people")
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "people")


@pytest.mark.parametrize("place", ["", "form[role=search]", ".search-form"])
def test_the_tag_alone_puts_the_box_in_the_place_of_a_themes_form(
    visits: Visits, show: Show, live_service: str, place: str
) -> None:
    page = visits.window()
    page.goto(show(document("", THEMED, main=tag(live_service, f'data-place="{place}"'))))
    expect(page.locator("broadsheet-search")).to_have_count(1)
    expect(field(page)).to_have_attribute("placeholder", "Search …")
    expect(field(page)).to_have_attribute("aria-label", "Search for:")
    kept = page.locator("header broadsheet-search > form.search-form")
    expect(kept).to_have_attribute("action", "/theme")
    expect(kept).to_be_hidden()
    field(page).click()
    write(page, "people")
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "people")
    assert query(page) == {"q": ["people"]}, "what the theme's form sends to the theme is no business of ours"


def test_two_tags_bring_two_boxes_and_none_within_another(
    visits: Visits, show: Show, live_service: str
) -> None:
    page = visits.window()
    more = tag(live_service, 'data-place="form"') + tag(live_service, 'data-place="here"')
    page.goto(show(document("", THEMED + tag(live_service, 'data-place=""'), main=more)))
    expect(page.locator("broadsheet-search")).to_have_count(2)
    expect(page.locator("header > broadsheet-search")).to_have_count(1)
    expect(page.locator("main > broadsheet-search")).to_have_count(1)
    assert page.locator("broadsheet-search broadsheet-search").count() == 0


def test_a_page_without_such_a_form_stays_as_it_is(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    page.goto(show(document("", tag(live_service, 'data-place=".search-form"'))))
    page.wait_for_function("!!customElements.get('broadsheet-search')")
    expect(page.locator("broadsheet-search")).to_have_count(0)


def test_words_typed_before_the_script_came_are_kept(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    held: list[Any] = []
    page.route(f"{live_service}/static/search-box.js", lambda route: held.append(route))  # noqa: PLW0108
    html = document(tag(live_service).replace("defer", "async"), element(live_service))
    page.goto(show(html), wait_until="commit")
    page.get_by_label("Search the news").click()
    page.keyboard.type("peo")
    held[0].continue_()
    expect(page.get_by_role("combobox")).to_have_value("peo")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("ple")
    expect(page.get_by_role("combobox")).to_have_value("people")


# -- looks -----------------------------------------------------------------------------------------


def test_on_a_right_to_left_page_the_box_speaks_its_language_and_runs_its_way(
    embedded: Callable[..., Page],
) -> None:
    page = embedded("", html='lang="fa" dir="rtl"')
    go, entry = page.get_by_role("button", name="جست‌وجو").bounding_box(), field(page).bounding_box()
    assert go is not None
    assert entry is not None
    assert go["x"] < entry["x"]
    expect(field(page)).to_have_css("direction", "rtl")
    field(page).click()
    write(page, "حقوق")
    group = page.get_by_role("group", name="مقاله‌ها")
    expect(group.get_by_role("option").first.locator(".bs-title")).to_have_css("direction", "rtl")
    expect(group.get_by_role("option").first.locator("time")).to_have_text(re.compile("[۰-۹]{4}"))
    field(page).fill("rights")
    expect(field(page)).to_have_css("direction", "ltr")


def test_the_language_is_that_of_the_part_of_the_page_around_it(
    visits: Visits, show: Show, live_service: str
) -> None:
    page = visits.window()
    inside = f'<div lang="de-AT">{element(live_service)}</div>'
    page.goto(show(document(tag(live_service), inside)))
    expect(page.get_by_role("button", name="Suchen")).to_be_visible()


def colours(page: Page) -> tuple[str, str]:
    line = page.locator(".bs-line").first
    style = "(line, name) => getComputedStyle(line)[name]"
    return line.evaluate(style, "backgroundColor"), line.evaluate(style, "color")


LIGHT, DARK = ("rgb(255, 255, 255)", "rgb(27, 27, 25)"), ("rgb(23, 23, 21)", "rgb(236, 233, 225)")


def test_the_box_is_dark_where_the_page_is(embedded: Callable[..., Page]) -> None:
    schemes = {"": LIGHT, "<style>:root{color-scheme: dark}</style>": DARK,
               '<meta name="color-scheme" content="dark">': DARK}  # fmt: skip
    for head, wanted in schemes.items():
        assert colours(embedded(head=head)) == wanted, head
    assert colours(embedded('theme="dark"')) == DARK
    assert colours(embedded('theme="light"', head="<style>:root{color-scheme: dark}</style>")) == LIGHT
    page = embedded(head='<meta name="color-scheme" content="light dark">')
    assert colours(page) == LIGHT
    page.emulate_media(color_scheme="dark")
    assert colours(page) == DARK


def test_a_host_dresses_the_box_by_properties_and_parts(embedded: Callable[..., Page]) -> None:
    own = """<style>
        body { --broadsheet-background: rgb(1, 2, 3); --broadsheet-color: rgb(250, 250, 250) }
        broadsheet-search { --broadsheet-radius: 22px; --broadsheet-accent: rgb(9, 99, 9) }
        broadsheet-search::part(go) { text-transform: uppercase }
        broadsheet-search::part(panel) { min-inline-size: 345px }
        broadsheet-search::part(option) { font-style: italic }
        </style>"""
    page = embedded(head=own)
    assert colours(page) == ("rgb(1, 2, 3)", "rgb(250, 250, 250)")
    line = page.locator(".bs-line").first
    expect(line).to_have_css("border-top-left-radius", "22px")
    expect(page.get_by_role("button", name="Search", exact=True)).to_have_css("text-transform", "uppercase")
    field(page).click()
    write(page, "people")
    expect(line).to_have_css("outline-color", "rgb(9, 99, 9)")
    expect(page.locator(".bs-panel").first).to_have_css("min-width", "345px")
    expect(options(page).first).to_have_css("font-style", "italic")
    expect(page.locator(".bs-panel").first).to_have_css("background-color", "rgb(1, 2, 3)")


def test_the_corners_of_the_button_are_those_of_the_field(embedded: Callable[..., Page]) -> None:
    page = embedded(head="<style>broadsheet-search { --broadsheet-radius: 22px }</style>")
    radius = page.evaluate(
        """() => { const root = document.querySelector('broadsheet-search').shadowRoot;
            const go = root.querySelector('.bs-go').getBoundingClientRect();
            return root.elementFromPoint(go.right - 1, go.top + 1)?.className; }"""
    )
    assert radius != "bs-go", "the button does not stick out of the round line"


def test_no_rule_of_the_host_reaches_inside(embedded: Callable[..., Page]) -> None:
    looks = []
    for head in ("", f"<style>{HOSTILE}</style>"):
        page = embedded(head=head)
        field(page).focus()
        write(page, "people")
        page.get_by_text("Search settings").evaluate("one => one.closest('details').open = true")
        expect(page.locator(".bs-box .group-category")).to_be_visible()
        page.wait_for_timeout(QUIET_MS)
        looks.append(page.evaluate(LOOK))
    plain, besieged = looks
    assert len(plain) > 100
    assert besieged == plain


# -- on a phone ------------------------------------------------------------------------------------


def test_on_a_phone_the_box_fills_the_screen_and_gives_the_focus_back(
    embedded: Callable[..., Page], live_service: str
) -> None:
    page = embedded(head=f"<style>{HOSTILE}</style>", **PHONE)
    field(page).tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    size = sheet.bounding_box()
    assert size is not None
    assert (size["x"], size["y"], size["width"], size["height"]) == (0, 0, 390, 844)
    inside = sheet.get_by_role("combobox")
    expect(inside).to_be_focused()
    write(page, "moratorium")
    expect(sheet.get_by_role("option").first).to_be_visible()
    assert min(heights(sheet)) >= 44
    sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_be_hidden()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("moratorium")
    page.keyboard.press("ArrowDown")
    expect(sheet).to_be_visible()
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "moratorium")


def test_on_a_phone_escape_and_back_close_the_sheet(embedded: Callable[..., Page]) -> None:
    page = embedded(**PHONE)
    field(page).tap()
    write(page, "people")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options(page).first).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(field(page)).to_be_focused()


def test_nothing_scrolls_sideways_and_a_thumb_hits_everything(embedded: Callable[..., Page]) -> None:
    page = embedded(**PHONE)
    settings(page)
    heights = page.locator("broadsheet-search").evaluate(
        """box => [...box.shadowRoot.querySelectorAll('button, summary, .tick, .day input, [type=search]')]
            .map(one => [one.getBoundingClientRect().height, one.className])"""
    )
    assert [one for one in heights if 0 < one[0] < 44] == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# -- how boxes come and go -------------------------------------------------------------------------


def test_two_boxes_of_one_page_keep_to_themselves(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    page.goto(
        show(document(tag(live_service), element(live_service), main=element(live_service, 'lang="fr"')))
    )
    first, second = page.get_by_role("combobox").all()
    first.click()
    write(page, "people")
    expect(page.locator(".bs-panel:visible")).to_have_count(1)
    controls = [one.get_attribute("aria-controls") for one in (first, second)]
    assert controls[0] != controls[1]
    second.focus()
    expect(page.locator(".bs-panel:visible")).to_have_count(0)
    expect(second).to_have_value("")
    write(page, "women")
    expect(page.get_by_role("group", name="Articles")).to_be_visible()
    expect(first).to_have_value("people")


def test_a_box_may_be_inserted_later_moved_and_removed(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    page.goto(show(document(tag(live_service), "")))
    page.evaluate(
        """() => {
            const box = document.createElement('broadsheet-search');
            box.setAttribute('lang', 'en');
            document.querySelector('header').append(box);
        }"""
    )
    field(page).click()
    write(page, "people")
    expect(options(page).first).to_be_visible()
    page.evaluate("document.querySelector('main').append(document.querySelector('broadsheet-search'))")
    expect(page.get_by_role("combobox")).to_have_count(1)
    field(page).click()
    page.keyboard.type(" of")
    expect(options(page).first).to_be_visible()
    page.evaluate("document.querySelector('broadsheet-search').remove()")
    page.locator("#story").click()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(QUIET_MS)


def test_a_box_that_leaves_while_it_asks_or_before_the_page_is_read_throws_nothing(
    visits: Visits, show: Show, live_service: str
) -> None:
    page = visits.window()
    leaving = "<script>document.querySelector('broadsheet-search').remove()</script>"
    page.goto(show(document(tag(live_service).replace("defer", ""), element(live_service) + leaving)))
    expect(page.locator("broadsheet-search")).to_have_count(0)
    page.evaluate("document.querySelector('header').append(document.createElement('broadsheet-search'))")
    field(page).click()
    page.keyboard.type("people")
    page.evaluate("document.querySelector('broadsheet-search').remove()")
    page.wait_for_timeout(QUIET_MS)


def test_a_script_that_loads_before_the_box_is_parsed_waits_for_its_form(
    visits: Visits, show: Show, live_service: str
) -> None:
    page = visits.window()
    page.goto(show(document(tag(live_service).replace("defer", ""), element(live_service))))
    expect(field(page)).to_have_attribute("placeholder", "Search the news")


def test_a_hidden_field_of_the_form_goes_along(visits: Visits, show: Show, live_service: str) -> None:
    page = visits.window()
    hidden = '<input type="hidden" name="category" value="women">'
    page.goto(show(document(tag(live_service), element(live_service, inside=hidden))))
    field(page).click()
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "the")
    assert query(page) == {"q": ["the"], "category": ["women"]}


def test_a_page_of_the_hosts_own_may_show_the_results(
    visits: Visits, show: Show, host: Host, live_service: str
) -> None:
    found = show(document("", ""), "/found")
    page = visits.window()
    page.goto(show(document(tag(live_service), element(live_service, 'results="/found?view=list"'))))
    field(page).click()
    page.keyboard.type("people")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{found}**")
    assert query(page) == {"view": ["list"], "q": ["people"]}


# -- what it does not do ---------------------------------------------------------------------------


@pytest.fixture
def stranger() -> Iterator[Host]:
    """A site that the service has not been told of."""
    with Host() as site:
        yield site


def test_on_a_site_that_may_not_ask_the_form_still_works_and_the_box_does_not_go_on_asking(
    visits: Visits, stranger: Host, live_service: str
) -> None:
    visits.allowed.add(stranger.address)
    page = visits.window(**DESKTOP)
    page.goto(stranger.show("/", document(tag(live_service), element(live_service))))
    texts = asked(page)
    field(page).click()
    page.keyboard.type("p")
    expect(page.locator(".bs-note").first).to_contain_text("The search cannot be reached")
    page.keyboard.type("eople of iran", delay=200)
    page.wait_for_timeout(QUIET_MS)
    assert len(texts) <= 2
    page.keyboard.press("Escape")
    page.get_by_text("Search settings").click()
    expect(page.locator(".bs-box p[role=status]")).to_have_count(1)
    page.get_by_label("Exact matches only").check()
    page.get_by_label("Exact matches only").uncheck()
    page.wait_for_timeout(QUIET_MS)
    expect(page.locator(".bs-box p[role=status]")).to_have_count(1)
    field(page).click()
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "people of iran")
    assert len(visits.problems) <= 2 * 6
    assert all("CORS" in one or "Failed to load" in one for one in visits.problems)
    visits.problems.clear()


STORED = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookie: document.cookie,
    bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length })"""
NOTHING = {"local": [], "session": [], "cookie": "", "bases": 0, "caches": 0}


def test_nothing_is_stored(page: Page, live_service: str) -> None:
    write(page, "people")
    page.keyboard.press("Enter")
    search_is_open(page, live_service, "people")
    page.go_back()
    expect(field(page)).to_be_visible()
    assert page.evaluate(STORED) == NOTHING
    assert page.context.cookies() == []


def test_no_cookie_is_sent_and_nothing_but_the_question(
    visits: Visits, embedded: Callable[..., Page], live_service: str
) -> None:
    page = embedded()
    page.context.add_cookies([{"name": "visitor", "value": "7", "url": live_service}])
    field(page).click()
    with page.expect_request(SUGGEST) as caught:
        page.keyboard.type("p")
    headers = caught.value.all_headers()
    assert "cookie" not in headers
    assert "authorization" not in headers
    assert urlsplit(headers["referer"]).path in ("", "/"), "not which page the visitor reads"
    assert parse_qs(urlsplit(caught.value.url).query) == {"q": ["p"], "limit": ["8"]}
    assert caught.value.method == "GET"


def test_recent_searches_are_kept_for_this_tab_where_the_page_wants_it(embedded: Callable[..., Page]) -> None:
    page = embedded('lang="en" recent')
    home = page.url
    for text in ("people", "women", "people"):
        field(page).click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.wait_for_url("**/?q=*")
        page.goto(home)
    assert page.evaluate(STORED) == NOTHING | {"session": ["broadsheet-recent"]}
    field(page).click()
    page.keyboard.press("ArrowDown")
    recent = page.get_by_role("group", name="Recent searches").get_by_role("option")
    expect(recent).to_have_text(["people", "women"])
    page.evaluate("sessionStorage.setItem('broadsheet-recent', '{broken')")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    expect(options(page)).to_have_text(list(POPULAR))


# -- everybody -------------------------------------------------------------------------------------


@pytest.mark.parametrize("html", ['lang="en"', 'lang="fa" dir="rtl"'])
def test_axe_has_no_objection(embedded: Callable[..., Page], html: str) -> None:
    scheme = '<meta name="color-scheme" content="light dark"><style>body{%s}</style>'
    colour = "color:light-dark(#111,#eee);background:light-dark(#fff,#111)"
    for device in (DESKTOP, PHONE):
        page = embedded("", scheme % colour, html, **device)
        summary = page.locator("broadsheet-search summary")
        summary.click()
        expect(page.locator(".bs-box .group-category")).to_be_visible()
        both_schemes(page)
        summary.click()
        field(page).click()
        page.keyboard.type("people")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        both_schemes(page)
        page.keyboard.type("zzzq")
        expect(page.locator(".bs-note").last).to_be_visible()
        both_schemes(page)


def both_schemes(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert failures(page) == [], scheme
