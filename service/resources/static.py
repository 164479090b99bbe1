"""``/static/``, ``/favicon.ico`` and ``/robots.txt``: files of the package, held in memory."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar, Final

import falcon

from .exchange import conditional
from .operations import Operation
from .problems import Problem

ICON: Final = "mark.svg"
_YEAR: Final = 31_536_000
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}
# Answers to searches are endless and change; what they lead to is what a crawler wants.
ROBOTS: Final = b"User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n"


def version_of_pages() -> str:
    """A digest of everything the pages are made from, so that a new release is not taken for the old."""
    digest = hashlib.sha256()
    folders = [files("service.web")]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                folders.append(entry)
            elif not entry.name.endswith(".pyc"):
                digest.update(entry.name.encode() + entry.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, its media type, its digest, and the file packed by gzip."""

    data: bytes
    media_type: str
    digest: str
    packed: bytes


def load_static() -> dict[str, StaticFile]:
    """The files of ``service/web/static`` by name. Only these can be asked for."""
    folder = files("service.web").joinpath("static")
    return {
        entry.name: _load(entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.is_file()
    }


def _load(name: str, data: bytes) -> StaticFile:
    suffix = name[name.rfind(".") :]
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(data, 9, mtime=0)
    return StaticFile(data, media_type, hashlib.sha256(data).hexdigest(), packed)


class StaticResource:
    """A file. Under an address with its digest (``?v=``) it never changes and may be kept for a year."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, known: Mapping[str, StaticFile]) -> None:
        self._known = known

    def on_get(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Send the file."""
        file = self._known.get(name)
        if file is None:
            raise Problem(404, "not_found", "There is no such file.")
        version = req.query_string.removeprefix("v=")
        lasting = len(version) >= 8 and file.digest.startswith(version)
        if not conditional(req, resp, file.digest[:24]):
            resp.content_type = file.media_type
            resp.data = file.data
            if _takes_gzip(req):
                resp.data = file.packed
                resp.set_header("Content-Encoding", "gzip")
        resp.append_header("Vary", "Accept-Encoding")
        # Pages of other origins load the search box, and may check that it is the one they know.
        resp.set_header("Access-Control-Allow-Origin", "*")
        resp.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        if lasting:
            resp.cache_control = [f"public, max-age={_YEAR}, immutable"]

    on_head = on_get


def _takes_gzip(req: falcon.Request) -> bool:
    """Whether the client takes what is packed by gzip."""
    for coding in (req.get_header("Accept-Encoding") or "").split(","):
        name, _, weight = coding.partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class IconResource:
    """The icon browsers ask for by themselves."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, static: StaticResource) -> None:
        self._static = static

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Send the icon."""
        self._static.on_get(req, resp, ICON)

    on_head = on_get


class RobotsResource:
    """What crawlers may read."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Send the rules."""
        resp.content_type = "text/plain; charset=utf-8"
        resp.cache_control = ["public, max-age=86400"]
        resp.data = ROBOTS

    on_head = on_get
