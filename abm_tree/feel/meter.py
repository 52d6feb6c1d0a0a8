"""How much one evaluation may do: steps of regular expressions, and texts and lists made.

Promises: whatever an expression says, one evaluation of it (and one compilation, one check) ends within a
second and 100 megabytes; the same expression over the same facts always ends the same way, since what is
counted is work, not time. Refuses: to raise; what has no room left is null.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

MAX_STEPS = 300_000  # about a third of a second
MAX_MADE = 8_000_000  # characters; an item of a list counts as eight

T = TypeVar("T")


class _Meter:
    """What is left."""

    __slots__ = ("made", "steps")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.made = MAX_MADE


_CURRENT: ContextVar[_Meter | None] = ContextVar("abm_tree_feel_meter", default=None)


def metered(work: Callable[[], T]) -> T:
    """Do some work with a full meter of its own."""
    token = _CURRENT.set(_Meter())
    try:
        return work()
    finally:
        _CURRENT.reset(token)


def steps() -> int:
    """How many steps a regular expression may take now."""
    meter = _CURRENT.get()
    return MAX_STEPS if meter is None else meter.steps


def step(count: int) -> None:
    """Note steps taken."""
    meter = _CURRENT.get()
    if meter is not None:
        meter.steps -= count


def room(size: int) -> bool:
    """Whether there is room for so much more; it is taken."""
    meter = _CURRENT.get()
    if meter is None:
        return size <= MAX_MADE
    meter.made -= size
    return meter.made >= 0
