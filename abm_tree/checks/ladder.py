"""Ladders whose steps do not descend.

What it does: compares the `at_least` values of a ladder, after the workspace's overrides.

Why is this bad: a step that is not below the one before it can never be taken.

Example:
    [nodes.fit]
    decide   = "score.fit"
    branches = [
      { at_least = 30, to = "look" },
      { at_least = 60, to = "pursue" },
      { below = true, to = "leave" },
    ]

Use instead:
    [nodes.fit]
    decide   = "score.fit"
    branches = [
      { at_least = 60, to = "pursue" },
      { at_least = 30, to = "look" },
      { below = true, to = "leave" },
    ]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from abm_tree.checks.findings import error
from abm_tree.checks.overlap import _MOMENT, _settings
from abm_tree.feel import Undetermined, compare, literal
from abm_tree.source import Diagnostic, Related
from abm_tree.tree.parts import Tree
from abm_tree.walk.reader import Reader

CODE = "ladder"


def ladder(tree: Tree) -> Iterator[Diagnostic]:
    """Ladders whose steps do not descend."""
    for node in tree.nodes.values():
        steps = [branch for branch in node.branches if branch.kind == "at_least"]
        if len(steps) < 2:
            continue
        told = False
        for facts in _settings(tree, steps):
            reader = Reader(tree, facts, _MOMENT)
            for one, two in pairwise(steps):
                high = one.condition.run(reader) if one.condition is not None else None
                low = two.condition.run(reader) if two.condition is not None else None
                if told or isinstance(high, Undetermined) or isinstance(low, Undetermined):
                    continue
                if compare(high, low) in (-1, 0):
                    told = True
                    yield error(
                        tree,
                        CODE,
                        f"The steps of node `{node.id}` do not descend: "
                        f"{literal(low)} after {literal(high)}.",
                        two.test_span,
                        "Put the highest step first.",
                        (Related("the step before", tree.source, one.test_span),),
                    )
