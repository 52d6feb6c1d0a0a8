"""Diagrams of nodes -> the flat table of the whole tree.

Promises: every way that a node can take leads to a row, a special or an exit, and adds what `paths` says; an
`unknown` way counts besides, above the path's own bits. Refuses: to evaluate.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from abm_tree.batch.codes import Codes
from abm_tree.batch.table import (
    DECIDED,
    ERROR,
    LIMB,
    NEEDS,
    WAITS,
    Asked,
    Edge,
    Established,
    Exit,
    Table,
    limbs,
)
from abm_tree.space.codes import Coder
from abm_tree.space.diagram import Diagram, Leaf, Test
from abm_tree.space.inlined import Arrival, Inlined, prefix_of
from abm_tree.space.spots import END, Spot
from abm_tree.tree.reads import node_reads
from abm_tree.walk.choose import Broken, Choice, Lack, Pause, Way, ways_of

Kinds = Mapping[tuple[str, str], Diagram]
Groups = Mapping[tuple[str, str], tuple[str, ...]]


class _Flattener:
    """Gives numbers to rows, specials and exits as they are met: 3n, 3n + 1, 3n + 2 until all are known."""

    def __init__(self, inlined: Inlined, kinds: Kinds, groups: Groups) -> None:
        self.inlined = inlined
        self.kinds = kinds
        self.groups = groups
        self.places = {spot: inlined.place(spot) for spot in inlined.spots()}
        self.rows: list[tuple[str, list[Edge]]] = []
        self.specials: list[Asked | Established] = []
        self.exits: dict[Exit, int] = {}
        self.entries: dict[Spot, int] = {}
        self.depths: dict[Spot, int] = {END: 0}
        self.made: dict[tuple[int, object], int] = {}
        self.notes: list[tuple[str, str, str]] = []
        self.path_bits = inlined.paths.total.bit_length()
        self.unknown = 1 << self.path_bits  # what an `unknown` way adds besides

    def run(self) -> int:
        """Flatten everything; the start's mark."""
        for spot in reversed(self.in_order()):
            self.entries[spot] = self._place(spot)
        return self.arrive(self.inlined.start)

    @property
    def bits(self) -> int:
        """How many bits the sums of all walks need."""
        deepest = self.depths[self.inlined.start.spot]
        return self.path_bits + deepest.bit_length()

    def in_order(self) -> list[Spot]:
        """Every place, each before what it leads to."""
        out: list[Spot] = []
        done: set[Spot] = set()
        todo: list[tuple[Spot, bool]] = [(self.inlined.start.spot, False)]
        while todo:
            spot, left = todo.pop()
            if spot == END or (spot in done and not left):
                continue
            if left:
                out.append(spot)
                continue
            done.add(spot)
            todo.append((spot, True))
            todo += [(one, False) for one in self._onward(spot) if one not in done]
        return out[::-1]

    def _onward(self, spot: Spot) -> list[Spot]:
        place = self.places[spot]
        stuck = (place.stuck,) if place.stuck is not None else ()
        return [arrival.spot for arrival, _ in (*place.ways, *stuck)]

    def arrive(self, arrival: Arrival) -> int:
        """The mark of where a way leads."""
        found = (
            self.exit(Exit(DECIDED, arrival.outcome)) if arrival.spot == END else self.entries[arrival.spot]
        )
        for passed in reversed(arrival.passed):
            mark = (found, passed)
            if mark not in self.made:
                self.made[mark] = 3 * len(self.specials) + 1
                self.specials.append(Established(passed, found))
            found = self.made[mark]
        return found

    def exit(self, exit: Exit) -> int:
        """The mark of an exit."""
        return 3 * self.exits.setdefault(exit, len(self.exits)) + 2

    def _place(self, spot: Spot) -> int:
        place = self.places[spot]
        self.depths[spot] = 1 + max((self.depths[one] for one in self._onward(spot)), default=0)
        tree = self.inlined.tree_at(spot[:-1])
        prefix = prefix_of(self.inlined.tree, spot[:-1])
        node = self.inlined.node(spot)
        reads = tuple(sorted(node_reads(tree, node, prefix)))
        asked = Asked(
            spot,
            reads,
            self.groups.get((prefix, node.id)) or reads,
            tuple(
                (self.arrive(arrival), first + (self.unknown if way.kind == "unknown" else 0))
                for way, (arrival, first) in zip(ways_of(node), place.ways, strict=True)
            ),
            (self.arrive(place.stuck[0]), place.stuck[1] + self.unknown) if place.stuck is not None else None,
            place.needs,
            place.exits,
        )
        memo: dict[int, Edge] = {}
        reasons: dict[str, None] = {}
        entry, increment = self._emit(self.kinds[prefix, node.id], asked, memo, reasons)
        why = "; ".join(reasons)
        self.notes.append(("/".join(spot), "interpreter" if why else "columns", why))
        if increment:
            # A node that always goes one way still adds to the path.
            entry = self._row("", [(entry, increment)])
        return entry

    def _row(self, key: str, edges: list[Edge]) -> int:
        self.rows.append((key, edges))
        return 3 * (len(self.rows) - 1)

    def _emit(self, diagram: Diagram, asked: Asked, memo: dict[int, Edge], reasons: dict[str, None]) -> Edge:
        if id(diagram) in memo:
            return memo[id(diagram)]
        match diagram:
            case Leaf(None, why):
                reasons[why] = None
                self.specials.append(asked)
                edge = 3 * (len(self.specials) - 1) + 1, 0
            case Leaf(Way() | Lack() | Pause() | Broken() as choice):
                edge = self._chosen(choice, asked)
            case Test(key, children):
                edges = [self._emit(child, asked, memo, reasons) for child in children]
                edge = self._row(key, edges), 0
            case _:
                raise AssertionError(diagram)
        memo[id(diagram)] = edge
        return edge

    def _chosen(self, choice: Choice, asked: Asked) -> Edge:
        found = edge_of(choice, asked)
        return found if isinstance(found, tuple) else (self.exit(found), added(found, asked))


def edge_of(choice: Choice, asked: Asked) -> Edge | Exit:
    """Where a node's choice leads, as its edges say; or how it ends the walk."""
    match choice:
        case Way(number):
            return asked.ways[number]
        case Lack(fact):
            return asked.stuck if asked.stuck is not None else Exit(NEEDS, needs=fact)
        case Pause():
            return Exit(WAITS)
        case Broken(message):
            return failure(asked.spot, message)


def added(exit: Exit, asked: Asked) -> int:
    """What an exit of a node adds to the path."""
    if exit.status == NEEDS:
        return asked.needed(exit.needs)
    return asked.waits if exit.status == WAITS else asked.fails


def failure(spot: Spot, message: str) -> Exit:
    """The exit for an error; its message only where it is the same for all values."""
    ends = ("No branch holds", "comes to null out of known facts", "is null, which no branch takes")
    return Exit(ERROR, spot=spot, message=message if message.endswith(ends) else None)


def _map(rows: list[tuple[str, list[Edge]]], key: str, coder: Coder, grouped: bool) -> Codes:
    """A column's codes, those that every row treats alike made one; not where they tell groups apart."""
    if grouped:
        return np.arange(coder.size, dtype=np.int32)
    seen: dict[tuple[Edge, ...], int] = {}
    alike = list(zip(*(edges for name, edges in rows if name == key), strict=True))
    return np.array([seen.setdefault(one, len(seen)) for one in alike], dtype=np.int32)


def flatten(
    inlined: Inlined, kinds: Kinds, coders: Mapping[str, Coder], groups: Groups
) -> tuple[Table, list[tuple[str, str, str]]]:
    """The table of an inlined tree, and what is done for each node."""
    flat = _Flattener(inlined, kinds, groups)
    start = flat.run()
    plain, ends = len(flat.rows), len(flat.rows) + len(flat.specials)

    def final(mark: int) -> int:
        number, kind = divmod(mark, 3)
        return number if kind == 0 else plain + number if kind == 1 else ends + number

    def settled(one: Asked | Established) -> Asked | Established:
        if isinstance(one, Established):
            return Established(one.passed, final(one.target))
        ways = tuple((final(target), first) for target, first in one.ways)
        stuck = None if one.stuck is None else (final(one.stuck[0]), one.stuck[1])
        return Asked(one.spot, one.reads, one.groups, ways, stuck, one.needs, one.exits)

    grouped = [key for one in flat.specials if isinstance(one, Asked) for key in one.reads]
    kept = dict.fromkeys(key for key in grouped if key in coders and not coders[key].opaque)
    columns = tuple(dict.fromkeys([*(key for key, _ in flat.rows if key), *kept]))
    # A row that looks at nothing looks at the last column, which is always 0.
    at = {key: number for number, key in enumerate(columns)} | {"": len(columns)}
    maps = [_map(flat.rows, key, coders[key], key in kept) for key in columns]
    firsts = [np.unique(one, return_index=True)[1].tolist() for one in maps]
    base: list[int] = []
    targets: list[int] = []
    increments: list[int] = []
    for key, edges in flat.rows:
        base.append(len(targets))
        some = [edges[code] for code in firsts[at[key]]] if key else edges
        targets += [final(target) for target, _ in some]
        increments += [increment for _, increment in some]
    count = max(1, -(-flat.bits // LIMB))
    in_limbs = np.array([limbs(one, count) for one in increments], dtype=np.int64).reshape(-1, count)
    table = Table(
        start=final(start),
        plain=plain,
        columns=columns,
        maps=tuple(maps),
        column=np.array([at[key] for key, _ in flat.rows], dtype=np.intp),
        base=np.array(base, dtype=np.intp),
        targets=np.array(targets, dtype=np.intp),
        increments=tuple(np.ascontiguousarray(in_limbs[:, limb]) for limb in range(count)),
        path_bits=flat.path_bits,
        bits=flat.bits,
        specials=tuple(settled(one) for one in flat.specials),
        exits=tuple(flat.exits),
        outcomes=tuple(
            dict.fromkeys(exit.outcome for exit in flat.exits if exit.status == DECIDED and exit.outcome)
        ),
    )
    return table, flat.notes
