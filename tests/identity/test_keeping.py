"""What was sent when a session had ended comes back to its writer alone, and does nothing by itself."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import event

from service.identity.actor import OPERATOR
from service.resources.access import COOKIE
from service.resources.admin.session import MAX_FORM
from tests.identity.conftest import NAME, PASSWORD, Desk

FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Referer": "http://falconframework.org/admin/keys"}
FIELDS = {"do": "create", "name": "the script, typed at length", "scopes": "search", "form_who": NAME}
HOSTILE = '"><script>alert(1)</script></textarea><img src=x onerror=y>'


def kept_in(page: str) -> str:
    """What the sign-in page carries of a form; empty for nothing."""
    found = re.search(r'name="kept" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def form_in(page: str) -> tuple[str, dict[str, str]]:
    """Where the form of the question leads, and its fields."""
    found = re.search(r'<form class="one" method="post" action="([^"]*)">(.*?)</form>', page, re.DOTALL)
    assert found, page
    pairs = re.findall(r'name="(\w+)" value="([^"]*)"', found[2])
    pairs += re.findall(r'<textarea hidden name="(\w+)"[^>]*>\n?(.*?)</textarea>', found[2], re.DOTALL)
    return html.unescape(found[1]), {name: html.unescape(value) for name, value in pairs}


def ended(desk: Desk, fields: dict[str, str] = FIELDS, path: str = "/admin/keys") -> str:
    """Send a form of the desk after the session has ended; gives the page that answers."""
    desk.sign_in()
    sent = fields | {"form_token": desk.token()}
    desk.clock.forward(hours=2)
    answer = desk.post(path, sent, headers=FROM_HERE)
    assert answer.status_code == 401
    desk.cookie = ""
    return answer.text


def packed(**changes: Any) -> str:
    """A kept form as nobody but an attacker would make it."""
    own = {"who": NAME, "action": "/admin/keys", "back": "/admin", "fields": [["do", "create"]]}
    return json.dumps(own | changes)


def test_what_was_typed_is_there_again_after_signing_in_and_done_when_it_is_confirmed(desk: Desk) -> None:
    page = ended(desk, FIELDS | {"origins": "\n a &amp; b\n"})
    assert "what you wrote is kept" in page
    assert f'value="{NAME}"' in page
    wrong = desk.sign_in(password="wrong", kept=kept_in(page))
    assert (wrong.status_code, kept_in(wrong.text)) == (401, kept_in(page))
    assert "is still kept" in wrong.text
    asked = desk.sign_in(kept=kept_in(wrong.text), next="/admin/keys")
    assert (asked.status_code, asked.headers["cache-control"]) == (200, "no-store")
    assert "the script, typed at length" in asked.text
    assert 'href="/admin/keys">Leave it' in asked.text
    assert desk.service.identity.keys.all() == []
    action, fields = form_in(asked.text)
    assert (action, fields["origins"]) == ("/admin/keys", "\n a &amp; b\n")
    assert desk.post(action, fields | {"origins": ""}, headers=FROM_HERE).status_code == 201
    assert [key.name for key in desk.service.identity.keys.all()] == ["the script, typed at length"]


def test_a_form_of_the_session_before_asks_instead_of_losing_what_was_typed(plain: Desk) -> None:
    plain.sign_in()
    fields = FIELDS | {"form_token": plain.token()}
    plain.cookie = ""
    plain.sign_in()  # as in another window
    asked = plain.post("/admin/keys", fields, headers=FROM_HERE)
    assert asked.status_code == 403
    assert plain.service.identity.keys.all() == []
    action, again = form_in(asked.text)
    assert plain.post(action, again).status_code == 201
    for changed in ({"form_who": "grace"}, {"form_who": ""}):
        assert (
            'action="/admin/keys"' not in plain.post("/admin/keys", fields | changed, headers=FROM_HERE).text
        )


def test_the_question_says_what_is_to_be_revoked(desk: Desk) -> None:
    page = ended(desk, {"do": "revoke", "key": "k1", "name": "the old script", "form_who": NAME})
    assert "the old script" in desk.sign_in(kept=kept_in(page)).text
    desk.sign_in()
    made = desk.post("/admin/keys", FIELDS | {"form_token": desk.token()}, headers=FROM_HERE)
    assert f'name="name" value="{FIELDS["name"]}"' in made.text, "the form sends it"


def test_it_comes_back_to_no_other_account(plain: Desk) -> None:
    plain.service.identity.administrators.add(OPERATOR, "grace")
    plain.service.identity.administrators.change_password(OPERATOR, "grace", "another long secret")
    kept = kept_in(ended(plain))
    answer = plain.sign_in("grace", "another long secret", kept=kept)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin?done=not-yours")
    assert "typed at length" not in answer.text
    assert "another administrator" in plain.get("/admin", query_string="done=not-yours").text


def test_a_one_time_password_is_changed_first_and_nothing_is_lost(plain: Desk) -> None:
    kept = kept_in(ended(plain))
    once = plain.service.identity.administrators.reset(OPERATOR, NAME)
    asked = plain.sign_in(password=once, kept=kept)
    assert 'href="/admin/account"' in asked.text
    action, fields = form_in(asked.text)
    early = plain.post(action, fields, headers=FROM_HERE)
    assert "the script, typed at length" in early.text
    new = "quite another long one"
    plain.submit("/admin/account", do="password", current=once, new=new, again=new)
    page = plain.post(action, fields, headers=FROM_HERE).text
    assert plain.sign_in(password=new, kept=kept_in(page)).status_code == 200


SECRETS = {"do": "password", "current": PASSWORD, "new": "another long one", "again": "another long one"}


def test_passwords_and_codes_are_never_kept(plain: Desk) -> None:
    page = ended(plain, SECRETS | {"form_who": NAME}, "/admin/account")
    assert "another long one" not in page
    assert PASSWORD not in page
    assert not kept_in(page)
    assert "never kept" in page
    also = kept_in(ended(plain, FIELDS | {"password": PASSWORD, "code": "123456"}))
    assert PASSWORD not in also
    assert "123456" not in also
    assert "form_token" not in also


def test_what_another_site_sends_is_not_kept_and_what_it_brings_is_not_taken(plain: Desk) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {},
    ):
        answer = plain.post("/admin/keys", FIELDS, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/admin/sign-in?next=/admin")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    signing_in = {"name": NAME, "password": PASSWORD, "kept": packed()}
    assert plain.post("/admin/sign-in", signing_in, headers=foreign).status_code == 403
    _, fields = form_in(plain.sign_in(kept=kept_in(ended(plain))).text)
    assert plain.post("/admin/keys", fields, headers=foreign).status_code == 403
    plain.get("/admin/sign-in", query_string=urlencode({"kept": packed()}))
    assert plain.service.identity.keys.all() == []


NOWHERE = [
    "https://evil.example/admin/keys", "//evil.example/admin/keys", "/\\evil.example", "javascript:alert(1)",
    "", "/admin", "/admin/account", "/admin/sign-in", "/admin/sign-out", "/admin/%61ccount",
    "/admin/sign%2Dout", "/admin/../api/v1/reindex", "/admin/%2e%2e/x", "/admin//evil.example",
    "/admin/%2f%2fevil.example/keys",
    "/admin/audit", "/admin/no/such/form", "/api/v1/admin/keys", "/administrator", "/admin/keys#x",
    "/admin/keys\r\nSet-Cookie: a=b", "/admin/keys?a=\"><script>", "/admin/keys/", "/admin/%ff%fe", 7,
]  # fmt: skip


def test_it_leads_nowhere_but_to_a_form_of_the_desk(plain: Desk) -> None:
    for action in NOWHERE:
        answer = plain.sign_in(kept=packed(action=action))
        assert (answer.status_code, answer.headers["location"]) == (303, "/admin"), action
    assert form_in(plain.sign_in(kept=packed(action="/admin/keys?a=1")).text)[0] == "/admin/keys?a=1"
    for back in ("https://evil.example", "javascript:alert(1)", "//evil.example"):
        assert 'href="/admin">Leave it' in plain.sign_in(kept=packed(back=back)).text


UNREAD = [
    "x", "[]", "{}", "null", packed(who=3), packed(fields=[["form_token", "x"]]), packed(fields=[["a"]]),
    packed(fields=[["password", "x"]]), packed(more=1), packed(fields=[["a", "b"]] * 2_001), "[" * 10_000,
    packed(fields=[["a", "x" * MAX_FORM]]), '{"who":"\\ud800"}',
]  # fmt: skip


def test_what_the_desk_has_not_kept_is_not_taken(plain: Desk) -> None:
    for kept in UNREAD:
        answer = plain.sign_in(kept=kept)
        assert (answer.status_code, answer.headers["location"]) == (303, "/admin"), kept[:50]


def test_nothing_that_is_kept_reaches_a_page_as_markup(plain: Desk) -> None:
    page = ended(plain, FIELDS | {"name": HOSTILE, HOSTILE: HOSTILE, "form_who": NAME})
    asked = plain.sign_in(kept=kept_in(page)).text
    for text in (page, asked, plain.sign_in(password="x", kept=packed(who=HOSTILE, back=HOSTILE)).text):
        assert "<script>alert" not in text
        assert "<img" not in text.replace('<img src="/static/', "")
    assert form_in(asked)[1]["name"] == HOSTILE


def test_what_is_too_long_to_be_kept_is_told(plain: Desk) -> None:
    long = FIELDS | {"name": "x" * (MAX_FORM - 500)}
    assert "too long or of a kind that is not kept" in ended(plain, long)
    assert not kept_in(ended(plain, long))
    kept = kept_in(ended(plain, FIELDS | {"name": "ß" * (MAX_FORM // 8)}))
    assert len(form_in(plain.sign_in(kept=kept).text)[1]["name"]) == MAX_FORM // 8


def test_an_address_of_the_desk_at_which_nothing_is_has_its_own_page(plain: Desk) -> None:
    page = {"Accept": "text/html"}
    away = plain.get("/admin/nope", headers=page)
    assert (away.status_code, away.headers["location"]) == (303, "/admin/sign-in?next=/admin/nope")
    plain.sign_in()
    for path, status in (("/admin/nope", 404), ("/admin/nope/x", 404), ("/admin/index/verify", 405)):
        answer = plain.get(path, headers=page)
        assert answer.status_code == status
        assert 'aria-label="Sections"' in answer.text
        assert "noindex" in answer.headers["x-robots-tag"]
    typed = plain.get("/admin/audit/", headers=page)
    assert (typed.status_code, typed.headers["location"]) == (303, "/admin/audit")
    assert plain.get("/administrator", headers=page).status_code == 404
    assert "Sections" not in plain.get("/nope", headers=page).text
    assert plain.get("/admin/nope", headers={"Accept": "application/json"}).json["code"] == "not_found"
    assert plain.post("/admin/nope", {}, headers=page | {"Cookie": f"{COOKIE}=x"}).status_code == 404


def test_who_is_signed_in_is_read_once_for_a_request(plain: Desk) -> None:
    plain.sign_in()
    fields = {"do": "end-session", "session": "none", "form_token": plain.token()}
    engine = plain.service.database._opened()
    said: list[str] = []

    def listen(*given: Any) -> None:
        said.append(given[2])

    event.listen(engine, "before_cursor_execute", listen)
    for ask in (lambda: plain.get("/admin/keys"), lambda: plain.post("/admin/account", fields)):
        said.clear()
        assert ask().status_code == 200
        assert len([text for text in said if "must_change" in text and "FROM sessions" in text]) == 1, said


FORMS = [
    "/admin/tuning/synonyms", "/admin/curation", "/admin/curation/NCRI", "/admin/versions/import",
    "/admin/judgements/the set", "/admin/articles/x1/remove", "/admin/search/mark",
    "/admin/versions/3/restore",
]  # fmt: skip


def test_every_path_that_takes_a_form_is_known(plain: Desk) -> None:
    for path in FORMS:
        asked = plain.sign_in(kept=packed(action=path.replace(" ", "%20"), fields=[["note", "a b"]]))
        assert asked.status_code == 200, path


def test_a_file_that_was_sent_is_kept_as_its_text(plain: Desk) -> None:
    parts = {"form_who": NAME, "text": "", "file": 'note = "brought in"\n'}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items()
    )
    headers = FROM_HERE | {"Content-Type": "multipart/form-data; boundary=x"}
    page = plain.ask("POST", "/admin/versions/import", body=f"{body}--x--\r\n", headers=headers)
    action, fields = form_in(plain.sign_in(kept=kept_in(page.text)).text)
    assert (action, fields["file"]) == ("/admin/versions/import", 'note = "brought in"\n')
