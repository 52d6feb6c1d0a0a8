"""`advance`: a tree as a function of facts (DESIGN.md sections 2 and 5).

Promises: pure; the same tree, facts and `as_of` give the same record, whoever asks. It walks from the start
until an outcome, a fact that it lacks, a wait, or an error with its place. Refuses: I/O, clocks, modes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from abm_tree.feel import DateTime, Undetermined, Value, string
from abm_tree.tree.facts import Facts
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Action, Condition, Fact, Node, Outcome, Period, Tree
from abm_tree.tree.words import Words
from abm_tree.version import __version__
from abm_tree.walk.actions import due_by, tasks
from abm_tree.walk.choose import Broken, Lack, Pause, Way, choose, unknown_way, ways_of
from abm_tree.walk.possible import possible_outcomes
from abm_tree.walk.reader import Reader, Reading, Sum
from abm_tree.walk.record import Need, Record, Set, Step, Task
from abm_tree.walk.subject import Subject
from abm_tree.walk.tell import fill, for_role, role_of

MAX_STEPS = 100_000


@dataclass
class _Collected:
    """What a walk gathers on its way."""

    tree: Tree
    facts: Facts
    as_of: DateTime
    established: dict[str, object] = field(default_factory=dict)
    sets: list[Set] = field(default_factory=list)
    trail: list[Step] = field(default_factory=list)
    actions: list[tuple[Tree, str, str, Action]] = field(default_factory=list)  # with prefix and outcome
    notes: list[tuple[Tree, str, Words]] = field(default_factory=list)
    say: list[tuple[Tree, str, Words]] = field(default_factory=list)
    revisits: list[tuple[Tree, str, Period]] = field(default_factory=list)

    def reader(self, tree: Tree, prefix: str) -> Reader:
        """A reader for a tree's names, over everything established so far."""
        return Reader(tree, self.facts, self.as_of, prefix=prefix, established=self.established)


@dataclass(frozen=True, slots=True)
class _End:
    """How the walk of one tree ended."""

    outcome: str = ""  # as the calling tree names it
    title: str = ""
    verdict: str = ""
    node: str = ""  # where an undecided walk stands
    lack: Lack | None = None
    together: tuple[str, ...] = ()
    pause: Pause | None = None
    broken: Broken | None = None
    read: tuple[Reading, ...] = ()
    sums: tuple[Sum, ...] = ()


def advance(
    tree: Tree, facts: Facts, as_of: DateTime, *, subject: Subject | None = None, possible: bool = True
) -> Record:
    """Walk a tree over facts, as of a moment, and return the decision record.

    `facts` maps names to `Known` or `Unknown`; what is absent is missing. Facts that the tree cannot read are
    ignored. `possible=False` leaves out the outcomes still possible, which cost as much as the walk.
    """
    given = {key: facts[key] for key in tree.facts if key in facts}
    collected = _Collected(tree, given, as_of)
    end = _walk(tree, collected, "", "", "")
    found: dict[str, object] = {}
    if end.outcome:
        found = _decided(collected, end)
    elif end.lack is not None:
        stale = next((r.stale for r in end.read if r.fact == end.lack.fact), None)
        state = "unknown" if end.lack.unknown else "missing"
        found = {"status": "needs", "needs": Need(end.lack.fact, state, end.node, end.together, stale)}
    elif end.pause is not None:
        found = {"status": "waits", "until": string(end.pause.until)}
    else:
        message = end.broken.message if end.broken is not None else "The way does not end"
        found = {"status": "error", "error": f"{message}, at node `{end.node}`"}
    if not end.outcome:
        found |= {"at": end.node, "at_read": end.read, "at_sums": end.sums}
    if possible:
        found["possible"] = possible_outcomes(tree, given, as_of)
    return Record(
        tree=tree.id,
        revision=tree.revision,
        logic=tree.logic,
        engine=__version__,
        as_of=as_of,
        subject=subject or Subject(),
        trail=tuple(collected.trail),
        facts=given,
        **found,  # type: ignore[arg-type]
    )


def _walk(tree: Tree, collected: _Collected, prefix: str, path: str, owner: str) -> _End:
    """Walk one tree; `prefix` marks its own facts, `path` its nodes' ids."""
    here = tree.start
    reader = collected.reader(tree, prefix)
    for _ in range(MAX_STEPS):
        outcome = tree.outcomes.get(here)
        if outcome is not None:
            _establish(tree, outcome, collected, prefix, path)
            return _End(outcome=here, title=outcome.title, verdict=outcome.verdict)
        node = tree.nodes.get(here)
        if node is None:
            return _End(node=path + here, broken=Broken("The way leads nowhere"))
        reader.turn()
        if node.tree is not None:
            end = _call(tree, node, collected, reader, path)
            if isinstance(end, _End):
                return end
            way = end
            # What the subtree established holds from here on.
            reader = collected.reader(tree, prefix)
        else:
            choice = choose(node, reader)
            read, sums = tuple(reader.readings.values()), tuple(reader.sums.values())
            match choice:
                case Lack():
                    together = tuple(reader.key(name) for name in node.together)
                    return _End(node=path + here, lack=choice, together=together, read=read, sums=sums)
                case Pause():
                    return _End(node=path + here, pause=choice, read=read, sums=sums)
                case Broken():
                    return _End(node=path + here, broken=choice, read=read, sums=sums)
                case Way():
                    way = choice
                    _step(collected, node, way, path, reader, read, sums)
        if way.kind == "branch":
            note = node.branches[way.number].note
            if note is not None:
                collected.notes.append((tree, prefix, note))
        here = way.to
    return _End(node=path + here, broken=Broken("The way does not end"))


def _step(
    collected: _Collected,
    node: Node,
    way: Way,
    path: str,
    reader: Reader,
    read: tuple[Reading, ...] = (),
    sums: tuple[Sum, ...] = (),
) -> None:
    note = node.branches[way.number].note if way.kind == "branch" else None
    collected.trail.append(
        Step(
            node=path + node.id,
            test=way.test,
            kind=way.kind,
            to=path + way.to,
            number=way.number,
            read=read,
            sums=sums,
            leaned=reader.leaned,
            note=fill(note, reader) if note is not None else "",
        )
    )


def _call(tree: Tree, node: Node, collected: _Collected, reader: Reader, path: str) -> _End | Way:
    """Walk the tree that a node calls; the way its outcome takes, or the end of everything."""
    subtree = tree.subtrees.get(node.id)
    if subtree is None:
        return _End(node=path + node.id, broken=Broken(f"There is no tree `{node.tree}`"))
    marks = len(collected.actions), len(collected.notes), len(collected.say), len(collected.revisits)
    end = _walk(subtree, collected, f"{subtree.id}/", f"{path}{node.id}/", node.id)
    if not end.outcome:
        if end.lack is not None and end.lack.unknown and node.unknown:
            # Nobody can settle the subtree: its way out is this node's `unknown`, and nothing of it counts.
            gathered: tuple[list[object], ...] = (
                collected.actions,  # type: ignore[assignment]
                collected.notes,
                collected.say,
                collected.revisits,
            )
            for pile, mark in zip(gathered, marks, strict=True):
                del pile[mark:]
            way = unknown_way(node)
            _step(collected, node, way, path, reader, end.read, end.sums)
            return way
        return end
    if not node.branches:
        return _End(outcome=f"{node.id}/{end.outcome}", title=end.title, verdict=end.verdict)
    for number, branch in enumerate(node.branches):
        if end.outcome in branch.values:
            way = Way(number, branch.test, branch.to, "branch")
            break
    else:
        if not node.otherwise:
            return _End(node=path + node.id, broken=Broken(f"No branch takes outcome `{end.outcome}`"))
        way = ways_of(node)[len(node.branches)]
    _step(collected, node, way, path, reader)
    return way


def _establish(tree: Tree, outcome: Outcome, collected: _Collected, prefix: str, path: str) -> None:
    """What an outcome sets, and what it adds to actions, notes, words and the day to look again."""
    reader = collected.reader(tree, prefix)
    name = path + outcome.id
    found: list[tuple[str, Value | Undetermined]] = list(outcome.sets.items())
    found += [
        (name, _computed(tree, name, condition, reader)) for name, condition in outcome.computes.items()
    ]
    for fact, value in found:
        key = reader.key(fact)
        collected.established[key] = value
        if isinstance(value, Undetermined):
            collected.sets.append(Set(key, None, name, "unknown" if value.unknown else "missing"))
        else:
            collected.sets.append(Set(key, value, name))
    collected.actions += [(tree, prefix, name, action) for action in outcome.actions]
    collected.actions += [
        (tree, prefix, name, action)
        for action in tree.actions
        if action.outcomes is None or outcome.id in action.outcomes
    ]
    if outcome.note is not None:
        collected.notes.append((tree, prefix, outcome.note))
    words = for_role(outcome.say, role_of(reader))
    if words is not None:
        collected.say.append((tree, prefix, words))
    if outcome.revisit is not None:
        collected.revisits.append((tree, prefix, outcome.revisit))


def _computed(tree: Tree, name: str, condition: Condition, reader: Reader) -> Value | Undetermined:
    """What an outcome computes; a null out of a computation, or no value of its fact, counts as unknown."""
    value = condition.run(reader)
    if isinstance(value, Undetermined):
        return value
    fact = tree.names.get(name)
    empty = value is None and condition.is_name is None and condition.text != "null"
    wrong = isinstance(fact, Fact) and misfit(fact, value) is not None
    return Undetermined(reader.key(name), True) if empty or wrong else value


def _decided(collected: _Collected, end: _End) -> dict[str, object]:
    readers: dict[tuple[str, str], Reader] = {}

    def reader(tree: Tree, prefix: str) -> Reader:
        return readers.setdefault((tree.id, prefix), collected.reader(tree, prefix))

    found: list[Task] = []
    for tree, prefix, outcome, action in collected.actions:
        found += tasks(action, reader(tree, prefix), outcome)
    days = [due_by(period, reader(tree, prefix)) for tree, prefix, period in collected.revisits]
    return {
        "status": "decided",
        "outcome": end.outcome,
        "title": end.title,
        "verdict": end.verdict,
        "actions": tuple(found),
        "notes": tuple(fill(words, reader(tree, prefix)) for tree, prefix, words in collected.notes),
        "say": tuple(fill(words, reader(tree, prefix)) for tree, prefix, words in collected.say),
        "revisit": min((day for day in days if day), default=""),
        "sets": tuple(collected.sets),
    }
