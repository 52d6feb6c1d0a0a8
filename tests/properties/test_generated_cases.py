"""Generated cases pass, and reach every branch that can be reached."""

from __future__ import annotations

import os

import pytest
from generated import trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.report.case_text import case_text, ending
from abm_tree.source import Source
from abm_tree.space.cases import Prover, make_cases
from abm_tree.space.random_walks import wander
from abm_tree.tree.document import parse
from abm_tree.tree.files import CasesFile
from abm_tree.tree.layout import layout
from abm_tree.tree.parts import Tree
from abm_tree.tree.shape import shape
from abm_tree.walk.cases import DAY, run_cases
from abm_tree.walk.coverage import cover, targets, targets_of
from abm_tree.walk.record import Record

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def all_is_covered(tree: Tree) -> None:
    every = targets(tree)
    prover = Prover(tree, [DAY])
    proofs = prover.proofs(every)
    made = make_cases(tree, every, prover)
    text = "\n".join(
        case_text(f"{number} {one.name}", one.facts, None, ending(one.record), review=True)
        for number, one in enumerate(made)
    )
    assert layout(text) == text
    document, findings = parse(Source("generated.cases.toml", text))
    draft = shape(document, CasesFile, findings, {})
    assert not draft.findings
    ran = list(run_cases(draft, tree))
    assert [one.findings for one in ran if not one.passed] == []
    for one, back in zip(made, ran, strict=True):
        assert back.record is not None
        assert one.target in one.reaches == targets_of(back.record), one.name
        assert set(back.record.facts) == set(one.facts)
    records = [one.record for one in ran if one.record is not None]
    coverage = cover(tree, records, prover.proofs)
    assert {one.target for one in coverage.dead} >= {
        target for target, proof in proofs.items() if proof.state == "dead"
    }
    for missed in coverage.missed:
        witness = prover.witness(missed.target)
        if witness is None:
            assert missed.proof.state == "open"
            continue
        # What can be reached and is not: whatever is answered from there on, no decision comes of it.
        assert missed.proof.state == "taken"
        assert only_errors(tree, missed.target)
    # No case is written that the others make needless.
    for one in made:
        others = set().union(*(other.reaches for other in made if other is not one))
        assert one.reaches - others


def only_errors(tree: Tree, target: object) -> bool:
    """Whether random walks that reach something always end in an error."""
    ends: set[str] = set()

    def look(record: Record) -> None:
        if target in targets_of(record):
            ends.add(record.status)

    wander(tree, DAY, 400, 0, look)
    return ends <= {"error"}


def walks_are_the_same(tree: Tree, seed: int) -> None:
    one, other = wander(tree, DAY, 25, seed), wander(tree, DAY, 25, seed)
    assert one == other
    assert sum(one.ends.values()) == 25
    for trouble in one.troubles:
        assert trouble.record.facts == trouble.facts
        for key in trouble.facts:  # each of them matters
            assert key in tree.facts


def some(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=QUIET)


def test_generated_cases_pass_and_reach_all() -> None:
    some(5)(given(trees())(all_is_covered))()


@pytest.mark.slow
def test_generated_cases_pass_and_reach_all_long() -> None:
    some(int(os.environ.get("ABM_TREE_EXAMPLES", "80")))(given(trees())(all_is_covered))()


def test_random_walks_are_the_same_under_a_seed() -> None:
    some(15)(given(trees(), st.integers(0, 99))(walks_are_the_same))()
