"""Facts over the people of an account: columns as people by people, for any people."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree import Known, advance, open_tree
from abm_tree.accounts.understand import Options
from abm_tree.accounts.values import Style
from abm_tree.batch import people as columns_of_people
from abm_tree.batch.people_rows import Individual, people_facts, quantified
from abm_tree.batch.plan import plan
from abm_tree.feel import Date, DateTime, Value, parse_date_time
from abm_tree.session.evaluate import evaluate
from abm_tree.session.options import USUAL_UNKNOWN
from abm_tree.session.wish import Planned, Wish
from abm_tree.tree.facts import Unknown, complete
from abm_tree.tree.parts import Tree

_NOW = parse_date_time("2026-03-02T09:00:00Z")
assert _NOW is not None
NOW: DateTime = _NOW
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
[facts.price]
of = "deal"
type = "number"
stale_after = "P60D"
ask = "Price?"
[facts.systems]
of = "account"
type = "list"
choices = { crm = "CRM", erp = "ERP" }
ask = "Systems?"
[facts.note]
of = "stakeholder"
type = "text"
ask = "Note?"
stale_after = "P60D"
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
facts = ["deal.budget", "deal.decision_on", "price", "systems"]
[people.notes]
as = "collect"
of = "note"
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
    "contradicted": 'list contains(people.contradicted, "budget") and count(people.contradicted) = 1',
    "notes": 'list contains(people.notes, "n1")',
}
# The same group fact asked another way: each of what is compared.
AGAIN = {
    "price": 'list contains(people.contradicted, "price")',
    "systems": 'list contains(people.contradicted, "systems")',
    "day": 'list contains(people.contradicted, "decision_on")',
}


def trees_of(folder: Path) -> dict[str, Tree]:
    """A tree for each group fact, which tells the answer to a question about it."""
    found = {}
    for name, test in {**QUESTIONS, **AGAIN}.items():
        text = HEAD.replace('id = "group"', f'id = "{name.replace("_", "-")}"')
        text += f"[nodes.zero]\nbranches = [{{ if = '{test}', to = \"yes\" }}]\n"
        text += 'otherwise = "no"\nunknown = "open"\n[outcomes]\n'
        text += "".join(f'{end} = {{ title = "{end}" }}\n' for end in ("yes", "no", "open"))
        (folder / "trees").mkdir(exist_ok=True)
        path = folder / "trees" / f"{name.replace('_', '-')}.toml"
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
    st.sampled_from(("", "500", "500.0", "5e2", "700", "much")),
    st.sampled_from(("", "CRM", "CRM; ERP", "ERP; crm")),
    st.one_of(st.just(""), st.integers(0, 90).map(lambda number: f"n{number}")),
    st.sampled_from(("", "2026-02-27", "2025-12-01", "2026-03-03", "soon")),
    st.sampled_from(("own", "own", "own", "", "P0")),
)
KNOWN = ("role", "last contact", "attitude", "influence", "mood", "budget", "decision date")
HEADS = ("contact_id", "account_id", *KNOWN, "price told", "systems", "note", "checked")
STYLE = Style(usual=USUAL_UNKNOWN)
OPTIONS = Options(style=STYLE)
READ_SO = Options({"price told": "price"}, frozenset({"price"}), style=STYLE, dated_by="checked")


PEOPLE = st.lists(person, max_size=20)
SIZES = st.lists(st.sampled_from(("", "50", "500")), min_size=5, max_size=5)


@dataclass(frozen=True)
class Made:
    """A folder, and the trees in it, loaded and planned once."""

    folder: Path
    trees: Mapping[str, Tree]
    planned: Sequence[Planned]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("people")
    trees = trees_of(folder)
    return Made(
        folder, trees, [Planned(plan(one, NOW), one.subject, partial(_same, one)) for one in trees.values()]
    )


def _same(tree: Tree) -> Tree:
    return tree


@settings(max_examples=10, deadline=None)
@given(PEOPLE, SIZES, st.sampled_from((62, 2)))
def test_columns_are_what_people_by_people_comes_to(
    made: Made, people: list[tuple[object, ...]], sizes: list[str], many: int
) -> None:
    hold(made, people, sizes, many)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(PEOPLE, SIZES, st.sampled_from((62, 2)))
def test_columns_are_what_people_by_people_comes_to_long(
    made: Made, people: list[tuple[object, ...]], sizes: list[str], many: int
) -> None:
    hold(made, people, sizes, many)


def hold(made: Made, people: list[tuple[object, ...]], sizes: list[str], many: int) -> None:
    """Every account of a batch has the group facts that its people have together."""
    folder = made.folder
    with (folder / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [(f"A{at}", size) for at, size in enumerate(sizes)]
        csv.writer(file).writerows([("account_id", "employees"), *rows])
    ids = [f"P{at}" if one[-1] == "own" else str(one[-1]) for at, one in enumerate(people)]
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        lines = [(id, f"A{one[0]}", *one[1:-1]) for id, one in zip(ids, people, strict=True)]
        csv.writer(file).writerows([HEADS, *lines])
    wish = Wish(folder / "accounts.csv", "accounts.csv", OPTIONS, folder / "contacts.csv", READ_SO)
    with patch.object(columns_of_people, "MANY", many):
        evaluate(made.planned, replace(wish, out=folder / "out.csv"))
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["account_id"] for row in found] == [f"A{at}" for at in range(5)]
    for at, size in enumerate(sizes):
        account: dict[str, Known | Unknown] = {"account.employees": Known(Decimal(size))} if size else {}
        counted = [one for place, one in enumerate(people) if ids[place] and ids[place] not in ids[:place]]
        theirs = [individual(one) for one in counted if one[0] == at]
        for name, tree in made.trees.items():
            group = people_facts(tree, account, theirs, NOW)
            assert set(group) == {f"people.{'contradicted' if name in AGAIN else name}"}
            record = advance(tree, complete(tree.facts, {**account, **group}, NOW), NOW, possible=False)
            assert (found[at][f"{tree.id}.status"], found[at][f"{tree.id}.outcome"]) == (
                record.status,
                record.outcome,
            ), (name, group, theirs)


def individual(one: tuple[object, ...]) -> Individual:
    """A row of the contacts, as it is to be understood."""
    _, role, last, attitude, influence, mood, budget, decision, price, systems, note, checked, _ = one
    roles = {
        "Decision Maker": "commercial-decision-maker",
        "Influencer": "influencer",
        "End User": "end-user",
        "Technical Buyer": "technical-qualifier",
    }
    facts: dict[str, Value] = {}
    told: dict[str, Value] = {}
    if role:
        facts["stakeholder.role"] = roles[str(role)]
    if last:
        facts["stakeholder.last_contact"] = day(str(last))
    for key, text in (("attitude", attitude), ("influence", influence)):
        if text:
            facts[f"stakeholder.{key}"] = Decimal(str(text))
    if mood:
        facts["mood"] = "warm" if mood == "Warm" else str(mood)
    if note:
        facts["note"] = str(note)
    if budget:
        told["deal.budget"] = str(budget)
    if decision:
        told["deal.decision_on"] = day(str(decision))
    if price not in ("", "much"):  # that is no number: nobody told any
        told["price"] = Decimal(str(price))
    if systems:
        told["systems"] = tuple(word.strip().lower() for word in str(systems).split(";"))
    dated = day(str(checked)) if checked not in ("", "soon") else None
    return Individual(*({key: Known(one, "given", dated) for key, one in of.items()} for of in (facts, told)))


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
    found: dict[str, Known | Unknown] = {}
    for tree in trees_of(tmp_path).values():
        assert all(isinstance(one, Unknown) for one in people_facts(tree, {}, None, NOW).values())
        found |= people_facts(tree, {}, [], NOW)
    assert found["people.count"] == Known(Decimal(0), "people")
    assert found["people.friend"] == Known(False, "people")
    assert found["people.all_for"] == Known(True, "people")
    missing = found["people.roles_missing"]
    assert isinstance(missing, Known)
    assert isinstance(missing.value, tuple)
    assert len(missing.value) == 4
