"""Articles written to do harm: what they say is shown as text, and turns nothing around beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visits
from tests.browser.host import Host
from tests.browser.live import running
from tests.browser.test_box import QUIET_MS, options
from tests.browser.test_look import DESKTOP, PHONE

WORD = "tribunal"  # which every article has
OVERRIDE, ISOLATE = "\u202e", "\u2066"


@dataclass(frozen=True)
class Article:
    """What one page claims of itself; all of it is text."""

    title: str
    category: str
    author: str
    text: str
    address: str = ""


ARTICLES = (
    Article(
        f"<script>window.ran = 1</script> {WORD}",
        "<script>window.ran = 2</script>",
        "<script>window.ran = 3</script>",
        f"The {WORD} <script>window.ran = 4</script> has met.",
        "javascript:window.ran=5",
    ),
    Article(
        f'"><img src=x onerror=window.ran=6> {WORD}',
        '"><img src=x onerror=window.ran=7>',
        '"><img src=x onerror=window.ran=8>',
        f'The {WORD} "><svg onload=window.ran=9> has met.',
        "JaVaScRiPt://herald.example/%0Awindow.ran=10",
    ),
    Article(
        f"</mark></span></a><b>{WORD}</b><mark>",
        "</bdi></label><b>bold</b>",
        "</a></p><b>bold</b>",
        f"The </mark><b>{WORD}</b> of &lt;b&gt; &amp;amp; &#60;i&#62; has met.",
        "data:text/html,<script>alert(11)</script>",
    ),
    Article(
        f"{OVERRIDE}{WORD} turned around",
        f"{OVERRIDE}category turned around",
        f"{OVERRIDE}author turned around",
        f"The {WORD} {OVERRIDE}is turned around until its end.",
        "https://herald.example/override/",
    ),
    Article(
        f"{ISOLATE}{WORD} set apart",
        f"{ISOLATE}category set apart",
        "\u2067author set apart",
        f"The {WORD} \u2067is set apart until its end.",
        "https://herald.example/isolate/",
    ),
    Article(
        f"{WORD} " + "w" * 900,
        "c" * 80,
        "a" * 200,
        f"The {WORD} {'t' * 2000} has met.",
        "https://herald.example/" + "l" * 900,
    ),
    Article(
        f"{WORD} n\0ull {{{{7*7}}}} ${{7*7}}",
        "null\0category",
        "null\0author",
        f"The {WORD} n\0ull has met.",
        "https://herald.example/null/",
    ),
)  # fmt: skip


MORE = "This sentence makes an article of some length out of a mere line, as articles are longer than that."


def page_of(number: int, article: Article) -> str:
    title, category, author, text, address = map(
        escape, (article.title, article.category, article.author, article.text, article.address)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
        <link rel="canonical" href="{address}"><meta property="og:title" content="{title}">
        <meta property="article:section" content="{category}"><meta name="author" content="{author}">
        <meta property="article:published_time" content="2024-01-{number + 10}">
        <meta name="description" content="{text}"></head>
        <body><main><article><h1>{title}</h1><p>{text} {MORE}</p></article></main></body></html>"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[str]:
    """The service on such articles."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "pages").mkdir()
    for number, article in enumerate(ARTICLES):
        (folder / "pages" / f"{number}.html").write_text(page_of(number, article), encoding="utf-8")
    with running(folder, folder / "pages", BROADSHEET_CORS_ORIGINS=host.address) as address:
        yield address


@pytest.fixture
def visits(chromium: Browser, hostile: str, host: Host) -> Iterator[Visits]:
    visits = Visits(chromium, hostile, {host.address})
    yield visits
    visits.close()
    assert visits.problems == []


@pytest.fixture
def embedded(visits: Visits, hostile: str, host: Host) -> Callable[..., Page]:
    """A window on a host's page with a box on that service."""

    def opened(**device: object) -> Page:
        page = visits.window(**device)
        page.goto(
            host.show(
                "/hostile",
                f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Host</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <script defer src="{hostile}/static/search-box.js"></script>
                <broadsheet-search><form action="{hostile}/"><input name="q"></form></broadsheet-search>""",
            )
        )
        return page

    return opened


# Elements with their attributes, within shadow roots too.
WITHIN = """scope => {
    const found = [];
    const walk = (root, inside) => {
        for (const element of root.children) {
            const within = inside || element.matches(scope);
            if (within) found.push(element);
            if (element.shadowRoot) walk(element.shadowRoot, within);
            walk(element, within);
        }
    };
    walk(document, false);
    return found;
}"""
TAGS = "found => [...new Set(found.map(one => one.localName))]"
HANDLERS = "found => found.flatMap(one => one.getAttributeNames()).filter(name => name.startsWith('on'))"
SCHEMES = (
    "found => found.filter(one => one.href !== undefined && one.localName === 'a').map(one => one.protocol)"
)
# The texts of the smallest isolates that hold a control of direction: what such a control can turn around.
ISOLATES = """found => {
    const controls = /[\\u202a-\\u202e\\u2066-\\u2069]/;
    const texts = [];
    for (const element of found) for (const node of element.childNodes) {
        if (node.nodeType !== 3 || !controls.test(node.data)) continue;
        let root = element;
        while (getComputedStyle(root).unicodeBidi === 'normal') root = root.parentElement;
        texts.push(root.textContent.trim());
    }
    return texts;
}"""

# What may stand in an option; anything else has come out of an article.
PARTS = {"a", "span", "mark", "time", "bdi"}
FURNITURE = PARTS | {"article", "div", "ul", "li", "h2", "p", "details", "summary"}


def look(page: Page, scope: str, what: str) -> list[str]:
    found: list[str] = page.evaluate(f"scope => ({what})(({WITHIN})(scope))", scope)
    return found


def assert_calm(visits: Visits, page: Page, scope: str, allowed: set[str]) -> None:
    """Nothing ran, nothing was added, no link leads anywhere but into the web."""
    assert page.evaluate("window.ran") is None
    assert visits.breaches(page) == []
    assert set(look(page, scope, TAGS)) <= allowed
    assert look(page, scope, HANDLERS) == []
    assert set(look(page, scope, SCHEMES)) <= {"http:", "https:"}


def foreign(text: str) -> bool:
    """Whether a text is nothing but a part of what an article says of itself."""
    bare = text.strip("…").strip()
    said = [(one.title, one.category, one.author, f"{one.text} {MORE}") for one in ARTICLES]
    return any(bare in value for values in said for value in values)


def assert_isolated(page: Page, scope: str = "body", least: int = 2) -> None:
    """A control of direction reaches no further than the text it came with."""
    texts = look(page, scope, ISOLATES)
    assert len(texts) >= least
    assert [text for text in texts if not foreign(text)] == []


def test_what_is_indexed_is_what_the_pages_say(hostile: str) -> None:
    hits = httpx.get(f"{hostile}/api/v1/search?q={WORD}").json()["hits"]
    titles = {article.title.replace("\0", "") for article in ARTICLES}
    assert {hit["title"][:90] for hit in hits} == {title[:90] for title in titles}
    assert {hit["url"].partition(":")[0] for hit in hits if ":" in hit["url"]} == {"https"}


@pytest.mark.parametrize("script", [True, False])
def test_the_results_page_shows_text(visits: Visits, script: bool) -> None:
    page = visits.window(java_script_enabled=script, **DESKTOP)
    page.goto(f"/?q={WORD}&explain=1")
    expect(page.locator(".hit")).to_have_count(len(ARTICLES))
    texts = page.locator(".hit h2").all_inner_texts()
    assert "<script>window.ran = 1</script> tribunal" in texts
    assert_calm(visits, page, ".hit", FURNITURE)
    assert page.locator("main :is(script, img, svg, b, i)").count() == 0
    assert_isolated(page, least=6)


def test_the_filters_and_the_settings_show_text(visits: Visits) -> None:
    page = visits.window(**DESKTOP)
    page.goto(f"/?q={WORD}")
    page.locator("#settings > summary").click()
    for scope in (".box", ".refine"):
        assert_calm(
            visits,
            page,
            scope,
            FURNITURE | {"fieldset", "legend", "label", "input", "button", "nav", "aside", "h3"},
        )
    assert_isolated(page, "main", 8)
    page.locator(".box input[name=category]").last.check()
    expect(page.locator(".chips")).to_be_visible()
    assert page.evaluate("window.ran") is None
    for box in page.locator(".refine a").all()[:3]:
        assert (box.get_attribute("href") or "").startswith("/?")


@pytest.mark.parametrize(
    "address", [f"/?q={WORD}&category={{}}", "/?q=x&author={}", "/?q={}", "/?q={}&exact=1"]
)
def test_what_an_address_says_of_them_is_shown_as_text(visits: Visits, hostile: str, address: str) -> None:
    for article in ARTICLES:
        page = visits.window(**DESKTOP)
        said = article.author if "author" in address else article.title
        if "category" in address:
            said = next(
                row["value"]
                for row in httpx.get(f"{hostile}/api/v1/categories").json()["categories"]
                if row["label"] == article.category.replace("\0", "")
            )
        if "\0" in said:
            continue  # which no address may hold
        page.goto(address.format(quote(said)))
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("window.ran") is None
        assert visits.breaches(page) == []
        assert page.locator("main :is(script, img, svg, b, i)").count() == 0
        assert [text for text in look(page, "body", ISOLATES) if not foreign(text)] == []
        page.close()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("place", ["own", "embedded"])
def test_the_list_shows_text(
    visits: Visits, embedded: Callable[..., Page], place: str, device: dict[str, object]
) -> None:
    if place == "embedded":
        page = embedded(**device)
    else:
        page = visits.window(**device)
        page.goto("/")
    page.get_by_role("combobox").first.click()
    page.keyboard.type(WORD)
    expect(page.get_by_role("group", name="Articles").get_by_role("option").first).to_be_visible()
    assert any("<script>window.ran = 1</script>" in text for text in options(page).all_inner_texts())
    assert_calm(visits, page, ".bs-option", PARTS)
    assert_isolated(page, ".bs-panel")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.type(" turned")
    expect(options(page).first).to_contain_text("turned around")
    assert_isolated(page, ".bs-panel")


def test_categories_of_the_list_show_text(visits: Visits, embedded: Callable[..., Page]) -> None:
    page = embedded(**DESKTOP)
    for text in ("script", "img", "bold", "category", "ccc"):
        page.get_by_role("combobox").fill(text)
        expect(page.get_by_role("group", name="Categories").get_by_role("option").first).to_be_visible()
        assert_calm(visits, page, ".bs-option", PARTS)
        assert [one for one in look(page, ".bs-panel", ISOLATES) if not foreign(one)] == []


def test_the_settings_of_an_embedded_box_show_text(visits: Visits, embedded: Callable[..., Page]) -> None:
    page = embedded(**DESKTOP)
    page.get_by_text("Search settings").click()
    expect(page.locator(".group-category")).to_be_visible()
    inside = {"fieldset", "legend", "label", "input", "button", "div", "span", "bdi"}
    assert_calm(visits, page, ".bs-box", inside)
    assert_isolated(page, ".bs-box")
    for tick in page.locator(".group-category input").all():
        tick.check()
    page.wait_for_timeout(QUIET_MS)
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("width", [390, 1280])
def test_words_without_an_end_push_nothing_out_of_the_page(
    visits: Visits, embedded: Callable[..., Page], width: int
) -> None:
    page = visits.window(viewport={"width": width, "height": 800})
    page.goto(f"/?q={WORD}&explain=1")
    page.locator("#settings > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    other = embedded(viewport={"width": width, "height": 800})
    other.get_by_text("Search settings").click()
    expect(other.locator(".group-category")).to_be_visible()
    over = other.locator(".bs-box").evaluate("box => box.scrollWidth - box.clientWidth")
    assert over <= 0
    assert_no_column_is_hidden(page, ".box .columns")
    assert_no_column_is_hidden(other, ".bs-box .columns")
    assert other.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def assert_no_column_is_hidden(page: Page, columns: str) -> None:
    for one in page.locator(columns).all():
        assert one.evaluate("columns => columns.scrollWidth - columns.clientWidth") <= 0
