"""What a decision can tell apart in a fact's value.

Promises: two values of a fact that lie between the same points give a decision the same result, text of an
error apart; a fact that a decision computes with is `exact`: every value may count. Unknown and null are
always told apart. Refuses: to evaluate facts; only parameters and settings have values here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from abm_tree.feel import BOOLEAN, NUMBER, Choice, ListOf, Range, Undetermined, Value, compile
from abm_tree.feel.syntax import (
    And,
    Between,
    Call,
    Comparison,
    Expr,
    If,
    In,
    Known,
    Literal,
    Malformed,
    Name,
    Or,
    RangeLiteral,
    Subject,
    Tests,
    UnaryTest,
    children,
)
from abm_tree.feel.types import class_of
from abm_tree.tree.parts import Derived, Fact, Node, OpenList, Parameter, Rule, Score, Setting, Tree
from abm_tree.walk.reader import Reader

Points = frozenset[Value] | None  # None: every value may count

NOTHING: Points = frozenset()
FLAGS: Points = frozenset((True, False))
WIDEST = 200  # of a bounded whole number that counts as points: more values are not told apart one by one


@dataclass
class Uses:
    """The points at which decisions change their answer, by the fact's key."""

    points: dict[str, set[Value]] = field(default_factory=dict)
    exact: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)  # only whole numbers are told apart

    def join(self, other: Uses) -> None:
        """Take in what another decision tells apart."""
        for key, points in other.points.items():
            self.points.setdefault(key, set()).update(points)
        self.exact |= other.exact
        self.whole |= other.whole


def node_uses(tree: Tree, node: Node, reader: Reader, prefix: str) -> Uses:
    """What a node's decision tells apart; `reader` knows parameters and settings."""
    finder = Finder(tree, reader, prefix)
    if node.wait is not None:
        finder.flow(node.wait.after.expr, None)
        if node.wait.duration.parameter is not None:
            finder.name(node.wait.duration.parameter, None)
    if node.decide is None:
        for branch in node.branches:
            if branch.condition is not None:
                finder.flow(branch.condition.expr, FLAGS)
        return finder.uses
    points: Points = NOTHING
    for branch in node.branches:
        if branch.kind == "is":
            points = _both(points, frozenset(branch.values))
        elif branch.kind == "when":
            points = _both(points, finder.tests(branch.syntax))
        elif branch.condition is not None:
            points = _both(points, finder.ends((branch.condition.expr,)))
    finder.flow(node.decide.expr, points)
    return finder.uses


def _both(one: Points, other: Points) -> Points:
    return None if one is None or other is None else one | other


class Finder:
    """Follows where values flow in the expressions of one tree."""

    def __init__(self, tree: Tree, reader: Reader, prefix: str) -> None:
        self.tree = tree
        self.reader = reader
        self.prefix = prefix
        self.uses = Uses()
        self._done: set[tuple[str, Points]] = set()

    def flow(self, expr: Expr | None, points: Points) -> None:
        """An expression whose value is told apart at some points only."""
        match expr:
            case None | Literal() | Malformed() | Subject():
                return
            case Name(name):
                self.name(name, points)
            case Known(of):
                self.flow(of, NOTHING)
            case Comparison(_, left, right):
                self.flow(left, self.ends((right,)))
                self.flow(right, self.ends((left,)))
            case Between(of, low, high):
                self.flow(of, self.ends((low, high)))
            case In(of, tests):
                self.flow(of, self._tests(tests))
            case And(left, right) | Or(left, right):
                self.flow(left, FLAGS)
                self.flow(right, FLAGS)
            case If(condition, then, otherwise):
                self.flow(condition, FLAGS)
                self.flow(then, points)
                self.flow(otherwise, points)
            case Call("not"):
                for part in children(expr):
                    self.flow(part, FLAGS)
            case _:
                # All else needs all its operands, and computes with them.
                for part in children(expr):
                    self.flow(part, NOTHING if points == NOTHING else None)

    def name(self, name: str, points: Points) -> None:
        """A name whose value is told apart at some points only."""
        if (name, points) in self._done:
            return
        self._done.add((name, points))
        match self.tree.names.get(name):
            case Fact() as fact:
                self._fact(self.prefix + name if fact.own else name, fact, points)
            case Parameter() as parameter if parameter.by is not None:
                self.name(parameter.by, frozenset(parameter.values))
            case Derived() as derived:
                self.flow(derived.condition.expr, points)
            case Score() as score:
                for rule in score.rules:
                    self._rule(rule)
            case OpenList() as found:
                for item in found.items:
                    self.flow(item.condition.expr if item.condition is not None else None, FLAGS)

    def ends(self, exprs: Iterable[Expr]) -> Points:
        """The points that a value compared with these is told apart at; what they read is noted."""
        found: set[Value] = set()
        known = True
        for expr in exprs:
            definition = self.tree.names.get(expr.name) if isinstance(expr, Name) else None
            if isinstance(definition, Parameter) and definition.by is not None:
                self.name(definition.by, frozenset(definition.values))
                found.update(definition.values.values())
            elif self.is_fixed(expr):
                value = compile(expr)(self.reader)
                if not isinstance(value, Undetermined):
                    found.update(_ends_of(value))
            else:
                known = False
        return frozenset(found) if known else None

    def tests(self, syntax: object) -> Points:
        """The points that unary tests tell a value apart at."""
        return self._tests(syntax.items) if isinstance(syntax, Tests) else None

    def _tests(self, tests: Iterable[Expr]) -> Points:
        points: Points = NOTHING
        for test in tests:
            match test:
                case UnaryTest(_, of):
                    ends: tuple[Expr, ...] = (of,)
                case RangeLiteral(low, high):
                    ends = (low, high)
                case _:
                    ends = (test,)
            points = _both(points, self.ends(ends))
            for end in ends:
                if not self.is_fixed(end):
                    self.flow(end, None)
        return points

    def is_fixed(self, expr: Expr) -> bool:
        """Whether an expression has one value under this tree and moment, whatever the facts."""
        waiting: list[Expr] = [expr]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Subject | Known):
                return False
            if isinstance(node, Name):
                found = self.tree.names.get(node.name)
                plain = isinstance(found, Parameter) and found.by is None
                if not plain and not isinstance(found, Setting):
                    return False
            waiting.extend(children(node))
        return True

    def _rule(self, rule: Rule) -> None:
        if rule.condition is not None:
            self.flow(rule.condition.expr, FLAGS)
        if rule.add is not None:
            self.flow(rule.add.expr, None)
        if rule.of is not None:
            plain = isinstance(rule.of.type, Choice) or rule.of.type == BOOLEAN
            self.flow(rule.of.expr, frozenset(rule.table) if plain else None)
            if rule.of.type == BOOLEAN:
                self.flow(rule.of.expr, FLAGS)
        if rule.points is not None:
            self._counted(rule)

    def _counted(self, rule: Rule) -> None:
        assert rule.points is not None
        fact = self.tree.names.get(rule.points.is_name or "")
        whole = all(bound == bound.to_integral_value() for bound in (rule.low, rule.high))
        if not isinstance(fact, Fact) or fact.type != "integer" or not whole or rule.high - rule.low > WIDEST:
            self.flow(rule.points.expr, None)
            return
        steps = range(int(rule.low), int(rule.high) + 1)
        self.flow(rule.points.expr, frozenset(Decimal(step) for step in steps))
        self.uses.whole.add(self.prefix + fact.name if fact.own else fact.name)

    def _fact(self, key: str, fact: Fact, points: Points) -> None:
        noted = self.uses.points.setdefault(key, set())
        kind = fact_class(fact)
        if fact.type == "boolean":
            noted.update((True, False))
        elif points is None and fact.type == "choice" and not fact.open:
            noted.update(fact.choices)
        elif points is None or (fact.type == "list" and points):
            self.uses.exact.add(key)
        else:
            noted.update(point for point in points if type(point) is kind)


def fact_class(fact: Fact) -> type:
    """The class of a fact's values."""
    if isinstance(fact.feel, ListOf):
        return tuple
    return Decimal if fact.feel == NUMBER else class_of(fact.feel)


def _ends_of(value: Value) -> Iterable[Value]:
    """The values at which `= value` or `in value` changes its answer."""
    if isinstance(value, Range):
        return [end for end in (value.low, value.high) if end is not None]
    if isinstance(value, tuple):
        return [end for item in value for end in _ends_of(item)]
    return [value]
