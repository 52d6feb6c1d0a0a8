"""The flat table: for each row of it and each code, which row comes next and what that adds to the path.

Promises: a walk is a row of look-ups, `targets[base + code]`, until a special row (ask the interpreter,
establish facts) or an exit. A walk adds up a number: the path's own number in its lower bits, and above them
how often it took an `unknown` way; limbs of 62 bits, least first, so that it never overflows. Refuses: to
evaluate.
"""

from __future__ import annotations

from dataclasses import dataclass

from abm_tree.batch.codes import Array, Codes
from abm_tree.space.spots import Passed, Spot

LIMB = 62
DECIDED, NEEDS, WAITS, ERROR = range(4)
STATUS = ("decided", "needs", "waits", "error")

Edge = tuple[int, int]  # where to, and what it adds


@dataclass(frozen=True, slots=True)
class Exit:
    """How a walk ends."""

    status: int
    outcome: str = ""
    needs: str = ""
    spot: Spot = ()  # where an error happened
    message: str | None = None  # of an error; None: it tells of values


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A node that the interpreter decides, once for each combination; edges as in a table."""

    spot: Spot
    reads: tuple[str, ...]
    groups: tuple[str, ...]  # what tells rows apart: facts, and scores as `$n`
    ways: tuple[Edge, ...]
    stuck: Edge | None
    needs: tuple[str, ...]
    exits: int  # what the first exit adds

    def needed(self, fact: str) -> int:
        """What the exit for a needed fact adds."""
        return self.exits + (self.needs.index(fact) if fact in self.needs else len(self.needs) + 1)

    @property
    def waits(self) -> int:
        """What the exit for a wait adds."""
        return self.exits + len(self.needs)

    @property
    def fails(self) -> int:
        """What the exit for an error adds."""
        return self.exits + len(self.needs) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Established:
    """An outcome that establishes facts, and where the walk goes on."""

    passed: Passed
    target: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows 0 to `plain` - 1 are looked up; then come specials, then exits."""

    start: int
    plain: int
    columns: tuple[str, ...]
    maps: tuple[Codes, ...]  # of each column: its coder's codes as those of this table
    column: Array  # of each row: which column's code it looks at
    base: Array  # and where its entries begin
    targets: Array
    increments: tuple[Array, ...]  # by limb
    path_bits: int  # above them: how many `unknown` ways were taken
    bits: int  # of the whole sum
    specials: tuple[Asked | Established, ...]
    exits: tuple[Exit, ...]
    outcomes: tuple[str, ...]

    @property
    def ends(self) -> int:
        """The first exit's number."""
        return self.plain + len(self.specials)


def limbs(number: int, count: int) -> list[int]:
    """A number in limbs, least first."""
    return [(number >> (LIMB * at)) & (2**LIMB - 1) for at in range(count)]
