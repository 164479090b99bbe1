"""What is wrong with a question, in the page's language and with a way to where it is put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from markupsafe import Markup

from indexer.errors import Message, MessageValue

from .phrases import Phrases
from .state import Fault, Problem

# Parameter at fault -> (text that names it, the element to go to).
_PLACES: Final = {
    "q": ("query_label", "q"),
    "exact": ("generic", "generic"),
    "in": ("generic", "generic"),
    "type": ("types", "types"),
    "category": ("categories", "categories"),
    "lang": ("languages", "languages"),
    "tag": ("tags", ""),
    "author": ("authors", ""),
    "from": ("from", "from"),
    "to": ("to", "to"),
    "sort": ("sort", "sort"),
    "page": ("pages", ""),
    "per_page": ("per_page", ""),
    "text": ("quote_label", "text"),
}

# What may be chosen -> the text that stands beside its box.
_CHOICES: Final = {
    "sort": {"relevance": "relevance", "newest": "newest", "oldest": "oldest"},
    "in": {"title": "in_title", "content": "in_content", "exact": "exact"},
}


def faults_of(problem: Problem, say: Phrases) -> Iterator[Markup]:
    """Each thing that is wrong, behind the name of the parameter it is about."""
    for fault in problem.faults:
        yield say("fault", where=_place(fault.parameter, say), what=said(fault, say))
    if not problem.faults:
        yield said(Fault("", problem.detail, problem.messages), say)


def _place(parameter: str, say: Phrases) -> Markup | str:
    key, anchor = _PLACES.get(parameter, ("", ""))
    name = say(key) if key else Markup("<bdi>{}</bdi>").format(parameter)
    return Markup('<a href="#{}">{}</a>').format(anchor, name) if anchor else name


def said(fault: Fault, say: Phrases) -> Markup:
    """What is wrong in the page's language; in English where the page has no words for it."""
    keys = [f"fault_{message.code}" for message in fault.messages]
    if not keys or not all(map(say.knows, keys)):
        return Markup('<span lang="en" dir="ltr">{}</span>').format(fault.detail)
    sentences = zip(keys, fault.messages, strict=True)
    return Markup(" ").join(say(key, **_named(message, fault.parameter, say)) for key, message in sentences)


def _named(message: Message, parameter: str, say: Phrases) -> dict[str, Markup | str]:
    return {name: _written(value, parameter, say) for name, value in message.values.items()}


def _written(value: MessageValue, parameter: str, say: Phrases) -> Markup | str:
    match value:
        case int():
            return say.number(value)
        case date():
            return say.day(value.isoformat())
        case str():
            return say.quoted(_known_as(value, parameter, say))
        case tuple():
            words = (_known_as(word, parameter, say) for word in value)
            return say.listed(Markup("<bdi>{}</bdi>").format(word) for word in words)


def _known_as(value: str, parameter: str, say: Phrases) -> str:
    """A language by its name in the page's, a choice as the form has it, anything else as it is written."""
    if parameter == "lang":
        return say.language(value, value)
    key = _CHOICES.get(parameter, {}).get(value)
    return say(key) if key else value
