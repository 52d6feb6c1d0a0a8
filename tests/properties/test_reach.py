"""What is proven of a tree holds for every account (generated trees, random accounts)."""

from __future__ import annotations

import os
import random
from decimal import Decimal

import pytest
from generated import DAYS, NUMBERS, day, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_trees import plain_tree

from abm_tree.feel import Value, parse_date_time
from abm_tree.space.reach import DAY, Reach, explore
from abm_tree.space.witness import told
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.advance import advance

NOW = parse_date_time("2026-02-20T09:30:00+01:00")
assert NOW is not None
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def accounts(tree: Tree, dice: random.Random, count: int) -> list[dict[str, Known | Unknown]]:
    """Accounts at and around the points that the tree tells apart."""
    out = []
    for _ in range(count):
        row: dict[str, Known | Unknown] = {}
        for key, fact in tree.facts.items():
            if dice.random() < 0.15:
                row[key] = Unknown()
            elif dice.random() < 0.95:
                row[key] = Known(value_for(fact, dice))
        out.append(row)
    return out


def value_for(fact: Fact, dice: random.Random) -> Value:
    if fact.none is not None and dice.random() < 0.1:
        return None
    match fact.type:
        case "choice":
            return dice.choice(tuple(fact.choices))
        case "boolean":
            return dice.random() < 0.5
        case "date":
            return day(dice.choice(DAYS))
        case "list":
            return tuple(one for one in fact.choices if dice.random() < 0.4)
        case _:
            low = fact.minimum if isinstance(fact.minimum, Decimal) else NUMBERS[0]
            return Decimal(dice.choice([one for one in NUMBERS if one >= low]))


def nothing_dead_happens(tree: Tree, reach: Reach, dice: random.Random, rows: int) -> None:
    faults = {(fault.spot, fault.kind) for fault in reach.faults}
    for facts in accounts(tree, dice, rows):
        record = advance(tree, facts, NOW, possible=False)  # type: ignore[arg-type]
        for what in told(record):
            if isinstance(what, str):
                assert reach.outcomes[what].state != "dead", (what, facts)
            elif isinstance(what[1], int):
                assert reach.proof(*what).state != "dead", (what, facts)
            else:
                assert what in faults, (record.error, facts)


def every_witness_holds(tree: Tree, reach: Reach) -> None:
    proofs = [*reach.ways.items(), *reach.outcomes.items()]
    proofs += [((fault.spot, fault.kind), fault.proof) for fault in reach.faults]
    for what, proof in proofs:
        if proof.state != "taken":
            assert not proof.facts
            assert proof.why or proof.state == "dead"
            continue
        for key, state in proof.facts.items():
            if isinstance(state, Known):
                assert misfit(tree.facts[key], state.value) is None
        assert what in list(told(advance(tree, proof.facts, reach.as_of)))


def hold(tree: Tree, seed: int, rows: int) -> None:
    dice = random.Random(seed)
    reach = explore(tree, dice.choice((DAY, NOW)))  # type: ignore[arg-type]
    nothing_dead_happens(tree, reach, dice, rows)
    every_witness_holds(tree, reach)


@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_proofs_hold(tree: Tree, seed: int) -> None:
    hold(tree, seed, 40)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", "200")), deadline=None, suppress_health_check=QUIET
)
@given(trees(), st.integers(0, 2**32))
def test_proofs_hold_long(tree: Tree, seed: int) -> None:
    hold(tree, seed, 200)


def nothing_is_left_open(seed: int, count: int) -> None:
    dice = random.Random(seed)
    tree = plain_tree(dice, count, facts=dice.choice((4, 8, 12)))
    reach = explore(tree)
    open_ways = {way: proof for way, proof in reach.ways.items() if proof.state == "open"}
    assert not open_ways
    assert not [fault for fault in reach.faults if fault.proof.state == "open"]
    assert not [name for name, proof in reach.outcomes.items() if proof.state == "open"]
    nothing_dead_happens(tree, reach, dice, 100)
    every_witness_holds(tree, reach)


@pytest.mark.parametrize("seed", range(8))
def test_conditions_over_one_fact_leave_nothing_open(seed: int) -> None:
    nothing_is_left_open(seed, 10 + 4 * seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_conditions_over_one_fact_leave_nothing_open_long(seed: int) -> None:
    nothing_is_left_open(seed, 20 + seed % 21)
