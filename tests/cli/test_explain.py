"""`abm-tree explain --why-not` and `--possible`: where the way turned off, what would do, what decides."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from program import AS_OF, LIST, REPOSITORY, SMALL, Run

from abm_tree.cli.exits import Exit

Golden = Callable[[str, str], None]
LIST_THAT_SHIPS = REPOSITORY.joinpath("examples/accounts.csv").as_posix()
SHIPPED = ("lead-qualification", "--accounts", LIST_THAT_SHIPS, "--account", "ACC-0003", *AS_OF)

KINDS = r"""
id = "kinds"
title = "Kinds \u001b[31mof\u202e conditions"
start = "whole"

[facts.seats]
of = "account"
type = "integer"
title = "Seats"
ask = "How many seats?"
minimum = 0
maximum = 9

[facts.state]
of = "account"
type = "choice"
title = "State"
ask = "What is it like?"
choices = { good = "Good", fair = "Fair \u001b[2J", bad = "Bad" }
none = "None at all"

[facts.paid]
of = "account"
type = "money"
currency = "EUR"
title = "Paid"
ask = "What do they pay?"

[facts.sent_on]
of = "deal"
type = "date"
title = "Sent"
ask = "When was it sent?"

[derived]
each = "paid / seats"

[scores.all]
title = "All"
points = [
  { add = 3, if = "seats >= 4" },
  { of = "state", is = { good = 3, fair = 1 } },
  { add = 2, if = "each > 100" },
]

[nodes.whole]
title = "Whole"
branches = [
  { if = 'seats >= 5 and state = "good" and paid >= 1000', to = "review" },
  { if = "seats = 0", to = "never" },
]
otherwise = "sum"
unknown = "sum"

[nodes.sum]
decide = "score.all"
branches = [{ at_least = 6, to = "top" }, { at_least = 3, to = "each" }, { below = true, to = "low" }]

[nodes.each]
decide = "each"
unknown = "low"
branches = [{ when = "<= 50", to = "cheap" }, { when = "> 50", to = "wait" }]

[nodes.wait]
wait = { after = "sent_on", for = "P10D" }
decide = "state"
unknown = "low"
otherwise = "low"
branches = [{ is = "fair", to = "late" }]

[nodes.review]
tree = "small"
unknown = "low"
branches = [{ is = "yes", to = "best" }, { is = "no", to = "low" }]
otherwise = "top"

[nodes.never]
decide = "seats"
unknown = "low"
branches = [{ when = "> 0", to = "out-of-reach" }, { when = "<= 0", to = "low" }]

[outcomes.top]
title = "Top"
[outcomes.best]
title = "Best"
[outcomes.cheap]
title = "Cheap"
[outcomes.late]
title = "Late"
[outcomes.low]
title = "Low"
[outcomes.out-of-reach]
title = "Out of reach"
"""


def facts(text: str) -> list[str]:
    """Options: `seats=3 -state` for a fact that is known and one that nobody knows."""
    return [
        part
        for one in shlex.split(text)
        for part in (("--unknown", one[1:]) if one.startswith("-") else ("--fact", one))
    ]


WHY_NOT = {
    "lead, nothing asked yet": ("qualified-hot", ""),
    "lead, nobody knows more": ("qualified-hot", "-all"),
    "lead, smaller": ("self-serve", "-all"),
    "lead, a score short of it": (
        "qualified-hot",
        "need=3 budget=planned procurement=none deal.competitor=none deal.decision_on=2026-04-20 "
        "stakeholder.role=end-user task_minutes=60 trial=yes authority=director",
    ),
    "lead, as it is": ("nurture", "-all"),
}


@pytest.mark.parametrize("case", WHY_NOT)
def test_why_not_for_the_tree_that_ships(case: str, here: Run, golden: Golden) -> None:
    outcome, given = WHY_NOT[case]
    ran = here("explain", *SHIPPED, *facts(given), "--why-not", outcome)
    assert ran.code == Exit.OK
    golden(f"why/{case}.txt", ran.text)


def test_what_is_open_for_the_tree_that_ships(here: Run, golden: Golden) -> None:
    shown = [
        here("explain", *SHIPPED, *facts(given), "--possible").text
        for given in (
            "need=4",
            "-all",
            "need=1",
            "need=3 budget=planned procurement=none deal.competitor=none",
        )
    ]
    golden("why/lead, still open.txt", "\n".join(shown))


KINDS_ASKED = {
    "parts of a condition": ("best", "seats=6 state=good paid=10 account.employees=60 sent_on=2026-01-01"),
    "parts of a condition, in a tree that is called": ("best", "seats=6 state=good paid=5000 -all"),
    "a computed number": ("cheap", "seats=4 state=bad paid=900 sent_on=2026-01-01"),
    "a computed number, nothing known": ("cheap", ""),
    "a wait": ("late", "seats=4 state=fair paid=210 sent_on=2026-03-01"),
    "a score": ("top", "seats=3 state=fair paid=100"),
    "a wait, another way": ("low", "seats=4 state=bad paid=210 sent_on=2026-03-01"),
    "contradiction": ("out-of-reach", "seats=4 state=good paid=5"),
    "nobody must know": ("low", "seats=4 state=good paid=5000 account.employees=60"),
}


@pytest.mark.parametrize("case", KINDS_ASKED)
def test_why_not_over_every_kind_of_condition(case: str, here: Run, tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "kinds.toml").write_text(KINDS, encoding="utf-8")
    outcome, given = KINDS_ASKED[case]
    ran = here("explain", "kinds.toml", *facts(given), "--why-not", outcome, "--possible", *AS_OF)
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert "\x1b" not in ran.out and "\u202e" not in ran.out
    golden(f"why/{case}.txt", ran.text)
    values = json.loads(
        here(
            "explain",
            "kinds.toml",
            *facts(given),
            "--why-not",
            outcome,
            "--possible",
            "--format",
            "json",
            *AS_OF,
        ).out
    )
    assert values["record"]["tree"] == "kinds"
    assert {one["path"][0] for one in values["why_not"]["changes"]} <= {"whole"}
    assert set(values["still_open"]["outcomes"]) <= set(values["record"]["possible"])


def test_what_the_values_say(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    account = ("--accounts", "list.csv", "--account")
    ran = here("explain", "small.toml", *account, "A1", "--why-not", "yes", "--json", *AS_OF)
    found = json.loads(ran.out)["why_not"]
    assert (found["verdict"], found["smallest"]) == ("found", True)
    assert found["turned_off"]["node"] == "size"
    assert [one["to"] for one in found["turned_off"]["needed"]] == ["worth"]
    (change,) = found["changes"][0]["facts"]
    assert (change["fact"], change["value_now"], change["nearest"]) == ("account.employees", 10, 50)
    assert change["tests"] == [">= 50"]
    ran = here("explain", "small.toml", *account, "A3", "--unknown", "all", "--possible", "--json", *AS_OF)
    found = json.loads(ran.out)
    assert "why_not" not in found
    assert found["still_open"]["settle_alone"] == ["account.employees"]
    assert [one["tests"] for one in found["still_open"]["deciding"][0]["values"]] == [["< 50"], [">= 50"]]


def test_an_outcome_may_be_named_by_its_title(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    employees = ("--fact", "account.employees=10")
    ways = [
        here("explain", "small.toml", *employees, "--why-not", one, *AS_OF).out for one in ("yes", "pursue")
    ]
    assert ways[0] == ways[1] != ""


MISSPELT = {
    "nearly": "qualified-ht",
    "nothing like it": "zzz",
    "no name": "",
    "hostile": "\x1b[2J\u202eyes",
    "an outcome of a tree that is called": "inner-only",
}


@pytest.mark.parametrize("case", MISSPELT)
def test_an_outcome_that_is_none_is_answered_with_the_nearest(case: str, here: Run, golden: Golden) -> None:
    ran = here("explain", *SHIPPED, "--why-not", MISSPELT[case])
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    golden(f"bad/why not, {case}.txt", ran.text)


def test_a_tree_of_outcomes_alone(here: Run, tmp_path: Path) -> None:
    text = 'id = "ends"\ntitle = "Ends"\nstart = "one"\n[outcomes.one]\ntitle = "One"\n'
    (tmp_path / "ends.toml").write_text(text, encoding="utf-8")
    ran = here("explain", "ends.toml", "--why-not", "one", "--possible", *AS_OF)
    assert ran.out.splitlines()[0] == "It does come to One (`one`)."
    assert "it can only come to One" in ran.out


DERIVED = """\
id = "worth"
title = "Worth"
start = "each"
[derived]
per_head = "account.annual_revenue / account.employees"
left = "(account.renewal_on - today()).days"
[parameters]
near = { value = 90, unit = "days", kind = "judgement", source = "a guess" }
[nodes.each]
decide = "per_head"
unknown = "ask"
branches = [{ when = "< 100000", to = "soon" }, { when = ">= 100000", to = "yes" }]
[nodes.soon]
branches = [{ if = "left < near", to = "yes" }]
otherwise = "no"
unknown = "ask"
[outcomes]
yes = { title = "Yes" }
no = { title = "No" }
ask = { title = "Ask" }
"""


def test_what_was_worked_out_on_the_way_is_said(here: Run, tmp_path: Path) -> None:
    (tmp_path / "worth.toml").write_text(DERIVED, encoding="utf-8")
    facts = ("account.annual_revenue=1000000", "account.employees=35", "account.renewal_on=2026-04-03")
    given = [part for fact in facts for part in ("--fact", fact)]
    said = here("explain", "worth.toml", *given, "--as-of", "2026-03-02").out
    assert "`< 100000` (per_head = 28,571.43) holds" in said
    assert "`left < near` (left = 32, near = 90) holds" in said
    said = here("explain", "worth.toml", *given, "--as-of", "2026-01-01").out
    assert "no branch takes it (left = 92), so otherwise" in said


def test_a_list_of_ids_alone_serves_a_tree_that_reads_people(here: Run, tmp_path: Path) -> None:
    (tmp_path / "who.toml").write_text(
        """
id = "who"
title = "Who"
start = "many"
[people.many]
as = "count"
[nodes.many]
decide = "people.many"
unknown = "no"
branches = [{ when = ">= 1", to = "yes" }, { when = "< 1", to = "no" }]
[outcomes]
yes = { title = "Yes" }
no = { title = "No" }
""",
        encoding="utf-8",
    )
    (tmp_path / "list.csv").write_text("account_id,size\nN-1,5\nN-2,6\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,account_id,name\n1,N-1,Ann\n", encoding="utf-8")
    asked = ("explain", "who.toml", "--accounts", "list.csv", "--contacts", "people.csv", "--account")
    for account, end in (("N-1", "`yes`"), ("N-2", "`no`")):
        ran = here(*asked, account)
        assert ran.code == Exit.OK, ran.err
        assert end in ran.out
