"""What a batch came to, counted block by block.

Promises: counts add up to the rows; the same for any number of threads. Refuses: to print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from abm_tree.batch.columns import Column, Encoder, fresh
from abm_tree.batch.counting import short_of
from abm_tree.batch.held_kinds import Open
from abm_tree.batch.held_up import gathered
from abm_tree.batch.plan import Plan
from abm_tree.batch.table import ERROR, NEEDS, STATUS
from abm_tree.batch.tables.listing import Rows
from abm_tree.batch.tables.out import Decided
from abm_tree.tree.parts import COMPUTED

TOLD = 1000  # errors that are kept as words
SHORT = 40  # characters of a text that could not be read
SPELLINGS = 2000  # different such texts that are counted, for each heading


@dataclass
class Part:
    """One tree's counts, of a block or of all."""

    rows: int = 0
    left_out: int = 0  # by --where
    status: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    needs: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    weights: Counter[str] = field(default_factory=Counter)  # by outcome
    errors: list[str] = field(default_factory=list)  # the first of them
    refused: dict[str, Counter[str]] = field(default_factory=dict)  # texts that could not be read, by heading
    taken: dict[str, Counter[str]] = field(default_factory=dict)  # texts for "unknown", by heading
    others: dict[str, Counter[str]] = field(default_factory=dict)  # texts that no choice has, by heading
    unreadable: int = 0  # rows
    aged: Counter[str] = field(default_factory=Counter)  # values that are too old, or not yet seen, by fact
    unproven: Counter[str] = field(default_factory=Counter)  # values that lack evidence, by fact
    open: Open = field(default_factory=Open)
    asked: int = 0

    @classmethod
    def of(
        cls,
        decided: Decided,
        columns: Mapping[str, Column],
        weights: Any,
        sample: int,
        listed: Rows,
        left_out: int,
        encoders: dict[str, Encoder],
    ) -> Part:
        """The counts of some rows; `encoders` are kept from block to block.

        `sample` 0: only what became of the rows, without what facts they have and what holds them up.
        """
        results, problems, plan = decided.results, decided.problems, decided.plan
        rows = len(results)
        found = cls(rows=rows, left_out=left_out, asked=results.asked, unreadable=len(problems))
        bad = list(problems)
        status = results.status
        if bad:
            status = status.copy()
            status[bad] = ERROR
        _count(found.status, status, STATUS)
        outcome = results.outcome
        if bad:
            outcome = outcome.copy()
            outcome[bad] = -1
        _count(found.outcomes, outcome, results.outcomes)
        for name, count in found.outcomes.items():
            found.verdicts[plan.verdicts.get(name) or "-"] += count
        undecided = status == NEEDS
        if found.status[STATUS[NEEDS]]:
            _count(found.needs, results.needs[undecided], results.facts)
        for key, column in columns.items() if sample else ():
            if key not in plan.facts or plan.fact_defs[key].scope in COMPUTED:
                continue
            known = column.knows()
            count = rows - len(bad)
            if known is not None:
                count = int(np.count_nonzero(known)) - int(np.count_nonzero(known[bad]))
            if count:
                found.filled[key] = count
            if column.dated is not None and count:
                believed = fresh(column, plan.stale_after.get(key), plan.as_of).knows()
                if believed is not None:
                    aged = count - int(np.count_nonzero(believed)) + int(np.count_nonzero(believed[bad]))
                    if aged:
                        found.aged[key] = aged
            if count and (demand := plan.evidence.get(key)) is not None:
                short = short_of(fresh(column, plan.stale_after.get(key), plan.as_of), demand)
                unproven = int(np.count_nonzero(short)) - int(np.count_nonzero(short[bad]))
                if unproven:
                    found.unproven[key] = unproven
        # People of one account may all have its error.
        found.errors = list(
            dict.fromkeys(
                problems[row] if row in problems else results.error_of(row)
                for row in np.flatnonzero(status == ERROR)[:TOLD].tolist()
            )
        )
        for heading, text in listed.refused:
            counts = found.refused.setdefault(heading, Counter())
            if len(counts) < SPELLINGS or text[:SHORT] in counts:
                counts[text[:SHORT]] += 1
        for texts, said in ((listed.taken, found.taken), (listed.others, found.others)):
            for heading, text, count in texts:
                counts = said.setdefault(heading, Counter())
                if len(counts) < SPELLINGS or text.strip()[:SHORT] in counts:
                    counts[text.strip()[:SHORT]] += count
        if sample:
            held = undecided | (results.rested & (status != ERROR))
            found.open = gathered(plan, columns, held, undecided, weights, sample, encoders)
        return found

    def add(self, other: Part) -> None:
        """Take in the counts of further rows."""
        self.rows += other.rows
        self.left_out += other.left_out
        self.asked += other.asked
        for mine, more in (
            (self.status, other.status),
            (self.outcomes, other.outcomes),
            (self.verdicts, other.verdicts),
            (self.needs, other.needs),
            (self.filled, other.filled),
            (self.aged, other.aged),
            (self.unproven, other.unproven),
        ):
            mine.update(more)
        self.errors += other.errors[: TOLD - len(self.errors)]
        for heading, counts in other.refused.items():
            self.refused.setdefault(heading, Counter()).update(counts)
        for mine_said, more_said in ((self.taken, other.taken), (self.others, other.others)):
            for heading, counts in more_said.items():
                mine_said.setdefault(heading, Counter()).update(counts)
        self.unreadable += other.unreadable
        self.open.add(other.open)


@dataclass
class Tally:
    """What a whole run came to."""

    plans: Sequence[Plan]
    read: int = 0  # rows of the list
    blank: int = 0  # lines that were left out
    parts: list[Part] = field(default_factory=list)
    _trailing: int = 0

    def __post_init__(self) -> None:
        self.parts = [Part() for _ in self.plans]

    def add(self, parts: Sequence[Part], rows: int, blank: int, trailing: int) -> None:
        """Take in a block."""
        for mine, more in zip(self.parts, parts, strict=True):
            mine.add(more)
        self.read += rows
        # What is blank counts where rows follow.
        if rows:
            self.blank += self._trailing + blank
            self._trailing = trailing
        else:
            self._trailing += blank + trailing


def _count(counter: Counter[str], codes: Any, names: Sequence[str]) -> None:
    """How often each name's place is there."""
    if codes.dtype == np.uint8:
        counts = [int(np.count_nonzero(codes == code)) for code in range(len(names))]
    else:
        places = codes.astype(np.intp)
        places += 1
        counts = np.bincount(places, minlength=len(names) + 1)[1:].tolist()
    for name, count in zip(names, counts, strict=False):
        if count:
            counter[name] += count
