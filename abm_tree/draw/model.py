"""A tree as boxes and arrows: what Mermaid, DOT, SVG and HTML draw.

Promises: a pure function of a plan; each node and outcome that some way comes to is one box, each branch one
arrow, in the order in which a reader meets them; the way walked, what is excluded and the counts are those of
the map. Refuses: places on paper; `layout` has those.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from abm_tree.draw.labels import (
    LOST,
    OUTCOME,
    TREE,
    about_label,
    count_label,
    kind_of,
    one_line,
    test_label,
    title_label,
)
from abm_tree.draw.plan import INSIDE, Place, Plan, parted
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Tree

END = -3  # in place of a way's number: the end of a tree that a node calls, which ends the whole


@dataclass(frozen=True, slots=True)
class Box:
    """A node or an outcome."""

    path: str  # through the trees that call each other
    kind: str  # as in `labels`
    title: str
    about: str  # what it decides about, or the verdict
    tree: Tree = field(repr=False)  # that it stands in
    way: bool = False  # on the way walked
    here: bool = False  # where the walk stands, or ended
    gone: bool = False  # it cannot be come to any more
    count: int = 0  # walks that came to it
    stopped: int = 0  # and that stop there without an outcome
    inner: Graph | None = field(default=None, repr=False)  # the tree that it calls, where that is drawn

    @property
    def name(self) -> str:
        """Its id in its tree."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A branch."""

    of: str
    number: int  # among the ways of its node; INSIDE, END
    to: str
    test: str
    kind: str  # "branch", "otherwise", "unknown", "end", "inside"
    way: bool = False
    closed: bool = False  # excluded by what is known
    count: int = 0
    first: bool = False  # what it leads to is drawn under it

    @property
    def id(self) -> str:
        """What it is known by."""
        return f"{self.of}#{self.number}" if self.number >= 0 else f"{self.of}#{self.to}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The branches of one node that lead to the same place: one line with several tests."""

    arrows: tuple[Arrow, ...]

    @property
    def of(self) -> str:
        """The box that they leave."""
        return self.arrows[0].of

    @property
    def to(self) -> str:
        """The box that they lead to."""
        return self.arrows[0].to

    @property
    def way(self) -> bool:
        """Whether one of them was walked."""
        return any(arrow.way for arrow in self.arrows)

    @property
    def closed(self) -> bool:
        """Whether all are excluded."""
        return all(arrow.closed for arrow in self.arrows)

    @property
    def kind(self) -> str:
        """What they are, where all are the same."""
        return self.arrows[0].kind if len({arrow.kind for arrow in self.arrows}) == 1 else "branch"

    @property
    def count(self) -> int:
        """Walks that took one of them."""
        return sum(arrow.count for arrow in self.arrows)

    @property
    def first(self) -> bool:
        """Whether what they lead to is drawn under one of them."""
        return any(arrow.first for arrow in self.arrows)


def bundles(arrows: Iterable[Arrow]) -> tuple[Bundle, ...]:
    """Arrows put together by where they begin and end, in their order."""
    found: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in arrows:
        found.setdefault((arrow.of, arrow.to), []).append(arrow)
    return tuple(Bundle(tuple(one)) for one in found.values())


@dataclass(frozen=True, slots=True)
class Graph:
    """A picture: of a tree, or of one that a node of it calls."""

    plan: Plan = field(repr=False)
    tree: Tree = field(repr=False)
    path: str  # of the node that calls the tree, with a slash; "" for the tree itself
    start: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def title(self) -> str:
        """The tree's title."""
        return one_line(self.tree.title)

    @property
    def counted(self) -> bool:
        """Whether walks of a list are counted on it."""
        return self.plan.flow is not None

    @property
    def rows(self) -> int:
        """What shares are of."""
        return self.plan.flow.rows if self.plan.flow is not None else 0

    def shown_count(self, count: int) -> str:
        """A count as it is shown; nothing where none are."""
        return count_label(count, self.rows) if self.counted else ""

    def every_box(self) -> Iterator[Box]:
        """The boxes, each followed by those of the tree that is drawn in it."""
        for box in self.boxes:
            yield box
            if box.inner is not None:
                yield from box.inner.every_box()

    def flat_arrows(self) -> Iterator[Arrow]:
        """The arrows between single boxes: into a tree that is drawn, and from its outcomes onwards."""
        inside = {box.path: box for box in self.boxes if box.inner is not None}
        for arrow in self.arrows:
            caller = inside.get(arrow.of)
            if caller is None or arrow.kind == "unknown":
                yield arrow
                continue
            node = self.tree.nodes[caller.name]
            named = {str(one) for branch in node.branches for one in branch.values}
            mine = (
                set()
                if arrow.kind == "otherwise"
                else {str(one) for one in node.branches[arrow.number].values}
            )
            assert caller.inner is not None
            for box in caller.inner.every_box():
                end = box.path.removeprefix(f"{caller.path}/")
                taken = end in mine or (arrow.kind == "otherwise" and end not in named)
                if box.kind == OUTCOME and taken and end in final_outcomes(caller.inner.tree):
                    way = arrow.way and box.way
                    yield replace(arrow, of=box.path, number=END, test="", way=way, count=box.count)
        for box in inside.values():
            assert box.inner is not None
            start = box.inner.start
            way = f"{box.path}/" in self.plan.entered
            yield Arrow(box.path, INSIDE, start, "", "inside", way, False, box.count, True)
            yield from box.inner.flat_arrows()


def graph(plan: Plan, *, whole: bool = False) -> Graph:
    """A tree's boxes and arrows; with `whole`, those of the trees that it calls stand in their boxes."""
    return _graph(plan, plan.top, whole)


def _graph(plan: Plan, place: Place, whole: bool) -> Graph:
    prefix, tree = place.path, place.tree
    boxes: dict[str, Box] = {}
    arrows: list[Arrow] = []
    todo = deque([tree.start])
    seen = {tree.start}
    led: dict[str, int] = {}  # the arrow that an outcome is drawn under
    while todo:
        name = todo.popleft()
        path = prefix + name
        boxes[path] = _box(plan, place, name, whole)
        leads: list[tuple[int, str, str, str]] = []
        node = tree.nodes.get(name)
        if node is not None:
            leads = [(way.number, way.to, test_label(tree, node, way), way.kind) for way in place.ways[name]]
            if node.tree is not None and not node.branches and name in tree.subtrees and not whole:
                # Its ends are this tree's ends too.
                ends = final_outcomes(tree.subtrees[name])
                leads = [(END, f"{name}/{end}", "", "end") for end in ends] + leads
        for number, to, test, kind in leads:
            edge, target = (path, number), prefix + to
            if number == END:
                way, closed = f"{path}/" in plan.entered and plan.here == target, not plan.reached(target)
            else:
                way, closed = edge in plan.way, plan.excluded(edge)
            if to in tree.nodes:
                first = place.claims.get(to) == edge
            else:
                first = target not in led or (way and not arrows[led[target]].way)
                if first:
                    if target in led:
                        arrows[led[target]] = replace(arrows[led[target]], first=False)
                    led[target] = len(arrows)
            count = plan.counted(edge, target)
            arrows.append(Arrow(path, number, target, test, kind, way, closed, count, first))
            if to not in seen:
                seen.add(to)
                todo.append(to)
    if plan.open is not None:
        # An outcome is out of reach where every branch to it is excluded.
        leading = {arrow.to for arrow in arrows if not arrow.closed} | {plan.here, prefix + tree.start}
        for path, box in boxes.items():
            if box.kind == OUTCOME and path not in leading:
                boxes[path] = replace(box, gone=True)
    return Graph(plan, tree, prefix, prefix + tree.start, tuple(boxes.values()), tuple(arrows))


def _box(plan: Plan, place: Place, name: str, whole: bool) -> Box:
    path = place.path + name
    tree, last = place.tree, name
    if "/" in name:
        head, last = parted(name)
        for call in head.split("/")[:-1]:
            tree = tree.subtrees[call]
    kind = kind_of(tree, last)
    inner = None
    if kind == TREE and whole and last in tree.subtrees:
        inner = _graph(plan, plan.place(tree.subtrees[last], f"{path}/"), whole)
    flow = plan.flow
    stopped = 0
    if flow is not None:
        below = f"{path}/"
        stopped = flow.stopped.get(path, 0)
        if kind == TREE and inner is None:
            stopped = sum(count for at, count in flow.stopped.items() if at.startswith(below))
    on_way = _walked(plan, path) or plan.here == path
    here = plan.here == path or (kind == TREE and inner is None and plan.here.startswith(f"{path}/"))
    if kind == TREE and plan.record is not None and plan.record.outcome.startswith(f"{path}/"):
        here = False  # the walk has ended in one of its outcomes, which has a box of its own
    return Box(
        path,
        kind,
        title_label(tree, last),
        about_label(tree, last) if kind != LOST else "there is no such node",
        tree,
        way=plan.record is not None and on_way,
        here=plan.record is not None and here,
        gone=kind != OUTCOME and not plan.reached(path) and f"{path}/" not in plan.entered,
        count=flow.came.get(path, 0) if flow is not None else 0,
        stopped=stopped,
        inner=inner,
    )


def _walked(plan: Plan, path: str) -> bool:
    """Whether the way led through a node, or through an outcome of a tree that a node calls."""
    return path in plan.passed or f"{path}/" in plan.entered or path in plan.way.values()
