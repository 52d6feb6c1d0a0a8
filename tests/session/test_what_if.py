"""What the map says of a branch, a node, an end: true, and for every line of every tree."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.draw.picture import Line, Plan, lines
from abm_tree.feel import parse_date_time
from abm_tree.journal.store import open_journal
from abm_tree.session.candidates import nobody_knows, takes
from abm_tree.session.open import open_tree
from abm_tree.session.question import tree_of
from abm_tree.session.walk import Walk, begin
from abm_tree.session.what_if import nearest, what_if
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.choose import ways_of

sys.path.append(str(Path(__file__).resolve().parents[1] / "properties"))
from generated import facts_for, trees

NOW = parse_date_time("2026-02-20T09:30:00+01:00")
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

TREE = """
id = "typed"
title = "Typed"
start = "size"
[facts.size]
type = "integer"
ask = "How many people?"
unit = "people"
minimum = 0
[facts.secret]
type = "choice"
title = "Mood"
ask = "What do they think of us?"
sensitive = true
choices = { good = "Well", bad = "Ill" }
[facts.when]
type = "date"
ask = "When do they decide?"
[nodes.size]
title = "Size"
decide = "size"
why = "The cheapest test first."
unknown = "both"
branches = [
  { when = "< 20", to = "end" },
  { when = "[20..40)", to = "both" },
  { when = ">= 40", to = "inner" },
]
[nodes.both]
title = "Both"
otherwise = "end"
unknown = "end"
branches = [{ if = 'secret = "good" and when > @"2026-03-01"', to = "won" }]
[nodes.inner]
tree = "inner"
unknown = "end"
branches = [{ is = "yes", to = "both" }, { is = "no", to = "end" }]
[outcomes.end]
title = "End"
verdict = "no"
[[outcomes.end.actions]]
do = "Write to {account.name | them}"
owner = "rep"
within = "P7D"
[outcomes.end.say]
default = "Goodbye."
[outcomes.won]
title = "Won"
"""
INNER = """
id = "inner"
title = "A closer look"
about = "Whether it fits."
start = "fits"
[nodes.fits]
title = "Fits"
ask = "Does it fit?"
choices = { yes = "It does", no = "It does not" }
unknown = "no"
branches = [{ is = "yes", to = "yes" }, { is = "no", to = "no" }]
[outcomes.yes]
title = "Fits"
[outcomes.no]
title = "Does not fit"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "typed.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "inner.toml").write_text(INNER, encoding="utf-8")
    opened = open_tree(str(tmp_path / "typed.toml"))
    assert opened.usable, opened.findings
    return opened.tree


def walk_of(tree: Tree, given: dict[str, Known | Unknown] | None = None) -> Walk:
    assert NOW is not None
    return begin(tree, open_journal(Path(":memory:")), NOW, given or {})


def said(walk: Walk, of: str, number: int) -> str:
    plan = Plan(walk.tree, walk.record)
    (line,) = [one for one in lines(plan, whole=True) if (one.of, one.number) == (of, number)]
    return "\n".join(text for text, _ in what_if(walk, plan, line))


def test_a_branch_of_the_present_node_says_where_an_answer_leads(tree: Tree) -> None:
    walk = walk_of(tree)
    seq = walk.state.seq
    assert said(walk, "size", 0).splitlines()[:3] == [
        "Size: < 20",
        "If Size is 19 people:",
        "it is decided: End (no).",
    ]
    assert said(walk, "size", 1).splitlines()[:5] == [
        "Size: 20 to under 40",
        "If Size is 20 people:",
        "asked next: What do they think of us?",
        "At most 1 more.",
        "Then possible (2): End; Won.",
    ]
    assert "asked next: Does it fit?" in said(walk, "size", 2)
    assert said(walk, "size", 3).splitlines()[1] == "If nobody knows Size:"
    assert walk.state.seq == seq, "nothing is committed"


def test_a_branch_that_no_single_answer_takes_says_what_else_it_takes(tree: Tree) -> None:
    walk = walk_of(tree, {"size": Known(30)})
    text = said(walk, "both", 0)
    assert "No answer to “Mood” alone takes this branch. It also takes When." in text
    assert "If Mood is “Ill”:\nit is decided: End (no)." in said(walk, "both", 1)
    walk.answer("secret", "good")
    assert "If When is 2026-03-06:" in said(walk, "both", 0)


def test_branches_left_behind_say_why(tree: Tree) -> None:
    walk = walk_of(tree)
    walk.answer("size", Known(30).value)
    assert "Taken.\nSize is 30 (answer" in said(walk, "size", 1)
    assert "Not taken.\nSize is 30 (answer" in said(walk, "size", 0)
    assert "Nothing leads to this node any more." in said(walk, "inner", 0)
    assert "Cannot be reached any more with what is known." in said(walk, "size", 2)


def test_what_is_known_and_excludes_a_branch_is_named_unless_it_is_sensitive(tree: Tree) -> None:
    walk = walk_of(tree, {"secret": Known("bad")})
    text = said(walk, "both", 0)
    assert "Not possible with what is known.\nMood is (hidden)." in text


def test_ends_and_nodes_further_on(tree: Tree) -> None:
    walk = walk_of(tree)
    end = said(walk, "both", 1)
    assert "Verdict: no" in end
    assert "· Write to them (rep, by 2026-02-27)" in end
    assert "Goodbye." in end
    assert "Still possible: the very next step." in end, "some answer to the first question leads there"
    won = said(walk, "both", 0)
    assert "Still possible. Before it, at least 1 node: Both." in won
    assert "Why: The cheapest test first." in said(walk, "", -1)
    assert "You are here." in said(walk, "", -1)
    inside = said(walk, "inner", -2)
    assert inside.splitlines()[:3] == [
        "A closer look",
        "tree inner, as a step of this one",
        "Whether it fits.",
    ]
    plan = Plan(walk.tree, walk.record)
    assert nearest(plan, "inner/fits") == ["Inner"]
    assert nearest(plan, "inner/yes") == ["Inner", "Fits"]


def test_from_within_a_tree_that_a_node_calls(tree: Tree) -> None:
    walk = walk_of(tree, {"size": Known(50)})
    assert walk.record.at == "inner/fits"
    assert "If Fits is “It does”:\nasked next: What do they think of us?" in said(walk, "inner/fits", 0)
    plan = Plan(walk.tree, walk.record)
    assert nearest(plan, "won") == ["Both"]


@given(trees(), st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=QUIET)
def test_every_line_has_something_to_say_and_it_is_so(tree: Tree, data: st.DataObject) -> None:
    walk = walk_of(tree, data.draw(facts_for(tree)))
    plan = Plan(tree, walk.record)
    seq = walk.state.seq
    for line in lines(plan, whole=True):
        found = what_if(walk, plan, line)
        assert found and found[0][0]
        assert all(isinstance(text, str) and isinstance(style, str) for text, style in found)
        _holds(walk, line)
    assert walk.state.seq == seq


def _holds(walk: Walk, line: Line) -> None:
    """What is said of an answer is what answering does."""
    need = walk.record.needs
    if need is None or need.state != "missing" or line.of != walk.record.at or line.number < 0:
        return
    inner, name, _ = tree_of(line.of, walk.tree)
    if ways_of(inner.nodes[name])[line.number].kind == "unknown":
        record = nobody_knows(walk, need.fact, line.number)
        assert record is None or record == walk.preview(need.fact, Unknown("answer"))
        return
    tried = takes(walk, need.fact, line.number)
    if isinstance(tried, tuple):
        value, record = tried
        assert record == walk.preview(need.fact, value)
        assert (line.of, line.number) in {(step.node, step.number) for step in record.trail}
