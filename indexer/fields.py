"""THE field table: what an indexed article consists of.

Schema, API filters, facets, export and docs are read from here; a field is added in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["text", "keyword", "date", "id", "stored"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``filter`` fields may be filtered by value, ``facet`` fields are counted."""

    name: str
    kind: FieldKind
    help: str
    many: bool = False
    filter: bool = False
    facet: bool = False


FIELDS: tuple[Field, ...] = (
    Field("id", "id", "stable identity of the article"),
    Field("title", "text", "the headline"),
    Field("content", "text", "the article's own text"),
    Field("type", "keyword", "post type", filter=True, facet=True),
    Field("category", "keyword", "categories", many=True, filter=True, facet=True),
    Field("tag", "keyword", "tags", many=True, filter=True, facet=True),
    Field("lang", "keyword", "language, a primary subtag", filter=True, facet=True),
    Field("author", "keyword", "author", filter=True, facet=True),
    Field("published", "date", "day of publication"),
)

TEXT = tuple(field.name for field in FIELDS if field.kind == "text")
FILTERS = tuple(field.name for field in FIELDS if field.filter)
FACETS = tuple(field.name for field in FIELDS if field.facet)
