"""What is recorded, from the request to the store."""

from __future__ import annotations

from msgspec import Struct


class Facts(Struct, frozen=True, gc=False):
    """What came of a question. ``total`` articles have all it asks for; with ``partial`` none has, and some
    have only some of the words.
    """

    total: int
    took_ms: float
    relaxed: bool = False
    corrected: bool = False
    partial: bool = False


class Asked(Struct, frozen=True, gc=False):
    """A question as it was answered. ``address`` and ``agent`` never leave the memory of a worker: the
    client as limits name it, of version 6 its network, and its browser.

    ``typing`` says that it may not be finished. ``narrowed`` names the filters and switches in use,
    ``categories`` the slugs asked for. ``cached`` answers cost the engine nothing.
    """

    text: str
    address: str
    agent: str
    facts: Facts
    typing: bool = False
    cached: bool = False
    narrowed: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    page: int = 1
    lang: str = ""


class Clicked(Struct, frozen=True, gc=False):
    """An answer that a visitor went to; ``rank`` counts from 1. ``address`` and ``article`` never leave the
    memory of a worker.
    """

    text: str
    rank: int
    address: str
    article: str


class Intent(Struct, frozen=True, gc=False):
    """What a visitor was after, once it is settled. ``reader`` is known to no other day."""

    reader: bytes
    text: str
    asked: Asked


class Pair(Struct, frozen=True, gc=False):
    """What found nothing, and what the same visitor asked instead, which found something."""

    reader: bytes
    before: str
    after: str
