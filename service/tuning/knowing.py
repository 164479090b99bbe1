"""What the site has of what a tuning names, and what people call it: titles for ids, labels for slugs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from indexer import Site
from indexer.errors import CatalogError, IndexDamaged, NoIndex

from ..search.engine import Engine
from .checking import Known
from .model import Rule, TuningModel

MAX_LOOKED_UP: Final = 500  # articles of one page; a rule may name 250, and there may be a thousand rules
KINDS: Final = ("category", "type")  # what is boosted
Labels = Mapping[str, Mapping[str, str]]


class Names:
    """What people call what tunings name, for one page: each article is looked up once.

    ``title`` gives the title of an article by its id or address, empty where there is none; ``labels`` those
    of categories and types; ``rules`` are those that a name may be of, the last first.
    """

    def __init__(
        self, title: Callable[[str], str], labels: Callable[[], Labels], rules: Iterable[Rule] = ()
    ) -> None:
        self._title = title
        self._labels = cache(labels)
        self._rules = {rule.name: rule for rule in rules}
        self._titles: dict[str, str] = {}

    def about(self, *models: TuningModel) -> Names:
        """These names with the rules of other models; what was looked up for one is known to all."""
        made = Names(self._title, self._labels, (rule for model in models for rule in model.rules))
        made._titles = self._titles
        return made

    def title(self, article: str) -> str:
        """The title of an article that is named by its id or address; empty where it is not known."""
        if article not in self._titles:
            if len(self._titles) >= MAX_LOOKED_UP:
                return ""
            self._titles[article] = self._title(article)
        return self._titles[article]

    def label(self, kind: str, slug: str) -> str:
        """What a ``category`` or a ``type`` is called; its slug where the site has none."""
        return self._labels().get(kind, {}).get(slug, slug)

    def rule(self, name: str) -> Rule | None:
        """The rule of a name."""
        return self._rules.get(name)


NO_NAMES: Final = Names(lambda _: "", dict)


class Knowledge:
    """Asks the index that an engine answers from; what that does not tell, the file of the site does."""

    def __init__(self, engine: Engine, site: Site) -> None:
        self._engine = engine
        self._site = site

    def names(self, *models: TuningModel) -> Names:
        """The names for one page, with the rules of the models that it speaks of."""
        return Names(self.title, self.labels).about(*models)

    def title(self, article: str) -> str:
        """The title of an article by its id or address; empty where there is none, or nothing is known."""
        try:
            found = self._engine.named(article)
        except (NoIndex, IndexDamaged, CatalogError):
            return ""
        return found.article.title if found else ""

    def labels(self) -> dict[str, dict[str, str]]:
        """By the kind, the labels of categories and types by their slugs: those of the site and the index.

        PERF: the engine counts them once for each commit of the index.
        """
        site = {"category": self._site.categories, "type": self._site.types}
        return {
            kind: {label.slug: label.label for label in site[kind]} | (self._taxonomy(kind) or {})
            for kind in KINDS
        }

    def known(self) -> Known:
        """What there is, for warnings. Without an index nothing is known of articles and languages."""
        labels, languages = self.labels(), self._taxonomy("lang")
        return Known(
            categories=_unless_nothing(labels["category"]),
            types=_unless_nothing(labels["type"]),
            languages=None if languages is None else frozenset(languages),
            has_article=self._has_article,
        )

    def _taxonomy(self, field: str) -> dict[str, str] | None:
        try:
            return {row.value: row.label for row in self._engine.taxonomy(field)}
        except (NoIndex, IndexDamaged):
            return None

    def _has_article(self, article: str) -> bool:
        try:
            return self._engine.named(article) is not None
        except (NoIndex, IndexDamaged, CatalogError):
            return True  # nothing is known of it


def _unless_nothing(labels: Mapping[str, str]) -> frozenset[str] | None:
    return frozenset(labels) or None
