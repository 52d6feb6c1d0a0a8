"""Columns and interpreter give the same answers: the central promise of a batch (DESIGN.md 2 and 6)."""

from __future__ import annotations

import os
import pickle
import random
from pathlib import Path

import pytest
from held import NOW, column_of, compare_all, rows_for
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from often import often

from generated import trees  # isort: skip
from abm_tree.batch import build as planning
from abm_tree.batch import plan as planned
from abm_tree.batch.kernel import run
from abm_tree.batch.plan import plan
from abm_tree.session.open import open_tree
from abm_tree.tree.parts import Tree

SHIPPED = [
    path
    for path in sorted((Path(__file__).parents[2] / "trees").glob("*.toml"))
    if path.stem not in ("facts", "parameters") and "." not in path.stem
]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def parity(tree: Tree, seed: int, count: int) -> None:
    """Hold columns against the interpreter; now and then with less patience for tables."""
    dice = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "FEW", dice.choice((planning.FEW, planning.FEW, 0)))
        patch.setattr(planning, "TRIES", dice.choice((planning.TRIES, planning.TRIES, 4)))
        compare_all(tree, rows_for(tree, dice, count), dice, dice.choice((97, 32_000)))


@settings(max_examples=30, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_columns_equal_the_interpreter(tree: Tree, seed: int) -> None:
    parity(tree, seed, 40)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))  # 2,000 trees in all; several cores take parts
def test_columns_equal_the_interpreter_long(part: int) -> None:
    @seed(part + random.randrange(2**32))
    @settings(
        max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", "250")),
        deadline=None,
        database=None,
        suppress_health_check=QUIET,
    )
    @given(trees(), st.integers(0, 2**32))
    def check(tree: Tree, dice: int) -> None:
        parity(tree, dice, 500)

    check()


@settings(max_examples=5, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_a_pickled_plan_gives_the_same_answers(tree: Tree, seed: int) -> None:
    dice = random.Random(seed)
    rows = rows_for(tree, dice, 30)
    columns = {key: column_of(fact, [row.get(key) for row in rows], dice) for key, fact in tree.facts.items()}
    made = plan(tree, NOW)
    again = pickle.loads(pickle.dumps(made))
    one = run(made, columns, len(rows))
    planned._LOADED.clear()
    two = run(again, columns, len(rows))
    for at in range(len(rows)):
        assert (one.path_of(at), one.error_of(at), one.sets_of(at)) == (
            two.path_of(at),
            two.error_of(at),
            two.sets_of(at),
        )


# The others take as long again each.
@pytest.mark.parametrize(
    "path",
    often(SHIPPED, *(path for path in SHIPPED if path.stem in ("gtm-approach", "lead-qualification"))),
    ids=[path.stem for path in SHIPPED],
)
def test_shipped_trees(path: Path) -> None:
    found = open_tree(str(path))
    assert found.tree is not None
    for number in range(5):
        parity(found.tree, number, 200)
