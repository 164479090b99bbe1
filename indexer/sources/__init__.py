"""Where pages come from: a folder of HTML, a WordPress export, an article pushed after publishing."""

from __future__ import annotations

from .base import Source
from .folder import FolderSource, absolute, folder_name, is_missing, site_file
from .opening import open_source, open_sources, source_of_page
from .page import Failure, Page
from .push import PUSH, checked_article, pushed_page
from .wordpress import ExportSource

__all__ = [
    "PUSH",
    "ExportSource",
    "Failure",
    "FolderSource",
    "Page",
    "Source",
    "absolute",
    "checked_article",
    "folder_name",
    "is_missing",
    "open_source",
    "open_sources",
    "pushed_page",
    "site_file",
    "source_of_page",
]
