"""The type of every node, and what is wrong with it.

Promises: one visit a node; a node with a mistake has type ANY, so that one mistake is reported once.
Refuses: dotted names that are properties; `resolve` splits them first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from abm_tree.feel import messages
from abm_tree.feel.arguments import call_type, is_written_out
from abm_tree.feel.interpret import value_of
from abm_tree.feel.messages import Problem, text_of
from abm_tree.feel.operators import compare
from abm_tree.feel.properties import properties_of, property_type
from abm_tree.feel.resolve import Scope
from abm_tree.feel.rules import arithmetic, comparable, is_open, ordered, unify
from abm_tree.feel.show import show
from abm_tree.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Expr,
    Filter,
    If,
    In,
    Known,
    ListLiteral,
    Literal,
    Malformed,
    Name,
    Negate,
    Or,
    Property,
    RangeLiteral,
    Subject,
    UnaryTest,
    mentions_subject,
    operands,
)
from abm_tree.feel.types import (
    ANY,
    BOOLEAN,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    Choice,
    ListOf,
    RangeOf,
    Type,
    type_of_value,
)
from abm_tree.feel.values import number_text
from abm_tree.source import Span

_EQUALITY = ("=", "!=")
_MANY = 30


class Checker:
    """Visits a resolved tree and collects problems."""

    __slots__ = ("problems", "scope", "subject")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[Problem] = []
        self.subject: Type | None = None  # the type of `?`

    def report(self, problem: Problem) -> Type:
        """Note a problem; the node it is about has type ANY."""
        self.problems.append(problem)
        return ANY

    def visit(self, expr: Expr, hint: Type | None = None) -> Type:
        """The type of a node; `hint` is that of what it is compared with."""
        match expr:
            case Literal(value):
                return type_of_value(value)
            case Malformed():
                return self.report(messages.no_value(expr))
            case Name(name, span):
                return self.scope.type_of(name) or self._unknown(name, span, hint)
            case Subject(span):
                return self.report(messages.no_subject(span)) if self.subject is None else self.subject
            case Known(of):
                return self._known(of)
            case Property(of, name, span):
                type = self.visit(of)
                found = property_type(type, name)
                if found is None:
                    has = tuple(properties_of(type))
                    return self.report(messages.unknown_property(of, type, name, has, span))
                return found
            case ListLiteral(items):
                types = [self.visit(item, hint) for item in items]
                return ListOf(unify(types) if types else ANY)
            case RangeLiteral(low, high):
                return RangeOf(self._ends(expr, low, high, hint))
            case UnaryTest(_, of):
                return RangeOf(self.visit(of, hint))
            case Comparison():
                return self._comparison(expr)
            case Arithmetic(operator, left, right, span):
                return self._arithmetic(expr, operator, left, right, span, hint)
            case Negate(of, span):
                type = self.visit(of)
                if is_open(type) or type in (NUMBER, DAYS_DURATION, MONTHS_DURATION):
                    return type
                return self.report(messages.no_minus(of, type, span))
            case And(left, right):
                self.condition(left, self.visit(left))
                self.condition(right, self.visit(right))
                return BOOLEAN
            case Or():
                return self._or(expr, hint)
            case Between(of, low, high):
                self._between(of, low, high)
                return BOOLEAN
            case In(of, tests):
                self._in(of, tests)
                return BOOLEAN
            case If(condition, then, otherwise):
                self.condition(condition, self.visit(condition))
                yes = self.visit(then, hint)
                return unify([yes, self.visit(otherwise, hint)])
            case Filter(of, by):
                return self._filter(of, by)
            case Call():
                return call_type(self, expr)
            case _:
                assert_never(expr)

    def looks_for_slips(self) -> bool:
        """Whether a name may be a slip: a text with many unknown ones is none, and comparing is slow."""
        return len(self.problems) < _MANY

    def quietly(self, expr: Expr, hint: Type) -> Type:
        """The type of a node that was visited before, without reporting again."""
        count = len(self.problems)
        type = self.visit(expr, hint)
        del self.problems[count:]
        return type

    def condition(self, expr: Expr, type: Type) -> None:
        """Report what is no condition where one should stand."""
        if type in (BOOLEAN, ANY):
            return
        help = (
            f"Compare it, for example {text_of(expr)} > 0."
            if type == NUMBER and isinstance(expr, Name)
            else ""
        )
        if isinstance(type, Choice) and type.ids:
            help = f'Compare it, for example {text_of(expr)} = "{type.ids[0]}".'
        self.report(messages.not_a_condition(expr, type, help))

    def choose(self, of: str, text: str, choice: Choice, span: Span) -> None:
        """Report a text that is none of the choices."""
        if not choice.open and text not in choice.ids:
            self.report(messages.unknown_choice(of, text, choice, span))

    def compared(
        self, left: Expr | str, left_type: Type, right: Expr, right_type: Type, operator: str, span: Span
    ) -> None:
        """Report two values that cannot be compared so."""
        if not comparable(left_type, right_type):
            help = messages.meant_by(right, left_type)
            if not help and not isinstance(left, str):
                help = messages.meant_by(left, right_type)
            self.report(messages.mismatch(text_of(left), left_type, text_of(right), right_type, span, help))
        elif isinstance(left_type, Choice) and isinstance(right, Literal) and isinstance(right.value, str):
            self.choose(text_of(left), right.value, left_type, right.span)
        elif operator not in _EQUALITY:
            for side, type in ((left, left_type), (right, right_type)):
                if not ordered(type) and not is_open(type):
                    self.report(messages.no_order(text_of(side), type, operator, span))
                    break

    def test(self, test: Expr, subject: Type, of: Expr | str, *, unary: bool = False) -> None:
        """Check one test of a value of type `subject`; `unary`: it stands alone, without `in`."""
        outer, self.subject = self.subject, subject
        match test:
            case UnaryTest(operator, operand):
                self.compared(of, subject, operand, self.visit(operand, subject), operator, test.span)
            case RangeLiteral(low, high):
                item = self._ends(test, low, high, subject)
                if not isinstance(subject, RangeOf) and not comparable(subject, item):
                    self.report(
                        messages.mismatch(text_of(of), subject, text_of(test), RangeOf(item), test.span)
                    )
                elif not ordered(subject) and not is_open(subject) and not isinstance(subject, RangeOf):
                    self.report(messages.no_order(text_of(of), subject, "in", test.span))
            case Or() if unary and not mentions_subject(test) and self._spread(test, subject):
                pass
            case Arithmetic(operator, Literal() as left, Literal() as right) if subject in (NUMBER, ANY):
                self._constant_sum(test, operator, left, right)
            case _:
                self._value_test(test, subject, of)
        self.subject = outer

    def _value_test(self, test: Expr, subject: Type, of: Expr | str) -> None:
        type = self.visit(test, subject)
        if mentions_subject(test):
            self.condition(test, type)
        elif isinstance(test, ListLiteral) and not isinstance(subject, ListOf):
            for item in test.items:
                if isinstance(item, UnaryTest | RangeLiteral):
                    continue
                self.compared(of, subject, item, self.quietly(item, subject), "=", item.span)
        elif isinstance(type, ListOf | RangeOf) and comparable(subject, type.item):
            if isinstance(of, Literal) and isinstance(of.value, str) and isinstance(type.item, Choice):
                self.choose(text_of(test), of.value, type.item, of.span)
        else:
            self.compared(of, subject, test, type, "=", test.span)

    def _constant_sum(self, test: Expr, operator: str, left: Expr, right: Expr) -> None:
        value = value_of(test)
        if not isinstance(value, Decimal):
            self.report(messages.no_value(test))
            return
        meant = f"[{show(left)}..{show(right)}]" if operator == "-" else ""
        self.report(messages.constant_arithmetic(test, number_text(value), meant))

    def _spread(self, test: Or, subject: Type) -> bool:
        """Whether `"a" or "b"` stands where `"a", "b"` is meant; then it is reported."""
        parts = operands(test)
        values = [each for each in parts if _is_value(each)]
        if len(values) < len(parts) or subject == BOOLEAN:
            return False
        self.report(messages.alternatives("", values, test.span))
        return True

    def _unknown(self, name: str, span: Span, hint: Type | None) -> Type:
        near = self.scope.names() if self.looks_for_slips() else ()
        return self.report(messages.unknown_name(name, span, near, hint))

    def _known(self, of: Expr) -> Type:
        if isinstance(of, Name):
            if self.scope.type_of(of.name) is None:
                self._unknown(of.name, of.span, None)
        else:
            self.report(messages.known_takes_a_fact(of))
        return BOOLEAN

    def _peek(self, expr: Expr) -> Type | None:
        """The type of a name, without a visit."""
        if isinstance(expr, Name):
            return self.scope.type_of(expr.name)
        return self.subject if isinstance(expr, Subject) else None

    def _comparison(self, expr: Comparison) -> Type:
        left_type = self.visit(expr.left, self._peek(expr.right))
        right_type = self.visit(expr.right, left_type)
        if isinstance(right_type, Choice) and not isinstance(left_type, Choice):
            self.compared(expr.right, right_type, expr.left, left_type, expr.operator, expr.span)
        elif isinstance(expr.left, Comparison) and not comparable(left_type, right_type):
            text, middle = text_of(expr.left), text_of(expr.left.right)
            help = f"Write {text} and {middle} {expr.operator} {text_of(expr.right)}."
            self.report(messages.mismatch(text, left_type, text_of(expr.right), right_type, expr.span, help))
        else:
            self.compared(expr.left, left_type, expr.right, right_type, expr.operator, expr.span)
        return BOOLEAN

    def _arithmetic(
        self, expr: Expr, operator: str, left: Expr, right: Expr, span: Span, hint: Type | None
    ) -> Type:
        dashed = _dashed(expr) if operator == "-" and isinstance(hint, Choice) else None
        if dashed is not None and isinstance(hint, Choice) and dashed in hint.ids:
            return self._unknown(dashed, span, hint)
        if operator == "-" and hint in (NUMBER, ANY) and (date := messages.bare_date(expr)):
            value = value_of(expr)
            shown = number_text(value) if isinstance(value, Decimal) else ""
            return self.report(messages.constant_arithmetic(expr, shown, f'@"{date}"'))
        left_type = self.visit(left)
        right_type = self.visit(right)
        found = arithmetic(operator, left_type, right_type)
        if found is None:
            return self.report(messages.no_arithmetic(operator, left, left_type, right, right_type, span))
        return found

    def _or(self, expr: Or, hint: Type | None) -> Type:
        """A row of `or`: conditions, or the slip `x = "a" or "b"`."""
        strays: list[Expr] = []
        first: Comparison | None = None
        for operand in operands(expr):
            if first is not None and first.operator == "=" and _is_value(operand):
                strays.append(operand)
                continue
            self.condition(operand, self.visit(operand, hint))
            if isinstance(operand, Comparison) and first is None:
                first = operand
        if strays and first is not None:
            span = Span(first.span.start, strays[-1].span.end)
            self.report(messages.alternatives(text_of(first.left), [first.right, *strays], span))
        return BOOLEAN

    def _ends(self, expr: Expr, low: Expr, high: Expr, hint: Type | None) -> Type:
        """The type of a range's ends, which have one order and the lower one first."""
        low_type = self.visit(low, hint)
        high_type = self.visit(high, hint)
        self.compared(low, low_type, high, high_type, "<=", expr.span)
        if is_written_out(low) and is_written_out(high) and compare(value_of(low), value_of(high)) == 1:
            bounds = ("[", "]")
            if isinstance(expr, RangeLiteral):
                bounds = ("[" if expr.high_closed else "(", "]" if expr.low_closed else ")")
            meant = f"Write {bounds[0]}{show(high)}..{show(low)}{bounds[1]}."
            text = text_of(expr) if isinstance(expr, RangeLiteral) else f"[{show(low)}..{show(high)}]"
            self.report(messages.empty_range(text, expr.span, meant))
        return unify([low_type, high_type])

    def _between(self, of: Expr, low: Expr, high: Expr) -> None:
        type = self.visit(of)
        span = Span(low.span.start, high.span.end)
        item = self._ends(RangeLiteral(low, high, True, True, span), low, high, type)
        if not comparable(type, item):
            self.report(messages.mismatch(text_of(of), type, text_of(low), item, span))
        elif not ordered(type) and not is_open(type):
            self.report(messages.no_order(text_of(of), type, "between", of.span))

    def _in(self, of: Expr, tests: tuple[Expr, ...]) -> None:
        type = self.visit(of, self._peek(tests[0]))
        for test in tests:
            self.test(test, type, of)

    def _filter(self, of: Expr, by: Expr) -> Type:
        type = self.visit(of)
        position = self.visit(by)
        if not is_open(position) and position not in (NUMBER, BOOLEAN):
            return self.report(messages.no_position(by, position))
        item = type.item if isinstance(type, ListOf) else type
        return ListOf(item) if position == BOOLEAN else item


def _is_value(expr: Expr) -> bool:
    """Whether an expression is a text, a number or a date as written: no condition."""
    return isinstance(expr, Literal) and expr.value is not None and not isinstance(expr.value, bool)


def _dashed(expr: Expr) -> str | None:
    """`financial-services`, which reads as a difference of two names."""
    if isinstance(expr, Name):
        return expr.name
    if isinstance(expr, Arithmetic) and expr.operator == "-" and isinstance(expr.right, Name):
        left = _dashed(expr.left)
        return None if left is None else f"{left}-{expr.right.name}"
    return None
