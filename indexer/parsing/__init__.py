"""Bytes to :class:`~indexer.article.Article`: pure, no I/O; BeautifulSoup lives only here."""
