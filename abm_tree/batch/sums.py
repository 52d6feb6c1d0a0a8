"""Scores in columns: what each rule counts for each code of the facts that it reads.

Promises: two rows with the same `sums` are the same to a decision that reads the score: least and greatest
total, the first fact that keeps it open, and the first that moves it. Points are whole numbers of one small
unit, so that adding them is exact. Refuses: rules over values that have no code, or over too many codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np

from abm_tree.batch.codes import FIRST, NULL, UNKNOWN, Array, Coder
from abm_tree.batch.supposed import Supposed
from abm_tree.feel import DateTime, Undetermined
from abm_tree.tree.parts import Node, Rule, Score, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.reader import Points

MOST = 2_000  # combinations of codes that one rule may read
FINEST = 6  # decimal places of points


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

    def sums(self, codes: Callable[[str], Array], rows: int) -> tuple[Array, Array, Array, Array]:
        """Least and greatest total, the first open fact, and the first that moves the total."""
        low, high = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
        first, moving = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
        for rule in self.rules:
            at = np.zeros(rows, dtype=np.intp)
            for key, size in zip(rule.keys, rule.sizes, strict=True):
                at = at * size + codes(key)
            least, most, open = rule.low.take(at), rule.high.take(at), rule.open.take(at)
            low += least
            high += most
            first = np.where(first > 0, first, open)
            moving = np.where((moving > 0) | (least == most), moving, open)
        return low, high, first, moving


def score_names(tree: Tree, node: Node) -> tuple[str, ...]:
    """The scores that a node reads by name."""
    names = list(node.decide.names) if node.decide is not None else []
    names += [name for branch in node.branches for name in branch.names]
    return tuple(dict.fromkeys(name for name in names if isinstance(tree.names.get(name), Score)))


def other_names(node: Node, scores: tuple[str, ...]) -> list[str]:
    """All that a node reads beside some scores."""
    names = list(node.decide.names) if node.decide is not None else []
    names += [name for branch in node.branches for name in branch.names]
    if node.wait is not None:
        names += [*node.wait.after.names, *filter(None, [node.wait.duration.parameter])]
    return [name for name in names if name not in scores]


def tabulate(
    tree: Tree,
    score: Score,
    coders: Mapping[str, Coder],
    hidden: frozenset[str],
    as_of: DateTime,
    prefix: str,
) -> SumTable | None:
    """The table of a score, or None where codes do not say enough."""
    opens: dict[object, int] = {}
    found: list[tuple[tuple[str, ...], tuple[int, ...], list[Points]]] = []
    for rule in score.rules:
        keys = tuple(sorted(fact_keys(tree, _names(rule), prefix)))
        if any(key in hidden or key not in coders or coders[key].opaque for key in keys):
            return None
        sizes = tuple(coders[key].size for key in keys)
        if np.prod(sizes, dtype=float) > MOST:
            return None
        points: list[Points] = []
        for codes in product(*map(range, sizes)):
            states = {key: _state(coders[key], code) for key, code in zip(keys, codes, strict=True)}
            points.append(Supposed(tree, states, as_of, prefix)._points(rule))
        found.append((keys, sizes, points))
    every = [value for _, _, points in found for one in points for value in (one.low, one.high)]
    unit = Decimal(1).scaleb(FINEST)
    whole = [value * unit for value in every]
    if any(value != value.to_integral_value() or abs(value) > 2**50 for value in whole):
        return None
    return SumTable(
        tuple(
            RuleTable(
                keys,
                sizes,
                np.array([int(one.low * unit) for one in points], dtype=np.int64),
                np.array([int(one.high * unit) for one in points], dtype=np.int64),
                np.array(
                    [0 if one.open is None else opens.setdefault(one.open, len(opens) + 1) for one in points],
                    dtype=np.int64,
                ),
            )
            for keys, sizes, points in found
        )
    )


def _names(rule: Rule) -> list[str]:
    parts = (rule.condition, rule.add, rule.points, rule.of)
    return [name for part in parts if part is not None for name in part.names]


def _state(coder: Coder, code: int) -> object:
    if code == UNKNOWN:
        return Undetermined(coder.key, True)
    return None if code == NULL else coder.example(code) if code >= FIRST else None
