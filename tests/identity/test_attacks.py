"""What is tried against the desk is refused, and is in the audit."""

from __future__ import annotations

import io
import json
import re
import time
from urllib.parse import quote

import pytest
import structlog

from service.identity.actor import OPERATOR, SCOPES
from service.identity.passwords import production_hasher
from service.resources.access import COOKIE, SECURE_COOKIE
from tests.identity.conftest import KEY, NAME, PASSWORD, Counting, Desk, Opener


def test_a_thousand_wrong_passwords_are_refused_and_only_the_first_cost_work(desk: Desk) -> None:
    Counting.runs = 0
    began = time.perf_counter()
    answers = [desk.sign_in(password=f"wrong {number}") for number in range(1_000)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[0] == 401
    assert set(statuses[5:]) == {429}
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert Counting.runs <= 6
    assert time.perf_counter() - began < 60
    told = desk.audited()
    assert told.count("sign_in.refused") == 5
    assert "sign_in.wait" in told
    assert "sign_in" not in told
    assert desk.sign_in().status_code == 429  # even with the right one, until the wait is over
    desk.clock.forward(minutes=20)
    assert desk.sign_in().status_code == 303


def test_waits_grow_and_who_hammers_on_meanwhile_does_not_prolong_them(plain: Desk) -> None:
    waits = []
    for _ in range(8):
        while plain.sign_in(password="wrong").status_code == 401:
            pass
        refused = plain.sign_in(password="wrong")
        waits.append(int(refused.headers["retry-after"]))
        plain.clock.forward(seconds=waits[-1] + 1)
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] >= 100  # of the client; a name alone waits a minute at most


def test_a_name_that_nobody_has_takes_as_much_work_and_is_told_the_same(plain: Desk) -> None:
    plain.sign_in("nobody", "wrong")  # the first makes what others are compared with
    Counting.runs = 0
    one = plain.sign_in("nobody else", "wrong")
    assert Counting.runs == 1
    other = plain.sign_in(NAME, "wrong")
    assert Counting.runs == 2
    assert one.status_code == other.status_code == 401
    assert one.text.replace("nobody else", NAME) == other.text


def test_a_password_typed_as_a_name_is_not_kept(plain: Desk) -> None:
    plain.sign_in("my secret password", "wrong")
    entry = plain.service.identity.audit.newest(1)[0]
    assert (entry.action, entry.subject, entry.detail["known_name"]) == ("sign_in.refused", "", False)


def test_the_work_of_a_password_is_at_least_what_owasp_names() -> None:
    hasher = production_hasher()
    assert hasher.type.name == "ID"
    assert hasher.memory_cost >= 19 * 1024
    assert hasher.time_cost >= 2


def test_a_sign_in_begins_a_session_of_its_own_whatever_cookie_it_came_with(desk: Desk) -> None:
    desk.cookie = "A" * 43
    assert desk.sign_in().status_code == 303
    first = desk.cookie
    assert first != "A" * 43
    desk.cookie = "A" * 43
    assert desk.get("/admin/account").status_code == 303
    desk.cookie = first
    desk.sign_in()
    assert desk.cookie != first
    second, desk.cookie = desk.cookie, first
    assert desk.get("/admin/account").status_code == 303  # the old one is over
    desk.cookie = second
    assert desk.get("/admin/account").status_code == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(plain: Desk, scheme: str) -> None:
    answer = plain.client.simulate_post(
        "/admin/sign-in",
        body=f"name={NAME}&password={quote(PASSWORD)}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        protocol=scheme,
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_COOKIE if scheme == 'https' else COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(re.split(r"; ", cookie))
    assert ("Secure" in cookie) == (scheme == "https")
    assert "Domain" not in cookie


def test_the_store_holds_neither_password_nor_session_nor_key(plain: Desk) -> None:
    plain.sign_in()
    key = plain.key("search")
    plain.service.database.close()
    held = b"".join(path.read_bytes() for path in plain.data.glob("desk.sqlite3*"))
    for secret in (PASSWORD, plain.cookie, key, key[12:]):
        assert secret.encode() not in held


NEW = "another long one"
FORMS = [
    ("/admin/account", {"do": "password", "current": PASSWORD, "new": NEW, "again": NEW}),
    ("/admin/account", {"do": "totp-begin"}),
    ("/admin/keys", {"do": "create", "name": "mine", "scopes": "admin"}),
    ("/admin/sign-out", {}),
]  # fmt: skip


def test_a_form_without_the_sessions_token_does_nothing(plain: Desk) -> None:
    plain.sign_in()
    for path, fields in FORMS:
        for token in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "ä"}):
            assert plain.post(path, fields | token).status_code == 403
    assert "csrf.refused" in plain.audited()
    assert plain.get("/admin/account").status_code == 200
    assert not plain.service.identity.keys.all()


def test_a_token_of_another_session_is_none(plain: Desk) -> None:
    plain.sign_in()
    token = plain.token()
    plain.cookie = ""
    plain.sign_in()
    answer = plain.post(
        "/admin/keys", {"do": "create", "name": "mine", "scopes": "admin", "form_token": token}
    )
    assert answer.status_code == 403


FOREIGN = (
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
                {"Origin": "null"}]
)  # fmt: skip


def test_a_form_of_another_site_is_refused_even_with_a_token(plain: Desk) -> None:
    plain.sign_in()
    fields = {"do": "create", "name": "mine", "scopes": "admin", "form_token": plain.token()}
    signing_in = {"name": NAME, "password": PASSWORD}
    for headers in FOREIGN:
        assert plain.post("/admin/keys", fields, headers=headers).status_code == 403
        assert plain.post("/admin/sign-in", signing_in, headers=headers).status_code == 403
    assert plain.audited().count("origin.refused") == 2
    assert plain.post("/admin/keys", fields, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 201


def test_the_api_wants_the_token_of_a_browser_and_not_of_a_key(plain: Desk) -> None:
    plain.sign_in()
    body, kind = json.dumps({"name": "mine", "scopes": ["search"]}), {"Content-Type": "application/json"}
    assert plain.ask("POST", "/api/v1/admin/keys", body=body, headers=kind).json["code"] == "csrf"
    token = {"X-CSRF-Token": plain.token()}
    assert plain.ask("POST", "/api/v1/admin/keys", body=body, headers=kind | token).status_code == 201
    plain.cookie = ""
    assert plain.ask("POST", "/api/v1/admin/keys", body=body, headers=kind | token).status_code == 401
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert plain.ask("POST", "/api/v1/admin/keys", body=body, headers=kind | bearer).status_code == 201


# Every route that asks who may, with the scope that it takes.
GUARDED = [
    ("PUT", "/api/v1/articles/x", "index"),
    ("DELETE", "/api/v1/articles/x", "index"),
    ("POST", "/api/v1/reindex", "index"),
    ("GET", "/api/v1/tasks", "index"),
    ("GET", "/api/v1/tasks/x", "index"),
    ("DELETE", "/api/v1/tasks/x", "index"),
    ("GET", "/api/v1/admin/keys", "admin"),
    ("POST", "/api/v1/admin/keys", "admin"),
    ("DELETE", "/api/v1/admin/keys/x", "admin"),
    ("GET", "/api/v1/admin/audit", "admin"),
    ("GET", "/api/v1/admin/me", ""),  # of any key
    ("GET", "/api/v1/explain", "tune"),
    ("GET", "/api/v1/admin/analytics/x", "tune"),
    ("GET", "/api/v1/admin/evaluations", "tune"),
    ("POST", "/api/v1/admin/evaluations", "tune"),
    ("GET", "/api/v1/admin/judgements", "tune"),
    ("GET", "/api/v1/admin/judgements/x", "tune"),
    ("PUT", "/api/v1/admin/judgements/x", "tune"),
    ("DELETE", "/api/v1/admin/judgements/x", "tune"),
    ("GET", "/api/v1/admin/judgements/x/marks", "tune"),
    ("PUT", "/api/v1/admin/judgements/x/marks", "tune"),
    ("GET", "/api/v1/admin/tuning", "tune"),
    ("PUT", "/api/v1/admin/tuning", "tune"),
    ("GET", "/api/v1/admin/tuning/diff", "tune"),
    ("GET", "/api/v1/admin/tuning/draft", "tune"),
    ("PUT", "/api/v1/admin/tuning/draft", "tune"),
    ("DELETE", "/api/v1/admin/tuning/draft", "tune"),
    ("GET", "/api/v1/admin/tuning/draft/preview", "tune"),
    ("POST", "/api/v1/admin/tuning/draft/publish", "tune"),
    ("GET", "/api/v1/admin/tuning/file", "tune"),
    ("GET", "/api/v1/admin/tuning/versions", "tune"),
    ("GET", "/api/v1/admin/tuning/versions/x", "tune"),
    ("POST", "/api/v1/admin/tuning/versions/x/restore", "tune"),
    ("GET", "/api/v1/search", "search"),
    ("POST", "/api/v1/search", "search"),
    ("GET", "/api/v1/suggest", "suggest"),
    ("GET", "/api/v1/categories", "search"),
    ("GET", "/api/v1/types", "search"),
    ("GET", "/api/v1/articles/x", "search"),
    ("GET", "/api/v1/articles/x/extracted", "search"),
    ("POST", "/api/v1/events", "search"),
    ("GET", "/", "search"),
    ("GET", "/quotes", "search"),
    ("POST", "/quotes", "search"),
]


def test_a_key_of_one_scope_is_refused_on_every_route_of_another(opening: Opener) -> None:
    desk = opening(public_search="0")
    keys = {scope: {"Authorization": f"Bearer {desk.key(scope)}"} for scope in SCOPES}
    for method, path, needed in GUARDED:
        for scope, bearer in keys.items():
            answer = desk.ask(method, path, headers=bearer)
            refused = answer.status_code == 403 and answer.json["code"] == "scope_missing"
            assert refused == (needed not in ("", scope) and scope != "admin"), (method, path, scope)
            assert answer.status_code not in (401, 500), (method, path, scope)
        nobody = desk.ask(method, path, headers={"Accept": "application/json"})
        assert nobody.status_code == 401, (method, path)
        wrong = desk.ask(method, path, headers={"Authorization": "Bearer bs_abcdefgh_" + "x" * 43})
        assert wrong.status_code == 401, (method, path)
    assert desk.service.identity.refusals.settle()
    refusals = [entry for entry in desk.service.identity.audit.newest(1_000) if "refused" in entry.action]
    assert refusals
    assert len(refusals) <= 60  # a flood does not fill the disk
    assert any(entry.detail.get("scope") == "index" for entry in refusals)


def test_every_route_of_the_administrators_is_in_the_table_above(plain: Desk) -> None:
    described = plain.get("/api/v1/openapi.json").json["paths"]
    secured = {
        (method.upper(), path) for path, methods in described.items() for method, about in methods.items()
        if isinstance(about, dict) and "security" in about and method != "head"
    }  # fmt: skip
    tried = {(method, re.sub(r"/x\b", "/{}", path)) for method, path, _ in GUARDED}
    missing = {
        (method, path) for method, path in secured if (method, re.sub(r"{\w+}", "{}", path)) not in tried
    }
    assert not missing


IN_ADDRESS = ["key", "api_key", "apikey", "token", "access_token", "API_KEY", "%6bey"]


def test_a_key_in_the_address_is_refused(plain: Desk) -> None:
    for name in IN_ADDRESS:
        for path in ("/api/v1/search", "/api/v1/admin/keys", "/admin/keys", "/api/v1/tasks"):
            answer = plain.get(path, query_string=f"q=x&{name}={KEY}")
            assert (answer.status_code, answer.json["code"]) == (400, "key_in_address")
            assert KEY not in answer.text
    assert "address.refused" in plain.audited()


def test_a_key_in_an_address_is_never_logged(opening: Opener, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opening(log_queries="1")
    key = desk.key("search")
    written = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(written),
        cache_logger_on_first_use=False,
    )
    try:
        for query in (f"key={key}", f"q={key}", f"q={key.replace('_', '%5f')}", f"api_key={key}&q=secret"):
            desk.get("/api/v1/search", query_string=query)
            desk.get("/", query_string=query)
        desk.get(f"/api/v1/articles/{key}")
        desk.get("/api/v1/search", query_string="q=plain")
    finally:
        structlog.reset_defaults()
    entries = str(desk.service.identity.audit.newest(1_000))
    assert key not in written.getvalue() + entries
    assert key[12:] not in written.getvalue() + entries


def test_a_key_before_the_host_is_refused(plain: Desk) -> None:
    answer = plain.get("/api/v1/search", extras={"RAW_URI": f"http://user:{KEY}@host/api/v1/search"})
    assert (answer.status_code, answer.json["code"]) == (400, "key_in_address")


ELSEWHERE = [
    "https://evil.example/admin", "//evil.example/admin", "/\\evil.example", "/admin/../..//evil.example",
    "/admin//evil.example", "javascript:alert(1)", "/administrator", "/", "", "/admin\r\nSet-Cookie: a=b",
    "/admin/%0d%0aSet-Cookie:%20a=b", "/admin/%2f%2fevil.example", "/admin/sign-in?next=/admin/sign-in",
    "\x00", "http:/admin", "/admin/sign-out", "//[", "//[x]/admin", "http://[::1/admin",
]  # fmt: skip


def test_after_signing_in_one_is_sent_nowhere_but_to_the_desk(plain: Desk) -> None:
    for target in ELSEWHERE:
        answer = plain.sign_in(next=target)
        assert (answer.status_code, answer.headers["location"]) == (303, "/admin"), target
        assert list(answer.cookies) == [COOKIE]
        again = plain.get("/admin/sign-in", query_string=f"next={quote(target)}")
        assert again.headers["location"] == "/admin", target


def test_who_was_sent_to_sign_in_gets_where_they_wanted(plain: Desk) -> None:
    sent = plain.get("/admin/audit", query_string="action=sign_in")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/admin/sign-in?next=/admin/audit%3Faction%3Dsign_in"
    for target in (
        "/admin/search?q=%D8%A7%D8%B9%D8%AF%D8%A7%D9%85", "/admin/curation/iran%20law",
        "/admin/search?q=a&why=https%3A%2F%2Fherald.example%2Fa", "/admin/curation/%D8%A7%D8%B9",
    ):  # fmt: skip
        assert plain.sign_in(next=target).headers["location"] == target
    answer = plain.sign_in(next="/admin/audit?action=sign_in")
    assert answer.headers["location"] == "/admin/audit?action=sign_in"


HOSTILE = '"><script>alert(1)</script><b style="x">'


def test_nothing_of_a_name_or_an_action_reaches_a_page_as_markup(plain: Desk) -> None:
    assert "<script>" not in plain.sign_in(HOSTILE, "wrong").text
    plain.sign_in()
    made = plain.submit("/admin/keys", do="create", name=HOSTILE, scopes="search")
    assert made.status_code == 201
    refused = plain.submit("/admin/keys", do="create", name="x", scopes="search", rate=HOSTILE)
    asked = plain.get("/admin/audit", query_string=f"action={quote(HOSTILE)}")
    for page in (made, refused, asked, plain.get("/admin/keys"), plain.get("/admin/audit")):
        assert "<script>" not in page.text
        assert "<b style" not in page.text


def test_two_cookies_of_the_name_are_none(plain: Desk) -> None:
    plain.sign_in()
    doubled = {"Cookie": f"{COOKIE}={'A' * 43}; {COOKIE}={plain.cookie}"}
    assert plain.get("/admin/account", headers=doubled).status_code == 303


def test_no_form_or_header_makes_the_desk_fail(plain: Desk) -> None:
    plain.sign_in()
    for body in ("%ff=%ff", "name=%00&password=%00", "a=1&" * 3_000, "name[]=x", "\x00"):
        assert plain.post("/admin/sign-in", body).status_code < 500
        assert plain.post("/admin/account", body).status_code < 500
    for cookie in ("\xff", "x" * 5_000, "%00", ""):
        answer = plain.get("/admin/keys", headers={"Cookie": f"{COOKIE}={cookie}"})
        assert answer.status_code == 303
    for query in ("before=x", "before=99999999999999999999", "action=%00", "action=" + "x" * 500):
        assert plain.get("/admin/audit", query_string=query).status_code == 200
    assert OPERATOR.may("admin")
