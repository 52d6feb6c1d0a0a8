"""Scores in columns: what each rule counts for each code of the facts that it reads.

Promises: two rows with the same `sums` are the same to a decision that reads the score: least and greatest
total, the first fact that keeps it open, and the first that moves it. Points are whole numbers of one small
unit, so that adding them is exact. Refuses: to make tables; `scores` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from abm_tree.batch.codes import Array


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One rule: entries by the codes of its facts, the last fact's code running fastest."""

    keys: tuple[str, ...]
    sizes: tuple[int, ...]
    low: Array
    high: Array
    open: Array  # which fact keeps it open, from 1 on; 0: none


@dataclass(frozen=True, slots=True)
class SumTable:
    """One scorecard."""

    rules: tuple[RuleTable, ...]
    unknown: bool = True  # else rules are open for what may be answered (1) or for good (2)

    def sums(self, codes: Callable[[str], Array], rows: int) -> tuple[Array, Array, Array, Array]:
        """Least and greatest total, the first open fact, and the first that moves the total.

        Where not `unknown`: the third is 1 with an open rule that may be closed, plus 2 with one that may
        not, and the fourth is how much the latter can move the total.
        """
        low, high = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
        first, moving = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
        for rule in self.rules:
            at = np.zeros(rows, dtype=np.intp)
            for key, size in zip(rule.keys, rule.sizes, strict=True):
                at = at * size + codes(key)
            least, most, open = rule.low.take(at), rule.high.take(at), rule.open.take(at)
            low += least
            high += most
            if not self.unknown:
                first |= open
                moving += np.where(open == 2, most - least, 0)
                continue
            first = np.where(first > 0, first, open)
            moving = np.where((moving > 0) | (least == most), moving, open)
        return low, high, first, moving
