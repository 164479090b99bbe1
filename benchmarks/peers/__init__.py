"""The engines that are measured side by side, by name. Each is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module

from .base import Answer, Peer, Unable

_PEERS = {
    "broadsheet": ("broadsheet", "Broadsheet"),
    "tantivy": ("tantivy", "Tantivy"),
    "fts5": ("fts5", "Fts5"),
    "bm25s": ("bm25s", "Bm25s"),
    "xapian": ("xapian", "Xapian"),
    "whoosh": ("whoosh", "Whoosh"),
}
NAMES = tuple(_PEERS)
OURS = "broadsheet"


def make_peer(name: str) -> Peer:
    """A new engine, not open yet."""
    module, cls = _PEERS[name]
    peer: Peer = getattr(import_module(f".{module}", __name__), cls)()
    return peer


__all__ = ["NAMES", "OURS", "Answer", "Peer", "Unable", "make_peer"]
