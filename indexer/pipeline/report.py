"""What a run did, in numbers and in lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..sources.page import Failure

Stage = Literal["reading", "indexing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``done`` of ``total`` (``None``: not known) pages or articles.

    ``of`` is the name of the source being read, or empty while indexing.
    """

    stage: Stage
    done: int
    total: int | None
    of: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What changed in the catalog, what failed, and where the index stands now.

    ``replaced`` are articles that are out because another source's stands for their address; each says
    which. ``withdrawn`` are pages whose article was removed by hand: they stay out until the page changes.
    ``passed`` are pages that are no articles: listings, log-in forms, redirects.
    ``repaired`` says what was wrong with an index that had to be made anew, unasked.
    ``generation`` names the live generation, empty when there is none; ``sequence`` is what it has
    applied. With ``dry_run`` the numbers say what would have happened.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    failed: tuple[Failure, ...]
    seconds: float
    generation: str
    sequence: int
    dry_run: bool
    withdrawn: int = 0
    replaced: tuple[Failure, ...] = ()
    repaired: str = ""
    passed: tuple[Failure, ...] = ()

    @property
    def exit_status(self) -> int:
        """0, or 1 when anything failed."""
        return 1 if self.failed else 0


@dataclass
class Tally:
    """The numbers of a report while they are counted."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    withdrawn: int = 0
    failed: list[Failure] = field(default_factory=list)
    replaced: list[Failure] = field(default_factory=list)
    passed: list[Failure] = field(default_factory=list)
    repaired: str = ""

    def report(self, seconds: float, generation: str, sequence: int, *, dry_run: bool) -> BuildReport:
        """The finished report."""
        return BuildReport(
            self.added,
            self.changed,
            self.unchanged,
            self.removed,
            tuple(self.failed),
            seconds,
            generation,
            sequence,
            dry_run,
            self.withdrawn,
            tuple(self.replaced),
            self.repaired,
            tuple(self.passed),
        )
