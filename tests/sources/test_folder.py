"""A folder gives every page below it once, in order, and tells what it could not read."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from indexer.errors import SourceError
from indexer.sources import Failure, FolderSource, Page, open_source, open_sources, site_file
from indexer.sources.page import MAX_PAGE_BYTES
from tests.pipeline.making import write


def keys(source: FolderSource) -> list[str]:
    return [item.key for item in source.pages() if isinstance(item, Page)]


def failures(source: FolderSource) -> list[tuple[str, str]]:
    return [(item.key, item.reason) for item in source.pages() if isinstance(item, Failure)]


def test_pages_come_sorted_by_path_and_only_pages(tmp_path: Path) -> None:
    names = ("b.html", "a/z.HTM", "a/b.xhtml", "c/d/e.html", "a.html")
    for name in (*names, "notes.txt", "README", ".hidden.html", ".git/x.html", "site.toml", "page.html.bak"):
        write(tmp_path, name, "x")
    source = FolderSource(tmp_path)
    assert keys(source) == sorted(names)
    assert (source.total(), failures(source)) == (5, [])


def test_a_page_is_its_bytes_its_key_and_where_it_lies(tmp_path: Path) -> None:
    path = write(tmp_path, "women/a.html", b"\xff\xfe\x00bytes")
    (page,) = FolderSource(tmp_path).pages()
    name = f"folder:{tmp_path}"
    assert page == Page(name, "women/a.html", b"\xff\xfe\x00bytes", locator=str(path))


def test_a_source_has_one_name_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpus" / "sub").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    ways = ("corpus", "./corpus", "corpus/", "corpus/../corpus", str(tmp_path / "corpus"), "corpus/sub/..")
    assert {open_source(way).name for way in ways} == {f"folder:{tmp_path / 'corpus'}"}


def test_a_folder_reached_by_a_link_keeps_the_name_of_the_link(tmp_path: Path) -> None:
    write(tmp_path, "release-1/a.html", "x")
    (tmp_path / "current").symlink_to("release-1")
    source = FolderSource(tmp_path / "current")
    assert (source.name, keys(source)) == (f"folder:{tmp_path / 'current'}", ["a.html"])


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, "a/x.html", "x")
    write(tmp_path, "b/y.html", "y")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "other").symlink_to("../b")
    (tmp_path / "b" / "other").symlink_to("../a")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "self.html").symlink_to("self.html")
    source = FolderSource(tmp_path)
    assert keys(source) == ["a/x.html", "b/y.html"]
    assert failures(source) == [("self.html", "unreadable")]


def test_what_is_there_twice_by_a_link_is_given_once_under_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, "z/real.html", "x")
    (tmp_path / "a-link").symlink_to("z")
    (tmp_path / "latest.html").symlink_to("z/real.html")
    assert keys(FolderSource(tmp_path)) == ["z/real.html"]


def test_links_to_elsewhere_are_followed(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/a.html", "x")
    write(tmp_path, "single.html", "y")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "in").symlink_to("../elsewhere")
    (tmp_path / "site" / "one.html").symlink_to("../single.html")
    assert keys(FolderSource(tmp_path / "site")) == ["in/a.html", "one.html"]


def test_a_broken_link_to_a_page_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.html").symlink_to("nowhere.html")
    (tmp_path / "gone").symlink_to("nowhere")
    (failure,) = FolderSource(tmp_path).pages()
    assert isinstance(failure, Failure)
    assert (failure.key, failure.detail) == ("gone.html", "the link leads nowhere: No such file or directory")


def test_what_is_named_like_a_page_and_is_none_is_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    write(tmp_path, "folder.html/page.html", "x")
    source = FolderSource(tmp_path)
    assert keys(source) == ["folder.html/page.html"]
    assert failures(source) == [("pipe.html", "unreadable")]


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.html", "x")
    write(tmp_path, "b.html", "y")

    def opener(path: Path) -> BinaryIO:
        if path.name == "a.html":
            raise PermissionError(errno.EACCES, "Permission denied")
        return path.open("rb")

    source = FolderSource(tmp_path, opener=opener)
    assert keys(source) == ["b.html"]
    failure = next(item for item in source.pages() if isinstance(item, Failure))
    assert str(failure) == f"{tmp_path}/a.html: unreadable: the file cannot be read: Permission denied"


def test_a_folder_that_cannot_be_read_stands_for_all_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "open/a.html", "x")
    write(tmp_path, "shut/b.html", "y")
    scandir = os.scandir

    def closed(path: Path) -> object:
        if Path(path).name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("indexer.sources.walk.os.scandir", closed)
    failure, page = FolderSource(tmp_path).pages()
    assert isinstance(failure, Failure)
    assert (failure.key, failure.below, failure.reason) == ("shut/", True, "unreadable")
    assert page.key == "open/a.html"
    (inside,) = FolderSource(tmp_path / "shut", tmp_path).pages()
    assert (inside.key, inside.below) == ("shut/", True)  # type: ignore[union-attr]
    (whole,) = FolderSource(tmp_path / "shut").pages()
    assert (whole.key, whole.below) == ("", True)  # type: ignore[union-attr]


def test_a_page_beyond_the_limit_is_told_with_its_size_and_one_at_it_is_read(tmp_path: Path) -> None:
    write(tmp_path, "at.html", b"x" * MAX_PAGE_BYTES)
    write(tmp_path, "over.html", b"x" * (MAX_PAGE_BYTES + 5))
    source = FolderSource(tmp_path)
    assert keys(source) == ["at.html"]
    failure = next(item for item in source.pages() if isinstance(item, Failure))
    assert (failure.reason, f"{MAX_PAGE_BYTES + 5:,}" in failure.detail) == ("too_large", True)


def test_names_that_are_no_utf8_are_read(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.html")
    try:
        write(tmp_path, name, "x")
    except OSError:
        # Some file systems take UTF-8 names only; there the case cannot come up.
        return
    (page,) = FolderSource(tmp_path).pages()
    assert page.key == "caf\\xe9.html"
    page.key.encode()


def test_a_source_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: there is no such file or folder"):
        FolderSource(tmp_path / "nowhere")
    (tmp_path / "soon").mkdir()
    source = FolderSource(tmp_path / "soon")
    (tmp_path / "soon").rmdir()
    with pytest.raises(SourceError):
        list(source.pages())


# -- Opening -------------------------------------------------------------------------------


def test_a_single_page_is_a_part_of_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path, "a.html", "x")
    write(tmp_path, "b.html", "y")
    source = open_source(str(path))
    assert (source.name, [item.key for item in source.pages()]) == (f"folder:{tmp_path}", ["a.html"])
    assert (source.covers("a.html"), source.covers("b.html")) == (True, False)


def test_a_page_or_folder_inside_a_known_source_is_a_part_of_that(tmp_path: Path) -> None:
    path = write(tmp_path, "articles/women/a.html", "x")
    known = {f"folder:{tmp_path}"}
    for text, covered in ((path, "articles/women/a.html"), (path.parent, "articles/women/a.html")):
        source = open_source(str(text), known)
        assert source.name == f"folder:{tmp_path}"
        assert [item.key for item in source.pages()] == [covered]
        assert not source.covers("articles/womenswear/a.html")


def test_sources_named_together_are_opened_each_page_once(tmp_path: Path) -> None:
    page = write(tmp_path, "site/articles/a.html", "x")
    other = write(tmp_path, "site/articles/b.html", "x")
    texts = [str(page), str(tmp_path / "site"), str(tmp_path / "site" / "articles")]
    (source,), errors = open_sources(texts)
    assert ([item.key for item in source.pages()], errors) == (["articles/a.html", "articles/b.html"], [])
    (pair,), _ = open_sources([str(other), str(page)])
    assert [item.key for item in pair.pages()] == ["a.html", "b.html"]


def test_what_cannot_be_opened_does_not_keep_the_rest_from_it(tmp_path: Path) -> None:
    write(tmp_path, "site/a.html", "x")
    opened, errors = open_sources([str(tmp_path / "site"), str(tmp_path / "nowhere")])
    assert [source.name for source in opened] == [f"folder:{tmp_path / 'site'}"]
    assert [str(error) for error in errors] == [f"{tmp_path / 'nowhere'}: there is no such file or folder"]


def test_addresses_and_other_files_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="addresses cannot be read yet"):
        open_source("https://example.org/sitemap.xml")
    with pytest.raises(SourceError, match="neither a folder nor an HTML file nor a WordPress export"):
        open_source(str(write(tmp_path, "notes.txt", "x")))


def test_the_site_file_is_the_folders_or_the_one_above(tmp_path: Path) -> None:
    page = write(tmp_path, "corpus/articles/a.html", "x")
    assert site_file(page.parent) is None
    above = write(tmp_path, "corpus/site.toml", "")
    assert site_file(page.parent) == above
    assert site_file(page) == above
    assert site_file(tmp_path / "corpus") == above
    inside = write(tmp_path, "corpus/articles/site.toml", "")
    assert site_file(page.parent) == inside
