"""stakeholder-engagement: influence and interest give quadrant, cadence and next day; a champion is tested.

Promises: what practices 38, 39 and 22 demand of it is shown on records, over the whole grid, for every role.
Refuses: to look into the tree's file.
"""

from __future__ import annotations

import itertools
import re

import pytest
from planned import OPINION, ROLES, THEM, TODAY, complete, decide, rated, texts, tree_of

from abm_tree import Tree
from abm_tree.feel import string


@pytest.fixture(scope="module")
def engagement() -> Tree:
    return tree_of("stakeholder-engagement")


def test_practice_38_influence_and_interest_give_the_quadrant_and_its_cadence(engagement: Tree) -> None:
    cadence = {"manage-closely": "P7D", "keep-satisfied": "P30D", "keep-informed": "P30D", "minimal": "P90D"}
    next_contact = {
        "manage-closely": "2026-03-02",
        "keep-satisfied": "2026-03-24",
        "keep-informed": "2026-03-24",
        "minimal": "2026-05-23",
    }
    for influence, interest, role in itertools.product(range(1, 6), range(1, 6), ROLES):
        quadrant = {
            (True, True): "manage-closely",
            (True, False): "keep-satisfied",
            (False, True): "keep-informed",
            (False, False): "minimal",
        }[influence >= 4, interest >= 4]
        record = decide(engagement, rated(role, influence, interest))
        assert (record.outcome, record.verdict) == (quadrant, quadrant)
        assert [task.every for task in record.actions if task.every] == [cadence[quadrant]]
        assert [task for task in record.actions if not complete(task)] == []
        found = {one.fact: one.value for one in record.sets}
        assert found["stakeholder.quadrant"] == quadrant
        assert string(found["stakeholder.next_contact_on"]) == next_contact[quadrant]
        overdue = [task.due for task in record.actions if " today" in task.do]
        assert overdue == ([TODAY] if quadrant == "manage-closely" else [])  # eight days: a week is over


def test_practice_38_without_an_open_deal_the_weekly_call_becomes_a_monthly_one(engagement: Tree) -> None:
    for role, stage in itertools.product(ROLES, ("won", "lost")):
        record = decide(engagement, rated(role, 5, 5, deal__stage=stage))
        assert (record.outcome, record.verdict) == ("stay-close", "manage-closely")
        assert [task.every for task in record.actions if task.every] == ["P30D"]


def test_practice_38_weight_against_us_is_met_alone_before_any_round(engagement: Tree) -> None:
    for role, interest, attitude in itertools.product(ROLES, range(1, 6), (-2, -1)):
        for influence in (4, 5):
            record = decide(engagement, rated(role, influence, interest, attitude))
            assert record.outcome == "meet-alone"
            assert "alone before any round" in record.actions[0].do
            assert record.actions[0].due == "2026-03-09"
        assert decide(engagement, rated(role, 3, interest, attitude)).outcome != "meet-alone"


def test_practice_38_a_champion_is_tested_and_not_assumed(engagement: Tree) -> None:
    tests = ("door", "papers", "warned", "spoke")
    for role, count in itertools.product(ROLES, range(5)):
        for passed in itertools.combinations(tests, count):
            record = decide(engagement, rated(role, 5, 5, 2, **{"stakeholder.tests_passed": passed}))
            champion = count >= 2
            assert record.outcome == ("champion" if champion else "test-champion")
            found = {one.fact: one.value for one in record.sets}
            assert found.get("deal.champion_tested") is (True if champion else None)
    for kind in ("guide", "friend", "climber"):
        assert decide(engagement, rated(OPINION, 5, 5, 2, kind=kind)).outcome == "friend"


def test_practice_38_a_rating_that_nobody_has_is_found_out_in_the_way_of_the_role(engagement: Tree) -> None:
    for missing in ("influence", "interest"):
        found = [
            decide(engagement, rated(role, 5, 5) | {f"stakeholder.{missing}": ...}) for role in (*ROLES, ...)
        ]
        assert {record.outcome for record in found} == {f"find-{missing}"}
        assert len({record.say[0] for record in found}) == 5
        assert len({record.actions[0].do for record in found}) == 5


def test_practice_39_each_quadrant_speaks_differently_to_each_role(engagement: Tree) -> None:
    for ratings, more in (
        ((5, 5, 0), {}),
        ((5, 5, 0), {"deal.stage": "won"}),
        ((5, 5, 1), {"stakeholder.tests_passed": ("door", "spoke")}),
        ((5, 5, 1), {}),
        ((5, 5, 1), {"kind": "friend"}),
        ((5, 5, -1), {}),
        ((5, 1, 0), {}),
        ((1, 5, 1), {}),
        ((1, 5, -1), {}),
        ((1, 1, 0), {}),
    ):
        found = [decide(engagement, rated(role, *ratings) | more) for role in (*ROLES, ...)]
        assert len({record.outcome for record in found}) == 1
        assert len({record.say[0] for record in found}) == 5
        firsts = {THEM.sub("them", record.actions[0].do) for record in found}
        assert len(firsts) == 5, firsts


def test_practice_22_no_gap_of_a_person_without_name_or_rating_is_shown_raw(engagement: Tree) -> None:
    for part, influence, interest, attitude in itertools.product(
        (*ROLES, ...), (1, 5, ...), (1, 5), (-1, 0, 1)
    ):
        record = decide(engagement, rated(part, influence, interest, attitude))
        assert record.status == "decided"
        for text in texts(record):
            assert not re.search(r"[{}\[\]|]|None|null", text), text
