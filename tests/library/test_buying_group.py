"""Practices 24, 36 and 37 over the three accounts of the sample that are told in full."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from abm_tree import Known, Tree, Unknown, advance, moment
from abm_tree.cli import main
from abm_tree.feel import Date, DateTime
from abm_tree.group.conflict import TOLD
from abm_tree.group.coverage import GREEN, MISSING, RED
from abm_tree.group.people import INFORM, MANAGE, MONITOR, SATISFY
from abm_tree.session.cohesion import conflicts
from abm_tree.session.coverage import covered_now
from abm_tree.session.open import Opened
from abm_tree.session.people import people
from abm_tree.session.plan import account_plan
from abm_tree.session.snapshot import snapshot
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.terms import ROLES

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HEALTHY, SINGLE, APART = "ACC-0182", "ACC-0067", "ACC-0148"
DAY = "2026-03-31"
MONEY, TECHNOLOGY, OPINION, USE = ROLES
TREES = ("account-plan", "stakeholder-engagement")


def _now() -> DateTime:
    found = moment(DAY)
    assert isinstance(found, DateTime)
    return found


NOW = _now()


@dataclass(frozen=True)
class Sample:
    """The sample, with an empty journal, and its contacts as the file has them."""

    workspace: Workspace
    trees: list[Opened]
    rows: dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    place = tmp_path_factory.mktemp("sample")
    workspace = Workspace(sample=True, journal_file=place / "journal.db")
    rows: dict[str, list[dict[str, str]]] = {}
    with (EXAMPLES / "contacts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["Account ID"], []).append(row)
    yield Sample(workspace, [workspace.tree(name) for name in TREES], rows)
    workspace.journal.close()


def told(rows: list[dict[str, str]], column: str) -> dict[str, str]:
    """What each person told, by id."""
    return {row["Contact ID"]: row[column] for row in rows if row[column]}


# ---------------------------------------------------------------- 24: one story


def test_practice_24_what_the_people_of_one_account_tell_differently_is_listed(sample: Sample) -> None:
    columns = {"deal.budget": "Budget", "deal.decision_on": "Decision Date", "deal.procurement": "Purchasing"}
    alike = {"Yes": "Approved", "RFP": "Tender"}  # two spellings of one answer
    for account in (HEALTHY, SINGLE, APART):
        rows = sample.rows[account]
        by_hand: dict[str, dict[str, str]] = {}
        for fact, column in columns.items():
            answers = {who: alike.get(text, text) for who, text in told(rows, column).items()}
            if len(set(answers.values())) > 1:
                by_hand[fact] = answers
        snap = snapshot(sample.workspace, sample.trees, account, as_of=NOW)
        found = {one.fact: one for one in conflicts(sample.workspace, snap, sample.trees) if one.kind == TOLD}
        assert set(found) == set(by_hand)
        for fact, conflict in found.items():
            assert {side.person for side in conflict.sides} == set(by_hand[fact])
            for one in conflict.sides:
                for other in conflict.sides:
                    same = by_hand[fact][one.person] == by_hand[fact][other.person]
                    assert (one.value == other.value) == same
        assert bool(by_hand) == (account == APART)


def test_practice_24_nothing_is_promised_on_one_of_two_stories(sample: Sample) -> None:
    snap = snapshot(sample.workspace, sample.trees[:1], APART, as_of=NOW)
    outcomes = {walked.person: walked.record for walked in snap.walked}
    roles = {one.id: one.role for one in snap.people}
    settled = {roles[person]: record for person, record in outcomes.items() if record.outcome == "settle"}
    # All but the one who is against it, and is heard out first; with the differing story in the same talk.
    assert sorted(one.outcome or "" for one in outcomes.values()) == ["hear-out", *["settle"] * 4]
    assert set(settled) == set(ROLES)
    for one in settled.values():
        assert "Budget, Decision date and Purchasing" in one.notes[-1]
    assert len({one.say for one in settled.values()}) == 4
    assert len({one.actions[1].do for one in settled.values()}) == 4
    [heard] = [one for one in outcomes.values() if one.outcome == "hear-out"]
    assert any("others there tell it differently" in task.do for task in heard.actions)


def decide(tree: Tree, **facts: Any) -> str | None:
    """The outcome of facts; None stands for one that nobody knows."""
    given = {key.replace("__", "."): value for key, value in facts.items()}
    states = {key: Unknown() if value is None else Known(value) for key, value in given.items()}
    return advance(tree, states, NOW, possible=False).outcome


def test_practice_24_where_nobody_knows_the_people_no_story_is_held_up(sample: Sample) -> None:
    tree = sample.trees[0].tree
    known: dict[str, Any] = {
        "account__people_engaged": Decimal(3),
        "roles_known": ROLES,
        "plan_points": (),
        "stakeholder__role": OPINION,
        "gain": "told",
        "stakeholder__last_contact": Date(2026, 3, 27),
        "stakeholder__attitude": Decimal(0),
        "deal__buying_job": "selection",
    }
    assert decide(tree, **known) == "selection"
    assert decide(tree, **known, people__contradicted=None) == "selection"
    assert decide(tree, **known, people__contradicted=()) == "selection"
    assert decide(tree, **known, people__contradicted=("budget",)) == "settle"


# ---------------------------------------------------------------- 36: a dated plan for each person


@pytest.mark.parametrize("account", [HEALTHY, SINGLE, APART])
def test_practice_36_every_person_of_an_account_has_a_dated_plan(sample: Sample, account: str) -> None:
    made = account_plan(sample.workspace, account, as_of=NOW).plan
    everybody = {row["Contact ID"] for row in sample.rows[account]}
    theirs = {who: [item for item in made.items if who in item.people] for who in everybody}
    for who, items in theirs.items():
        assert items, who
        assert all(item.owner and item.due >= DAY for item in items)
    dated = [item.due for item in made.items]
    assert dated == sorted(dated)
    assert {(one.tree, one.person) for one in made.came} == {
        (tree, who) for tree in TREES for who in everybody
    }


# ---------------------------------------------------------------- 37: who is who, and who is missing


def test_practice_37_a_list_of_contacts_becomes_roles_a_map_and_what_is_missing(sample: Sample) -> None:
    spelled = {
        MONEY: ("Decision Maker", "Economic Buyer"),
        TECHNOLOGY: ("Technical Buyer", "Evaluator"),
        OPINION: ("Influencer",),
        USE: ("Business User",),
    }
    lights = {}
    for account in (HEALTHY, SINGLE, APART):
        rows = sample.rows[account]
        found = people(sample.workspace, account, as_of=NOW)
        for one, row in zip(found, rows, strict=True):
            said = [role for role, names in spelled.items() if row["Contact Role"] in names]
            assert one.role == (said[0] if said else None)
            influence, interest = row["Influence"], row["Interest"]
            place = ""
            if influence and interest:
                high, keen = int(influence) >= 4, int(interest) >= 4
                place = (MANAGE if keen else SATISFY) if high else (INFORM if keen else MONITOR)
            assert one.quadrant == place
        cover = covered_now(sample.workspace, found, NOW, account_id=account)
        missing = {one.role for one in cover.roles if one.state == MISSING}
        assert missing == {
            role for role, names in spelled.items() if not any(row["Contact Role"] in names for row in rows)
        }
        lights[account] = cover.light, cover.single_threaded, len(missing)
    assert lights[HEALTHY] == (GREEN, False, 0)
    assert lights[SINGLE] == (RED, True, 3)
    assert lights[APART][1:] == (False, 0)


def test_practice_37_a_missing_role_is_a_red_flag_with_somebody_to_ask(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snap = snapshot(sample.workspace, sample.trees[:1], SINGLE, as_of=NOW)
    [ivo] = [one for one in snap.walked if snap.name_of(one.person) == "Ivo Thornlea"]
    flags = [task.do for task in ivo.record.actions if task.do.startswith("Red flag")]
    assert len(flags) == 3
    assert all("Ivo Thornlea" in text for text in flags)
    assert any(task.do.startswith("Win a second person") for task in ivo.record.actions)

    # A title suggests a role; it does not fill it until somebody confirms it.
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        assert main(["people", SINGLE, "--as-of", DAY, "--journal", str(tmp_path / "journal.db")]) == 0
    shown = " ".join(out.getvalue().split())
    assert "commercial decision maker: missing" in shown
    assert "suggested: Kofi Netherquay, confirm" in shown


# ---------------------------------------------------------------- group facts and the command agree


def test_the_trees_count_as_the_coverage_does(sample: Sample) -> None:
    """How many talk with us, over the three accounts and some of the others."""
    tree = sample.trees[0]
    seen = set()
    for account in (HEALTHY, SINGLE, APART, *sorted(sample.rows)[::30]):
        found = people(sample.workspace, account, as_of=NOW)
        cover = covered_now(sample.workspace, found, NOW, account_id=account)
        snap = snapshot(sample.workspace, [tree], account, as_of=NOW)
        for walked in snap.walked[:1]:
            facts = walked.record.facts
            engaged, held = facts["people.engaged"], facts["people.roles_held"]
            assert isinstance(engaged, Known)
            assert isinstance(held, Known)
            assert engaged.value == len(cover.engaged), account
            seen.add((int(engaged.value), len(held.value)))  # type: ignore[arg-type]
    assert len(seen) > 4


def test_the_shortest_cadence_of_the_trees_is_the_shortest_there_is(sample: Sample) -> None:
    parameters = sample.workspace.shelf().definitions.parameters
    cadences = parameters["engaged_within"].values.values()
    shortest = parameters["engaged_shortest"].value
    assert shortest in cadences
    assert all(not _less(one, shortest) for one in cadences)


def _less(one: Any, other: Any) -> bool:
    return bool(one.nanoseconds < other.nanoseconds)


# ---------------------------------------------------------------- the other trees that look at the people


PEOPLE = """\
Contact ID,Account ID,Name,Contact Role,Last Contact,Left Company,Champion Tests
P1,A1,Robin Vale,Influencer,2026-03-20,Yes,
P2,A1,Kim Orrin,Economic Buyer,2026-03-25,No,
P3,A1,Jo Brandt,Technical Buyer,2026-03-24,,
P4,A2,Sam Lindt,Influencer,2026-03-20,Yes,
P5,A2,Lee Marten,End User,2026-03-25,,
P6,A2,Ash Corran,Economic Buyer,2025-03-25,,
P7,A3,Dana Fenn,Influencer,2026-03-20,,door; spoke
P8,A3,Noa Reiss,End User,2026-03-20,,papers; warned
"""


def walked(name: str, account: str, folder: Path, **facts: Any) -> Any:
    """What a tree of the library comes to for an account of the list above."""
    (folder / "abm-tree.toml").write_text(
        '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "people.csv"\n', encoding="utf-8"
    )
    accounts = "account_id,name\nA1,Fennbrook\nA2,Okerdal\nA3,Halvstrom\n"
    (folder / "accounts.csv").write_text(accounts, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    workspace = open_workspace(folder, journal=folder / "journal.db")
    given: dict[str, Known | Unknown] = {key.replace("__", "."): Known(one) for key, one in facts.items()}
    try:
        snap = snapshot(workspace, [workspace.tree(name)], account, as_of=NOW, given=given)
    finally:
        workspace.journal.close()
    return snap.walked[-1].record


def test_who_is_left_of_a_champions_account_is_counted_where_the_list_says_who_has_left(
    tmp_path: Path,
) -> None:
    gone: dict[str, Any] = {"still_there": "gone", "account__renewal_on": None}
    assert walked("champion-left", "A1", tmp_path, **gone).outcome == "confirm-owner"  # money and technology
    assert walked("champion-left", "A2", tmp_path, **gone).outcome == "new-discovery"  # daily use alone
    # Nobody is marked as gone: whoever left may still be among those counted, so the hand count decides.
    assert walked("champion-left", "A3", tmp_path, **gone).outcome == "confirm-owner"
    by_hand = walked("champion-left", "A3", tmp_path, **gone, roles_left=Decimal(1))
    assert by_hand.outcome == "new-discovery"


def test_a_second_champion_is_looked_for_until_there_are_two(tmp_path: Path) -> None:
    rated = {f"stakeholder__{name}": Decimal(5) for name in ("influence", "interest")}
    rated["stakeholder__attitude"] = Decimal(2)
    tested = {"stakeholder__tests_passed": ("door", "spoke")}
    two = walked("stakeholder-engagement", "A3", tmp_path, **rated)
    one = walked("stakeholder-engagement", "A1", tmp_path, **rated, **tested)
    assert (one.outcome, two.outcome) == ("champion", "champion")
    assert [any("second champion" in task.do for task in found.actions) for found in (one, two)] == [
        True,
        False,
    ]


def test_a_silent_deal_is_not_closed_while_the_list_knows_a_second_person(tmp_path: Path) -> None:
    silent: dict[str, Any] = {
        "deal__stage": "proposal",
        "ask_next": "silent",
        "deal__opened_on": Date(2026, 1, 10),
        "deal__last_reply_on": Date(2026, 2, 12),
        "deal__mail_sent_on": Date(2026, 3, 20),
        "deal__mail_answered": False,
        "deal__next_step_on": None,
        "deal__agreed_pause_until": None,
        "account__segment": "mid-market",
        "deal__second_contact": False,
    }
    assert walked("stalled-deal", "A3", tmp_path, **silent).outcome == "through-second"
    assert walked("stalled-deal", "A9", tmp_path, **silent).outcome == "close-it"


def test_the_summary_claims_nothing_that_it_did_not_try(capsys: pytest.CaptureFixture[str]) -> None:
    """`account-plan` looks at what people tell differently, value by value: no code stands for that."""
    lists = [str(EXAMPLES / "accounts.csv"), "--contacts", str(EXAMPLES / "contacts.csv")]
    assert main(["evaluate", "account-plan", *lists, "--as-of", DAY]) in (0, 1)
    shown = capsys.readouterr().out
    held = shown[shown.index("What holds the list up") :]
    assert "No fact of the list would change that by itself." not in held
