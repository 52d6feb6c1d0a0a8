"""Facts of a walk out of what its events came to, and what people call their sources.

Promises: the same states for every revision of a tree that has the facts; what does not fit does not count.
Refuses: to ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from abm_tree.feel import Date, DateTime, string
from abm_tree.journal.fold import Answer, State, carried
from abm_tree.session.ages import ago, days_ago
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.former import former_keys
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Tree
from abm_tree.walk.replay import state_of

HOW = {"said": "said on the call", "read": "read somewhere", "estimate": "our own estimate"}
HIDDEN = "(hidden)"  # instead of a sensitive value, in lists


def given_of(tree: Tree, state: State) -> dict[str, Known | Unknown]:
    """What was known before the first question."""
    out = {}
    state = carried(state, former_keys(tree))
    for key, one in state.given.items():
        fact = tree.facts.get(key)
        if fact is not None:
            found = state_of(fact, one)
            if isinstance(found, Unknown) or misfit(fact, found.value) is None:
                out[key] = found
    return out


def answers_of(tree: Tree, state: State) -> dict[str, Known | Unknown]:
    """What was answered, the latest last."""
    out: dict[str, Known | Unknown] = {}
    state = carried(state, former_keys(tree))
    for key, answer in state.answers.items():
        fact = tree.facts.get(key)
        if fact is None:
            continue
        one = {"source": "answer", "dated": answer.dated, "evidence": answer.evidence}
        one |= {"value": answer.value} if answer.known else {}
        found = state_of(fact, one)
        # Under another revision a fact may have another type or other choices: its answer does not count.
        if isinstance(found, Unknown) or misfit(fact, found.value) is None:
            out[key] = found
    return out


def facts_of(tree: Tree, state: State) -> dict[str, Known | Unknown]:
    """Everything that is given or answered; an answer stands over what was given."""
    return {**given_of(tree, state), **answers_of(tree, state)}


def later(one: DateTime, other: DateTime) -> bool:
    """Whether the first moment lies on a later day."""
    return string(one.date) > string(other.date)


def told(answer: Answer) -> str:
    """Who said it and how it is known, with its age."""
    how = HOW.get(answer.how, "")
    return ", ".join(part for part in (how, ago(answer.at)) if part)


def source_text(state: Known, as_of: DateTime) -> str:
    """Where a value is from, and how old it is, in words."""
    names = {
        "list": "from the list",
        "given": "given at the start",
        "answer": "answered",
        "journal": "from an earlier call",
        "people": "from the people there",
        "outcome": "decided on the way",
    }
    name = names.get(state.source, state.source)
    if state.dated is None:
        return name
    day = state.dated if isinstance(state.dated, Date) else state.dated.date
    return f"{name}, {_days(day, as_of.date)}"


def _days(day: Date, today: Date) -> str:
    try:
        count = (dt.date(today.year, today.month, today.day) - dt.date(day.year, day.month, day.day)).days
    except ValueError:
        return string(day)
    return days_ago(count)


def from_list(facts: Mapping[str, Known | Unknown]) -> dict[str, Known | Unknown]:
    """Facts of a list's row, marked as such; what comes from its people stays theirs."""
    return {
        key: state if state.source == "people" else replace(state, source="list")
        for key, state in facts.items()
    }


def outcome_title(tree: Tree, path: str) -> str:
    """An outcome's title, by its path through the trees that call each other."""
    *calls, name = path.split("/")
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            return path
        tree = below
    outcome = tree.outcomes.get(name)
    return outcome.title if outcome is not None else path
