"""Content as WordPress stores it becomes the HTML a browser would be sent."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.autop import to_html


@pytest.mark.parametrize(
    ("stored", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("One.\r\nStill one.", "<p>One.<br>\nStill one.</p>\n"),
        ("One.\n \t\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("<h2>Head</h2>\nText.", "<h2>Head</h2><p>Text.</p>\n"),
        ("<ul>\n<li>a\n\nb</li>\n</ul>\nText.", "<ul>\n<li>a\n\nb</li>\n</ul><p>Text.</p>\n"),
        ("<pre>a\n\nb</pre>\nText.", "<pre>a\n\nb</pre><p>Text.</p>\n"),
        ("<p>Already.</p>\n\nmarked up", "<p>Already.</p>\n\nmarked up"),
        ("<!-- wp:quote -->\n<p>Block.</p>", "<!-- wp:quote -->\n<p>Block.</p>"),
        ("[caption]never ends", "<p>[caption]never ends</p>\n"),
        ("a</div>\n\nb", "<p>a</p>\n</div><p>b</p>\n"),
        ("He said [sic] and [emphasis added].", "<p>He said [sic] and [emphasis added].</p>\n"),
        ('Before [gallery ids="1,2"] after.', "<p>Before  after.</p>\n"),
        ("[vc_row full=1][vc_column]Text.[/vc_column][/vc_row]", "<p>Text.</p>\n"),
        (
            '[caption id="a" align="left"]<img src="x.png"> The words[/caption]',
            '<figure><img src="x.png"><figcaption>The words</figcaption></figure>',
        ),
        ("[caption]Only words[/caption]", "<figure><figcaption>Only words</figcaption></figure>"),
        ("a<hr>b", "<p>a</p>\n<hr><p>b</p>\n"),
        ("", ""),
    ],
)
def test_stored_content_becomes_html(stored: str, html: str) -> None:
    assert to_html(stored) == html


@given(st.text(alphabet="ab \n<>/[]=p", max_size=60))
def test_any_content_keeps_its_words(stored: str) -> None:
    words = [word for word in stored.split() if word.isalpha()]
    made = to_html(stored)
    if "[" not in stored and "<" not in stored:
        assert all(word in made for word in words)


@pytest.mark.parametrize(
    "hostile",
    [
        "[a]",
        "[caption]",
        "<pre>",
        "[a ",
        "\n \t",
        "<p ",
        "[gallery ",
        "<!-- ",
        "[a =",
        "</pre><pre>",
        "<div>",
    ],
)
def test_content_made_to_take_long_takes_no_longer(hostile: str) -> None:
    started = time.monotonic()
    to_html(hostile * 60_000)
    assert time.monotonic() - started < 5
