"""Bytes to :class:`~indexer.article.Article`: pure, no I/O; BeautifulSoup lives only here.

::

    bytes → decode → markup.strip → tree.build → measure → furniture.find → content.choose
          → blocks.read → refine → verdict.judge → Article

Title, dates, author, language, terms and addresses are read beside it, each in the module of its name,
whose docstring lists the order of evidence.
"""

from __future__ import annotations

from .address import own_address
from .language import language_of
from .parser import parse

__all__ = ["language_of", "own_address", "parse"]
