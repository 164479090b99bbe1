"""One page read again: what its article becomes, whatever is remembered of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.article import article_id
from indexer.errors import SourceError
from indexer.sources import open_source
from indexer.workspace import Workspace
from tests.conftest import article
from tests.sources.test_wordpress import export, item

from .making import folder_of, html, source, titles, workspace, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "site", "Alpha", "Beta")


@pytest.fixture
def space(tmp_path: Path, folder: Path) -> Workspace:
    made = workspace(tmp_path / "data")
    made.build([source(folder)])
    return made


def known(space: Workspace, title: str) -> str:
    return next(record.article.id for record in space.catalog.records() if record.article.title == title)


def test_a_page_that_has_not_changed_leaves_its_article(space: Workspace) -> None:
    before = space.catalog.sequence
    report = space.reread(known(space, "Alpha"))
    assert (report.unchanged, report.changed, report.exit_status) == (1, 0, 0)
    assert space.catalog.sequence == before


def test_a_page_that_has_changed_is_found_as_it_is_now_and_others_are_let_be(
    space: Workspace, folder: Path
) -> None:
    identity = known(space, "Alpha")
    page = next(path for path in folder.glob("*.html") if "Alpha" in path.read_text("utf-8"))
    write(folder, page.name, html("Gamma"))
    other = next(path for path in folder.glob("*.html") if path != page)
    other.unlink()
    assert space.reread(identity).changed == 1
    assert sorted(titles(space)) == ["Beta", "Gamma"]
    assert known(space, "Gamma") == identity


def test_what_was_removed_by_hand_comes_back(space: Workspace, folder: Path) -> None:
    identity = known(space, "Alpha")
    space.remove(identity)
    assert space.build([source(folder)]).withdrawn == 1
    assert space.catalog.survey.gone(10)[0].id == identity
    assert space.reread(identity).added == 1
    assert sorted(titles(space)) == ["Alpha", "Beta"]
    assert space.index.reader().get(identity) is not None
    assert space.build([source(folder)]).unchanged == 2
    assert not space.catalog.survey.gone(10)


def test_a_page_that_is_gone_is_said_to_be_and_its_article_stays(space: Workspace, folder: Path) -> None:
    identity = known(space, "Alpha")
    for path in folder.glob("*.html"):
        path.unlink()
    with pytest.raises(SourceError, match="there is no such file"):
        space.reread(identity)
    assert "Alpha" in titles(space)


def test_what_was_pushed_has_no_page_to_be_read(space: Workspace) -> None:
    space.push_article(article("Pushed", "A text.", key="pushed"))
    with pytest.raises(SourceError, match="what was pushed is pushed again"):
        space.reread("pushed")
    with pytest.raises(SourceError):
        space.reread("nosuch")


def test_a_page_whose_address_another_has_does_not_take_it_back(space: Workspace, folder: Path) -> None:
    record = space.catalog.get(known(space, "Alpha"))
    assert record is not None
    address = "https://example.org/alpha/"
    write(folder, record.key, html("Alpha", canonical=address))
    space.build([source(folder)])
    space.push_article(article("Alpha, corrected", "A better text.", key="pushed", url=address))
    with pytest.raises(SourceError, match="stands for"):
        space.reread(record.article.id)
    assert space.catalog.get("pushed") is not None


def test_an_export_is_found_among_the_configured_sources(tmp_path: Path) -> None:
    file = export(tmp_path, item(1), item(2))
    space = workspace(tmp_path / "data")
    opened = open_source(str(file))
    space.build([opened])
    record = next(space.catalog.records())
    assert article_id(record.source, record.key) == record.article.id
    space.remove(record.article.id)
    with pytest.raises(SourceError, match="configured"):
        space.reread(record.article.id)
    assert space.reread(record.article.id, [str(file)]).added == 1


def test_lists_of_the_catalog_go_on_where_they_ended(space: Workspace, folder: Path) -> None:
    survey = space.catalog.survey
    first = survey.newest(1)[0]
    second = survey.newest(1, first.sequence)[0]
    assert {first.title, second.title} == {"Alpha", "Beta"}
    assert survey.newest(5, second.sequence) == ()
    assert survey.at_address(first.key, 5)[0].id == first.id
    assert survey.at_address("%", 5) == ()
    assert survey.sources() == {first.source: 2}
    write(folder, "empty.html", "")
    space.build([source(folder)])
    assert survey.reasons() == {"empty": 1}
    assert survey.refused("empty", 5)[0].key == "empty.html"
