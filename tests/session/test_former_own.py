"""A tree's own fact that is shared now: answers under its earlier name count, here and elsewhere."""

from __future__ import annotations

import pytest
from calls import CALL, OTHER, Office, asks, known, say

from abm_tree.session.open import open_tree
from abm_tree.tree.former import former_keys

OWN = """[facts.budget]
type = "choice"
title = "Budget"
ask = "Is there money?"
choices = { yes = "Yes", planned = "Planned", no = "No" }

"""
SHARED = OWN.replace("[facts.budget]", '[facts."deal.money"]\nrenamed_from = ["call/budget"]')
LATER = """
id = "later"
title = "Later"
start = "money"
[nodes.money]
decide = "deal.money"
unknown = "no"
branches = [{ is = "yes", to = "yes" }, { is = ["planned", "no"], to = "no" }]
[outcomes.yes]
title = "Yes"
[outcomes.no]
title = "No"
"""


def share(office: Office) -> None:
    """The tree's own fact becomes a shared one, with its earlier name."""
    assert OWN in CALL
    office.write(
        "trees/call.toml", CALL.replace(OWN, "").replace('decide = "budget"', 'decide = "deal.money"')
    )
    office.write("trees/facts.toml", SHARED)


def test_its_keys_in_the_tree_itself_in_one_that_calls_it_and_elsewhere(office: Office) -> None:
    share(office)
    office.write("trees/later.toml", LATER)
    trees = {name: open_tree(name, office.folder).tree for name in ("call", "other", "later")}
    assert former_keys(trees["call"])["budget"] == "deal.money"
    assert former_keys(trees["other"])["call/budget"] == "deal.money"
    assert "budget" not in former_keys(trees["other"]), "its own budget is another fact"
    assert former_keys(trees["later"])["call/budget"] == "deal.money"
    assert "budget" not in former_keys(trees["later"]), "it never had one"


def test_a_tree_that_was_renamed_finds_it_by_its_earlier_id(office: Office) -> None:
    share(office)
    text = (office.folder / "trees" / "call.toml").read_text(encoding="utf-8")
    office.write("trees/ring.toml", text.replace('id = "call"', 'id = "ring"\nrenamed_from = ["call"]'))
    (office.folder / "trees" / "call.toml").unlink()
    office.write("trees/other.toml", OTHER.replace('tree = "call"', 'tree = "ring"'))
    assert former_keys(open_tree("ring", office.folder).tree)["budget"] == "deal.money"
    assert former_keys(open_tree("other", office.folder).tree)["call/budget"] == "deal.money"


def test_an_open_walk_keeps_its_answer_when_it_goes_over(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "12", "planned")
    share(office)
    workspace = office.open()
    back = workspace.resume(walk.id)
    assert back.state.answers.keys() == {"seats", "budget"}, "it stays on the tree that it began with"
    newer = workspace.newer(back)
    assert newer is not None and newer.stays == ("Seats", "Budget") and not newer.lost
    back.revise(newer.tree)
    assert asks(back) == "mood"
    assert back.state.answers.keys() == {"seats", "deal.money"}


@pytest.mark.parametrize(("tree", "end"), [("call", "mood"), ("later", "no")])
def test_what_an_earlier_call_learned_counts_under_the_new_name(office: Office, tree: str, end: str) -> None:
    say(office.start("A1", "P2"), "12", "planned")
    share(office)
    office.write("trees/later.toml", LATER)
    found = office.start("A1", "P2", tree=tree)
    assert known(found)["deal.money"] == "planned"
    assert asks(found) == end


def test_a_later_answer_under_the_new_name_counts_before_it(office: Office) -> None:
    say(office.start("A1", "P2"), "12", "planned")
    share(office)
    office.write("trees/later.toml", LATER)
    other = office.start("A1", "P1", tree="later")
    other.answer("deal.money", "yes")
    assert known(office.start("A1", "P2"))["deal.money"] == "yes"
