"""What is somebody's own is told by its look, in any digits and with anything between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analytics.privacy import sensitive

WORDS = st.sampled_from(["", "call ", "wer ist ", "شماره ", "my number is "])
BETWEEN = st.sampled_from(
    ["", ":", "|", "*", "=", "~", "\\", "•", "\u2212", " ** ", " ", "-", ".", "/", " - ", "\u200e", "–"]
)  # fmt: skip
ZERO = st.sampled_from(["0", "۰", "٠", "०", "０"])


@given(WORDS, st.lists(st.integers(0, 9), min_size=9, max_size=19), BETWEEN, ZERO)
def test_long_numbers_are_never_kept(before: str, digits: list[int], between: str, zero: str) -> None:
    numbers = [chr(ord(zero) + digit) for digit in digits]
    text = before + between.join("".join(numbers[at : at + 3]) for at in range(0, len(numbers), 3))
    plain = "".join(map(str, digits))
    if not (plain.startswith(("1", "2")) and len(digits) < 12):  # may be days, such as 2020-01-01
        assert sensitive(text)


@given(WORDS, st.from_regex(r"[a-z0-9._+]{1,20}@[a-z0-9]{1,20}\.(org|de|ir)", fullmatch=True))
def test_addresses_of_mail_are_never_kept(before: str, address: str) -> None:
    assert sensitive(before + address)


@pytest.mark.parametrize(
    "text",
    [
        "DE89 3704 0044 0532 0130 00", "gb29nwbk60161331926819", "https://ada:secret@example.org/",
        "www.example.org",
        "ada at [at] example.org", "ada (at) example.org", "sk-test-4f9Xa81bQz77", "A1B2C3D4E5F6",
        "0049(170)1234567",
        "x" * 200, "4111,1111,1111,1111", "1900 2000 1900 2000", "ada＠example.org", "۰۹۱۲ ۳۴۵ ۶۷۸۹",
        "4111:1111:1111:1111", "0912:345:6789", "4111\u22121111\u22121111\u22121111", "1|2|3|4|5|6",
        "john.smith at gmail.com", "john.smith@", "john smith gmail.com", "john smith at example dot org",
        "john smith gmail com", "411,111,111,111,111",
    ],
)  # fmt: skip
def test_what_is_a_persons_own(text: str) -> None:
    assert sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "human rights", "1988 massacre", "elections 2024", "2024-02-01", "resolution 1325", "covid-19",
        "حقوق بشر",
        "1979-1988", "2020 2021", "19 people", "article 18", "۱۳۸۸", "c++", "R&D", "01.02.2024",
        "100,000 people", "۱۰۰٬۰۰۰ نفر", "1,000,000",
        "1979\u22121988", "women at work", "mail", "art at the louvre",
        "web design", "live at wembley",
    ],
)  # fmt: skip
def test_what_people_look_for_is_not(text: str) -> None:
    assert not sensitive(text)
