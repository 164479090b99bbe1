"""``broadsheet embed``: what it prints is what the service serves, and is HTML whatever the address holds."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from service.cli import cli
from service.resources.static import load_static
from tests.web.make import Seen

SCRIPT = load_static()["search-box.js"]


def printed(*arguments: str, **environ: str) -> Seen:
    done = CliRunner().invoke(cli, ["embed", *arguments], env=environ)
    assert done.exit_code == 0, done.output
    return Seen(done.output)


def test_the_tag_alone_names_the_script_by_what_is_in_it() -> None:
    seen = printed("--address", "https://search.example.org/", "--lang", "fa")
    assert [tag for tag, _ in seen.tags] == ["script"]
    (tag,) = seen.all("script")
    address = urlsplit(str(tag["src"]))
    assert (address.scheme, address.netloc, address.path) == (
        "https", "search.example.org", "/static/search-box.js",
    )  # fmt: skip
    assert SCRIPT.digest.startswith(parse_qs(address.query)["v"][0])
    digest = base64.b64encode(hashlib.sha384(SCRIPT.data).digest()).decode()
    assert (tag["integrity"], tag["crossorigin"]) == (f"sha384-{digest}", "anonymous")
    assert (tag["data-place"], tag["data-lang"]) == ("here", "fa")
    assert "defer" in tag


def test_with_a_form_the_box_stands_around_it() -> None:
    seen = printed("--address", "https://search.example.org", "--lang", "de", "--form")
    assert [tag for tag, _ in seen.tags] == ["script", "broadsheet-search", "form", "input", "button"]
    assert seen.all("form")[0]["action"] == "https://search.example.org/"
    assert seen.all("input")[0]["name"] == "q"
    assert seen.all("broadsheet-search")[0]["lang"] == "de"
    assert "data-place" not in seen.all("script")[0]
    assert "Suchen" in seen.text


def test_without_an_address_it_is_where_the_service_listens() -> None:
    seen = printed(BROADSHEET_BIND="127.0.0.1:8123")
    assert str(seen.all("script")[0]["src"]).startswith("http://127.0.0.1:8123/static/")


def test_an_address_is_text_in_the_html() -> None:
    seen = printed("--address", 'https://a"><b>.example', "--form")
    assert [tag for tag, _ in seen.tags] == ["script", "broadsheet-search", "form", "input", "button"]


@pytest.mark.parametrize(
    "address",
    [
        "search.example.org",
        "ftp://example.org",
        "https://",
        "https://a.example/?q=1",
        "https://a.example/search",
        "https://a.example/#b",
    ],
)
def test_what_is_no_address_of_a_service_is_refused(address: str) -> None:
    done = CliRunner().invoke(cli, ["embed", "--address", address])
    assert done.exit_code == 2
    assert "--address" in done.output


def test_a_service_on_a_socket_has_no_address_of_its_own(tmp_path: object) -> None:
    done = CliRunner().invoke(cli, ["embed"], env={"BROADSHEET_BIND": f"unix:{tmp_path}/s"})
    assert done.exit_code == 2
    assert "listens on a socket" in done.output
