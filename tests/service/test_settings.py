"""Settings: one table, options before environment, and every mistake named."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from indexer.errors import ConfigurationError
from service.settings import SETTINGS, Bind, Settings, as_environment, read_settings, unknown_variables


def test_the_table_and_the_settings_are_the_same_names() -> None:
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Settings)]


def test_without_anything_the_defaults_hold() -> None:
    settings = read_settings({})
    assert settings.data == Path("var")
    assert settings.bind == Bind("127.0.0.1", 8000)
    assert settings.cors_origins == ()
    assert not settings.writing


def test_an_option_wins_over_the_environment_and_empty_is_the_default() -> None:
    environ = {"BROADSHEET_THREADS": "3", "BROADSHEET_WORKERS": " 4 ", "BROADSHEET_SITE": ""}
    settings = read_settings(environ, {"threads": "5", "workers": None})
    assert (settings.threads, settings.workers, settings.site) == (5, 4, None)


@pytest.mark.parametrize(
    ("text", "bind"),
    [
        ("127.0.0.1:80", Bind("127.0.0.1", 80)),
        (":8001", Bind("127.0.0.1", 8001)),
        ("[::1]:8000", Bind("::1", 8000)),
        ("unix:/run/b.sock", Bind(path="/run/b.sock")),
    ],
)
def test_addresses_are_host_and_port_or_a_socket(text: str, bind: Bind) -> None:
    assert read_settings({"BROADSHEET_BIND": text}).bind == bind
    assert str(bind) == (text if not text.startswith(":") else f"127.0.0.1{text}")


@pytest.mark.parametrize("text", ["*", "127.0.0.1,::1", "10.0.0.0/8, 2001:db8::/32", "10.0.0.1,"])
def test_proxies_are_addresses_networks_or_any(text: str) -> None:
    assert read_settings({"BROADSHEET_FORWARDED_ALLOW_IPS": text}).forwarded_allow_ips == text


def test_lists_are_quoted_as_in_a_shell() -> None:
    assert read_settings({"BROADSHEET_SOURCE": "a '/srv/my site'"}).source == ("a", "/srv/my site")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BIND", "localhost", "HOST:PORT"),
        ("BIND", "a:99999", "HOST:PORT"),
        ("BIND", "unix:", "names no socket"),
        ("WORKERS", "0", "from 1 to 64"),
        ("THREADS", "many", "from 1 to 256"),
        ("QUERY_BUDGET", "nan", "seconds"),
        ("QUERY_BUDGET", "soon", "seconds"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("LOG_QUERIES", "perhaps", "1 or 0"),
        ("CORS_ORIGINS", "example.org", "https://www.example.org"),
        ("CORS_ORIGINS", "https://a.example/path", "https://www.example.org"),
        ("FORWARDED_ALLOW_IPS", "127.0.0.1,proxy.example", "'proxy.example', which is no address"),
        ("BIND", "unix:/nowhere/b.sock", "folder that is not there"),
        ("SOURCE", "'open", "No closing quotation"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_is_allowed(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=f"BROADSHEET_{name}.*{words}") as error:
        read_settings({f"BROADSHEET_{name}": value})
    assert repr(value) in str(error.value)
    option = f"--{name.lower().replace('_', '-')}"
    with pytest.raises(ConfigurationError, match=option):
        read_settings({}, {name.lower(): value})


@pytest.mark.parametrize("key", ["short", "with a space in it", "überlanger-schlüssel"])
def test_a_key_that_is_no_key_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_settings({"BROADSHEET_API_KEY": key})
    assert key not in str(error.value)


def test_the_key_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a-key-of-some-length\n")
    assert read_settings({"BROADSHEET_API_KEY_FILE": str(file)}).api_key == "a-key-of-some-length"
    for text in ("", "short", "ключ"):
        file.write_text(text)
        with pytest.raises(ConfigurationError, match="API_KEY_FILE"):
            read_settings({"BROADSHEET_API_KEY_FILE": str(file)})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings({"BROADSHEET_API_KEY_FILE": str(tmp_path / "none")})


def test_a_slip_in_a_variables_name_is_noticed() -> None:
    environ = {"BROADSHEET_TREADS": "3", "BROADSHEET_DATA": "x", "BROADSHEET_TEST_X": "1", "OTHER": "1"}
    assert unknown_variables(environ) == ("BROADSHEET_TREADS",)


def test_options_can_be_said_as_environment_variables() -> None:
    given = {"data": "x", "threads": None, "source": "a 'b c'"}
    assert as_environment(given) == {"BROADSHEET_DATA": "x", "BROADSHEET_SOURCE": "a 'b c'"}
