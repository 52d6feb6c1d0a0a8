"""What a batch came to, in columns.

Promises: one entry for each row, in the order of the rows; what a row says in words is looked up here.
Refuses: files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from abm_tree.batch.codes import Array, Codes
from abm_tree.batch.table import LIMB, STATUS
from abm_tree.feel.open import Undetermined
from abm_tree.feel.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Rows decided; numbers are places in `outcomes`, `facts`, `errors`, `states`, -1 (0 in sets): none."""

    status: Array  # uint8, places in STATUS
    outcome: Codes
    needs: Codes
    error: Codes
    rested: Array  # bool: whether an `unknown` way was taken
    path: tuple[Array, ...] | None  # limbs of 62 bits, least first; None: ways have no numbers
    sets: Mapping[str, Codes]  # by fact; 0: not set
    outcomes: tuple[str, ...]
    facts: tuple[str, ...]
    errors: tuple[str, ...]
    states: tuple[Value | Undetermined, ...]
    asked: int = 0  # how often the interpreter was asked
    possible: Codes | None = None  # places in `possibles`; None: not asked for
    possibles: tuple[tuple[str, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.status)

    def status_of(self, row: int) -> str:
        """`decided`, `needs`, `waits` or `error`."""
        return STATUS[int(self.status[row])]

    def outcome_of(self, row: int) -> str:
        """The outcome's id, or nothing."""
        at = int(self.outcome[row])
        return self.outcomes[at] if at >= 0 else ""

    def needs_of(self, row: int) -> str:
        """The fact that the row needs, or nothing."""
        at = int(self.needs[row])
        return self.facts[at] if at >= 0 else ""

    def error_of(self, row: int) -> str:
        """Why the row could not be decided, or nothing."""
        at = int(self.error[row])
        return self.errors[at] if at >= 0 else ""

    def path_of(self, row: int) -> int | None:
        """The number of the row's way."""
        if self.path is None:
            return None
        return sum(int(limb[row]) << (LIMB * at) for at, limb in enumerate(self.path))

    def possible_of(self, row: int) -> tuple[str, ...]:
        """The outcomes still possible, in the tree's order; nothing where they were not asked for."""
        return self.possibles[int(self.possible[row])] if self.possible is not None else ()

    def sets_of(self, row: int) -> dict[str, Value | Undetermined]:
        """The facts that the row's outcomes established; undetermined: what their computation lacked."""
        return {key: self.states[int(codes[row])] for key, codes in self.sets.items() if codes[row]}
