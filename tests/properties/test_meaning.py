"""Two versions of a tree decide differently exactly where `compare` says so: random variants and accounts."""

from __future__ import annotations

import copy
import os
import random
from typing import Any

import pytest
from generated import load_data, tree_data
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plain_trees import plain_data
from test_reach import accounts

from abm_tree.compare.meaning import Meaning, compare
from abm_tree.source import has_errors
from abm_tree.space.reach import DAY
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance

Facts = dict[str, Known | Unknown]


def ends(tree: Tree, facts: Facts) -> tuple[str, str]:
    given = {key: facts.get(key, Unknown()) for key in tree.facts}
    record = advance(tree, given, DAY, possible=False)
    return record.status, record.outcome


def changed(data: dict[str, Any], dice: random.Random, times: int) -> dict[str, Any]:
    """A variant of a tree: some branches lead elsewhere, some limits are other ones, some ways are gone."""
    out = copy.deepcopy(data)
    names = list(out["nodes"])
    for _ in range(times):
        at = dice.randrange(len(names))
        node = out["nodes"][names[at]]
        later = [*names[at + 1 : at + 9], *out["outcomes"]]
        match dice.randrange(6):
            case 0 | 1:
                dice.choice(node["branches"])["to"] = dice.choice(later)
            case 2:
                if dice.random() < 0.5:
                    node.pop("unknown", None)
                else:
                    node["unknown"] = dice.choice(later)
            case 3:
                other = plain_data(dice, 1, facts=len(out["facts"]))
                fact = node["decide"]
                if other["facts"][other["nodes"]["n0"]["decide"]]["type"] == out["facts"][fact]["type"]:
                    fresh = other["nodes"]["n0"]["branches"]
                    node["branches"] = [{**one, "to": dice.choice(later)} for one in fresh]
            case 4:
                node["otherwise"] = dice.choice(later)
            case _:
                if len(node["branches"]) > 1:
                    del node["branches"][dice.randrange(len(node["branches"]))]
    return out


def variants(seed: int, count: int, times: int) -> tuple[Tree, Tree]:
    dice = random.Random(seed)
    data = plain_data(dice, count, facts=dice.choice((5, 8, 12)))
    return load_data(data, {})[0], load_data(changed(data, dice, times), {})[0]


def agrees(old: Tree, new: Tree, meaning: Meaning, dice: random.Random, rows: int) -> None:
    assert meaning.complete, meaning.why
    listed = {(change.old.name, change.new.name) for change in meaning.changes}
    for facts in accounts(old, dice, rows):
        before, after = ends(old, facts), ends(new, facts)
        assert meaning.differs(facts) == (before != after), (before, after, facts)
        if before != after:
            assert (before[1], after[1]) in listed


def witnesses_hold(old: Tree, new: Tree, meaning: Meaning) -> None:
    for change in meaning.changes:
        assert change.regions
        for region in change.regions:
            if region.proven:
                found = ends(old, dict(region.facts)), ends(new, dict(region.facts))
                for (status, outcome), end in zip(found, (change.old, change.new), strict=True):
                    assert outcome == end.name
                    assert status == ("decided" if end.kind == "outcome" else end.kind)


@pytest.mark.parametrize("seed", range(10))
def test_regions_are_where_decisions_differ(seed: int) -> None:
    old, new = variants(seed, 6 + 5 * seed, 1 + seed % 4)
    meaning = compare(old, new)
    agrees(old, new, meaning, random.Random(seed), 300)
    witnesses_hold(old, new, meaning)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 100 + int(os.environ.get("ABM_TREE_VARIANTS", "20"))))
def test_regions_are_where_decisions_differ_long(seed: int) -> None:
    old, new = variants(seed, 10 + seed % 51, 1 + seed % 6)
    meaning = compare(old, new)
    agrees(old, new, meaning, random.Random(seed), 10_000)
    witnesses_hold(old, new, meaning)


@st.composite
def versions(draw: st.DrawFn) -> tuple[Tree, Tree]:
    """Two versions of a tree with every kind of branch, score, wait, computed number and called tree."""
    others: dict[str, dict[str, Any]] = {}
    ends_of: dict[str, list[str]] = {}
    for name in ("inner", "outer")[: draw(st.integers(0, 2))]:
        others[name] = draw(tree_data(name, dict(ends_of)))
        ends_of[name] = list(final_outcomes(load_data(others[name], others)[0]))
    data = draw(tree_data("main", ends_of))
    dice = random.Random(draw(st.integers(0, 2**32)))
    later = copy.deepcopy(data)
    below = copy.deepcopy(others)
    for _ in range(dice.randint(1, 3)):
        vary(dice.choice([later, *below.values()]), dice)
    found = load_data(data, others), load_data(later, below)
    for tree, findings in found:
        wrong = [one for one in findings if one.code not in ("orphan", "choice-not-handled", "overlap")]
        assume(not has_errors(wrong) and bool(tree.revision))
    return found[0][0], found[1][0]


def vary(data: dict[str, Any], dice: random.Random) -> None:
    """Change something small in a tree: an end, a limit, points, what an outcome sets, a way that is gone."""
    node = data["nodes"][dice.choice(list(data["nodes"]))]
    ends_of = list(data["outcomes"])
    match dice.randrange(6):
        case 0 if node.get("branches"):
            dice.choice(node["branches"])["to"] = dice.choice(ends_of)
        case 1:
            node["unknown"] = dice.choice(ends_of)
        case 2:
            node.pop("unknown", None)
        case 3 if node.get("branches") and len(node["branches"]) > 1:
            del node["branches"][dice.randrange(len(node["branches"]))]
        case 4 if data.get("scores"):
            score = data["scores"][dice.choice(list(data["scores"]))]
            for rule in score["points"]:
                if isinstance(rule.get("add"), int):
                    rule["add"] += dice.choice((-2, -1, 1, 2))
        case _:
            for branch in node.get("branches", ()):
                if isinstance(branch.get("at_least"), int):
                    branch["at_least"] += dice.choice((0, 1))


def covers(old: Tree, new: Tree, meaning: Meaning, dice: random.Random, rows: int) -> None:
    """No difference is missed; and where the answer is complete, none is invented."""
    for facts in accounts(old, dice, rows):
        before, after = ends(old, facts), ends(new, facts)
        if before != after:
            assert meaning.differs(facts), (before, after, facts)
        elif meaning.complete:
            assert not meaning.differs(facts), (before, facts)


def hold_versions(pair: tuple[Tree, Tree], seed: int, rows: int) -> None:
    meaning = compare(*pair)
    covers(*pair, meaning, random.Random(seed), rows)
    witnesses_hold(*pair, meaning)


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
@given(versions(), st.integers(0, 2**32))
def test_regions_of_all_kinds_of_trees(pair: tuple[Tree, Tree], seed: int) -> None:
    hold_versions(pair, seed, 60)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", "150")), deadline=None, suppress_health_check=QUIET
)
@given(versions(), st.integers(0, 2**32))
def test_regions_of_all_kinds_of_trees_long(pair: tuple[Tree, Tree], seed: int) -> None:
    hold_versions(pair, seed, 200)
