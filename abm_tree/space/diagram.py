"""A node's decision as a diagram: which code of which fact leads to which choice.

Promises: each leaf is what the interpreter chooses for the codes on the way to it, found by asking the
interpreter itself with one example of each code. A leaf is None where the values themselves count, or where
too many combinations would have to be tried. Refuses: nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from abm_tree.feel import Undetermined
from abm_tree.space.codes import FIRST, NULL, UNKNOWN, Coder
from abm_tree.space.supposed import OPAQUE, Clock, Opaque, Supposed, Unsupposed
from abm_tree.space.uses import Uses
from abm_tree.tree.parts import Node, Tree
from abm_tree.walk.choose import choose
from abm_tree.walk.reader import Reader

TRIES = 3_000  # combinations for one node
PATIENCE, FEWER = 60_000, 200  # after so many for all nodes, each gets fewer
DEEPEST = 100  # facts on one way through a decision


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """Look at a fact's code."""

    key: str
    children: tuple[Diagram, ...]  # by code


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """What is chosen; None: ask the interpreter."""

    choice: object  # a Choice, or what else was asked for
    why: str = ""


Diagram = Test | Leaf


@dataclass
class Builder:
    """Builds the diagrams of one plan's nodes."""

    coders: Mapping[str, Coder]
    hidden: frozenset[str]  # facts whose state no code tells
    clock: Clock
    tries: int = TRIES
    decides: Callable[[Node, Reader], object] = choose
    unknown: bool = True  # whether what is not known is unknown for good
    _left: int = 0
    _spent: int = 0
    _leaves: dict[object, Diagram] = field(default_factory=dict)
    _tests: dict[object, Diagram] = field(default_factory=dict)
    _known: dict[object, tuple[list[object], list[int]]] = field(default_factory=dict)

    def build(self, tree: Tree, node: Node, prefix: str, uses: Uses, by_score: bool = False) -> Diagram:
        """The diagram of a node's decision; `by_score`: rows had better be told apart by a score's sum."""
        if by_score:
            return self._leaf(None, "a score adds up too many facts for a table; asked for each sum")
        self._left = granted = self.tries if self._spent < PATIENCE else FEWER
        try:
            return self._grown(tree, node, prefix, uses, {})
        except _TooMany:
            return self._leaf(None, f"more than {granted:,} combinations of codes")
        finally:
            self._spent += granted - self._left

    def _grown(self, tree: Tree, node: Node, prefix: str, uses: Uses, states: dict[str, object]) -> Diagram:
        if self._left <= 0 or len(states) > DEEPEST:
            raise _TooMany
        self._left -= 1
        try:
            return self._leaf(self.decides(node, Supposed(tree, states, self.clock, prefix)))
        except Opaque:
            return self._leaf(None, "values of facts are computed with, or compared with each other")
        except Unsupposed as lack:
            key = lack.key
        if key in self.hidden:
            return self._leaf(None, f"`{key}` is computed by an outcome on the way")
        classes, of_code = self._classes(key, uses)
        grown = [self._grown(tree, node, prefix, uses, states | {key: state}) for state in classes]
        children = tuple(grown[at] for at in of_code)
        if all(child is children[0] for child in children):
            return children[0]
        mark = (key, tuple(id(child) for child in children))
        return self._tests.setdefault(mark, Test(key, children))

    def _classes(self, key: str, uses: Uses) -> tuple[list[object], list[int]]:
        """States of a fact that this decision can tell apart, and which of them each code is."""
        coder = self.coders[key]
        opaque = key in uses.exact
        points = uses.points.get(key, set())
        mark = (key, opaque, frozenset(points))
        if mark in self._known:
            return self._known[mark]
        here = [at for at, point in enumerate(coder.points) if point in points]
        states: list[object] = [Undetermined(coder.lacks[0] if coder.lacks else key, self.unknown), None]
        found: dict[int, int] = {}
        of_code = [UNKNOWN, NULL]
        for code in range(FIRST, coder.lack(0)):
            at, is_point = divmod(code - FIRST, 2)
            # The class among this decision's own points.
            low = bisect_left(here, at)
            mine = 2 * low + 1 if is_point and low < len(here) and here[low] == at else 2 * low
            if opaque:
                mine = 0
            if mine not in found:
                example = coder.example(code)
                if example is None and not opaque:
                    of_code.append(-1)
                    continue
                found[mine] = len(states)
                states.append(OPAQUE if opaque else example)
            of_code.append(found[mine])
        for lack in coder.lacks:
            of_code.append(len(states))
            states.append(Undetermined(lack, self.unknown))
        # A code that no value has goes where its class goes, or anywhere.
        self._known[mark] = found_all = states, [at if at >= 0 else 1 for at in of_code]
        return found_all

    def _leaf(self, choice: object, why: str = "") -> Diagram:
        mark = (type(choice), choice, why)
        return self._leaves.setdefault(mark, Leaf(choice, why))


class _TooMany(Exception):
    pass
