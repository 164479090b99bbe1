"""Two pages that name one address: the same article twice, or a template's mistake."""

from __future__ import annotations

from pathlib import Path

from indexer.pipeline import BuildReport
from indexer.site import Site
from indexer.workspace import Workspace

from .making import html, source, titles, workspace, write

HERE = "https://example.org/here/"


def build(space: Workspace, folder: Path) -> BuildReport:
    return space.build([source(folder)])


def addresses(space: Workspace) -> dict[str, str]:
    return {record.key: record.article.url for record in space.catalog.records()}


def test_the_second_page_of_one_address_and_title_fails_and_names_the_first(
    space: Workspace, folder: Path
) -> None:
    write(folder, "a.html", html("Same", canonical=HERE))
    write(folder, "b.html", html("Same", canonical=HERE))
    for expected in ((1, 0), (0, 1)):  # as read, and as remembered
        report = build(space, folder)
        assert (report.added, report.unchanged) == expected
        (failure,) = report.failed
        assert (failure.key, failure.reason) == ("b.html", "duplicate")
        assert failure.detail == f"a.html already stands for {HERE} with the same title"
    assert titles(space) == ["Same"]


def test_one_address_with_several_titles_is_believed_for_the_first_only(
    space: Workspace, folder: Path
) -> None:
    for name in ("a", "b", "c"):
        write(folder, f"{name}.html", html(f"Title {name}", canonical=HERE))
    report = build(space, folder)
    assert (report.added, report.failed) == (3, ())
    assert addresses(space) == {"a.html": HERE, "b.html": "b.html", "c.html": "c.html"}
    assert build(space, folder).unchanged == 3


def test_a_page_not_believed_about_its_address_stands_under_the_sites(tmp_path: Path, folder: Path) -> None:
    for name in ("a", "b"):
        write(folder, f"{name} c.html", html(f"Title {name}", canonical=HERE))
    space = workspace(tmp_path / "data", Site(address="https://herald.example/"))
    for _ in range(2):  # as read, and as remembered
        build(space, folder)
        assert addresses(space) == {"a c.html": HERE, "b c.html": "https://herald.example/b%20c.html"}
    assert build(space, folder).unchanged == 2


def test_a_copy_of_a_page_without_an_address_of_its_own_is_known(tmp_path: Path, folder: Path) -> None:
    write(folder, "a.html", html("Same"))
    write(folder, "b.html", html("Same", canonical="https://herald.example/a.html"))
    space = workspace(tmp_path / "data", Site(address="https://herald.example"))
    assert [failure.reason for failure in build(space, folder).failed] == ["duplicate"]


def test_when_the_first_goes_the_second_takes_its_place(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("Same", canonical=HERE))
    write(folder, "b.html", html("Same", canonical=HERE))
    build(space, folder)
    (folder / "a.html").unlink()
    report = build(space, folder)
    assert (report.added, report.removed, report.failed) == (1, 1, ())
    assert addresses(space) == {"b.html": HERE}


def test_when_the_first_of_several_titles_goes_the_next_is_believed(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("One", canonical=HERE))
    write(folder, "b.html", html("Two", canonical=HERE))
    build(space, folder)
    (folder / "a.html").unlink()
    assert build(space, folder).changed == 1
    assert addresses(space) == {"b.html": HERE}


def test_a_page_that_comes_before_takes_the_address_from_the_one_that_had_it(
    space: Workspace, folder: Path
) -> None:
    write(folder, "b.html", html("Same", canonical=HERE))
    build(space, folder)
    write(folder, "a.html", html("Same", canonical=HERE))
    report = build(space, folder)
    assert (report.added, [failure.key for failure in report.failed]) == (1, ["b.html"])
    assert addresses(space) == {"a.html": HERE}
    assert titles(space) == ["Same"]


def test_many_small_runs_end_where_one_run_ends(tmp_path: Path, space: Workspace, folder: Path) -> None:
    pages = [("c", "Same"), ("a", "Other"), ("d", "Same"), ("b", "Same"), ("e", "Other"), ("a", "Same")]
    for name, title in pages:
        write(folder, f"{name}.html", html(title, canonical=HERE))
        build(space, folder)
    fresh = workspace(tmp_path / "fresh")
    at_once = build(fresh, folder)
    assert addresses(space) == addresses(fresh)
    last = build(space, folder)
    assert [str(failure) for failure in last.failed] == [str(failure) for failure in at_once.failed]


def test_a_page_that_fails_now_still_stands_for_its_address(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("Same", canonical=HERE))
    write(folder, "b.html", html("Same", canonical=HERE))
    build(space, folder)
    write(folder, "a.html", "")
    for _ in range(2):  # as read, and as remembered
        report = build(space, folder)
        assert [(failure.key, failure.reason) for failure in report.failed] == [
            ("a.html", "empty"),
            ("b.html", "duplicate"),
        ]
        assert titles(space) == ["Same"]


def test_a_withdrawn_article_does_not_come_back_through_its_double(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("Same", canonical=HERE))
    write(folder, "b.html", html("Same", canonical=HERE))
    build(space, folder)
    (record,) = space.catalog.records()
    assert space.remove(record.article.id)
    report = build(space, folder)
    assert (report.added, report.withdrawn) == (0, 1)
    assert titles(space) == []


def test_one_page_read_alone_still_knows_the_pages_beside_it(space: Workspace, folder: Path) -> None:
    write(folder, "a.html", html("Same", canonical=HERE))
    build(space, folder)
    double = write(folder, "b.html", html("Same", canonical=HERE))
    from indexer.sources import FolderSource

    report = space.build([FolderSource(double, folder)])
    assert [failure.reason for failure in report.failed] == ["duplicate"]
    assert titles(space) == ["Same"]
