"""A tree drawn from left to right: one line for each branch, with its test and where it leads.

Promises: a pure function of a tree, a record and what is folded; every node is drawn once and elsewhere named
as `-> id`; where the walk went and what is excluded is told by signs as well as by styles; a line is a plain
value whose words are made when it is looked at. Refuses: colours (styles are names); lines wider than
`WIDEST`: what lies too deep goes on further down, at the left edge.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from abm_tree.draw.labels import about_label, count_label, one_line, test_label, title_label
from abm_tree.draw.plan import INSIDE, ROOT, Edge, Place, Plan, parted
from abm_tree.tree.parts import Node, Tree
from abm_tree.walk.choose import ways_of
from abm_tree.walk.record import Record

Part = tuple[str, str]  # text and the name of a style

WIDEST = 150  # columns
DEEPEST = 30  # levels that are drawn to the right of each other
NEAR = 3  # levels beyond the way that are not far
LONGEST = 50_000  # lines, where trees call each other over and over

NODE, OUTCOME, AGAIN, TREE, LOST = "node", "outcome", "again", "tree", "lost"
SIGNS = {NODE: "○", OUTCOME: "■", AGAIN: "->", TREE: "▤", LOST: "?"}
PASSED, HERE, GONE = "●", "▶", "□"  # a node on the way; where the walk stands; an outcome out of reach
OPEN, WALKED, CLOSED = ("├─ ", "└─ "), ("┝━ ", "┕━ "), ("├╌ ", "└╌ ")  # a branch among others; the last one
PAST = ("│ ", "  ")
FURTHER = "⋯ "  # before what goes on at the left edge


@dataclass(frozen=True, slots=True)
class Line:
    """One branch and what it leads to; the first line is what a tree begins with."""

    lead: str  # the lines that lead to it
    kind: (
        str  # NODE, OUTCOME, AGAIN (drawn elsewhere), TREE (that a node calls), LOST (there is no such node)
    )
    path: str  # what it leads to, by its path through the trees that call each other
    of: str  # the node whose branch it is, by its path; or the caller's, with a slash; or ""
    number: int  # of the branch among the node's ways, or ROOT, INSIDE
    tree: Tree = field(repr=False)  # that the branch lies in
    way: bool = False  # walked
    here: bool = False  # where the walk stands
    closed: bool = False  # excluded by what is known
    gone: bool = False  # an outcome that is not possible any more
    folded: str = ""  # "+ 12 nodes": what follows and is not shown
    opened: bool = False  # what follows is shown, and can be folded
    below: bool = False  # it is drawn further down, at the left edge
    count: str = ""  # how many walks of a list took the branch

    @property
    def id(self) -> str:
        """What the line is known by, however the tree is folded."""
        return f"{self.of}#{self.number}:{self.path}{'~' if self.below else ''}"

    @property
    def node(self) -> Node | None:
        """The node whose branch it is."""
        return self.tree.nodes.get(parted(self.of)[1]) if self.number >= 0 else None

    @property
    def target(self) -> str:
        """What it leads to, by its id in its tree."""
        return parted(self.path.rstrip("/"))[1]

    @property
    def test(self) -> str:
        """What takes the branch, in few words."""
        node = self.node
        return test_label(self.tree, node, ways_of(node)[self.number]) if node is not None else ""

    @property
    def title(self) -> str:
        """What it leads to, in words."""
        if self.kind == TREE:
            return one_line(self.tree.subtrees[self.target].title)
        return title_label(self.tree, self.target)

    @property
    def about(self) -> str:
        """What a node decides about, or an outcome's verdict."""
        return about_label(self.tree, self.target) if self.kind in (NODE, OUTCOME) else ""

    @property
    def sign(self) -> str:
        """What stands before the title and says, without colour, what it is."""
        if self.gone:
            return GONE
        if self.kind in (NODE, OUTCOME) and self.here:
            return HERE
        return PASSED if self.kind == NODE and self.way else SIGNS[self.kind]

    def parts(
        self,
        width: int = WIDEST,
        cut: Callable[[str, int], str] | None = None,
        size: Callable[[str], int] = len,
    ) -> tuple[Part, ...]:
        """The line's texts with the names of their styles, cut to a width; the title gives way last.

        `cut` and `size` measure texts where a character may take two columns.
        """
        plain = "dim" if self.closed else "way" if self.way else ""
        style = "here" if self.here else plain or {OUTCOME: "good", AGAIN: "dim"}.get(self.kind, "")
        lead, sign, name, about = self.lead, f"{self.sign} ", self.title, self.about
        if self.kind == AGAIN:
            name, about = self.target, f" ({name})"
        elif about:
            about = f" · {about}"
        tail = f"  {self.folded}" if self.folded else "  ↓ below" if self.below else ""
        tail += f"  {self.count}" if self.count else ""
        tail += "  ◂ here" if self.here else ""
        test = f"{self.test} " if self.test else ""
        room = width - size(lead) - size(sign) - size(tail)
        if size(test) + size(name) + size(about) > room:
            test, name, about = _fitted(test, name, about, room, cut or shortened, size)
        found = (
            (lead, "way" if self.way else "dim"),
            (test, plain),
            (sign, plain or style),
            (name, style),
            (about, "dim"),
            (tail, "key" if self.folded else "dim"),
        )
        return tuple(part for part in found if part[0])

    @property
    def text(self) -> str:
        """The line without styles."""
        return "".join(text for text, _ in self.parts())


def picture(
    tree: Tree, record: Record | None = None, opened: Collection[str] = (), closed: Collection[str] = ()
) -> list[Line]:
    """A tree's lines, and the way of a record through it; `opened` and `closed` as in `lines`."""
    return lines(Plan(tree, record), opened, closed)


def lines(
    plan: Plan, opened: Collection[str] = (), closed: Collection[str] = (), *, whole: bool = False
) -> list[Line]:
    """The lines of a drawing.

    What is excluded, and in a large tree what is far from the way, is folded. `opened` and `closed` are paths
    (of nodes; of their trees with a slash) for which it is otherwise; `whole` shows everything.
    """
    return list(_Drawing(plan, opened, closed, whole).lines())


class _Todo(NamedTuple):
    """A line to be drawn, with what surrounds it."""

    place: Place
    of: str
    number: int
    name: str  # where it leads, by its id in its tree
    lead: str
    past: str  # what stands before the lines that follow it
    depth: int
    far: int  # levels beyond the way
    closed: bool  # excluded
    further: bool = False  # it stood too deep before


class _Drawing:
    """One drawing: what is folded, and what goes on at the left edge."""

    def __init__(self, plan: Plan, opened: Collection[str], folded: Collection[str], whole: bool) -> None:
        self.plan = plan
        self.opened, self.folded, self.whole = frozenset(opened), frozenset(folded), whole
        self.large = plan.large
        self.later: list[_Todo] = []

    def lines(self) -> Iterator[Line]:
        top = self.plan.top
        todo = [_Todo(top, "", ROOT, top.tree.start, "", "", 0, -1, False)]
        for _ in range(LONGEST):
            if not todo:
                todo, self.later = self.later[::-1], []
            if not todo:
                return
            one = todo.pop()
            line, following = self.inside(one) if one.number == INSIDE else self.branch(one)
            todo += reversed(following)
            yield line

    def branch(self, one: _Todo) -> tuple[Line, list[_Todo]]:
        """A branch with the node or the outcome that it leads to, and what follows."""
        plan, tree, name = self.plan, one.place.tree, one.name
        path, edge = one.place.path + name, (one.of, one.number)
        way = edge in plan.way if one.number >= 0 else plan.record is not None and self.entered(one.of)
        here = plan.here == path and way

        def line(kind: str, folded: str = "", opened: bool = False, below: bool = False) -> Line:
            closed, gone = one.closed, kind == OUTCOME and one.closed and not plan.reached(path)
            stands = here and kind != AGAIN
            of, number = edge
            count = self.count(edge, path)
            return Line(
                one.lead,
                kind,
                path,
                of,
                number,
                tree,
                way,
                stands,
                closed,
                gone,
                folded,
                opened,
                below,
                count,
            )

        if name in tree.outcomes:
            return line(OUTCOME), []
        if name not in tree.nodes:
            return line(LOST), []
        if one.place.claims.get(name) != edge:
            return line(AGAIN), []
        on_way = here or path in plan.passed or f"{path}/" in plan.entered
        far = 0 if on_way else one.far + 1
        nodes, branches = one.place.sizes.get(name, (0, 0))
        deep = one.depth >= DEEPEST
        usual = on_way or not (one.closed or deep or (self.large and far > NEAR))
        if not branches:
            return line(NODE), []
        if not self.shows(path, usual):
            count = _count(nodes, "node", "nodes") if nodes else _count(branches, "branch", "branches")
            return line(NODE, folded=count), []
        if deep:
            again = _Todo(one.place, *edge, name, FURTHER, "", 0, far - 1, one.closed, further=True)
            self.later.append(again)
            return line(AGAIN, below=True), []
        return line(NODE, opened=True), self.following(one, path, far)

    def following(self, one: _Todo, path: str, far: int) -> list[_Todo]:
        """The tree that a node calls, and its branches."""
        place, name = one.place, one.name
        ways = place.ways[name]
        out = []
        if name in place.tree.subtrees:
            joint, past = _joint(f"{path}/" in self.plan.entered, one.closed, last=not ways)
            lead = one.past + joint
            out.append(
                _Todo(place, path, INSIDE, name, lead, one.past + past, one.depth + 1, far, one.closed)
            )
        for way in ways:
            edge = (path, way.number)
            closed = one.closed or self.plan.excluded(edge)
            joint, past = _joint(edge in self.plan.way, closed, last=way is ways[-1])
            out.append(
                _Todo(place, *edge, way.to, one.past + joint, one.past + past, one.depth + 1, far, closed)
            )
        return out

    def inside(self, one: _Todo) -> tuple[Line, list[_Todo]]:
        """The line of a tree that a node calls, and what it begins with."""
        plan, tree = self.plan, one.place.tree
        inner, path = tree.subtrees[one.name], f"{one.of}/"
        way = path in plan.entered
        shows = self.shows(path, plan.here.startswith(path) and one.depth < DEEPEST)
        line = Line(
            one.lead,
            TREE,
            path,
            one.of,
            INSIDE,
            tree,
            way,
            closed=one.closed,
            folded="" if shows else _count(plan.total(inner), "node", "nodes"),
            opened=shows,
        )
        if not shows:
            return line, []
        joint, past = _joint(way, one.closed, last=True)
        place = plan.place(inner, path)
        first = _Todo(
            place,
            path,
            ROOT,
            inner.start,
            one.past + joint,
            one.past + past,
            one.depth + 1,
            one.far,
            one.closed,
        )
        return line, [first]

    def count(self, edge: Edge, to: str) -> str:
        """How many walks took a branch, where a list was counted."""
        flow = self.plan.flow
        return count_label(self.plan.counted(edge, to), flow.rows) if flow is not None else ""

    def entered(self, of: str) -> bool:
        """Whether the walk has come to what a tree begins with."""
        return not of or of in self.plan.entered

    def shows(self, path: str, usual: bool) -> bool:
        """Whether what follows is shown."""
        return self.whole or path in self.opened or (usual and path not in self.folded)


def _joint(way: bool, closed: bool, *, last: bool) -> tuple[str, str]:
    """What leads to a branch, and what leads past it."""
    return (WALKED if way else CLOSED if closed else OPEN)[last], PAST[last]


def _count(number: int, one: str, many: str) -> str:
    return f"+ {number:,} {one if number == 1 else many}"


def _fitted(
    test: str, name: str, about: str, room: int, cut: Callable[[str, int], str], size: Callable[[str], int]
) -> tuple[str, str, str]:
    """Three texts in the room for them: what a node is about goes first, then the test, then the title."""
    left = room - size(test) - size(name)
    about = cut(about, left) if left >= 8 else ""
    if not about and test and left < 0:
        test = cut(test.rstrip(), max(room - size(name) - 1, min(size(test) - 1, room // 3), 1)) + " "
    return test, cut(name, max(room - size(test), 1)), about


def shortened(text: str, width: int) -> str:
    """A text in so many characters, with dots where something is missing."""
    if len(text) <= width:
        return text
    return text[: width - 1].rstrip() + "…" if width > 1 else text[: max(width, 0)]
