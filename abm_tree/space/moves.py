"""What a node does, as boxes of codes and where each goes.

Promises: the boxes of a node are disjoint and cover all codes; those to the same end are joined where they
make one box. Refuses: to follow a way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from abm_tree.space.boxes import Box, joined
from abm_tree.space.diagram import Diagram, Leaf, Test
from abm_tree.walk.choose import Broken, Lack, Pause, Way

STUCK = -1
KINDS = (("No branch takes", "gap"), ("No branch holds", "gap"), ("branches must not overlap", "overlap"))


@dataclass(frozen=True, slots=True)
class Stop:
    """A walk ends here: nobody knows a fact ("needs"), a date lies ahead ("waits"), or it cannot decide.

    Where facts may be missing, too, it may be to ask for one ("asks").
    """

    kind: str  # "needs", "asks", "waits", "gap", "overlap", "null", "error"
    told: str  # the fact, or the interpreter's message with one of the values


@dataclass(frozen=True, slots=True)
class Asks:
    """Codes do not tell: only the interpreter does, and why."""

    why: str


Told = int | Stop | Asks  # a way's number; STUCK: the way of a calling node, where nobody knows


@dataclass(frozen=True, slots=True)
class Move:
    """What a place does with facts of these codes."""

    box: Box
    told: Told


def moves_of(diagram: Diagram, full: Mapping[str, int]) -> tuple[Move, ...]:
    """A node's diagram as moves; `full` are the codes that each fact can have."""
    memo: dict[int, tuple[Move, ...]] = {}

    def flattened(one: Diagram) -> tuple[Move, ...]:
        if id(one) in memo:
            return memo[id(one)]
        if isinstance(one, Leaf):
            found: tuple[Move, ...] = (Move({}, told_of(one)),)
        else:
            masks: dict[int, int] = {}
            kept: dict[int, Diagram] = {}
            for code, child in enumerate(one.children):
                if full[one.key] & 1 << code:
                    masks[id(child)] = masks.get(id(child), 0) | 1 << code
                    kept[id(child)] = child
            out: list[Move] = []
            for at, child in kept.items():
                limit = {} if masks[at] == full[one.key] else {one.key: masks[at]}
                out += [Move({**limit, **move.box}, move.told) for move in flattened(child)]
            found = _joined(out, full)
        memo[id(one)] = found
        return found

    return flattened(diagram)


def _joined(moves: list[Move], full: Mapping[str, int]) -> tuple[Move, ...]:
    """Moves, those to the same end made one where their boxes are one."""
    by_end: dict[object, list[Move]] = {}
    for move in moves:
        by_end.setdefault(end_of(move.told), []).append(move)
    out: list[Move] = []
    for alike in by_end.values():
        out += [Move(box, alike[of[0]].told) for box, of in joined([move.box for move in alike], full)]
    return tuple(out)


def end_of(told: Told) -> object:
    """What tells ends apart: not the value that an error's message happens to name."""
    if isinstance(told, Stop):
        return told.kind, told.told if told.kind == "needs" else ""
    return told


def told_of(leaf: Leaf) -> Told:
    """What the interpreter says of the accounts of a leaf."""
    match leaf.choice:
        case None:
            return Asks(leaf.why)
        case Way(number):
            return number
        case Lack(fact, unknown):
            return Stop("needs" if unknown else "asks", fact)
        case Pause():
            return Stop("waits", "")
        case Broken(message):
            kind = next((kind for words, kind in KINDS if words in message), "")
            return Stop(kind or ("null" if "null" in message else "error"), message)
    raise AssertionError(leaf.choice)


def tested(diagram: Diagram) -> set[str]:
    """The facts that a diagram looks at."""
    found: set[str] = set()
    seen: set[int] = set()
    left = [diagram]
    while left:
        one = left.pop()
        if id(one) not in seen and isinstance(one, Test):
            seen.add(id(one))
            found.add(one.key)
            left += one.children
    return found
