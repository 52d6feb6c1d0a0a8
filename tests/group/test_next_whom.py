"""Whom to ask: whose matter it is, who usually knows, who carries most weight; and where a tree says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from abm_tree.feel import parse_date
from abm_tree.group.next import Question, fit, ranked
from abm_tree.group.people import Stakeholder
from abm_tree.session.open import open_tree

QUESTION = Question("deal.budget", "Budget", "Is there money?", "", "deal", ("commercial-decision-maker",))
BUYER = Stakeholder("P1", "Ada", role="commercial-decision-maker", influence=2)
CHIEF = Stakeholder("P2", "Ben", role="commercial-decision-maker", influence=4)
LOUD = Stakeholder("P3", "Cy", role="influencer", influence=5)
TREE = """\
id = "asks"
title = "Asks"
start = "budget"

[facts.budget]
type = "choice"
ask = "Is there money?"
ask_of = ["commercial-decision-maker", "influencer"]
choices = { yes = "Yes", no = "No" }

[nodes.budget]
decide = "budget"
unknown = "later"
branches = [{ is = "yes", to = "now" }, { is = "no", to = "later" }]

[outcomes.now]
title = "Now"

[outcomes.later]
title = "Later"
"""


def test_the_role_that_usually_knows_goes_before_weight() -> None:
    assert fit(QUESTION, [BUYER, LOUD, CHIEF]).person == CHIEF
    assert fit(replace(QUESTION, ask_of=("end-user", "influencer")), [BUYER, LOUD]).person == LOUD
    found = fit(QUESTION, [LOUD])
    assert found.person == LOUD
    assert found.why == "carries most weight; nobody there is known as commercial decision maker"
    assert fit(replace(QUESTION, ask_of=()), [BUYER, CHIEF, LOUD]).person == LOUD


def test_a_role_that_is_too_old_to_count_is_none() -> None:
    old = replace(CHIEF, stale=frozenset({"stakeholder.role"}))
    assert fit(QUESTION, [old, LOUD]).person == LOUD


def test_without_weight_the_latest_contact_counts() -> None:
    early, late = parse_date("2026-01-10"), parse_date("2026-03-01")
    some = [Stakeholder("A", "A", contacted_on=early), Stakeholder("B", "B", contacted_on=late)]
    found = fit(replace(QUESTION, ask_of=()), some)
    assert (found.person, found.why) == (some[1], "was contacted last")
    assert fit(QUESTION, []).person is None and fit(QUESTION, []).role == "commercial-decision-maker"


def test_a_personal_question_is_for_the_walk_with_that_person() -> None:
    mine = replace(QUESTION, scope="stakeholder", person="P1")
    assert fit(mine, [LOUD, BUYER]).person == BUYER
    assert fit(replace(QUESTION, scope="workspace"), [LOUD]).person is None
    assert fit(replace(QUESTION, ask_of=("ourselves",)), [LOUD]).why == "we know it ourselves"
    assert fit(replace(mine, ask_of=("ourselves",)), [LOUD, BUYER]).person == BUYER, "it is about them"


def test_a_question_that_does_nothing_is_not_asked() -> None:
    assert ranked([QUESTION]) == ()


def test_who_is_asked_is_no_part_of_the_logic(tmp_path: Path) -> None:
    file = tmp_path / "asks.toml"
    file.write_text(TREE, encoding="utf-8")
    with_roles = open_tree(str(file)).tree
    assert with_roles.facts["budget"].ask_of == ("commercial-decision-maker", "influencer")
    file.write_text(
        TREE.replace('ask_of = ["commercial-decision-maker", "influencer"]\n', ""), encoding="utf-8"
    )
    without = open_tree(str(file)).tree
    assert (with_roles.logic, without.facts["budget"].ask_of) == (without.logic, ())
    file.write_text(TREE.replace('"influencer"]', '"influenzer"]'), encoding="utf-8")
    found = [
        one for one in open_tree(str(file)).findings if "ask_of" in one.message or "influenzer" in one.message
    ]
    assert found and found[0].severity.name == "ERROR" and "influencer" in found[0].help + found[0].message
