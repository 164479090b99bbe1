"""A WordPress export (WXR): the XML file of Tools > Export, or of ``wp export``.

The file is streamed, so its size does not matter. Every published post, page and custom type
becomes a small HTML page that says of itself what the export knows: the parser reads it like any
other. Drafts, private and password-protected posts, attachments and WordPress's own types stay out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from lxml import etree

from ..errors import SourceError
from .folder import absolute, open_file
from .page import Failure, Page
from .walk import shown
from .wxr import Channel, Item, read_channel, read_item

_NAMESPACE = "http://wordpress.org/export/"
# Types WordPress keeps for itself: nothing a visitor reads under an address of its own.
_INTERNAL = frozenset(
    {
        "attachment", "custom_css", "customize_changeset", "nav_menu_item", "oembed_cache", "revision",
        "user_request", "wp_block", "wp_font_face", "wp_font_family", "wp_global_styles", "wp_navigation",
        "wp_template", "wp_template_part",
    }
)  # fmt: skip


def is_export(path: Path) -> bool:
    """Whether a file begins as a WordPress export does."""
    try:
        with path.open("rb") as file:
            return _NAMESPACE.encode() in file.read(16_384)
    except OSError:
        return False


class ExportSource:
    """The published posts of one export, in the file's order.

    Named after the site it was exported from, not after the file, so that next week's export
    replaces this week's. ``paths`` of one site exported in parts belong into one source.

    Raises:
        SourceError: a file cannot be opened, is no WordPress export, or the parts are of two sites.
    """

    def __init__(self, *paths: Path, opener: Callable[[Path], BinaryIO] = open_file) -> None:
        self.paths = tuple(absolute(path) for path in paths)
        self._open = opener
        self._channels = [self._channel(path) for path in self.paths]
        names = sorted({channel.address for channel in self._channels})
        if len(names) != 1:
            raise SourceError(f"the exports are of several sites: {', '.join(names)}")

    @property
    def name(self) -> str:
        parts = urlsplit(self._channels[0].address)
        return f"wordpress:{parts.netloc}{parts.path.rstrip('/')}"

    def total(self) -> int | None:
        return None

    def covers(self, key: str) -> bool:  # noqa: ARG002 an export is always whole
        return True

    def absorbs(self, name: str) -> bool:  # noqa: ARG002 no other source has its pages
        return False

    def pages(self) -> Iterator[Page | Failure]:
        for path, channel in zip(self.paths, self._channels, strict=True):
            yield from self._pages(path, channel)

    def _pages(self, path: Path, channel: Channel) -> Iterator[Page | Failure]:
        try:
            with closing(self._elements(path, "item")) as elements:
                for element in elements:
                    item = read_item(element, channel)
                    if _is_public(item):
                        yield Page(self.name, item.key, item.html(channel), item.link, "utf-8", item.link)
        except (etree.XMLSyntaxError, OSError) as error:
            # What comes after the break is not known to be gone.
            yield Failure(shown(path), "unreadable", f"the export breaks off: {error}", below=True)

    def _channel(self, path: Path) -> Channel:
        if not path.is_file():
            raise SourceError(f"{shown(path)}: there is no such file")
        if not is_export(path):
            raise SourceError(f"{shown(path)}: is no WordPress export (WXR)")
        try:
            return read_channel(self._elements(path))
        except (etree.XMLSyntaxError, OSError) as error:
            raise SourceError(f"{shown(path)}: cannot be read as a WordPress export: {error}") from error

    def _elements(self, path: Path, tag: str | None = None) -> Generator[etree._Element]:
        """Finished children of the channel, one at a time, each forgotten after use."""
        with self._open(path) as file:
            # NOTE: entities stay unexpanded and nothing is fetched; huge_tree only lifts the limit on
            # the length of one text, which a long post may pass.
            events = etree.iterparse(
                file, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
            )
            for _, element in events:
                parent = element.getparent()
                if parent is None or parent.tag != "channel":
                    continue
                if tag is None or element.tag == tag:
                    yield element
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del parent[0]


def _is_public(item: Item) -> bool:
    return item.status == "publish" and not item.password and item.type not in _INTERNAL
