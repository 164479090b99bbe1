"""The limit that sources need to know before a page is read."""

from __future__ import annotations

MAX_PAGE_BYTES = 10 * 1024 * 1024
"""The largest page that is read, in bytes. A page of text is well under 1 MB; more is data or a mistake."""
