"""Scores: which facts have to change, at least, for each way that a sum can take.

Promises: each way comes with the cheapest codes of the facts that the score counts; where later nodes look at
the same facts, with some others, too, and `exact` says whether they are all. Refuses: scores whose steps
depend on facts; those are tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.compare.around import FREE, NEVER, Around, Cost, plus
from abm_tree.feel import Undetermined
from abm_tree.space.boxes import Box
from abm_tree.space.chart import Mark
from abm_tree.space.supposed import Unsupposed
from abm_tree.space.totals import Option, Summed
from abm_tree.tree.parts import Score
from abm_tree.walk.choose import Choice, Lack, Way, decide
from abm_tree.walk.reader import Points, Sum

MANY = 3_000  # sums that are told apart
FEW = 6  # changes that are kept for each way
NOTHING = Decimal(0)
GUESSED = "?"


@dataclass(frozen=True, slots=True)
class Total:
    """What rules come to together."""

    low: Decimal
    high: Decimal
    stuck: Decimal  # how much of it nobody can settle
    why: frozenset[str]  # "fact", "asks", "null": what keeps it open


@dataclass(frozen=True, slots=True)
class Counted:
    """Codes of facts, by which rules come to a total."""

    cost: Cost
    box: Box


START = Total(NOTHING, NOTHING, NOTHING, frozenset())


class Sums:
    """The scores of a tree's nodes, around an account."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self._chosen: dict[tuple[Mark, Total], Choice | None] = {}

    def ways(
        self, mark: Mark, box: Box, sets: Box, later: frozenset[str]
    ) -> tuple[list[tuple[int | None, Box]], bool] | None:
        """The ways of a node (None: stuck, as nobody knows), each with limits, and whether that is exact.

        None where it cannot be said.
        """
        total = self.around.totals[mark]
        keep = FEW if total.keys & later else 1
        exact = total.exact
        sums: dict[Total, list[Counted]] = {START: [Counted(FREE, {})]}
        for cluster in total.clusters:
            options = self._fitting(cluster, box, sets)
            exact = exact and all(one.why <= {"asks"} or "asks" not in one.why for one, _ in options)
            sums, fine = _grown(sums, options, keep)
            exact = exact and fine
        found: dict[int | None, list[Counted]] = {}
        for one, counted in sums.items():
            choice = self._choice(mark, one)
            if choice is None:
                return None
            if isinstance(choice, Way):
                found.setdefault(choice.number, []).extend(counted)
            elif isinstance(choice, Lack) and choice.unknown:
                found.setdefault(None, []).extend(counted)
        out: list[tuple[int | None, Box]] = []
        for number, counted in found.items():
            ordered = sorted(counted, key=lambda one: one.cost)
            most = FEW * FEW if keep > 1 else FEW
            exact = exact and (keep == 1 or len(ordered) <= most)
            out += [(number, one.box) for one in ordered[:most]]
        return out, exact

    def _fitting(self, cluster: tuple[Option, ...], box: Box, sets: Box) -> list[tuple[Total, Counted]]:
        """The options of some rules that agree with a box, each with what it costs besides."""
        around, out = self.around, []
        for option in cluster:
            cost: Cost | None = FREE
            limits: dict[str, int] = {}
            for key, mask in option.box.items():
                if key in sets:
                    if sets[key] & mask:
                        continue
                    cost = None
                    break
                have = box.get(key, around.full[key])
                both = have & mask
                more = self._dearer(key, have, both)
                if more is None:
                    cost = None
                    break
                limits[key] = both
                cost = plus(cost or FREE, more)
            if cost is not None:
                width = NOTHING if option.open <= {"asks"} else option.high - option.low
                out.append((Total(option.low, option.high, width, option.open), Counted(cost, limits)))
        return out

    def _dearer(self, key: str, have: int, both: int) -> Cost | None:
        if not both:
            return None
        if key.startswith("#"):
            return FREE if both & self.around.own(key) else (1, 0, 0.0)
        before, after = self.around.price(key, have), self.around.price(key, both)
        if after[0] >= NEVER[0]:
            return None
        return after[0] - before[0], after[1] - before[1], after[2] - before[2]

    def _choice(self, mark: Mark, total: Total) -> Choice | None:
        if (mark, total) not in self._chosen:
            self._chosen[mark, total] = self._decided(mark, total)
        return self._chosen[mark, total]

    def _decided(self, mark: Mark, total: Total) -> Choice | None:
        around = self.around
        tree = around.chart.trees[mark[0]]
        node = tree.nodes[mark[1]]
        assert node.decide is not None
        name = node.decide.is_name or ""
        score = tree.names[name]
        assert isinstance(score, Score)
        rules = []
        if "asks" in total.why:
            rules.append(Points("", NOTHING, NOTHING, Undetermined(GUESSED, False)))
        if total.why - {"asks"}:
            reason = GUESSED if "fact" in total.why else ""
            rules.append(Points("", NOTHING, total.stuck, Undetermined(reason, True)))
        found = Sum(name, total.low, total.high, tuple(rules), score.complete)
        try:
            return decide(node, Summed(tree, around.clock, mark[0], found))
        except Unsupposed:
            return None  # steps that other facts decide


def _grown(
    sums: Mapping[Total, list[Counted]], options: list[tuple[Total, Counted]], keep: int
) -> tuple[dict[Total, list[Counted]], bool]:
    """Sums with the options of some more rules added; and whether none was left out."""
    out: dict[Total, list[Counted]] = {}
    fine = True
    for one, ways in sums.items():
        for other, more in options:
            total = Total(
                one.low + other.low, one.high + other.high, one.stuck + other.stuck, one.why | other.why
            )
            kept = out.setdefault(total, [])
            for way in ways:
                box = _both(way.box, more.box)
                if box is not None:
                    kept.append(Counted(plus(way.cost, more.cost), box))
            if len(kept) > keep:
                kept.sort(key=lambda counted: counted.cost)
                fine = fine and keep == 1
                del kept[keep:]
    if len(out) > MANY:
        fine = False
        ordered = sorted((entry for entry in out.items() if entry[1]), key=lambda entry: entry[1][0].cost)
        out = dict(ordered[:MANY])
    return out, fine


def _both(one: Box, other: Box) -> dict[str, int] | None:
    found = dict(one)
    for key, mask in other.items():
        both = found.get(key, mask) & mask
        if not both:
            return None
        found[key] = both
    return found
