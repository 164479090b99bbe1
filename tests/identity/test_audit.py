"""The audit as people read it: every action in a sentence, with the way to what it was done to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import service
from service.identity.actor import OPERATOR, VISITOR, Actor
from service.web.admin.audit import ACTIONS, KINDS, audit_row
from tests.identity.conftest import NAME, Desk

ACTION = re.compile(r"[a-z_]+\.[a-z_]+|sign_in|sign_out|evaluate")


def written() -> Iterator[str]:
    """The actions that the source writes into the audit."""
    for path in Path(service.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                parts = node.args if node.func.attr in ("note", "_refused") else []
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "action":
                parts = [node.value]
            for part in parts:
                for one in ast.walk(part):
                    if (
                        isinstance(one, ast.Constant)
                        and isinstance(one.value, str)
                        and ACTION.fullmatch(one.value)
                    ):
                        yield one.value


def test_every_action_that_is_written_has_its_sentence_and_none_besides() -> None:
    assert set(written()) == ACTIONS


SENTENCES = [
    ("administrator:maryam", "tuning.draft", "revision 9", {},
     "maryam saved|the draft|of the tuning|/admin/tuning"),
    ("administrator:ada", "tuning.publish", "version 9", {"note": "for May"},
     "ada published|version 9|of the tuning|/admin/versions/9"),
    ("key:press", "judgements.mark", "a set", {"article": "x1", "grade": 0},
     "The key press marked an article in the set|a set||/admin/judgements/a%20set"),
    ("administrator:ada", "article.remove", "a/b", {"url": "https://x"},
     "ada removed the article|a/b||/admin/articles/a%2Fb"),
    ("operator", "administrator.add", "grace", {}, "The operator added the administrator|grace||"),
    ("visitor", "sign_in.refused", "", {"known_name": False},
     "Somebody was not let in under a name that nobody has|||"),
    ("administrator:ada", "index.run", "", {"rebuild": True}, "ada had the index made anew|||"),
    ("administrator:ada", "index.run", "folder", {"rebuild": False},
     "ada started a run over|folder||/admin/tasks"),
    ("administrator:ada", "of.tomorrow", "x", {"a_b": [1, 2]}, "ada of.tomorrow|x||"),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "action", "subject", "detail", "said"), SENTENCES)
def test_a_line_is_a_sentence_with_a_way(
    actor: str, action: str, subject: str, detail: dict[str, object], said: str
) -> None:
    row = audit_row("2026-05-01T12:00:00+00:00", actor, action, subject, detail)
    assert "|".join((f"{row.who} {row.before}", row.thing, row.after, row.href)) == said


def test_what_changed_is_told_in_short() -> None:
    detail = {
        "scopes": ["search"],
        "origins": [],
        "rate": "",
        "expires_at": "2027-01-01T00:00:00",
        "a_b": [1, 2],
    }
    row = audit_row("", "operator", "key.create", "bs_x press", detail)
    assert row.more == ("may search", "until 2027-01-01", "a b: 1, 2")
    refused = {"client": "::1", "known_name": True, "wrong": "code", "password": "right", "more": 1_200}
    told = audit_row("", "visitor", "sign_in.refused", "ada", refused).more
    assert told == ("from ::1", "wrong code", "the password was right", "and 1,200 more like it")
    assert audit_row("", "operator", "tuning.draft", "revision 9", {"digest": "x"}).more == ("revision 9",)


def test_lines_are_found_by_person_and_kind_under_readable_names(desk: Desk) -> None:
    desk.sign_in()
    audit = desk.service.identity.audit
    audit.note(Actor("administrator", "maryam"), "tuning.draft", "revision 9")
    audit.note(OPERATOR, "evaluate", "golden")
    audit.note(VISITOR, "origin.refused", "/admin/keys")
    page = desk.get("/admin/audit").text
    for name, shown in (
        ("administrator:maryam", "maryam"),
        ("operator", "The operator"),
        ("visitor", "Somebody"),
    ):
        assert f'<option value="{name}">{shown}</option>' in page
    assert all(f'<option value="{kind.name}">{kind.label}</option>' in page for kind in KINDS)
    assert "<code>" not in page

    def rows(**query: str) -> list[str]:
        text = desk.get("/admin/audit", params=query).text
        assert all(
            f'<option value="{value}" selected>' in text for value in query.values() if value != "nope"
        )
        return re.findall(r'class="told"><b><bdi>([^<]*)', text)

    assert rows(who="administrator:maryam") == ["maryam"]
    assert set(rows(kind="judgements")) == {"The operator"}
    assert rows(kind="judgements", who="visitor") == []
    assert rows(who="administrator:gone") == []
    assert len(rows(kind="nope")) == len(rows())
    assert set(rows(kind="signing-in")) == {NAME}


def test_older_lines_are_of_the_same_search(plain: Desk) -> None:
    plain.sign_in()
    for number in range(101):
        plain.service.identity.audit.note(OPERATOR, "evaluate", f"set {number}")
    page = plain.get("/admin/audit", params={"who": "operator", "kind": "judgements"}).text
    older = re.search(r'href="/admin/audit\?([^"]*)" rel="next"', page)
    assert older
    last = plain.get("/admin/audit", query_string=older[1].replace("&amp;", "&")).text
    assert re.findall(r"<bdi>(set \d+)</bdi>", last) == ["set 0"]
