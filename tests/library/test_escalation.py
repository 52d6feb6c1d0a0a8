"""Escalation: five ways, each end with owner, day and fallback; four people, four different calls.

Promises: practices 35, 39 and 42, as far as the escalation tree and its ways hold them, are shown on records.
Refuses: single branches, which the trees' own cases prove.
"""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from escalating import CASES, CDM, INFLUENCER, TECHNICAL, USER, WAYS, ended, opened, walked

from abm_tree.cli import main
from abm_tree.tree.parts import Node, Outcome
from abm_tree.tree.terms import OWNERS, ROLES
from abm_tree.tree.words import Words


@pytest.mark.parametrize("way", CASES)
def test_practice_35_each_way_reaches_an_owner_a_day_and_a_fallback(way: str) -> None:
    outcome, facts, unknown, owner, due = CASES[way]
    record = ended("escalation", {"happened": way, **facts}, unknown)
    assert record.outcome == outcome
    assert (record.actions[0].owner, record.actions[0].due) == (owner, due)
    assert record.actions[0].fallback["owner"] != ""
    alone = ended(
        WAYS[way], {key.removeprefix(f"{WAYS[way]}/"): value for key, value in facts.items()}, unknown
    )
    assert f"{way}/{alone.outcome}" == outcome, "each way can be walked by itself"
    assert [task.do for task in alone.actions] == [task.do for task in record.actions]


def test_practice_35_no_outcome_is_without_owner_day_and_fallback() -> None:
    seen = 0
    for name in ("escalation", *WAYS.values()):
        tree = opened(name).tree
        for outcome in tree.outcomes.values():
            seen += 1
            assert outcome.actions, (name, outcome.id)
            for action in (*outcome.actions, *tree.actions):
                place = (name, outcome.id, action)
                assert action.owner in OWNERS, place
                assert action.within is not None or action.due is not None, place
                assert action.fallback is not None and action.fallback.owner in OWNERS, place
                assert action.fallback.after is not None, place
            assert outcome.say, (name, outcome.id)
    assert seen == 60


def test_nobody_knows_what_has_happened() -> None:
    record = ended("escalation", {}, ("happened", "stakeholder.role"))
    assert (record.outcome, record.verdict) == ("find-out", "discover")


def test_the_fallback_is_shown_with_its_owner_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--role", TECHNICAL, "--fact", "gate=doubt", "--fact", "criteria=refused"]
    done = main(["walk", "technical-no", "--plain", "--no-journal", "--as-of", "2026-03-02", *given])
    shown = " ".join(capsys.readouterr().out.split())
    assert done == 0
    assert "Otherwise: The smaller scope does not carry itself" in shown
    assert "stop, and tell product why (manager, after 14 days)" in shown


# ---------------------------------------------------------------- four people, four calls


@pytest.mark.parametrize("way", WAYS)
def test_practice_39_four_people_are_asked_offered_and_told_something_else(way: str) -> None:
    calls = [walked(way, role) for role in ROLES]
    questions = {tuple(asked) for _, asked in calls}
    words = {record.say for record, _ in calls}
    tasks = {tuple(task.do for task in record.actions) for record, _ in calls}
    assert (len(questions), len(words), len(tasks)) == (4, 4, 4)
    assert all(record.say for record, _ in calls)


def sentences(words: Words) -> set[str]:
    """What is said, sentence by sentence, with its gaps as names."""
    text = "".join(piece if isinstance(piece, str) else f"<{piece.name}>" for piece in words.pieces)
    return {one.casefold() for one in re.split(r"(?<=[.?:]) +", text)}


def test_practice_39_the_words_of_two_people_share_no_sentence() -> None:
    compared = 0
    for name in ("escalation", *WAYS.values()):
        tree = opened(name).tree
        parts: list[Node | Outcome] = [*tree.nodes.values(), *tree.outcomes.values()]
        for part in parts:
            for one, other in combinations(part.say, 2):
                compared += 1
                both = sentences(part.say[one]) & sentences(part.say[other])
                assert not both, (name, part.id, one, other, both)
    assert compared > 500


def test_practice_42_each_question_about_an_objection_shows_that_roles_answer() -> None:
    tree, personas = opened("objection").tree, opened("objection").shelf.definitions.personas
    branches = {CDM: "from-money", TECHNICAL: "from-technology", INFLUENCER: "from-voice", USER: "from-desk"}
    cited = 0
    for role, start in branches.items():
        known = {one.id for one in personas[role].all_objections}
        for branch in tree.nodes[start].branches:
            node = tree.nodes.get(branch.to)
            if node is not None and node.objection is not None:
                cited += 1
                assert node.objection in known, (role, node.id)
    assert cited == 19
