"""A real WordPress with one script tag more on its pages: what is typed on it leads to its articles."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visits
from tests.browser.host import Host
from tests.browser.sites import WORDPRESS, unpacked, wordpress
from tests.browser.test_look import DESKTOP, PHONE
from tests.live import broadsheet

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not WORDPRESS.is_dir(), reason="no ../shared/dev/wordpress beside this checkout"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The service and the pages of the site that has its box."""
    with Host() as host, wordpress(tmp_path_factory.mktemp("wordpress"), host) as found:
        yield found


@pytest.fixture
def visits(chromium: Browser, site: tuple[str, list[str]]) -> Iterator[Visits]:
    service, pages = site
    visits = Visits(chromium, service, {"/".join(pages[0].split("/")[:3])})
    yield visits
    visits.close()
    # Of WordPress only the pages were kept, not its scripts and style sheets.
    assert [one for one in visits.problems if "the server responded with a status of 404" not in one] == []


def title(page: Page) -> str:
    return page.locator("h1.wp-block-post-title").inner_text()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_words_of_a_title_lead_from_any_page_to_its_article(
    visits: Visits, site: tuple[str, list[str]], device: dict[str, object]
) -> None:
    page = visits.window(**device)
    pages = site[1]
    for here, there in ((pages[3], pages[57]), (pages[120], pages[199])):
        page.goto(there)
        wanted = title(page)
        page.goto(here)
        box = page.locator("broadsheet-search")
        expect(box).to_have_count(1)
        box.locator("input.bs-input").first.click()
        page.keyboard.type(" ".join(re.findall(r"\w+", wanted)))
        article = page.get_by_role("group", name="Articles").get_by_role("option").first
        expect(article).to_contain_text(wanted)
        article.click()
        page.wait_for_url(re.compile(re.escape(there)))
        assert title(page) == wanted


def test_enter_leads_to_the_results_and_a_result_back_to_the_site(
    visits: Visits, site: tuple[str, list[str]]
) -> None:
    service, pages = site
    page = visits.window(**DESKTOP)
    page.goto(pages[57])
    wanted = title(page)
    page.locator("broadsheet-search input.bs-input").first.click()
    page.keyboard.type(wanted)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{service}/**")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url(re.compile(re.escape(pages[57])))
    assert title(page) == wanted


def test_every_page_has_the_categories_of_the_site_in_its_settings(
    visits: Visits, site: tuple[str, list[str]]
) -> None:
    page = visits.window(**DESKTOP)
    page.goto(site[1][0])
    page.locator("broadsheet-search summary").click()
    expect(page.locator(".bs-box .group-category .tick")).not_to_have_count(0)
    expect(page.get_by_role("group", name="Filter by Categories")).to_contain_text("Free Iran 2024")


def test_the_box_is_no_part_of_the_articles(site: tuple[str, list[str]], tmp_path: Path) -> None:
    """A site that is indexed with the box on its pages says the same as one without."""
    service, _ = site
    told = []
    for name, form in (
        ("without", ""),
        ("with", broadsheet(tmp_path, "embed", "--address", service, "--form")),
    ):
        folder = tmp_path / name / "pages"
        with Host() as host:
            pages = unpacked(folder, host)[:20]
        shutil.rmtree(folder)
        folder.mkdir()
        for number, (_, html) in enumerate(pages):
            html = re.sub(r"127\.0\.0\.1:\d+", "www.example.org", html)
            (folder / f"{number}.html").write_text(html.replace("</header>", f"{form}</header>", 1), "utf-8")
        broadsheet(tmp_path / name, "index", str(folder))
        lines = map(json.loads, broadsheet(tmp_path / name, "export").splitlines())
        told.append({line["url"]: (line["title"], line["text"], line["categories"]) for line in lines})
    assert len(told[0]) == 20
    assert told[0] == told[1]
