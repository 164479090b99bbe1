from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.highlight import marked, public_address
from tests.web.make import Seen, plain

ranges = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6)


@given(st.text(max_size=50), ranges)
def test_a_highlight_holds_nothing_but_its_text_and_marks(text: str, found: list[tuple[int, int]]) -> None:
    seen = Seen(marked(plain(text, *found)))
    assert seen.text == text
    assert {tag for tag, _ in seen.tags} <= {"mark"}
    assert not any(attributes for _, attributes in seen.tags)


def test_marks_stand_where_the_ranges_say() -> None:
    assert marked(plain("Rights & wrongs", (0, 6), (9, 15))) == (
        "<mark>Rights</mark> &amp; <mark>wrongs</mark>"
    )


def test_overlapping_ranges_become_one_mark() -> None:
    assert marked(plain("abcdef", (3, 5), (1, 4))) == "a<mark>bcde</mark>f"


def test_the_html_of_another_part_is_never_used() -> None:
    assert marked(plain("safe")) == "safe"


@pytest.mark.parametrize("url", ["https://a.example/x?y=1#z", "http://a.example", "HTTPS://A.EXAMPLE/"])
def test_web_addresses_are_linked(url: str) -> None:
    assert public_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "/relative/path",
        "articles/page.html",
        "//host.example/path",
        "https:",
        "http:///path",
        "https://[broken",
    ],
)
def test_other_addresses_are_not_linked(url: str) -> None:
    assert public_address(url) == ""
