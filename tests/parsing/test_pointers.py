"""Lines that lead to other articles are dropped, in every language; prose that begins like one is kept."""

from __future__ import annotations

import re

import pytest

from .pages import MORE, PROSE, article_page, read

LINES = """
Next: <a href=/n>The Ferry Sleeps</a>
Previous post: <a href=/n>The Ferry Sleeps</a>
<a href=/p>« Previous: The Ferry Sleeps</a>
Read also: The Ferry Sleeps
See also: <a href=/n>The Ferry Sleeps</a>
Related: The Ferry Sleeps
Read more: https://quay.example/ferry
More on this story: <a href=/n>The Ferry Sleeps</a>
Nächster Beitrag: <a href=/n>Die Fähre schläft</a>
Zurück: <a href=/n>Die Fähre schläft</a>
Lesen Sie auch: Die Fähre schläft
Siehe auch: <a href=/n>Die Fähre schläft</a>
Article précédent : <a href=/n>Le bac dort</a>
Suivant : <a href=/n>Le bac dort</a>
À lire aussi : Le bac dort
Voir aussi : <a href=/n>Le bac dort</a>
مطلب بعدی: <a href=/n>کشتی می‌خوابد</a>
قبلی: <a href=/n>کشتی می‌خوابد</a>
همچنین بخوانید: کشتی می‌خوابد
بیشتر بخوانید: <a href=/n>کشتی می‌خوابد</a>
المقال التالي: <a href=/n>العبارة نائمة</a>
السابق: <a href=/n>العبارة نائمة</a>
اقرأ أيضاً: العبارة نائمة
شاهد أيضا: <a href=/n>العبارة نائمة</a>
""".strip().splitlines()

SENTENCES = """
Next: the children are counted, one by one, and the gate is locked.
Next, the boats are tied up.
Previous owners had left the keys under the stone by the door.
Related: he was her cousin, and the whole village knew it.
Related parties must tell the bank of <a href=/x>any change</a> within a week.
See also the <a href=/x>report of 1999</a>, which tells the story from the other side of the river.
Read more books, said the teacher, and closed the door.
Recommended for years by doctors, <a href=/x>the treatment</a> is now in doubt.
On Monday: the <a href=/x>talks</a> began.
Don't miss the <a href=/x>last boat</a>, the old man said.
Comments on the <a href=/x>draft</a> are due by May.
Share prices fell by a third.
Weiter im Norden liegt <a href=/x>Husum</a>, die graue Stadt am Meer.
Suivant les règles du port, <a href=/x>le bac</a> ne part pas.
""".strip().splitlines()


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    "body", ["<p>{0}</p><p><strong>{2}</strong></p><p>{1}</p>", "<p>{0}</p><p>{1}</p><div>{2}</div>"]
)
def test_a_line_that_leads_to_another_article_is_dropped(line: str, body: str) -> None:
    article = read(article_page(body.format(PROSE, MORE, line)))
    assert article.text == f"{PROSE}\n{MORE}"
    assert any(part.rule in ("label", "link-density") for part in article.dropped)


@pytest.mark.parametrize("line", SENTENCES)
def test_prose_that_begins_like_such_a_line_is_kept(line: str) -> None:
    plain = re.sub("<[^>]+>", "", line)
    assert read(article_page(f"<p>{PROSE}</p><p>{line}</p><p>{MORE}</p>")).text.split("\n")[1] == plain
    assert read(article_page(f"<p>{PROSE}</p><p>{MORE}</p><p>{line}</p>")).text.split("\n")[2] == plain


ITEMS = "".join(
    f'<li><a href="/r{n}">Resolution {n} on the navigation of inland waters</a></li>' for n in range(8)
)


@pytest.mark.parametrize(
    ("lead", "rest"),
    [
        (PROSE, ""),
        (f"{PROSE} Here they are:", ""),
        (f"{MORE} {PROSE} {MORE} {PROSE} {MORE} These are the texts:", f"<p>{PROSE} That is all.</p>"),
    ],
)
def test_a_list_of_links_that_the_article_is_about_is_its_text(lead: str, rest: str) -> None:
    article = read(article_page(f"<p>{lead}</p><ul>{ITEMS}</ul>{rest}"))
    assert [block.kind for block in article.blocks][:2] == ["paragraph", "list"]
    assert article.blocks[1].text.count("\n") == 7


@pytest.mark.parametrize(
    "end",
    [
        f"<ul>{ITEMS}</ul>",
        f"<h3>Related articles</h3><ul>{ITEMS}</ul>",
        f'<div class="related-posts"><ul>{ITEMS}</ul></div>',
        f"<p>Read also:</p><ul>{ITEMS}</ul>",
        f"<p>If you liked this post you might also like:</p><ul>{ITEMS}</ul><p>{PROSE} {MORE}</p>",
    ],
)
def test_a_list_of_links_under_a_text_of_its_own_is_not(end: str) -> None:
    body = (
        f"<p>{PROSE} {MORE}</p>" + f"<p>{MORE} {PROSE} {PROSE} {MORE}</p><p>{PROSE} Nobody came. {MORE}</p>"
    )
    assert "Resolution" not in read(article_page(body + end)).text
