"""Where the things of each layer stand beside each other.

Promises: the order of each layer is kept, nothing overlaps; what is joined stands near; lines through several
layers are straight where there is room; a tree's parents stand over the middle of what is below them.
Refuses: to order.

Method: for layers, least squares under the order (pool adjacent violators: M. Ayer and others, 1955), swept
up and down; for trees, contours (E. Reingold, J. Tilford, "Tidier Drawings of Trees", 1981).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

SWEEPS = 24
ROUNDS = 4  # of straightening: what moves away makes room for others

Gap = Callable[[int, int], float]  # how far two neighbours' middles are apart at least


def spread(
    rows: Sequence[Sequence[int]],
    above: Sequence[Sequence[tuple[int, float]]],
    below: Sequence[Sequence[tuple[int, float]]],
    gap: Gap,
    count: int,
) -> list[float]:
    """The middles of the things of layers; neighbours come with the weight of their line."""
    place = [0.0] * count
    gaps: list[list[float]] = []
    for row in rows:
        distances = [gap(one, other) for one, other in pairwise(row)]
        gaps.append(distances)
        at = -sum(distances) / 2
        for one, step in zip(row, [0.0, *distances], strict=False):
            at += step
            place[one] = at
    for sweep in range(SWEEPS):
        both = sweep >= SWEEPS // 2
        down = sweep % 2 == 0
        numbers = range(len(rows)) if down else range(len(rows) - 1, -1, -1)
        for number in numbers:
            row = rows[number]
            wanted, weights = [], []
            for one in row:
                near = [*above[one], *below[one]] if both else above[one] if down else below[one]
                heavy = sum(weight for _, weight in near)
                if heavy:
                    wanted.append(sum(place[to] * weight for to, weight in near) / heavy)
                    weights.append(heavy)
                else:
                    wanted.append(place[one])
                    weights.append(0.01)
            for one, at in zip(row, _apart(wanted, weights, gaps[number]), strict=True):
                place[one] = at
    return place


def _apart(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The places nearest to those wanted that keep the gaps."""
    offset, offsets = 0.0, []
    for step in [0.0, *gaps]:
        offset += step
        offsets.append(offset)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for want, weight, off in zip(wanted, weights, offsets, strict=False):
        mean, heavy, size = want - off, weight, 1
        while blocks and blocks[-1][0] >= mean:
            before, more, many = blocks.pop()
            mean = (before * more + mean * heavy) / (more + heavy)
            heavy, size = heavy + more, size + many
        blocks.append((mean, heavy, size))
    means = [mean for mean, _, size in blocks for _ in range(size)]
    return [mean + off for mean, off in zip(means, offsets, strict=True)]


def straightened(
    place: list[float], rows: Sequence[Sequence[int]], gap: Gap, chains: Sequence[Sequence[int]]
) -> None:
    """Lay each chain on as few straight lines as its neighbours leave room for."""
    beside: dict[int, tuple[int | None, int | None]] = {}
    for row in rows:
        for at, one in enumerate(row):
            before = row[at - 1] if at else None
            after = row[at + 1] if at + 1 < len(row) else None
            beside[one] = before, after
    for _ in range(ROUNDS):
        for chain in chains:
            at = 0
            while at < len(chain):
                low, high, end = -inf, inf, at
                while end < len(chain):
                    left, right = beside[chain[end]]
                    least = max(low, place[left] + gap(left, chain[end])) if left is not None else low
                    most = min(high, place[right] - gap(chain[end], right)) if right is not None else high
                    if least > most:
                        break
                    low, high, end = least, most, end + 1
                run = chain[at : max(end, at + 1)]
                if end > at:
                    mean = sum(place[one] for one in run) / len(run)
                    straight = min(max(mean, low), high)
                    for one in run:
                        place[one] = straight
                at = max(end, at + 1)


@dataclass(slots=True)
class _Outline:
    """How far a tree reaches to each side at each of its levels, the top one last; `shift` is to be added."""

    left: list[float]
    right: list[float]
    shift: float = 0.0


def tidy(root: int, children: Sequence[Sequence[int]], half: Sequence[float], space: float) -> list[float]:
    """The middles of a tree's things, `half` as wide to each side; the layers of a tree are its levels."""
    place = [0.0] * len(children)  # beside the parent, until all are known
    order = [root]
    for one in order:
        order += children[one]
    outlines: dict[int, _Outline] = {}
    sizes = [1] * len(children)
    for one in reversed(order):
        found = _side_by_side([outlines.pop(child) for child in children[one]], space)
        # Large trees count for more, so that a long way with short ends beside it is a straight line.
        heavy = sum(sizes[child] for child in children[one])
        middle = sum(sizes[child] * at for child, at in zip(children[one], found[1], strict=True)) / max(
            heavy, 1
        )
        sizes[one] += heavy
        for child, at in zip(children[one], found[1], strict=True):
            place[child] = at - middle
        outline = found[0]
        outline.shift -= middle
        outline.left.append(-half[one] - outline.shift)
        outline.right.append(half[one] - outline.shift)
        outlines[one] = outline
    for one in order:
        for child in children[one]:
            place[child] += place[one]
    return place


def _side_by_side(outlines: Sequence[_Outline], space: float) -> tuple[_Outline, list[float]]:
    """Trees put beside each other as near as they come: the outline of all, and where each one's top is.

    No more levels are looked at than the shallower one has, so that long trees cost no more than wide ones.
    """
    if not outlines:
        return _Outline([], []), []
    all_, at = outlines[0], [0.0]
    for own in outlines[1:]:
        depth = min(len(all_.right), len(own.left))
        step = space + max(
            all_.right[-level] + all_.shift - own.left[-level] - own.shift for level in range(1, depth + 1)
        )
        at.append(step)
        if len(own.right) > len(all_.right):
            for level in range(1, depth + 1):
                own.left[-level] = all_.left[-level] + all_.shift - own.shift - step
            own.shift += step
            all_ = own
        else:
            for level in range(1, depth + 1):
                all_.right[-level] = own.right[-level] + own.shift + step - all_.shift
    return all_, at
