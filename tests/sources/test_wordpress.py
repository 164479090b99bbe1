"""A WordPress export gives its published posts, each saying of itself what the export says."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import BinaryIO

import pytest

from indexer.article import Article
from indexer.errors import SourceError
from indexer.parsing import parse
from indexer.site import Site
from indexer.sources import ExportSource, Failure, Page, open_source, open_sources
from tests.pipeline.making import FILLER, titles, workspace, write

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Herald</title><link>https://herald.example</link><language>{language}</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://herald.example</wp:base_site_url>
<wp:base_blog_url>{address}</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[ann]]></wp:author_login>
<wp:author_display_name><![CDATA[Ann Example]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>"


def item(
    number: int,
    title: str = "",
    content: str = FILLER,
    *,
    kind: str = "post",
    status: str = "publish",
    extra: str = "",
) -> str:
    return f"""<item><title><![CDATA[{title or f"Post {number}"}]]></title>
<link>https://herald.example/post-{number}/</link><pubDate>Tue, 21 Jan 2025 09:00:00 +0000</pubDate>
<dc:creator><![CDATA[ann]]></dc:creator>
<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date><![CDATA[2025-01-21 10:00:00]]></wp:post_date>
<wp:post_date_gmt><![CDATA[2025-01-21 09:00:00]]></wp:post_date_gmt>
<wp:status><![CDATA[{status}]]></wp:status><wp:post_type><![CDATA[{kind}]]></wp:post_type>
<wp:post_password><![CDATA[]]></wp:post_password>{extra}</item>
"""


def terms(domain: str, *labels: str) -> str:
    return "".join(
        f'<category domain="{domain}" nicename="x"><![CDATA[{label}]]></category>' for label in labels
    )


def export(
    tmp_path: Path,
    *items: str,
    name: str = "export.xml",
    address: str = "https://herald.example",
    language: str = "en-US",
) -> Path:
    return write(tmp_path, name, HEAD.format(address=address, language=language) + "".join(items) + TAIL)


def pages(source: ExportSource) -> list[Page]:
    return [page for page in source.pages() if isinstance(page, Page)]


def article(tmp_path: Path, *items: str, language: str = "en-US") -> Article:
    (page,) = pages(ExportSource(export(tmp_path, *items, language=language)))
    return parse(page, Site())


def test_a_post_reads_as_the_export_says(tmp_path: Path) -> None:
    labels = (
        "Women",
        "People's Mojahedin (MEK)",
        "R&D",
        "National Council of Resistance of Iran (NCRI)",
    )
    extra = terms("category", *labels) + terms("post_tag", "law", "human rights")
    made = article(tmp_path, item(7, "People’s rights & <duties>", extra=extra))
    assert made.title == "People’s rights & <duties>"
    assert made.url == "https://herald.example/post-7/"
    assert [label.label for label in made.categories] == list(labels)
    assert [label.label for label in made.tags] == ["law", "human rights"]
    assert (made.author, made.lang, made.type.slug) == ("Ann Example", "en", "post")
    assert made.published_at == "2025-01-21T10:00:00+01:00"
    assert made.text == FILLER


def test_paragraphs_of_the_classic_editor_become_blocks(tmp_path: Path) -> None:
    more = "Members vote on the rules once a year, and the treasurer reads the sums aloud before they do."
    content = f"{FILLER}\n\n<h2>Rules</h2>\n{more}\n<blockquote>Said.</blockquote>"
    made = article(tmp_path, item(1, content=content))
    assert [(block.kind, block.text) for block in made.blocks] == [
        ("paragraph", FILLER),
        ("heading", "Rules"),
        ("paragraph", more),
        ("quote", "Said."),
    ]


def test_only_what_visitors_may_read_is_given(tmp_path: Path) -> None:
    locked = item(6).replace("<wp:post_password><![CDATA[]]>", "<wp:post_password><![CDATA[secret]]>")
    path = export(
        tmp_path,
        item(1),
        item(2, status="draft"),
        item(3, status="private"),
        item(4, kind="attachment", status="inherit"),
        item(5, kind="nav_menu_item"),
        locked,
        item(8, kind="page"),
        item(9, kind="video"),
        item(10, status="future"),
    )
    found = {page.key: parse(page, Site()).type.slug for page in pages(ExportSource(path))}
    assert found == {"1": "post", "8": "page", "9": "video"}


def test_a_featured_picture_is_the_articles_image(tmp_path: Path) -> None:
    picture = item(
        40,
        kind="attachment",
        status="inherit",
        extra="<wp:attachment_url>https://herald.example/p.jpg</wp:attachment_url>",
    )
    meta = (
        "<wp:postmeta><wp:meta_key><![CDATA[_thumbnail_id]]></wp:meta_key>"
        "<wp:meta_value><![CDATA[40]]></wp:meta_value></wp:postmeta>"
    )
    assert article(tmp_path, item(1, extra=meta), picture).image == "https://herald.example/p.jpg"


@pytest.mark.parametrize(
    ("local", "utc", "rfc", "moment"),
    [
        ("2025-01-21 10:00:00", "2025-01-21 09:00:00", "", "2025-01-21T10:00:00+01:00"),
        ("2025-01-21 04:30:00", "2025-01-21 01:00:00", "", "2025-01-21T04:30:00+03:30"),
        ("2025-01-21 10:00:00", "0000-00-00 00:00:00", "", "2025-01-21"),
        ("", "", "Tue, 21 Jan 2025 09:00:00 +0000", "2025-01-21T09:00:00+00:00"),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", "not a date", ""),
        ("2025-01-21 10:00:00", "1970-01-01 00:00:00", "", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_dates_are_as_precise_as_the_export(local: str, utc: str, rfc: str, moment: str) -> None:
    from indexer.sources.wxr import _moment

    assert _moment(local, utc, rfc) == moment


def test_the_sites_language_is_the_articles(tmp_path: Path) -> None:
    persian = "او کتاب‌های خود را می‌خواند و حقوق بشر برای همه است. " * 6
    assert article(tmp_path, item(1, "حقوق بشر", persian), language="fa-IR").lang == "fa"


def test_a_source_is_named_after_its_site_not_its_file(tmp_path: Path) -> None:
    first = open_source(str(export(tmp_path, item(1), name="2025-01.xml")))
    second = open_source(str(export(tmp_path, item(1), name="2025-02.xml")))
    assert first.name == second.name == "wordpress:herald.example"
    blog = ExportSource(export(tmp_path, item(1), name="c.xml", address="https://e.org/blog/"))
    assert blog.name == "wordpress:e.org/blog"


def test_a_new_export_replaces_the_old_one(tmp_path: Path) -> None:
    space = workspace(tmp_path / "data")
    space.build([ExportSource(export(tmp_path, item(1), item(2), item(3), name="old.xml"))])
    report = space.build([ExportSource(export(tmp_path, item(2), item(3, "Three"), item(4), name="new.xml"))])
    assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 1, 1)
    assert titles(space) == ["Post 2", "Post 4", "Three"]


def test_parts_of_one_export_are_one_source(tmp_path: Path) -> None:
    paths = [export(tmp_path, item(number), name=f"part{number}.xml") for number in (1, 2)]
    (source,), errors = open_sources([str(path) for path in paths])
    assert ([page.key for page in source.pages()], errors) == (["1", "2"], [])
    other = export(tmp_path, item(3), name="other.xml", address="https://other.example")
    with pytest.raises(SourceError, match="several sites"):
        ExportSource(paths[0], other)


def test_an_export_that_breaks_off_removes_nothing(tmp_path: Path) -> None:
    path = export(tmp_path, *(item(number) for number in range(1, 7)))
    space = workspace(tmp_path / "data")
    space.build([ExportSource(path)])
    source = ExportSource(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    report = space.build([source])
    assert report.removed == 0
    assert [failure.reason for failure in report.failed] == ["unreadable"]
    assert "the export breaks off" in report.failed[0].detail
    assert len(titles(space)) == 6


def test_what_is_no_export_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no WordPress export"):
        ExportSource(write(tmp_path, "feed.xml", "<rss><channel><item/></channel></rss>"))
    with pytest.raises(SourceError, match="there is no such file"):
        ExportSource(tmp_path / "nowhere.xml")
    broken = write(tmp_path, "broken.xml", HEAD.format(address="", language="") + "<item>")
    with pytest.raises(SourceError, match="cannot be read as a WordPress export"):
        ExportSource(broken)


def hostile(tmp_path: Path, entities: str, title: str) -> Path:
    start = '<?xml version="1.0" encoding="UTF-8" ?>'
    body = HEAD.format(address="https://herald.example", language="en").removeprefix(start)
    post = item(1).replace("<![CDATA[Post 1]]>", title)
    return write(tmp_path, "evil.xml", f"{start}<!DOCTYPE rss [{entities}]>{body}{post}{TAIL}")


def test_no_file_is_read_that_an_entity_names(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "TOP SECRET")
    source = ExportSource(hostile(tmp_path, f'<!ENTITY xxe SYSTEM "{secret}">', "Title &xxe; end"))
    assert b"SECRET" not in b"".join(page.data for page in pages(source))


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path = hostile(tmp_path, f'<!ENTITY l0 "lol">{bomb}', "&l9;")
    with pytest.raises(SourceError, match="cannot be read as a WordPress export"):
        ExportSource(path)


class Endless(io.RawIOBase):
    """An export of many posts that is never in memory at once."""

    def __init__(self, count: int, content: str) -> None:
        self.parts = self.write(count, content)
        self.left = b""

    def write(self, count: int, content: str) -> Iterator[bytes]:  # type: ignore[override]
        yield HEAD.format(address="https://herald.example", language="en").encode()
        for number in range(1, count + 1):
            yield item(number, content=escape(content)).encode()
        yield TAIL.encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.left:
            part = next(self.parts, None)
            if part is None:
                return 0
            self.left = part
        size = min(len(buffer), len(self.left))
        buffer[:size], self.left = self.left[:size], self.left[size:]
        return size


def test_a_large_export_is_streamed(tmp_path: Path) -> None:
    """2,000 posts of 20 kB, 40 MB in all, in a few megabytes of Python memory."""
    path = export(tmp_path, item(1))

    def opener(_: Path) -> BinaryIO:
        return io.BufferedReader(Endless(2_000, "word " * 4_000))

    tracemalloc.start()
    source = ExportSource(path, opener=opener)
    count = sum(isinstance(page, Page) for page in source.pages())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2_000
    assert peak < 5_000_000


def test_an_unreadable_export_is_an_error_at_once_or_a_failure_later(tmp_path: Path) -> None:
    path = export(tmp_path, item(1))

    def fails(_: Path) -> BinaryIO:
        raise OSError("I/O error")

    with pytest.raises(SourceError, match="I/O error"):
        ExportSource(path, opener=fails)
    source = ExportSource(path)
    path.unlink()
    (failure,) = source.pages()
    assert isinstance(failure, Failure)
    assert failure.below
