"""What a page of another site is given to have the search box: a script tag, with or without a form."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from .page import static_address
from .phrases import DEFAULT_LANGUAGE, phrases

SCRIPT: Final = "search-box.js"

_TAG: Final = Markup(
    '<script defer src="{source}"\n  integrity="{digest}" crossorigin="anonymous"{more}></script>\n'
)
_FORM: Final = Markup(
    '<broadsheet-search lang="{lang}">\n'
    '  <form role="search" action="{address}/">\n'
    '    <input type="search" name="q" aria-label="{name}" placeholder="{hint}">\n'
    "    <button>{search}</button>\n"
    "  </form>\n"
    "</broadsheet-search>\n"
)


@cache
def integrity() -> str:
    """The script's digest as the attribute ``integrity`` has it: a browser runs no other script then."""
    content = files(__package__).joinpath("static", SCRIPT).read_bytes()
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def snippet(address: str, lang: str | None, *, form: bool) -> str:
    """The HTML to paste for a service at ``address``, which has no slash at its end.

    With ``form`` a plain form stands in it, which serves where the script does not run. Without one
    the box comes where the tag stands.
    """
    spoken = Markup(' data-lang="{}"').format(lang) if lang else ""
    more = "" if form else Markup('\n  data-place="here"') + spoken
    source = f"{address}{static_address(SCRIPT)}"
    tag = _TAG.format(source=source, digest=integrity(), more=more)
    lang = lang or DEFAULT_LANGUAGE  # of the words in the form
    say = phrases(lang)
    words = {"name": say("query_label"), "hint": say("placeholder"), "search": say("search")}
    return tag + _FORM.format(lang=lang, address=address, **words) if form else tag
