"""What does not fit together at an account of a real workspace: lists, walks of several people and deals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from calls import Office, at, put, say
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.feel import DateTime, parse_date
from abm_tree.group.conflict import ASKED_TWICE, MESSAGE, PROMISE, SET, TOLD, Conflict
from abm_tree.journal.forget import Forgotten, forget
from abm_tree.session.cohesion import conflicts
from abm_tree.session.snapshot import snapshot
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace
from abm_tree.tree.facts import Known
from abm_tree.walk.subject import Subject

Today = Callable[[str], None]

# Asks for a few facts of the account and the deal, and says when we meet again.
VISIT = """
id = "visit"
title = "Visit"
subject = "stakeholder"
start = "money"

[facts.seats]
of = "account"
type = "integer"
title = "Seats"
ask = "How many seats?"

[facts.salary]
of = "deal"
type = "integer"
title = "Salary"
ask = "What does it cost them?"
sensitive = true

[facts.eager]
of = "stakeholder"
type = "boolean"
title = "Eager"
ask = "Are they eager?"

[facts.next_on]
of = "deal"
type = "date"
title = "Next visit"

[people.apart]
as = "contradicted"
facts = ["deal.budget", "seats"]

[nodes.money]
decide = "deal.budget"
unknown = "seats"
branches = [{ is = ["approved", "planned", "none"], to = "seats" }]

[nodes.seats]
decide = "seats"
unknown = "salary"
branches = [{ when = "< 5", to = "salary" }, { when = ">= 5", to = "salary" }]

[nodes.salary]
decide = "salary"
unknown = "eager"
branches = [{ when = "< 100", to = "eager" }, { when = ">= 100", to = "eager" }]

[nodes.eager]
decide = "eager"
unknown = "apart"
branches = [{ is = false, to = "small" }, { is = true, to = "apart" }]

[nodes.apart]
branches = [{ if = 'list contains(people.apart, "budget")', to = "settle" }]
otherwise = "large"
unknown = "large"

[outcomes.small]
title = "Small"
set = { "account.tier" = "C" }
compute = { next_on = 'today() + duration("P30D")' }
say = { default = "We meet again on {next_on}." }

[outcomes.large]
title = "Large"
set = { "account.tier" = "A" }
compute = { next_on = 'today() + duration("P7D")' }
say = { default = "We meet again on {next_on}." }

[outcomes.settle]
title = "Settle the budget"
"""
LOOK = """
id = "look"
title = "Look"
subject = "stakeholder"
start = "class"

[facts.open]
of = "stakeholder"
type = "boolean"
ask = "Are they open?"

[nodes.class]
decide = "account.tier"
unknown = "nothing"
branches = [{ is = ["A", "B", "C"], to = "nothing" }]

[outcomes.nothing]
title = "Nothing"
"""
CONTACTS = """\
contact_id,account_id,contact name,budget,decision date,seats,checked
P1,A1,Ada Quill,approved,2026-06-30,,2026-02-20
P2,A1,Ben Reed,none,2026-06-30,,2026-02-20
P3,A1,Cy Sand,,,,2026-02-20
P4,A2,Dee Park,planned,,,2026-02-20
"""


@pytest.fixture
def room(office: Office) -> Office:
    office.write("trees/visit.toml", VISIT)
    office.write("trees/look.toml", LOOK)
    office.write("contacts.csv", CONTACTS)
    office.change("abm-tree.toml", 'path = "contacts.csv"', 'path = "contacts.csv"\ndated_by = "checked"')
    return office


def working(room: Office) -> Workspace:
    """The workspace, opened once in a test: it sees by itself which files change."""
    kept = OPEN.get(room.folder)
    if kept is None:
        OPEN.clear()
        kept = OPEN[room.folder] = room.open()
    return kept


OPEN: dict[Path, Workspace] = {}


def found(
    room: Office,
    *kinds: str,
    trees: Sequence[str] = ("visit",),
    deal: str = "",
    as_of: DateTime | None = None,
) -> list[Conflict]:
    """What does not fit together at the first account."""
    workspace = working(room)
    opened = [workspace.tree(one) for one in trees]
    snap = snapshot(workspace, opened, "A1", deal, as_of=as_of)
    out = conflicts(workspace, snap, opened)
    return [one for one in out if not kinds or one.kind in kinds]


def visit(room: Office, person: str, *texts: str, deal: str = "", tree: str = "visit") -> Walk:
    """A walk with somebody."""
    return say(working(room).start(tree, subject=Subject("A1", deal, person)), *texts)


def told(one: Conflict) -> dict[str, str]:
    return {side.person: side.value for side in one.sides}


def quiet(room: Office) -> Office:
    """The room without anybody's word on the list."""
    room.write(
        "contacts.csv", "contact_id,account_id,contact name,checked\nP1,A1,Ada,2026-02-20\nP2,A1,Ben,\n"
    )
    return room


# ------------------------------------------------------------------ told


def test_columns_of_the_contacts_are_what_their_people_told(room: Office) -> None:
    (budget,) = found(room, TOLD)
    assert (budget.fact, budget.title) == ("deal.budget", "Budget")
    assert told(budget) == {"P1": "Yes, approved", "P2": "No"}
    assert {(side.source, side.on, side.by) for side in budget.sides} == {
        ("contacts list", parse_date("2026-02-20"), "")
    }
    # A fact that no chosen tree reads is compared as well.
    room.change("contacts.csv", "none,2026-06-30", "none,2026-07-31")
    assert [one.fact for one in found(room, TOLD)] == ["deal.budget", "deal.decision_on"]
    assert [one.fact for one in found(room, TOLD, trees=())] == ["deal.budget", "deal.decision_on"]


def test_what_was_said_later_stands_over_the_list(room: Office, today: Today) -> None:
    walk = visit(room, "P2")
    put(walk, "deal.budget", "approved")
    assert found(room, TOLD) == []
    walk.back()
    assert len(found(room, TOLD)) == 1, "taken back"
    walk.redo()
    room.write("contacts.csv", CONTACTS.replace("none,2026-06-30,,2026-02-20", "none,2026-06-30,,2026-03-02"))
    today("2026-03-05")
    assert found(room, TOLD) == [], "of one day, what was said counts"
    room.write("contacts.csv", CONTACTS.replace("none,2026-06-30,,2026-02-20", "none,2026-06-30,,2026-03-04"))
    assert told(found(room, TOLD)[0])["P2"] == "No", "the list is newer"


def test_a_word_of_a_walk_says_where_it_was_said_and_who_wrote_it_down(room: Office, today: Today) -> None:
    today("2026-03-04")
    put(visit(room, "P2"), "deal.budget", "planned")
    (budget,) = found(room, TOLD)
    ben = budget.sides[1]
    assert (ben.person, ben.value, ben.source, ben.by, ben.tree) == (
        "P2",
        "Planned, not approved",
        "Visit",
        "Kim",
        "visit",
    )
    assert ben.on == parse_date("2026-03-04")
    assert found(room, TOLD, as_of=at("2026-03-03T09:00:00Z"))[0].sides[1].value == "No", "not said yet"


def test_own_facts_of_trees_are_compared_and_have_the_trees_name(room: Office) -> None:
    quiet(room)
    assert found(room, TOLD, trees=("look",)) == []
    visit(room, "P1", "-", "12")
    put(visit(room, "P2"), "seats", "3")
    put(visit(room, "P2", tree="call"), "seats", "40")  # another tree's seats
    (seats,) = found(room, TOLD)
    assert (seats.fact, told(seats)) == ("visit/seats", {"P1": "12", "P2": "3"})
    # Those of every tree that was walked about the account, whichever are chosen for the plan.
    assert found(room, TOLD, trees=("look",)) == found(room, TOLD, trees=()) == [seats]


def test_words_on_another_deal_and_of_another_account_do_not_count(room: Office) -> None:
    quiet(room)
    put(visit(room, "P1", deal="D1"), "deal.budget", "approved")
    put(visit(room, "P2", deal="D2"), "deal.budget", "none")
    assert found(room, TOLD) == found(room, TOLD, deal="D1") == found(room, TOLD, deal="D2") == []
    put(visit(room, "P1", deal="D2"), "deal.budget", "planned")
    assert told(found(room, TOLD, deal="D2")[0]) == {"P1": "Planned, not approved", "P2": "No"}
    # The account's facts are the same in every deal.
    put(visit(room, "P1", deal="D1"), "seats", "9")
    put(visit(room, "P2", deal="D2"), "seats", "2")
    assert [one.fact for one in found(room, TOLD)] == ["visit/seats"]


def test_what_we_read_or_estimated_nobody_told(room: Office) -> None:
    quiet(room)
    visit(room, "P1").answer("deal.budget", "approved", "estimate")
    visit(room, "P2").answer("deal.budget", "none")
    assert found(room, TOLD) == []


def test_a_heading_that_is_no_question_is_nobodys_word(room: Office) -> None:
    """An export repeats the account's columns beside every contact."""
    heading = "contact_id,account_id,contact name,account name,account tier,budget,checked"
    room.write("contacts.csv", f"{heading}\nP1,A1,Ada,Alder,A,none,\nP2,A1,Ben,ALDER Inc.,B,planned,\n")
    assert [one.fact for one in found(room, trees=("look",))] == ["deal.budget"]
    # Where an outcome sets it, somebody may well be told otherwise.
    finished(room, "P3", "approved", "3", "50", "no")
    (tier,) = [one for one in found(room, trees=("look",)) if one.fact == "account.tier" and one.kind == TOLD]
    assert told(tier) == {
        "P1": "A: the few that bring most of the revenue",
        "P2": "B: the middle",
    }


def test_the_group_fact_of_a_tree_says_the_same(room: Office) -> None:
    assert room.start("A1", "P1", "visit").given["people.apart"] == Known(("budget",), "people")
    for person in ("P1", "P2"):
        put(visit(room, person), "seats", "3" if person == "P1" else "4")
    for tree in ("visit", "look"):
        assert working(room).start("visit", subject=Subject("A1")).given["people.apart"] == Known(
            ("budget", "seats"), "people"
        ), tree
    assert [one.fact for one in found(room, TOLD)] == ["deal.budget", "visit/seats"]


CELLS = {
    "budget": ["approved", "none", ""],
    "seats": ["3", "7", ""],
    "checked": ["2026-02-20", "2026-03-02", ""],
}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_group_facts_and_contradictions_never_disagree(
    room: Office, today: Today, data: st.DataObject
) -> None:
    """Over any list and any words since, in one journal that grows."""
    rows = ["contact_id,account_id,contact name,budget,seats,checked"]
    for person in ("P1", "P2", "P3"):
        cells = [data.draw(st.sampled_from(CELLS[one])) for one in ("budget", "seats", "checked")]
        rows.append(",".join((person, "A1", person, *cells)))
    room.write("contacts.csv", "\n".join(rows) + "\n")
    today(data.draw(st.sampled_from(["2026-02-21", "2026-03-02", "2026-03-05"])))
    for _ in range(data.draw(st.integers(0, 2))):
        walk = visit(room, data.draw(st.sampled_from(["P1", "P2", "P9"])))
        put(walk, "deal.budget", data.draw(st.sampled_from(["approved", "planned"])))
        put(walk, "seats", data.draw(st.sampled_from(["3", "7"])))
    state = working(room).start("visit", subject=Subject("A1")).given["people.apart"]
    assert isinstance(state, Known)
    assert state.value == tuple(
        name
        for name, fact in (("budget", "deal.budget"), ("seats", "visit/seats"))
        if any(one.fact == fact for one in found(room, TOLD))
    )


# ------------------------------------------------------------------ promised


def finished(room: Office, person: str, *texts: str, **how: str) -> Walk:
    walk = visit(room, person, *texts, **how)
    assert walk.state.status == "finished", walk.question
    return walk


def test_what_a_finished_walk_promised_another_excludes(room: Office, today: Today) -> None:
    quiet(room)
    finished(room, "P1", "approved", "3", "50", "no")  # next visit in 30 days
    today("2026-03-04")
    finished(room, "P2", "yes")  # in 7; what else there is to ask is known by now
    promises = {one.fact: one for one in found(room, PROMISE, trees=("look",))}
    assert {fact: told(one) for fact, one in promises.items()} == {
        "account.tier": {"P1": "C: the many small ones", "P2": "A: the few that bring most of the revenue"},
        "visit/next_on": {"P1": "2026-04-01", "P2": "2026-03-11"},
    }, "also of a tree that is not chosen"
    ada, ben = promises["visit/next_on"].sides
    assert promises["visit/next_on"].title == "Next visit"
    assert (ada.did, ada.source, ada.by, ada.on) == (
        "promise",
        "Visit: Small",
        "Kim",
        parse_date("2026-03-02"),
    )
    assert (ben.did, ben.source, ben.on) == ("promise", "Visit: Large", parse_date("2026-03-04"))
    assert found(room, PROMISE, trees=("look",), as_of=at("2026-03-03T09:00:00Z")) == []


def test_a_later_walk_takes_the_promise_back(room: Office, today: Today) -> None:
    quiet(room)
    finished(room, "P1", "approved", "3", "50", "no")
    today("2026-03-04")
    second = finished(room, "P2", "yes")
    assert len(found(room, PROMISE, trees=("look",))) == 2
    third = put(visit(room, "P1"), "eager", "yes")
    assert found(room, PROMISE, trees=("look",)) == [], "to both the same now"
    third.back()
    assert len(found(room, PROMISE, trees=("look",))) == 2, "it is open again"
    second.back()
    assert found(room, PROMISE, trees=("look",)) == []


def test_a_promise_against_the_accounts_own_record(room: Office) -> None:
    quiet(room)
    room.write("accounts.csv", "account_id,account name,employees,account tier\nA1,Alder,50,B\n")
    finished(room, "P1", "approved", "3", "50", "no")
    (tier,) = found(room, PROMISE, trees=("look",))
    assert [(side.person, side.did, side.value) for side in tier.sides] == [
        ("P1", "promise", "C: the many small ones"),
        ("P2", "read", "B: the middle"),
    ]


def test_promises_of_another_deal_are_its_own(room: Office) -> None:
    quiet(room)
    finished(room, "P1", "approved", "3", "50", "no", deal="D1")
    finished(room, "P2", "approved", "50", "yes", deal="D2")
    assert {one.fact for one in found(room, PROMISE, trees=("look",), deal="D1")} == {"account.tier"}


@pytest.mark.parametrize("whom", ["P2", "A1/P2"])
def test_what_was_forgotten_is_gone(room: Office, whom: str) -> None:
    quiet(room)
    finished(room, "P1", "approved", "3", "50", "no")
    finished(room, "P2", "yes")
    put(visit(room, "P2"), "deal.budget", "none")
    assert {one.kind for one in found(room, trees=("look",))} == {TOLD, PROMISE}
    assert isinstance(forget(working(room).journal, whom), Forgotten)
    assert found(room, trees=("look",)) == []


# ------------------------------------------------------------------ set, said and asked


def test_walks_of_one_snapshot_that_establish_and_say_different_things(room: Office) -> None:
    quiet(room)
    room.write(
        "contacts.csv", "contact_id,account_id,contact name,eager,checked\nP1,A1,Ada,no,\nP2,A1,Ben,yes,\n"
    )
    sets = found(room, SET)
    assert {one.fact: told(one) for one in sets} == {
        "account.tier": {"P1": "C: the many small ones", "P2": "A: the few that bring most of the revenue"},
        "visit/next_on": {"P1": "2026-04-01", "P2": "2026-03-09"},
    }
    assert {side.source for one in sets for side in one.sides} == {"Visit: Small", "Visit: Large"}
    (words,) = found(room, MESSAGE)
    assert (words.fact, told(words)) == ("visit/next_on", {"P1": "2026-04-01", "P2": "2026-03-09"})
    assert found(room, PROMISE) == [], "no pair is told twice"


def test_the_same_question_asked_of_two_people(room: Office, today: Today) -> None:
    quiet(room)
    put(visit(room, "P1"), "deal.budget", "approved")
    today("2026-03-09")
    put(visit(room, "P2"), "deal.budget", "approved")
    asked = [one for one in found(room, ASKED_TWICE) if one.sides[0].did == "asked"]
    assert [(one.fact, told(one)) for one in asked] == [
        ("deal.budget", {"P1": "Yes, approved", "P2": "Yes, approved"})
    ]
    assert [side.on for side in asked[0].sides] == [parse_date("2026-03-02"), parse_date("2026-03-09")]
    visit(room, "P2").answer("deal.budget", "none")
    assert [one.kind for one in found(room, TOLD, ASKED_TWICE) if one.fact == "deal.budget"] == [TOLD]


def test_what_several_walks_need_is_one_question(room: Office) -> None:
    quiet(room)
    needed = {one.fact: [side.person for side in one.sides] for one in found(room, ASKED_TWICE)}
    assert needed == {fact: ["P1", "P2"] for fact in ("deal.budget", "visit/seats", "visit/salary")}
    visit(room, "P1").dont_know("deal.budget")
    assert len(found(room, ASKED_TWICE)) == 3, "that somebody does not know does not answer it"


def test_a_sensitive_fact_says_so(room: Office) -> None:
    quiet(room)
    for person, salary in (("P1", "50"), ("P2", "900")):
        put(visit(room, person), "salary", salary)
    (one,) = found(room, TOLD)
    assert (one.fact, one.sensitive) == ("visit/salary", True)
    assert told(one) == {"P1": "50", "P2": "900"}
    assert set(told(one.masked).values()) == {"(hidden)"}


def test_nobody_there_and_no_lists(room: Office) -> None:
    workspace = working(room)
    opened = [workspace.tree("visit")]
    for account in ("A3", "nowhere", ""):
        assert conflicts(workspace, snapshot(workspace, opened, account), opened) == ()
    room.write("abm-tree.toml", 'timezone = "UTC"\n')
    bare = room.open()
    assert conflicts(bare, snapshot(bare, opened, "A1"), opened) == ()
