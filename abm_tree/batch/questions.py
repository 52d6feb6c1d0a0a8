"""What each question would decide, of the rows whose decision lacks a fact.

Promises: every open row is looked at. A fact settles a row if every value of it that the tree can tell apart
decides the row without resting on what is unknown; where not every such value can be tried, what stood all
trials is told apart (`unproven`) and never counted as settled. Each trial is the kernel's, and so the
interpreter's. Refuses: facts that have no question, and those that are worked out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from abm_tree.batch.answers import stretches
from abm_tree.batch.codes import Array
from abm_tree.batch.held_up import _possible as fits
from abm_tree.batch.held_up import _values as of_each_code
from abm_tree.batch.kernel import Runner
from abm_tree.batch.open_rows import Kinds, columns_of
from abm_tree.batch.plan import Plan, tree_for
from abm_tree.batch.read_on_way import read_on_way
from abm_tree.batch.results import Results
from abm_tree.batch.table import DECIDED
from abm_tree.feel.values import Value
from abm_tree.space.codes import FIRST, NULL
from abm_tree.space.values import full_mask
from abm_tree.tree.parts import COMPUTED, Fact

CHUNK = 2**19  # rows that are tried at once
WIDE = 201  # whole numbers between two bounds that are all tried
LISTED = 7  # choices of a list fact whose every selection is tried

Stretch = tuple[int, ...]  # codes


@dataclass(frozen=True, slots=True)
class Tries:
    """The values of a fact that are tried; `whole`: none that the tree could tell from them is left out."""

    values: tuple[Value, ...]
    codes: tuple[int, ...]  # of each; (): codes do not tell its values apart
    whole: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or a stretch of values that come to the same everywhere."""

    text: str
    decides: int  # rows
    weight: float
    outcomes: tuple[tuple[str, int], ...]  # of these rows, the most frequent first


@dataclass(frozen=True, slots=True)
class Worth:
    """What one question would do."""

    fact: str
    lacking: int  # open rows that lack the fact
    settles: int  # rows that it decides, whatever the answer
    settled_weight: float
    unproven: int  # rows in which no value tried left anything open, but not every value could be tried
    unproven_weight: float
    matters: int  # rows in which some value of it changes what comes out
    keeps: int  # rows that it settles, all answers leading to the outcome that they have now
    answers: tuple[Answer, ...]
    outcomes: tuple[tuple[str, int], ...]  # what rows that it settles can still come to
    settled: Array  # by kind

    def of(self, kinds: Array) -> Array:
        """Which rows it settles, by their kinds."""
        there = kinds < len(self.settled)
        there[there] = self.settled[kinds[there]]
        return np.asarray(there)

    @property
    def mean(self) -> float:
        """Rows decided by an answer, on average."""
        return sum(one.decides for one in self.answers) / len(self.answers) if self.answers else 0.0

    @property
    def mean_weight(self) -> float:
        """The same by weight."""
        return sum(one.weight for one in self.answers) / len(self.answers) if self.answers else 0.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a fact: an entry for each kind whose way looks at it in vain, and each value."""

    fact: str
    tries: Tries
    lacking: Array  # kinds
    unread: Array  # kinds that lack it, too, but whose way does not look at it
    decided: Array  # kinds x values: decided, resting on nothing unknown
    changed: Array  # the same: something else comes out than now
    outcome: Array  # the same: places in `outcomes`
    outcomes: tuple[str, ...]

    @property
    def settled(self) -> Array:
        """The kinds that no value tried leaves open."""
        return np.asarray(self.decided.all(axis=1))


def asked(plan: Plan) -> tuple[str, ...]:
    """The facts that somebody can be asked for."""
    facts = plan.fact_defs
    return tuple(key for key in plan.facts if facts[key].ask is not None and facts[key].scope not in COMPUTED)


def tries(plan: Plan, key: str) -> Tries:
    """The values of a fact that are to be tried."""
    fact, coder = plan.fact_defs[key], plan.coders.get(key)
    if fact.type == "boolean" or (fact.type == "choice" and not fact.open):
        return Tries((*_none(fact), *(_all_values(fact) or ())), (), True)  # each is an answer of its own
    if plan.table is not None and coder is not None and not coder.opaque and coder.kind is not tuple:
        values = tuple(of_each_code(plan, key))
        codes = tuple(NULL if one is None else coder.code(one) for one in values)
        known = full_mask(coder, fact)
        # What somebody can answer is tried, or it is not all.
        whole = all(known >> code & 1 == 0 or code in codes for code in range(FIRST, coder.lack(0)))
        return Tries(values, codes, whole)
    every = _all_values(fact)
    if every is not None:
        return Tries((*_none(fact), *every), (), True)
    from abm_tree.space.trying import worth_trying  # loads the tree's conditions

    some = worth_trying(tree_for(plan), plan.as_of).get(key, ())
    return Tries(tuple(dict.fromkeys((*_none(fact), *some))), (), False)


def _none(fact: Fact) -> tuple[Value, ...]:
    return (None,) if fact.none is not None else ()


def _all_values(fact: Fact) -> list[Value] | None:
    """Every value that a fact can have, but for null; None where they are too many."""
    from decimal import Decimal

    match fact.type:
        case "boolean":
            return [True, False]
        case "choice" if not fact.open:
            return list(fact.choices)
        case "list" if fact.choices and not fact.open and len(fact.choices) <= LISTED:
            names = tuple(fact.choices)
            return [some for size in range(len(names) + 1) for some in combinations(names, size)]
        case "integer" if isinstance(fact.minimum, Decimal) and isinstance(fact.maximum, Decimal):
            first, last = int(fact.minimum) - 1, int(fact.maximum) + 1
            if last - first <= WIDE + 2:
                found = [Decimal(one) for one in range(first, last + 1)]
                return [one for one in found if fits(fact, one)]
    return None


def tried(plan: Plan, kinds: Kinds, runner: Runner | None = None) -> list[Tried]:
    """Try every value of every fact that can be asked for, for every kind that lacks it."""
    runner = runner or Runner(plan)
    count = len(kinds)
    base = _run(runner, plan, kinds, np.arange(count))
    names = _Names()
    before = base.status, names.places(base, base.outcome), names.places(base, base.needs, facts=True)
    read = read_on_way(plan, kinds, base)
    found = []
    for key in asked(plan):
        at = kinds.keys.index(key)
        lacks = kinds.places[at] < 0
        lacking = np.flatnonzero(lacks & read[at])
        what = tries(plan, key) if len(lacking) else Tries((), (), True)
        if not len(lacking) or not what.values:
            continue
        size = len(what.values)
        total = len(lacking) * size
        decided, changed = np.zeros(total, dtype=bool), np.zeros(total, dtype=bool)
        outcome = np.full(total, -1, dtype=np.int32)
        step = max(1, CHUNK // size)
        for start in range(0, len(lacking), step):
            some = lacking[start : start + step]
            of, which = np.repeat(some, size), np.tile(np.arange(size), len(some))
            results = _run(runner, plan, kinds, of, key, what.values, which)
            cut = slice(start * size, start * size + len(of))
            decided[cut] = (results.status == DECIDED) & ~results.rested
            now = (
                results.status,
                names.places(results, results.outcome),
                names.places(results, results.needs, facts=True),
            )
            outcome[cut] = now[1]
            for was, is_now in zip(before, now, strict=True):
                changed[cut] |= was[of] != is_now
        shape = len(lacking), size
        found.append(
            Tried(
                key,
                what,
                lacking,
                np.flatnonzero(lacks & ~read[at]),
                decided.reshape(shape),
                changed.reshape(shape),
                outcome.reshape(shape),
                (),
            )
        )
    return [_named(one, names) for one in found]


def _named(one: Tried, names: _Names) -> Tried:
    return replace(one, outcomes=tuple(names.outcomes))


class _Names:
    """Outcomes and facts with the same numbers from one run to the next."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.facts: dict[str, int] = {}

    def places(self, results: Results, codes: Array, *, facts: bool = False) -> Array:
        """The numbers of what a run says; -1 for nothing."""
        known = self.facts if facts else self.outcomes
        of = results.facts if facts else results.outcomes
        moved = np.array([*(known.setdefault(name, len(known)) for name in of), -1], dtype=np.int32)
        return moved.take(codes, mode="wrap")


def _run(
    runner: Runner,
    plan: Plan,
    kinds: Kinds,
    of: Array,
    instead: str = "",
    values: Sequence[Value] = (),
    which: Array | None = None,
) -> Results:
    return runner.run(columns_of(plan, kinds, of, instead, values, which), len(of))


# ---------------------------------------------------------------- what that is worth


def worth(plan: Plan, one: Tried, rows: Array, weight: Array) -> Worth:
    """What a question would do; `rows` and `weight` say how many rows of each kind there are."""
    elsewhere = int(rows[one.unread].sum())
    rows, weight = rows[one.lacking], weight[one.lacking]
    settled, matters = one.settled, one.changed.any(axis=1)
    sure, unsure = (settled, np.zeros_like(settled)) if one.tries.whole else (np.zeros_like(settled), settled)
    answers = []
    for text, at in stretches(plan, one):
        decides = one.decided[:, at]
        answers.append(
            Answer(
                text,
                int(rows[decides].sum()),
                float(weight[decides].sum()),
                _counted(one, one.outcome[decides, at], rows[decides]),
            )
        )
    reached: dict[str, int] = {}
    ends = one.outcome[sure]
    for number in np.unique(ends).tolist():
        if number >= 0:
            reached[one.outcomes[number]] = int(rows[sure][(ends == number).any(axis=1)].sum())
    kinds = np.zeros(int(one.lacking.max(initial=-1)) + 1, dtype=bool)
    kinds[one.lacking[sure]] = True
    return Worth(
        one.fact,
        int(rows.sum()) + elsewhere,
        int(rows[sure].sum()),
        float(weight[sure].sum()),
        int(rows[unsure].sum()),
        float(weight[unsure].sum()),
        int(rows[matters].sum()),
        int(rows[sure & ~matters].sum()),
        tuple(answers),
        tuple(sorted(reached.items(), key=lambda found: (-found[1], found[0]))),
        kinds,
    )


def _counted(one: Tried, ends: Array, rows: Array) -> tuple[tuple[str, int], ...]:
    found = {
        one.outcomes[number]: int(rows[ends == number].sum())
        for number in np.unique(ends).tolist()
        if number >= 0
    }
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
