"""What administrators may count on."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner

from service.cli import cli
from service.identity.actor import OPERATOR
from service.identity.administrators import FIRST, AdministratorRefused
from service.identity.audit import Audit
from service.identity.identity import open_identity
from service.identity.totp import step_of
from service.store import Database, store_address
from tests.identity.conftest import NAME, PASSWORD, Clock, Desk, Opener, quick

ANOTHER = "quite another long one"


def test_the_first_administrator_is_made_once_by_whoever_is_first(store: str, tmp_path: Path) -> None:
    stores = [Database(store_address(store, tmp_path)) for _ in range(4)]
    clock = Clock()
    made = [open_identity(one, Audit(one, clock), clock, make_hasher=quick).administrators for one in stores]
    told: list[str | None] = []
    threads = [threading.Thread(target=lambda one=one: told.append(one.first())) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(stores)
    assert len([password for password in told if password]) == 1
    assert [one.name for one in made[0].all()] == [FIRST]
    assert made[0].first() is None
    for one in stores:
        one.close()


def test_a_one_time_password_opens_nothing_but_the_change_of_it(desk: Desk) -> None:
    password = desk.service.identity.administrators.add(OPERATOR, "Grace")
    assert desk.sign_in("grace", password).status_code == 303
    assert desk.get("/admin/keys").headers["location"] == "/admin/account"
    assert desk.get("/api/v1/admin/keys").json["code"] == "password_change_needed"
    assert desk.submit("/admin/account", do="totp-begin").status_code == 400
    same = desk.submit("/admin/account", do="password", current=password, new=password, again=password)
    assert same.status_code == 422
    changed = desk.submit("/admin/account", do="password", current=password, new=ANOTHER, again=ANOTHER)
    assert changed.headers["location"] == "/admin/sign-in?changed=1"
    desk.cookie = ""
    assert desk.sign_in("grace", password).status_code == 401
    assert desk.sign_in("grace", ANOTHER).status_code == 303
    assert desk.get("/admin/keys").status_code == 200


def test_a_new_password_ends_every_session(desk: Desk) -> None:
    desk.sign_in()
    elsewhere, desk.cookie = desk.cookie, ""
    desk.sign_in()
    desk.submit("/admin/account", do="password", current=PASSWORD, new=ANOTHER, again=ANOTHER)
    for cookie in (elsewhere, desk.cookie):
        desk.cookie = cookie
        assert desk.get("/admin/account").status_code == 303
    assert "administrator.password" in desk.audited()


UNTAKEN = [
    ({"current": "wrong", "new": ANOTHER, "again": ANOTHER}, "not the password you have"),
    ({"current": PASSWORD, "new": "short", "again": "short"}, "at least 12"),
    ({"current": PASSWORD, "new": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"}, "easily guessed"),
    ({"current": PASSWORD, "new": ANOTHER, "again": "else"}, "not the same"),
    ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "not the one you have"),
]


def test_a_password_that_will_not_do_is_told_and_nothing_changes(plain: Desk) -> None:
    plain.sign_in()
    for fields, said in UNTAKEN:
        answer = plain.submit("/admin/account", do="password", **fields)
        assert answer.status_code == 422
        assert said in answer.text
    plain.cookie = ""
    assert plain.sign_in().status_code == 303


def test_a_session_that_nobody_uses_or_that_is_old_is_over(desk: Desk) -> None:
    desk.sign_in()
    for _ in range(11):
        desk.clock.forward(minutes=59)
        assert desk.get("/admin/account").status_code == 200
    desk.clock.forward(minutes=61)
    assert desk.get("/admin/account").status_code == 303
    desk.sign_in()
    for _ in range(20):
        desk.clock.forward(minutes=40)
        last = desk.get("/admin/account").status_code
    assert last == 303  # twelve hours have gone, whatever was done in them


def test_one_can_sign_out_here_and_elsewhere(plain: Desk) -> None:
    plain.sign_in()
    elsewhere, plain.cookie = plain.cookie, ""
    plain.sign_in()
    found = re.search(r'name="session" value="(\w+)"', plain.get("/admin/account").text)
    assert found
    plain.submit("/admin/account", do="end-session", session=found[1])
    here, plain.cookie = plain.cookie, elsewhere
    assert plain.get("/admin/account").status_code == 303
    plain.cookie = here
    out = plain.submit("/admin/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/admin/sign-in")
    plain.cookie = here
    assert plain.get("/admin/account").status_code == 303


def test_with_a_second_factor_a_code_is_asked_for_and_each_is_good_for_once(desk: Desk) -> None:
    desk.sign_in()
    page = desk.submit("/admin/account", do="totp-begin").text
    assert "<svg" in page
    assert " style=" not in page
    secret = re.search(r"Secret: <code>(\w+)</code>", page)[1]  # type: ignore[index]
    code = pyotp.TOTP(secret)
    begin = {"do": "totp-on", "secret": secret, "current": PASSWORD}
    assert desk.submit("/admin/account", **begin, code="000000").status_code == 422
    assert desk.submit("/admin/account", **begin, code=code.at(desk.clock.now)).status_code == 200
    desk.cookie = ""
    assert "code of your authenticator" in desk.sign_in().text
    replayed = desk.sign_in(code=code.at(desk.clock.now))
    assert replayed.status_code == 401  # it was used to set the factor up
    desk.clock.forward(seconds=30)
    fresh = code.at(desk.clock.now)
    assert desk.sign_in(code=fresh).status_code == 303
    desk.cookie = ""
    assert desk.sign_in(code=fresh).status_code == 401
    assert desk.sign_in(code=code.at(desk.clock.now - timedelta(minutes=1))).status_code == 401
    desk.clock.forward(seconds=90)
    assert desk.sign_in(code=code.at(desk.clock.now)).status_code == 303
    assert desk.submit("/admin/account", do="totp-off", current=PASSWORD).status_code == 200
    desk.cookie = ""
    assert desk.sign_in().status_code == 303


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "12 34 5"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert step_of("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", code, Clock().now, 0) is None


def test_only_who_may_be_is_made_an_administrator(desk: Desk) -> None:
    administrators = desk.service.identity.administrators
    for name in ("", " ", "a b", "<x>", "x" * 101, NAME, NAME.upper()):
        with pytest.raises(AdministratorRefused):
            administrators.add(OPERATOR, name)
    for name in ("nobody", ""):
        with pytest.raises(AdministratorRefused):
            administrators.reset(OPERATOR, name)
        with pytest.raises(AdministratorRefused):
            administrators.remove(OPERATOR, name)


def test_who_is_removed_or_reset_is_out_at_once(desk: Desk) -> None:
    administrators = desk.service.identity.administrators
    for _ in range(6):
        desk.sign_in(password="wrong")
    administrators.reset(OPERATOR, NAME)
    with pytest.raises(AdministratorRefused, match="is the last administrator"):
        administrators.remove(OPERATOR, NAME)
    administrators.add(OPERATOR, "grace")
    administrators.remove(OPERATOR, NAME)
    assert administrators.get(NAME) is None
    assert desk.sign_in().status_code in (401, 429)


def test_of_two_who_remove_each_other_at_the_same_moment_one_stays(desk: Desk) -> None:
    administrators, told = desk.service.identity.administrators, []
    administrators.add(OPERATOR, "grace")

    def remove(name: str) -> None:
        try:
            administrators.remove(OPERATOR, name)
        except AdministratorRefused as error:
            told.append(str(error))

    threads = [threading.Thread(target=remove, args=(name,)) for name in (NAME, "grace")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(administrators.all()) == len(told) == 1
    assert "last administrator" in told[0]


def test_while_the_store_is_away_searches_are_answered_and_the_desk_says_so(opening: Opener) -> None:
    desk = opening()
    desk.sign_in()
    desk.service.database.close()
    for path in desk.data.glob("desk.sqlite3*"):
        path.unlink()
    (desk.data / "desk.sqlite3").mkdir()
    assert desk.get("/api/v1/search", query_string="q=x").status_code in (200, 503)
    assert desk.get("/health/live").status_code == 200
    assert desk.get("/admin/keys").status_code in (503, 507)
    bearer = {"Authorization": "Bearer bs_abcdefgh_" + "x" * 43}
    assert desk.get("/api/v1/admin/keys", headers=bearer).status_code == 503


def test_the_terminal_adds_lists_resets_and_removes(store: str, tmp_path: Path) -> None:
    def broadsheet(*arguments: str, expect: int = 0) -> str:
        done = CliRunner(env={"BROADSHEET_DATABASE": store}).invoke(cli, arguments)
        assert done.exit_code == expect, done.output
        return done.output

    for mistyped in (["admin", "add", "x"], ["admin", "list"], ["keys", "create", "x", "--scope", "index"],
                     ["admin", "reset", "x"], ["keys", "list"], ["keys", "revoke", "x"]):  # fmt: skip
        if store.startswith("sqlite"):
            told = broadsheet(*mistyped, expect=2)
            assert "there is no store at" in told
            assert "store/desk.sqlite3" in told
            assert "`broadsheet serve` makes it" in told
            assert not (tmp_path / "store").exists()
    added = broadsheet("admin", "add", "--create", "grace")
    assert re.search(r"one-time password (\w{5}-){3}\w{5} ", added)
    assert broadsheet("admin", "list").split("\t")[0] == "grace"
    assert "one-time password" in broadsheet("admin", "reset", "grace")
    broadsheet("admin", "reset", "nobody", expect=2)
    key = broadsheet("keys", "create", "a script", "--scope", "index").strip()
    assert re.fullmatch(r"bs_[a-z0-9]{8}_[\w-]{43}", key)
    assert key[:11] in broadsheet("keys", "list")
    assert key[12:] not in broadsheet("keys", "list")
    assert "is revoked" in broadsheet("keys", "revoke", key[:11])
    broadsheet("keys", "revoke", key[:11], expect=2)
    assert "the last administrator" in broadsheet("admin", "remove", "grace", expect=2)
    broadsheet("admin", "add", "ada")
    broadsheet("admin", "remove", "Grace")
    assert broadsheet("admin", "list").split("\t")[0] == "ada"
