"""Tables of scores, from the interpreter's own counting.

Promises: an entry holds what the reader counts for one example of each code. Refuses: rules over values that
have no code, or over too many codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import numpy as np

from abm_tree.batch.sums import RuleTable, SumTable
from abm_tree.feel import Undetermined
from abm_tree.space.codes import FIRST, NULL, UNKNOWN, Coder
from abm_tree.space.supposed import Clock, Supposed
from abm_tree.tree.parts import Node, Rule, Score, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.reader import Points

MOST = 2_000  # combinations of codes that one rule may read
FINEST = 6  # decimal places of points


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
    clock: Clock,
    prefix: str,
    unknown: bool = True,
) -> SumTable | None:
    """The table of a score, or None where codes do not say enough.

    `unknown`: what is not known is unknown for good; else it may still be answered, and all that counts of
    what keeps a rule open is whether an answer can close it.
    """
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
            states = {key: _state(coders[key], code, unknown) for key, code in zip(keys, codes, strict=True)}
            points.append(Supposed(tree, states, clock, prefix)._points(rule))
        found.append((keys, sizes, points))
    every = [value for _, _, points in found for one in points for value in (one.low, one.high)]
    unit = Decimal(1).scaleb(FINEST)
    whole = [value * unit for value in every]
    if any(value != value.to_integral_value() or abs(value) > 2**50 for value in whole):
        return None

    def number(open: Undetermined | None) -> int:
        if open is None:
            return 0
        return opens.setdefault(open, len(opens) + 1) if unknown else 1 + open.unknown

    return SumTable(
        tuple(
            RuleTable(
                keys,
                sizes,
                np.array([int(one.low * unit) for one in points], dtype=np.int64),
                np.array([int(one.high * unit) for one in points], dtype=np.int64),
                np.array([number(one.open) for one in points], dtype=np.int64),
            )
            for keys, sizes, points in found
        ),
        unknown,
    )


def _names(rule: Rule) -> list[str]:
    parts = (rule.condition, rule.add, rule.points, rule.of)
    return [name for part in parts if part is not None for name in part.names]


def _state(coder: Coder, code: int, unknown: bool) -> object:
    if code == UNKNOWN:
        return Undetermined(coder.key, unknown)
    return None if code == NULL else coder.example(code) if code >= FIRST else None
