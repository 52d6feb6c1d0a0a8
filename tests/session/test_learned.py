"""What one walk has learned serves others, as far as its scope goes, with its age."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from calls import Office, asks, at, known, put, say

from abm_tree.session.walk import Walk
from abm_tree.tree.facts import Known
from abm_tree.tree.terms import ROLE
from abm_tree.walk.subject import Subject

Today = Callable[[str], None]


def lines(walk: Walk) -> dict[str, str]:
    return {one.key: one.source for one in walk.known() if not one.key.endswith(".name")}


def test_answers_serve_the_next_walk_about_the_same_with_their_age(office: Office, today: Today) -> None:
    say(office.start("A1", "P2"), "12", "planned", "warm", "technical-qualifier")
    today("2026-03-05")
    walk = office.start("A1", "P2")
    assert walk.record.outcome == "won", "nothing is asked twice"
    assert lines(walk) == {
        "account.employees": "from the list",
        "seats": "from an earlier call, 3 days ago",
        "budget": "from an earlier call, 3 days ago",
        "mood": "from an earlier call, 3 days ago",
        ROLE: "from an earlier call, 3 days ago",
    }


OURS = """
id = "ours"
title = "Ours"
start = "hours"
[facts.seats]
of = "account"
type = "integer"
ask = "How many seats?"
[nodes.hours]
decide = "workspace.resources"
unknown = "seats"
branches = [{ is = "none", to = "no" }, { is = ["shared", "dedicated"], to = "seats" }]
[nodes.seats]
decide = "seats"
unknown = "no"
branches = [{ when = "< 5", to = "no" }, { when = ">= 5", to = "yes" }]
[outcomes.yes]
title = "Yes"
[outcomes.no]
title = "No"
"""


@pytest.mark.parametrize("account", ["A1", "A2", ""])
def test_an_answer_about_ourselves_serves_every_account(office: Office, today: Today, account: str) -> None:
    office.write("trees/ours.toml", OURS)
    first = say(office.start("A1", tree="ours"), "shared", "12")
    today("2026-03-05")
    walk = office.open().start("ours", subject=Subject(account))
    told = {key for key, one in walk.given.items() if one.source == "journal"}
    assert told == {"workspace.resources"} | ({"seats"} if account == "A1" else set())
    assert lines(walk)["workspace.resources"] == "from an earlier call, 3 days ago"
    first.back()
    first.back()
    later = office.open().start("ours", subject=Subject(account))
    assert "workspace.resources" not in later.given, "an answer taken back is none, for others neither"


@pytest.mark.parametrize(
    ("account", "person", "deal", "served"),
    [
        ("A1", "P2", "", {"seats", "budget", "mood", ROLE}),
        ("A1", "P1", "", {"seats", "budget"}),  # a person's answers are that person's
        ("A1", "", "", {"seats", "budget"}),
        ("A1", "P2", "D7", {"seats", "mood"}),  # another deal: its facts, and roles in it, are its own
        ("A2", "P3", "", set()),  # another account
        ("", "", "", set()),  # nobody named
    ],
)
def test_whom_an_answer_serves_is_said_by_its_scope(
    office: Office, account: str, person: str, deal: str, served: set[str]
) -> None:
    say(office.start("A1", "P2"), "12", "planned", "warm", "technical-qualifier")
    walk = office.open().start("call", subject=Subject(account, deal, person))
    told = {key for key, one in walk.given.items() if one.source == "journal"}
    assert told == served


def test_own_facts_are_the_trees_own_also_where_it_is_a_step_of_another(office: Office) -> None:
    say(office.start("A1", "P2"), "12", "planned")
    walk = office.start("A1", "P2", "other")
    assert known(walk) == {"account.employees": 50, "call/seats": 12, "call/budget": "planned"}
    say(walk, "current", "yes", "cold")
    assert walk.record.outcome == "no"
    back = office.start("A1", "P2")
    assert {key: known(back)[key] for key in ("seats", "budget", "mood")} == {
        "seats": 12,
        "budget": "planned",
        "mood": "cold",
    }, "and what the other one learned in that step serves it in turn"


def test_the_latest_answer_in_force_counts(office: Office, today: Today) -> None:
    first = say(office.start("A1", "P2"), "12", "planned")
    today("2026-03-03")
    second = office.open().start("call", subject=Subject("A1", "", "P2"))
    second.answer("budget", "no")
    assert known(office.start("A1", "P2"))["budget"] == "no"
    second.back()
    assert known(office.start("A1", "P2"))["budget"] == "planned", "an answer taken back is none"
    first.back()
    assert "budget" not in known(office.start("A1", "P2"))
    first.redo()
    assert known(office.start("A1", "P2"))["budget"] == "planned"


def test_unknown_does_not_outlive_its_walk(office: Office) -> None:
    say(office.start("A1", "P2"), "-", "-")
    assert asks(office.start("A1", "P2")) == "seats"


def test_an_answer_to_what_nobody_knew_on_the_list_serves(office: Office) -> None:
    office.change("accounts.csv", "A2,Birch,", "A2,Birch,n/a")
    walk = office.start("A2")
    put(walk, "account.employees", "33")
    assert known(office.start("A2"))["account.employees"] == 33


def test_what_was_stated_at_the_start_serves_too(office: Office) -> None:
    office.start("A1", "P2", role="influencer", given={"seats": Known(7), "budget": Known("yes")})
    assert known(office.start("A1", "P2")) == {
        "account.employees": 50,
        "seats": 7,
        "budget": "yes",
        ROLE: "influencer",
    }


def test_what_outcomes_set_is_not_learned(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "12", "yes", "warm", "commercial-decision-maker")
    assert [one.fact for one in walk.record.sets] == ["account.tier"]
    assert "account.tier" not in known(office.start("A1", "P2"))


def test_a_fact_that_has_changed_its_choices_is_asked_again(office: Office) -> None:
    say(office.start("A1", "P2"), "12", "planned")
    office.change("trees/call.toml", 'planned = "Planned", no', 'later = "Later", no')
    office.change("trees/call.toml", '["yes", "planned"]', '["yes", "later"]')
    assert asks(office.start("A1", "P2")) == "budget"


# ---------------------------------------------------------------- age


def dated_list(office: Office, day: str) -> None:
    office.change("abm-tree.toml", 'path = "accounts.csv"\n', 'path = "accounts.csv"\ndated_by = "updated"\n')
    office.write("accounts.csv", f"account_id,account name,employees,updated\nA1,Alder,50,{day}\n")


@pytest.mark.parametrize(
    ("listed", "said", "counts"),
    [
        ("2026-01-10", "2026-03-02", 80),  # said later
        ("2026-03-04", "2026-03-02", 50),  # the list is newer
        ("", "2026-03-02", 80),  # an undated list: what was said goes before
        ("2026-01-10", "2022-01-02", 50),  # said too long ago to count
        ("", "2022-01-02", 50),
    ],
)
def test_of_the_list_and_an_earlier_call_the_later_counts(
    office: Office, today: Today, listed: str, said: str, counts: int
) -> None:
    dated_list(office, listed)
    today(said)
    put(office.start("A1"), "account.employees", "80")
    today("2026-03-05")
    assert known(office.start("A1"))["account.employees"] == counts


def test_a_stale_answer_is_offered_for_confirmation(office: Office, today: Today) -> None:
    today("2023-05-02")
    put(office.start("A2"), "account.employees", "33")
    today("2026-03-05")
    walk = office.start("A2")
    question = walk.question
    assert question is not None
    assert (question.key, question.stale, question.stale_value) == ("account.employees", "33", 33)
    (line,) = [one for one in walk.known() if one.key == "account.employees"]
    assert (line.text, line.stale) == ("33", True)
    walk.answer("account.employees", question.stale_value)
    assert asks(walk) == "seats"


def test_a_stale_none_is_offered_too(office: Office, today: Today) -> None:
    office.change(
        "trees/call.toml", 'ask = "How many seats?"\n', 'ask = "How many seats?"\nnone = "No seats"\n'
    )
    office.change("trees/call.toml", "minimum = 0\n", 'minimum = 0\nstale_after = "P30D"\n')
    office.start("A1").answer("seats", None)
    today("2026-05-01")
    question = office.start("A1").question
    assert question is not None
    assert (question.key, question.stale, question.stale_value) == ("seats", "No seats", None)


def test_what_is_said_later_than_the_day_decided_for_is_not_seen(office: Office, today: Today) -> None:
    say(office.start("A1"), "12")
    today("2026-03-05")
    put(office.start("A1"), "seats", "90")
    walk = office.start("A1", as_of=at("2026-03-03T09:00:00Z"))
    assert known(walk)["seats"] == 12
    assert known(office.start("A1"))["seats"] == 90
