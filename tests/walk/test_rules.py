"""The rules of DESIGN.md section 5, one after the other, on trees that hold nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import NOW, TAIL, came_to, facts, run, tree

from abm_tree.feel import Date
from abm_tree.tree.facts import Known
from abm_tree.walk.advance import advance


def conditions(*tests: str, unknown: str = "open") -> str:
    way = f'unknown = "{unknown}"' if unknown else ""
    branches = "\n".join(
        f"[[nodes.first.branches]]\nif = '''{test}'''\nto = \"{to}\""
        for test, to in zip(tests, ("won", "lost"), strict=False)
    )
    return f'[nodes.first]\notherwise = "lost"\n{way}\n{branches}\n'


# 1. Undetermined, never null.


@pytest.mark.parametrize(
    ("unknown", "values", "expected"),
    [
        ("", {}, "needs hot (missing)"),
        ("", {"hot": "no"}, "lost"),
        ("", {"size": "3"}, "lost"),
        ("hot", {"size": "3"}, "lost"),
        ("hot", {"size": "30"}, "open"),
        ("hot", {}, "needs size (missing)"),
        ("hot size", {}, "open"),
        ("", {"hot": "yes"}, "needs size (missing)"),
    ],
)
def test_and_decides_where_the_known_operands_suffice(
    tmp_path: Path, unknown: str, values: dict[str, str], expected: str
) -> None:
    assert came_to(run(tree(tmp_path, conditions("hot and size > 10")), unknown, **values)) == expected


@pytest.mark.parametrize(
    ("unknown", "values", "expected"),
    [
        ("", {"hot": "yes"}, "won"),
        ("hot", {"size": "30"}, "won"),
        ("hot", {"size": "3"}, "open"),
        ("hot", {}, "needs size (missing)"),
        ("", {"hot": "no"}, "needs size (missing)"),
    ],
)
def test_or_decides_where_the_known_operands_suffice(
    tmp_path: Path, unknown: str, values: dict[str, str], expected: str
) -> None:
    assert came_to(run(tree(tmp_path, conditions("hot or size > 10")), unknown, **values)) == expected


def test_no_missing_fact_is_asked_that_could_not_settle_a_sum_with_an_unknown_part(tmp_path: Path) -> None:
    loaded = tree(tmp_path, conditions("size + silent > 10"))
    # `silent` has no question: it counts as unknown, so asking for `size` would be for nothing.
    assert came_to(run(loaded)) == "open"
    assert came_to(run(loaded, silent="5")) == "needs size (missing)"


def test_known_is_false_for_an_unknown_fact_and_asks_for_a_missing_one(tmp_path: Path) -> None:
    loaded = tree(tmp_path, conditions("known(budget)"))
    assert came_to(run(loaded)) == "needs budget (missing)"
    record = run(loaded, "budget")
    assert came_to(record) == "lost"
    assert record.leaned
    assert came_to(run(loaded, budget="no")) == "won"


def test_a_fact_known_to_be_none_is_known(tmp_path: Path) -> None:
    loaded = tree(tmp_path, conditions("known(sent_on)", "sent_on = null"))
    assert came_to(run(loaded, sent_on="null")) == "won"
    loaded = tree(tmp_path, conditions("sent_on = null"))
    assert came_to(run(loaded, sent_on="null")) == "won"
    assert came_to(run(loaded, "sent_on")) == "open"


# 2. Branches in their order.


def test_a_later_branch_never_overtakes_an_undetermined_one(tmp_path: Path) -> None:
    loaded = tree(tmp_path, conditions("size > 10", "hot"))
    assert came_to(run(loaded, hot="yes")) == "needs size (missing)"
    assert came_to(run(loaded, "size", hot="yes")) == "open"
    assert came_to(run(loaded, size="3", hot="yes")) == "lost"


def test_otherwise_takes_any_known_value_that_no_branch_takes_null_too(tmp_path: Path) -> None:
    head = '[nodes.first]\nunknown = "open"\notherwise = "lost"\n'
    middle = head + 'decide = "budget"\nbranches = [{ is = "yes", to = "won" }]\n'
    loaded = tree(tmp_path, middle)
    assert [came_to(run(loaded, budget=b)) for b in ("yes", "planned", "no")] == ["won", "lost", "lost"]
    assert came_to(run(loaded, "budget")) == "open"
    middle = head + """decide = "sent_on"\nbranches = [{ when = '> @"2026-01-01"', to = "won" }]\n"""
    loaded = tree(tmp_path, middle)
    assert came_to(run(loaded, sent_on="null")) == "lost"


def test_null_may_have_a_branch_of_its_own(tmp_path: Path) -> None:
    middle = (
        '[nodes.first]\ndecide = "sent_on"\notherwise = "lost"\nbranches = [{ when = "null", to = "won" }]\n'
    )
    assert came_to(run(tree(tmp_path, middle), sent_on="null")) == "won"


@pytest.mark.parametrize("way", [True, False])
def test_a_null_out_of_known_facts_takes_the_unknown_way_or_is_an_error_with_its_place(
    tmp_path: Path, way: bool
) -> None:
    loaded = tree(tmp_path, conditions("10 / size > 1", unknown="open" if way else ""))
    record = run(loaded, size="0")
    if way:
        assert came_to(record) == "open"
    else:
        assert record.status == "error"
        assert "first" in record.error
        assert "null" in record.error


def test_a_value_that_no_branch_takes_is_an_error_that_names_it(tmp_path: Path) -> None:
    middle = '[nodes.first]\ndecide = "size"\nbranches = [{ when = "< 10", to = "won" }]\n'
    record = run(tree(tmp_path, middle), size="12")
    assert (record.status, record.error) == ("error", "No branch takes 12, at node `first`")


# 3. Needs.


def test_an_unknown_fact_without_a_way_is_needed_all_the_same(tmp_path: Path) -> None:
    record = run(tree(tmp_path, conditions("hot", unknown="")), "hot")
    assert came_to(record) == "needs hot (unknown)"
    assert record.at == "first"


def test_a_stale_value_is_missing_and_offered_and_a_later_one_is_not_seen(tmp_path: Path) -> None:
    head = """
id = "small"
title = "Small"
start = "first"
[facts.hot]
type = "boolean"
ask = "Hot?"
stale_after = "P30D"
"""
    loaded = tree(tmp_path, conditions("hot"), head=head)
    assert NOW is not None
    for dated, expected in (
        (None, "won"),
        (Date(2026, 3, 1), "won"),
        (Date(2026, 2, 8), "won"),
        (Date(2026, 2, 7), "needs hot (missing)"),
        (Date(2026, 3, 11), "needs hot (missing)"),
    ):
        record = advance(loaded, {"hot": Known(True, "list", dated)}, NOW)
        assert came_to(record) == expected, dated
    assert record.needs is not None
    assert record.needs.stale is None
    record = advance(loaded, {"hot": Known(True, "list", Date(2026, 1, 1))}, NOW)
    assert record.needs is not None
    assert record.needs.stale == Known(True, "list", Date(2026, 1, 1))


# 4. Scores.

SCORE = """
[scores.fit]
points = [
  { add = 40, if = "size >= 100" },
  { of = "budget", is = { yes = 30, planned = 10, no = -20 } },
  { add = "silent", max = 5 },
]
[nodes.first]
decide = "score.fit"
unknown = "open"
branches = [{ at_least = 40, to = "won" }, { below = true, to = "lost" }]
"""


@pytest.mark.parametrize(
    ("unknown", "values", "expected"),
    [
        ("", {}, "needs size (missing)"),
        ("", {"size": "500"}, "needs budget (missing)"),
        ("", {"size": "5"}, "lost"),
        ("", {"size": "500", "budget": "yes"}, "won"),
        ("", {"size": "500", "budget": "no"}, "lost"),
        ("size", {"budget": "no"}, "lost"),
        ("size", {"budget": "yes"}, "open"),
        ("budget", {"size": "500"}, "open"),
        ("", {"budget": "yes"}, "needs size (missing)"),
    ],
)
def test_a_score_is_an_interval_while_facts_are_not_known(
    tmp_path: Path, unknown: str, values: dict[str, str], expected: str
) -> None:
    assert came_to(run(tree(tmp_path, SCORE), unknown, **values)) == expected


def test_an_open_rule_counts_from_the_lesser_to_the_greater_of_nothing_and_its_points(tmp_path: Path) -> None:
    record = run(tree(tmp_path, SCORE), size="500")
    assert [(p.low, p.high) for p in record.at_sums[0].rules] == [(40, 40), (-20, 30), (0, 5)]
    assert (record.at_sums[0].low, record.at_sums[0].high) == (20, 75)


def test_complete_asks_for_every_rule(tmp_path: Path) -> None:
    loaded = tree(tmp_path, SCORE.replace("points = [", "complete = true\npoints = ["))
    assert came_to(run(loaded, size="5")) == "needs budget (missing)"
    assert came_to(run(loaded, "budget", size="5")) == "lost"


def test_anywhere_else_a_score_that_is_not_one_value_is_undetermined(tmp_path: Path) -> None:
    middle = SCORE.split("[nodes.first]")[0] + conditions("score.fit >= 0 or hot")
    loaded = tree(tmp_path, middle)
    assert came_to(run(loaded, size="5", silent="1")) == "needs budget (missing)"
    assert came_to(run(loaded, "budget", size="500", silent="1")) == "needs hot (missing)"
    assert came_to(run(loaded, "budget", size="500", silent="1", hot="yes")) == "won"
    assert came_to(run(loaded, budget="yes", size="5", silent="1")) == "won"


# 5. Waits.

WAIT = """
[nodes.first]
wait = { after = "sent_on", for = "PT48H" }
decide = "hot"
unknown = "open"
branches = [{ is = true, to = "won" }, { is = false, to = "lost" }]
"""


@pytest.mark.parametrize(
    ("unknown", "values", "expected"),
    [
        ("", {}, "needs sent_on (missing)"),
        ("", {"sent_on": "2026-03-09"}, "waits"),
        ("", {"sent_on": "2026-03-08"}, "needs hot (missing)"),
        ("", {"sent_on": "null"}, "needs hot (missing)"),
        ("sent_on", {"hot": "yes"}, "won"),
        ("", {"sent_on": "2026-03-09", "hot": "yes"}, "waits"),
    ],
)
def test_a_wait_holds_while_its_date_is_known_and_its_time_not_over(
    tmp_path: Path, unknown: str, values: dict[str, str], expected: str
) -> None:
    record = run(tree(tmp_path, WAIT), unknown, **values)
    assert came_to(record) == expected
    if expected == "waits":
        assert record.until == "2026-03-11T00:00:00Z"
    assert set(record.possible) <= {"won", "lost", "open"}


# 6. Lists and actions.

LISTS = """
[lists.open_points]
items = [
  { if = "not(known(budget))", text = "who signs" },
  { if = "size > 10 and hot", text = "what it costs {size | them}" },
]
[nodes.first]
branches = [{ if = "count(lists.open_points) >= 1", to = "won" }]
otherwise = "lost"
unknown = "open"
"""
LISTED = """
[outcomes.won]
title = "Won"
[[outcomes.won.actions]]
each = "lists.open_points"
do = "Find out {item}"
owner = "rep"
within = "2 workdays"
[[outcomes.won.actions]]
if = "hot"
do = "Run: {lists.open_points | nothing open}"
owner = "rep"
within = "PT36H"
[outcomes.lost]
title = "Lost"
[outcomes.open]
title = "Open"
"""


def test_a_list_that_a_decision_reads_asks_for_what_all_its_items_lack(tmp_path: Path) -> None:
    loaded = tree(tmp_path, LISTS, tail=LISTED)
    assert came_to(run(loaded)) == "needs budget (missing)"
    assert came_to(run(loaded, "budget")) == "needs size (missing)"
    assert came_to(run(loaded, "budget", size="3")) == "won"
    assert came_to(run(loaded, "hot", budget="yes", size="30")) == "open"


def test_actions_never_ask_and_what_is_undecidable_stands_as_check(tmp_path: Path) -> None:
    loaded = tree(tmp_path, LISTS, tail=LISTED)
    record = run(loaded, "budget", size="3")
    assert [(task.do, task.check, task.due) for task in record.actions] == [
        ("Find out who signs", "", "2026-03-12"),
        ("Run: who signs", "Hot is not known", "2026-03-12T00:00:00Z"),
    ]
    record = run(loaded, "budget", size="30", hot="yes")
    assert [task.do for task in record.actions] == [
        "Find out who signs",
        "Find out what it costs 30",
        "Run: who signs and what it costs 30",
    ]


# Subtrees.

INNER = """
id = "inner"
title = "Inner"
start = "ask"
[facts.budget]
type = "choice"
ask = "Inner money?"
choices = { yes = "Yes", no = "No" }
[nodes.ask]
decide = "budget"
branches = [{ is = "yes", to = "good" }, { is = "no", to = "bad" }]
[outcomes.good]
title = "Good"
verdict = "fine"
revisit = "P20D"
note = "inner note"
set = { account.tier = "A" }
actions = [{ do = "Inner", owner = "rep", within = "P1D" }]
[outcomes.bad]
title = "Bad"
"""
CALLS = """
[nodes.first]
tree = "inner"
unknown = "open"
branches = [{ is = "good", to = "second" }, { is = "bad", to = "lost" }]
[nodes.second]
decide = "account.tier"
unknown = "open"
branches = [{ is = "A", to = "won" }]
otherwise = "lost"
"""
WON = """
[outcomes.won]
title = "Won"
revisit = "P10D"
actions = [{ do = "Outer", owner = "rep", within = "P1D" }]
[outcomes.lost]
title = "Lost"
[outcomes.open]
title = "Open"
"""


def test_a_subtree_has_facts_of_its_own_and_what_it_sets_holds_from_then_on(tmp_path: Path) -> None:
    loaded = tree(tmp_path, CALLS, tail=WON, inner=INNER)
    assert came_to(run(loaded, budget="yes")) == "needs inner/budget (missing)"
    # The list's tier gives way to the one that the subtree establishes.
    record = run(loaded, inner_of_budget="yes", account__tier="C")
    assert came_to(record) == "won"
    assert [step.node for step in record.trail] == ["first/ask", "first", "second"]
    assert [task.do for task in record.actions] == ["Inner", "Outer"]
    assert record.notes == ("inner note",)
    assert record.revisit == "2026-03-20"  # the earliest
    assert [(one.fact, one.value) for one in record.sets] == [("account.tier", "A")]
    assert record.possible == ("won",)


def test_nobody_knowing_inside_a_subtree_is_its_callers_unknown_way(tmp_path: Path) -> None:
    loaded = tree(tmp_path, CALLS, tail=WON, inner=INNER)
    record = run(loaded, "inner/budget")
    assert came_to(record) == "open"
    assert record.trail[-1].kind == "unknown"
    assert record.actions == ()


def test_without_branches_a_subtrees_outcomes_end_the_walk(tmp_path: Path) -> None:
    loaded = tree(tmp_path, '[nodes.first]\ntree = "inner"\n', inner=INNER, tail=TAIL)
    record = run(loaded, inner_of_budget="yes")
    assert (record.outcome, record.title, record.verdict) == ("first/good", "Good", "fine")
    assert set(run(loaded).possible) == {"first/good", "first/bad"}


def test_a_tree_may_consist_of_outcomes_alone(tmp_path: Path) -> None:
    loaded = tree(tmp_path, "", head='id = "small"\ntitle = "Small"\nstart = "won"\n')
    assert came_to(run(loaded)) == "won"


# Parameters by choice, computed facts, words.


def test_a_parameter_by_choice_reads_its_fact(tmp_path: Path) -> None:
    middle = """
[parameters]
large = { by = "budget", value = { yes = 10, planned = 100 } }
[nodes.first]
decide = "size"
unknown = "open"
branches = [{ at_least = "large", to = "won" }, { below = true, to = "lost" }]
"""
    loaded = tree(tmp_path, middle)
    assert came_to(run(loaded, size="50")) == "needs budget (missing)"
    assert came_to(run(loaded, size="50", budget="yes")) == "won"
    assert came_to(run(loaded, size="50", budget="planned")) == "lost"
    assert came_to(run(loaded, "budget", size="50")) == "open"


def test_what_an_outcome_computes_lacks_what_its_facts_lack(tmp_path: Path) -> None:
    tail = TAIL.replace(
        'title = "Won"',
        'title = "Won"\ncompute = { "deal.review_on" = \'today() + duration("P90D")\', '
        '"account.employees" = "size * 2" }',
    )
    loaded = tree(tmp_path, conditions("hot"), tail=tail)
    record = run(loaded, hot="yes")
    assert [(one.fact, str(one.state)) for one in record.sets] == [
        ("deal.review_on", "known"),
        ("account.employees", "missing"),
    ]
    assert record.sets[0].value == Date(2026, 6, 8)


def test_a_gap_in_words_is_visible_never_raw_braces(tmp_path: Path) -> None:
    tail = TAIL.replace(
        'title = "Won"',
        'title = "Won"\nnote = "For {account.name}, {size} people, {budget | money open}, {{so}}"',
    )
    loaded = tree(tmp_path, conditions("hot"), tail=tail)
    assert run(loaded, hot="yes").notes == ("For [Account?], [Size?] people, money open, {so}",)
    assert run(loaded, hot="yes", size="1200", account__name="Brontal", budget="no").notes == (
        "For Brontal, 1,200 people, No, {so}",
    )


def test_the_same_facts_in_another_order_give_the_same_record(tmp_path: Path) -> None:
    loaded = tree(tmp_path, SCORE)
    assert NOW is not None
    given = facts(loaded, "silent", size="500", budget="yes")
    turned = dict(reversed(given.items()))
    assert advance(loaded, given, NOW).as_json() == advance(loaded, turned, NOW).as_json()
