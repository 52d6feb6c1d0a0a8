"""Scores that add up too many facts for a diagram: what their sums can be.

Promises: for a box of accounts, every sum that some account in it can have, open ends included, and for each
way of the node that decides by the score an account that takes it, where there is one. Rules that share facts
are looked at together; where that would be too much they are taken as free of each other, which is said
(`exact`): sums may then be told that nobody has, but none is left out. Refuses: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.feel import Undetermined
from abm_tree.space.boxes import Box, joined, meet
from abm_tree.space.diagram import Builder, Diagram, Leaf
from abm_tree.space.supposed import Clock, Supposed
from abm_tree.space.uses import Uses
from abm_tree.tree.parts import Node, Rule, Score, Tree
from abm_tree.walk.choose import Choice, decide, stretches
from abm_tree.walk.reader import Points, Reader, Sum

MANY = 3_000  # options of one cluster, and sums
NOTHING = Decimal(0)

Why = frozenset[str]  # "fact": nobody knows one; "asks": one is missing; "null": null out of known facts
SETTLED: Why = frozenset()


@dataclass(frozen=True, slots=True)
class Option:
    """What some rules count together: at least, at most, and why it is open, where it is."""

    box: Box
    low: Decimal
    high: Decimal
    open: Why


@dataclass(frozen=True, slots=True)
class Totals:
    """What a score's sums can be, by clusters of rules that share no fact."""

    clusters: tuple[tuple[Option, ...], ...]
    exact: bool
    keys: frozenset[str]  # the facts that count

    def within(self, box: Box) -> tuple[dict[tuple[Decimal, Decimal, Why], Box] | None, bool]:
        """The sums of accounts in a box, each with a box of some that have it; and whether that is exact.

        None where there are too many to tell apart.
        """
        sums: dict[tuple[Decimal, Decimal, Why], tuple[Option, ...]] = {(NOTHING, NOTHING, SETTLED): ()}
        for cluster in self.clusters:
            fitting = [option for option in cluster if _fits(option.box, box)]
            grown: dict[tuple[Decimal, Decimal, Why], tuple[Option, ...]] = {}
            for (low, high, open), chosen in sums.items():
                for option in fitting:
                    grown.setdefault(
                        (low + option.low, high + option.high, open | option.open), (*chosen, option)
                    )
            if len(grown) > MANY:
                return None, False
            sums = grown
        found: dict[tuple[Decimal, Decimal, Why], Box] = {}
        for mark, chosen in sums.items():
            whole: Box | None = {}
            for option in chosen:
                whole = meet(whole, option.box) if whole is not None else None
            found[mark] = whole if whole is not None else {}
        return found, self.exact

    @property
    def nullable(self) -> bool:
        """Whether some rule can come to null out of known facts."""
        return any("null" in option.open for cluster in self.clusters for option in cluster)

    def bounds(self, box: Box) -> tuple[Decimal, Decimal]:
        """The least and the greatest sum."""
        low = high = NOTHING
        for cluster in self.clusters:
            fitting = [option for option in cluster if _fits(option.box, box)]
            low += min(option.low for option in fitting)
            high += max(option.high for option in fitting)
        return low, high


def _fits(one: Box, other: Box) -> bool:
    return all(key not in other or mask & other[key] for key, mask in one.items())


def totals(
    tree: Tree, node: Node, prefix: str, uses: Uses, builder: Builder, full: Mapping[str, int]
) -> Totals | None:
    """The sums of the score that a node decides by; None for other nodes."""
    name = node.decide.is_name if node.decide is not None else None
    score = tree.names.get(name or "")
    if not isinstance(score, Score) or node.wait is not None:
        return None
    exact = True
    single: list[tuple[Option, ...]] = []
    for rule in score.rules:
        options = _options(tree, node, rule, prefix, uses, builder, full)
        exact = exact and options is not None
        single.append(options or _anything(rule))
    clusters, apart = _clusters(single, full)
    exact = exact and apart
    keys = frozenset(key for cluster in clusters for option in cluster for key in option.box)
    return Totals(tuple(clusters), exact and not any(key.startswith("#") for key in keys), keys)


def _anything(rule: Rule) -> tuple[Option, ...]:
    """A rule of which codes do not tell what it counts."""
    known = [Option({}, count, count, SETTLED) for count in dict.fromkeys((rule.low, NOTHING, rule.high))]
    return (*known, *(Option({}, rule.low, rule.high, frozenset((why,))) for why in ("fact", "null")))


def _options(
    tree: Tree, node: Node, rule: Rule, prefix: str, uses: Uses, builder: Builder, full: Mapping[str, int]
) -> tuple[Option, ...] | None:
    def points(_: Node, reader: Reader) -> object:
        found = reader._points(rule)
        why = found.open and Undetermined("?" if found.open.fact else "", found.open.unknown)
        return Points("", found.low, found.high, why)

    of_rule = type(builder)(builder.coders, builder.hidden, builder.clock, decides=points)
    diagram = of_rule.build(tree, node, prefix, uses)
    boxes: list[tuple[Box, Points]] = []
    if not _flatten(diagram, {}, full, boxes):
        return None
    return _merged([Option(box, one.low, one.high, _why(one)) for box, one in boxes], full)


def _why(points: Points) -> Why:
    if points.open is None:
        return SETTLED
    if not points.open.unknown:
        return frozenset(("asks",))
    return frozenset(("fact" if points.open.fact else "null",))


def _flatten(diagram: Diagram, box: Box, full: Mapping[str, int], out: list[tuple[Box, Points]]) -> bool:
    if isinstance(diagram, Leaf):
        if not isinstance(diagram.choice, Points):
            return False
        out.append((box, diagram.choice))
        return len(out) <= MANY
    masks: dict[int, tuple[Diagram, int]] = {}
    for code, child in enumerate(diagram.children):
        if full[diagram.key] & 1 << code:
            masks[id(child)] = child, masks.get(id(child), (child, 0))[1] | 1 << code
    return all(_flatten(child, {**box, diagram.key: mask}, full, out) for child, mask in masks.values())


def _merged(options: Sequence[Option], full: Mapping[str, int]) -> tuple[Option, ...]:
    alike: dict[tuple[Decimal, Decimal, Why], list[Option]] = {}
    for option in options:
        alike.setdefault((option.low, option.high, option.open), []).append(option)
    return tuple(
        Option(box, low, high, open)
        for (low, high, open), same in alike.items()
        for box, _ in joined([option.box for option in same], full)
    )


def _clusters(
    single: list[tuple[Option, ...]], full: Mapping[str, int]
) -> tuple[list[tuple[Option, ...]], bool]:
    """Rules that share facts made one; and whether all of them could be."""
    out: list[tuple[frozenset[str], tuple[Option, ...]]] = []
    apart = True
    for options in single:
        keys = frozenset(key for option in options for key in option.box)
        touching = [one for one in out if one[0] & keys]
        grown: tuple[Option, ...] | None = options
        for _, other in touching:
            grown = _product(grown, other, full) if grown is not None else None
        if grown is None:
            apart = False
            out.append((frozenset(), options))
            continue
        out = [one for one in out if one not in touching]
        out.append((keys.union(*(one[0] for one in touching)), grown))
    return [options for _, options in out], apart


def _product(
    one: tuple[Option, ...], other: tuple[Option, ...], full: Mapping[str, int]
) -> tuple[Option, ...] | None:
    if len(one) * len(other) > MANY:
        return None
    found = []
    for first in one:
        for second in other:
            box = meet(first.box, second.box)
            if box is not None:
                found.append(
                    Option(box, first.low + second.low, first.high + second.high, first.open | second.open)
                )
    return _merged(found, full)


class Summed(Supposed):
    """A reader that knows one score's sum."""

    def __init__(self, tree: Tree, clock: Clock, prefix: str, total: Sum) -> None:
        super().__init__(tree, {}, clock, prefix)
        self._total = total

    def sum(self, name: str) -> Sum:
        """The sum."""
        return self._total


def chosen(
    tree: Tree, node: Node, prefix: str, clock: Clock, low: Decimal, high: Decimal, why: Why
) -> list[Choice]:
    """What a node does with a sum, for each reason why it is open."""
    assert node.decide is not None
    name = node.decide.is_name or ""
    score = tree.names[name]
    assert isinstance(score, Score)
    found = []
    for reason in sorted(why) or [""]:
        open = Undetermined("" if reason == "null" else "?", reason != "asks") if reason else None
        total = Sum(name, low, high, (Points("", low, high, open),), score.complete)
        found.append(decide(node, Summed(tree, clock, prefix, total)))
    return found


def crossed(
    tree: Tree, node: Node, prefix: str, clock: Clock, low: Decimal, high: Decimal
) -> frozenset[int] | None:
    """The branches that sums between two ends can take, -1 for none; None where that cannot be said."""
    assert node.decide is not None
    total = Sum(node.decide.is_name or "", low, high, ())
    runs = stretches(node, low, high, Summed(tree, clock, prefix, total)) if low < high else None
    return frozenset(branch for _, _, branch in runs) if isinstance(runs, list) else None
