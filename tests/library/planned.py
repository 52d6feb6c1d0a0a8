"""People of one account, for the tests of account-plan and stakeholder-engagement: answers, records, texts.

Promises: every date counts from 2 March 2026. Refuses: to judge.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from abm_tree import Known, Record, Tree, Unknown, advance, open_tree
from abm_tree.feel import DateTime, parse_date_time
from abm_tree.session.question import ask
from abm_tree.walk.record import Task

TODAY = "2026-03-02"
MONEY, TECHNOLOGY, OPINION, USE = ROLES = (
    "commercial-decision-maker",
    "technical-qualifier",
    "influencer",
    "end-user",
)
JOBS = ("problem", "exploration", "requirements", "selection", "validation", "consensus")
# What each role is asked and nobody else, with its best and its worst answer.
OWN = {
    MONEY: ("figure", "theirs", "none"),
    TECHNOLOGY: ("criteria", "written", "none"),
    OPINION: ("gain", "told", "nothing"),
    USE: ("watched", "counted", "no"),
}
POINTS = ("opportunities", "objectives", "result", "agreed", "obstacles", "links", "players")
NAMES = ("Odile Varga", "Lindqvist Marine", "Invoices leave two weeks late")
THEM = re.compile("the budget owner|the technical contact|your contact|the user|this person")
Answers = dict[str, Any]


def _now() -> DateTime:
    found = parse_date_time("2026-03-02T09:00:00Z")
    assert found is not None
    return found


NOW = _now()


def tree_of(name: str) -> Tree:
    """A shipped tree."""
    opened = open_tree(name)
    assert opened.tree is not None and opened.usable, opened.findings
    return opened.tree


def decide(tree: Tree, answers: Answers) -> Record:
    """The record for answers; `...` stands for a fact that nobody knows."""
    facts = {key: Unknown() if value is ... else Known(value) for key, value in answers.items()}
    return advance(tree, facts, NOW, possible=False)


def person(role: str, job: Any = "selection", *, good: bool = True, **more: Any) -> Answers:
    """One person of an account whose plan is in order, six days after the last talk."""
    name, best, worst = OWN[role]
    answers: Answers = {
        "account.people_engaged": 5,
        "roles_known": ROLES,
        "plan_points": POINTS,
        "stakeholder.role": role,
        name: best if good else worst,
        "stakeholder.last_contact": date(2026, 2, 24),
        "stakeholder.attitude": 0,
        "deal.buying_job": job,
    }
    return answers | {key.replace("__", "."): value for key, value in more.items()}


def rated(role: Any, influence: Any, interest: Any, attitude: Any = 0, **more: Any) -> Answers:
    """A person with ratings, eight days after the last talk, in an open deal."""
    answers: Answers = {
        "stakeholder.role": role,
        "stakeholder.last_contact": date(2026, 2, 22),
        "stakeholder.influence": influence,
        "stakeholder.interest": interest,
        "stakeholder.attitude": attitude,
        "stakeholder.tests_passed": (),
        "kind": "skeptic",
        "deal.stage": "proposal",
    }
    return answers | {key.replace("__", "."): value for key, value in more.items()}


def named(answers: Answers) -> Answers:
    """The same with the names that a list has."""
    return answers | dict(zip(("stakeholder.name", "account.name", "account.pain"), NAMES, strict=True))


def texts(record: Record) -> list[str]:
    """Everything that a record says to people."""
    said = [*record.say, *record.notes]
    for task in record.actions:
        said += [task.do, task.note, task.fallback.get("do", "")]
    return [text for text in said if text]


def own_words(record: Record) -> set[str]:
    """What is said and done, notes left out, without the word for the person."""
    said = [*record.say, *(task.do for task in record.actions)]
    said += [task.fallback["do"] for task in record.actions]
    return {THEM.sub("them", one) for one in said}


def asked(tree: Tree, answers: Answers, start: Answers) -> list[tuple[str, str, str]]:
    """The questions of a walk that begins with `start`: fact, question, words."""
    facts: dict[str, Known | Unknown] = {key: Known(value) for key, value in start.items()}
    questions = []
    while (record := advance(tree, facts, NOW, possible=False)).status == "needs":
        question = ask(record, tree, facts, NOW)
        assert question is not None
        questions.append((question.key, question.ask, question.say))
        value = answers[question.key]
        facts[question.key] = Unknown() if value is ... else Known(value)
    assert record.status == "decided"
    return questions


def complete(task: Task) -> bool:
    """Owner, date, and a fallback with owner and time."""
    return bool(task.owner and task.due >= TODAY and {"do", "owner", "after"} <= task.fallback.keys())
