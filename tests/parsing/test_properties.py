"""What holds for every page there could be."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import RejectedPage
from indexer.parsing import parse
from indexer.site import Site
from indexer.sources.page import Page

from .pages import PROSE, article_page, read

TAGS = "div p b a ul li table tr td h1 h2 article main nav aside footer header form script style blockquote br span title meta".split()
TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


@st.composite
def soup(draw: st.DrawFn) -> str:
    """Tags in any order, closed or not, with any text and odd attributes between them."""
    pieces = []
    for _ in range(draw(st.integers(0, 30))):
        tag = draw(st.sampled_from(TAGS))
        form = draw(st.sampled_from(["<{0}>", "</{0}>", "<{0} class='entry-content'>", "<{0} hidden id=\"x\">", "<{0} href=/category/x/ rel=tag>", "<{0}", "<!-- {0} -->", "<![CDATA[{0}]]>", "<?{0}?>", "&{0};"]))  # fmt: skip
        pieces += [form.format(tag), draw(TEXTS)]
    return "".join(pieces)


def outcome(data: bytes, charset: str = "") -> object:
    try:
        return parse(Page("test", "k", data, "", charset), Site())
    except RejectedPage as error:
        return error.reason


@given(st.binary(max_size=2000), st.sampled_from(["", "utf-8", "latin1", "utf-16", "no-such", "gbk"]))
def test_any_bytes_are_an_article_or_a_refusal(data: bytes, charset: str) -> None:
    outcome(data, charset)


@given(soup())
def test_any_tags_are_an_article_or_a_refusal(html: str) -> None:
    outcome(html.encode("utf-8", "replace"))


@given(soup())
def test_reading_a_page_twice_gives_the_same(html: str) -> None:
    data = article_page(html).encode("utf-8", "replace")
    assert outcome(data) == outcome(data)


@given(soup())
def test_no_block_is_empty_or_has_white_space_to_fold(html: str) -> None:
    article = outcome(article_page(f"<p>{PROSE}</p>{html}").encode("utf-8", "replace"))
    for block in getattr(article, "blocks", ()):
        lines = block.text.split("\n")
        assert block.kind in ("list", "table") or len(lines) == 1
        assert all(line.strip() and "  " not in line.replace("\t", "") for line in lines)


@given(st.text(alphabet="abcdefgh <>/!-\"'", max_size=40))
def test_what_scripts_and_styles_say_is_never_found(inside: str) -> None:
    secret = f"zzsecret {inside}".replace("</s", "")
    html = article_page(
        f"<p>{PROSE}</p><script>{secret}</script><style>{secret}</style><p>{PROSE} Again.</p>"
    )
    article = outcome(html.encode())
    assert isinstance(article, str) or "zzsecret" not in article.text + article.title  # type: ignore[attr-defined]


@given(st.lists(st.text(alphabet="abcdefghij ", min_size=30, max_size=80).map(str.strip).filter(lambda t: len(t) > 25), min_size=2, max_size=8, unique=True))  # fmt: skip
def test_every_paragraph_of_a_plain_article_is_found_once_and_in_order(paragraphs: list[str]) -> None:
    texts = [" ".join(f"{text} {number}.".split()) for number, text in enumerate(paragraphs)]
    article = read(article_page("".join(f"<p>{text}</p>" for text in texts)))
    assert [block.text for block in article.blocks] == texts


@given(st.sampled_from(["folder:/a", "folder:/b"]), st.text(min_size=1, max_size=20))
def test_the_identity_is_of_source_and_key_alone(source: str, key: str) -> None:
    one = parse(Page(source, key, article_page().encode()), Site())
    other = parse(Page(source, key, article_page(f"<p>{PROSE} Changed.</p>").encode()), Site())
    assert one.id == other.id
    assert replace(one, blocks=()) != replace(other, blocks=(), id="x")


PLAIN = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60)


# More of them, as they are, would be no page but binary data.
@given(st.lists(st.integers(1, 31).map(chr) | PLAIN, min_size=1, max_size=4))
def test_no_control_character_of_a_page_is_shown(pieces: list[str]) -> None:
    """Written as they are, or as numbers in the markup."""
    raw = "".join(pieces).replace("<", "").replace("&", "")
    coded = "".join(f"&#{ord(char)};" if char < " " else char for char in raw)
    page = article_page(f"<p>{raw} {PROSE}</p><ul><li>{coded} item</li></ul>", title=f"A title {coded}")
    article = read(page)
    shown = "".join([article.title, article.author, *(block.text for block in article.blocks)])
    assert not [char for char in shown if char < " " and char not in "\n\t"]
