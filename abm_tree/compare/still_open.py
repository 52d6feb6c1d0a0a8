"""What is still open for an account, and which facts decide between the outcomes.

Promises: the outcomes are those that `walk.possible` says, without those that contradictions on the way to
them exclude; for each fact that is not known, each of its values is put in and the outcomes that are left are
counted, values that leave the same ones together. Facts are told in the order of how much they settle: by the
most outcomes that any value leaves, then by how many values leave on average. Refuses: to know how likely a
value is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from abm_tree.compare.around import Around, State, around
from abm_tree.compare.regions import either, in_words, shown
from abm_tree.compare.together import reached
from abm_tree.feel import DateTime, Value
from abm_tree.space.codes import NULL, STRAY
from abm_tree.space.inlined import Untabled
from abm_tree.space.trying import worth_trying
from abm_tree.space.words import tests
from abm_tree.tree.facts import Facts, Known, Unknown, supported
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.reads import node_reads
from abm_tree.walk.advance import advance
from abm_tree.walk.possible import open_ways, possible_outcomes
from abm_tree.walk.record import Record

TRIES = 80_000  # nodes that are looked at, with all values of all facts
BOXES = 200_000  # that are looked at for the proofs of all of them
SOME = 12  # values of one fact whose every value may count
NAMED = 3  # of those, told as examples

Ends = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Values of a fact that leave the same outcomes."""

    words: str
    tests: tuple[str, ...]  # the same in the language of conditions; none where values are only examples
    null: bool  # whether "known to be none" is among them
    values: tuple[Value, ...]  # one for each stretch
    outcomes: Ends


@dataclass(frozen=True, slots=True)
class Deciding:
    """A fact that is not known, and what its values leave."""

    fact: str
    state: str  # "missing" or "unknown"
    regions: tuple[Region, ...]
    sampled: bool  # every value may count; only some were tried

    @property
    def worst(self) -> int:
        """The most outcomes that a value leaves."""
        return max(len(one.outcomes) for one in self.regions)

    @property
    def mean(self) -> float:
        """How many outcomes its regions leave on average."""
        return sum(len(one.outcomes) for one in self.regions) / len(self.regions)

    @property
    def settles(self) -> bool:
        """Whether any value of it leaves one outcome."""
        return self.worst <= 1 and not self.sampled


@dataclass(frozen=True, slots=True)
class StillOpen:
    """The outcomes still open, and what decides between them."""

    record: Record
    outcomes: Ends
    deciding: tuple[Deciding, ...] = ()
    idle: Ends = ()  # facts that are still looked at, and exclude nothing by themselves
    whole: bool = True  # whether all facts were looked at


def still_open(tree: Tree, facts: Facts, as_of: DateTime, record: Record | None = None) -> StillOpen:
    """What is still open for facts, and what decides between it."""
    record = record if record is not None else advance(tree, facts, as_of)
    if len(record.possible) < 2:
        return StillOpen(record, record.possible)
    try:
        ground = around(tree, facts, as_of)
    except Untabled:
        return StillOpen(record, record.possible, whole=False)
    came = reached(ground, _box(ground, {}))
    ends = tuple(one for one in record.possible if came is None or one in came[0])
    if len(ends) < 2:
        return StillOpen(record, ends)
    looked = {key: list(_values(ground, key)) for key in _looked_at(tree, ground, facts, as_of)}
    # One measure for all facts: each of their values gets its own proof, or none does.
    close = came is not None and came[1] * sum(map(len, looked.values())) <= BOXES
    left, whole = TRIES // len(ground.places), True
    deciding: list[Deciding] = []
    idle: list[str] = []
    for key, values in looked.items():
        left -= len(values)
        if left < 0:
            whole = False
            break
        one = _deciding(ground, key, values, facts, ends, close)
        if any(len(region.outcomes) < len(ends) for region in one.regions):
            deciding.append(one)
        else:
            idle.append(key)
    deciding.sort(key=lambda one: (one.worst, one.mean))
    return StillOpen(record, ends, tuple(deciding), tuple(idle), whole)


def _looked_at(tree: Tree, ground: Around, facts: Facts, as_of: DateTime) -> list[str]:
    """The facts that are not known and that some node still looks at, in the order of the walk."""
    ways = open_ways(tree, facts, as_of)
    read: dict[str, None] = {}
    for spot in ground.places:
        if "/".join(spot) in ways:
            below = ground.inlined.tree_at(spot[:-1])
            prefix = f"{below.id}/" if len(spot) > 1 else ""
            read |= dict.fromkeys(sorted(node_reads(below, below.nodes[spot[-1]], prefix)))
    return [key for key in read if key in tree.facts and not isinstance(ground.now.get(key), Known)]


def _values(ground: Around, key: str) -> Iterator[tuple[int, Value]]:
    """A value for each code of a fact; where every value may count, some, with no code."""
    if ground.coders[key].opaque or ground.coders[key].kind is tuple:
        yield from ((-1, value) for value in islice(_worth(ground)[key], SOME))
        return
    for code in ground.known_codes(key):
        change = ground.change(key, code)
        if change is not None and isinstance(change.state, Known):
            yield code, change.state.value


def _worth(ground: Around) -> Mapping[str, tuple[Value, ...]]:
    return worth_trying(ground.tree, ground.as_of)


def _deciding(
    ground: Around, key: str, values: list[tuple[int, Value]], facts: Facts, ends: Ends, close: bool
) -> Deciding:
    groups: dict[Ends, list[tuple[int, Value]]] = {}
    for code, value in values:
        state = supported(ground.tree.facts[key], value)
        left = possible_outcomes(ground.tree, {**facts, key: state}, ground.as_of)
        came = reached(ground, _box(ground, {key: state})) if close and len(left) > 1 else None
        left = tuple(one for one in left if one in ends and (came is None or one in came[0]))
        groups.setdefault(left, []).append((code, value))
    sampled = any(code < 0 for code, _ in values)
    regions = [_region(ground, key, ends, alike, sampled) for ends, alike in groups.items()]
    lack = "unknown" if isinstance(ground.now.get(key), Unknown) else "missing"
    return Deciding(key, lack, tuple(sorted(regions, key=lambda one: len(one.outcomes))), sampled)


def _box(ground: Around, more: Mapping[str, State]) -> dict[str, int]:
    """The codes that facts may have: what is known stays, of what is not anything may come out."""
    states = {**ground.now, **more}
    found: dict[str, int] = {}
    for key, coder in ground.coders.items():
        number = ground.chart.numbers.get(key)
        inputs = number.inputs if number is not None else (key,)
        if all(isinstance(states.get(name), Known) for name in inputs):
            known = {name: states[name] for name in inputs}
            code = ground.number_code(key, known) if number is not None else ground.code_for(key, states[key])
            found[key] = ground.full[key] if code == STRAY else 1 << code
        else:
            found[key] = ground.full[key] & ((1 << coder.lack(len(inputs) if number is not None else 0)) - 1)
    return found


def _region(ground: Around, key: str, ends: Ends, alike: list[tuple[int, Value]], sampled: bool) -> Region:
    fact, coder = ground.facts[key], ground.coders[key]
    values = tuple(value for _, value in alike)
    if sampled:
        return Region(_such_as(fact, values), (), None in values, values, ends)
    mask = sum(1 << code for code, _ in alike)
    return Region(in_words(ground, key, mask), tests(coder, fact, mask), bool(mask & 1 << NULL), values, ends)


def _such_as(fact: Fact, values: tuple[Value, ...]) -> str:
    return "such as " + either([shown(fact, value) for value in values[:NAMED]])
