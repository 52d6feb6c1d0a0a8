"""Several versions of a tree as moves in the same codes.

Promises: a fact has every value that it has in any of them; facts of different kinds are kept apart. Refuses:
to compare; `compare` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from abm_tree.feel import NULL, TEXT, Choice, DateTime, ListOf
from abm_tree.space.chart import charts, settled_on_the_way
from abm_tree.space.ground import Ground
from abm_tree.space.inlined import Inlined
from abm_tree.space.supposed import Clock
from abm_tree.space.uses import Uses, fact_class
from abm_tree.tree.parts import Evidence, Fact, Tree


def grounds(trees: Sequence[Tree], as_of: DateTime) -> list[Ground]:
    """Several trees as moves in the same codes."""
    clock = Clock(as_of)
    facts: dict[str, Fact] = {}
    more = Uses()
    apart = unlike(trees)
    for tree in trees:
        for key, fact in tree.facts.items():
            known = facts.get(key)
            facts[key] = fact if known is None else _wider(known, fact)
            if known is not None and known.type != fact.type:
                more.exact.add(key)
            if fact.type == "choice":
                more.points.setdefault(key, set()).update(fact.choices)
        # What outcomes set has codes of its own: where codes do not tell, the value itself is asked for.
        for key, values in settled_on_the_way(tree, clock)[1].items():
            more.points.setdefault(key, set()).update(values)
    facts |= {key: replace(facts[key], type="text", feel=NULL, choices={}, open=False) for key in apart}
    found = charts([Inlined(tree) for tree in trees], clock, facts, more, apart)
    first = Ground(found[0], clock, facts, apart=apart)
    return [first, *(Ground(one, clock, facts, like=first, apart=apart) for one in found[1:])]


def unlike(trees: Sequence[Tree]) -> frozenset[str]:
    """The facts that have values of different kinds in several trees: a text here, a number there."""
    kinds: dict[str, set[type]] = {}
    for tree in trees:
        for key, fact in tree.facts.items():
            kinds.setdefault(key, set()).add(fact_class(fact))
    return frozenset(key for key, found in kinds.items() if len(found) > 1)


def _wider(one: Fact, other: Fact) -> Fact:
    """A fact that has every value that either of two has."""
    low, high = (one.minimum, other.minimum), (one.maximum, other.maximum)
    kind, feel = other.type, other.feel
    # A share without a maximum has one all the same.
    if one.type != kind or (kind == "percent" and high[0] != high[1]):
        kind = (
            "number" if other.is_number else "text" if feel != one.feel and TEXT in (feel, one.feel) else kind
        )
    if isinstance(feel, Choice) and isinstance(one.feel, Choice):
        feel = Choice(_both(one.feel, feel), one.feel.open or feel.open)
    elif isinstance(feel, ListOf) and isinstance(one.feel, ListOf):
        items = one.feel.item, feel.item
        plain = [item for item in items if isinstance(item, Choice)]
        feel = ListOf(Choice(_both(*plain), any(item.open for item in plain)) if len(plain) == 2 else TEXT)
    elif TEXT in (feel, one.feel):
        feel = TEXT
    return replace(
        other,
        type=kind,
        feel=feel,
        choices={**one.choices, **other.choices},
        open=one.open or other.open,
        none=one.none if other.none is None else other.none,
        # Evidence that either asks for lets a value count in both.
        evidence=None if one.evidence is None and other.evidence is None else Evidence(),
        minimum=min(low) if all(isinstance(end, Decimal) for end in low) else None,  # type: ignore[type-var]
        maximum=max(high) if all(isinstance(end, Decimal) for end in high) else None,  # type: ignore[type-var]
    )


def _both(one: Choice, other: Choice) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.ids, *other.ids)))
