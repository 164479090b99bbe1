"""The pages of curation: what they show and do, with hostile words in every place that a rule has."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from service.identity.actor import OPERATOR
from service.tuning.model import Pin, Rule, TuningModel
from service.web.admin.curation import path_of
from tests.desk.conftest import Office

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def no_draft(office: Office) -> None:
    """Every test begins without a draft, and with nothing published that it knows of."""
    office.versions.drop_draft(OPERATOR)
    office.versions.restore(0, OPERATOR)


def draft(office: Office) -> TuningModel:
    found = office.versions.draft()
    assert found is not None
    return found.model


def revision(office: Office) -> str:
    found = office.versions.draft()
    return str(found.revision) if found else "0"


def keep(office: Office, *rules: Rule) -> None:
    office.versions.save_draft(TuningModel(rules=rules), OPERATOR)


def do(office: Office, path: str, **fields: str) -> str:
    """Send a form as of the draft that there is; where the answer leads."""
    answer = office.post(path, {"revision": revision(office), **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_rule_is_made_and_its_answer_is_that_of_the_draft(office: Office) -> None:
    article = office.id_of("bread")
    where = do(office, "/admin/curation", do="make", query="harbour")
    assert where.endswith("/admin/curation/harbour?done=rule-made")
    do(office, "/admin/curation/harbour", do="pin", article=article, to="1")
    page = office.text("/admin/curation/harbour")
    assert re.findall(r'data-title="([^"]+)"', page) == [
        "The price of bread",
        "The ferry runs again",
    ]
    assert draft(office).rules[0].pin == (Pin(article, 1),)


def test_a_second_rule_for_a_query_is_made_only_when_it_is_meant(office: Office) -> None:
    keep(office, Rule("the first", "Harbour"))
    form = {"do": "make", "query": "harbour ", "match": "prefix"}
    answer = office.post("/admin/curation", {"revision": revision(office), **form})
    assert answer.status_code == 422
    assert "There is a rule for this query already." in answer.text
    assert path_of("the first") in answer.text.partition("for the same query")[2].partition("</p>")[0]
    assert 'name="anyway"' in answer.text
    assert "This rule is for the same query" in office.text("/admin/curation?query=harbour")
    do(office, "/admin/curation", **form, anyway="1")
    assert len(draft(office).rules) == 2


@pytest.mark.parametrize("what", ["pin", "hide"])
def test_what_is_done_at_the_search_can_be_undone_there(office: Office, what: str) -> None:
    article = office.id_of("ferry")
    page = office.text("/admin/search?q=harbour")
    assert "Pin here" in page
    assert "…" not in re.sub(r"<[^>]+>", "", page.partition('class="doing"')[2].partition("</div>")[0])
    where = do(office, "/admin/curation", do=what, query="harbour", article=article, to="1")
    shown = office.text(urlsplit(where).path + "?" + urlsplit(where).query)
    sent = shown.partition('class="undo"')[2].partition("</form>")[0]
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', sent))
    back = office.post(path_of("harbour"), form)
    assert back.headers["location"].endswith("/admin/search?q=harbour&done=undone")
    assert draft(office).rules == ()
    keep(office, Rule("harbour", "harbour", pin=(Pin(article, 2),)))
    where = do(office, "/admin/curation", do=what, query="harbour", article=article, to="1")
    assert "undo" not in where, "its former place would not come back"


def test_every_action_of_a_rule_is_in_the_draft(office: Office) -> None:
    first, second = office.id_of("ferry"), office.id_of("bread")
    keep(office, Rule("a rule", "harbour"))
    path = path_of("a rule")
    do(office, path, do="pin", article=first, to="1")
    do(office, path, do="pin", article=second, to="2")
    do(office, path, do="move", article=second, to="1")
    assert draft(office).rules[0].pin == (Pin(second, 1), Pin(first, 2))
    do(office, path, do="hide", article=first)
    assert draft(office).rules[0].hide == (first,)
    page = office.text(path)
    assert "Hidden from this answer" in page
    do(office, path, do="unhide", article=first)
    do(office, path, do="unpin", article=second)
    assert draft(office).rules[0] == Rule("a rule", "harbour")
    where = do(office, path, do="remove")
    assert where.endswith("/admin/curation?done=rule-removed")
    assert draft(office).rules == ()


def test_rules_change_places_and_are_switched(office: Office) -> None:
    keep(office, Rule("one", "one"), Rule("two", "two"), Rule("three", "three"))
    do(office, "/admin/curation", do="move", name="three", to="1")
    do(office, "/admin/curation", do="disable", name="one")
    assert [(rule.name, rule.enabled) for rule in draft(office).rules] == [
        ("three", True),
        ("one", False),
        ("two", True),
    ]
    do(office, "/admin/curation", do="enable", name="one")
    do(office, "/admin/curation", do="remove", name="two")
    assert [rule.name for rule in draft(office).rules] == ["three", "one"]


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        (Rule("r", "bread", hide=("x",)), "in force"),
        (Rule("r", "bread", hide=("x",), enabled=False), "off"),
        (Rule("r", "bread", hide=("x",), from_="2999-01-01"), "not yet"),
        (Rule("r", "bread", hide=("x",), to="1999-01-01"), "over"),
        (Rule("r", "bread"), "does nothing yet"),
    ],
)
def test_the_list_says_whether_readers_searches_heed_a_rule_today(
    office: Office, rule: Rule, state: str
) -> None:
    office.versions.publish(TuningModel(rules=(rule,)), OPERATOR)
    assert f">{state}</span>" in office.text("/admin/curation")
    office.versions.restore(0, OPERATOR)
    keep(office, rule)
    draft = "in the draft" if state == "in force" else f"{state}, in the draft"
    assert f">{draft}</span>" in office.text("/admin/curation")


def test_a_rule_says_since_when_it_is_in_force_and_that_only_the_draft_has_it_changed(office: Office) -> None:
    rule = Rule("r", "bread", hide=("x",))
    made = office.versions.publish(TuningModel(rules=(rule,)), OPERATOR).version
    office.versions.publish(TuningModel(rules=(rule,), typos=False), OPERATOR)
    page = office.text("/admin/curation/r")
    assert f"UTC, with version {made.number}." in page
    keep(office, replace(rule, hide=("x", "y")))
    page = office.text("/admin/curation/r")
    assert ">changed in the draft</span>" in page
    assert "In force since" not in page


def test_the_list_is_searched(office: Office) -> None:
    keep(office, Rule("one", "harbour"), Rule("two", "bread", note="for the anniversary"))
    page = office.text("/admin/curation?q=anniversary")
    assert "1 of 2 rules" in page
    assert 'data-title="harbour"' not in page
    assert "No rule says that." in office.text("/admin/curation?q=nothing")


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(office: Office) -> None:
    keep(office, Rule("r", "harbour"))
    form = {
        "do": "save",
        "revision": revision(office),
        "name": "r",
        "query": "…",
        "match": "prefix",
        "from": "2026-05-02",
        "to": "2026-05-01",
        "redirect": "javascript:alert(1)",
        "note": "kept",
    }
    answer = office.post("/admin/curation/r", form)
    assert answer.status_code == 422
    page = unescape(answer.text)
    for field in ("query", "to", "redirect"):
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-help"', page), (
            field
        )
    assert "javascript:alert(1)" in page
    assert "kept</textarea>" in page
    assert draft(office).rules == (Rule("r", "harbour"),)


def test_who_comes_too_late_is_told_and_may_do_it_all_the_same(office: Office) -> None:
    keep(office, Rule("r", "harbour"))
    late = {"do": "hide", "article": "x", "revision": "0"}
    answer = office.post("/admin/curation/r", late)
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    assert draft(office).rules[0].hide == ()
    again = re.findall(r'<textarea hidden name="(\w+)"[^>]*>([^<]*)</textarea>', answer.text)
    assert dict(again) == {"do": "hide", "article": "x"}
    do(office, "/admin/curation/r", **dict(again))
    assert draft(office).rules[0].hide == ("x",)


def test_an_article_is_found_by_words_address_and_id(office: Office) -> None:
    keep(office, Rule("r", "harbour"))
    article = office.id_of("bread")
    address = office.get(f"/api/v1/articles/{article}").json["url"]
    for wanted in ("price of bread", address, article):
        page = office.get(f"/admin/curation/r?find={wanted}").text
        section = page.split('id="add"')[1]
        assert f'name="article" value="{article}"' in section, wanted


def test_curating_from_a_search_makes_the_rule_of_the_query(office: Office) -> None:
    article = office.id_of("bread")
    where = do(office, "/admin/curation", do="pin", query="Harbour", article=article, to="1")
    assert re.search(r"/admin/curation/Harbour\?undo=\w+&made=1&done=pinned$", where)
    do(office, "/admin/curation", do="hide", query="harbour", article=article)
    (rule,) = draft(office).rules
    assert (rule.query, rule.pin, rule.hide) == ("Harbour", (), (article,))


def test_words_of_a_rule_are_never_more_than_text(office: Office) -> None:
    keep(office, Rule(HOSTILE, HOSTILE, pin=(Pin(HOSTILE, 2),), hide=("x" + HOSTILE,), note=HOSTILE))
    for path in ("/admin/curation", path_of(HOSTILE)):
        page = office.text(path)
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<img" not in page.replace('<img src="/static', "")
    conflict = office.post(path_of(HOSTILE), {"do": "hide", "article": HOSTILE, "revision": "0"})
    assert conflict.status_code == 409
    assert "<script>alert" not in conflict.text
    assert "textarea hidden" in conflict.text


def test_forms_that_ask_for_nothing_known_are_refused(office: Office) -> None:
    keep(office, Rule("r", "harbour"))
    for path in ("/admin/curation", "/admin/curation/r"):
        assert office.post(path, {"do": "nonsense", "revision": revision(office)}).status_code == 400
    assert office.post("/admin/curation/none", {"do": "save"}).status_code == 404
    bad = {"do": "move", "article": "x", "to": "first", "revision": revision(office)}
    assert office.post("/admin/curation/r", bad).status_code == 400
