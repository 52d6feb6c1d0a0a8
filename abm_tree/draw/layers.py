"""In which layer each thing of a drawing stands, and in which order, so that few lines cross.

Method: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System Structures",
1981: longest ways give the layers, sweeps of barycentres the order; crossings are counted as in W. Barth,
M. Jünger, P. Mutzel, "Simple and Efficient Bilayer Cross Counting", 2002. Promises: the same for the same
input; a tree's lines never cross. Refuses: circles; who asks takes them out before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

SWEEPS = 16
PATIENCE = 4  # sweeps without gain


def layers(start: str, follows: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The length of the longest way to each place; what closes a circle counts for nothing."""
    order: list[str] = []
    state: dict[str, int] = {}
    todo: list[tuple[str, bool]] = [(start, False)]
    back: set[tuple[str, str]] = set()
    while todo:
        name, done = todo.pop()
        if done:
            state[name] = 2
            order.append(name)
            continue
        if name in state:
            continue
        state[name] = 1
        todo.append((name, True))
        for to in reversed(follows.get(name, ())):
            if state.get(to) == 1:
                back.add((name, to))
            elif to not in state:
                todo.append((to, False))
    out = {start: 0}
    for name in reversed(order):
        for to in follows.get(name, ()):
            if (name, to) not in back:
                out[to] = max(out.get(to, 0), out.get(name, 0) + 1)
    return out


def ordered(
    rows: Sequence[Sequence[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]
) -> list[list[int]]:
    """The layers' things in an order with few crossings; `above` and `below` are each thing's neighbours."""
    best = [list(row) for row in rows]
    fewest = _crossings(best, below)
    now, idle = best, 0
    for sweep in range(SWEEPS):
        if not fewest or idle >= PATIENCE:
            break
        now = _swept(now, above, below, down=sweep % 2 == 0)
        _switched(now, above, below)
        found = _crossings(now, below)
        if found < fewest:
            best, fewest, idle = [list(row) for row in now], found, 0
        else:
            idle += 1
    return best


def _swept(
    rows: list[list[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]], *, down: bool
) -> list[list[int]]:
    """Each layer sorted by where its neighbours in the layer before stand on average."""
    out = [list(row) for row in rows]
    place = {one: at for row in out for at, one in enumerate(row)}
    near = above if down else below
    for row in out if down else reversed(out):
        keys = {one: _mean([place[other] for other in near[one]], place[one]) for one in row}
        row.sort(key=keys.__getitem__)
        place.update((one, at) for at, one in enumerate(row))
    return out


def _switched(rows: list[list[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> None:
    """Exchange neighbours as long as that takes crossings away."""
    place = {one: at for row in rows for at, one in enumerate(row)}
    for row in rows:
        better = True
        for _ in range(len(row)):
            if not better:
                break
            better = False
            for at in range(len(row) - 1):
                one, other = row[at], row[at + 1]
                gain = 0
                for near in (above, below):
                    first = [place[to] for to in near[one]]
                    second = [place[to] for to in near[other]]
                    gain += _between(first, second) - _between(second, first)
                if gain > 0:
                    row[at], row[at + 1] = other, one
                    place[one], place[other] = at + 1, at
                    better = True


def _between(first: Iterable[int], second: Sequence[int]) -> int:
    """Crossings of two neighbours' lines, the first one standing first."""
    return sum(1 for one in first for other in second if one > other)


def _crossings(rows: list[list[int]], below: Sequence[Sequence[int]]) -> int:
    """How many pairs of lines cross."""
    total = 0
    for row, following in pairwise(rows):
        place = {one: at for at, one in enumerate(following)}
        size = 1
        while size < len(following):
            size *= 2
        counts = [0] * (2 * size)
        for one in row:
            for at in sorted(place[to] for to in below[one]):
                node = at + size
                while node > 0:
                    if node % 2 == 0:
                        total += counts[node + 1] if node + 1 < len(counts) else 0
                    counts[node] += 1
                    node //= 2
    return total


def _mean(values: Sequence[int], default: float) -> float:
    return sum(values) / len(values) if values else default
