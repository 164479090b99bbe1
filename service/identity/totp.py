"""Codes of an authenticator, RFC 6238: six digits, a new one each 30 seconds, and each good for once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
SLACK: Final = 1  # steps that a telephone's clock may be wrong by


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, name: str, issuer: str) -> str:
    """What an authenticator reads from the picture: an ``otpauth://`` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def code_of(secret: str, step: int) -> str:
    """The code of a step of time."""
    return pyotp.TOTP(secret).generate_otp(step)


def step_of(secret: str, code: str, now: datetime, used: int) -> int | None:
    """The step of time whose code it is, when that is later than ``used``; ``None`` for any other."""
    code = "".join(code.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    step = int(now.timestamp()) // STEP_SECONDS
    right = [
        near
        for near in range(step - SLACK, step + SLACK + 1)
        if pyotp.utils.strings_equal(code_of(secret, near), code)
    ]
    return next((near for near in right if near > used), None)
