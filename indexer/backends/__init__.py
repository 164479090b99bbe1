"""Engines behind one pair of protocols; see :mod:`indexer.backends.base`."""
