"""Boxes: for some facts, the codes that they may have; all other facts may have any.

Promises: a box is a plain mapping of keys to bit masks, bit n for code n; joining boxes never says more nor
less than the boxes said. Refuses: to know what a code stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

Box: TypeAlias = Mapping[str, int]

ROUNDS = 6  # of joining; more have not been seen to gain


def meet(one: Box, other: Box) -> dict[str, int] | None:
    """What lies in both; None where nothing does."""
    found = dict(one)
    for key, mask in other.items():
        both = found[key] & mask if key in found else mask
        if not both:
            return None
        found[key] = both
    return found


def meets(one: Box, other: Box) -> bool:
    """Whether something lies in both."""
    if len(other) < len(one):
        one, other = other, one
    return all(key not in other or mask & other[key] for key, mask in one.items())


def holds(outer: Box, inner: Box) -> bool:
    """Whether all of one box lies in another."""
    return all(key in inner and not inner[key] & ~mask for key, mask in outer.items())


def joined(boxes: Iterable[Box], full: Mapping[str, int]) -> list[tuple[dict[str, int], list[int]]]:
    """Boxes whose union is the same, as few as joining two at a time makes, each with the places it is of.

    Boxes that differ in one key only are one box; this is repeated while it gains. `full` has the masks of
    all codes: a key that may have any of them is no part of a box.
    """
    found = [_Joined(dict(box), [at]) for at, box in enumerate(boxes)]
    for _ in range(ROUNDS):
        before = len(found)
        found = _same(found)
        for key in sorted({key for one in found for key in one.box}):
            found = _along(found, key, full[key])
        if len(found) == before:
            break
    return [(one.box, one.places) for one in found]


class _Joined:
    """A box, where it came from, and a sum over its keys by which like ones are found."""

    __slots__ = ("box", "places", "sum")

    def __init__(self, box: dict[str, int], places: list[int]) -> None:
        self.box = box
        self.places = places
        self.sum = 0
        for pair in box.items():
            self.sum ^= hash(pair)


def _same(boxes: list[_Joined]) -> list[_Joined]:
    found: dict[int, _Joined] = {}
    rest = []
    for one in boxes:
        known = found.setdefault(one.sum, one)
        if known is one:
            continue
        if known.box == one.box:
            known.places += one.places
        else:
            rest.append(one)
    return [*found.values(), *rest]


def _along(boxes: list[_Joined], key: str, full: int) -> list[_Joined]:
    """Boxes, those that differ in this key only made one."""
    found: dict[int, _Joined] = {}
    out = []
    for one in boxes:
        mask = one.box.get(key)
        if mask is None:
            out.append(one)
            continue
        mark = one.sum ^ hash((key, mask))
        known = found.get(mark)
        if known is None:
            found[mark] = one
            out.append(one)
        elif _alike(known.box, one.box, key):
            known.box[key] |= mask
            known.places += one.places
        else:
            out.append(one)
    for mark, one in found.items():
        if one.box[key] == full:
            del one.box[key]
            one.sum = mark
        else:
            one.sum = mark ^ hash((key, one.box[key]))
    return out


def _alike(one: Box, other: Box, but: str) -> bool:
    return len(one) == len(other) and all(key == but or other.get(key) == mask for key, mask in one.items())


def union(boxes: Sequence[Box], full: Mapping[str, int]) -> dict[str, int]:
    """The least box that holds all of these."""
    found = dict(boxes[0])
    for box in boxes[1:]:
        for key in list(found):
            mask = found[key] | box.get(key, full[key])
            if mask == full[key]:
                del found[key]
            else:
                found[key] = mask
    return found


def bits(mask: int) -> Iterator[int]:
    """The codes of a mask, least first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
