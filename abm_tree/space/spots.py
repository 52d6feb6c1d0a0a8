"""Places of an inlined tree."""

from __future__ import annotations

from dataclasses import dataclass

Spot = tuple[str, ...]  # calling nodes, then the node
END: Spot = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """An outcome that establishes facts, and the calls that lead to its tree."""

    calls: Spot
    outcome: str
