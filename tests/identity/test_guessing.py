"""Who guesses gets nowhere, and keeps nobody out."""

from __future__ import annotations

import sqlite3
import time
from datetime import timedelta

import pyotp

from service.identity.actor import OPERATOR
from service.identity.identity import LastUses
from service.identity.signing_in import Refused
from tests.identity.conftest import NAME, PASSWORD, Desk

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enter(desk: Desk, password: str, code: str = "", client: str = "192.0.2.1", name: str = NAME) -> str:
    """How a try ends: ``in``, ``wrong``, ``code`` or ``wait``."""
    entered = desk.service.identity.signing_in.enter(name, password, code, client)
    return entered.why if isinstance(entered, Refused) else "in"


def test_who_knows_the_password_is_stopped_at_the_code(plain: Desk) -> None:
    plain.service.identity.administrators.totp_on(OPERATOR, NAME, SECRET, 0)
    right = {pyotp.TOTP(SECRET).at(plain.clock.now + timedelta(seconds=step)) for step in (-30, 0, 30)}
    told: list[str] = []
    for number in range(800):
        client = f"192.0.{number % 50}.1"  # from many addresses, which alone would wait for none
        if number % 10 == 0:
            assert enter(plain, PASSWORD, "", client) in ("code", "wait")
        code = f"{number:06}"
        told.append(enter(plain, PASSWORD, code if code not in right else "999999", client))
    assert told.count("wrong") <= 6
    assert set(told[20:]) == {"wait"}
    lines = {entry.action: entry.detail for entry in plain.service.identity.audit.newest(50)}
    assert plain.service.identity.refusals.settle()
    assert lines["sign_in.refused"]["wrong"] == "code"
    assert {"sign_in.code_asked", "sign_in.code_wait"} <= set(plain.audited())


def test_who_was_asked_for_a_code_is_not_held_for_that(plain: Desk) -> None:
    plain.service.identity.administrators.totp_on(OPERATOR, NAME, SECRET, 0)
    assert [enter(plain, PASSWORD) for _ in range(12)] == ["code"] * 12
    assert enter(plain, PASSWORD, pyotp.TOTP(SECRET).at(plain.clock.now)) == "in"


def test_the_right_password_takes_back_no_wrong_one(plain: Desk) -> None:
    plain.service.identity.administrators.totp_on(OPERATOR, NAME, SECRET, 0)
    told = []
    for _ in range(5):
        told.append(enter(plain, "wrong"))
        told.append(enter(plain, PASSWORD))
    assert told[:9] == ["wrong", "code"] * 4 + ["wrong"]
    assert told[9] == "wait"


def test_an_administrator_is_kept_out_by_nobody(desk: Desk) -> None:
    began = desk.clock.now
    guesses = 0
    answers: list[str] = []
    for second in range(150):
        if enter(desk, "wrong", client=f"192.0.{second % 40}.1") == "wrong":
            guesses += 1
        if second >= 30:  # the administrator, from an address that was never seen, tries each few seconds
            if second % 5 == 0:
                answers.append(enter(desk, PASSWORD, client="203.0.113.5"))
            if "in" in answers:
                break
        desk.clock.forward(seconds=1)
    assert answers[-1] == "in"
    assert (desk.clock.now - began).total_seconds() <= 30 + 65
    assert guesses < 60


def test_each_of_many_addresses_waits_longer_and_longer(plain: Desk) -> None:
    guesses = 0
    for _ in range(60):
        for number in range(10):
            guesses += enter(plain, "wrong", client=f"192.0.{number}.1") == "wrong"
        plain.clock.forward(minutes=1)
    assert guesses < 10 * 20


def test_a_password_typed_as_a_name_is_in_no_table(plain: Desk) -> None:
    typed = "correct horse battery"
    for _ in range(8):
        enter(plain, "x", name=typed)
    assert "sign_in.wait" in plain.audited()
    with sqlite3.connect(plain.data / "desk.sqlite3") as store:
        assert typed not in "".join(store.iterdump())
    store.close()


def test_setting_the_second_factor_ends_the_other_sessions(plain: Desk) -> None:
    plain.sign_in()
    elsewhere, plain.cookie = plain.cookie, ""
    plain.sign_in()
    here = plain.cookie
    code = pyotp.TOTP(SECRET).at(plain.clock.now)
    fields = {"do": "totp-on", "secret": SECRET, "current": PASSWORD, "code": code}
    assert plain.submit("/admin/account", **fields).status_code == 200
    assert plain.get("/admin/account").status_code == 200
    plain.cookie = elsewhere
    assert plain.get("/admin/account").status_code == 303
    plain.cookie = ""
    plain.clock.forward(minutes=1)
    assert plain.sign_in(code=pyotp.TOTP(SECRET).at(plain.clock.now)).status_code == 303
    elsewhere, plain.cookie = plain.cookie, here
    assert plain.submit("/admin/account", do="totp-off", current=PASSWORD).status_code == 200
    plain.cookie = elsewhere
    assert plain.get("/admin/account").status_code == 303


def test_who_only_looks_waits_for_no_writer(plain: Desk) -> None:
    plain.sign_in()
    sessions = plain.service.identity.sessions
    plain.clock.forward(minutes=50)
    other = sqlite3.connect(plain.data / "desk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        assert plain.get("/admin/account").status_code == 200
        assert time.monotonic() - began < 2
    finally:
        other.execute("ROLLBACK")
        other.close()
    LastUses(sessions).stop()
    assert sessions.of(NAME)[0].seen_at.startswith(plain.clock.now.isoformat()[:16])
    plain.clock.forward(minutes=50)
    assert plain.get("/admin/account").status_code == 200
