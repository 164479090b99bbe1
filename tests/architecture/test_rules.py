"""The tree keeps the design's rules, and each rule would notice if it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.rules import RULES, Module, Rule

ROOT = Path(__file__).resolve().parents[2]


def tree() -> list[Module]:
    return [
        Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for package in ("indexer", "service")
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    assert [line for module in tree() for line in rule(module)] == []


def test_the_tree_is_looked_at() -> None:
    paths = {module.path for module in tree()}
    assert {"indexer/query.py", "indexer/backends/whoosh/reader.py", "service/search/engine.py"} <= paths
    assert len(paths) > 60


LONG = '"""A module."""\n' + "x = 1\n" * 400
TABLE = '"""A table."""\nWORDS = {\n' + '    "a": 1,\n' * 500 + "}\n"

CAUGHT: list[tuple[Rule, str, str]] = [
    (rules.libraries_stay_where_they_belong, "service/search/engine.py", "import falcon"),
    (rules.libraries_stay_where_they_belong, "service/web/page.py", "from falcon import Request"),
    (rules.libraries_stay_where_they_belong, "service/gunicorn_config.py", "import falcon.asgi"),
    (rules.libraries_stay_where_they_belong, "indexer/matching.py", "from whoosh.query import Term"),
    (
        rules.libraries_stay_where_they_belong,
        "indexer/backends/memory.py",
        "def f():\n    import whoosh.index",
    ),
    (rules.libraries_stay_where_they_belong, "indexer/backends/evaluate.py", "import numba"),
    (rules.libraries_stay_where_they_belong, "indexer/sources/folder.py", "from bs4 import BeautifulSoup"),
    (rules.libraries_stay_where_they_belong, "service/resources/x.py", "from jinja2 import Environment"),
    (rules.the_indexer_knows_no_service, "indexer/workspace.py", "from service.search import engine"),
    (rules.the_indexer_knows_no_service, "indexer/a/b.py", "if True:\n    import service"),
    (
        rules.the_service_knows_the_indexers_surface,
        "service/search/x.py",
        "from indexer.catalog import Catalog",
    ),
    (
        rules.the_service_knows_the_indexers_surface,
        "service/app.py",
        "from indexer.backends.whoosh import WhooshIndex",
    ),
    (rules.the_service_knows_the_indexers_surface, "service/app.py", "from indexer import parsing"),
    (rules.the_service_knows_the_indexers_surface, "service/app.py", "import indexer.lock"),
    (
        rules.the_service_knows_the_indexers_surface,
        "service/resources/x.py",
        "from indexer.cli import COMMANDS",
    ),
    (rules.imports_inside_a_package_are_relative, "indexer/query.py", "from indexer.fields import TEXT"),
    (rules.imports_inside_a_package_are_relative, "service/app.py", "import service.settings"),
    (rules.relative_imports_stay_inside_the_package, "service/app.py", "from ..indexer import Site"),
    (rules.modules_are_short, "indexer/query.py", LONG),
    (rules.only_commands_print, "indexer/query.py", "def f():\n    print(1)"),
    (rules.no_except_takes_everything, "indexer/query.py", "try:\n    f()\nexcept:\n    raise"),
    (rules.no_except_takes_everything, "indexer/query.py", "try:\n    f()\nexcept Exception:\n    pass"),
    (rules.no_except_takes_everything, "a.py", "try:\n    f()\nexcept (OSError, BaseException):\n    x = 1"),
    (rules.modules_say_what_they_are, "indexer/query.py", "x = 1"),
]


@pytest.mark.parametrize(("rule", "path", "source"), CAUGHT, ids=[f"{r.__name__} {p}" for r, p, _ in CAUGHT])
def test_a_rule_notices(rule: Rule, path: str, source: str) -> None:
    found = list(rule(Module(path, source)))
    assert len(found) == 1
    assert found[0].startswith(path)


def test_every_rule_is_shown_to_notice() -> None:
    assert {rule for rule, _, _ in CAUGHT} == set(RULES)


ALLOWED: list[tuple[str, str]] = [
    (
        "service/app.py",
        '"""App."""\nimport falcon\nfrom indexer import Site, Workspace\nfrom .settings import Settings',
    ),
    (
        "service/resources/search.py",
        '"""R."""\nimport falcon\nfrom indexer.errors import QueryError\nfrom ..app import x',
    ),
    ("service/cli.py", '"""C."""\nimport click\nfrom indexer.cli import COMMANDS\nprint(1)'),
    ("indexer/parsing/tree.py", '"""T."""\nimport bs4\nfrom ..article import Block'),
    ("indexer/backends/whoosh/reader.py", '"""R."""\nimport whoosh, numba\nfrom ...query import Word'),
    ("indexer/words.py", TABLE),
    ("indexer/x.py", '"""X."""\ntry:\n    f()\nexcept BaseException:\n    close()\n    raise'),
    ("indexer/x.py", '"""X: import falcon, print(1), from service import y."""\nS = "import service"'),
    ("indexer/empty.py", ""),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_is_allowed_passes_every_rule(path: str, source: str) -> None:
    assert [line for rule in RULES for line in rule(Module(path, source))] == []
