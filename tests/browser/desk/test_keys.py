"""Who may: signing in, the account, keys and the audit, as an administrator has them before them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.accounts import NAME, begin_session, give_account
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
    for action in ("key.create", "key.revoke"):
        expect(window.locator("tbody tr", has_text=action).first).to_contain_text(NAME)


@pytest.mark.parametrize("path", ["/admin/keys", "/admin/account", "/admin/audit"])
def test_a_page_owes_its_readers_room_and_contrast(window: Page, live_folder: Path, path: str) -> None:
    begin_session(live_folder / "data")  # a second one, so that the account has one to end
    window.goto(path)
    look_at(window)
