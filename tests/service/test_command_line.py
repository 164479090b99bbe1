"""The command ``broadsheet``: what it lists, what it refuses, how quickly it helps."""

from __future__ import annotations

import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import COMMANDS, cli
from service.settings import SETTINGS
from tests.live import ROOT, environment


def run(*arguments: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=cwd, env=environment(cwd / "data", **more) | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_help_lists_every_command_and_each_has_help_of_its_own() -> None:
    told = CliRunner().invoke(cli, ["--help"]).output
    for name, (_, text) in COMMANDS.items():
        assert name in told
        assert text in told
        own = CliRunner().invoke(cli, [name, "--help"])
        assert own.exit_code == 0
        assert own.output.startswith(f"Usage: cli {name}")
    assert "serve" in told


def test_help_loads_neither_the_index_nor_the_service() -> None:
    code = (
        "import sys\nfrom service.cli import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('whoosh', 'falcon', 'gunicorn', 'bs4', 'lxml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_distribution() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == f"broadsheet, version {version('broadsheet')}\n"


def test_settings_lists_every_setting_and_serve_has_an_option_for_all_but_the_secret_one() -> None:
    listed = CliRunner().invoke(cli, ["settings"]).output
    helped = CliRunner().invoke(cli, ["serve", "--help"]).output
    for setting in SETTINGS:
        assert setting.variable in listed
        assert (f"{setting.option} " in helped) is not setting.secret


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("search", "--page", "0", "x"), "--page"),
        (("search", "-strike"), "put -- before words that begin with a hyphen"),
        (("index", "--workers", "-1"), "broadsheet index --help"),
        (("serve", "--prt", "1"), "broadsheet serve --help"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(given: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(cli, given, prog_name="broadsheet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("broadsheet: ")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_an_unknown_command_is_an_error() -> None:
    assert CliRunner().invoke(cli, ["nonsense"]).exit_code == 2


@pytest.mark.parametrize("more", [(), ("--check",)])
def test_a_port_in_use_is_said_with_the_way_out(tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "data").mkdir()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("serve", "--bind", f"127.0.0.1:{port}", *more, cwd=tmp_path)
    assert done.returncode == 2
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr
    assert "PORT=" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_is_not_there_is_a_slip_and_no_empty_site(tmp_path: Path) -> None:
    done = run("serve", "--data", "typo", cwd=tmp_path)
    assert done.returncode == 2
    assert "typo: there is no such folder. `broadsheet index --data typo PAGES` makes it" in done.stderr
    assert not (tmp_path / "typo").exists()


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    done = run("serve", cwd=tmp_path)
    assert (done.returncode, "is not a folder" in done.stderr) == (2, True)


def test_check_looks_and_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = run("serve", "--check", "--bind", "127.0.0.1:0", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--threads", "many"], "--threads: 'many' is not a whole number"),
        (["--site", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["--bind", "192.0.2.1:0"], "cannot listen on 192.0.2.1:0"),
        (["--data", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start_with_one_line(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "data").mkdir()
    done = run("serve", "--bind", "127.0.0.1:0", *arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("more", [(), ("--check",)])
@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--forwarded-allow-ips", "nonsense", "'nonsense' names 'nonsense', which is no address"),
        ("--forwarded-allow-ips", "10.0.0.1/8", "which is no address"),
        ("--bind", "unix:nowhere/b.sock", "is in a folder that is not there"),
        ("--bind", "unix:known", "is there and no socket"),
        ("--bind", "unix:" + "long" * 40, "is longer than"),
        ("--site", "nowhere.toml", "nowhere.toml: cannot be read"),
        ("--site", "known", "colour"),
    ],
)
def test_the_check_and_the_start_find_the_same_settings_that_cannot_be_used(
    tmp_path: Path, option: str, value: str, words: str, more: tuple[str, ...]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "known").write_text('colour = "red"\n')
    done = run("serve", "--bind", "127.0.0.1:0", option, value, *more, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"broadsheet: {option}: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_setting_that_is_a_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = run("serve", "--check", "--bind", "127.0.0.1:0", cwd=tmp_path, BROADSHEET_SITE="nowhere.toml")
    assert done.stderr.startswith("broadsheet: BROADSHEET_SITE: nowhere.toml: cannot be read")
