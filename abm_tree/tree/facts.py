"""Facts in their three states.

Promises: a fact is known (with source and date), unknown (asked, and nobody knows), or missing (not in the
mapping). Refuses: to convert; values are FEEL's and of their fact's type.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from abm_tree.feel import Date, DateTime, Value, add, compare, from_python
from abm_tree.tree.parts import Fact


@dataclass(frozen=True, slots=True)
class Known:
    """A value, from where, and the day it dates from (None: undated, never stale)."""

    value: Value
    source: str = "given"
    dated: Date | DateTime | None = None

    def __post_init__(self) -> None:
        # Whoever calls from Python may write 930 or a `datetime.date`.
        if isinstance(self.value, int | float | dt.date) and not isinstance(self.value, bool):
            object.__setattr__(self, "value", from_python(self.value))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Asked, and nobody knows."""

    source: str = "given"
    dated: Date | DateTime | None = None


Facts: TypeAlias = Mapping[str, Known | Unknown]


def seen(
    fact: Fact, state: Known | Unknown | None, as_of: DateTime
) -> tuple[Known | Unknown | None, Known | None]:
    """A fact's state as of a moment, and the stale value, if that is why it counts as missing.

    A value dated later than `as_of` is not seen; one older than the fact's `stale_after` counts as missing.
    """
    if state is None or state.dated is None:
        return state, None
    dated = state.dated
    day = as_of.date if isinstance(dated, Date) else as_of
    if compare(dated, day) == 1:
        return None, None
    if fact.stale_after is not None and isinstance(state, Known):
        end = add(dated, fact.stale_after)
        if end is not None and compare(end, day) == -1:
            return None, state
    return state, None


def complete(
    definitions: Mapping[str, Fact], facts: Facts, as_of: DateTime, source: str = "given"
) -> dict[str, Known | Unknown]:
    """The facts with everything that is missing marked unknown: what a batch hands to `advance`."""
    out: dict[str, Known | Unknown] = {}
    for key, fact in definitions.items():
        state, _ = seen(fact, facts.get(key), as_of)
        out[key] = state if state is not None else Unknown(source)
    return out


def find_fact(definitions: Mapping[str, Fact], name: str) -> tuple[str, Fact] | None:
    """A fact by its key, or by its last word where only one has it."""
    if name in definitions:
        return name, definitions[name]
    tails = [key for key in definitions if key.replace("/", ".").rsplit(".", 1)[-1] == name]
    return (tails[0], definitions[tails[0]]) if len(tails) == 1 else None
