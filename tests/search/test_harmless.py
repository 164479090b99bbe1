"""Whatever articles and questions say, an answer's HTML is text and marks, and says what its ranges say."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.base import Record
from indexer.backends.whoosh import WhooshIndex
from indexer.errors import QueryError
from service.resources.convert import search_media, suggestion_media
from service.resources.media import LinksMedia, encode
from service.search.engine import Engine
from service.search.request import SearchRequest
from tests import strategies
from tests.conftest import publish, record
from tests.search.conftest import SITE, TODAY

pytestmark = strategies.patience()

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</mark><b>rights</b>",
    "<mark>",
    "<!--",
    "]]>",
    "&lt;mark&gt;",
    "&amp;amp;",
    "&#60;b&#62;",
    "'\"<svg/onload=1>",
    "\u202erights",
    "\u2066people\u2069",
    "\0rights\0",
    "\ufffd",
    "\r\n",
    "x" * 400,
    "rights",
    "people's",
    "ﬁre",
    "İstanbul",
    "می‌رود",
    "人民日报",
    "👩‍⚖️",
)
pieces = st.sampled_from(HOSTILE) | strategies.words | st.text(max_size=6)
joints = st.sampled_from((" ", " ", " ", "", "\n", "-", ". "))
texts = st.lists(st.tuples(pieces, joints).map("".join), min_size=1, max_size=12).map("".join)
records = st.lists(st.tuples(texts, texts), min_size=1, max_size=3).map(
    lambda pairs: [
        record(title, text, key=f"a{at}", sequence=at + 1) for at, (title, text) in enumerate(pairs)
    ]
)


class Parsed(HTMLParser):
    """A piece of HTML as its text, with the places of its marks; anything else in it is ``strange``."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.marks: list[list[int]] = []
        self.strange: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark" and not attrs:
            self.marks.append([len(self.text)])
        else:
            self.strange.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark" and self.marks and len(self.marks[-1]) == 1:
            self.marks[-1].append(len(self.text))
        else:
            self.strange.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def highlights(answer: Any) -> Iterator[dict[str, Any]]:
    """Every highlight within an answer."""
    if isinstance(answer, dict):
        if {"html", "ranges"} <= answer.keys():
            yield answer
        answer = list(answer.values())
    if isinstance(answer, list):
        for part in answer:
            yield from highlights(part)


def answers(found: list[Record], request: SearchRequest) -> Iterator[Any]:
    """What the two routes send for a question to an index of these articles."""
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder))
        publish(index, found)
        engine = Engine(index, SITE, today=lambda: TODAY)
        yield json.loads(encode(search_media(engine.search(request), LinksMedia("", None, None))))
        yield [json.loads(encode(suggestion_media(row))) for row in engine.suggest(request, 8).rows]


@settings(max_examples=strategies.examples(60))
@given(found=records, text=texts, exact=st.booleans(), prefix=st.booleans(), of_title=st.booleans())
def test_the_html_of_an_answer_is_text_and_marks(
    found: list[Record], text: str, exact: bool, prefix: bool, of_title: bool
) -> None:
    asked = found[0].article.title if of_title else text
    request = SearchRequest(asked[:400], exact=exact, prefix=prefix, explain=True)
    try:
        told = list(answers(found, request))
    except QueryError:
        return
    for one in highlights(told):
        parsed = Parsed(one["html"])
        assert parsed.strange == []
        assert parsed.text == one["text"]
        assert parsed.marks == one["ranges"]


def test_articles_of_that_kind_are_found_and_marked() -> None:
    """Lest the property holds because nothing is ever found."""
    hostile = record("</mark><b>rights</b> \u202e<script>rights</script>", " ".join(HOSTILE), key="a")
    told = list(answers([hostile], SearchRequest("rights script")))
    marked = [one for one in highlights(told) if one["ranges"]]
    assert len(marked) >= 3
    assert "&lt;<mark>script</mark>&gt;" in marked[0]["html"]
