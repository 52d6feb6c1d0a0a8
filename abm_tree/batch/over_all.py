"""A pass over the whole list, for the facts that only exist within it.

Promises: rows that cannot be read, and rows whose id was there before, take no part. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from abm_tree.batch.stream import Job, Twice, rows_of, which
from abm_tree.batch.tables.ids import Seen
from abm_tree.batch.tables.listing import Listing


def over_all(listing: Listing, passes: Sequence[Any], twice: Mapping[int, str] | None) -> Mapping[int, str]:
    """Give every row to the passes (None: a tree without such facts); the rows whose id was there before."""
    if twice is None:
        # They are not to take part, so they must be known first.
        seen = Seen()
        for rows in rows_of(listing, {}):
            seen.add(rows.numbers)
        found = seen.twice()
        twice = which(Job(listing, ()), found) if len(found) else {}
    for rows in rows_of(listing, twice):
        for at, one in enumerate(passes):
            if one is None:
                continue
            usable = np.ones(rows.count, dtype=bool)
            usable[list(rows.problems(at))] = False
            one.add(rows.views[at], rows.key, rows.count, usable)
    return twice


__all__ = ["Twice", "over_all"]
