"""Facts in their three states.

Promises: a fact is known (with source, date and evidence), unknown (asked, and nobody knows), or missing (not
in the mapping); what of that counts is decided here, for walks and batches alike. Refuses: to convert; values
are FEEL's and of their fact's type.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from abm_tree.feel import Date, DateTime, Value, add, compare, from_python
from abm_tree.source import says_something
from abm_tree.tree.parts import Evidence, Fact

SUPPOSED = "supposed"  # evidence where nobody has to show any: in proofs, and in what would have to be


@dataclass(frozen=True, slots=True)
class Known:
    """A value, from where, the day it dates from (None: undated, never stale), and what proves it."""

    value: Value
    source: str = "given"
    dated: Date | DateTime | None = None
    evidence: str = ""

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
    """A fact's state as it counts at a moment, and the stale value, if that is why it counts as missing.

    A value dated later than `as_of` is not seen; one older than the fact's `stale_after` counts as missing;
    one that lacks the evidence that it needs counts as `counted` says.
    """
    if state is None:
        return None, None
    dated = state.dated
    if dated is not None:
        day = as_of.date if isinstance(dated, Date) else as_of
        if compare(dated, day) == 1:
            return None, None
        if fact.stale_after is not None and isinstance(state, Known):
            end = add(dated, fact.stale_after)
            if end is not None and compare(end, day) == -1:
                return None, state
    return (counted(fact, state) if isinstance(state, Known) else state), None


def counted(fact: Fact, state: Known) -> Known | Unknown:
    """What a value counts as: without the evidence that it needs at most the cap, or unknown."""
    if fact.evidence is None or says_something(state.evidence) or not claims(fact, state.value):
        return state
    if fact.evidence.cap is None:
        return Unknown(state.source, state.dated)
    return replace(state, value=fact.evidence.cap)


def claims(fact: Fact, value: Value) -> bool:
    """Whether a value claims so much that it needs evidence to count as it stands."""
    return fact.evidence is not None and too_much(fact.evidence, value)


def too_much(demand: Evidence, value: Value) -> bool:
    """Whether a value is more than a fact takes without the evidence that it demands."""
    if value is None or value is False or value == ():
        return False
    if demand.cap is not None:
        return isinstance(value, Decimal) and value > demand.cap
    if demand.needed_for:
        return any(one in demand.needed_for for one in (value if isinstance(value, tuple) else (value,)))
    return True


def supported(fact: Fact | None, value: Value, source: str = "given") -> Known:
    """A value that counts as it stands, evidence being supposed where it takes some."""
    needs = fact is not None and claims(fact, value)
    return Known(value, source, evidence=SUPPOSED if needs else "")


def complete(
    definitions: Mapping[str, Fact], facts: Facts, as_of: DateTime, source: str = "given"
) -> dict[str, Known | Unknown]:
    """The facts with everything that is missing marked unknown: what a batch hands to `advance`.

    What counts as less for want of evidence stays as it was given: the record is to say both.
    """
    out: dict[str, Known | Unknown] = {}
    for key, fact in definitions.items():
        given = facts.get(key)
        state, _ = seen(fact, given, as_of)
        out[key] = Unknown(source) if state is None or given is None else given
    return out


def as_they_count(
    definitions: Mapping[str, Fact], facts: Facts, as_of: DateTime, source: str = "given"
) -> dict[str, Known | Unknown]:
    """The same, with the values that count: for whoever reads them without a walk."""
    found = complete(definitions, facts, as_of, source)
    return {
        key: counted(definitions[key], state) if isinstance(state, Known) else state
        for key, state in found.items()
    }


def find_fact(definitions: Mapping[str, Fact], name: str) -> tuple[str, Fact] | None:
    """A fact by its key, or by its last word where only one has it."""
    if name in definitions:
        return name, definitions[name]
    tails = [key for key in definitions if key.replace("/", ".").rsplit(".", 1)[-1] == name]
    return (tails[0], definitions[tails[0]]) if len(tails) == 1 else None
