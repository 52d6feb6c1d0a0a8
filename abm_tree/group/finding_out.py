"""What the actions of a walk find out: a tree often says itself how to learn what nobody knows.

Promises: an action that ends a way for `unknown`, or that is there only because a fact is not known, is told
with those facts; a point of a list that is open for the whole account is told as one. Refuses: to guess out
of words; conditions and lists say it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from abm_tree.feel import And, Call, Known, Name, Or, Undetermined
from abm_tree.tree.parts import Action, Condition, Fact, OpenList, Outcome, Tree, ways
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.actions import tasks
from abm_tree.walk.explain import find_node
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record, Step, Task
from abm_tree.walk.tell import for_role, role_of

PERSONAL = "stakeholder"  # the scope of what is a person's own
Place: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Finds:
    """What an action of a record finds out."""

    facts: tuple[str, ...] = ()  # keys, as the record has them
    place: Place = ()  # where the tree says it, if it is the same whoever is asked; else ()
    first: bool = False  # whether the walk ended because this is not known
    personal: bool = False  # whether its words name the person that the walk is with


@dataclass(frozen=True, slots=True)
class _Source:
    """An action of a tree that a task may be."""

    task: Task
    place: Place
    facts: tuple[str, ...]
    common: bool  # whether none of it is about the person
    once: bool = False  # whether the tree says so
    personal: bool = False  # whether its words name the person


def finding_out(tree: Tree, record: Record) -> tuple[Finds, ...]:
    """For each action of a record, in order, what it finds out."""
    left: dict[str, list[_Source]] = {}
    for task in record.actions:
        if task.outcome not in left:
            left[task.outcome] = list(_sources(tree, record, task.outcome))
    lacked = _lacked(tree, record)
    out: list[Finds] = []
    ended = False
    for task in record.actions:
        at = next((n for n, one in enumerate(left[task.outcome]) if one.task == task), None)
        source = left[task.outcome].pop(at) if at is not None else None
        facts, place = (source.facts, source.place) if source is not None else ((), ())
        common = source is not None and source.common
        first = not ended and bool(lacked) and task.outcome == record.outcome
        if first:
            ended, facts = True, tuple(dict.fromkeys((*lacked, *facts)))
        same = (source is not None and source.once) or (facts and common and not _personal(tree, facts))
        out.append(Finds(facts, place if same else (), first, source is not None and source.personal))
    return tuple(out)


def _lacked(tree: Tree, record: Record) -> tuple[str, ...]:
    """What a walk ended for: the fact that its last way for unknown was taken for.

    A person's own facts that sent it that way right before belong to it; several facts that one node lacks
    would need more than one action.
    """
    out: list[str] = []
    for step in reversed(record.trail):
        if step.kind != "unknown":
            break
        found = [one.fact for one in step.read if one.state == "unknown"]
        if out and not (_decides(tree, step) and _personal(tree, tuple(found))):
            continue
        if len(found) != 1:
            break
        out += found
    return tuple(out)


def _decides(tree: Tree, step: Step) -> bool:
    """Whether an answer at a node could have led elsewhere."""
    node = find_node(step.node, tree)
    return node is not None and any(to != node.unknown for to in ways(node))


def _personal(tree: Tree, facts: tuple[str, ...]) -> bool:
    """Whether any of these is a person's own."""
    return any(key not in tree.facts or tree.facts[key].scope == PERSONAL for key in facts)


def _sources(tree: Tree, record: Record, path: str) -> Iterator[_Source]:
    """The tasks of an outcome, told again from where the tree has them."""
    below, outcome, prefix = _outcome(tree, path)
    if outcome is None:
        return
    established: dict[str, object] = {
        one.fact: one.value if one.state == "known" else Undetermined(one.fact, one.state == "unknown")
        for one in record.sets
    }

    def reader() -> Reader:
        return Reader(below, record.facts, record.as_of, prefix=prefix, established=established)

    own = [((below.id, outcome.id, number), one) for number, one in enumerate(outcome.actions)]
    more = [
        ((below.id, "", number), one)
        for number, one in enumerate(below.actions)
        if one.outcomes is None or outcome.id in one.outcomes
    ]
    for place, action in (*own, *more):
        yield from _told(below, prefix, action, place, path, reader)


def _told(
    tree: Tree, prefix: str, action: Action, place: Place, path: str, reader: Callable[[], Reader]
) -> Iterator[_Source]:
    facts = _said_unknown(action.condition, reader())
    found = tasks(action, reader(), path)
    chosen = for_role(action.do, role_of(reader()))
    said = action.do.values() if chosen is None else [chosen]
    named = [slot.name for words in said for slot in words.slots if slot.name in tree.names]
    personal = any(key.startswith(f"{PERSONAL}.") for key in fact_keys(tree, named, prefix))
    points = tree.names.get(action.each) if action.each else None
    if not isinstance(points, OpenList):
        for task in found:
            yield _Source(task, place, facts, True, action.once, personal)
        return
    at = 0
    for number, item in enumerate(points.items):
        holds = item.condition.run(reader()) if item.condition is not None else True
        if at == len(found) or not (holds is True or isinstance(holds, Undetermined)):
            continue
        slots = tuple(slot.name for slot in item.text.slots if slot.name in tree.names)
        about = fact_keys(tree, slots, prefix)
        common = not any(key.startswith(f"{PERSONAL}.") for key in about)
        learned = tuple(dict.fromkeys((*facts, *_leaned(item.condition, reader()))))
        place = (tree.id, points.name, number)
        yield _Source(found[at], place, learned, common, action.once, personal or not common)
        at += 1


def _said_unknown(condition: Condition | None, reader: Reader) -> tuple[str, ...]:
    """The facts that an action is there for, as nobody knows them: `not(known(x))` is a condition of it.

    `not(known(x)) or x != "good enough"` is one, too, where x is the tree's own question: an action that
    depends on a shared fact, such as an amount, need not be there to find it out.
    """
    if condition is None or condition.run(reader) is not True:
        return ()
    found = [name for name in _not_known(condition.expr, reader.tree) if _is_unknown(reader.read(name))]
    return tuple(dict.fromkeys(reader.key(name) for name in found))


def _not_known(expr: Any, tree: Tree) -> Iterator[str]:
    match expr:
        case And(left, right):
            yield from _not_known(left, tree)
            yield from _not_known(right, tree)
        case Or(left, right):
            for name in (*_not_known(left, tree), *_not_known(right, tree)):
                fact = tree.names.get(name)
                if isinstance(fact, Fact) and fact.own:
                    yield name
        case Call("not", (Known(Name(name)),)):
            yield name


def _is_unknown(value: object) -> bool:
    return isinstance(value, Undetermined) and value.unknown


def _leaned(condition: Condition | None, reader: Reader) -> tuple[str, ...]:
    """The facts for whose being unknown an open point is open."""
    if condition is None or condition.run(reader) is not True or not reader.leaned:
        return ()
    return tuple(one.fact for one in reader.readings.values() if one.state == "unknown")


def _outcome(tree: Tree, path: str) -> tuple[Tree, Outcome | None, str]:
    *calls, name = path.split("/")
    prefix = ""
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            return tree, None, prefix
        tree, prefix = below, f"{below.id}/"
    return tree, tree.outcomes.get(name), prefix
