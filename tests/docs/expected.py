"""What the tables of the documentation must say, made from the code.

::

    python -m tests.docs.expected

prints them all, to be pasted under their headings after a change.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import get_args

import click

from indexer.errors import RejectReason
from service.cli import cli
from service.resources.admin.analytics import ANALYTICS
from service.resources.parameters import AUDIT, EXPLAIN, SEARCH, SUGGEST, TASKS, Parameter
from service.settings import SETTINGS, Setting
from service.web.embed import snippet
from tests.docs.reading import Row
from tests.live import ROOT

SERVICE = "https://search.example.org"  # of the examples


def settings_rows() -> list[Row]:
    """Variable, option, default, meaning."""
    return [_setting(setting) for setting in SETTINGS]


def _setting(setting: Setting) -> Row:
    option = "" if setting.secret else f"`{setting.option}`"
    return (f"`{setting.variable}`", option, quoted(setting.default), setting.help)


def quoted(text: str) -> str:
    return f"`{text}`" if text else ""


def parameter_rows(parameters: Iterable[Parameter]) -> list[Row]:
    """Name, value, default. The meaning is said at more length than in the table of the code."""
    return [
        (
            f"`{parameter.name}`",
            f"{parameter.allowed}{'; may be repeated' if parameter.many else ''}",
            quoted(parameter.default),
        )
        for parameter in parameters
    ]


def commands() -> dict[str, click.Command]:
    """Every command by its name; one of a group by both names."""
    return dict(_commands(cli, ""))


def _commands(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def options(command: click.Command) -> list[str]:
    """The long names of a command's options, in the order of its help."""
    found = [option for option in command.params if isinstance(option, click.Option)]
    return [name for option in found for name in option.opts if name.startswith("--")]


def command_rows() -> list[Row]:
    """Name, options. What a command does is said in words."""
    return [(f"`{name}`", " ".join(map(quoted, options(command)))) for name, command in commands().items()]


def constants(name: str) -> dict[str, float]:
    """The public figures a module defines itself, by name."""
    module: ModuleType = import_module(name)
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    own = {target.id for node in tree.body for target in _targets(node) if isinstance(target, ast.Name)}
    found = {key: getattr(module, key) for key in sorted(own) if key.isupper() and not key.startswith("_")}
    return {key: value for key, value in found.items() if isinstance(value, int | float)}


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def error_codes() -> dict[str, int]:
    """Every code an answer may carry, with its status; found in the source, where problems are made."""
    found: dict[str, int] = {}
    for path in sorted((ROOT / "service").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found |= dict(_codes(node))
    pushed = {reason: 413 if reason == "too_large" else 422 for reason in get_args(RejectReason)}
    pushed = {reason: status for reason, status in pushed.items() if reason not in NEVER_PUSHED}
    return found | pushed


# A page that is pushed comes from no file, and replaces the article of its id instead of doubling it.
NEVER_PUSHED = frozenset({"unreadable", "duplicate"})
NO_STATUS = 0  # of a code that stands for several


def _codes(node: ast.AST) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if name in {"Problem", "_Row"} and len(words) >= 2 and isinstance(words[0], int) and words[1]:
            yield str(words[1]), words[0]
        if name == "get" and isinstance(node.func, ast.Attribute) and _called(node.func.value, "_CODES"):
            yield str(words[-1]), NO_STATUS
        # Faults.add(…, code=…) of a query string, and QueryError(…, code=…).
        yield from (pair for word in node.keywords if word.arg == "code" for pair in _texts(word.value))
    elif isinstance(node, ast.Assign) and any(_called(target, "code") for target in node.targets):
        yield from _texts(node.value)
    elif isinstance(node, ast.AnnAssign) and _called(node.target, "_CODES"):
        assert isinstance(node.value, ast.Dict)
        pairs = zip(node.value.keys, node.value.values, strict=True)
        yield from ((value.value, key.value) for key, value in pairs)  # type: ignore[union-attr,misc]
    elif isinstance(node, ast.FunctionDef):
        defaults = zip(reversed(node.args.args), reversed(node.args.defaults), strict=False)
        yield from (pair for name, value in defaults if name.arg == "code" for pair in _texts(value))


def _called(target: ast.AST, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _texts(node: ast.expr) -> Iterator[tuple[str, int]]:
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    yield from (
        (part.value, 400) for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def failure_reasons() -> set[str]:
    """Every reason a line of an indexing report may give."""
    found = set(get_args(RejectReason)) - {"invalid"}  # that is for pushed articles
    for path in sorted((ROOT / "indexer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found |= set(_reasons(node))
    return found


def _reasons(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = {"Failure": 1, "_fail": 0, "_NoAnswer": 0}.get(name)
    given = [call.args[place]] if place is not None and len(call.args) > max(place, 1) else []
    given += [word.value for word in call.keywords if name == "Outcome" and word.arg == "reason"]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


BOX = ROOT / "service" / "web" / "search-box"
# Parts of the box that nobody has a reason to style: they are there for readers of the page, or hold others.
UNSTYLED = frozenset({"unseen", "below", "group"})


def _sources_of_the_box() -> str:
    files = (BOX.with_suffix(".js"), *sorted(BOX.glob("*.js")))
    return "\n".join(file.read_text("utf-8") for file in files)


def box_attributes() -> set[str]:
    """The attributes of the element that the box looks at."""
    script, style = _sources_of_the_box(), (BOX / "search-box.css").read_text("utf-8")
    asked = re.findall(r'(?:host|this)\.(?:get|has)Attribute\("([\w-]+)"\)', script)
    return {
        *asked,
        *re.findall(r':host\(\[(\w+)="', style),
        *re.findall(r'host\.closest\("\[(\w+)\]"\)', script),
    }


def box_properties() -> dict[str, str]:
    """The custom properties that a page may set, with what holds where it does not."""
    style = (BOX / "search-box.css").read_text("utf-8")
    return dict(re.findall(r"var\((--broadsheet-[\w-]+), ((?:[^()]|\([^()]*\))+)\)", style))


def box_parts() -> set[str]:
    """The names under which a page may style the box: those of its classes, see ``make`` in dom.js."""
    script = _sources_of_the_box()
    kinds = re.findall(r'this\.option\([^"]*, "(\w+)"', script) + re.findall(r'row\.kind === "(\w+)"', script)
    named = re.findall(r'bs-(\w+)|\bpart: "(\w+)"', script)
    return {*kinds, *(name for pair in named for name in pair if name)} - UNSTYLED


def show(title: str, rows: Iterable[Row]) -> None:
    """Print rows as they stand in a document."""
    lines = [f"\n{title}\n", *("| " + " | ".join(row) + " |" for row in rows)]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Print every table."""
    show("settings", settings_rows())
    show("attributes of the box", ((f"`{name}`",) for name in sorted(box_attributes())))
    show("properties", ((f"`{name}`", f"`{value}`") for name, value in box_properties().items()))
    show("parts", ((f"`{name}`",) for name in sorted(box_parts())))
    sys.stdout.write(f"\nembed\n\n{snippet(SERVICE, 'en', form=False)}\n{snippet(SERVICE, 'en', form=True)}")
    for title, table in (
        ("search", SEARCH),
        ("explain", EXPLAIN),
        ("suggest", SUGGEST),
        ("tasks", TASKS),
        ("audit", AUDIT),
        ("analytics", ANALYTICS),
    ):
        show(title, parameter_rows(table))
    show("commands", command_rows())
    show("errors", ((f"`{code}`", str(status)) for code, status in sorted(error_codes().items())))
    show("reasons", ((f"`{reason}`",) for reason in sorted(failure_reasons())))


if __name__ == "__main__":
    main()
