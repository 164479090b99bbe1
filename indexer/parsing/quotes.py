"""Quotes as they were typed: WordPress prints ``'`` and ``"`` as curly ones (``wptexturize``)."""

from __future__ import annotations

from ..site import straightened
from .head import Head

_STRAIGHT = frozenset("'\"")
_OTHERS = frozenset("„‚«»‹›「」『』")
"""Quotes that WordPress makes of no straight one, unless the site's language has them: then it is not known
which of them were typed."""


def as_typed(title: str, head: Head) -> str:
    """A title with the quotes that its editor typed, where the page shows that WordPress has changed them.

    So an article has the same title from its page as from an export. Where a straight quote is left, or
    another kind stands beside, the title is what was typed.
    """
    if not is_wordpress(head) or not (_STRAIGHT | _OTHERS).isdisjoint(title):
        return title
    return straightened(title)


def is_wordpress(head: Head) -> bool:
    """Whether the page says that WordPress made it."""
    return head.first("generator").startswith("WordPress") or "https://api.w.org/" in head.links
