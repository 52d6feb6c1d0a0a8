"""How rows move from one tree's ends to another's, in place of results.

Promises: every row counts once, for the end it has under the first tree and the one under the second; the
rows that move are written in the order of the list, if they are wanted; the same for any number of threads.
Refuses: to know why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from abm_tree.batch.codes import Array
from abm_tree.batch.plan import Plan
from abm_tree.batch.results import Results
from abm_tree.batch.table import DECIDED, ERROR, STATUS
from abm_tree.batch.tables.out import Decided, Field, Layout
from abm_tree.batch.tables.writers import CsvWriter, JsonWriter, Kind, ParquetWriter, Writer

End = tuple[str, str]  # a status, and the outcome
COLUMNS = ("status", "outcome", "verdict", "needs")


class Moves:
    """A writer that counts pairs of ends; `aside` takes the rows that move."""

    def __init__(
        self, renamed: Callable[[End], End], aside: Callable[[Layout, Sequence[Plan]], Writer] | None = None
    ) -> None:
        self._renamed, self._aside = renamed, aside
        self.begin()

    def begin(self) -> None:
        """Forget what was counted."""
        self.rows: Counter[tuple[End, End]] = Counter()
        self.weights: dict[tuple[End, End], float] = {}
        self.writer: Writer | None = None
        self.unread = 0

    def of(self, layout: Layout, plans: Sequence[Plan]) -> Moves:
        """Take a list's results, from its first row on."""
        self.begin()
        if self._aside is not None:
            ids = [one for one in layout.fields if one.kind == "id"]
            pairs = [
                Field(f"{when}_{name}", name, at)
                for at, when in enumerate(("old", "new"))
                for name in COLUMNS
            ]
            self.writer = self._aside(Layout((*ids, *pairs), layout.inert), plans)
        return self

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """The counts of some rows, and those of them that move."""
        old, new = decided[0], decided[1]
        one, ends = _ended(old)
        other, after = _ended(new)
        before = [self._renamed(end) for end in ends]
        pairs = one * len(after) + other
        size = len(before) * len(after)
        counts = np.bincount(pairs, minlength=size)
        sums = None if old.weights is None else np.bincount(pairs, weights=old.weights, minlength=size)
        found = {
            (before[at // len(after)], after[at % len(after)]): (
                int(counts[at]),
                0.0 if sums is None else float(sums[at]),
            )
            for at in np.flatnonzero(counts).tolist()
        }
        unread = len(set(old.problems) | set(new.problems))
        rows = None
        if self.writer is not None:
            moves = np.array([[start != end for end in after] for start in before], dtype=bool).ravel()
            moved = moves[pairs]
            if moved.any():
                mask = pa.array(moved)
                kept = {name: array.filter(mask) for name, array in ids.items()}
                places = np.flatnonzero(moved)
                rows = self.writer.made(kept, [_taken(old, places), _taken(new, places)])
        return found, unread, rows

    def write(self, made: Any) -> None:
        """Add them up."""
        found, unread, rows = made
        for pair, (count, weight) in found.items():
            self.rows[pair] += count
            self.weights[pair] = self.weights.get(pair, 0.0) + weight
        self.unread += unread
        if rows is not None and self.writer is not None:
            self.writer.write(rows)

    def close(self) -> None:
        """End the file."""
        if self.writer is not None:
            self.writer.close()


def writer_of(
    kind: Kind, stream: BinaryIO, layout: Layout, plans: Sequence[Plan], metadata: Mapping[str, str]
) -> Writer:
    """What writes rows of a kind, over what the stream holds."""
    stream.seek(0)
    stream.truncate()
    match kind:
        case Kind.PARQUET:
            return ParquetWriter(stream, layout, plans, metadata)
        case Kind.JSONL:
            return JsonWriter(stream, layout)
        case Kind.CSV:
            return CsvWriter(stream, layout)


def _ended(given: Decided) -> tuple[Array, list[End]]:
    """For each row the place of its end, and what ends there are."""
    results = given.results
    base = len(results.outcomes)
    ends: list[End] = [(STATUS[DECIDED], name) for name in results.outcomes]
    ends += [(name, "") for name in STATUS]
    status = results.status
    if given.problems:
        status = status.copy()
        status[list(given.problems)] = ERROR
    places = base + status.astype(np.int64)
    decided = (status == DECIDED) & (results.outcome >= 0)
    places[decided] = results.outcome[decided]
    return places, ends


def _taken(given: Decided, places: Array) -> Decided:
    """The rows at some places."""
    found = given.results
    moved = {int(row): at for at, row in enumerate(places.tolist())} if given.problems else {}
    results = Results(
        found.status[places],
        found.outcome[places],
        found.needs[places],
        found.error[places],
        found.rested[places],
        None,
        {},
        found.outcomes,
        found.facts,
        found.errors,
        found.states,
    )
    problems = {moved[row]: words for row, words in given.problems.items() if row in moved}
    return replace(given, results=results, problems=problems, paths=None)
