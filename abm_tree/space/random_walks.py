"""Random walks: what nobody thought of.

Promises: the same seed gives the same walks; a walk answers what it is asked, as a rep does, or begins with
what a list's row knows; what goes wrong comes back with the few facts that matter. Refuses: to print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from random import Random
from typing import TypeAlias

from abm_tree.feel import DateTime, Value
from abm_tree.space.trying import plain_value, worth_trying
from abm_tree.tree.facts import Known, Unknown, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record

State: TypeAlias = Known | Unknown
Values: TypeAlias = Mapping[str, tuple[Value, ...]]

UNKNOWN = 0.15  # how often nobody knows
ROUNDS = 3  # in which facts are left out
CHOICES = 4  # plainer values that are tried
OTHERS = ("other", "something else")  # texts that no choice has, where a fact takes any


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that random walks ran into: how often, and the smallest facts that lead there."""

    kind: str  # "error", "endless", "no-question"
    at: str  # the node
    message: str
    count: int
    facts: Mapping[str, State]
    record: Record


@dataclass(frozen=True, slots=True)
class Wandered:
    """What a number of random walks came to."""

    seed: int
    walks: int
    ends: Mapping[str, int]  # outcomes by id; else "needs FACT", "waits", "error"
    troubles: tuple[Trouble, ...]


@dataclass
class _Seen:
    count: int = 0
    first: dict[str, State] = field(default_factory=dict)


def wander(
    tree: Tree, as_of: DateTime, walks: int, seed: int, look: Callable[[Record], None] | None = None
) -> Wandered:
    """Walk a tree at random; `look` is shown each record."""
    chance = Random(f"{seed}/{tree.id}")
    values = worth_trying(tree, as_of)
    ends: Counter[str] = Counter()
    seen: dict[tuple[str, str], _Seen] = {}
    for _ in range(walks):
        facts, record = _walk(tree, as_of, values, chance)
        ends[_end(record)] += 1
        if look is not None:
            look(record)
        mark = _trouble(tree, record)
        if mark is not None:
            one = seen.setdefault(mark, _Seen())
            one.count += 1
            one.first = one.first or facts
    troubles = []
    for (kind, at), one in seen.items():
        facts, record = shrink(tree, as_of, one.first, partial(_is, tree, (kind, at)), values)
        troubles.append(Trouble(kind, at, _told(record), one.count, facts, record))
    return Wandered(seed, walks, dict(ends.most_common()), tuple(troubles))


def _walk(tree: Tree, as_of: DateTime, values: Values, chance: Random) -> tuple[dict[str, State], Record]:
    """One walk: a call that begins with nothing, a row of a list, or something in between."""
    known = chance.choice((0.0, 0.4, 0.8))
    listed = chance.random() < 0.5  # whether there is a list behind it, which knows what nobody is asked
    facts: dict[str, State] = {}
    for key in tree.facts:
        if chance.random() < known:
            facts[key] = _drawn(tree, key, values, chance)
    while True:
        record = advance(tree, facts, as_of, possible=False)
        need = record.needs
        if need is None or need.state == "unknown" or need.fact in facts:
            return facts, record
        asked = tree.facts[need.fact].ask is not None
        facts[need.fact] = _drawn(tree, need.fact, values, chance) if asked or listed else Unknown()


def _drawn(tree: Tree, key: str, values: Values, chance: Random) -> State:
    if chance.random() < UNKNOWN or not values[key]:
        return Unknown()
    value = chance.choice(values[key])
    if isinstance(value, Decimal) and chance.random() < 0.2:
        numbers = [int(one) for one in values[key] if isinstance(one, Decimal) and abs(one) <= 10**6]
        other = Decimal(chance.randint(min(numbers, default=0), max(numbers, default=0)))
        if misfit(tree.facts[key], other) is None:
            value = other
    return supported(tree.facts[key], value)


def _end(record: Record) -> str:
    if record.needs is not None:
        return f"needs {record.needs.fact}"
    return record.outcome or record.status


def _trouble(tree: Tree, record: Record) -> tuple[str, str] | None:
    """What is wrong with how a walk ended, and where."""
    if record.status == "error":
        return ("endless" if "does not end" in record.error else "error"), record.at
    need = record.needs
    if need is not None and tree.facts[need.fact].ask is None:
        return "no-question", need.node
    return None


def _is(tree: Tree, mark: tuple[str, str], record: Record) -> bool:
    return _trouble(tree, record) == mark


def _told(record: Record) -> str:
    if record.needs is not None:
        return f"`{record.needs.fact}` is needed at node `{record.needs.node}`, and it has no question"
    return record.error


def shrink(
    tree: Tree,
    as_of: DateTime,
    facts: Mapping[str, State],
    same: Callable[[Record], bool],
    values: Values,
) -> tuple[dict[str, State], Record]:
    """The facts that matter, as few and as plain as can be found, and the record of them.

    `same` says whether a walk still does what it is to do; it does so with the facts given.
    """
    record = advance(tree, facts, as_of, possible=False)
    read = {one.fact for step in record.trail for one in step.read} | {one.fact for one in record.at_read}
    left = {key: state for key, state in facts.items() if key in read}
    found = advance(tree, left, as_of, possible=False)
    if same(found):
        record = found
    else:  # something was read that no step tells of
        left = dict(facts)
    for _ in range(ROUNDS):
        before = len(left)
        for key in reversed(list(left)):
            fewer = {name: state for name, state in left.items() if name != key}
            found = advance(tree, fewer, as_of, possible=False)
            if same(found):
                left, record = fewer, found
        if len(left) == before:
            break
    for key, state in list(left.items()):
        for plainer in _plainer(tree.facts[key], state, values[key]):
            found = advance(tree, left | {key: plainer}, as_of, possible=False)
            if same(found):
                left, record = left | {key: plainer}, found
                break
    return left, record


def _plainer(fact: Fact, state: State, values: tuple[Value, ...]) -> list[State]:
    """States that are plainer than one: a choice that is listed, a number or a text of fewer characters."""
    if isinstance(state, Unknown) or state.value in fact.choices:
        return []
    if fact.choices:
        listed = [one for one in values if one in fact.choices]
        return [supported(fact, one) for one in (*listed[:CHOICES], *(OTHERS if fact.open else ()))]
    limit = plain_value(state.value)
    shorter = [one for one in sorted(values, key=plain_value) if plain_value(one) < limit]
    return [supported(fact, one) for one in shorter[:CHOICES]]
