"""What an operation promises: parameters, body, answers. Read by the OpenAPI description. Free of Falcon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .parameters import Parameter

JSON: Final = "application/json"
HTML: Final = "text/html"
FORM: Final = "application/x-www-form-urlencoded"
TEXT: Final = "text/plain"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route.

    ``status`` and ``media`` (a struct, or the media type of something that is not JSON) are the
    good answer; ``problems`` the statuses of the others. ``bodies`` maps a media type of the
    request body to its struct, or to ``None`` for plain bytes. ``headers`` are response headers
    worth knowing, ``conditional`` says that ``If-None-Match`` is understood, ``moves`` that
    the answer may be the address to ask instead. ``leads_to`` are
    (operation id, path parameter, member of the answer that fills it).
    """

    summary: str
    media: type[Any] | str
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = ()
    bodies: Mapping[str, type[Any] | None] | None = None
    body_required: bool = True
    secured: bool = False
    conditional: bool = False
    moves: bool = False
    headers: tuple[str, ...] = ()
    leads_to: tuple[tuple[str, str, str], ...] = ()
