"""Numbers, sizes and times as the desk writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

NONE: Final = "–"
_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")
_SHORTEST: Final = 0.1
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_TONGUES: Final = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French",
    "it": "Italian", "ku": "Kurdish", "nl": "Dutch", "pt": "Portuguese", "ru": "Russian", "tr": "Turkish",
}  # fmt: skip


def number(value: float) -> str:
    """A number with thousands apart: ``12,345``; at most one decimal."""
    whole = isinstance(value, int) or float(value).is_integer()
    return f"{int(value):,}" if whole else f"{value:,.1f}"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 article``, ``12 articles``; ``many`` where that is not made with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def in_bytes(size: float) -> str:
    """A size in the unit that needs at most three digits before the point: ``4.2 MB``."""
    for unit in _UNITS[:-1]:
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {_UNITS[-1]}"


def share(part: float, whole: float = 1.0) -> str:
    """A share in percent: ``12 %``; a dash where there is no whole."""
    if not whole:
        return NONE
    percent = 100 * part / whole
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


def who(author: str) -> str:
    """Whom the store names as ``administrator:ada``, as people say it: ``ada``, ``the key press``."""
    kind, _, name = author.partition(":")
    if kind == "administrator" and name:
        return name
    return f"the {kind} {name}".strip() if kind in ("key", "operator") else author


def tongue(code: str) -> str:
    """The name of a language; of one without a name here, its code."""
    return _TONGUES.get(code, code)


def seconds(value: float | None) -> str:
    """A duration: ``0.4 s``, ``2 min 05 s``, ``1 h 10 min``; a dash for none."""
    if value is None:
        return NONE
    if value < _SHORTEST:
        return f"< {_SHORTEST} s"
    if value < _MINUTE:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // _MINUTE} h {minutes % _MINUTE:02} min"


def day(text: str) -> str:
    """An ISO day, or the day of an ISO time, as ``21 January 2025``; what is no day stays as it is."""
    when = _read(text)
    return f"{when.day} {when:%B %Y}" if when else text or NONE


def shortday(text: str) -> Markup:
    """As :func:`day`, to stand in a table: ``21 Jan 2025``, in one line."""
    when = _read(text)
    if when is None:
        return Markup("{}").format(text or NONE)
    return Markup('<time datetime="{}">{} {}</time>').format(
        when.date().isoformat(), when.day, f"{when:%b %Y}"
    )


def moment(text: str | None, now: datetime | None = None) -> Markup:
    """An ISO time as a ``<time>`` that reads ``21 Jan 2025, 10:00 UTC``; a dash for none.

    With ``now`` it reads as how long ago that was.
    """
    when = _read(text or "")
    if when is None:
        return Markup("{}").format(text or NONE)
    exact = moment_in_words(text)
    shown = ago((now - when).total_seconds()) if now else exact
    utc = when.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(utc, exact, shown)


def moment_in_words(text: str | None) -> str:
    """An ISO time as plain text: ``21 Jan 2025, 10:00 UTC``."""
    when = _read(text or "")
    if when is None:
        return text or NONE
    utc = when.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"


def ago(passed: float) -> str:
    """How long ago something was, in the coarsest words that tell."""
    if passed < _MINUTE:
        return "just now"
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if passed >= unit:
            return f"{plural(int(passed // unit), name)} ago"
    return "just now"


def between(start: str | None, end: str | None) -> float | None:
    """Seconds between two ISO times; ``None`` when one has not come."""
    first, last = _read(start or ""), _read(end or "")
    return (last - first).total_seconds() if first and last else None


def _read(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
