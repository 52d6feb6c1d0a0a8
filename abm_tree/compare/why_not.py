"""Why an account does not come to an outcome: where the way turned off, and what would have to be different.

Promises: each change that is proposed was walked by `advance`; `smallest` says whether no fewer facts do; an
outcome is called out of reach only where that is proven. Refuses: to weigh which facts somebody could change;
those that nobody can are named, too, since they decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.compare.around import Around, State, around
from abm_tree.compare.cheapest import Cheapest, no_better
from abm_tree.compare.regions import in_words, shown
from abm_tree.compare.together import Together
from abm_tree.compare.trial import followed
from abm_tree.feel import Date, DateTime, Value, compile
from abm_tree.feel.calendar import date_of_number, day_number
from abm_tree.feel.show import show
from abm_tree.feel.syntax import And, Expr
from abm_tree.space.codes import UNKNOWN
from abm_tree.space.inlined import Untabled, prefix_of
from abm_tree.space.moves import STUCK
from abm_tree.space.reach import explore
from abm_tree.space.spots import END, Spot
from abm_tree.space.words import tests
from abm_tree.tree.facts import Facts, Known, Unknown, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Node, Tree
from abm_tree.tree.reads import node_reads
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import ways_of
from abm_tree.walk.reader import Reader, Reading, Sum
from abm_tree.walk.record import Record

MOST = 3  # changes that are told
HALVES = 60  # steps by which a value is brought nearer
FAR = 10**20


@dataclass(frozen=True, slots=True)
class Needed:
    """A way that would have led on: its test, and what of it does not hold."""

    node: str  # whose way it is: the place, or a node that called its tree
    number: int
    kind: str  # "branch", "otherwise", "unknown"
    test: str
    to: str  # a node's or an outcome's path
    failing: tuple[str, ...] = ()  # parts of a whole condition that do not hold, where only some do not


@dataclass(frozen=True, slots=True)
class Turned:
    """The last place on the way from which some way leads to the outcome."""

    node: str
    stands: bool  # the walk stands there still
    read: tuple[Reading, ...]
    sums: tuple[Sum, ...]
    needed: tuple[Needed, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a fact would have to be."""

    fact: str
    now: State | None  # None: missing
    stale: Value  # the value that is too old to count
    state: State  # the nearest that does it
    words: str  # all that do it, where that can be said; else the nearest
    tests: tuple[str, ...]  # the same in the language of conditions; none where only the nearest is said
    unknown: bool = False  # whether it also does if nobody knows


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes that lead to the outcome, and the walk that they lead to."""

    changes: tuple[Change, ...]
    record: Record


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer for one outcome."""

    outcome: str
    record: Record  # what the account comes to
    verdict: str  # "reached", "found", "dead" (no account can reach it), "open" (nothing was found)
    turned: Turned | None = None
    proposals: tuple[Proposal, ...] = ()
    smallest: bool = False  # no fewer facts than the first proposal has would do


def why_not(tree: Tree, facts: Facts, as_of: DateTime, outcome: str, record: Record | None = None) -> WhyNot:
    """Why facts do not lead to an outcome, by its id as records name it."""
    record = record if record is not None else advance(tree, facts, as_of)
    if record.outcome == outcome:
        return WhyNot(outcome, record, "reached")
    try:
        ground = around(tree, facts, as_of)
    except Untabled:
        return WhyNot(outcome, record, "open")
    if ground.inlined.start.spot == END:
        return WhyNot(outcome, record, "dead")
    search = Cheapest(ground, outcome)
    found = [one.changes for one in search.find(MOST)]
    smallest, verdict = search.exact, "found"
    if not found:
        verdict = "dead" if search.whole else "open"
        smallest = False
        if verdict == "open":
            found, verdict = _by_witness(ground, outcome)
    kept: list[Mapping[str, State]] = []
    for changes in found:
        needed = _nearer(ground, _without_idle(ground, changes, outcome), outcome)
        if not any(no_better(needed, one) for one in kept):
            kept.append(needed)
    proposals = tuple(_proposal(ground, one) for one in kept)
    smallest = smallest or any(len(one.changes) == 1 for one in proposals[:1])  # nothing changed does not do
    return WhyNot(outcome, record, verdict, _turned(ground, search, record), proposals, smallest)


# -------------------------------------------------------------------- changes


def _by_witness(ground: Around, outcome: str) -> tuple[list[Mapping[str, State]], str]:
    """Any account that comes to the outcome, held against this one; or the proof that there is none."""
    proof = explore(ground.tree, ground.as_of).outcomes.get(outcome)
    if proof is None or proof.state != "taken":
        return [], "dead" if proof is None or proof.state == "dead" else "open"
    other: dict[str, State] = {key: Unknown() for key in ground.now}
    for given in (dict(proof.facts), {**other, **proof.facts}):
        changes = {key: state for key, state in given.items() if state != ground.now.get(key)}
        if _reaches(ground, changes, outcome):
            return [changes], "found"
    return [], "open"


def _reaches(ground: Around, changes: Mapping[str, State], outcome: str) -> bool:
    return advance(ground.tree, {**ground.now, **changes}, ground.as_of, possible=False).outcome == outcome


def _without_idle(ground: Around, changes: Mapping[str, State], outcome: str) -> dict[str, State]:
    """The changes, without those that are not needed."""
    found, before = dict(changes), -1
    while len(found) != before:  # without one of them another may be idle, too
        before = len(found)
        for key in list(found):
            less = {name: state for name, state in found.items() if name != key}
            if _reaches(ground, less, outcome):
                found = less
    return found


def _nearer(ground: Around, changes: dict[str, State], outcome: str) -> dict[str, State]:
    """The changes, values that were tried brought nearer to the present ones: by halves, in whole steps."""
    found = dict(changes)
    for key, state in changes.items():
        now = ground.present(key)
        if not ground.coders[key].opaque or not isinstance(state, Known):
            continue
        does, other = state.value, now
        for _ in range(HALVES):
            between = _between(does, other)
            if between is None or misfit(ground.facts[key], between) is not None:
                break
            if _reaches(ground, {**found, key: supported(ground.facts[key], between)}, outcome):
                does = between
                found[key] = supported(ground.facts[key], between)
            else:
                other = between
    return found


def _between(one: Value, other: Value) -> Value:
    """A day or a whole number halfway between two; None where there is none."""
    if isinstance(one, Date) and isinstance(other, Date):
        first, last = day_number(one), day_number(other)
        return date_of_number((first + last) // 2) if abs(last - first) > 1 else None
    if (
        isinstance(one, Decimal)
        and isinstance(other, Decimal)
        and abs(one - other) > 1
        and abs(one + other) < FAR
    ):
        middle = ((one + other) / 2).to_integral_value()
        return middle if middle not in (one, other) else None
    return None


def _proposal(ground: Around, changes: Mapping[str, State]) -> Proposal:
    after = {**ground.now, **changes}
    record = advance(ground.tree, after, ground.as_of)
    read = list(dict.fromkeys(one.fact for step in record.trail for one in step.read))
    keys = sorted(changes, key=lambda key: (read.index(key) if key in read else len(read), key))
    masks = Together(ground, after, record).widest(keys)
    return Proposal(tuple(_change(ground, key, after[key], masks.get(key)) for key in keys), record)


def _change(ground: Around, key: str, state: State, mask: int | None) -> Change:
    fact, now, stale = ground.facts[key], ground.now.get(key), ground.stale.get(key)
    if not isinstance(state, Known):
        return Change(key, now, stale, state, "", ())
    if mask is None:
        return Change(key, now, stale, state, shown(fact, state.value), ())
    told = tests(ground.coders[key], fact, mask)
    return Change(key, now, stale, state, in_words(ground, key, mask), told, bool(mask & 1 << UNKNOWN))


# -------------------------------------------------------------------- where the way turned off


def _turned(ground: Around, search: Cheapest, record: Record) -> Turned | None:
    """Where the way turned off from all that lead to the outcome; None where it never was on one."""
    places = list(followed(ground, record))
    last = tuple(record.at.split("/")) if record.at else END
    if last in search.towards:
        needed = _needed(ground, search, last, None)
        return Turned(record.at, True, record.at_read, record.at_sums, needed)
    for spot, number, step in reversed(places):
        if spot in search.towards:
            needed = _needed(ground, search, spot, number)
            return Turned("/".join(spot), False, step.read, step.sums, needed)
    return None


def _needed(ground: Around, search: Cheapest, spot: Spot, taken: int | None) -> tuple[Needed, ...]:
    found = []
    node = ground.node(spot)
    for number in search.numbers(spot):
        if number == taken or not search.leads(spot, number):
            continue
        arrival = ground.goal(spot, number).arrival
        to = "/".join(arrival.spot) if arrival.spot != END else arrival.outcome
        if number == STUCK:
            caller = "/".join(arrival.through[0][0]) if arrival.through else "/".join(spot[:-1])
            found.append(Needed(caller, number, "unknown", "unknown", to))
            continue
        way = ways_of(node)[number]
        failing: tuple[str, ...] = ()
        test = way.test
        if way.kind == "branch":
            failing = _failing(ground, spot, node, number)
            if node.branches[number].kind == "below" and number:
                test = "< " + node.branches[number - 1].test.removeprefix(">= ")
        found.append(Needed("/".join(spot), number, way.kind, test, to, failing))
    return tuple(found)


def _failing(ground: Around, spot: Spot, node: Node, number: int) -> tuple[str, ...]:
    """The parts of a condition joined by `and` that do not hold; none where that is all of it."""
    condition = node.branches[number].condition
    if node.decide is not None or condition is None or not isinstance(condition.expr, And):
        return ()
    tree, prefix = ground.inlined.tree_at(spot[:-1]), prefix_of(ground.tree, spot[:-1])
    if node_reads(tree, node, prefix) & (ground.chart.hidden | ground.chart.constants.keys()):
        return ()  # what outcomes on the way established may count
    reader = Reader(tree, ground.now, ground.as_of, prefix=prefix)
    parts = list(_parts(condition.expr))
    failing = [show(part) for part in parts if compile(part)(reader) is not True]
    return tuple(failing) if len(failing) < len(parts) else ()


def _parts(expr: Expr) -> list[Expr]:
    return [*_parts(expr.left), *_parts(expr.right)] if isinstance(expr, And) else [expr]
