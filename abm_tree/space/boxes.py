"""Boxes: for some facts, the codes that they may have; all other facts may have any.

Promises: a box is a plain mapping of keys to bit masks, bit n for code n; joining boxes never says more nor
less than the boxes said. Refuses: to know what a code stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Box: TypeAlias = Mapping[str, int]
Frozen: TypeAlias = frozenset[tuple[str, int]]


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


def joined(boxes: Iterable[Box], full: Mapping[str, int]) -> list[list[int]]:
    """Groups of boxes, by their places, whose union is one box; which one, `union` says.

    Boxes that differ in one key only are one box; this is repeated until none do. `full` has the masks of all
    codes: a key that may have any of them is no part of a box.
    """
    found: dict[Frozen, list[int]] = {}
    for at, box in enumerate(boxes):
        found.setdefault(frozenset(box.items()), []).append(at)
    while len(found) > 1:
        before = len(found)
        for key in sorted({key for box in found for key, _ in box}):
            found = _along(found, key, full[key])
        if len(found) == before:
            break
    return list(found.values())


def _along(boxes: dict[Frozen, list[int]], key: str, full: int) -> dict[Frozen, list[int]]:
    """Boxes, those that differ in this key only made one."""
    groups: dict[Frozen, tuple[int, list[int]]] = {}
    for box, places in boxes.items():
        mask = next((mask for name, mask in box if name == key), full)
        rest = box - {(key, mask)}
        known = groups.get(rest)
        groups[rest] = (mask, places) if known is None else (known[0] | mask, known[1] + places)
    return {rest if mask == full else rest | {(key, mask)}: places for rest, (mask, places) in groups.items()}


def union(boxes: list[Box], full: Mapping[str, int]) -> dict[str, int]:
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
