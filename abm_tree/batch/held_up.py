"""What holds a list up: which single fact would let most undecided accounts be decided.

Promises: a fact settles a row if every value of it decides the row; that is tried with one value of each
stretch that the tree can tell apart, by the kernel itself. What else a row has is what its codes stand for;
where codes do not tell what it comes to, its very values. Of a fact whose own values cannot be told by codes,
nothing is claimed. Refuses: to try more than about `TRIALS` rows; where there are more, those are any, and of
how many rows something is said is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.counting import counting, supposed
from abm_tree.batch.held_kinds import Kinds, Open, some
from abm_tree.batch.kernel import Runner
from abm_tree.batch.merged import as_codes, taken
from abm_tree.batch.plan import Plan
from abm_tree.batch.table import DECIDED, Asked, Established
from abm_tree.feel.values import Value
from abm_tree.space.codes import FIRST, UNKNOWN
from abm_tree.tree.parts import COMPUTED, Fact

TRIALS = 150_000  # rows that are tried: so many kinds of undecided rows are looked at
ENOUGH = 1000  # rows of a block: of more, some may stand for all
WALK = 20  # trials that one costs that the interpreter walks alone


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
    valued = {key for group in _exact(plan) for key in group}
    return tuple(
        key
        for key in plan.facts
        if key in plan.coders
        and key not in valued
        and not plan.coders[key].opaque
        and plan.fact_defs[key].scope not in COMPUTED
    )


def coded_of(plan: Plan) -> tuple[str, ...]:
    """The facts that codes tell apart, be it only whether they are known."""
    return tuple(key for key in plan.facts if key in plan.coders)


@lru_cache(maxsize=16)
def _exact(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """Facts whose values themselves count, where all of a group are known: they cannot be told by codes."""
    found = [number.inputs for number in plan.numbers.values()]
    if plan.table is not None:
        for one in plan.table.specials:
            if isinstance(one, Asked):
                found += [
                    (key,) for key in (*one.reads, *one.groups) if key in plan.facts and _valued(plan, key)
                ]
        found += [(key,) for key in _computed_with(plan) if key in plan.facts]
    return tuple(dict.fromkeys(found))


def _valued(plan: Plan, key: str) -> bool:
    return key not in plan.coders or plan.coders[key].opaque


def _computed_with(plan: Plan) -> list[str]:
    """What outcomes of called trees compute with, where what they establish is read later."""
    assert plan.table is not None
    passed = [one.passed for one in plan.table.specials if isinstance(one, Established) and one.passed.calls]
    if not passed:
        return []
    from abm_tree.batch.asking import Interpreter  # loads the tree: late, and often never

    asks = Interpreter(plan)
    later = {*plan.table.columns, *(key for number in plan.numbers.values() for key in number.inputs)}
    for one in plan.table.specials:
        later |= {*one.reads, *one.groups} if isinstance(one, Asked) else set()
    computes = [compute for one in dict.fromkeys(passed) for compute in asks.writes(one)[1]]
    found: dict[str, None] = {}
    more = True
    while more:
        # What is computed with what was computed leads back to that, too.
        before = len(found)
        for key, _, reads in computes:
            if key in later or key in found:
                found.update(dict.fromkeys(reads))
        more = len(found) > before
    return list(found)


def gathered(
    plan: Plan,
    columns: Mapping[str, Column],
    held: Array,
    needs: Array,
    weights: Array | None,
    sample: int,
    encoders: dict[str, Encoder] | None = None,
) -> Open:
    """The rows of a block that lack something, by kind; `encoders` are kept from block to block.

    Of many, one in `sample` is looked at.
    """
    encoders = {} if encoders is None else encoders
    rows = np.flatnonzero(held)
    found = Open(rows=len(rows), needs=int(needs[rows].sum()))
    if weights is not None:
        found.weight = float(weights[rows].sum())
    # Of a block with few of them, more are looked at: where all blocks have few, it is all.
    every = max(1, min(sample, len(rows) // ENOUGH))
    rows, found.share = some(rows, every), 1 / every
    if not len(rows) or plan.table is None:
        return found
    keys, exact = coded_of(plan), _exact(plan)
    valued = tuple(dict.fromkeys(key for group in exact for key in group))
    codes = np.zeros((len(keys), len(rows)), dtype=np.int32)
    parts = {
        key: counting(
            taken(columns[key], rows), plan.stale_after.get(key), plan.evidence.get(key), plan.as_of
        )
        for key in dict.fromkeys((*keys, *valued))
        if key in columns
    }
    stray = np.zeros(len(rows), dtype=bool)
    for at, key in enumerate(keys):
        if key in parts:
            coder = plan.coders[key]
            encoder = encoders.get(key)
            if encoder is None:
                encoder = Encoder(coder, np.arange(coder.size, dtype=np.int32), np.int32)
                encoders[key] = encoder
            if encoder.encode(parts[key], codes[at]):
                none = codes[at] == encoder.stray
                codes[at][none] = -1
                stray |= none
    told = ~stray
    for group in exact:
        # What such a row comes to, codes do not tell.
        if all(key in parts for key in group):
            there = np.ones(len(rows), dtype=bool)
            for key in group:
                known = parts[key].knows()
                there &= True if known is None else known
            told &= ~there
    weight = np.zeros(len(rows)) if weights is None else weights[rows]
    # A value that the fact cannot have makes the interpreter walk the row: it sees all that there is.
    for which, held_as in ((told, ()), (~told & ~stray, valued), (stray, plan.facts)):
        mine = np.flatnonzero(which)
        if len(mine) == len(rows) and not held_as:
            found.parts = [Kinds.of(codes, needs[rows], np.ones(len(rows)), weight)]
        elif len(mine):
            values = {key: _values_at(parts.get(key), mine) for key in held_as}
            needed = needs[rows][mine]
            found.parts.append(Kinds.of(codes[:, mine], needed, np.ones(len(mine)), weight[mine], values))
    return found


def _values_at(column: Column | None, rows: Array) -> Column:
    """Some values of a fact, as they count."""
    if column is None:
        return Column("codes", np.full(len(rows), -1, dtype=np.int32))
    return taken(replace(column, dated=None, evidence=None), rows)


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
    tried = {key: values for key in asked_of(plan) if (values := _values(plan, key))}
    kinds = _looked_at(plan, open.kinds(), {key: len(values) for key, values in tried.items()})
    looked = int(sum(one.rows.sum() for one in kinds))
    if not tried or not looked:
        return [], 0
    runner, found = Runner(plan), {key: _Count() for key in tried}
    for one in kinds:
        _try(plan, runner, one, tried, found)
    out = [
        Lever(
            key,
            count.settles,
            count.weight,
            count.matters,
            tuple(sorted(count.outcomes.items(), key=lambda one: (-one[1], one[0]))),
        )
        for key, count in found.items()
        if count.matters
    ]
    order = {key: at for at, key in enumerate(plan.facts)}
    out.sort(key=lambda one: (-one.settles, -one.matters, order[one.fact]))
    return out, looked


@dataclass
class _Count:
    """What a fact does in the rows tried so far."""

    settles: int = 0
    weight: float = 0.0
    matters: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


def _looked_at(plan: Plan, kinds: list[Kinds], tried: Mapping[str, int]) -> list[Kinds]:
    """The kinds that are tried: all, or, where that are too many trials, those of some rows that are any."""
    sizes = []
    for one in kinds:
        size = np.zeros(len(one), dtype=np.int64)
        for at, key in enumerate(coded_of(plan)):
            size += (one.codes[at] == UNKNOWN) * tried.get(key, 0)
        sizes.append(size * np.where((one.codes < 0).any(axis=0), WALK, 1))
    if sum(int(size.sum()) for size in sizes) <= TRIALS:
        return kinds
    shares = np.concatenate([one.shares(0) for one in kinds])
    order = np.argsort(shares, kind="stable")
    many = np.cumsum(np.concatenate(sizes)[order]) > TRIALS
    share = np.nextafter(shares[order[int(np.argmax(many))]], 0)
    return [one.thinned(min(1.0, float(share)), 0) for one in kinds]


def _try(
    plan: Plan, runner: Runner, kinds: Kinds, tried: Mapping[str, list[Value]], found: Mapping[str, _Count]
) -> None:
    """Try every value of every fact that some kinds lack, and count what that does."""
    keys = coded_of(plan)
    # What lacks no fact that can be tried need not be decided again.
    lacks = {at: kinds.codes[at] == UNKNOWN for at, key in enumerate(keys) if key in tried}
    some = np.flatnonzero(np.any(list(lacks.values()), axis=0))
    which, fact, value = [some], [np.full(len(some), -1)], [np.zeros(len(some), np.int64)]
    places: list[tuple[int, Array, slice]] = []
    start = len(some)
    for at, lack in lacks.items():
        lacking, count = np.flatnonzero(lack), len(tried[keys[at]])
        if not len(lacking):
            continue
        which.append(np.repeat(lacking, count))
        fact.append(np.full(len(lacking) * count, at))
        value.append(np.tile(np.arange(count), len(lacking)))
        places.append((at, lacking, slice(start, start + len(lacking) * count)))
        start += len(lacking) * count
    if not places:
        return
    of, facts, values = np.concatenate(which), np.concatenate(fact), np.concatenate(value)
    columns = {
        key: _column(plan, kinds, key, at, of, np.where(facts == at, values, -1), tried.get(key, ()))
        for at, key in enumerate(keys)
    }
    for key in kinds.values.keys() - columns.keys():
        columns[key] = _proven(plan, key, taken(kinds.values[key], of))
    results = runner.run(columns, len(of))
    before = np.zeros(len(kinds), dtype=np.intp)
    before[some] = np.arange(len(some))
    first = before[of]
    decided = (results.status == DECIDED) & (kinds.needs[of] | ~results.rested)
    same = results.status == results.status[first]
    for part in (results.outcome, results.needs):
        same &= part == part[first]
    for at, lacking, cut in places:
        mine, shape = found[keys[at]], (len(lacking), -1)
        rows = kinds.rows[lacking]
        matters = ~same[cut].reshape(shape).all(axis=1)
        # Where no value of it changes anything, there is nothing to find out.
        settles = decided[cut].reshape(shape).all(axis=1) & matters
        ends = results.outcome[cut].reshape(shape)[settles]
        for number in np.unique(ends).tolist():
            reached = (ends == number).any(axis=1)
            mine.outcomes[results.outcomes[number]] += int(rows[settles][reached].sum())
        mine.settles += int(rows[settles].sum())
        mine.weight += float(kinds.weight[lacking][settles].sum())
        mine.matters += int(rows[matters].sum())


def _column(
    plan: Plan, kinds: Kinds, key: str, at: int, of: Array, tried: Array, values: Sequence[Value]
) -> Column:
    """A fact of some kinds, with a value tried instead, by its place in `values`, where that is not -1."""
    if key in kinds.values:
        column = taken(kinds.values[key], of)
        if not len(values):
            return _proven(plan, key, column)
        column = as_codes(column)
        own, data = column.values, column.data
    else:
        coder = plan.coders[key]
        own = (None, None, *(coder.example(code) for code in range(FIRST, coder.size)))
        known = kinds.codes[at][of]
        data = np.where(known == UNKNOWN, -1, known)
    data = np.where(tried >= 0, len(own) + tried, data).astype(np.int32)
    return _proven(plan, key, Column("codes", data, (*own, *values)))


def _proven(plan: Plan, key: str, column: Column) -> Column:
    """What is tried is what would count, and so is what did count."""
    return replace(column, evidence=supposed(len(column))) if key in plan.evidence else column


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
