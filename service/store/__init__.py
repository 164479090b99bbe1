"""The administrators' store: tuning, keys, accounts, analytics. A database, SQLite or PostgreSQL.

Nothing about an article is in it: losing it loses no article, and searches are answered without it.
"""

from .database import Database, StoreUnavailable, require_store, store_address

__all__ = ["Database", "StoreUnavailable", "require_store", "store_address"]
