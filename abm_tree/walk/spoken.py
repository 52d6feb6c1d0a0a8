"""What the words of a walk show: which facts stand in them, and with which values.

Promises: the words that `advance` fills for the person across the table and the actions with them, and those
of the nodes on the way; told from the templates' names, never from finished text; what is not known shows
nothing. Refuses: notes, reasons and help, which are for ourselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from abm_tree.feel import Undetermined, Value
from abm_tree.tree.parts import BOOK, PEOPLE, Action, Derived, Fact, Node, OpenList, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.tree.words import Words
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record
from abm_tree.walk.said import tree_of
from abm_tree.walk.tell import for_role, role_of, value_text

SHARED = ("account", "deal")  # scopes of facts that hold whoever is spoken to
ALIKE = (*SHARED, "workspace", BOOK, PEOPLE)  # scopes whose facts are the same for everybody at an account


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that words show."""

    key: str  # of the fact; `tree/name` of what is a tree's own
    title: str
    value: Value
    text: str
    sensitive: bool = False


def whole_key(tree: Tree, key: str) -> str:
    """A fact's key as every tree knows it: what is a tree's own begins with that tree's id."""
    fact = tree.facts.get(key)
    return f"{tree.id}/{key}" if fact is not None and fact.own and "/" not in key else key


def spoken(tree: Tree, record: Record) -> tuple[Spoken, ...]:
    """What the words of a record's walk show of the account, the deal and the list, each value once."""
    found: dict[tuple[str, Value], Spoken] = {}
    for reader, names in _said(tree, record):
        for name in names:
            one = _shown(name, reader)
            if one is not None:
                found.setdefault((one.key, one.value), one)
    return tuple(found.values())


def _said(tree: Tree, record: Record) -> Iterator[tuple[Reader, Sequence[str]]]:
    """The names that words show, each time with the reader that fills them."""
    way = _Way(tree, record)
    for path, established in way.nodes:
        below, name, prefix = tree_of(path, tree)
        reader = Reader(below, record.facts, record.as_of, prefix=prefix, established=established)
        yield reader, _names(for_role(below.nodes[name].say, role_of(reader)), reader)
    if record.status != "decided":
        return
    for path in way.outcomes:
        below, name, prefix = tree_of(path, tree)
        reader = Reader(below, record.facts, record.as_of, prefix=prefix, established=way.established)
        outcome = below.outcomes[name]
        yield reader, _names(for_role(outcome.say, role_of(reader)), reader)
        joining = [one for one in below.actions if one.outcomes is None or name in one.outcomes]
        for action in (*outcome.actions, *joining):
            yield reader, _of_action(action, reader)


class _Way:
    """The nodes on the way, each with what was established until then, and the outcomes reached."""

    def __init__(self, tree: Tree, record: Record) -> None:
        self.tree = tree
        self.decided = record.status == "decided"
        self.nodes: list[tuple[str, Mapping[str, object]]] = []
        self.outcomes: list[str] = []
        self.established: dict[str, object] = {}
        left = list(record.sets)
        self._visit(tree.start)
        for step in record.trail:
            inside = [one for one in left if one.outcome.startswith(f"{step.node}/")]
            left = [one for one in left if one not in inside]
            for one in inside:
                self.established = {**self.established, one.fact: _value(one.fact, one.value, one.state)}
            if step.kind == "unknown":
                # Where nobody can settle a called tree, nothing of it counts.
                self.outcomes = [one for one in self.outcomes if not one.startswith(f"{step.node}/")]
            self._visit(step.to)
        for one in left:
            self.established = {**self.established, one.fact: _value(one.fact, one.value, one.state)}

    def _visit(self, path: str) -> None:
        below, name, prefix = tree_of(path, self.tree)
        if name in below.outcomes:
            self.outcomes.append(path)
            if not self.decided:
                self.established = {**self.established, **_set_by(below, name, prefix)}
            return
        node: Node | None = below.nodes.get(name)
        if node is None:
            return
        self.nodes.append((path, self.established))
        inner = below.subtrees.get(name)
        if inner is not None and not getattr(node, "each", None):
            self._visit(f"{path}/{inner.start}")


def _set_by(tree: Tree, name: str, prefix: str) -> dict[str, object]:
    """What an outcome of a called tree sets, where no record says it; what it computes is not known."""
    outcome = tree.outcomes[name]

    def key(fact: str) -> str:
        return prefix + fact if getattr(tree.names.get(fact), "own", False) else fact

    found: dict[str, object] = {key(fact): value for fact, value in outcome.sets.items()}
    return found | {key(fact): Undetermined(key(fact), True) for fact in outcome.computes}


def _value(key: str, value: Value, state: str) -> object:
    return value if state == "known" else Undetermined(key, state == "unknown")


def _names(words: Words | None, reader: Reader) -> tuple[str, ...]:
    """The names in words, those in the items of a list among them."""
    if words is None:
        return ()
    out: list[str] = []
    for slot in words.slots:
        found = reader.tree.names.get(slot.name)
        if isinstance(found, OpenList):
            for item in found.items:
                if item.condition is None or item.condition.run(reader) is True:
                    out += _names(item.text, reader)
        else:
            out.append(slot.name)
    return tuple(out)


def _of_action(action: Action, reader: Reader) -> tuple[str, ...]:
    """The names in the words of an action; none where it does not apply."""
    if action.condition is not None and action.condition.run(reader) is False:
        return ()
    out: list[str] = []
    if action.each:
        points = reader.tree.names.get(action.each)
        holding = [
            item
            for item in (points.items if isinstance(points, OpenList) else ())
            if item.condition is None or _may_hold(item.condition.run(reader))
        ]
        if not holding:
            return ()
        for item in holding:
            out += _names(item.text, reader)
    out += _by_role(action.do, reader)
    out += _names(action.note, reader)
    if action.fallback is not None:
        out += _by_role(action.fallback.do, reader)
    return tuple(out)


def _may_hold(value: Value | Undetermined) -> bool:
    return value is True or isinstance(value, Undetermined)


def _by_role(words: Mapping[str, Words], reader: Reader) -> list[str]:
    """The names in the words for the role; in all of them where it is not known and there is no default."""
    found = for_role(words, role_of(reader))
    texts = [found] if found is not None else list(words.values())
    return [name for text in texts for name in _names(text, reader)]


def _shown(name: str, reader: Reader) -> Spoken | None:
    """What a name shows, where that holds whoever is spoken to."""
    found = reader.tree.names.get(name)
    match found:
        case Fact() if found.scope in (*SHARED, BOOK):
            value = reader.read(name)
            if isinstance(value, Undetermined):
                return None
            key = f"{reader.tree.id}/{name}" if found.own else name
            return Spoken(key, found.title, value, value_text(found, value), found.sensitive)
        case Derived():
            keys = fact_keys(reader.tree, (name,))
            facts = [reader.tree.facts[key] for key in keys if key in reader.tree.facts]
            value = reader.read(name) if facts else None
            if (
                any(fact.scope not in ALIKE for fact in facts)
                or value is None
                or isinstance(value, Undetermined)
            ):
                return None
            hides = any(fact.sensitive for fact in facts)
            return Spoken(f"{reader.tree.id}/{name}", found.title, value, value_text(None, value), hides)
    return None
