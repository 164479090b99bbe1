"""The desk looks like the search page: its values are the same, and nothing is styled past its policy."""

from __future__ import annotations

import re
from importlib.resources import files

WEB = files("service.web")
VALUE = re.compile(r"(--[\w-]+): ([^;]+);")


def values(name: str) -> list[dict[str, str]]:
    """The values of the light and of the dark scheme."""
    style = WEB.joinpath("static", name).read_text("utf-8")
    return [dict(VALUE.findall(block)) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)]


def test_colours_and_faces_are_those_of_the_search_page() -> None:
    own = {"--touch", "--gap", "--good", "--wait", "--mono"}  # the desk is denser, and has states
    for desk, search in zip(values("admin.css"), values("broadsheet.css"), strict=True):
        assert search.keys() - own <= desk.keys()
        assert {name: value for name, value in desk.items() if name not in own} == {
            name: value for name, value in search.items() if name not in own
        }


def test_sides_are_logical_so_that_right_to_left_needs_nothing_of_its_own() -> None:
    style = WEB.joinpath("static", "admin.css").read_text("utf-8")
    physical = (
        r"^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|text-align: (?:left|right))\b"
    )
    assert re.findall(physical, style, re.MULTILINE) == []


def test_templates_hold_no_script_of_their_own_and_no_style() -> None:
    for template in WEB.joinpath("templates", "admin").iterdir():
        text = template.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! type=\"module\" src=)", text), (
            template.name
        )
        assert "|safe" not in text.replace("' class=\"figure\"'|safe", ""), template.name


def test_every_form_that_changes_something_carries_its_token() -> None:
    for template in WEB.joinpath("templates", "admin").iterdir():
        text = template.read_text("utf-8")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            # Who signs in has no session yet; that form is known by the page it comes from.
            carries = "token()" in form or "own.seen(" in form  # which has it, and the draft's revision
            assert carries or template.name == "sign_in.html", template.name
    assert "parts.token()" in WEB.joinpath("templates", "admin", "_tuning.html").read_text("utf-8")
