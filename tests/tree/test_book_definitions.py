"""List facts in a tree's file: what they move in its revision, who reads them, and cases that state them."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tree_texts import damaged

from abm_tree.source import Diagnostic
from abm_tree.tree.book import list_facts
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import cases_draft
from abm_tree.walk.cases import check_cases
from abm_tree.walk.replay import tree_of

Load = Callable[..., Any]

BOOK = """\
[book.class]
title   = "Class"
as      = "abc"
of      = "revenue_per_head * 2"
where   = "account.employees > 10 and budget = \\"approved\\""
share_a = "share"
[book.twins]
as = "count-alike"
by = ["account.client", "budget"]
[book.idle]
as = "count"
[derived]
is_best = 'book.class = "A" and book.twins < 3'
"""
WITH = damaged(
    ("[derived]\n", BOOK),
    ("large  = {", "share  = { value = 0.7 }\nlarge  = {"),
    ('if       = "deal.amount > 50000"', 'if       = "is_best"'),
    ("points = [\n", 'points = [\n  { of = "book.class", is = { A = 5 } },\n'),
    ("Below {large}", "With {book.twins | no} others below {large}"),
)


@pytest.fixture
def tree(load_text: Load) -> Callable[..., Tree]:
    def load(text: str = WITH, files: dict[str, str] | None = None) -> Tree:
        found = load_text(text, files)
        assert found.told == []
        result: Tree = found.tree
        return result

    return load


def changed(old: str, new: str) -> str:
    assert WITH.count(old) == 1, old
    return WITH.replace(old, new)


def test_conditions_derived_facts_scores_and_texts_read_them(tree: Callable[..., Tree]) -> None:
    found = tree()
    assert set(list_facts(found)) == {"book.class", "book.twins"}, "one that nothing reads is left out"
    one = found.book["book.class"]
    assert one.limits == {
        "share_a": Decimal("0.7"),
        "rank_a": Decimal("0.20"),
        "share_b": Decimal("0.95"),
        "rank_b": Decimal("0.50"),
    }
    assert set(one.reads) == {"revenue_per_head", "account.employees", "budget", "share"}
    assert {"account.annual_revenue", "account.client"} <= set(found.facts)
    assert {"A", "B", "C"} == set(found.facts["book.class"].choices)
    assert found.facts["book.class"].ask is None


SAME = {
    "a default written out": changed('share_a = "share"', 'share_a = "share"\nrank_a = 0.2\nshare_b = 0.950'),
    "spaces in a condition": changed("revenue_per_head * 2", "revenue_per_head*2"),
    "the order of facts that are alike": changed(
        '["account.client", "budget"]', '["budget", "account.client"]'
    ),
}
OTHER = {
    "kind": changed('as = "count-alike"\nby = ["account.client", "budget"]', 'as = "count"'),
    "what is ranked": changed("revenue_per_head * 2", "revenue_per_head * 3"),
    "who takes part": changed("account.employees > 10 and", "account.employees > 11 and"),
    "a limit": changed('share_a = "share"', 'share_a = "share"\nrank_a = 0.3'),
    "a parameter as limit": changed("value = 0.7", "value = 0.6"),
    "alike in less": changed('["account.client", "budget"]', '["budget"]'),
}


@pytest.mark.parametrize("change", SAME)
def test_spelling_leaves_no_trace(change: str, tree: Callable[..., Tree]) -> None:
    assert tree(SAME[change]).revision == tree().revision


@pytest.mark.parametrize("change", OTHER)
def test_what_is_computed_moves_revision_and_logic(change: str, tree: Callable[..., Tree]) -> None:
    before, after = tree(), tree(OTHER[change])
    assert after.revision != before.revision
    assert after.logic != before.logic


def test_a_title_is_words(tree: Callable[..., Tree]) -> None:
    before, after = tree(), tree(changed('title   = "Class"', 'title   = "Kind"'))
    assert after.revision != before.revision
    assert after.logic == before.logic


def test_an_override_is_the_limit_that_holds(tree: Callable[..., Tree]) -> None:
    found = tree(WITH, {"abm-tree.toml": "[parameters.tree]\nshare = 0.6\n"})
    assert found.book["book.class"].limits["share_a"] == Decimal("0.6")
    assert found.revision == tree(OTHER["a parameter as limit"]).revision


def test_the_form_loads_to_the_same_tree(tree: Callable[..., Tree]) -> None:
    before = tree()
    after = tree_of(json.loads(json.dumps(before.canonical)), before.revision)
    assert (after.revision, after.logic) == (before.revision, before.logic)
    assert after.book["book.class"].limits == before.book["book.class"].limits


CALLER = """
id = "caller"
title = "Caller"
start = "go"
[book.twins]
as = "count"
[nodes.go]
decide = "book.twins"
unknown = "on"
otherwise = "on"
branches = [{ when = "> 3", to = "on" }]
[nodes.on]
tree = "called"
"""


def test_a_called_trees_list_facts_carry_its_id(tree: Callable[..., Tree]) -> None:
    found = tree(CALLER, {"trees/called.toml": WITH.replace('"tree"', '"called"', 1)})
    assert set(list_facts(found)) == {"book.twins", "called/book.class", "called/book.twins"}
    assert set(list_facts(found)) <= set(found.facts)
    one, below, prefix = list_facts(found)["called/book.twins"]
    assert (one.kind, below.id, prefix) == ("count-alike", "called", "called/")


@pytest.mark.parametrize("spelling", ['"book.class" = "A"', 'book.class = "A"'])
def test_cases_state_them(spelling: str, load_text: Load) -> None:
    found = load_text(
        'id = "tree"\ntitle = "T"\nstart = "go"\n'
        '[book.class]\nas = "abc"\nof = "account.employees"\n'
        '[nodes.go]\ndecide = "book.class"\nunknown = "no"\n'
        'branches = [{ is = "A", to = "yes" }, { is = ["B", "C"], to = "no" }]\n'
        '[outcomes]\nyes = { title = "Yes" }\nno = { title = "No" }\n'
    )
    assert found.told == []
    path = found.folder / "trees" / "tree.cases.toml"
    cases = (
        f'[[cases]]\nname = "a"\nfacts = {{ {spelling} }}\noutcome = "yes"\n'
        '[[cases]]\nname = "without a list"\noutcome = "no"\n'
        '[[cases]]\nname = "no class"\nfacts = { "book.class" = "D" }\noutcome = "no"\n'
    )
    path.write_text(cases, encoding="utf-8")
    told: list[Diagnostic] = check_cases(cases_draft(path), found.tree)
    assert [one.code for one in told] == ["type-mismatch"]
