"""One address, one article, whichever sources name it: the newest word counts, and the other is told of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import article_id
from indexer.pipeline import BuildReport
from indexer.sources import pushed_page
from indexer.workspace import Workspace
from tests import strategies
from tests.conftest import article

from .making import FILLER, html, source, titles, workspace, write

HERE = "https://example.org/here/"


def push(space: Workspace, name: str, title: str, canonical: str = HERE) -> None:
    space.push(name, pushed_page(name, html(title, canonical=canonical).encode()))


def build(space: Workspace, *folders: Path) -> BuildReport:
    report = space.build([source(folder) for folder in folders])
    assert space.check() == []
    return report


def replaced(report: BuildReport) -> list[tuple[str, str, str]]:
    return [(Path(failure.locator).name, failure.reason, failure.detail) for failure in report.replaced]


def test_a_page_takes_the_place_of_what_was_pushed_for_its_address(space: Workspace, folder: Path) -> None:
    push(space, "news-1", "Pushed")
    path = write(folder, "a.html", html("Page", canonical=HERE))
    report = build(space, folder)
    assert (report.added, report.failed, report.exit_status) == (1, (), 0)
    assert replaced(report) == [("push:news-1", "duplicate", f"{path} stands for {HERE} now")]
    assert titles(space) == ["Page"]
    report = build(space, folder)
    assert (report.unchanged, report.replaced) == (1, ())


def test_what_is_pushed_takes_the_place_of_a_page_until_the_page_changes(
    space: Workspace, folder: Path
) -> None:
    """As with a push under the page's own id: an editor corrects first, and the site is written out later."""
    write(folder, "a.html", html("Page", canonical=HERE))
    build(space, folder)
    push(space, "news-1", "Corrected")
    space.apply()
    assert titles(space) == ["Corrected"]
    for _ in range(2):
        report = build(space, folder)
        assert replaced(report) == [("a.html", "duplicate", f"push:news-1 stands for {HERE} now")]
        assert (report.unchanged, report.changed, report.exit_status) == (0, 0, 0)
        assert titles(space) == ["Corrected"]
    write(folder, "a.html", html("Written out", canonical=HERE))
    report = build(space, folder)
    assert [name for name, _, _ in replaced(report)] == ["push:news-1"]
    assert titles(space) == ["Written out"]


def test_another_parser_or_site_is_no_news_of_a_page(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a.html", html("Page", canonical=HERE))
    build(space, folder)
    push(space, "news-1", "Corrected")
    monkeypatch.setattr("indexer.workspace.reader_version", lambda site: "another")
    assert [name for name, _, _ in replaced(build(space, folder))] == ["a.html"]
    assert titles(space) == ["Corrected"]


def test_when_the_winner_is_removed_the_page_comes_back(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("Page", canonical=HERE))
    build(space, folder)
    push(space, "news-1", "Corrected")
    build(space, folder)
    assert space.remove("news-1")
    report = build(space, folder)
    assert (report.added, report.withdrawn, report.replaced) == (1, 0, ())
    assert titles(space) == ["Page"]


def test_of_two_folders_the_one_that_spoke_last_stands(space: Workspace, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        write(folder, "a.html", html("Same", canonical=HERE))
    report = build(space, one, two)
    assert [failure.locator for failure in report.replaced] == [str(one / "a.html")]
    assert [record.locator for record in space.catalog.records()] == [str(two / "a.html")]
    report = build(space, one, two)
    assert replaced(report) == [("a.html", "duplicate", f"{two / 'a.html'} stands for {HERE} now")]
    write(one, "a.html", html("Same, corrected", canonical=HERE))
    build(space, one, two)
    assert [record.locator for record in space.catalog.records()] == [str(one / "a.html")]
    space.forget(space.source_name(str(one)) or "")
    assert build(space, two).added == 1
    assert titles(space) == ["Same"]


def test_a_push_under_another_name_is_the_same_article_by_address_and_title(space: Workspace) -> None:
    push(space, "news-1", "Same")
    push(space, "news-2", "SAME ")
    assert [record.key for record in space.catalog.records()] == ["news-2"]


def test_of_pushes_for_one_address_the_newest_stands_whatever_its_title(space: Workspace) -> None:
    """An article that is retitled and pushed under a new id is still one article."""
    told: list[str] = []
    for name in ("a", "b", "c"):
        page = pushed_page(name, html(f"Title {name}", canonical=HERE).encode())
        space.push(name, page, on_replaced=lambda rival: told.append(rival.id))
    space.apply()
    assert (titles(space), told) == (["Title c"], ["a", "b"])


def test_what_was_pushed_for_a_page_that_is_no_more_shares_no_address(space: Workspace, folder: Path) -> None:
    """The id is that of a page which the folder held once; now it is a pushed article like any other."""
    gone = write(folder, "gone.html", html("Gone"))
    write(folder, "a.html", html("Page", canonical=HERE))
    build(space, folder)
    identity = article_id(f"folder:{folder}", "gone.html")
    gone.unlink()
    build(space, folder)
    push(space, identity, "Pushed")
    space.apply()
    assert titles(space) == ["Pushed"]
    write(folder, "a.html", html("Written out", canonical=HERE))
    build(space, folder)
    assert titles(space) == ["Written out"]
    write(folder, "gone.html", html("Back"))
    build(space, folder)
    assert titles(space) == ["Back", "Written out"]


def test_an_article_pushed_as_json_stands_for_the_address_it_names(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("Page", canonical=HERE))
    build(space, folder)
    space.push_article(replace(article("Pushed", "Text.", key="news-1"), url=HERE))
    space.apply()
    assert titles(space) == ["Pushed"]


def test_pages_without_an_address_have_nothing_in_common(space: Workspace, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, "a.html", html("Same"))
    report = build(space, tmp_path / "one", tmp_path / "two")
    assert (report.added, report.replaced) == (2, ())


def test_a_folder_read_as_part_of_a_larger_one_replaces_nothing(space: Workspace, folder: Path) -> None:
    """The pages are the same files under new names; they are counted as removed there and added here."""
    write(folder, "part/a.html", html("Page", canonical=HERE))
    build(space, folder / "part")
    report = build(space, folder)
    assert (report.added, report.removed, report.replaced) == (1, 1, ())


def test_two_pages_of_one_source_both_give_way_and_one_comes_back(space: Workspace, folder: Path) -> None:
    for name in ("a", "b"):
        write(folder, f"{name}.html", html("Same", canonical=HERE))
    build(space, folder)
    push(space, "news-1", "Corrected")
    for _ in range(2):
        build(space, folder)
        assert titles(space) == ["Corrected"]
    space.remove("news-1")
    report = build(space, folder)
    assert (report.added, [failure.key for failure in report.failed]) == (1, ["b.html"])


ADDRESSES = (HERE, "https://example.org/there/")
steps = st.lists(
    st.tuples(
        st.sampled_from(("push", "json", "page", "drop", "run", "remove")),
        st.sampled_from(("one", "two", "three")),
        st.sampled_from(ADDRESSES),
        st.sampled_from(("First", "Second")),
    ),
    max_size=14,
)


@given(done=steps)
@settings(max_examples=strategies.examples(40), deadline=None)
def test_no_order_of_pushes_and_runs_leaves_two_articles_at_one_address(
    done: list[tuple[str, str, str, str]],
) -> None:
    with TemporaryDirectory() as place:
        folders = [Path(place) / name for name in ("site", "mirror")]
        for folder in folders:
            write(folder, "always.html", html("Always"))
        space = workspace(Path(place) / "data")
        for number, (act, name, address, title) in enumerate(done):
            # A page a folder: pages of one folder are a matter among themselves.
            path = folders[number % 2] / "a.html"
            text = f"{FILLER} Edition {number}."
            if act == "push":
                space.push(name, pushed_page(name, html(title, text, canonical=address).encode()))
            elif act == "json":
                space.push_article(replace(article(title, text, key=name), url=address))
            elif act == "page":
                path.write_text(html(title, text, canonical=address))
            elif act == "drop":
                path.unlink(missing_ok=True)
            elif act == "remove":
                space.remove(name)
            else:
                space.build([source(folder) for folder in folders], allow_removals=True)
            held = Counter(record.article.url for record in space.catalog.records())
            assert all(held[address] <= 1 for address in ADDRESSES)
        space.close()


def test_a_dry_run_over_several_sources_says_what_the_run_does(space: Workspace, tmp_path: Path) -> None:
    """Of one source what another one read before it in the same run would have done counts, too."""
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    write(one, "a.html", html("Same", canonical=HERE))
    write(one, "b.html", html("Alone"))
    build(space, one)
    push(space, "news-1", "Pushed", canonical=ADDRESSES[1])
    write(one, "a.html", html("Same, corrected", canonical=HERE))
    write(two, "a.html", html("Same", canonical=HERE))
    write(two, "b.html", html("There", canonical=ADDRESSES[1]))
    write(three, "b.html", html("There", canonical=ADDRESSES[1]))
    before = [(record.key, record.sequence) for record in space.catalog.records()]
    sources = [source(folder) for folder in (one, two, three)]
    said = space.build(sources, dry_run=True)
    assert [(record.key, record.sequence) for record in space.catalog.records()] == before
    assert len(said.replaced) == 3
    done = space.build(sources)
    told = replace(said, dry_run=False, seconds=0.0, generation=done.generation, sequence=done.sequence)
    assert told == replace(done, seconds=0.0)
