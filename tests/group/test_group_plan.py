"""The plan of an account, held against a plain re-computation: nothing lost, merged, in order, no circles."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree.feel import TEXT, Date, DateTime, parse_date_time, parse_duration
from abm_tree.group.conflict import ASKED_TWICE, MESSAGE, PROMISE, SET, TOLD, Conflict, Side
from abm_tree.group.dates import day_after, is_over, when
from abm_tree.group.people import Stakeholder
from abm_tree.group.plan import Item, Plan, Rules, plan
from abm_tree.group.views import view
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import Known, Unknown, complete
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.words import Words
from abm_tree.walk.advance import advance
from abm_tree.walk.reader import Reading
from abm_tree.walk.record import Record, Set, Step, Task
from abm_tree.walk.subject import Subject

NOW = parse_date_time("2026-03-31T09:00:00Z")
assert isinstance(NOW, DateTime)
RULES = Rules("manager", parse_duration("P3D"), "rep", parse_duration("P7D"), "P7D")
DAY = dt.date(2026, 3, 31)

PEOPLE = ("p1", "p2", "p3")
ROLES = ("commercial-decision-maker", "technical-qualifier", "influencer", "end-user")
FACTS = {
    "account.pain": "account",
    "deal.budget": "deal",
    "deal.date": "deal",
    "deal.stage": "deal",
    "own": "deal",
    "mood": "stakeholder",
    "stakeholder.attitude": "stakeholder",
    "people.engaged": "people",
}


def fact(name: str) -> Fact:
    asked = Words((f"What about {name}?",)) if name != "people.engaged" else None
    ask_of = {"account.pain": ("end-user",), "deal.stage": ("ourselves",)}.get(name, ())
    return Fact(name, "text", TEXT, FACTS[name], "." not in name, name.title(), ask=asked, ask_of=ask_of)


def tree(id: str) -> Tree:
    facts = {name: fact(name) for name in FACTS}
    return Tree(
        *(id, f"Tree {id}", "engagement", "1", "", "stakeholder", None, ""),
        names=facts,
        nodes={},
        outcomes={},
        actions=(),
        subtrees={},
        facts=facts,
    )


TREES = {id: tree(id) for id in ("one", "two")}

days = st.integers(-3, 9).map(lambda n: (DAY + dt.timedelta(days=n)).isoformat())
dues = st.one_of(days, days, st.just(""), days.map(lambda day: f"{day}T12:30:00Z"))
tasks = st.builds(
    Task,
    do=st.sampled_from(["Call", "Write", " Call ", "Meet", "=Sum", ""]),
    owner=st.sampled_from(["rep", "manager", ""]),
    channel=st.sampled_from(["", "mail"]),
    due=dues,
    every=st.sampled_from(["", "", "P7D"]),
    note=st.sampled_from(["", "Note"]),
    check=st.sampled_from(["", "Check"]),
    outcome=st.just("end"),
    fallback=st.sampled_from([{}, {"do": "Else", "owner": "manager"}, {"do": "Other"}]),
)
readings = st.builds(
    Reading, fact=st.sampled_from(list(FACTS)), state=st.sampled_from(["known", "known", "unknown"])
)
reading = st.lists(readings, max_size=3, unique_by=lambda one: one.fact).map(tuple)
values = st.just("x")
sets = st.builds(Set, fact=st.sampled_from(["deal.budget", "own"]), value=values, outcome=st.just("end"))


@st.composite
def snapshots(draw: Any, ways: tuple[str, ...] = ("branch", "otherwise")) -> Snapshot:
    """Walks of two trees; with "unknown" among the ways, some ended because nobody knew something."""
    steps = st.builds(lambda kind, read: Step("n", "", kind, "end", 0, read), st.sampled_from(ways), reading)
    ids = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3))
    people = tuple(
        Stakeholder(
            id,
            f"Name of {id}",
            role=draw(st.sampled_from((None, *ROLES))),
            influence=draw(st.sampled_from((None, 1, 5))),
            contacted_on=draw(st.sampled_from((None, Date(2026, 1, 2), Date(2026, 3, 2)))),
        )
        for id in ids
    )
    walked = []
    for id in draw(st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=2, unique=True)):
        for person in ids or [""]:
            record = Record(
                *(id, "r", "l", "e", NOW, Subject("A", "", person), "decided"),
                outcome="end",
                title=f"End of {id}",
                verdict="v",
                trail=tuple(draw(st.lists(steps, max_size=3))),
                actions=tuple(draw(st.lists(tasks, max_size=4))),
                sets=tuple(draw(st.lists(sets, max_size=1))),
            )
            walked.append(Walked(TREES[id], person, record))
    return Snapshot("A", "Acme", "", NOW, people, tuple(walked))


sides = st.builds(
    Side,
    person=st.sampled_from([*PEOPLE, ""]),
    value=st.sampled_from(["yes", "no", "100"]),
    on=st.sampled_from([None, Date(2026, 3, 1)]),
    tree=st.sampled_from(["one", "two"]),
)
conflicts = st.lists(
    st.builds(
        Conflict,
        kind=st.sampled_from([TOLD, SET, PROMISE, MESSAGE, ASKED_TWICE]),
        fact=st.sampled_from(["deal.budget", "deal.date", "one/own"]),
        title=st.just("The matter"),
        sides=st.lists(sides, min_size=2, max_size=3).map(tuple),
    ),
    max_size=4,
)


# ---------------------------------------------------------------- by hand


def whole(id: str, name: str) -> str:
    return name if "." in name else f"{id}/{name}"


def key(task: Task) -> tuple[str, ...]:
    return task.owner, task.channel, task.every, " ".join(task.do.split())


def reads(walked: Walked) -> set[tuple[str, str]]:
    found = set()
    for step in walked.record.trail:
        for one in step.read:
            whose = walked.person if FACTS[one.fact] == "stakeholder" else ""
            found.add((whole(walked.tree.id, one.fact), whose))
    return found


def lacks(walked: Walked) -> set[tuple[str, str]]:
    found = set()
    for step in walked.record.trail:
        for one in step.read:
            scope = FACTS[one.fact]
            if one.state == "unknown" and scope != "people" and (walked.person or scope != "stakeholder"):
                found.add((whole(walked.tree.id, one.fact), walked.person if scope == "stakeholder" else ""))
    return found


def actions(made: Plan) -> list[Item]:
    return [item for item in made.items if item.kind == "action"]


def item_of(made: Plan, walked: Walked, task: Task) -> Item:
    """The item that an action of a record is in."""
    found = [
        item
        for item in actions(made)
        if (item.owner, item.channel, item.every, item.do) == key(task)
        and any((one.tree, one.person) == (walked.tree.id, walked.person) for one in item.origins)
    ]
    assert len(found) == 1
    return found[0]


# ---------------------------------------------------------------- what holds of every plan


@settings(max_examples=60, deadline=None)
@given(snapshots(), conflicts)
def test_every_action_is_in_the_plan_and_like_ones_are_one(snap: Snapshot, found: list[Conflict]) -> None:
    made = plan(snap, found, RULES)
    wanted: dict[tuple[str, ...], list[tuple[Walked, Task]]] = {}
    for walked in snap.walked:
        for task in walked.record.actions:
            wanted.setdefault(key(task), []).append((walked, task))
    assert len(actions(made)) == len(wanted)
    for item in actions(made):
        pile = wanted[item.owner, item.channel, item.every, item.do]
        assert {(one.tree, one.person, one.do, one.due) for one in item.origins} == {
            (walked.tree.id, walked.person, task.do, task.due) for walked, task in pile
        }
        assert set(item.people) == {walked.person for walked, _ in pile if walked.person}
        earliest = min((task.due for _, task in pile), key=when)
        # No earlier than the earliest unless something that hangs on it is; never later.
        assert item.due == earliest
        assert set(item.notes) == {task.note for _, task in pile if task.note}
        assert set(item.checks) == {task.check for _, task in pile if task.check}
        first = next(task for _, task in pile if when(task.due) == when(earliest))
        assert item.fallback == first.fallback


@settings(max_examples=60, deadline=None)
@given(snapshots(), conflicts)
def test_what_is_settled_or_asked_comes_before_what_hangs_on_it(
    snap: Snapshot, found: list[Conflict]
) -> None:
    made = plan(snap, found, RULES)
    asked = {}
    for item in made.items:
        if item.kind == "question":
            name = item.settles[0]
            asked[name, item.people[0] if item.personal else ""] = item
    for walked in snap.walked:
        for task in walked.record.actions:
            item = item_of(made, walked, task)
            for name, whose in lacks(walked):
                title = name.rpartition("/")[2].title()
                question = next(
                    one
                    for one in made.items
                    if one.kind == "question"
                    and one.settles == (title,)
                    and (not whose or one.people == (whose,))
                    and any(origin.tree == walked.tree.id for origin in one.origins)
                )
                assert question.number in item.after
            for conflict in found:
                if conflict.kind == ASKED_TWICE:
                    continue
                concerned = (conflict.fact, "") in reads(walked)
                if conflict.kind == MESSAGE:
                    concerned |= any(
                        (s.person, s.tree) == (walked.person, walked.tree.id) for s in conflict.sides
                    )
                if concerned:
                    settling = [one for one in made.items if one.kind == "settle"]
                    assert any(one.number in item.after for one in settling)


@settings(max_examples=60, deadline=None)
@given(snapshots(ways=("branch", "unknown")), conflicts)
def test_the_order_is_by_date_and_what_comes_before_is_never_later(
    snap: Snapshot, found: list[Conflict]
) -> None:
    made = plan(snap, found, RULES)
    assert [item.number for item in made.items] == list(range(1, len(made.items) + 1))
    dates = [when(item.due) for item in made.items]
    assert dates == sorted(dates)
    for item in made.items:
        for number in item.after:
            assert number < item.number  # so there is no circle
            assert when(made.items[number - 1].due) <= when(item.due)
        assert item.overdue == (bool(item.due) and is_over(item.due, NOW))
    same_day = [(dates[n], len(chain(made, n)), made.items[n].owner) for n in range(len(dates))]
    assert same_day == sorted(same_day)
    assert plan(snap, found, RULES) == made


def chain(made: Plan, at: int) -> list[int]:
    """The longest row of items of which each comes before the next, ending with this one."""
    rows = [chain(made, number - 1) for number in made.items[at].after]
    return [*max(rows, key=len, default=[]), at]


@settings(max_examples=60, deadline=None)
@given(snapshots(), conflicts)
def test_each_open_question_is_there_once_and_with_somebody_who_lacks_it(
    snap: Snapshot, found: list[Conflict]
) -> None:
    made = plan(snap, found, RULES)
    wanted: Counter[tuple[str, str]] = Counter()
    for walked in snap.walked:
        wanted.update(dict.fromkeys(lacks(walked), 1))
    questions = [item for item in made.items if item.kind == "question"]
    titles = Counter((item.settles[0], item.people[0] if item.personal else "") for item in questions)
    assert titles == Counter((name.rpartition("/")[2].title(), whose) for name, whose in wanted)
    by_id = {one.id: one for one in snap.people}
    for item in questions:
        those = {one.person for one in item.origins if one.person}
        ours = item.settles == ("Deal.Stage",)  # nobody there is asked
        assert len(item.people) == (1 if those and not ours else 0)
        if not item.personal and those and not ours:

            def rank(id: str, item: Item = item) -> tuple[Any, ...]:
                one = by_id[id]
                day = one.contacted_on
                knows = item.settles == ("Account.Pain",) and one.role == "end-user"
                last = (day.year, day.month, day.day) if day else (0, 0, 0)
                return not knows, -(one.influence or 0), tuple(-part for part in last), id

            assert item.people == (min(those, key=rank),)
        assert when(item.due) <= when(day_after(NOW, RULES.ask_within))


@settings(max_examples=40, deadline=None)
@given(snapshots(), conflicts)
def test_conflicts_about_one_matter_are_settled_once(snap: Snapshot, found: list[Conflict]) -> None:
    made = plan(snap, found, RULES)
    settling = [item for item in made.items if item.kind == "settle"]
    assert len(settling) == len({one.fact for one in found if one.kind != ASKED_TWICE})
    for item in settling:
        assert item.owner == "manager"
        assert item.fallback["do"].startswith("Not settled")
    told = {side.person for one in found if one.kind != ASKED_TWICE for side in one.sides if side.person}
    assert {person for item in settling for person in item.people} == told


@settings(max_examples=25, deadline=None)
@given(snapshots(ways=("branch", "unknown")), conflicts, st.sampled_from(["date", "person", "owner"]))
def test_every_view_has_every_item(snap: Snapshot, found: list[Conflict], by: Any) -> None:
    made = plan(snap, found, RULES)
    sections = view(made, snap, by)
    assert {item.number for one in sections for item in one.items} == {item.number for item in made.items}
    for one in sections:
        numbers = [item.number for item in one.items]
        assert numbers == sorted(set(numbers))
        assert numbers
    if by != "person":
        assert sum(len(one.items) for one in sections) == len(made.items)


# ---------------------------------------------------------------- with trees that say how to find out

FINDING = """
id = "finding"
title = "Finding"
subject = "stakeholder"
start = "money"

[facts.money]
type = "choice"
of = "deal"
title = "Money"
ask = "Is there money?"
choices = { yes = "Yes", no = "No" }

[facts.gain]
type = "choice"
of = "stakeholder"
title = "Gain"
ask = "What do they gain?"
choices = { much = "Much", little = "Little" }

[facts.paper]
type = "choice"
of = "account"
title = "Paper"
ask = "Is there a plan?"
choices = { yes = "Yes", no = "No" }

[lists.open]
items = [{ if = 'not(known(paper)) or paper = "no"', text = "what they want" }]

[nodes.money]
decide = "money"
unknown = "gain"
branches = [{ is = "yes", to = "go" }, { is = "no", to = "gain" }]
[nodes.gain]
decide = "gain"
unknown = "ask"
branches = [{ is = "much", to = "go" }, { is = "little", to = "go" }]

[outcomes.ask]
title = "Ask"
verdict = "discover"
[[outcomes.ask.actions]]
do = "Ask {stakeholder.name | somebody} what they gain"
owner = "rep"
within = "P5D"
[[outcomes.ask.actions]]
do = "Wait"
owner = "rep"
within = "P2D"

[outcomes.go]
title = "Go"

[[actions]]
do = "Win a second person: ask {stakeholder.name | somebody} for a name"
owner = "rep"
within = "P9D"
once = true

[[actions]]
each = "lists.open"
do = "Ask {stakeholder.name | somebody} {item}"
owner = "rep"
within = "P8D"
"""


@pytest.fixture
def finding(tmp_path: Path) -> Tree:
    path = tmp_path / "finding.toml"
    path.write_text(FINDING, encoding="utf-8")
    opened = open_tree(str(path))
    assert opened.usable, opened.findings
    return opened.tree


def two_people(tree: Tree, **facts: Any) -> Snapshot:
    people = (Stakeholder("p1", "Ana", influence=2), Stakeholder("p2", "Ben", influence=5))
    walked = []
    for one in people:
        state: dict[str, Known | Unknown] = {"stakeholder.name": Known(one.name), **facts}
        record = advance(tree, complete(tree.facts, state, NOW), NOW, subject=Subject("A", "", one.id))
        walked.append(Walked(tree, one.id, record))
    return Snapshot("A", "Acme", "", NOW, people, tuple(walked))


def test_an_action_that_finds_out_why_a_walk_ended_stands_for_the_question(finding: Tree) -> None:
    made = plan(two_people(finding), (), RULES)
    assert [item.settles for item in made.items if item.kind == "question"] == [("Money",)]
    gains = [item for item in made.items if item.settles == ("Gain",)]
    assert [(item.do, item.people) for item in gains] == [
        ("Ask Ana what they gain", ("p1",)),
        ("Ask Ben what they gain", ("p2",)),
    ]
    # Whatever else the walk came to waits for it, so it is due no later; the tree's own date is kept.
    wait = next(item for item in made.items if item.do == "Wait")
    assert wait.due == "2026-04-02"
    for item in gains:
        assert item.number in wait.after
        assert (item.due, item.asked_for) == ("2026-04-02", "2026-04-05")


def test_what_is_the_accounts_is_there_once_with_the_person_most_fit(finding: Tree) -> None:
    made = plan(two_people(finding), (), RULES)
    second = [item for item in made.items if item.do.startswith("Win a second person")]
    assert [(item.do, item.people, item.others) for item in second] == [
        ("Win a second person: ask Ben for a name", ("p2",), ("p1",))
    ]
    assert {one.do for one in second[0].origins} == {
        "Win a second person: ask Ana for a name",
        "Win a second person: ask Ben for a name",
    }
    points = [item for item in made.items if "what they want" in item.do]
    assert [(item.people, item.settles, item.instead) for item in points] == [
        (("p2",), ("Paper",), ("Ask Ana what they want",))
    ]


def test_nothing_is_asked_that_is_known(finding: Tree) -> None:
    made = plan(two_people(finding, money=Known("yes"), paper=Known("yes")), (), RULES)
    assert [item.kind for item in made.items] == ["action"]


def test_what_people_told_is_said_side_by_side() -> None:
    people = (Stakeholder("p1", "Ana"), Stakeholder("p2", "Ben"), Stakeholder("p3", "Cy"))
    snap = Snapshot("A", "Acme", "", NOW, people, ())
    on = Date(2026, 3, 2)
    told = Conflict(
        TOLD, "deal.budget", "Budget", (Side("p1", "Yes", on), Side("p2", "No"), Side("p3", "No"))
    )
    promised = Conflict(
        PROMISE, "deal.budget", "Budget", (Side("p1", "10", on), Side("p2", "No", did="told"))
    )
    (item,) = plan(snap, (told, promised), RULES).items
    assert item.do == (
        "Settle Budget: Ana says \u201cYes\u201d (2026-03-02); Ben and Cy say \u201cNo\u201d. "
        "Ana was promised 10 (2026-03-02); Ben says \u201cNo\u201d."
    )
    assert (item.owner, item.due, item.people) == ("manager", "2026-04-03", ("p1", "p2", "p3"))


def test_words_that_collide_are_settled_before_either_is_told() -> None:
    people = (Stakeholder("p1", "Ana"), Stakeholder("p2", "Ben"))
    walked = tuple(
        Walked(
            TREES["one"],
            one.id,
            Record(
                *("one", "r", "l", "e", NOW, Subject("A", "", one.id), "decided"),
                actions=(Task(f"Tell {one.name}", "rep", due=due),),
            ),
        )
        for one, due in zip(people, ("2026-04-01", "2026-04-20"), strict=True)
    )
    snap = Snapshot("A", "Acme", "", NOW, people, walked)
    sides = (Side("p1", "10", tree="one", did=MESSAGE), Side("p2", "12", tree="one", did=MESSAGE))
    made = plan(snap, (Conflict(MESSAGE, "deal.amount", "Price", sides),), RULES)
    assert [(item.do, item.due, item.after) for item in made.items] == [
        (
            "Settle Price before either of them is told: Ana would hear 10; Ben would hear 12.",
            "2026-04-01",
            (),
        ),
        ("Tell Ana", "2026-04-01", (1,)),
        ("Tell Ben", "2026-04-20", (1,)),
    ]


def test_what_is_overdue_is_said_to_be_so_and_what_has_no_date_comes_last() -> None:
    tasks = (
        Task("Later", "rep"),
        Task("Late", "rep", due="2026-03-01"),
        Task("Now", "rep", due="2026-03-31"),
    )
    record = replace(
        Record(*("one", "r", "l", "e", NOW, Subject("A"), "decided")), actions=tasks, outcome="end"
    )
    made = plan(Snapshot("A", "Acme", "", NOW, (), (Walked(TREES["one"], "", record),)), (), RULES)
    assert [(item.do, item.overdue) for item in made.items] == [
        ("Late", True),
        ("Now", False),
        ("Later", False),
    ]
    assert [one.title for one in view(made, Snapshot("A", "Acme", "", NOW, (), ()))] == [
        "Overdue",
        "Today, Tuesday, 2026-03-31",
        "Without a date",
    ]
