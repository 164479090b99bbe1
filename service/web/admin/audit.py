"""The audit in words: who did what to which thing, with the way there, and what else its line tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from .figures import number, plural

VISITOR: Final = "visitor"


@dataclass(frozen=True, slots=True)
class Said:
    """How an action is told: ``said`` with ``{}`` for what it was done to; ``plain`` where that is not named.

    ``path`` leads there, with ``{}`` for its name in an address; ``named`` is what the link is called, where
    the name itself says nothing to a person.
    """

    said: str
    path: str = ""
    plain: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """Actions that are looked for together."""

    name: str
    label: str
    actions: Mapping[str, Said]


_ARTICLE: Final = "/admin/articles/{}"
_SET: Final = "/admin/judgements/{}"
_VERSION: Final = "/admin/versions/{}"

KINDS: Final = (
    Kind("tuning", "Tuning and versions", {
        "tuning.draft": Said("saved {} of the tuning", "/admin/tuning", named="the draft"),
        "tuning.drop": Said("dropped {} of the tuning", "/admin/tuning", named="the draft"),
        "tuning.publish": Said("published {} of the tuning", _VERSION),
        "tuning.restore": Said("published an earlier version again, as {} of the tuning", _VERSION),
    }),
    Kind("judgements", "Judgements", {
        "judgements.write": Said("wrote the set of judgements {}", _SET),
        "judgements.drop": Said("removed the set of judgements {}"),
        "judgements.mark": Said("marked an article in the set {}", _SET),
        "evaluate": Said("evaluated the set {}", _SET),
    }),
    Kind("articles", "Articles", {
        "article.remove": Said("removed the article {}", _ARTICLE),
        "article.restore": Said("brought the article {} back", _ARTICLE),
        "article.reread": Said("had the page of the article {} read again", _ARTICLE),
    }),
    Kind("index", "Index and tasks", {
        "index.run": Said("started a run over {}", "/admin/tasks", plain="had the index made anew"),
        "index.check": Said("had catalog and index verified"),
        "index.rollback": Said("rolled the index back from the generation {}", "/admin/index",
                               plain="rolled the index back"),
        "task.cancel": Said("cancelled the task {}", "/admin/tasks/{}"),
    }),
    Kind("keys", "Keys", {
        "key.create": Said("made the key {}", "/admin/keys"),
        "key.revoke": Said("revoked the key {}", "/admin/keys"),
    }),
    Kind("administrators", "Administrators", {
        "administrator.add": Said("added the administrator {}"),
        "administrator.remove": Said("removed the administrator {}"),
        "administrator.reset": Said("gave {} a new one-time password"),
        "administrator.password": Said("changed the password of {}"),
        "administrator.totp_on": Said("turned the second factor of {} on"),
        "administrator.totp_off": Said("turned the second factor of {} off"),
    }),
    Kind("signing-in", "Signing in and out", {
        "sign_in": Said("signed in"),
        "sign_out": Said("signed out"),
        "session.end": Said("ended another session of {}"),
    }),
    Kind("refused", "Refusals", {
        "sign_in.refused": Said("was not let in as {}", plain="was not let in under a name that nobody has"),
        "sign_in.wait": Said("tried to sign in as {} too often, and has to wait",
                             plain="tried to sign in too often, and has to wait"),
        "sign_in.code_asked": Said("signed in as {} without the code, and was asked for it"),
        "sign_in.code_wait": Said("tried codes of {} too often, and has to wait"),
        "csrf.refused": Said("sent a form that is not of this desk or session, to {}"),
        "origin.refused": Said("sent a form from another site, to {}"),
        "address.refused": Said("put a key into an address, with {}"),
        "key.unknown": Said("sent a key that nobody has, with {}"),
        "key.origin_refused": Said("was refused {}: the key is for pages of other origins"),
        "key.scope_refused": Said("was refused {}: the key lacks the scope"),
    }),
)  # fmt: skip
_KNOWN: Final = {action: said for kind in KINDS for action, said in kind.actions.items()}
ACTIONS: Final = frozenset(_KNOWN)


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# What a line tells besides; what is told by the sentence, or is for programs alone, is left out.
_MORE: Final[Mapping[str, Callable[[Any], str]]] = {
    "article": lambda value: f"article {value}",
    "client": lambda value: f"from {value}",
    "digest": lambda _: "",
    "expires_at": lambda value: f"until {value[:10]}" if value else "",
    "grade": lambda value: "the mark taken back" if value is None else "good" if value else "bad",
    "known_name": lambda _: "",
    "more": lambda value: f"and {number(value)} more like it",
    "ndcg": lambda value: f"nDCG {value:.3f}",
    "note": lambda value: f"“{value}”" if value else "",
    "origins": lambda value: f"from pages of {_listed(value)}" if value else "",
    "password": lambda _: "the password was right",
    "questions": lambda value: plural(value, "question"),
    "rate": lambda value: value,
    "rebuild": lambda value: "with a new index" if value else "",
    "restored": lambda value: f"as version {value} was",
    "scope": lambda value: f"{value} was needed",
    "scopes": lambda value: f"may {_listed(value)}",
    "tuning": lambda value: f"under version {value}",
    "url": str,
    "wrong": lambda value: f"wrong {value}",
}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line: who, ``before``, the name of the thing with its address (empty for none), and ``after``."""

    at: str
    who: str
    before: str
    thing: str
    href: str
    after: str
    more: tuple[str, ...]


def person(actor: str) -> str:
    """Whom the store names as ``administrator:ada``, as a sentence begins with them."""
    kind, _, name = actor.partition(":")
    if kind == "administrator" and name:
        return name
    if kind == "key":
        return f"The key {name}".strip()
    return {"operator": "The operator", VISITOR: "Somebody"}.get(actor, actor)


def audit_row(at: str, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> AuditRow:
    """A line of the audit in words. An action that is not known here is told by its own name."""
    said = _KNOWN.get(action, Said(f"{action} {{}}"))
    sentence = said.said if subject or said.named else said.plain or said.said
    before, mark, after = sentence.partition("{}")
    thing = (said.named or subject) if mark else ""
    numbered = [subject] if said.named else []
    told = {name: value for name, value in detail.items() if subject or name != "rebuild"}
    return AuditRow(
        at=at,
        who=person(actor),
        before=before.strip(),
        thing=thing,
        href=_href(said.path, subject) if thing else "",
        after=after.strip(),
        more=tuple(filter(None, (*numbered, *(_told(name, value) for name, value in told.items())))),
    )


def _told(name: str, value: Any) -> str:
    known = _MORE.get(name)
    return known(value) if known else f"{name.replace('_', ' ')}: {_listed(value)}"


def _href(path: str, subject: str) -> str:
    name = subject.removeprefix("version ") if path == _VERSION else subject
    return path.replace("{}", quote(name, safe=""))


def actions_of(kind: str) -> Sequence[str]:
    """The actions of a kind; none for one that is not known, which is to look for all."""
    return next((tuple(one.actions) for one in KINDS if one.name == kind), ())
