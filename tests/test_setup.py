"""The set-up keeps its promises: locks that name no place, and a front door that explains itself."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
NODE_LOCK = ROOT / "tools" / "node" / "package-lock.json"
TSC = (str(ROOT / ".venv/bin/node"), str(ROOT / ".venv/node/node_modules/typescript/bin/tsc"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# A requirement begins a line; its hashes follow on lines of their own, each but the last continued.
PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)[^\\\n]*\\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
COMMENT = re.compile(r"    # via .+")


def normalized(name: str) -> str:
    """A distribution's name as the registry compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_name(requirement: str) -> str:
    """The distribution a requirement of pyproject.toml is about."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return normalized(found.group())


def pins(lock: str) -> dict[str, set[str]]:
    """What a lock installs: name → versions (more than one where markers tell them apart)."""
    found: dict[str, set[str]] = {}
    for match in PIN.finditer((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(normalized(match["name"]), set()).add(match["version"])
    return found


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout with nothing inherited that could steer it but the search path."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(
        command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60, check=False
    )


def executable(folder: Path, name: str, text: str) -> Path:
    """A small program for a search path of the test's own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A search path with the few plain tools that the scripts of tools/ use, and no Python or browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "env", "dirname", "grep", "cat", "rm", "id", "mktemp", "tail"):
        found = next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists())
        (folder / name).symlink_to(found)
    return folder


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|ssh:|git\+", text)
    assert not re.search(
        r"^\s*-(?:i|f|-index-url|-extra-index-url|-find-links|-trusted-host)\b", text, re.MULTILINE
    )
    assert not re.search(r"(?<![\w.])(?:/|~/|\.\./|[A-Za-z]:\\)\w", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_one_of_its_hashes_or_a_note(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if not any(kind.fullmatch(line) for kind in (PIN, HASH, COMMENT))]
    assert strange == []
    followed = [HASH.fullmatch(after) for line, after in itertools.pairwise(lines) if PIN.match(line)]
    assert followed
    assert all(followed)


def test_what_checks_the_script_is_locked_by_version_and_hash_and_names_no_host() -> None:
    text = NODE_LOCK.read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|git\+|\bresolved\b", text)
    packages = json.loads(text)["packages"]
    root = packages.pop("")
    assert packages["node_modules/typescript"]["version"]
    assert all(re.fullmatch(r"sha512-[\w+/]{86}==", package["integrity"]) for package in packages.values())
    wanted = json.loads(NODE_LOCK.with_name("package.json").read_text(encoding="utf-8"))
    assert root["devDependencies"] == wanted["devDependencies"]


def test_the_runtime_lock_holds_every_dependency_and_the_build_backend() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    assert {requirement_name(text) for text in wanted} <= pins("requirements.lock").keys()


def test_the_developers_lock_holds_the_dev_extra_and_agrees_with_the_runtime_lock() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    extra = PROJECT["project"]["optional-dependencies"]["dev"]
    assert {requirement_name(text) for text in extra} <= dev.keys()
    assert {name: dev.get(name) for name in runtime} == runtime


def test_whoosh_is_the_release_the_index_is_written_for() -> None:
    assert "whoosh==2.7.4" in PROJECT["project"]["dependencies"]
    assert pins("requirements.lock")["whoosh"] == {"2.7.4"}


def test_this_environment_is_the_locked_one() -> None:
    from importlib.metadata import distributions

    installed = {normalized(d.metadata["Name"]): d.version for d in distributions()}
    locked = pins("requirements-dev.lock")
    other = {
        name: version for name, version in installed.items() if version not in locked.get(name, {version})
    }
    assert other == {}


def test_make_help_explains_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    answer = run("make", "help")
    assert answer.returncode == 0, answer.stderr
    explained = set(re.findall(r"^  make (\w+) +\S", answer.stdout, re.MULTILINE))
    assert explained == set(phony.group(1).split())
    assert explained >= {"serve", "test", "lint", "bench", "install", "clean", "lock", "help"}


def test_lint_needs_what_checks_the_script_and_serving_does_not() -> None:
    typescript = run("make", "--dry-run", "--always-make", "lint").stdout
    assert re.search(r"npm .* ci ", typescript)
    assert "--ignore-scripts" in typescript
    assert not re.search(r"\bnpm\b|typescript", run("make", "--dry-run", "--always-make", "serve").stdout)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/** @param {string[]} rows */\nconst first = (rows) => shout(rows[0] ?? '');\nfirst([]);\n", ""),
        ("const first = (rows) => rows[0];\nfirst([]);\n", "implicitly has an 'any' type"),
        ("/** @param {string[]} rows */\nconst first = (rows) => shout(rows[0]);\nfirst([]);\n", "undefined"),
        ("shout('a', 2);\n", "Expected 1 arguments"),
    ],
)
def test_a_mistake_in_the_types_of_the_script_is_found(tmp_path: Path, text: str, found: str) -> None:
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    folder = tmp_path / "service" / "web" / "search-box"
    folder.mkdir(parents=True)
    shared = "/** @param {string} text */\nfunction shout(text) {\n  return text.toUpperCase();\n}\n"
    (folder / "shared.js").write_text(shared, encoding="utf-8")
    folder.with_suffix(".js").write_text(text, encoding="utf-8")
    answer = run(*TSC, "--project", str(tmp_path))
    assert (answer.returncode == 0) is (found == ""), answer.stdout
    assert found in answer.stdout


def test_every_script_of_the_page_is_checked() -> None:
    listed = run(*TSC, "--project", ".", "--listFilesOnly").stdout.splitlines()
    read = {Path(line) for line in listed if line.endswith(".js")}
    made = ROOT / "service" / "web" / "static" / "search-box.js"  # of them
    assert read == {*(ROOT / "service").rglob("*.js")} - {made}


def test_every_test_is_run_once() -> None:
    plan = run("make", "--dry-run", "test").stdout
    runs = [set(line.split()) for line in plan.splitlines() if " -m pytest " in line]
    files = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")]
    for file in files:
        names = {str(file), *map(str, file.parents)}
        times = [bool(names & words) and f"--ignore={file}" not in words for words in runs]
        assert times.count(True) == 1, file
    named = {word for words in runs for word in words if word.startswith("tests/")}
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_last_run_refuses_too_little_coverage() -> None:
    plan = run("make", "--dry-run", "test").stdout
    runs = [line for line in plan.splitlines() if " -m pytest " in line]
    assert "--cov " in runs[-1]
    assert "--cov-fail-under" not in runs[-1]
    assert PROJECT["tool"]["coverage"]["report"]["fail_under"] >= 90


def test_make_alone_is_make_help() -> None:
    assert run("make").stdout == run("make", "help").stdout


@pytest.mark.parametrize(
    ("given", "data", "bind"),
    [
        ({}, "var", "127.0.0.1:8000"),
        ({"PORT": "8123", "DATA": "elsewhere"}, "elsewhere", "127.0.0.1:8123"),
        ({"BROADSHEET_DATA": "set", "BROADSHEET_BIND": "127.0.0.2:80"}, "set", "127.0.0.2:80"),
        ({"PORT": "8123", "BROADSHEET_BIND": "127.0.0.2:80"}, "var", "127.0.0.1:8123"),
    ],
)
def test_make_serve_takes_its_place_from_variables_or_the_environment(
    given: dict[str, str], data: str, bind: str
) -> None:
    plan = run("make", "--dry-run", "serve", **given).stdout
    assert f"BROADSHEET_DATA='{data}'" in plan
    assert f"BROADSHEET_BIND='{bind}'" in plan
    assert f"http://{bind}/" in plan


def test_find_python_passes_over_names_that_do_not_run(bare_path: Path) -> None:
    executable(bare_path, "python3.13", "echo 'no such version' >&2; exit 127")
    good = executable(bare_path, "python3.12", f'exec "{sys.executable}" "$@"')
    answer = run("tools/find-python", PATH=str(bare_path))
    assert (answer.returncode, answer.stdout.strip()) == (0, str(good))


def test_find_python_says_what_is_missing(bare_path: Path) -> None:
    executable(bare_path, "python3", "exit 1")
    answer = run("tools/find-python", PATH=str(bare_path))
    assert answer.returncode == 1
    assert "Python 3.11 or later" in answer.stderr


def test_find_python_refuses_a_named_python_that_is_too_old(bare_path: Path) -> None:
    old = executable(bare_path, "python2.7", "exit 1")
    answer = run("tools/find-python", PATH=str(bare_path), PYTHON=str(old))
    assert answer.returncode == 1
    assert f"PYTHON={old}" in answer.stderr


def test_find_chromium_prints_one_that_runs(bare_path: Path) -> None:
    executable(bare_path, "chromium", "echo 'this is a stub' >&2; exit 1")
    good = executable(bare_path, "google-chrome", "echo 'Google Chrome 150.0'")
    answer = run("tools/find-chromium", PATH=str(bare_path))
    assert (answer.returncode, answer.stdout.strip()) == (0, str(good))


@pytest.mark.parametrize("option", [(), ("--install",)])
def test_find_chromium_says_what_is_missing_where_nothing_may_be_installed(
    bare_path: Path, option: tuple[str, ...]
) -> None:
    answer = run("tools/find-chromium", *option, PATH=str(bare_path))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "Chromium" in answer.stderr


def test_find_chromium_refuses_a_named_one_that_does_not_run(bare_path: Path) -> None:
    answer = run("tools/find-chromium", PATH=str(bare_path), CHROMIUM="/nowhere/chromium")
    assert answer.returncode == 1
    assert "CHROMIUM=/nowhere/chromium" in answer.stderr


def test_make_venv_says_what_is_missing_when_python_cannot_make_environments(bare_path: Path) -> None:
    # A Debian without python3-venv: the interpreter runs, the modules are not there.
    executable(
        bare_path, "python3.11", f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"'
    )
    target = bare_path.parent / "environment"
    answer = run("tools/make-venv", str(target.relative_to("/")), PATH=str(bare_path))
    assert answer.returncode == 1
    assert "ensurepip" in answer.stderr
    assert "-venv" in answer.stderr
    assert not target.exists()


def test_an_environment_that_was_moved_is_not_taken_for_a_working_one(tmp_path: Path) -> None:
    tool = ROOT / "tools" / "make-venv"
    made = tmp_path / "made" / ".venv"
    (made / "bin").mkdir(parents=True)
    (made / "bin" / "python").symlink_to(sys.executable)
    (made / ".place").write_text(f"{made}\n", encoding="utf-8")
    check = [str(tool), "--check", ".venv"]
    assert subprocess.run(check, cwd=made.parent, timeout=60, check=False).returncode == 0
    moved = made.parent.rename(tmp_path / "moved")
    assert subprocess.run(check, cwd=moved, timeout=60, check=False).returncode == 1
