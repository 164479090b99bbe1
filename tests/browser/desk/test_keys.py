"""Who may: signing in, the account, keys and the audit, as an administrator has them before them."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from service.identity.totp import STEP_SECONDS, code_of
from tests.accounts import NAME, PASSWORD, begin_session, give_account
from tests.browser.conftest import Visits
from tests.browser.desk.looks import LOOKS, look_at
from tests.browser.desk.signing_in import sign_in
from tests.browser.test_look import DESKTOP, PHONE, failures
from tests.service.test_server import until

KEY = "The newsroom's script"


@pytest.fixture(scope="module")
def window(office: Visits, live_folder: Path) -> Page:
    page = office.window(**DESKTOP)
    sign_in(page, live_folder / "data")
    return page


def status(address: str, key: str) -> int:
    bearer = {"Authorization": f"Bearer {key}"}
    return httpx.get(f"{address}/api/v1/admin/tuning", headers=bearer, timeout=30).status_code


def test_who_is_not_signed_in_is_led_to_the_door_and_back(office: Visits, live_folder: Path) -> None:
    give_account(live_folder / "data")
    page = office.window(**PHONE)
    page.goto("/admin/keys")
    page.wait_for_url("**/admin/sign-in?next=/admin/keys")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill("not the password at all")
    office.problems.clear()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    office.problems.clear()  # the browser logs the 401 of the page
    for scheme, device in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(device["viewport"])
        assert failures(page) == [], scheme
    page.context.close()


def test_a_key_is_made_shown_once_used_and_revoked(window: Page, live_service: str) -> None:
    window.goto("/admin/keys")
    window.get_by_label("Name").fill(KEY)
    window.get_by_label("tune").check()
    window.get_by_role("button", name="Make the key").click()
    secret = window.locator("#made").inner_text()
    assert secret.startswith("bs_")
    until(lambda: status(live_service, secret) == 200, "the key to be known")
    window.goto("/admin/keys")
    expect(window.locator("main")).not_to_contain_text(secret)
    row = window.locator("tbody tr", has_text=KEY)
    row.locator("summary").press("Enter")
    window.keyboard.press("Tab")
    expect(row.get_by_role("button", name="Revoke it")).to_be_focused()
    window.keyboard.press("Enter")
    expect(row).to_contain_text("revoked")
    until(lambda: status(live_service, secret) == 401, "the key to be refused")
    window.goto("/admin/audit")
    window.get_by_label("What").select_option(label="Keys")
    window.get_by_role("button", name="Show").click()
    for done in ("made the key", "revoked the key"):
        expect(window.locator("tbody tr", has_text=f"{NAME} {done}").first).to_contain_text(KEY)
    window.get_by_role("link", name=KEY).first.click()
    window.wait_for_url("**/admin/keys")


def test_a_second_factor_is_switched_on_asked_for_and_switched_off(office: Visits, live_folder: Path) -> None:
    page = office.window(**DESKTOP)
    sign_in(page, live_folder / "data", "grace")
    page.goto("/admin/account")
    page.get_by_role("button", name="Set up an authenticator").click()
    secret = page.locator("code").inner_text()
    began = int(time.time()) // STEP_SECONDS
    page.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    page.get_by_label("Code").fill(code_of(secret, began))
    page.get_by_role("button", name="Ask for codes from now on").click()
    expect(page.get_by_role("status")).to_contain_text("From now on a code is asked for.")
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, live_folder / "data", "grace", expecting="**/admin/sign-in")
    expect(page.get_by_role("alert")).to_contain_text("Give the code")
    for code, said in (("000000", "is not right"), (code_of(secret, began), "is not right")):  # that was used
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(code_of(secret, began + 1))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin")
    page.goto("/admin/account")
    page.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_role("status")).to_contain_text("No code is asked for any more.")
    page.context.close()


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(
    office: Visits, live_folder: Path
) -> None:
    page = office.window(**PHONE)
    sign_in(page, live_folder / "data", "grace")
    page.goto("/admin/keys")
    page.get_by_label("Name").fill("typed with care")
    page.get_by_label("search", exact=False).first.check()
    page.context.clear_cookies()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("what you wrote is kept")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Carry on?")).to_be_visible()
    expect(page.locator("main")).to_contain_text("typed with care")
    look_at(page)
    page.get_by_role("button", name="Carry on").click()
    expect(page.locator("#made")).to_contain_text("bs_")
    page.context.close()


@pytest.mark.parametrize("path", ["/admin/keys", "/admin/account", "/admin/audit"])
def test_a_page_owes_its_readers_room_and_contrast(window: Page, live_folder: Path, path: str) -> None:
    begin_session(live_folder / "data")  # a second one, so that the account has one to end
    window.goto(path)
    look_at(window)
