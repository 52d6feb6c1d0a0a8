"""Lead qualification as rep, manager and checker meet it: its criteria, four roles, and what it promises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from calls import say

from abm_tree import Known, Record, Tree, Unknown, advance, explain, moment, open_tree
from abm_tree.session.workspace import open_workspace
from abm_tree.source import Severity
from abm_tree.source.folders import library
from abm_tree.tree.parts import Parameter
from abm_tree.tree.terms import ROLES
from abm_tree.tree.words import Words

TREE = library() / "trees" / "lead-qualification.toml"
AS_OF = moment("2026-03-02")
SETTINGS = 'timezone = "UTC"\n[accounts]\npath = "a.csv"\n'

# An account that is worth the effort by every criterion; each row below changes one of them.
GOOD: dict[str, Any] = {
    "account.employees": 2500,
    "account.industry": "software",
    "account.annual_revenue": 400_000_000,
    "account.client": "new",
    "deal.need": 4,
    "deal.budget": "approved",
    "deal.procurement": "none",
    "deal.competitor": "none",
    "deal.decision_on": "2026-03-20",
    "deal.authority": "director",
    "stakeholder.role": "commercial-decision-maker",
    "payback": "yes",
    "approval": "alone",
}


@cache
def shipped(root: Path | None = None) -> Tree:
    """The tree, under the settings of a workspace."""
    return open_tree("lead-qualification", root).tree


def decided(root: Path | None = None, /, **changes: Any) -> Record:
    """The decision about the good account with some facts changed; None is asked and not known."""
    tree = shipped(root)
    facts: dict[str, Known | Unknown] = {}
    for key, value in (GOOD | {name.replace("__", "."): one for name, one in changes.items()}).items():
        if value is not None and tree.facts[key].type == "date":
            value = moment(value).date  # type: ignore[union-attr]
        facts[key] = Unknown() if value is None else Known(value)
    return advance(tree, facts, AS_OF)  # type: ignore[arg-type]


CRITERIA = {
    "large enough": ({"account__employees": 12}, "self-serve", "self-serve", "size"),
    "somebody has the problem": ({"deal__need": 1}, "disqualified", "disqualified", "need"),
    "money is known of": ({"deal__budget": None}, "discover-first", "discover", "gaps"),
    "the way of buying is known": ({"deal__procurement": None}, "discover-first", "discover", "gaps"),
    "the competition is known": ({"deal__competitor": None}, "discover-first", "discover", "gaps"),
    "money, where nothing presses": (
        {"deal__budget": "none", "deal__need": 3},
        *("nurture", "nurture", "money"),
    ),
    "no tender": ({"deal__procurement": "tender"}, "tender-review", "contested", "purchasing"),
    "no rival at a stranger's": ({"deal__competitor": "other"}, "compete-or-walk", "contested", "client"),
    "a decision in sight": ({"deal__decision_on": "2026-09-30"}, "later", "nurture", "timing"),
    "a decision still to come": ({"deal__decision_on": "2026-02-01"}, "discovery-call", "discover", "timing"),
    "the person is placed": ({"stakeholder__role": None}, "discover-first", "discover", "who"),
    "it pays back": ({"payback": "no"}, "settle-first", "blocked", "payback"),
    "this person may sign": ({"approval": "no"}, "settle-first", "blocked", "approval"),
    "somebody of weight backs it": (
        {"deal__authority": "staff", "deal__budget": "planned"},
        *("qualified-warm", "qualified", "total"),
    ),
}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_practice_34_each_criterion_alone_decides_whether_an_account_is_worth_pursuing(
    criterion: str,
) -> None:
    best = decided()
    assert (best.outcome, best.verdict) == ("qualified-hot", "qualified")
    changes, outcome, verdict, node = CRITERIA[criterion]
    found = decided(**changes)
    assert (found.status, found.outcome, found.verdict) == ("decided", outcome, verdict)
    assert found.trail[-1].node == node, "it is this criterion that turned it off"
    assert found.actions and all(task.owner for task in found.actions)


def test_practice_34_the_reason_stands_in_words_with_the_figures_that_decided() -> None:
    tree = shipped()
    told = " ".join(explain(decided(account__employees=12), tree))
    assert "Employees is 12" in told and "`< smallest` (smallest = 20)" in told
    told = " ".join(explain(decided(), tree))
    assert "score bant is" in told and "`>= hot` (hot = 20)" in told


def test_practice_34_the_criteria_are_a_managers_to_tune(tmp_path: Path) -> None:
    (tmp_path / "abm-tree.toml").write_text(
        "[parameters.lead-qualification]\nhot = 25\nsmallest = 3000\n", encoding="utf-8"
    )
    assert decided(tmp_path).outcome == "self-serve"
    assert decided(tmp_path, account__employees=3000).outcome == "qualified-warm"
    parameters = {name: one for name, one in shipped().names.items() if isinstance(one, Parameter)}
    for name, parameter in parameters.items():
        assert parameter.source and parameter.kind, f"{name}: where is it from?"
    assert parameters["gap_gate"].kind == "data" and "vp_above" in parameters


def test_every_decision_leaves_somebody_with_something_to_do_by_a_day_and_a_way_out() -> None:
    tree = shipped()
    for name, outcome in tree.outcomes.items():
        assert outcome.actions and outcome.verdict and outcome.note is not None, name
    actions = [(name, one) for name, outcome in tree.outcomes.items() for one in outcome.actions]
    actions += [("tree", one) for one in tree.actions]
    for name, action in actions:
        what = f"{name}: {action.do}"
        assert action.owner, what
        assert action.within or action.every or action.due, what
        assert action.fallback is not None and action.fallback.owner and action.fallback.after, what


# ---------------------------------------------------------------- four roles


@dataclass(frozen=True)
class Heard:
    """What one walk asked, said and left to do."""

    asked: tuple[str, ...]
    said: dict[str, str]  # words by node
    outcome: str
    last: tuple[str, ...]
    tasks: frozenset[str]


ANSWERS = {
    "account.industry": "software",
    "account.annual_revenue": "400m",
    "account.employees": "2500",
    "deal.need": "4",
    "deal.budget": "approved",
    "deal.procurement": "none",
    "deal.competitor": "none",
    "deal.decision_on": "2026-03-20",
    "deal.authority": "director",
    "payback": "yes",
    "approval": "alone",
    "interfaces": "yes",
    "deal.security_review": "passed",
    "access": "yes",
    "champion": "spoke",
    "task_minutes": "60",
    "trial": "yes",
}


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Heard]:
    """Four walks about one account, with the same answers, one for each role."""
    root = tmp_path_factory.mktemp("office")
    (root / "abm-tree.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "a.csv").write_text("account_id,account name\nA1,Alder\n", encoding="utf-8")
    out = {}
    for role in ROLES:
        workspace = open_workspace(root, journal=root / f"{role}.db")
        walk = workspace.start("lead-qualification", workspace.book().entry("A1"), role=role, as_of=AS_OF)
        asked, words = [], {}
        while (question := walk.question) is not None:
            asked.append(question.key)
            if question.say:
                words[question.node] = question.say
            say(walk, ANSWERS[question.key])
        record = walk.record
        tasks = frozenset(task.do for task in record.actions)
        out[role] = Heard(tuple(asked), words, record.outcome, record.say, tasks)
    return out


def test_practice_39_one_account_four_roles_four_ways_of_asking_saying_and_doing(
    four: dict[str, Heard],
) -> None:
    assert {one.outcome for one in four.values()} == {"qualified-hot"}
    for role, heard in four.items():
        rest = [other for name, other in four.items() if name != role]
        own = set(heard.asked) - {key for other in rest for key in other.asked}
        assert len(own) == 2, f"{role}: what only this one is asked"
        assert not heard.tasks & {task for other in rest for task in other.tasks}, role
        assert len(heard.tasks) >= 2
        assert set(heard.said.values()).isdisjoint(text for other in rest for text in other.said.values())
        assert heard.last and all(heard.last != other.last for other in rest)


SAME_NODES = ("need", "gaps", "timing")


@pytest.mark.parametrize("node", SAME_NODES)
def test_practice_39_the_same_node_speaks_to_each_role_of_what_it_cares_about(
    node: str, four: dict[str, Heard]
) -> None:
    texts = {role: heard.said[node] for role, heard in four.items()}
    for one, other in combinations(texts, 2):
        shared = alike(texts[one], texts[other])
        assert shared < 0.5, f"{one} and {other} hear nearly the same: {texts[one]} / {texts[other]}"


def text(words: Words) -> str:
    """Words as they are where nothing is known."""
    return words.fill(lambda name: None, lambda name: name)


def test_practice_39_no_words_or_tasks_of_the_tree_differ_in_a_noun_alone() -> None:
    tree = shipped()
    every = [(f"{name}: say", one.say) for name, one in (*tree.nodes.items(), *tree.outcomes.items())]
    every += [(f"{name}: do", task.do) for name, one in tree.outcomes.items() for task in one.actions]
    held = 0
    for where, words in every:
        texts = {role: text(words[role]) for role in ROLES if role in words}
        assert len(texts) in (0, 1, 4), f"{where}: some roles are left out"
        for one, other in combinations(texts, 2):
            held += 1
            assert alike(texts[one], texts[other]) < 0.8, f"{where}: {texts[one]} / {texts[other]}"
    assert held > 100


SUBJECTS = (r"money|budget|paid", r"buy|order|purchas|tender", r"\belse\b|against")


@pytest.mark.parametrize("role", [*ROLES, "default"])
def test_practice_39_one_sentence_asks_for_the_three_answers_that_are_typed(role: str) -> None:
    said = text(shipped().nodes["gaps"].say[role])
    places = [re.search(subject, said) for subject in SUBJECTS]
    assert all(places), said
    starts = [found.start() for found in places if found is not None]
    assert starts == sorted(starts), f"in the order of the questions: {said}"


LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an and are at by do does for from have how i in is it me my not of on or our so that the their "
        "them then they this to us we what when where which who with would you your",
    )
)


def alike(one: str, other: str) -> float:
    """The share of words that two texts have in common, those that every sentence has left out."""
    words = [set(re.findall(r"[a-z]+", text.lower())) - LITTLE for text in (one, other)]
    return len(words[0] & words[1]) / max(1, min(len(words[0]), len(words[1])))


# ---------------------------------------------------------------- the promise


def changed(folder: Path, old: str, new: str) -> list[tuple[str, Severity]]:
    """The codes of what is wrong with a copy of the tree in which something was changed."""
    text = TREE.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    path = folder / "lead-qualification.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    opened = open_tree(str(path))
    assert opened.usable is not any(one.severity is Severity.ERROR for one in opened.findings)
    return [(one.code, one.severity) for one in opened.findings]


LAST = '  { is = "end-user", to = "task" },\n'


def test_practice_41_a_tree_that_promises_role_branches_and_lacks_one_is_refused(tmp_path: Path) -> None:
    assert changed(tmp_path, 'roles     = "branched"', 'roles     = "branched"') == []
    assert ("choice-not-handled", Severity.ERROR) in changed(tmp_path, LAST, "")


SMALL = """
id      = "small"
title   = "Small"
subject = "stakeholder"
roles   = "branched"
start   = "who"

[nodes.who]
decide   = "stakeholder.role"
unknown  = "ask"
branches = [
  { is = "commercial-decision-maker", to = "money" },
  { is = "technical-qualifier", to = "proof" },
  { is = "influencer", to = "door" },
  { is = "end-user", to = "task" },
]
[outcomes.ask]
title   = "Ask who it is"
actions = [{ do = "Ask who it is", owner = "rep", within = "P1D" }]
"""
ENDS = {"money": "Calculate", "proof": "Show it", "door": "Meet", "task": "Watch"}


@pytest.mark.parametrize("missing", ENDS)
def test_practice_41_two_roles_on_one_way_with_the_same_words_break_the_promise(
    missing: str, tmp_path: Path
) -> None:
    ends = "".join(
        f'[outcomes.{name}]\ntitle = "{do}"\nactions = [{{ do = "{do}", owner = "rep", within = "P1D" }}]\n'
        for name, do in ENDS.items()
    )
    path = tmp_path / "small.toml"
    path.write_text(SMALL + ends, encoding="utf-8")
    assert not [one for one in open_tree(str(path)).findings if one.severity is Severity.ERROR]
    elsewhere = "door" if missing != "door" else "task"
    path.write_text(SMALL.replace(f'to = "{missing}"', f'to = "{elsewhere}"') + ends, encoding="utf-8")
    opened = open_tree(str(path))
    assert not opened.usable
    told = next(one for one in opened.findings if one.code == "roles-alike")
    assert told.severity is Severity.ERROR and told.span is not None


def test_practice_41_a_default_for_the_others_is_a_branch_for_them(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    words = "".join(f'do.{role} = "{do} it"\n' for role, do in zip(ROLES, ENDS.values(), strict=True))
    rest = '[outcomes.rest]\ntitle = "Rest"\n[[outcomes.rest.actions]]\n'
    rest += f'{words}owner = "rep"\nwithin = "P1D"\n'
    one = re.sub(r"branches = \[.*?\n\]", 'otherwise = "rest"', SMALL, flags=re.DOTALL)
    path.write_text(one + rest, encoding="utf-8")
    found = [one.code for one in open_tree(str(path)).findings if one.severity is Severity.ERROR]
    assert found == [], "each role has words of its own there"
    path.write_text(one + rest.replace("Watch it", "Meet it"), encoding="utf-8")
    found = [one.code for one in open_tree(str(path)).findings if one.severity is Severity.ERROR]
    assert found == ["roles-alike"]


# ---------------------------------------------------------------- an answer given here counts there


def test_what_is_learned_here_needs_no_second_question_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "abm-tree.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "a.csv").write_text("account_id,account name\nA1,Alder\n", encoding="utf-8")
    other = 'id = "other"\ntitle = "Other"\nsubject = "deal"\nstart = "money"\n[nodes.money]\n' + (
        'decide = "deal.budget"\nunknown = "no"\n'
        'branches = [{ is = "approved", to = "yes" }, { is = ["planned", "none"], to = "no" }]\n'
        '[outcomes.yes]\ntitle = "Yes"\n[outcomes.no]\ntitle = "No"\n'
    )
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "other.toml").write_text(other, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    account = workspace.book().entry("A1")
    assert workspace.start("other", account).record.status == "needs"
    walk = workspace.start("lead-qualification", account)
    while "deal.budget" not in walk.state.answers:
        assert walk.question is not None
        say(walk, ANSWERS[walk.question.key])
    found = workspace.start("other", account).record
    assert (found.status, found.outcome) == ("decided", "yes")
