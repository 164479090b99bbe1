"""Who acts."""

from __future__ import annotations

from typing import Final, Literal, get_args

from msgspec import Struct

Scope = Literal["search", "suggest", "index", "tune", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
ActorKind = Literal["key", "administrator", "operator", "visitor"]


class Actor(Struct, frozen=True):
    """Who a request comes from, as far as it says so. ``admin`` includes every other scope.

    ``operator`` is who holds the key of the setting ``api_key``, or sits at the terminal of the machine.
    """

    kind: ActorKind
    name: str
    scopes: frozenset[str] = frozenset()

    def may(self, scope: Scope) -> bool:
        """Whether the scope, or ``admin``, is among those given."""
        return scope in self.scopes or "admin" in self.scopes

    @property
    def shown(self) -> str:
        """As the audit log names it."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


OPERATOR: Final = Actor("operator", "", frozenset(SCOPES))
VISITOR: Final = Actor("visitor", "")
