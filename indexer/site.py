"""What the site says about itself: ``site.toml``, read once into frozen data.

Everything is optional. Without a file, or with an empty one, every page is still read; categories
and types found on pages but not listed are added by their label.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soupsieve

from .article import Label
from .errors import ConfigurationError

_NOT_SLUG = re.compile(r"[^\w]+", re.UNICODE)
# NOTE: publishing systems print "People's" as "People’s" and " - " as " – ". A label is a name that must be
# the same wherever it stands, so the typewriter form is kept.
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")


def slugify(label: str) -> str:
    """A stable key for a label: lower case, accents folded, apostrophes dropped, the rest to hyphens.

    Scripts other than Latin are kept, so a Persian label has a Persian slug.
    """
    text = unicodedata.normalize("NFKD", label.translate(_APOSTROPHES)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return _NOT_SLUG.sub("-", unicodedata.normalize("NFC", text)).strip("-_")


def straightened(text: str) -> str:
    """A text with typewriter quotes for English curly ones."""
    return text.translate(_STRAIGHT)


def label_key(label: str) -> str:
    """What two spellings of one label have in common: the slug without hyphens."""
    return slugify(label).replace("-", "")


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Gives a category to pages by their address path, their breadcrumb or a label on them.

    Exactly one of ``path`` (prefix of the address path), ``breadcrumb`` and ``label`` (compared as
    :func:`label_key`) is set; ``category`` is the slug given.
    """

    category: str
    path: str = ""
    breadcrumb: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """The site: its name, address, languages, taxonomy, and hints for reading its pages."""

    name: str = ""
    address: str = ""
    default_language: str = ""
    languages: tuple[str, ...] = ()
    categories: tuple[Label, ...] = ()
    types: tuple[Label, ...] = ()
    content_selectors: tuple[str, ...] = ()
    title_selectors: tuple[str, ...] = ()
    drop_selectors: tuple[str, ...] = ()
    category_rules: tuple[CategoryRule, ...] = ()

    def category(self, label: str) -> Label:
        """The listed category of this label or slug, else a new one made from the label."""
        return _listed(self.categories, label)

    def type(self, label: str) -> Label:
        """The listed type of this label or slug, else a new one made from the label."""
        return _listed(self.types, label)


def _listed(known: tuple[Label, ...], label: str) -> Label:
    key = label_key(label)
    for entry in known:
        if key in (label_key(entry.label), label_key(entry.slug)):
            return entry
    return Label(slugify(label), " ".join(straightened(label).replace(" – ", " - ").split()))


def load_site(path: Path | None) -> Site:
    """Read ``site.toml``; ``None`` is the empty site.

    Raises:
        ConfigurationError: the file cannot be read, is not TOML, or an entry has the wrong shape;
            the message names the file and the entry.
    """
    if path is None:
        return Site()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error
    return _Reader(path).site(table)


class _Reader:
    """Turns a TOML table into a :class:`Site`, naming what is wrong and where."""

    _TABLES = ("site", "categories", "types", "parsing", "category_rules")

    def __init__(self, path: Path) -> None:
        self._path = path

    def site(self, table: dict[str, Any]) -> Site:
        self._known(table, self._TABLES, "")
        head = self._table(table, "site", ("name", "address", "default_language", "languages"))
        parsing = self._table(table, "parsing", ("content_selectors", "title_selectors", "drop_selectors"))
        categories = self._labels(table, "categories")
        return Site(
            name=self._text(head, "site", "name"),
            address=self._text(head, "site", "address"),
            default_language=self._text(head, "site", "default_language"),
            languages=self._texts(head, "site", "languages"),
            categories=categories,
            types=self._labels(table, "types"),
            content_selectors=self._selectors(parsing, "content_selectors"),
            title_selectors=self._selectors(parsing, "title_selectors"),
            drop_selectors=self._selectors(parsing, "drop_selectors"),
            category_rules=self._rules(table, categories),
        )

    def _fail(self, where: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self._path}: {where}: {what}")

    def _known(self, table: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in keys:
                raise self._fail(f"{where}{key}", f"unknown key; known are {', '.join(keys)}")

    def _table(self, table: dict[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, Any]:
        value = table.get(name, {})
        if not isinstance(value, dict):
            raise self._fail(name, "must be a table")
        self._known(value, keys, f"{name}.")
        return value

    def _text(self, table: dict[str, Any], where: str, key: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self._fail(f"{where}.{key}", "must be a text")
        return value.strip()

    def _texts(self, table: dict[str, Any], where: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fail(f"{where}.{key}", "must be a list of texts")
        return tuple(value)

    def _selectors(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        selectors = self._texts(table, "parsing", key)
        for selector in selectors:
            try:
                soupsieve.compile(selector)
            except soupsieve.SelectorSyntaxError as error:
                reason = str(error).splitlines()[0]
                raise self._fail(f"parsing.{key}", f"{selector!r} is no CSS selector: {reason}") from error
        return selectors

    def _entries(self, table: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._fail(name, f"must be written as [[{name}]] entries")
        return [(f"{name}[{number}]", item) for number, item in enumerate(value, start=1)]

    def _labels(self, table: dict[str, Any], name: str) -> tuple[Label, ...]:
        found: dict[str, Label] = {}
        for where, item in self._entries(table, name):
            self._known(item, ("slug", "label", "plural"), f"{where}.")
            label = self._text(item, where, "label")
            if not label:
                raise self._fail(f"{where}.label", "is missing")
            slug = self._text(item, where, "slug") or slugify(label)
            if slug in found:
                raise self._fail(f"{where}.slug", f"{slug!r} is given twice")
            found[slug] = Label(slug, label)
        return tuple(found.values())

    def _rules(self, table: dict[str, Any], categories: tuple[Label, ...]) -> tuple[CategoryRule, ...]:
        slugs = {category.slug for category in categories}
        rules: list[CategoryRule] = []
        for where, item in self._entries(table, "category_rules"):
            self._known(item, ("category", "path", "breadcrumb", "label"), f"{where}.")
            given = {key: self._text(item, where, key) for key in ("path", "breadcrumb", "label")}
            if sum(bool(value) for value in given.values()) != 1:
                raise self._fail(where, "needs exactly one of path, breadcrumb and label")
            category = self._text(item, where, "category")
            if category not in slugs:
                raise self._fail(f"{where}.category", f"{category!r} is not the slug of a listed category")
            rules.append(CategoryRule(category, **given))
        return tuple(rules)
