"""The pages of judgements, marks and verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, urlencode

import pytest

from service.identity.actor import OPERATOR
from tests.desk.conftest import Office
from tests.desk.test_curation_pages import HOSTILE, do

QUESTIONS = '{"id": "q1", "text": "ferry"}\n{"id": "q2", "text": "bread"}\n'
GRADES = "q1\tferry\t1\nq2\tbread\t2\nq2\tferry\t0\n"
BOUNDARY = "----a-boundary"


@pytest.fixture
def site(office: Office) -> Iterator[Office]:
    """An office with one set, and none left behind."""
    do(office, "/admin/judgements", name="site", questions=QUESTIONS, judgements=GRADES)
    yield office
    for known in office.judgements.all():
        office.judgements.drop(known.name, OPERATOR)


def with_files(office: Office, fields: dict[str, str], files: dict[str, str]) -> int:
    """Send a form as a browser sends one with files; the status of the answer."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    parts += [
        f'Content-Disposition: form-data; name="{name}"; filename="x"\r\n\r\n{text}'
        for name, text in files.items()
    ]
    body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    headers = {**office.cookie, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return office.client.simulate_post("/admin/judgements", headers=headers, body=body).status_code


def test_a_set_goes_in_and_out_as_the_same_files(site: Office) -> None:
    assert site.get("/admin/judgements/site/questions.jsonl").text == QUESTIONS
    out = site.get("/admin/judgements/site/judgements.tsv")
    assert out.text == GRADES
    assert 'filename="site-judgements.tsv"' in out.headers["content-disposition"]


def test_files_are_taken_as_well_as_what_is_pasted(site: Office) -> None:
    fields = {"form_token": site.token(), "name": "files", "questions": "", "judgements": ""}
    files = {"questions_file": QUESTIONS, "judgements_file": GRADES}
    assert with_files(site, fields, files) == 303
    assert site.judgements.read("files") == site.judgements.read("site")
    assert with_files(site, fields | {"form_token": "forged"}, files) == 403


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"name": "No Name"}, "name", "small letters"),
        ({"name": "site"}, "name", "tick that it is to be replaced"),
        ({"name": "new", "questions": "no json"}, "questions", "Line:1"),
        ({"name": "new", "questions": QUESTIONS, "judgements": "q1 a 1"}, "judgements", "Line:1"),
        ({"name": "new", "questions": QUESTIONS, "judgements": "q9\ta\t1"}, "judgements", "no question"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    site: Office, fields: dict[str, str], field: str, said: str
) -> None:
    answer = site.post("/admin/judgements", fields)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text)
    assert re.search(rf'class="complaint" id="{field}-help">[^<]*{said}', answer.text)
    assert [known.name for known in site.judgements.all()] == ["site"]


def test_an_evaluation_is_in_the_chart_and_in_its_table(site: Office) -> None:
    assert "Nothing has been measured yet." in site.text("/admin/judgements/site")
    where = do(site, "/admin/judgements/site", do="evaluate", version="", limit="10")
    assert where.endswith("/admin/judgements/site?done=evaluated#measured")
    page = site.text("/admin/judgements/site")
    assert page.count('<svg class="chart chart-line"') == 3
    assert "nDCG@10, in percent, over versions and time" in page
    (measured,) = site.judgements.measured("site")
    assert f">{measured.ndcg:.3f}</td>" in page


@pytest.mark.parametrize(("version", "limit"), [("77", "10"), ("x", "10"), ("", "0"), ("", "1000")])
def test_an_evaluation_that_cannot_be_made_says_why(site: Office, version: str, limit: str) -> None:
    answer = site.post("/admin/judgements/site", {"do": "evaluate", "version": version, "limit": limit})
    assert answer.status_code == 422
    assert "Nothing was measured." in answer.text


def test_a_hit_is_marked_good_then_bad_then_not_at_all(site: Office) -> None:
    address = "/admin/search?" + urlencode({"q": "harbour", "set": "marks"})
    article = site.id_of("ferry")
    mark = {"set": "marks", "text": "harbour", "article": article, "rank": "1", "here": "q=harbour&set=marks"}
    for grade, pressed in (("1", ["true", "false"]), ("0", ["false", "true"]), ("", ["false", "false"])):
        where = do(site, "/admin/search/mark", **mark, grade=grade)
        told = "marked" if grade else "unmarked"
        assert where.endswith(f"/admin/search?q=harbour&set=marks&done={told}#hit-1")
        page = site.text(address)
        assert re.findall(r'aria-pressed="(\w+)"', page) == pressed


def test_marks_go_into_the_set_that_was_used_last_and_the_first_mark_makes_one(office: Office) -> None:
    def chosen(address: str, status: int = 200) -> str:
        answer = office.get(address)
        assert answer.status_code == status
        (mark,) = set(re.findall(r'class="marks".*?name="set" value="([^"]*)"', answer.text, re.DOTALL))
        assert f"<option selected>{mark}</option>" in answer.text
        return mark

    article, search = office.id_of("ferry"), "/admin/search?q=harbour"
    assert chosen(search) == "desk"
    assert "The first mark makes this set." in office.text(search)
    do(office, "/admin/search/mark", set="desk", text="harbour", article=article, here="q=harbour", grade="1")
    assert [known.name for known in office.judgements.all()] == ["desk"]
    office.judgements.mark("other", "harbour", article, 1, OPERATOR)
    assert chosen(search) == "other"
    assert chosen(f"{search}&set=desk") == "desk"
    assert chosen(f"{search}&set=dekk", 400) == "other"
    assert "There is no set “dekk”: marks go into “other”." in office.get(f"{search}&set=dekk").text
    for known in office.judgements.all():
        office.judgements.drop(known.name, OPERATOR)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=harbour&why=&ask=why", "Type the address or the id of the article."),
        ("q=&why=https://example.org/a", "Type the words of the question as well"),
    ],
)
def test_what_is_missing_to_say_why_an_article_is_not_here_is_said_beside_the_field(
    site: Office, query: str, said: str
) -> None:
    answer = site.get(f"/admin/search?{query}")
    assert answer.status_code == 400
    assert re.search(rf'class="complaint" id="why-help">{said}', answer.text)


def test_figures_say_what_a_bad_mark_is_worth(site: Office) -> None:
    assert "A bad mark takes nothing away" in site.text("/admin/judgements/site")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/admin/articles?page=99999", "The price of bread"),
        ("/admin/articles?before=0", "The list has ended."),
        ("/admin/articles/removed?before=0", "The list has ended."),
        ("/admin/search?q=harbour&page=900", "The answer has no such page."),
        ("/admin/judgements/site?from=99999", "The list has ended."),
    ],
)
def test_behind_the_end_of_a_list_stands_a_way_back(site: Office, path: str, said: str) -> None:
    page = site.text(path)
    assert said in page
    if "page=99999" not in path:
        (back,) = re.findall(r'<a class="more" href="([^"]+)">To (?:its beginning|the last one)</a>', page)
        assert said not in site.text(unescape(back).partition("#")[0])


def test_why_an_article_is_not_here_is_told_with_every_reason(site: Office) -> None:
    article = site.id_of("bread")
    page = site.text(f"/admin/search?q=harbour&why={article}")
    assert "It is not in this answer" in page
    assert "keeps-out" in page
    unknown = site.text("/admin/search?q=harbour&why=" + quote("https://example.org/none"))
    assert "No such article" in unknown


def test_an_article_that_is_there_is_held_against_the_first(site: Office) -> None:
    article = site.get("/api/v1/search?q=plain+words").json["hits"][-1]["id"]
    page = site.text(f"/admin/search?q=plain+words&why={article}")
    assert "This article beside the first of the answer" in page


def test_words_of_judgements_and_verdicts_are_never_more_than_text(site: Office) -> None:
    site.judgements.mark("hostile", HOSTILE[:60], HOSTILE, 1, OPERATOR)
    search = "/admin/search?" + urlencode({"q": HOSTILE, "why": HOSTILE, "set": HOSTILE})
    for path in ("/admin/judgements", "/admin/judgements/hostile", search):
        page = site.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    asked = site.post("/admin/judgements", {"name": HOSTILE, "note": HOSTILE, "questions": HOSTILE})
    assert asked.status_code == 422
    assert "<script>alert" not in asked.text


def test_a_set_is_removed_and_then_not_there(site: Office) -> None:
    assert do(site, "/admin/judgements/site", do="remove").endswith("/admin/judgements?done=set-removed")
    assert site.get("/admin/judgements/site").status_code == 404
    assert site.post("/admin/judgements/site", {"do": "mark"}).status_code == 404
