"""Facts over the people of an account: columns as people by people, for any people."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree import Known, advance, moment, open_tree
from abm_tree.batch.people_rows import Individual, people_facts, quantified
from abm_tree.cli import main
from abm_tree.feel import Date, DateTime
from abm_tree.tree.facts import Unknown, complete
from abm_tree.tree.parts import Tree

AS_OF = "2026-03-02T09:00:00Z"
HEAD = """\
id = "group"
title = "Group"
start = "zero"
[parameters]
fresh = { value = "P90D", kind = "judgement", source = "a guess" }
[facts.mood]
of = "stakeholder"
type = "choice"
open = true
choices = { warm = "Warm", cold = "Cold" }
ask = "Mood?"
[people.count]
as = "count"
[people.engaged]
as = "count"
if = "stakeholder.last_contact >= today() - fresh"
[people.roles]
as = "collect"
of = "stakeholder.role"
[people.heavy_roles]
as = "collect"
of = "stakeholder.role"
if = "stakeholder.influence >= 4 or account.employees > 100"
[people.moods]
as = "collect"
of = "mood"
[people.roles_missing]
as = "missing"
of = "stakeholder.role"
[people.friend]
as = "any"
if = "stakeholder.attitude >= 1"
[people.all_for]
as = "all"
if = "stakeholder.attitude >= 1"
[people.contradicted]
as = "contradicted"
facts = ["deal.budget", "deal.decision_on"]
"""
# Each group fact is a branch of its own way, so that every one shows in what the tree comes to.
QUESTIONS = {
    "count": "people.count >= 2",
    "engaged": "people.engaged = 1",
    "roles": 'list contains(people.roles, "influencer")',
    "heavy_roles": "count(people.heavy_roles) = 1",
    "moods": 'list contains(people.moods, "odd")',
    "roles_missing": 'list contains(people.roles_missing, "end-user")',
    "friend": "people.friend",
    "all_for": "people.all_for",
    "contradicted": 'list contains(people.contradicted, "budget")',
}


def trees_of(folder: Path) -> dict[str, Tree]:
    """A tree for each group fact, which tells the answer to a question about it."""
    found = {}
    for name, test in QUESTIONS.items():
        text = HEAD.replace('id = "group"', f'id = "{name.replace("_", "-")}"')
        text += f"[nodes.zero]\nbranches = [{{ if = '{test}', to = \"yes\" }}]\n"
        text += 'otherwise = "no"\nunknown = "open"\n[outcomes]\n'
        text += "".join(f'{end} = {{ title = "{end}" }}\n' for end in ("yes", "no", "open"))
        path = folder / f"{name.replace('_', '-')}.toml"
        path.write_text(text, encoding="utf-8")
        opened = open_tree(str(path))
        assert opened.usable, opened.findings
        found[name] = opened.tree
    return found


ROLES = ("", "Decision Maker", "Influencer", "End User", "Technical Buyer")
DAYS = ("", "2026-03-01", "2025-11-01", "2026-03-04")
person = st.tuples(
    st.integers(0, 4),
    st.sampled_from(ROLES),
    st.sampled_from(DAYS),
    st.sampled_from(("", "-1", "0", "1", "2")),
    st.sampled_from(("", "1", "4", "5")),
    st.sampled_from(("", "Warm", "odd", "other")),
    st.sampled_from(("", "approved", "none", "planned")),
    st.sampled_from(("", "2026-05-01", "2026-06-01")),
)


PEOPLE = st.lists(person, max_size=14)
SIZES = st.lists(st.sampled_from(("", "50", "500")), min_size=5, max_size=5)


@settings(max_examples=4, deadline=None)
@given(PEOPLE, SIZES)
def test_columns_are_what_people_by_people_comes_to(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[object, ...]], sizes: list[str]
) -> None:
    hold(tmp_path_factory, people, sizes)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(PEOPLE, SIZES)
def test_columns_are_what_people_by_people_comes_to_long(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[object, ...]], sizes: list[str]
) -> None:
    hold(tmp_path_factory, people, sizes)


def hold(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[object, ...]], sizes: list[str]
) -> None:
    """Every account of a batch has the group facts that its people have together."""
    folder = tmp_path_factory.mktemp("people")
    trees = trees_of(folder)
    now = moment(AS_OF)
    assert isinstance(now, DateTime)
    with (folder / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [(f"A{at}", size) for at, size in enumerate(sizes)]
        csv.writer(file).writerows([("account_id", "employees"), *rows])
    heads = ("contact_id", "account_id", "role", "last contact", "attitude", "influence", "mood", "budget")
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        lines = [(f"P{at}", f"A{one[0]}", *one[1:]) for at, one in enumerate(people)]
        csv.writer(file).writerows([(*heads, "decision date"), *lines])
    out = folder / "out.csv"
    first, *others = (str(folder / f"{tree.id}.toml") for tree in trees.values())
    also = [part for name in others for part in ("--also", name)]
    asked = (
        "evaluate",
        first,
        str(folder / "accounts.csv"),
        *also,
        "--contacts",
        str(folder / "contacts.csv"),
    )
    assert main([*asked, "-o", str(out), "--as-of", AS_OF, "--summary", "none"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["account_id"] for row in found] == [f"A{at}" for at in range(5)]
    for at, size in enumerate(sizes):
        account: dict[str, Known | Unknown] = {"account.employees": Known(Decimal(size))} if size else {}
        theirs = [individual(one) for one in people if one[0] == at]
        for name, tree in trees.items():
            group = people_facts(tree, account, theirs, now)
            assert set(group) == {f"people.{name}"}
            record = advance(tree, complete(tree.facts, {**account, **group}, now), now, possible=False)
            assert (found[at][f"{tree.id}.status"], found[at][f"{tree.id}.outcome"]) == (
                record.status,
                record.outcome,
            ), (name, group, theirs)


def individual(one: tuple[object, ...]) -> Individual:
    _, role, last, attitude, influence, mood, budget, decision = one
    roles = {
        "Decision Maker": "commercial-decision-maker",
        "Influencer": "influencer",
        "End User": "end-user",
        "Technical Buyer": "technical-qualifier",
    }
    facts: dict[str, Known | Unknown] = {}
    told: dict[str, Known | Unknown] = {}
    if role:
        facts["stakeholder.role"] = Known(roles[str(role)])
    if last:
        facts["stakeholder.last_contact"] = Known(day(str(last)))
    for key, text in (("attitude", attitude), ("influence", influence)):
        if text:
            facts[f"stakeholder.{key}"] = Known(Decimal(str(text)))
    if mood:
        facts["mood"] = Known("warm" if mood == "Warm" else str(mood))
    if budget:
        told["deal.budget"] = Known(str(budget))
    if decision:
        told["deal.decision_on"] = Known(day(str(decision)))
    return Individual(facts, told)


def day(text: str) -> Date:
    found = dt.date.fromisoformat(text)
    return Date(found.year, found.month, found.day)


@given(st.lists(st.sampled_from((True, False, None))))
def test_any_and_all_hold_whatever_the_unknown_ones_turn_out_to_be(holds: list[bool | None]) -> None:
    """Three-valued: known exactly where every completion agrees."""
    for kind, fold in (("any", any), ("all", all)):
        low = fold(False if one is None else one for one in holds)
        high = fold(True if one is None else one for one in holds)
        assert quantified(kind, holds) == (low if low == high else None)


def test_nobody_asked_is_unknown_and_nobody_there_is_none(tmp_path: Path) -> None:
    now = moment(AS_OF)
    assert isinstance(now, DateTime)
    found: dict[str, Known | Unknown] = {}
    for tree in trees_of(tmp_path).values():
        assert all(isinstance(one, Unknown) for one in people_facts(tree, {}, None, now).values())
        found |= people_facts(tree, {}, [], now)
    assert found["people.count"] == Known(Decimal(0), "people")
    assert found["people.friend"] == Known(False, "people")
    assert found["people.all_for"] == Known(True, "people")
    missing = found["people.roles_missing"]
    assert isinstance(missing, Known)
    assert isinstance(missing.value, tuple)
    assert len(missing.value) == 4
