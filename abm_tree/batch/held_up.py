"""What holds a list up: which single fact would let most undecided accounts be decided.

Promises: a fact settles a row if every value of it decides the row; that is tried with one value of each
stretch that the tree can tell apart, by the kernel itself. Where values cannot be told by codes, nothing is
claimed. Refuses: to try more than `TRIALS` rows; of how many rows something is said is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.counting import counting, supposed
from abm_tree.batch.kernel import Runner
from abm_tree.batch.merged import taken
from abm_tree.batch.plan import Plan
from abm_tree.batch.table import DECIDED, Asked
from abm_tree.feel.values import Value
from abm_tree.space.codes import FIRST, UNKNOWN
from abm_tree.tree.parts import COMPUTED, Fact

TRIALS = 150_000  # rows that are tried: so many kinds of undecided rows are looked at
KEPT = 300_000  # kinds that are held; beyond, the list is too varied for more to say more
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Undecided rows, those that a tree cannot tell apart as one."""

    marks: Array  # uint64
    codes: Array  # facts x kinds
    needs: Array  # undecided, and not only decided without knowing
    rows: Array
    weight: Array

    @classmethod
    def of(cls, codes: Array, needs: Array, rows: Array, weight: Array) -> Kinds:
        """Rows put together."""
        marks = needs.astype(np.uint64)
        for one in codes:
            marks ^= one.astype(np.uint64)
            marks *= _MIX
            marks ^= marks >> np.uint64(31)
        marks, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
        at = inverse.reshape(-1)
        return cls(
            marks,
            codes[:, first],
            needs[first],
            np.bincount(at, weights=rows, minlength=len(marks)),
            np.bincount(at, weights=weight, minlength=len(marks)),
        )


@dataclass
class Open:
    """The rows whose decision lacks a fact, by kind."""

    rows: int = 0  # all of them
    weight: float = 0.0
    needs: int = 0  # of which undecided
    parts: list[Kinds] = field(default_factory=list)
    _held: int = 0

    def add(self, other: Open) -> None:
        """Take in those of further rows."""
        self.rows += other.rows
        self.weight += other.weight
        self.needs += other.needs
        if self._held > KEPT:
            return
        self.parts += other.parts
        self._held += sum(len(part.marks) for part in other.parts)

    def kinds(self) -> Kinds | None:
        """All kinds; None where there are none."""
        if not self.parts:
            return None
        if len(self.parts) > 1:
            joined = [
                np.concatenate([getattr(one, name) for one in self.parts], axis=-1)
                for name in ("codes", "needs", "rows", "weight")
            ]
            self.parts = [Kinds.of(*joined)]
        return self.parts[0]


@dataclass(frozen=True, slots=True)
class Lever:
    """What one fact would do."""

    fact: str
    settles: int  # rows that it changes and decides, whatever its value
    weight: float  # of these
    matters: int  # rows in which some value of it changes what comes out
    outcomes: tuple[tuple[str, int], ...]  # what rows that it settles can still come to, most frequent first


def asked_of(plan: Plan) -> tuple[str, ...]:
    """The facts whose values codes tell, so that they can be tried."""
    if plan.table is None:
        return ()
    computed = {key for number in plan.numbers.values() for key in number.inputs}
    return tuple(
        key
        for key in plan.facts
        if key in plan.coders
        and key not in computed
        and not plan.coders[key].opaque
        and plan.fact_defs[key].scope not in COMPUTED
    )


def coded_of(plan: Plan) -> tuple[str, ...]:
    """The facts that codes tell apart, be it only whether they are known."""
    return tuple(key for key in plan.facts if key in plan.coders)


def _exact(plan: Plan) -> list[tuple[str, ...]]:
    """Facts whose values themselves count, where all of a group are known: they cannot be told by codes."""
    found = [number.inputs for number in plan.numbers.values()]
    for one in plan.table.specials if plan.table is not None else ():
        if isinstance(one, Asked):
            found += [(key,) for key in (*one.reads, *one.groups) if key in plan.facts and _valued(plan, key)]
    return list(dict.fromkeys(found))


def _valued(plan: Plan, key: str) -> bool:
    return key not in plan.coders or plan.coders[key].opaque


def gathered(
    plan: Plan,
    columns: Mapping[str, Column],
    held: Array,
    needs: Array,
    weights: Array | None,
    sample: int,
    encoders: dict[str, Encoder] | None = None,
) -> Open:
    """The rows of a block that lack something, by kind; `encoders` are kept from block to block."""
    encoders = {} if encoders is None else encoders
    rows = np.flatnonzero(held)
    found = Open(rows=len(rows), needs=int(needs[rows].sum()))
    if weights is not None:
        found.weight = float(weights[rows].sum())
    if sample > 1:
        rows = rows[::sample]
    if not len(rows) or plan.table is None:
        return found
    keys = coded_of(plan)
    codes = np.zeros((len(keys), len(rows)), dtype=np.int32)
    parts = {
        key: counting(
            taken(columns[key], rows), plan.stale_after.get(key), plan.evidence.get(key), plan.as_of
        )
        for key in dict.fromkeys((*keys, *(key for group in _exact(plan) for key in group)))
        if key in columns
    }
    for at, key in enumerate(keys):
        if key in parts:
            coder = plan.coders[key]
            encoder = encoders.get(key)
            if encoder is None:
                encoder = Encoder(coder, np.arange(coder.size, dtype=np.int32), np.int32)
                encoders[key] = encoder
            if encoder.encode(parts[key], codes[at]):
                codes[at][codes[at] == encoder.stray] = -1
    for group in _exact(plan):
        # What such a row comes to, codes do not tell.
        if all(key in parts for key in group):
            there = np.ones(len(rows), dtype=bool)
            for key in group:
                known = parts[key].knows()
                there &= True if known is None else known
            codes[:, there] = -1
    weight = np.zeros(len(rows)) if weights is None else weights[rows]
    found.parts = [Kinds.of(codes, needs[rows], np.ones(len(rows)), weight)]
    return found


def weights_of(column: Column) -> Array:
    """A number for each row; 0 where there is none."""
    if column.kind in ("int", "float"):
        numbers = column.data.astype(np.float64)
    elif column.kind == "codes":
        table = np.array([float(one) if isinstance(one, Decimal) else 0.0 for one in column.values] or [0.0])
        numbers = table.take(column.data, mode="clip")
    else:
        return np.zeros(len(column))
    known = column.knows()
    return np.nan_to_num(numbers if known is None else np.where(known, numbers, 0.0))


def levers(plan: Plan, open: Open) -> tuple[list[Lever], int]:
    """The facts that would do something, the strongest first; and of how many rows that is said."""
    keys = coded_of(plan)
    witnesses = {
        key: [None, None, *(plan.coders[key].example(code) for code in range(FIRST, plan.coders[key].size))]
        for key in keys
    }
    tried = {key: _values(plan, key) for key in asked_of(plan)}
    kinds = open.kinds()
    if kinds is None or not any(tried.values()):
        return [], 0
    # The marks are as good as dice: where there are too many kinds, those taken are any.
    sizes = np.zeros(len(kinds.marks), dtype=np.int64)
    for at, key in enumerate(keys):
        sizes += (kinds.codes[at] == UNKNOWN) * len(tried.get(key, ()))
    taken_in = np.flatnonzero((np.cumsum(sizes) <= TRIALS) & (kinds.codes >= 0).all(axis=0))
    if not len(taken_in):
        return [], 0
    codes, needs = kinds.codes[:, taken_in], kinds.needs[taken_in]
    rows, weight = kinds.rows[taken_in], kinds.weight[taken_in]
    which, fact, value = (
        [np.arange(len(taken_in))],
        [np.full(len(taken_in), -1)],
        [np.zeros(len(taken_in), np.int64)],
    )
    places: list[tuple[int, Array, slice]] = []
    start = len(taken_in)
    for at, key in enumerate(keys):
        count = len(tried.get(key, ()))
        lacking = np.flatnonzero(codes[at] == UNKNOWN)
        if not count or not len(lacking):
            continue
        which.append(np.repeat(lacking, count))
        fact.append(np.full(len(lacking) * count, at))
        value.append(np.tile(np.arange(count), len(lacking)))
        places.append((at, lacking, slice(start, start + len(lacking) * count)))
        start += len(lacking) * count
    of, facts, values = np.concatenate(which), np.concatenate(fact), np.concatenate(value)
    columns = {}
    for at, key in enumerate(keys):
        known = codes[at][of]
        data = np.where(known == UNKNOWN, -1, known).astype(np.int32)
        data = np.where(facts == at, len(witnesses[key]) + values, data).astype(np.int32)
        # What is tried is what would count.
        proof = supposed(len(data)) if key in plan.evidence else None
        columns[key] = Column("codes", data, (*witnesses[key], *tried.get(key, ())), evidence=proof)
    results = Runner(plan).run(columns, len(of))
    decided = (results.status == DECIDED) & (needs[of] | ~results.rested)
    same = results.status == results.status[of]
    for part in (results.outcome, results.needs):
        same &= part == part[of]
    found = []
    for at, lacking, cut in places:
        shape = (len(lacking), -1)
        matters = ~same[cut].reshape(shape).all(axis=1)
        # Where no value of it changes anything, there is nothing to find out.
        settles = decided[cut].reshape(shape).all(axis=1) & matters
        ends = results.outcome[cut].reshape(shape)[settles]
        outcomes: Counter[str] = Counter()
        for number in np.unique(ends).tolist():
            reached = (ends == number).any(axis=1)
            outcomes[results.outcomes[number]] = int(rows[lacking][settles][reached].sum())
        if settles.any() or matters.any():
            found.append(
                Lever(
                    keys[at],
                    int(rows[lacking][settles].sum()),
                    float(weight[lacking][settles].sum()),
                    int(rows[lacking][matters].sum()),
                    tuple(sorted(outcomes.items(), key=lambda one: (-one[1], one[0]))),
                )
            )
    order = {key: at for at, key in enumerate(keys)}
    found.sort(key=lambda one: (-one.settles, -one.matters, order[one.fact]))
    return found, int(rows.sum())


def _values(plan: Plan, key: str) -> list[Value]:
    """One value of every kind that the tree tells apart, among those that the fact can have."""
    coder, fact = plan.coders[key], plan.fact_defs[key]
    # An example of a stretch may lie beyond a bound; then the bound itself lies in it, if anything does.
    offered: list[Value] = [coder.example(code) for code in range(FIRST, coder.size)]
    offered += [_whole(fact, bound) for bound in (fact.minimum, fact.maximum) if bound is not None]
    offered += (
        list(fact.choices) if fact.type == "choice" else [True, False] if fact.type == "boolean" else []
    )
    found: dict[int, Value] = {}
    for value in offered:
        if value is not None and _possible(fact, value):
            found.setdefault(coder.code(value), value)
    return [*([None] if fact.none is not None else []), *(found[code] for code in sorted(found))]


def _whole(fact: Fact, bound: Value) -> Value:
    """A bound as a value that the fact can have."""
    if fact.type != "integer" or not isinstance(bound, Decimal):
        return bound
    return bound.to_integral_value(ROUND_CEILING if bound == fact.minimum else ROUND_FLOOR)


def _possible(fact: Fact, value: Value) -> bool:
    """Whether a fact can have a value, by its bounds and its choices."""
    from abm_tree.feel.operators import compare

    if fact.choices and not fact.open and fact.type == "choice":
        return value in fact.choices
    if fact.type == "integer" and (not isinstance(value, Decimal) or value != value.to_integral_value()):
        return False
    for bound, side in ((fact.minimum, -1), (fact.maximum, 1)):
        if bound is not None and compare(value, bound) == side:
            return False
    return True
