"""The tuning at the desk without a browser: what its forms do, what is refused, what two at once get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape

import falcon.testing
import pytest
from markupsafe import escape

from service.identity.actor import OPERATOR
from service.resources.access import COOKIE
from service.resources.admin.tuning_edits import NotThere, change_of, lines, merged
from service.tuning.difference import differences
from service.tuning.faults import InvalidTuning
from service.tuning.model import Boosts, Pin, Rule, StopWords, Synonyms, TuningModel, Weights
from service.tuning.preview import Measures, PreviewReport, QueryChange, Row, Side, Totals
from service.tuning.store import TuningStore
from service.web.admin.figures import who
from service.web.admin.preview import trial_of
from service.web.admin.tuning import key_of, lines_of
from service.web.admin.versions import file_lines
from tests.accounts import begin_session
from tests.desk.conftest import Office
from tests.service.conftest import SITE, Opener, opened

__all__ = ["opened"]

BOUNDARY = "----of-a-browser"
NCRI = Synonyms(("NCRI", "National Council of Resistance of Iran"))


@pytest.fixture(autouse=True)
def no_draft(office: Office) -> Iterator[None]:
    yield
    store(office).drop_draft(OPERATOR)


def store(office: Office) -> TuningStore:
    """The store of another process on the same data, as far as the service can tell."""
    return TuningStore(office.service.database, office.service.audit, lambda: datetime.now(UTC))


def revision(office: Office) -> str:
    draft = store(office).draft()
    return str(draft.revision if draft else 0)


def save(office: Office, section: str, **fields: str) -> falcon.testing.Result:
    given = {"do": "save", "revision": revision(office), **fields}
    return office.post(f"/admin/tuning/{section}", given)


def draft(office: Office) -> TuningModel:
    found = store(office).draft()
    assert found
    return found.model


# -- forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "fields", "expected"),
    [
        (
            "synonyms",
            {"words": "a\r\n\r\n b c \n", "to": "", "exact": "1", "note": " why "},
            TuningModel(synonyms=(Synonyms(("a", "b c"), exact=True, note="why"),)),
        ),
        (
            "synonyms",
            {"words": "a", "to": "b\nc"},
            TuningModel(synonyms=(Synonyms(("a",), ("b", "c")),)),
        ),
        (
            "stop-words",
            {"lang": "en", "add": "ltd", "remove": "why"},
            TuningModel(stop_words={"en": StopWords(("ltd",), ("why",))}),
        ),
        ("protected", {"words": "Jobs\nGates"}, TuningModel(protected=("Jobs", "Gates"))),
        ("popular", {"texts": "death penalty"}, TuningModel(popular=("death penalty",))),
        ("switches", {"typos": "1", "was_typos": "1", "was_prefix": "1"}, TuningModel(prefix=False)),
        ("boosts", {"of": "category:women", "factor": "۱٫۵"}, None),
    ],
)
def test_a_form_brings_what_it_says_into_the_draft(
    office: Office, section: str, fields: Mapping[str, str], expected: TuningModel | None
) -> None:
    answer = save(office, section, **fields)
    assert answer.status_code == 303
    assert "done=draft-saved" in answer.headers["location"]
    made = draft(office)
    assert made == expected if expected else made.boosts.category == {"women": 1.5}
    assert office.service.audit.newest(1)[0].action == "tuning.draft"


def test_weights_are_read_as_people_write_numbers_and_only_what_was_changed_is(office: Office) -> None:
    shown = {name: f"{getattr(Weights(), name):g}" for name in Weights.__struct_fields__}
    seen = {f"was_{name}": text for name, text in shown.items()}
    save(office, "weights", **{**shown, **seen, "title": "2,5", "recency": "1.05"})
    assert draft(office).weights == Weights(title=2.5, recency=1.05)
    persian = {"title": "۴٫۵", "proximity": "٠٫٥", "half_life_days": "\u200f۹۰"}
    save(office, "weights", **{**shown, **seen, **persian})
    assert draft(office).weights == Weights(4.5, recency=1.05, proximity=0.5, half_life_days=90.0)
    for unclear in ("1,000", "36,500"):  # as the desk itself writes thousands
        assert save(office, "weights", **{**shown, **seen, "half_life_days": unclear}).status_code == 422
    save(office, "weights", do="reset")
    assert draft(office).weights == Weights()


REFUSED = (
    ("synonyms", {"words": "alone"}, "words", "a group needs two different words"),
    ("synonyms", {"words": "a\nb c\n!!"}, "words", "holds no word"),
    ("synonyms", {"words": "a\nb", "note": "x" * 501}, "note", "501 characters"),
    ("stop-words", {"lang": "de", "add": "zwei worte"}, "add-de", "more than one word"),
    ("stop-words", {"fresh": "1", "lang": "<b>", "add": "x"}, "lang-new", "not the code of a language"),
    ("stop-words", {"fresh": "1", "lang": "it"}, "add-new", "It is empty."),
    ("protected", {"words": "same\nSAME"}, "words", "is there already, in entry 1."),
    ("weights", {"title": "<i>", "content": "1"}, "title", "is not a number such as 3"),
    ("weights", {"recency": "9", "was_recency": "1.1"}, "recency", "from 1 to 1.2"),
    ("boosts", {"of": "category:women", "factor": "99"}, "factor", "from 0.1 to 10"),
    ("boosts", {"of": "", "factor": "2"}, "of", "Choose a category or a type."),
    ("popular", {"texts": "\u202eabc"}, "texts", "U+202E"),
)


@pytest.mark.parametrize(("section", "fields", "field", "said"), REFUSED)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    office: Office, section: str, fields: dict[str, str], field: str, said: str
) -> None:
    defaults = {name: f"{getattr(Weights(), name):g}" for name in Weights.__struct_fields__}
    given = {**defaults, **{f"was_{name}": text for name, text in defaults.items()}, **fields}
    answer = save(office, section, **(given if section == "weights" else fields))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    told = re.search(rf'id="{field}-wrong">(.*?)</div>', answer.text, re.DOTALL)
    assert told is not None
    assert said in told[1]
    assert re.search(rf'aria-invalid="true"[^>]*aria-describedby="{field}-wrong', answer.text)
    typed = [text for name, text in fields.items() if text and name not in ("lang", "fresh", "of")]
    assert all(str(escape(text)) in answer.text for text in typed)
    assert store(office).draft() is None


# -- two at once -------------------------------------------------------------------------------------


def test_who_saves_on_an_old_draft_is_told_and_may_do_it_on_top(office: Office) -> None:
    save(office, "protected", words="Jobs")
    answer = save(office, "protected", words="Gates", was="", revision="0")
    assert answer.status_code == 409
    assert "The draft was changed by" in answer.text
    assert "Protected word: Gates" in answer.text
    assert "Protected word: Jobs" not in answer.text
    assert draft(office).protected == ("Jobs",)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form_of(answer.text)))
    assert office.post("/admin/tuning/protected", hidden).status_code == 303
    assert draft(office).protected == ("Jobs", "Gates")


def form_of(text: str) -> str:
    found = re.search(r'<form class="one".*?</form>', text[text.index("<main") :], re.DOTALL)
    assert found
    return found[0]


def test_a_group_that_is_gone_can_be_added_again_with_what_was_typed(office: Office) -> None:
    answer = save(office, "synonyms", key="gone", words="a\nb")
    assert answer.status_code == 409
    assert "not there any more" in answer.text
    assert "Add it as a new group" in answer.text
    assert save(office, "synonyms", do="remove", key="gone").status_code == 409


def test_a_draft_that_has_changed_is_neither_published_nor_dropped_unseen(office: Office) -> None:
    save(office, "protected", words="Jobs")
    old = revision(office)
    save(office, "protected", words="Jobs\nGates", was="Jobs")
    for path in ("/admin/tuning/publish", "/admin/tuning/drop"):
        answer = office.post(path, {"revision": old, "base": "0", "note": "because <b>"})
        assert answer.status_code == 409
        assert "Gates" in answer.text
    assert store(office).published().version.number == 0
    refused = office.post("/admin/tuning/publish", {"revision": revision(office), "note": "x" * 501})
    assert refused.status_code == 422
    assert "501 characters" in refused.text


def test_without_an_index_it_can_be_published_all_the_same(opened: Opener) -> None:
    running = opened(empty=True)
    service = running.service
    kept = TuningStore(service.database, service.audit, lambda: datetime.now(UTC))
    kept.save_draft(TuningModel(protected=("Jobs",)), OPERATOR)
    cookie = {"Cookie": f"{COOKIE}={begin_session(running.data)}"}
    answer = running.client.simulate_get("/admin/tuning/preview", query_string="run=1", headers=cookie)
    assert answer.status_code == 200
    assert "There is no index to try it on at the moment." in answer.text


# -- files -------------------------------------------------------------------------------------------


def upload(office: Office, text: str, token: str | None = None, **more: str) -> falcon.testing.Result:
    fields = {"form_token": office.token() if token is None else token, "revision": revision(office), **more}
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    parts.append(
        'Content-Disposition: form-data; name="file"; filename="tuning.toml"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n{text}"
    )
    body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    headers = {**office.cookie, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return office.client.simulate_post("/admin/versions/import", headers=headers, body=body.encode())


def test_a_file_is_taken_by_upload_or_its_faults_are_told_with_their_lines(office: Office) -> None:
    answer = upload(office, '[[synonyms]]\nwords = ["<b>"]\n\n[weights]\ntitle = 1000\n')
    assert answer.status_code == 422
    assert "Line 2: synonyms[0]" in answer.text or "Line 1: synonyms[0]" in answer.text
    assert "Line 5: weights.title" in answer.text
    assert "words = [&#34;&lt;b&gt;&#34;]" in answer.text, "the text is there to be mended"
    answer = upload(office, '\ufeffprotected = ["Jobs"]\n')
    assert "done=imported" in answer.headers["location"]
    assert draft(office) == TuningModel(protected=("Jobs",))
    assert 'protected = ["Jobs"]' in office.text("/admin/versions/draft/file")
    kept = upload(office, 'protected = ["Gates"]\n')
    assert (kept.status_code, draft(office).protected) == (422, ("Jobs",)), "a draft goes only when asked for"
    upload(office, 'protected = ["Gates"]\n', replace="1")
    assert draft(office).protected == ("Gates",)


def test_an_upload_that_is_not_the_desks_own_or_no_form_does_nothing(office: Office) -> None:
    assert upload(office, "typos = false\n", token="guessed").status_code == 403
    headers = {**office.cookie, "Content-Type": "multipart/form-data"}
    broken = office.client.simulate_post("/admin/versions/import", headers=headers, body=b"--x\r\n")
    assert broken.status_code == 400
    assert store(office).draft() is None


def test_versions_that_are_not_there_are_404(office: Office) -> None:
    for path in (
        "/admin/versions/99",
        "/admin/versions/x",
        "/admin/versions/99/file",
        "/admin/tuning/nothing",
    ):
        assert office.get(path).status_code == 404
    assert office.get("/admin/versions/compare?from=0&to=draft").status_code == 404
    assert office.post("/admin/versions/99/restore").status_code == 404


# -- parts -------------------------------------------------------------------------------------------


def test_lists_are_merged_by_what_was_changed_in_them() -> None:
    assert merged(["a", "b"], ["b", "a"], ["a", "b"]) == ("b", "a")
    assert merged(["a", "b"], ["a", "c"], ["a", "b", "x"]) == ("a", "x", "c")
    assert merged(["a"], ["a", "x"], ["a", "x"]) == ("a", "x")
    assert lines(" a \r\n\r\nb\rc\t") == ("a", "b", "c")


def test_a_change_finds_its_group_wherever_it_has_moved() -> None:
    other = Synonyms(("x", "y"))
    change = change_of("synonyms", {"key": key_of(NCRI), "words": "NCRI\nthe council"})
    assert change(TuningModel(synonyms=(other, NCRI))).synonyms == (other, Synonyms(("NCRI", "the council")))
    with pytest.raises(NotThere):
        change(TuningModel(synonyms=(other,)))
    with pytest.raises(InvalidTuning):
        change_of("boosts", {"of": "rules:x", "factor": "2"})


def test_changes_are_said_in_words() -> None:
    before = TuningModel(synonyms=(NCRI,), rules=(Rule("r", "q", hide=("x",)),))
    after = TuningModel(
        synonyms=(Synonyms(("a",), ("b",), exact=True, note="n"),),
        rules=(Rule("r", "q", "prefix", redirect="/x", from_="2025-01-01", enabled=False),),
        stop_words={"en": StopWords(("ltd",), ("why",))},
        weights=Weights(title=2.0),
        typos=False,
    )
    said = lines_of(differences(before, after))
    assert ("-", "Synonyms: NCRI, National Council of Resistance of Iran") in said
    assert ("+", "Synonyms: a → b; in exact matches, too (n)") in said
    assert ("-", "Rule for the search “q” (“r”): hides x") in said
    changed = "Rule for searches that begin with “q” (“r”): leads to /x, from 1 January 2025, switched off"
    assert ("+", changed) in said
    assert ("+", "Stop words: English: added ltd; taken out why") in said
    assert ("+", "Weight: Words in the title, 2") in said
    assert ("-", "Typos: on") in said
    assert ("+", "Typos: off") in said
    signs = {sign for sign, _ in file_lines(before, after)}
    assert signs == {"+", "-", " "}
    assert (who("administrator:ada"), who("key:press"), who("operator")) == (
        "ada",
        "the key press",
        "the operator",
    )


def test_changes_and_warnings_name_what_people_know_and_no_ids_or_slugs(office: Office) -> None:
    bread, ferry = office.id_of("bread"), office.id_of("ferry")
    rules = (
        Rule("r1", "noon", pin=(Pin(bread),), hide=(ferry, "gone")),
        Rule("harbour", "harbour", hide=(bread,)),
    )
    category = SITE.categories[0]
    made = TuningModel(rules=rules, boosts=Boosts({category.slug: 2.0, "nowhere": 3.0}))
    store(office).save_draft(made, OPERATOR)
    for path in ("/admin/tuning", "/admin/tuning/preview?run=1"):
        page = unescape(office.text(path))
        assert "Rule for the search “noon” (“r1”): pins “The price of bread” at place 1; " in page
        assert "hides “The ferry runs again”; hides gone" in page
        assert f"Boost of the category: {category.label}, × 2" in page
        assert "The rule for 'noon' ('r1') hides 'gone', which no article of the index has" in page
        assert "The boost of the category 'nowhere' does nothing" in page
        assert bread not in page.split("What the draft changes")[1].split("</ul>")[0]
    waiting = office.text("/admin/tuning/preview")
    assert "2 queries are asked under both tunings, one after another. That takes a second or two." in waiting
    preview = office.text("/admin/tuning/preview?run=1")
    assert "Rule for the search “noon” (“r1”)." in preview
    store(office).publish_draft(OPERATOR)
    assert "pins “The price of bread” at place 1" in office.text("/admin/versions")
    store(office).restore(0, OPERATOR)


def test_what_was_published_is_undone_by_one_click_where_one_lands_and_on_its_page(office: Office) -> None:
    for path in ("/admin/versions", "/admin/versions/{number}"):
        before = store(office).published()
        save(office, "protected", words=f"Jobs\n{path[-3:-1]}")
        landed = office.post("/admin/tuning/publish", {"revision": revision(office)}).headers["location"]
        assert landed.endswith("/admin/versions?done=published")
        made = store(office).published().version
        page = office.text(path.format(number=made.number))
        form = re.search(r'<details class="confirm plain">.*?</details>', page, re.DOTALL)
        assert form is not None
        assert f"Undo version {made.number}…" in form[0]
        action = re.search(r'action="([^"]+)"', form[0])
        assert action is not None
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
        done = office.post(action[1], fields)
        assert done.headers["location"].endswith("/admin/versions?done=restored")
        now = store(office).published()
        assert (now.model, now.version.restored) == (before.model, before.version.number)
        assert now.version.note == f"Undoes version {made.number}."
        assert office.post(action[1], fields).status_code == 409, (
            "what was published since is undone by nobody"
        )


def test_times_say_their_zone_and_authors_are_people(office: Office) -> None:
    save(office, "protected", words="Jobs")
    old = revision(office)
    save(office, "protected", words="Jobs\nGates", was="Jobs")
    answers = [
        office.post("/admin/tuning/publish", {"revision": old}).text,
        save(office, "protected", words="x", revision=old).text,
        office.post("/admin/curation", {"do": "make", "query": "q", "revision": old}).text,
        office.text("/admin/curation"),
        office.text("/admin/tuning"),
    ]
    for page in answers:
        main = page[page.index("<main") :]
        assert re.search(r"<time [^>]+>\d+ \w{3} \d{4}, \d\d:\d\d UTC</time>", main)
        assert "administrator:" not in main
        assert f"Draft {revision(office)}" not in main


def test_a_preview_is_read_in_words() -> None:
    good, bad = Measures(0.9, 1.0, 1.0), Measures(0.5, 0.5, 1.0)
    change = QueryChange(
        "gaol", "asked", 7, 0.5, "better", Side(0, 1.0, measures=bad), Side(3, 2.0, "/x", measures=good),
        (
            Row("n", "/n", "New", None, 1, 1), Row("g", "/g", "Gone", 1, None, 0),
            Row("m", "/m", "Up", 3, 2, None),
        ),
    )  # fmt: skip
    report = PreviewReport(40, 30, 1, 1, 1, 0, Totals(1.0, bad), Totals(2.0, good), (change,), 10.0)
    trial = trial_of(report)
    assert trial.headline == "1 of 30 queries gets another answer: 1 better, 0 worse by what was judged."
    assert trial.remarks == ("Time ran out after 10.0 s: 10 of 40 queries were not tried.",)
    assert [(one.name, one.word) for one in trial.figures] == [
        ("nDCG@10", "better"), ("MRR", "better"), ("Recall@10", "the same"), ("Mean time", "1.00 ms slower"),
    ]  # fmt: skip
    (told,) = trial.changes
    assert told.summary == "1 new (“New”), 1 gone, 1 moved"
    assert told.source == "asked by visitors, 7 sessions"
    assert [place.what for place in told.places] == ["new", "gone", "up 1"]
    assert told.remarks == ("After: visitors are led to /x.",)
