"""Group facts of one account: what holds of its people together, as they are known.

Promises: what is said of an account does not depend on the order of its people; a person of whom a condition
is not known neither counts nor lets `any` and `all` be known, unless somebody else decides them. Where nobody
knows the people, everything is unknown; where there are none, none counts. Refuses: to ask; to look at
what walks of the same plan came to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.feel import DateTime, Undetermined, Value
from abm_tree.tree.facts import Facts, Known, Unknown, as_they_count
from abm_tree.tree.parts import TOLD, Fact, GroupFact, Tree
from abm_tree.tree.people import group_facts, short
from abm_tree.walk.reader import Reader

SOURCE = "people"


@dataclass(frozen=True, slots=True)
class Individual:
    """A person of an account: facts about them, and what they told of the account and the deal."""

    facts: Facts
    told: Facts


def people_facts(
    tree: Tree, account: Facts, people: Sequence[Individual] | None, as_of: DateTime
) -> dict[str, Known | Unknown]:
    """The group facts that a tree reads, by key; all unknown where nobody knows the people (None)."""
    wanted = group_facts(tree)
    if people is None or not wanted:
        return {key: Unknown(SOURCE) for key in wanted}
    # What is known of the person across the table is not known of the others.
    shared = {key: one for key, one in account.items() if key in tree.facts and not _personal(tree, key)}
    states = [as_they_count(tree.facts, {**shared, **one.facts}, as_of) for one in people]
    told = [as_they_count(tree.facts, one.told, as_of) for one in people]
    found: dict[str, Known | Unknown] = {}
    for key, (one, below, prefix) in wanted.items():
        holds = [_holds(one, Reader(below, state, as_of, prefix=prefix)) for state in states]
        value = _folded(one, below, prefix, told, states, holds)
        found[key] = Unknown(SOURCE) if value is None else Known(value, SOURCE)
    return found


def _holds(one: GroupFact, reader: Reader) -> bool | None:
    if one.condition is None:
        return True
    value = one.condition.run(reader)
    return value if not isinstance(value, Undetermined) and isinstance(value, bool) else None


def _folded(
    one: GroupFact,
    tree: Tree,
    prefix: str,
    told: Sequence[Facts],
    states: Sequence[Facts],
    holds: Sequence[bool | None],
) -> Value:
    match one.kind:
        case "count":
            return Decimal(sum(hold is True for hold in holds))
        case "any" | "all":
            return quantified(one.kind, holds)
        case "contradicted":
            keys = [(name, key_of(tree, name, prefix)) for name in one.facts]
            return tuple(short(name) for name, key in keys if len(_values(told, key)) > 1)
    key = key_of(tree, one.of, prefix)
    counted = [facts for hold, facts in zip(holds, states, strict=True) if hold is True]
    values = [value for value in _values(counted, key) if isinstance(value, str)]
    of = tree.names[one.of]
    assert isinstance(of, Fact)
    return missing_of(of, values) if one.kind == "missing" else collected(of, values)


def quantified(kind: str, holds: Iterable[bool | None]) -> bool | None:
    """`any` or `all` of several, three-valued."""
    found = set(holds)
    decisive = kind == "any"
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def collected(of: Fact, values: Iterable[str]) -> tuple[str, ...]:
    """Values in the order of the choices, others after them by their spelling."""
    given = set(values)
    return (*(one for one in of.choices if one in given), *sorted(given - set(of.choices)))


def missing_of(of: Fact, values: Iterable[str]) -> tuple[str, ...]:
    """The choices that nobody has."""
    given = set(values)
    return tuple(one for one in of.choices if one not in given)


def key_of(tree: Tree, name: str, prefix: str) -> str:
    """A fact's key in the walk, by its name in one tree."""
    return prefix + name if getattr(tree.names.get(name), "own", False) else name


def _values(people: Iterable[Facts], key: str) -> set[Value]:
    states = (one.get(key) for one in people)
    return {alike(state.value) for state in states if isinstance(state, Known)}


def alike(value: Value) -> Value:
    """A value as it is compared between people: of a list it does not matter what was named first."""
    return tuple(sorted(set(value), key=repr)) if isinstance(value, tuple) else value


def _personal(tree: Tree, key: str) -> bool:
    return tree.facts[key].scope == "stakeholder"


def read_of_people(tree: Tree) -> dict[str, Fact]:
    """What a list of people is read for: facts of the person, and as `TOLD` what the person told."""
    found = {key: fact for key, fact in tree.facts.items() if _personal(tree, key)}
    return {**found, **{TOLD + key: fact for key, fact in reads_told(tree).items()}}


def as_told(mapping: Mapping[str, str], wanted: Mapping[str, Fact]) -> dict[str, str]:
    """Which column holds which fact, as its user declares it; here a fact of the deal is what was told."""
    return {column: TOLD + fact if TOLD + fact in wanted else fact for column, fact in mapping.items()}


def reads_told(tree: Tree) -> Mapping[str, Fact]:
    """The facts that people may tell differently, by key, of the group facts that a tree reads."""
    found = {}
    for one, below, prefix in group_facts(tree).values():
        for name in one.facts:
            fact = below.names[name]
            if isinstance(fact, Fact):
                found[key_of(below, name, prefix)] = fact
    return found
