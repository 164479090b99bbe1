"""A hit whose marks are looked for in its text, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass

from ..article import Article
from ..highlight import Shape
from ..matching import Marks, find_marks
from ..query import Leaf
from .base import Record, Shown


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """A :class:`~indexer.backends.base.Document` whose marks are looked for in its text."""

    record: Record
    fields: tuple[str, ...]
    query: tuple[Leaf, ...]

    @property
    def article(self) -> Article:
        """The article."""
        return self.record.article

    @property
    def text(self) -> str:
        """Its text."""
        return self.record.article.text

    def shown(self, shape: Shape) -> Shown:
        """All that a hit is shown by."""
        content = self.marks("content").passages(shape)
        return Shown(self.article, self.fields, self.marks("title").whole(), content)

    def marks(self, field: str) -> Marks:
        """What the leaves find in a text field."""
        text = self.article.title if field == "title" else self.article.text
        return find_marks(text, self.query if field in self.fields else (), field, self.article.lang)
