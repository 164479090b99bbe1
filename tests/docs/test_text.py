"""What the documentation shows and points to is there: links, files, commands, requests, answers."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from indexer.cli.report import as_json
from indexer.pipeline import BuildReport, Failure
from service.resources import media
from service.resources.articles import PushedArticle
from service.resources.events import EventBody
from service.resources.parameters import EXPLAIN, SEARCH, SUGGEST, TASKS
from service.resources.problems import ProblemMedia
from service.resources.query_string import read_query
from service.resources.search import search_request
from service.search.reasons import Verdict
from service.settings import SETTINGS
from tests.docs import expected
from tests.docs.reading import (
    API,
    DOCUMENTS,
    OPERATING,
    README,
    anchors,
    blocks,
    links,
    prose,
    read,
    words,
)
from tests.live import ROOT

SHELL = ("sh", "console")
# Places this project's own folders, as its documents name files in them.
_PLACE = re.compile(r"(?:indexer|service|tests|docs|corpus|tools|benchmarks)/[\w./*-]*")
_ADDRESS = re.compile(r"(?:127\.0\.0\.1:\d+)?(/api/v1/[\w/{}.-]*)\?([^\s'\"`]+)")
_SETTING = re.compile(r"[A-Z_]+=")
_MACHINE = re.compile(r"/work/|/home/|/root/|/tmp/")

documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def test_the_readme_begins_with_the_two_commands() -> None:
    first = blocks(README)[0]
    assert (first.language, first.text.split("\n")) == ("sh", ["make serve", "make test", ""])


@documents
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (path.parent / parts.path).resolve() if parts.path else path
        assert target.exists(), f"{path.name}: {link} leads nowhere"
        if parts.fragment and target.suffix == ".md":
            assert parts.fragment in anchors(target), f"{path.name}: {link}: there is no such heading"


@documents
def test_files_that_are_named_exist(path: Path) -> None:
    for word in words(path):
        match = _PLACE.fullmatch(word)
        if match and "/" in word.rstrip("/"):
            assert list(ROOT.glob(word.rstrip("/"))) or list(ROOT.glob(f"{word}.py")), f"{path.name}: {word}"


@documents
def test_no_page_names_a_place_of_one_machine(path: Path) -> None:
    assert not _MACHINE.search(read(path))


def test_pictures_are_those_that_are_taken_and_one_is_shown() -> None:
    from tests.browser.screenshots import IMAGES, PICTURES

    shown = {Path(link).name for path in DOCUMENTS for link in links(path) if link.endswith(".png")}
    assert shown
    assert {file.name for file in IMAGES.glob("*.png")} == {f"{picture.name}.png" for picture in PICTURES}


def command_lines(path: Path) -> Iterator[list[str]]:
    """What is typed in the blocks of a shell, as words; continued lines are one."""
    for block in blocks(path, *SHELL):
        for line in block.text.replace("\\\n", " ").splitlines():
            typed = line.removeprefix("$ ")
            if block.language == "sh" or typed != line:
                yield from (shlex.split(part) for part in typed.split(" && "))
    for word in re.findall(r"`((?:broadsheet|make) [^`\n]+)`", prose(path)):
        yield shlex.split(word)


def calls(path: Path, program: str) -> Iterator[list[str]]:
    """The arguments of every call of a program, with or without settings before it."""
    units = [shlex.split(line) for line in re.findall(r"^ExecStart=(.*)$", read(path), re.MULTILINE)]
    for line in (*command_lines(path), *units):
        typed = list(dropwhile(lambda word: _SETTING.match(word) is not None, line))
        if typed and Path(typed[0]).name == program:
            yield typed[1:]


@documents
def test_commands_that_are_shown_are_there_with_their_options(path: Path) -> None:
    known = expected.commands()
    for arguments in calls(path, "broadsheet"):
        assert arguments, f"{path.name}: broadsheet without a command"
        if arguments[0] in {"--version", "--help", "COMMAND"}:
            continue
        if arguments in [[name.split()[0]] for name in known]:
            continue  # a group of commands is spoken of by its name
        name = next((name for name in (" ".join(arguments[:2]), arguments[0]) if name in known), "")
        assert name, f"{path.name}: broadsheet {' '.join(arguments)}"
        allowed = {*expected.options(known[name]), "--help"}
        given = {word.split("=")[0] for word in arguments[1:] if word.startswith("--")}
        assert given <= allowed, f"{path.name}: broadsheet {' '.join(arguments)}"


@documents
def test_targets_that_are_shown_are_in_the_makefile(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for arguments in calls(path, "make"):
        assert {word for word in arguments if "=" not in word} <= targets, f"{path.name}: make {arguments}"


@documents
def test_settings_that_are_named_exist(path: Path) -> None:
    known = {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"\bBROADSHEET_[A-Z_]+[A-Z]\b", read(path))) <= known


def test_requests_that_are_shown_are_understood() -> None:
    shown = list(_ADDRESS.findall(read(API)))
    assert shown
    for route, query in shown:
        if "colour=red" in query:  # the example of an error
            continue
        if route.endswith("/search"):
            search_request(query)
        else:
            read_query(
                query,
                {"/api/v1/explain": EXPLAIN, "/api/v1/suggest": SUGGEST, "/api/v1/tasks": TASKS, "/": SEARCH}[
                    route
                ],
            )


ANSWERS = (
    media.SearchMedia,
    media.QuoteMedia,
    media.SuggestMedia,
    media.CategoriesMedia,
    media.TypesMedia,
    media.ArticleMedia,
    media.ExtractedMedia,
    media.TaskMedia,
    media.AcceptedMedia,
    media.ReadyMedia,
    ProblemMedia,
    Verdict,
)


@pytest.mark.parametrize(
    "block", blocks(API, "json"), ids=lambda block: block.text.split("\n")[1].strip()[:40]
)
def test_bodies_and_answers_that_are_shown_have_the_form_of_today(block: Any) -> None:
    data = json.loads(block.text)
    if data.keys() & {"text", "blocks"} and "title" in data:
        msgspec.json.decode(block.text, type=PushedArticle)  # refuses fields it does not know
        return
    if data.get("kind") == "click":
        msgspec.json.decode(block.text, type=EventBody)
        return
    assert any(_is(data, kind) for kind in ANSWERS), f"no answer looks like this:\n{block.text}"


def _is(data: Any, kind: type[msgspec.Struct]) -> bool:
    """Whether an example has every field of an answer, no other one, and values of the right kind."""
    try:
        return bool(_listed(msgspec.to_builtins(msgspec.convert(data, type=kind), str_keys=True)) == data)
    except msgspec.ValidationError:
        return False


def _listed(data: Any) -> Any:
    """The same with lists for tuples, as JSON has them."""
    if isinstance(data, dict):
        return {key: _listed(value) for key, value in data.items()}
    return [_listed(value) for value in data] if isinstance(data, list | tuple) else data


def test_highlights_of_the_example_mark_what_their_ranges_say() -> None:
    marked = [data for block in blocks(API, "json") for data in _highlights(json.loads(block.text))]
    assert len(marked) > 3
    for one in marked:
        found = [one["text"][start:end] for start, end in one["ranges"]]
        assert found == re.findall(r"<mark>(.*?)</mark>", one["html"])


def _highlights(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if "ranges" in data:
            yield data
        for value in data.values():
            yield from _highlights(value)
    elif isinstance(data, list):
        for value in data:
            yield from _highlights(value)


def test_the_ready_answer_has_the_form_of_today() -> None:
    assert _is(_shown("lag"), media.ReadyMedia)


def test_the_report_of_indexing_has_the_form_of_today() -> None:
    failure = Failure("page.html", "empty", "no bytes but white space")
    made = json.loads(as_json(BuildReport(0, 0, 0, 0, (failure,), 0.0, "", 0, dry_run=False)))
    shown = _shown("withdrawn")
    assert list(shown) == list(made)
    assert shown["failed"][0].keys() == made["failed"][0].keys()


def _shown(field: str) -> Any:
    """The one example on the operator's page with this field."""
    found = [json.loads(block.text) for block in blocks(OPERATING, "json")]
    return next(data for data in found if field in data)
