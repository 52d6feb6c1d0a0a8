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
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import ways_of
from abm_tree.walk.coverage import Proof, Target, targets_of, test_words
from abm_tree.walk.record import Record

MOMENTS = 4  # at which it is looked whether something can be reached
WALKS = 2_000  # at random, for what could not be proven
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
    _reaches: list[Reach | str] = field(default_factory=list)  # by moment; or why there is none
    _wandered: bool = False

    def proofs(self, targets: Iterable[Target]) -> Mapping[Target, Proof]:
        """For each branch and outcome, whether it can be reached."""
        wanted = tuple(targets)
        for at in range(min(len(self.moments), MOMENTS)):
            left = [one for one in wanted if one not in self._proofs or self._proofs[one].state == "open"]
            if not left:
                break
            for target in left:
                self._prove(target, at)
        if any(self._proofs[one].state == "open" for one in wanted) and not self._wandered:
            self._wandered = True
            self._wander()
        return {target: self._proofs[target] for target in wanted}

    def witness(self, target: Target) -> Witness | None:
        """Facts that reach a branch or an outcome, where some are known."""
        return self._witnesses.get(target)

    def _prove(self, target: Target, at: int) -> None:
        if at == len(self._reaches):
            try:
                self._reaches.append(explore(self.tree, self.moments[at]))
            except Untabled as why:
                self._reaches.append(str(why))
        reach = self._reaches[at]
        if isinstance(reach, str):
            self._proofs.setdefault(target, Proof("open", reach))
            return
        if isinstance(target, str):
            proof = reach.outcomes.get(target)
        else:
            proof = reach.proof((target[0],), target[1])
        if proof is None:
            # No way leads there at all.
            self._proofs[target] = Proof("dead")
            return
        self._proofs[target] = Proof(proof.state, proof.why)
        if proof.state == "taken":
            self._witnesses[target] = Witness(proof.facts, self.moments[at])

    def _wander(self) -> None:
        """Look for what is not proven by walking at random."""

        def look(record: Record) -> None:
            for target in targets_of(record):
                known = self._proofs.get(target)
                if known is not None and known.state == "open":
                    self._proofs[target] = Proof("taken")
                    self._witnesses[target] = Witness(record.facts, self.moments[0])

        wander(self.tree, self.moments[0], WALKS, 0, look)


def make_cases(tree: Tree, targets: Iterable[Target], prover: Prover) -> list[Made]:
    """Cases that reach branches and outcomes, those that cannot be reached left aside."""
    wanted = tuple(targets)
    prover.proofs(wanted)
    left = {target: None for target in wanted if prover.witness(target) is not None}
    values: dict[DateTime, Values] = {}
    made: list[Made] = []
    # What lies furthest takes most on its way there.
    for target in _furthest_first(tree, left):
        witness = prover.witness(target)
        if target not in left or witness is None:
            continue
        if witness.as_of not in values:
            values[witness.as_of] = worth_trying(tree, witness.as_of)
        one = _made(tree, target, witness, left, values[witness.as_of])
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
    tree: Tree, target: Target, witness: Witness, left: Mapping[Target, None], values: Values
) -> Made | None:
    """A case that reaches something: on from its witness to an end, then without what does not matter."""
    record = _finished(tree, target, witness, left, values)
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
    tree: Tree, target: Target, witness: Witness, left: Mapping[Target, None], values: Values
) -> Record:
    """Go on to an end, at each fact that is asked for with the value that reaches most of what is left."""
    as_of, facts = witness.as_of, dict(witness.facts)
    record = advance(tree, facts, as_of, possible=False)
    for _ in range(len(tree.facts)):
        need = record.needs
        if need is None or need.state == "unknown" or need.fact in facts:
            break
        states: list[State] = [Known(value) for value in values[need.fact][:CHOICES]]
        tried = [
            advance(tree, {**facts, need.fact: state}, as_of, possible=False)
            for state in (*states, Unknown())
        ]
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
