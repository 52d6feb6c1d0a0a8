"""A tree walked for every person: what `each` nodes add to a decision.

Promises: pure; each person's walk is a decision record of its own, told again from its facts alone; nobody is
asked, so what is not known of a person is unknown. Same actions of several people become one. Refuses: to
know who the people are; the way, the outcome and the facts of the walk itself stay what they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from abm_tree.tree.facts import Facts, complete
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record, Step, Task
from abm_tree.walk.subject import Subject
from abm_tree.walk.tell import joined


@dataclass(frozen=True, slots=True)
class EachPerson:
    """A person of the account, with the facts that each tree walked for them reads."""

    id: str
    facts: Mapping[str, Facts] = field(default_factory=dict)  # by the id of the tree
    name: str = ""


def with_people(record: Record, tree: Tree, people: Sequence[EachPerson]) -> Record:
    """A decision with the walks for every person that its way asks for, and with their actions.

    A record that is not decided, and one whose way passes no such node, stays as it is.
    """
    inner = passed(record, tree)
    if record.status != "decided" or not inner:
        return record
    found: list[tuple[str, Record]] = []
    for path, below in inner.items():
        found += [(path, _walked(below, one, record)) for one in people]
    return merged(record, inner, found)


def passed(record: Record, tree: Tree) -> dict[str, Tree]:
    """The trees that a record's way walks for every person, by the path of the node; each tree once."""
    given_up = [f"{step.node}/" for step in record.trail if step.kind == "unknown"]
    out: dict[str, Tree] = {}
    for step in record.trail:
        # What was gathered in a tree that nobody could settle does not count.
        if step.kind != "each" or any(step.node.startswith(path) for path in given_up):
            continue
        below = _inner(step, tree)
        if below is not None and all(one.id != below.id for one in out.values()):
            out[step.node] = below
    return out


def merged(record: Record, inner: Mapping[str, Tree], walks: Sequence[tuple[str, Record]]) -> Record:
    """A record with walks for people, each with the path of the node that asked for it."""
    actions = list(record.actions)
    at = {_kind(task): number for number, task in reversed(list(enumerate(actions)))}
    whom: dict[int, dict[str, str]] = {}  # of each action, by id: two people may have one name
    for path, walk in walks:
        for task in walk.actions:
            place = at.setdefault(_kind(task), len(actions))
            if place == len(actions):
                actions.append(replace(task, outcome=f"{path}/{task.outcome}"))
            actions[place] = replace(actions[place], due=_earlier(actions[place].due, task.due))
            whom.setdefault(place, {})[walk.subject.stakeholder_id] = _name(walk)
    for place, names in whom.items():
        actions[place] = replace(actions[place], people=tuple(names.values()))
    notes = [*record.notes]
    for path, below in inner.items():
        notes += _notes(below, [walk for at_node, walk in walks if at_node == path])
    each = tuple(walk for _, walk in walks)
    return replace(record, actions=tuple(actions), notes=tuple(notes), each=each)


def _walked(tree: Tree, person: EachPerson, record: Record) -> Record:
    facts = complete(tree.facts, person.facts.get(tree.id, {}), record.as_of)
    subject = Subject(record.subject.account_id, record.subject.deal_id, person.id)
    walk = advance(tree, facts, record.as_of, subject=subject)
    return replace(walk, person=person.name)


def _inner(step: Step, tree: Tree) -> Tree | None:
    *calls, name = step.node.split("/")
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            return None
        tree = below
    return tree.each.get(name)


def _kind(task: Task) -> tuple[object, ...]:
    """What actions have in common that are one: everything but the day, the people and the outcome."""
    fallback = tuple(sorted(task.fallback.items()))
    return task.do, task.owner, task.channel, task.every, task.note, task.check, fallback


def _name(walk: Record) -> str:
    return walk.person or walk.subject.stakeholder_id


def _earlier(one: str, other: str) -> str:
    """The earlier of two days or moments; any is earlier than none."""
    return min((day for day in (one, other) if day), default="")


def _notes(tree: Tree, walks: Sequence[Record]) -> list[str]:
    """What is to be known of the walks of one tree: that there were none, or which came to nothing."""
    if not walks:
        return [f"Nobody is known at the account, so `{tree.id}` was walked for nobody."]
    left = [_name(walk) for walk in walks if walk.status != "decided"]
    return [f"`{tree.id}` came to no outcome for {joined(left)}."] if left else []
