"""Cases for what no case reaches: facts that reach it, as few as are needed, and what the tree makes of them.

Promises: each case was walked by `advance` and takes what it is named for; one that takes several branches is
made once, and none that others make needless. Refuses: to say whether the decision is the right one; somebody
has to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from abm_tree.feel import DateTime
from abm_tree.space.inlined import Untabled
from abm_tree.space.random_walks import State, Values, shrink, wander
from abm_tree.space.reach import Reach, explore
from abm_tree.space.trying import worth_trying
from abm_tree.tree.facts import Unknown, supported
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import ways_of
from abm_tree.walk.coverage import Proof, Target, targets_of, test_words
from abm_tree.walk.record import Record

MOMENTS = 4  # at which it is looked whether something can be reached
WALKS = 100_000  # nodes that are walked at random for what could not be proven, about
CHOICES = 12  # values that are tried for one fact


@dataclass(frozen=True, slots=True)
class Witness:
    """Facts that reach something, and the moment at which they do."""

    facts: Mapping[str, State]
    as_of: DateTime


@dataclass(frozen=True, slots=True)
class Made:
    """A case that was made: what for, the facts, and what the tree came to."""

    name: str
    target: Target
    facts: Mapping[str, State]
    record: Record
    reaches: frozenset[Target]


@dataclass
class Prover:
    """Says of branches and outcomes whether they can be reached; at several moments where the day counts."""

    tree: Tree
    moments: Sequence[DateTime]
    _proofs: dict[Target, Proof] = field(default_factory=dict)
    _witnesses: dict[Target, Witness] = field(default_factory=dict)
    _reaches: dict[int, Reach | str] = field(default_factory=dict)  # by moment; or why there is none
    _wandered: bool = False

    def proofs(self, targets: Iterable[Target]) -> Mapping[Target, Proof]:
        """For each branch and outcome, whether it is dead; of those that are not, no witness is sought."""
        return {target: self._proofs.get(target) or self._quick(target) for target in targets}

    def witness(self, target: Target) -> Witness | None:
        """Facts that reach a branch or an outcome, where there are some that can be found."""
        if target not in self._proofs:
            self._proofs[target] = self._proven(target)
        if self._proofs[target].state == "open" and not self._wandered:
            self._wandered = True
            wander(self.tree, self.moments[0], WALKS // max(50, len(self.tree.nodes)), 0, self.note)
        return self._witnesses.get(target)

    def note(self, record: Record) -> None:
        """Take in what a walk was seen to reach."""
        for target in targets_of(record):
            if target not in self._witnesses:
                self._proofs[target] = Proof("taken")
                self._witnesses[target] = Witness(record.facts, record.as_of)

    def _proven(self, target: Target) -> Proof:
        proof = self._quick(target)
        for at, moment in enumerate(self.moments[:MOMENTS]):
            reach = self._reach(at)
            if proof.state == "dead" or isinstance(reach, str):
                break
            if isinstance(target, str):
                found = reach.outcomes.get(target)
            else:
                found = reach.proof((target[0],), target[1])
            if found is not None and found.state == "taken":
                self._witnesses[target] = Witness(found.facts, moment)
                return Proof("taken")
            proof = Proof("open", found.why if found is not None else "")
        return proof

    def _quick(self, target: Target) -> Proof:
        """Whether something is dead, or not proven; else nothing is said."""
        reach = self._reach(0)
        if isinstance(reach, str):
            return Proof("open", reach)
        if isinstance(target, str):
            return Proof("dead" if target in reach.dead_outcomes else "")
        if reach.can((target[0],), target[1]):
            return Proof("")
        return Proof("dead")

    def _reach(self, at: int) -> Reach | str:
        if at not in self._reaches:
            try:
                self._reaches[at] = explore(self.tree, self.moments[at])
            except Untabled as why:
                self._reaches[at] = str(why)
        return self._reaches[at]


def make_cases(tree: Tree, targets: Iterable[Target], prover: Prover) -> list[Made]:
    """Cases that reach branches and outcomes, those that cannot be reached left aside."""
    wanted = tuple(targets)
    dead = {target for target, proof in prover.proofs(wanted).items() if proof.state == "dead"}
    left = {target: None for target in wanted if target not in dead}
    values: dict[DateTime, Values] = {}
    made: list[Made] = []
    # What lies furthest takes most on its way there.
    for target in _furthest_first(tree, left):
        witness = prover.witness(target) if target in left else None
        if witness is None:
            continue
        if witness.as_of not in values:
            values[witness.as_of] = worth_trying(tree, witness.as_of)
        one = _made(tree, target, witness, left, values[witness.as_of], prover)
        if one is not None:
            made.append(one)
            for reached in one.reaches:
                left.pop(reached, None)
    order = {target: at for at, target in enumerate(wanted)}
    return sorted(_needed(made, set(wanted)), key=lambda one: order[one.target])


def _furthest_first(tree: Tree, targets: Iterable[Target]) -> list[Target]:
    """Branches by their nodes' distance from the start, the furthest first; outcomes last."""
    place = {name: at for at, name in enumerate(tree.graph.order)}
    ways = [target for target in targets if not isinstance(target, str)]
    ways.sort(key=lambda target: (-place.get(target[0], -1), target[1]))
    return [*ways, *(target for target in targets if isinstance(target, str))]


def _made(
    tree: Tree,
    target: Target,
    witness: Witness,
    left: Mapping[Target, None],
    values: Values,
    prover: Prover,
) -> Made | None:
    """A case that reaches something: on from its witness to an end, then without what does not matter."""
    record = _finished(tree, target, witness, left, values, prover)
    if record.status == "error":
        return None
    way, end = _way(record), _end(record)

    def same(other: Record) -> bool:
        return _way(other) == way and _end(other) == end

    facts, record = shrink(tree, witness.as_of, record.facts, same, values)
    reaches = frozenset(targets_of(record))
    if target not in reaches:
        return None
    ordered = {key: facts[key] for key in tree.facts if key in facts}
    return Made(_name(tree, target, record), target, ordered, record, reaches)


def _finished(
    tree: Tree,
    target: Target,
    witness: Witness,
    left: Mapping[Target, None],
    values: Values,
    prover: Prover,
) -> Record:
    """Go on to an end, at each fact that is asked for with the value that reaches most of what is left."""
    as_of, facts = witness.as_of, dict(witness.facts)
    record = advance(tree, facts, as_of, possible=False)
    for _ in range(len(tree.facts)):
        need = record.needs
        if need is None or need.state == "unknown" or need.fact in facts:
            break
        states: list[State] = [
            supported(tree.facts[need.fact], value) for value in values[need.fact][:CHOICES]
        ]
        tried = [
            advance(tree, {**facts, need.fact: state}, as_of, possible=False)
            for state in (*states, Unknown())
        ]
        for one in tried:
            if one.status != "error":
                prover.note(one)
        fit = [one for one in tried if target in targets_of(one) and one.status != "error"]
        if not fit:
            break
        record = max(fit, key=lambda one: sum(1 for found in targets_of(one) if found in left))
        facts = dict(record.facts)
    return record


def _way(record: Record) -> tuple[tuple[str, int], ...]:
    return tuple((step.node, step.number) for step in record.trail)


def _end(record: Record) -> tuple[str, ...]:
    need = record.needs
    told = ("", "") if need is None else (need.fact, need.state)
    return (record.status, record.outcome, record.error, *told)


def _needed(made: Sequence[Made], wanted: set[Target]) -> list[Made]:
    """Cases without those of which others reach everything that is wanted."""
    kept = list(made)
    for one in made:
        others: set[Target] = set().union(*(other.reaches for other in kept if other is not one))
        if one.reaches & wanted <= others:
            kept.remove(one)
    return kept


def _name(tree: Tree, target: Target, record: Record) -> str:
    """What a case is about, in words."""
    if record.outcome:
        end = record.title or record.outcome
    elif record.needs is not None:
        fact = tree.facts[record.needs.fact]
        end = f"{fact.title} is needed" + (", and nobody knows" if record.needs.state == "unknown" else "")
    else:
        end = "wait"
    if isinstance(target, str):
        return f"The way to: {end}"
    node = tree.nodes[target[0]]
    way = ways_of(node)[target[1]]
    return f"{node.title}: {test_words(way.kind, way.test)}, so: {end}"
