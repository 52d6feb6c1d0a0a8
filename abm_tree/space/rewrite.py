"""Sums and ratios in a tree's conditions as facts of their own, so that columns can be computed for them.

Promises: the rewritten tree decides as the original does, where a fact `#n` has the state that its `Number`
comes to. Only what is compared with fixed values, and two numbers compared with each other, is replaced.
Refuses: numbers over facts that outcomes on the way establish; those stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from abm_tree.feel import NUMBER, compile, compile_tests
from abm_tree.feel.syntax import (
    Arithmetic,
    Between,
    Comparison,
    Expr,
    If,
    In,
    Known,
    Literal,
    Name,
    Negate,
    RangeLiteral,
    Tests,
    UnaryTest,
    children,
    with_children,
)
from abm_tree.source import Span
from abm_tree.space.days import Days
from abm_tree.space.terms import Constant, Input, Number, Operation, Term, inputs_of
from abm_tree.space.uses import Finder
from abm_tree.tree.cuts import cut_points
from abm_tree.tree.parts import Condition, Definition, Derived, Fact, Node, OpenList, Parameter, Score, Tree
from abm_tree.walk.reader import Reader

NOWHERE = Span(0, 0)


class Rewriter:
    """Replaces numbers in one tree; `numbers` takes in what they are."""

    def __init__(
        self, tree: Tree, reader: Reader, prefix: str, fixed: frozenset[str], numbers: dict[str, Number]
    ) -> None:
        self.tree = tree
        self.reader = reader
        self.prefix = prefix
        self.settable = fixed  # facts that outcomes on the way establish
        self.numbers = numbers
        self.finder = Finder(tree, reader, prefix)
        self.days = Days(tree.names, reader, self.finder.is_fixed)
        self.made = {number: key for key, number in numbers.items()}
        self.names: dict[str, Definition] = dict(tree.names)

    def run(self) -> Tree:
        """The rewritten tree."""
        nodes = {name: self._node(node) for name, node in self.tree.nodes.items()}
        for name, found in self.tree.names.items():
            match found:
                case Derived():
                    self.names[name] = replace(found, condition=self._condition(found.condition, False))
                case Score():
                    rules = [
                        rule
                        if rule.condition is None
                        else replace(rule, condition=self._condition(rule.condition, False))
                        for rule in found.rules
                    ]
                    self.names[name] = replace(found, rules=tuple(rules))
                case OpenList():
                    items = [
                        item
                        if item.condition is None
                        else replace(item, condition=self._condition(item.condition, False))
                        for item in found.items
                    ]
                    self.names[name] = replace(found, items=tuple(items))
        return replace(self.tree, nodes=nodes, names=self.names)

    def _node(self, node: Node) -> Node:
        if node.tree is not None:
            return node
        if node.decide is None:
            branches = [
                branch
                if branch.condition is None
                else replace(branch, condition=self._condition(branch.condition, False))
                for branch in node.branches
            ]
            return replace(node, branches=tuple(branches))
        dated = self._dated(node)
        if dated is not None:
            return dated
        fine = True
        for branch in node.branches:
            if branch.kind == "when":
                fine = fine and isinstance(branch.syntax, Tests) and self._plain(branch.syntax.items)
            elif branch.condition is not None:
                fine = fine and self._end(branch.condition.expr)
        return replace(node, decide=self._condition(node.decide, fine))

    def _dated(self, node: Node) -> Node | None:
        """A decision about days, all of whose tests are of fixed numbers, as one about the date."""
        if node.decide is None or node.decide.expr is None or self.days.distance(node.decide.expr) is None:
            return None
        branches, fact = [], None
        for branch in node.branches:
            moved = self.days.tests(node.decide.expr, branch.syntax) if branch.kind == "when" else None
            if moved is None:
                return None
            fact, tests = moved
            branches.append(replace(branch, syntax=tests, tests=compile_tests(tests), cuts=cut_points(tests)))
        if fact is None:
            return None
        decide = replace(node.decide, expr=fact, run=compile(fact))
        return replace(node, decide=decide, branches=tuple(branches))

    def _condition(self, condition: Condition, fine: bool) -> Condition:
        if condition.expr is None:
            return condition
        expr = self._expr(condition.expr, fine)
        return condition if expr is condition.expr else replace(condition, expr=expr, run=compile(expr))

    def _expr(self, expr: Expr, fine: bool) -> Expr:
        """An expression; `fine`: its value is told apart at fixed points only."""
        dated = self.days.compared(expr)
        if dated is not None:
            return dated
        if fine and not self._is_fact(expr):
            term = self._term(expr)
            if term is not None and inputs_of(term):
                return self._name(Number(term, None, False, inputs_of(term)))
        match expr:
            case Name() | Known():
                return expr
            case Comparison(operator, left, right):
                if self._end(right):
                    parts: tuple[Expr, ...] = (self._expr(left, True), right)
                elif self._end(left):
                    parts = (left, self._expr(right, True))
                else:
                    sign = self._sign(operator, left, right)
                    if sign is not None:
                        return replace(expr, left=sign, right=Literal(Decimal(0), NOWHERE))
                    parts = (self._expr(left, False), self._expr(right, False))
            case Between(of, low, high):
                parts = (self._expr(of, self._end(low) and self._end(high)), low, high)
            case In(of, tests):
                parts = (self._expr(of, self._plain(tests)), *tests)
            case If(condition, then, otherwise):
                parts = (self._expr(condition, False), self._expr(then, fine), self._expr(otherwise, fine))
            case _:
                parts = tuple(self._expr(part, False) for part in children(expr))
        same = all(one is other for one, other in zip(parts, children(expr), strict=True))
        return expr if same else with_children(expr, parts)

    def _sign(self, operator: str, left: Expr, right: Expr) -> Name | None:
        one, other = self._term(left), self._term(right)
        if one is None or other is None:
            return None
        inputs = tuple(dict.fromkeys((*inputs_of(one), *inputs_of(other))))
        return self._name(Number(one, other, operator in ("=", "!="), inputs)) if inputs else None

    def _name(self, number: Number) -> Name:
        if number not in self.made:
            key = self.made[number] = f"#{len(self.numbers)}"
            self.numbers[key] = number
        key = self.made[number]
        self.names.setdefault(key, Fact(key, "number", NUMBER, "account", False, key))
        return Name(key, NOWHERE)

    def _is_fact(self, expr: Expr) -> bool:
        return isinstance(expr, Name) and isinstance(self.tree.names.get(expr.name), Fact)

    def _term(self, expr: Expr, depth: int = 0) -> Term | None:
        """An expression as numbers computed from number facts, if it is nothing else."""
        if self.finder.is_fixed(expr):
            value = compile(expr)(self.reader)
            return Constant(value) if isinstance(value, Decimal) else None
        match expr:
            case Name(name):
                found = self.tree.names.get(name)
                if isinstance(found, Derived) and found.condition.expr is not None and depth < 20:
                    return self._term(found.condition.expr, depth + 1)
                if not isinstance(found, Fact) or not found.is_number:
                    return None
                key = self.prefix + name if found.own else name
                return None if key in self.settable else Input(key)
            case Negate(of):
                part = self._term(of, depth)
                return None if part is None else Operation("-", (part,))
            case Arithmetic(sign, left, right) if sign in ("+", "-", "*", "/"):
                one, other = self._term(left, depth), self._term(right, depth)
                return None if one is None or other is None else Operation(sign, (one, other))
        return None

    def _end(self, expr: Expr) -> bool:
        """Whether an expression has one of a few fixed values."""
        found = self.tree.names.get(expr.name) if isinstance(expr, Name) else None
        return self.finder.is_fixed(expr) or (isinstance(found, Parameter) and found.by is not None)

    def _plain(self, tests: tuple[Expr, ...]) -> bool:
        for test in tests:
            match test:
                case UnaryTest(_, of):
                    ends: tuple[Expr, ...] = (of,)
                case RangeLiteral(low, high):
                    ends = (low, high)
                case _:
                    ends = (test,)
            if not all(self._end(end) for end in ends):
                return False
        return True
