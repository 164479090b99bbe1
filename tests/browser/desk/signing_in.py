"""Signing in at the desk of the running service."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from service.resources.access import COOKIE
from tests.accounts import NAME, PASSWORD, begin_session, give_account


def signed_in(data: Path, address: str, name: str = NAME) -> dict[str, Any]:
    """Options of a window in which an administrator is signed in at the service on ``data``."""
    cookie = {
        "name": COOKIE,
        "value": begin_session(data, name=name),
        "domain": urlsplit(address).hostname,
        "path": "/",
        "httpOnly": True,
        "secure": False,
        "sameSite": "Strict",
        "expires": -1,
    }
    return {"storage_state": {"cookies": [cookie], "origins": []}}


def sign_in(page: Page, data: Path, name: str = NAME, expecting: str = "**/admin") -> None:
    """Sign in by the form, as a person does; who has a second factor is not in yet."""
    give_account(data, name=name)
    page.goto("/admin/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(expecting)
