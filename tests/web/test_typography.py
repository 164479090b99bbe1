"""Titles are printed with curly quotes, and nothing else of them changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.typography import printed


@pytest.mark.parametrize(
    ("typed", "lang", "seen"),
    [
        ("Luther's writings", "en", "Luther’s writings"),
        ("Seamans' establishment", "en", "Seamans’ establishment"),
        ('The "West Side" of Fresno', "en", "The “West Side” of Fresno"),
        ('"The Islamic State", formerly', "en", "“The Islamic State”, formerly"),
        ("The 'No to Execution Tuesdays' Campaign", "en", "The ‘No to Execution Tuesdays’ Campaign"),
        ("""'"No" to all' ("Q")""", "en", "‘“No” to all’ (“Q”)"),
        ("A song of the '90s", "en", "A song of the ’90s"),
        ("L'homme \"libre\"", "fr", "L’homme \"libre\""),
        ("‘As’ it “was”", "en", "‘As’ it “was”"),
        ("", "en", ""),
    ],
)  # fmt: skip
def test_quotes_are_set(typed: str, lang: str, seen: str) -> None:
    assert printed(typed, lang) == seen


@given(st.text(alphabet=st.sampled_from("ab '\"(–9s’“"), max_size=30), st.sampled_from(["en", "fr", "und"]))
def test_a_title_keeps_its_length_and_all_but_its_quotes(typed: str, lang: str) -> None:
    """Ranges of highlights are counted in what was typed."""
    seen = printed(typed, lang)
    assert len(seen) == len(typed)
    changed = {(old, new) for old, new in zip(typed, seen, strict=True) if old != new}
    assert changed <= {("'", "‘"), ("'", "’"), ('"', "“"), ('"', "”")}
    assert printed(seen, lang) == seen
