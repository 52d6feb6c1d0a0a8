"""Scorecards and lists of open points.

Promises: each rule knows what it counts at least and at most while it is open (DESIGN.md section 5, 4).
Refuses: to add up; that needs facts.
"""

from __future__ import annotations

from decimal import Decimal

from abm_tree.feel import ANY, BOOLEAN, NUMBER, Choice, Date, DateTime, Time, Undetermined, Value
from abm_tree.source import did_you_mean
from abm_tree.tree.context import Context
from abm_tree.tree.model import ListFile, RuleFile, ScoreFile
from abm_tree.tree.parts import Condition, Fact, Item, OpenList, Parameter, Rule, Score
from abm_tree.tree.scan import Path
from abm_tree.tree.words import Words

ZERO = Decimal(0)


def resolve_score(context: Context, name: str, file: ScoreFile) -> Score:
    """A scorecard with its rules."""
    path: Path = ("scores", name)
    rules = [_rule(context, rule, (*path, "points", number)) for number, rule in enumerate(file.points)]
    if not file.points:
        context.findings.key("no-rules", f"Score `{name}` has no rules.", path)
    return Score(
        f"score.{name}", file.title or name, tuple(rule for rule in rules if rule is not None), file.complete
    )


def _rule(context: Context, file: RuleFile, path: Path) -> Rule | None:
    if file.of is not None:
        return _table(context, file, path)
    if file.add is None:
        context.findings.key(
            "rule-kind", "This rule adds nothing.", path, 'For example { add = 10, if = "..." }.'
        )
        return None
    text = (
        file.add
        if isinstance(file.add, str)
        else format(file.add, "f")
        if isinstance(file.add, Decimal)
        else ""
    )
    if not text:
        context.findings.value("wrong-type", "`add` is to be a number or the name of one.", (*path, "add"))
        return None
    add = context.conditions.condition(text, (*path, "add"), NUMBER)
    context.reads(add.names)
    if file.if_ is not None:
        return _conditional(context, file, path, add)
    if isinstance(file.add, Decimal):
        context.findings.key(
            "rule-kind", "This rule always adds the same.", path, 'Add a condition: if = "..."'
        )
        return None
    return _bounded(context, file, path, add)


def _conditional(context: Context, file: RuleFile, path: Path, add: Condition) -> Rule:
    condition = context.conditions.condition(file.if_ or "", (*path, "if"), BOOLEAN)
    context.reads(condition.names)
    points = constant(context, add) if add.expr is not None else (ZERO, ZERO)
    if points is None:
        context.findings.value(
            "rule-bounds",
            f"`{add.text}` depends on facts; beside `if` it is to be a number or a parameter.",
            (*path, "add"),
            "Leave `if` out and give `max`, or use a number.",
        )
        points = (ZERO, ZERO)
    text = file.title or condition.text
    return Rule(text, min(ZERO, points[0]), max(ZERO, points[1]), condition=condition, add=add)


def _bounded(context: Context, file: RuleFile, path: Path, points: Condition) -> Rule | None:
    name = points.is_name
    fact = context.names.get(name) if name else None
    low, high = file.min, file.max
    if isinstance(fact, Fact):
        low = low if low is not None else fact.minimum if isinstance(fact.minimum, Decimal) else None
        high = high if high is not None else fact.maximum if isinstance(fact.maximum, Decimal) else None
    if low is None:
        low = ZERO
    if high is None:
        context.findings.key(
            "rule-bounds",
            f"`{points.text}` has no upper bound, so the score has none.",
            (*path, "add"),
            'Add max = ..., for example { add = "need", max = 5 }.',
        )
        return None
    if low > high:
        context.findings.key("wrong-bounds", f"The lower bound {low} is above the upper bound {high}.", path)
        low = high
    return Rule(file.title or points.text, min(ZERO, low), max(ZERO, high), points=points)


def _table(context: Context, file: RuleFile, path: Path) -> Rule | None:
    of = context.conditions.condition(file.of or "", (*path, "of"))
    context.reads(of.names)
    if file.is_ is None or file.add is not None or file.if_ is not None:
        context.findings.key(
            "rule-kind",
            "A rule with `of` lists points for values.",
            path,
            "For example is = { retail = 10 }.",
        )
        return None
    if isinstance(of.type, Choice):
        for choice in file.is_:
            if choice not in of.type.ids and not of.type.open:
                context.findings.key(
                    "unknown-choice",
                    f'`{of.text}` has no choice "{choice}".',
                    (*path, "is", choice),
                    did_you_mean(choice, of.type.ids),
                )
    elif of.type != ANY and of.type != BOOLEAN and type(of.type).__name__ != "ListOf" and of.type == NUMBER:
        context.findings.value(
            "type-mismatch",
            f"`{of.text}` is a number; points for values need a choice.",
            (*path, "of"),
            'Use if = "...".',
        )
    points = list(file.is_.values()) or [ZERO]
    return Rule(file.title or of.text, min(ZERO, *points), max(ZERO, *points), of=of, table=dict(file.is_))


def constant(context: Context, condition: Condition) -> tuple[Decimal, Decimal] | None:
    """The least and greatest value of an expression over parameters, or None where facts move it."""
    spread: list[Decimal] = []
    for name in condition.names:
        found = context.names.get(name)
        if not isinstance(found, Parameter):
            return None
        if found.by is not None:
            if condition.is_name is None:
                return None
            spread = [value for value in found.values.values() if isinstance(value, Decimal)]
    if spread:
        return min(spread), max(spread)
    value = condition.run(Constants(context))
    return (value, value) if isinstance(value, Decimal) else None


class Constants:
    """A FEEL environment that knows parameters and settings only."""

    def __init__(self, context: Context) -> None:
        self.names = context.names

    as_of = DateTime(Date(2000, 1, 1), Time(0, 0, 0))

    def read(self, name: str) -> Value | Undetermined:
        """The value of a parameter."""
        found = self.names.get(name)
        if isinstance(found, Parameter) and found.by is None:
            return found.value
        return Undetermined(name, True)

    def known(self, name: str) -> bool | Undetermined:
        """Nothing else is known."""
        return False


def resolve_list(context: Context, name: str, file: ListFile) -> OpenList:
    """A list of open points."""
    path: Path = ("lists", name)
    items = []
    for number, item in enumerate(file.items):
        place = (*path, "items", number)
        condition = context.condition(item.if_, (*place, "if"), BOOLEAN)
        items.append(Item(context.words(item.text, (*place, "text")) or Words(()), condition))
    return OpenList(f"lists.{name}", file.title or name, tuple(items))
