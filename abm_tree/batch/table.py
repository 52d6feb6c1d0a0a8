"""The flat table: for each row of it and each code, which row comes next and what that adds to the path.

Promises: a walk is a row of look-ups, `targets[base + code]`, until a special row (ask the interpreter,
establish facts) or an exit. Path numbers are limbs of 62 bits, least first, so that they never overflow.
Refuses: to evaluate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from abm_tree.batch.codes import Array, Coder, Codes
from abm_tree.batch.diagram import Diagram, Leaf, Test
from abm_tree.batch.inlined import Arrival, Inlined, Passed, Place, prefix_of
from abm_tree.batch.paths import END, Spot
from abm_tree.tree.reads import node_reads
from abm_tree.walk.choose import Broken, Choice, Lack, Pause, Way

LIMB = 62
DECIDED, NEEDS, WAITS, ERROR = range(4)
STATUS = ("decided", "needs", "waits", "error")


@dataclass(frozen=True, slots=True)
class Exit:
    """How a walk ends."""

    status: int
    outcome: str = ""
    needs: str = ""
    spot: Spot = ()  # where an error happened
    message: str | None = None  # of an error; None: it tells of values


@dataclass(frozen=True, slots=True)
class Asked:
    """A node that the interpreter decides, once for each combination; edges as in a table."""

    spot: Spot
    reads: tuple[str, ...]
    groups: tuple[str, ...]  # what tells rows apart: facts, and scores as `$n`
    ways: tuple[tuple[int, int], ...]
    stuck: tuple[int, int] | None
    place: Place


@dataclass(frozen=True, slots=True)
class Established:
    """An outcome that establishes facts, and where the walk goes on."""

    passed: Passed
    target: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows 0 to `plain` - 1 are looked up; then come specials, then exits."""

    start: int
    plain: int
    columns: tuple[str, ...]
    maps: tuple[Codes, ...]  # of each column: its coder's codes as those of this table
    column: Array  # of each row: which column's code it looks at
    base: Array  # and where its entries begin
    targets: Array
    increments: tuple[Array, ...]  # by limb
    specials: tuple[Asked | Established, ...]
    exits: tuple[Exit, ...]
    outcomes: tuple[str, ...]

    @property
    def ends(self) -> int:
        """The first exit's number."""
        return self.plain + len(self.specials)


Edge = tuple[int, int]  # a target's mark, and what it adds to the path
Kinds = Mapping[tuple[str, str], Diagram]
Groups = Mapping[tuple[str, str], tuple[str, ...]]


class _Flattener:
    """Gives numbers to rows, specials and exits as they are met: 3n, 3n + 1, 3n + 2 until all are known."""

    def __init__(self, inlined: Inlined, kinds: Kinds, groups: Groups) -> None:
        self.inlined = inlined
        self.kinds = kinds
        self.groups = groups
        self.rows: list[tuple[str, list[Edge]]] = []
        self.specials: list[Asked | Established] = []
        self.exits: dict[Exit, int] = {}
        self.entries: dict[Spot, int] = {}
        self.asked: dict[Spot, Asked] = {}
        self.made: dict[tuple[int, object], int] = {}
        self.notes: list[tuple[str, str, str]] = []

    def run(self) -> int:
        """Flatten everything; the start's mark."""
        for spot in reversed(list(self.in_order())):
            self.entries[spot] = self._place(spot)
        return self.arrive(self.inlined.start)

    def in_order(self) -> list[Spot]:
        """Every place, each before what it leads to."""
        places = {spot: self.inlined.place(spot) for spot in self.inlined.spots()}
        self.by_spot = places
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
            place = places[spot]
            onward = [arrival for arrival, _ in (*place.ways, *((place.stuck,) if place.stuck else ()))]
            todo += [(arrival.spot, False) for arrival in onward if arrival.spot not in done]
        return out[::-1]

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
        place = self.by_spot[spot]
        tree = self.inlined.tree_at(spot[:-1])
        prefix = prefix_of(self.inlined.tree, spot[:-1])
        node = self.inlined.node(spot)
        asked = Asked(
            spot,
            tuple(sorted(node_reads(tree, node, prefix))),
            self.groups.get((prefix, node.id)) or tuple(sorted(node_reads(tree, node, prefix))),
            tuple((self.arrive(arrival), first) for arrival, first in place.ways),
            (self.arrive(place.stuck[0]), place.stuck[1]) if place.stuck is not None else None,
            place,
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
            case Leaf(choice) if choice is not None:
                edge = self._chosen(choice, asked)
            case Test(key, children):
                edges = [self._emit(child, asked, memo, reasons) for child in children]
                edge = self._row(key, edges), 0
            case _:
                raise AssertionError(diagram)
        memo[id(diagram)] = edge
        return edge

    def _chosen(self, choice: Choice, asked: Asked) -> Edge:
        place = asked.place
        match choice:
            case Way(number):
                return asked.ways[number]
            case Lack(fact):
                if asked.stuck is not None:
                    return asked.stuck
                return self.exit(Exit(NEEDS, needs=fact)), place.needed(fact)
            case Pause():
                return self.exit(Exit(WAITS)), place.waits
            case Broken(message):
                return self.exit(failure(asked.spot, message)), place.fails


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
        return Asked(one.spot, one.reads, one.groups, ways, stuck, one.place)

    grouped = [key for one in flat.specials if isinstance(one, Asked) for key in one.reads]
    columns = tuple(
        dict.fromkeys(
            [key for key, _ in flat.rows if key]
            + [key for key in grouped if key in coders and not coders[key].opaque]
        )
    )
    # A row that looks at nothing looks at the last column, which is always 0.
    at = {key: number for number, key in enumerate(columns)} | {"": len(columns)}
    kept = {key for key in grouped if key in coders and not coders[key].opaque}
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
    limbs = max(1, -(-max(inlined.paths.total, 1).bit_length() // LIMB))
    table = Table(
        start=final(start),
        plain=plain,
        columns=columns,
        maps=tuple(maps),
        column=np.array([at[key] for key, _ in flat.rows], dtype=np.intp),
        base=np.array(base, dtype=np.intp),
        targets=np.array(targets, dtype=np.intp),
        increments=tuple(
            np.array([(one >> (LIMB * limb)) & (2**LIMB - 1) for one in increments], dtype=np.int64)
            for limb in range(limbs)
        ),
        specials=tuple(settled(one) for one in flat.specials),
        exits=tuple(flat.exits),
        outcomes=tuple(
            dict.fromkeys(exit.outcome for exit in flat.exits if exit.status == DECIDED and exit.outcome)
        ),
    )
    return table, flat.notes
