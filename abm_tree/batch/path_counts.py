"""How often each way was taken, in place of results.

Promises: one number a way, whatever the size of the list; rows that could not be read are counted apart; the
same for any number of threads. Refuses: trees whose ways have no numbers; `countable` says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from abm_tree.batch.table import LIMB
from abm_tree.batch.tables.out import Decided


class PathCounts:
    """A writer that writes nothing and counts ways."""

    def __init__(self) -> None:
        self.ways: Counter[int] = Counter()
        self.unread = 0
        self.countable = True

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """The ways of some rows, each once, with how often it was taken."""
        one = decided[0]
        path, problems = one.results.path, list(one.problems)
        if path is None:
            return None, len(problems)
        limbs = np.stack([np.asarray(limb, dtype=np.int64) for limb in path])
        if problems:
            limbs = np.delete(limbs, problems, axis=1)
        if len(limbs) == 1:
            numbers, counts = np.unique(limbs[0], return_counts=True)
            return dict(zip(numbers.tolist(), counts.tolist(), strict=True)), len(problems)
        order = np.lexsort(limbs)
        limbs = limbs[:, order]
        new = np.ones(limbs.shape[1], dtype=bool)
        new[1:] = (limbs[:, 1:] != limbs[:, :-1]).any(axis=0)
        firsts = np.flatnonzero(new)
        counts = np.diff([*firsts.tolist(), limbs.shape[1]])
        found = [
            sum(part << (LIMB * at) for at, part in enumerate(parts)) for parts in limbs[:, firsts].T.tolist()
        ]
        return dict(zip(found, counts.tolist(), strict=True)), len(problems)

    def write(self, rows: Any) -> None:
        """Add them up."""
        found, unread = rows
        self.unread += unread
        if found is None:
            self.countable = False
        else:
            self.ways.update(found)

    def settle(self) -> None:
        """Nothing is under way."""

    def close(self) -> None:
        """Nothing comes at the end."""
