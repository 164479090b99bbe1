"""Make the one file of the search box that is served, out of its parts.

    python tools/make_script.py            write service/web/static/search-box.js
    python tools/make_script.py --check    exit status 1 when that file is not what the parts make

The parts, service/web/search-box/*.js and service/web/search-box.js, are plain scripts that share one
scope, so that a type checker reads them together. They are joined in one function, with the words of
service/web/strings that they say and the style sheet put into their places. terser and esbuild make it small.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from service.resources.media import SearchMedia, SuggestionMedia, SuggestMedia  # noqa: E402
from service.search.request import FacetValue, Highlight, LabelledValue  # noqa: E402
from service.web.strings import COUNTED, LANGUAGES, STRINGS  # noqa: E402  the path has to be known first

WEB: Final = ROOT / "service" / "web"
MADE: Final = WEB / "static" / "search-box.js"
NODE: Final = ROOT / ".venv" / "bin" / "node"
MODULES: Final = ROOT / ".venv" / "node" / "node_modules"
# How a script and a style sheet are made small.
SMALLER: Final = {
    "js": (NODE, MODULES / "terser/bin/terser", "--ecma=2022", "--compress=passes=3", "--mangle"),
    "css": (MODULES / "esbuild/bin/esbuild", "--loader=css", "--minify"),
}
# In the order in which they use each other.
PARTS: Final = ("words", "dom", "asking", "panel", "combobox", "sheet", "settings", "page", "box")
HEAD: Final = "// Broadsheet, by make script\n"
_TABLE: Final = "const TABLE = {};"
_STYLE: Final = 'const STYLE = "";'
ANSWERS: Final = (SearchMedia, SuggestMedia, SuggestionMedia, FacetValue, Highlight, LabelledValue)
# Members of our classes, and what has its name from elsewhere: fields of answers, and whatever is quoted.
_MEMBER: Final = re.compile(r"this\.(\w+) =|^  (?:async |get )?(\w+)\([^\n]*\) \{$", re.MULTILINE)
_QUOTED: Final = re.compile(r"[\"'`]([^\"'`\n]*)[\"'`]")
_COMMENT: Final = re.compile(r"/\*[\s\S]*?\*/|(?:^|\s)//[^\n]*")
_KEY: Final = re.compile(r"[{,]\s*(\w+):")  # of an object: an attribute, perhaps
_SAID: Final = re.compile(r'(?:say|tell|counted)\(\s*"([a-z_]+)"|"(box_[a-z_]+|quotes)"')


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` compare it."""
    made = script()
    if arguments == ["--check"]:
        same = MADE.is_file() and MADE.read_text("utf-8") == made
        if not same:
            sys.stderr.write(f"{MADE.relative_to(ROOT)} is not what its parts make: run make script\n")
        return 0 if same else 1
    MADE.write_text(made, encoding="utf-8")
    return 0


def script() -> str:
    """The script as it is served."""
    source = "\n".join(path.read_text("utf-8") for path in sources())
    source = put(source, _TABLE, f"const TABLE = {compact(words(source))};")
    style = small((WEB / "search-box" / "search-box.css").read_text("utf-8"), "css")
    source = put(source, _STYLE, f"const STYLE = {compact(style.strip())};")
    members = f"--mangle-props=regex=/^({'|'.join(own_members())})$/"
    return HEAD + small(f'(() => {{\n"use strict";\n{source}\n}})();\n', "js", members)


def sources() -> list[Path]:
    """The parts in their order."""
    return [*(WEB / "search-box" / f"{name}.js" for name in PARTS), WEB / "search-box.js"]


def own_members() -> list[str]:
    """Members that nobody but our classes names. terser gives them short names; the browser's it knows."""
    source = "\n".join(path.read_text("utf-8") for path in sources())
    named = {name for found in _MEMBER.findall(source) for name in found if name}
    code = _COMMENT.sub("", source)
    quotable = re.sub(r"\$\{[^}]*\}", "", code)  # what stands in a text's places is code
    quoted = {*re.findall(r"\w+", " ".join(_QUOTED.findall(quotable))), *_KEY.findall(code)}
    answered = {field.encode_name for media in ANSWERS for field in msgspec.structs.fields(media)}
    return sorted(named - quoted - answered)


def put(source: str, place: str, value: str) -> str:
    """``source`` with a value in the one place for it.

    Raises:
        ValueError: there is no such place, or more than one.
    """
    before, found, after = source.partition(place)
    if not found or place in after:
        raise ValueError(f"the script has not one place {place!r}")
    return before + value + after


def words(source: str) -> dict[str, list[str]]:
    """What the script says: the keys that stand in it, and their texts in the same order, by language."""
    said = sorted({key for found in _SAID.findall(source) for key in found if key})
    tables = {lang: dict(STRINGS[lang]) | _forms(COUNTED[lang]) for lang in LANGUAGES}
    every = sorted(set().union(*tables.values()))
    keys = [key for key in every if key.partition(".")[0] in said]
    return {"keys": keys} | {lang: [table.get(key, "") for key in keys] for lang, table in tables.items()}


def _forms(counted: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Every form of a plural under a key of its own."""
    return {f"{key}.{form}": text for key, forms in counted.items() for form, text in forms.items()}


def compact(value: object) -> str:
    """A value as JSON without a space too many."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def small(text: str, kind: str, *more: str) -> str:
    """A script or style sheet without what only people read."""
    command = [*map(str, SMALLER[kind]), *more]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
