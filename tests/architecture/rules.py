"""The rules of the design, as functions from a module's source to what breaks them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import indexer

MAX_LINES = 400  # a module that does not fit here does two things; tables of data are not counted
TABLE_LINES = 5  # a literal of so many lines is a table

# Which parts of the tree may import a library.
KEPT_TO: dict[str, tuple[str, ...]] = {
    "falcon": ("service/app.py", "service/resources/"),
    "whoosh": ("indexer/backends/whoosh/", "indexer/analysis/"),
    "numba": ("indexer/backends/whoosh/", "indexer/analysis/"),
    "bs4": ("indexer/parsing/",),
    "Stemmer": ("indexer/analysis/",),
    "gunicorn": (
        "service/server.py",
        "service/worker.py",
        "service/duty.py",
        "service/refusing.py",
        "service/logging.py",
        "service/gunicorn_config.py",
    ),
    "jinja2": ("service/web/",),
    "sqlalchemy": ("service/store/", "service/identity/", "service/tuning/", "service/analytics/"),
    "alembic": ("service/store/",),
    "argon2": ("service/identity/",),
    "pyotp": ("service/identity/",),
    "segno": ("service/web/",),
    "limits": ("service/identity/",),
}

# What of the indexer the service may know: its surface and the modules that are contracts.
PUBLIC = {
    "indexer",
    "indexer.analysis",
    "indexer.article",
    "indexer.backends.base",
    "indexer.errors",
    "indexer.evaluation",
    "indexer.fields",
    "indexer.highlight",
    "indexer.limits",
    "indexer.matching",
    "indexer.query",
    "indexer.ranking",
    "indexer.site",
    "indexer.storage",
}
# The one console script has the indexer's commands beside the service's.
COMMANDS = {"indexer.cli", "indexer.cli.common"}
COMMAND_LINE = ("service/cli.py", "service/commands/")

MAY_PRINT = ("service/cli.py", "service/commands/", "service/__main__.py", "indexer/cli/")


@dataclass(frozen=True, slots=True)
class Module:
    """A module by its path in the tree and its source."""

    path: str
    source: str

    @property
    def package(self) -> str:
        return PurePosixPath(self.path).parts[0]

    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    def within(self, places: tuple[str, ...]) -> bool:
        return any(
            self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places
        )

    def imports(self) -> Iterator[tuple[int, str, int]]:
        """(line, module named, level of a relative import) of every import, at whatever depth."""
        for node in ast.walk(self.tree()):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, 0) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, name, node.level) for name in _named(node))


def _named(node: ast.ImportFrom) -> Iterator[str]:
    """The module imported from, and what is taken from the indexer beside its published names."""
    base = node.module or ""
    yield base
    if base == "indexer" and not node.level:
        yield from (f"indexer.{alias.name}" for alias in node.names if alias.name not in indexer.__all__)


Rule = Callable[[Module], Iterator[str]]


def libraries_stay_where_they_belong(module: Module) -> Iterator[str]:
    for line, name, level in module.imports():
        places = KEPT_TO.get(name.partition(".")[0]) if not level else None
        if places is not None and not module.within(places):
            yield f"{module.path}:{line}: imports {name}, which belongs to {', '.join(places)}"


def the_indexer_knows_no_service(module: Module) -> Iterator[str]:
    for line, name, level in module.imports():
        if module.package == "indexer" and not level and name.partition(".")[0] == "service":
            yield f"{module.path}:{line}: imports {name}"


def the_service_knows_the_indexers_surface(module: Module) -> Iterator[str]:
    if module.package != "service":
        return
    allowed = PUBLIC | COMMANDS if module.within(COMMAND_LINE) else PUBLIC
    for line, name, level in module.imports():
        if not level and name.partition(".")[0] == "indexer" and name not in allowed:
            yield f"{module.path}:{line}: imports {name}, which is no public module of the indexer"


def imports_inside_a_package_are_relative(module: Module) -> Iterator[str]:
    for line, name, level in module.imports():
        if not level and name.partition(".")[0] == module.package:
            yield f"{module.path}:{line}: imports {name} by its full name"


def relative_imports_stay_inside_the_package(module: Module) -> Iterator[str]:
    depth = len(PurePosixPath(module.path).parts) - 1
    for line, name, level in module.imports():
        if level > depth:
            yield f"{module.path}:{line}: imports {'.' * level}{name} from outside {module.package}"


def modules_are_short(module: Module) -> Iterator[str]:
    tables = sum(
        node.end_lineno - node.lineno + 1
        for node in module.tree().body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.end_lineno is not None
        if node.end_lineno - node.lineno >= TABLE_LINES
    )
    lines = len(module.source.splitlines()) - tables
    if lines > MAX_LINES:
        yield f"{module.path}: {lines} lines beside its tables, more than {MAX_LINES}"


def only_commands_print(module: Module) -> Iterator[str]:
    if module.within(MAY_PRINT):
        return
    for node in ast.walk(module.tree()):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("print", "pprint")
        ):
            yield f"{module.path}:{node.lineno}: prints"


def no_except_takes_everything(module: Module) -> Iterator[str]:
    """A bare ``except``, or one of everything that goes on in silence: neither raises, logs nor tells."""
    for node in ast.walk(module.tree()):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield f"{module.path}:{node.lineno}: a bare except"
        elif _broad(node.type) and not any(
            isinstance(inner, ast.Raise | ast.Call) for inner in _inside(node)
        ):
            yield f"{module.path}:{node.lineno}: a broad except that goes on in silence"


def _broad(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in names)


def _inside(node: ast.ExceptHandler) -> Iterator[ast.AST]:
    for statement in node.body:
        yield from ast.walk(statement)


def modules_say_what_they_are(module: Module) -> Iterator[str]:
    if module.source.strip() and ast.get_docstring(module.tree()) is None:
        yield f"{module.path}: has no docstring"


RULES: tuple[Rule, ...] = (
    libraries_stay_where_they_belong,
    the_indexer_knows_no_service,
    the_service_knows_the_indexers_surface,
    imports_inside_a_package_are_relative,
    relative_imports_stay_inside_the_package,
    modules_are_short,
    only_commands_print,
    no_except_takes_everything,
    modules_say_what_they_are,
)
