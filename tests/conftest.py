"""What many tests are built from: records made in one line, and a small collection in many languages."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence

from hypothesis import settings

from indexer.article import Article, Block, Label, article_id
from indexer.backends.base import Index, Labels, Record
from indexer.catalog.labels import terms_of
from indexer.fields import FILTERS
from indexer.site import slugify
from tests.stores import database, postgres, store

__all__ = ["article", "database", "labels", "postgres", "store"]

# A time limit for each example would measure the machine; what must be quick has a test of its own.
settings.register_profile("broadsheet", deadline=None)
settings.load_profile("broadsheet")

# A run in the background ignores Ctrl-C, and so would every process that it begins, those of its tests too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ACCEPTED_AT = "2025-02-01T12:00:00+00:00"


def labels(*names: str) -> tuple[Label, ...]:
    """Taxonomy terms by their labels, slugs made from them."""
    return tuple(Label(slugify(name), name) for name in names)


def article(
    title: str,
    text: str | Sequence[Block] = "",
    *,
    key: str = "",
    lang: str = "en",
    kind: str = "Post",
    categories: Sequence[str] = (),
    tags: Sequence[str] = (),
    author: str = "",
    published: str = "",
    url: str = "",
) -> Article:
    """An article; a line break in ``text`` begins a paragraph. Types, categories and tags are labels."""
    name = key or article_id("test", title)
    blocks = (
        tuple(Block("paragraph", line) for line in text.split("\n") if line)
        if isinstance(text, str)
        else tuple(text)
    )
    return Article(
        id=name,
        url=url or f"https://example.org/{name}/",
        title=title,
        blocks=blocks,
        type=labels(kind)[0],
        categories=labels(*categories),
        tags=labels(*tags),
        author=author,
        lang=lang,
        published_at=published,
    )


def record(title: str, text: str | Sequence[Block] = "", *, sequence: int = 1, **fields: object) -> Record:
    """An accepted article; ``fields`` as in :func:`article`."""
    made = article(title, text, **fields)  # type: ignore[arg-type]  # checked by article itself
    return Record(
        article=made,
        source="test",
        key=made.id,
        locator=f"{made.id}.html",
        digest="0" * 64,
        sequence=sequence,
        accepted_at=ACCEPTED_AT,
    )


def labels_of(records: Iterable[Record]) -> Labels:
    """Field to slug to label, for the filter fields, in the order found."""
    found: dict[str, dict[str, str]] = {name: {} for name in FILTERS}
    for item in records:
        for field, slug, label in sorted(terms_of(item.article)):
            found[field].setdefault(slug, label)
    return found


def publish(index: Index, records: Sequence[Record]) -> str:
    """A full build: every record in one commit of a new generation."""
    builder = index.builder()
    try:
        for item in records:
            builder.add(item)
        builder.commit(len(records), labels_of(records))
        return index.publish(builder, len({item.article.id for item in records}))
    finally:
        builder.close()


COLLECTION: tuple[Record, ...] = (
    record(
        "A moratorium on executions",
        "A moratorium halts executions while parliament debates the death penalty.\n"
        "The rights of the people come before the will of the state, campaigners say.",
        key="moratorium",
        categories=["Death Penalty", "Human Rights"],
        tags=["law"],
        author="Ada Example",
        published="2025-01-21",
    ),
    record(
        "Executed at dawn",
        "The prisoner was executed. No executioner was named. A cafe owner saw it by e-mail.",
        key="executed",
        categories=["Death Penalty"],
        kind="Report",
        author="Ada Example",
        published="2025-01-20T08:30:00+01:00",
    ),
    record(
        "Herta Däubler-Gmelin on the rule of law",
        "Däubler-Gmelin spoke in Berlin. Rights people gather; the people's court does not.",
        key="daubler",
        categories=["Human Rights"],
        tags=["law", "europe"],
        published="2024-06-30",
    ),
    record(
        "Hinrichtung und Moratorium",
        "Die Hinrichtung wurde ausgesetzt. Der Gift im Wort ist nicht das englische Geschenk.",
        key="hinrichtung",
        lang="de",
        categories=["Death Penalty"],
        published="2024-01-01",
    ),
    record(
        "L’exécution suspendue",
        "L’homme attend à l'école. La république n'exécute plus personne depuis 1981, dit l’avocat.",
        key="execution",
        lang="fr",
        kind="Video",
        published="2023-12-31",
    ),
    record(
        "مجازات اعدام در ایران",
        "او می‌رود و كتاب‌های يكديگر را می‌خواند. حقوق بشر برای همه است. مسئول نیامد.",
        key="farsi",
        lang="fa",
        categories=["Human Rights"],
        published="2025-01-21",
    ),
    record(
        "حقوق الإنسان",
        "الكتاب على الطاولة. المسؤول قرأ الكِتَابَ في المدرسة.",
        key="arabic",
        lang="ar",
        kind="Video",
        published="2022-02-02",
    ),
    record(
        "People’s Tribunal in the U.S.",
        "R&D in C++ and node.js cost 1,000 dollars. Peoples of the U.S. send email. Ｆｕｌｌ width.",
        key="tribunal",
        tags=["tech"],
        author="Bo Beispiel",
        published="2025-01-19",
    ),
    record("人民日报报道", "人民的权利。東京で会議。", key="chinese", lang="zh", kind="Report"),
    record("Undated café notes", "A café without a date. Email works. Rights for all.", key="undated"),
)
