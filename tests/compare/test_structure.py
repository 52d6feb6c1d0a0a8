"""What differs between two versions, part by part."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pair import NEW, OLD, write

from abm_tree.compare.structure import differences, merged
from abm_tree.report.compared import Detail, Entry
from abm_tree.session.diff import under_new_names
from abm_tree.session.open import open_tree
from abm_tree.tree.canonical import logic_of
from abm_tree.tree.parts import Tree


def trees(folder: Path, old: str, new: str) -> tuple[Tree, Tree]:
    found = []
    for path in write(folder, old, new):
        opened = open_tree(str(path))
        assert opened.usable, opened.findings
        found.append(opened.tree)
    return found[0], found[1]


def nowhere(home: str, path: Any) -> str:
    return ""


def changed(folder: Path, old: str, new: str) -> tuple[Entry, ...]:
    one, other = trees(folder, old, new)
    return differences(one.canonical, other.canonical, nowhere, nowhere)


def told(entries: tuple[Entry, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.what, one.kind, one.name, one.was) for one in entries]


def test_everything_that_differs_in_the_order_of_the_tree(tmp_path: Path) -> None:
    assert told(changed(tmp_path, OLD, NEW)) == [
        ("changed", "parameter", "large", ""),
        ("renamed", "fact", "licences", "seats"),
        ("changed", "score", "fit", ""),
        ("renamed", "node", "funds", "money"),
        ("changed", "node", "seats", ""),
        ("removed", "node", "pay", ""),
        ("changed", "outcome", "yes", ""),
        ("changed", "outcome", "look", ""),
    ]


def test_a_branch_is_known_by_its_test_wherever_it_stands(tmp_path: Path) -> None:
    branches = '{ when = "< 10", to = "no" }, { when = ">= 10", to = "pay" }'
    turned = '{ when = ">= 10", to = "no" }, { when = "<10", to = "pay" }'
    found = changed(tmp_path, OLD, OLD.replace(branches, turned))
    assert told(found) == [("changed", "node", "seats", "")]
    assert found[0].details == (
        Detail("branch `>= 10`", "to `pay`", "to `no`"),
        Detail("branch `< 10`", "to `no`", "to `pay`"),
        Detail("order of branches", "< 10; >= 10", ">= 10; < 10"),
    )


def test_a_rename_is_no_other_change(tmp_path: Path) -> None:
    new = (
        OLD.replace('"seats"', '"licences"')
        .replace("[facts.seats]", '[facts.licences]\nrenamed_from = ["seats"]')
        .replace("[nodes.seats]", '[nodes.licences]\nrenamed_from = ["seats"]')
        .replace("[nodes.pay]", '[nodes.paying]\nrenamed_from = ["pay"]')
        .replace('"pay"', '"paying"', 2)
        .replace('["paying"]', '["pay"]')
        .replace("[outcomes.look]", '[outcomes.find-out]\nrenamed_from = ["look"]')
        .replace('unknown = "look"', 'unknown = "find-out"')
    )
    one, other = trees(tmp_path, OLD, new)
    found = differences(one.canonical, other.canonical, nowhere, nowhere)
    assert [(entry.name, entry.was, entry.details) for entry in found] == [
        ("licences", "seats", ()),
        ("licences", "seats", ()),
        ("paying", "pay", ()),
        ("find-out", "look", ()),
    ]
    under = under_new_names(one, other)
    forms = [logic_of(tree.canonical) for tree in (under, other)]
    assert forms[0] == forms[1], "under the new names nothing else differs"


BUDGET = """\
[facts.budget]
type = "choice"
ask = "Is there money?"
choices = { approved = "Yes", planned = "Planned", none = "No" }

"""


def test_a_fact_that_became_shared_is_the_same_fact(tmp_path: Path) -> None:
    assert BUDGET in OLD
    new = OLD.replace(BUDGET, "").replace('"budget"', '"deal.money"').replace("budget =", "deal.money =")
    shared = BUDGET.replace("[facts.budget]", '[facts."deal.money"]\nrenamed_from = ["fit-check/budget"]')
    found = {}
    for name, text, facts in (
        ("old", OLD, ""),
        ("new", new, shared),
        ("elsewhere", new, shared.replace("fit-check/", "another-tree/")),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "fit-check.toml").write_text(text, encoding="utf-8")
        if facts:
            (tmp_path / name / "facts.toml").write_text(facts, encoding="utf-8")
        opened = open_tree(str(tmp_path / name / "fit-check.toml"))
        assert opened.usable, opened.findings
        found[name] = opened.tree
    entries = differences(found["old"].canonical, found["new"].canonical, nowhere, nowhere)
    assert told(entries) == [("renamed", "shared fact", "deal.money", "fit-check/budget")]
    under = under_new_names(found["old"], found["new"])
    forms = [logic_of(tree.canonical) for tree in (under, found["new"])]
    assert forms[0] == forms[1], "under the new name nothing else differs"
    # What another tree called so is not this tree's: nothing is guessed.
    entries = differences(found["old"].canonical, found["elsewhere"].canonical, nowhere, nowhere)
    assert {("removed", "fact", "budget", ""), ("added", "shared fact", "deal.money", "")} <= set(
        told(entries)
    )


def test_words_are_told_from_what_decides(tmp_path: Path) -> None:
    words = (
        OLD.replace("No money, no deal.", "Money first.").replace("Pursue", "Go").replace('"Yes"', '"Sure"')
    )
    one, other = trees(tmp_path, OLD, words)
    found = differences(one.canonical, other.canonical, nowhere, nowhere)
    assert one.logic == other.logic and all(entry.words for entry in found) and len(found) == 3
    for logic in (
        OLD.replace("value = 1000", "value = 1001"),
        OLD.replace('planned = "Planned", ', "").replace('["approved", "planned"]', '"approved"'),
        OLD.replace("add = 40", "add = 41"),
        OLD.replace(
            '[nodes.money]\ndecide = "budget"\nwhy', '[nodes.money]\ndecide = "budget"\notherwise = "no"\nwhy'
        ),
        OLD.replace('\nask = "How many seats?"', ""),
        OLD.replace('verdict = "nurture"', 'verdict = "later"'),
    ):
        one, other = trees(tmp_path, OLD, logic)
        found = differences(one.canonical, other.canonical, nowhere, nowhere)
        assert one.logic != other.logic
        assert found and not all(entry.words for entry in found), logic


SUB = """\
id = "inner"
title = "Inner"
start = "n"
[nodes.n]
ask = "Well?"
type = "boolean"
unknown = "bad"
branches = [{ is = true, to = "good" }, { is = false, to = "bad" }]
[outcomes.good]
title = "Good"
[outcomes.bad]
title = "Bad"
"""
OUTER = """\
id = "outer"
title = "Outer"
start = "step"
[nodes.step]
tree = "inner"
branches = [{ is = "good", to = "yes" }, { is = "bad", to = "no" }]
[outcomes.yes]
title = "Yes"
[outcomes.no]
title = "No"
"""


def test_trees_that_are_called_and_what_is_shared_count_too(tmp_path: Path) -> None:
    forms = []
    facts = '[facts."account.size"]\ntype = "integer"\nask = "Size?"\n'
    for number, (inner, outer, shared) in enumerate(
        (
            (SUB, OUTER, facts),
            (
                SUB.replace("[outcomes.good]", '[outcomes.fine]\nrenamed_from = ["good"]').replace(
                    '"good" }', '"fine" }'
                ),
                OUTER.replace('is = "good"', 'is = "fine"').replace(
                    "[outcomes.yes]", '[outcomes.yes]\nnote = "{account.size | many} people"'
                ),
                facts,
            ),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in (("inner", inner), ("outer", outer), ("facts", shared)):
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        forms.append(open_tree(str(folder / "outer.toml")).tree)
    found = differences(forms[0].canonical, forms[1].canonical, nowhere, nowhere)
    assert [(one.what, one.kind, one.name, one.was, one.home) for one in found] == [
        ("changed", "outcome", "yes", "", ""),
        ("renamed", "outcome", "fine", "good", "inner"),
        ("added", "shared fact", "account.size", "", ""),
    ]
    assert under_new_names(*forms).logic != forms[0].logic


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where plain values stand in a form."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, key))
    else:
        yield path


def test_each_value_of_the_tree_that_ships_counts_once_and_for_what_it_is() -> None:
    """Whatever is changed in it is told, and as words only where the logic stays."""
    tree = open_tree("lead-qualification").tree
    logic = logic_of(tree.canonical)
    count = 0
    for path in leaves(tree.canonical):
        if path[0] == "canonical" or path == ("tree",) or "renamed_from" in path or path[2:] == ("id",):
            continue
        form: Any = copy.deepcopy(tree.canonical)
        here = form
        for step in path[:-1]:
            here = here[step]
        before = here[path[-1]]
        here[path[-1]] = (
            not before if isinstance(before, bool) else before + ("x" if isinstance(before, str) else 1)
        )
        found = differences(tree.canonical, form, nowhere, nowhere)
        assert len(found) == 1, path
        assert found[0].words == (logic_of(form) == logic), path
        assert all("\n" not in (one.before or "") + (one.after or "") for one in found[0].details), path
        count += 1
    assert count > 1000


def test_what_is_gone_stands_where_it_stood() -> None:
    assert merged(("a", "b", "c", "d"), ("c", "x", "a")) == ["c", "d", "x", "a", "b"]
    assert merged(("a", "b"), ("b",)) == ["a", "b"]
    assert merged((), ("n",)) == ["n"]


@pytest.mark.parametrize("number", range(3))
def test_nothing_differs_from_itself(tmp_path: Path, number: int) -> None:
    one, _ = trees(tmp_path, (OLD, NEW, OLD)[number], NEW)
    assert differences(one.canonical, copy.deepcopy(one.canonical), nowhere, nowhere) == ()
