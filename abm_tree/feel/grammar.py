"""The grammar: text to syntax tree.

    tests       = "-" | "not" "(" test {"," test} ")" | test {"," test}
    test        = comparison sum | expression
    expression  = "if" expression "then" expression "else" expression | or
    or          = and {"or" and}
    and         = condition {"and" condition}
    condition   = sum {comparison sum | "between" sum "and" sum | "in" (test | "(" test {"," test} ")")}
    sum         = product {("+" | "-") product}
    product     = power {("*" | "/") power}
    power       = unary {"**" unary}                      -- leftwards; a minus binds tighter: -5 ** 2 is 25
    unary       = "-" unary | postfix
    postfix     = primary {"[" expression "]" | "." property}
    primary     = number | text | "@" text | "true" | "false" | "null" | "?" | name | call | list | range
                | "(" (expression | comparison sum) ")"
    call        = function "(" [argument {"," argument}] ")"
    argument    = [parameter ":"] expression
    list        = "[" [test {"," test}] "]"
    range       = ("[" | "(" | "]") sum ".." sum ("]" | ")" | "[")
    comparison  = "=" | "!=" | "<" | "<=" | ">" | ">="
    name        = identifier {"." identifier}

Promises: a tree or a FeelError with its place, in linear time, for any text; trees of at most `MAX_HEIGHT`
levels. Refuses: contexts, function definitions, `for`, `some`, `every`, `instance of`.
"""

from __future__ import annotations

from abm_tree.feel.cursor import MAX_HEIGHT, MAX_NESTING, MAX_PARTS, Cursor
from abm_tree.feel.iso import parse_at
from abm_tree.feel.slips import FeelError
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
    Tests,
    UnaryTest,
)
from abm_tree.feel.tokens import COMPARISONS, Token, unquote
from abm_tree.source import Span

_BINDS = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "between": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "**": 6,
    "[": 8,
    ".": 8,
}
_SUM = 3  # operands that bind tighter than a comparison
_UNARY = 6
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Expr:
    """The tree of an expression; FeelError for anything else."""
    parser = _Parser(text)
    expr = parser.expression(0)
    parser.finish()
    return expr


def parse_tests(text: str) -> Tests:
    """The tree of unary tests: `< 50`, `[50..large)`, `"a", "b"`, `not(...)`, `-`; FeelError for others."""
    parser = _Parser(text, in_tests=True)
    tests = parser.tests()
    parser.finish()
    return tests


class _Parser(Cursor):
    """One pass over the tokens, by how tightly operators bind."""

    __slots__ = ()

    def tests(self) -> Tests:
        """Unary tests up to the end."""
        whole = Span(0, len(self.text))
        kinds = [token.kind for token in self.tokens[:2]]
        if kinds == ["-", "end"]:  # anything passes
            self.at = 1
            return Tests((), False, whole)
        if kinds == ["not", "("]:
            self.at = 2
            try:
                items = self.items(self.inside(tests=True))
                self.expect(")", self.tokens[1])
                if self.tokens[self.at].kind == "end":
                    return Tests(items, True, whole)
            except FeelError as error:
                return self.tests_or(error)
            self.at = 0  # not(a) and b: an expression that begins like a negated test
        return Tests(self.items(self.inside(tests=True)), False, whole)

    def tests_or(self, error: FeelError) -> Tests:
        """What is no negated test may be a test that begins with not(); else the first error stands."""
        self.at = self.depth = 0
        self.open_end = False
        try:
            items = self.items(self.inside(tests=True))
            self.finish()
        except FeelError:
            raise error from None
        return Tests(items, False, Span(0, len(self.text)))

    def expression(self, binding: int) -> Expr:
        """An expression whose operators bind tighter than `binding`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.too_deep()
        left = self.primary()
        height = self.height
        while True:
            token = self.tokens[self.at]
            kind = token.kind
            power = _BINDS.get(kind, 0)
            if power <= binding or (kind == "[" and self.open_end):
                break
            self.at += 1
            start = left.span.start
            if kind == "[":
                right = self.inside()
                left = Filter(left, right, Span(start, self.expect("]", token)))
            elif kind == ".":
                left = self.properties(left)
                height += self.height - 1
            elif kind == "in":
                left = self.membership(left)
            elif kind == "between":
                low = self.expression(_SUM)
                below = self.height
                self.expect("and", token)
                high = self.expression(_SUM)
                self.height = max(below, self.height)
                left = Between(left, low, high, Span(start, high.span.end))
            else:
                right = self.expression(power)
                span = Span(start, right.span.end)
                if kind == "and":
                    left = And(left, right, span)
                elif kind == "or":
                    left = Or(left, right, span)
                elif power == 3:
                    left = Comparison(kind, left, right, span)
                else:
                    left = Arithmetic(kind, left, right, span)
            height = max(height, self.height) + 1
            if height > MAX_HEIGHT:
                raise self.too_deep()
        self.height = height
        self.depth -= 1
        return left

    def primary(self) -> Expr:
        """What an expression begins with."""
        token = self.tokens[self.at]
        kind, text, start, end = token
        self.at += 1
        self.height = 1
        if kind == "name" or kind == "phrase":
            if self.tokens[self.at].kind == "(":
                return self.call(token)
            if text.count(".") >= MAX_PARTS:
                raise self.too_deep()
            return Name(" ".join(text.split()), Span(start, end))
        if kind == "number":
            return self.number(token, "")
        if kind == "text":
            return Literal(unquote(token), Span(start, end))
        if kind in _CONSTANTS:
            return Literal(_CONSTANTS[kind], Span(start, end))
        if kind == "-":
            following = self.tokens[self.at]
            if following.kind == "number" and self.tokens[self.at + 1].kind not in ("[", "."):
                self.at += 1
                return self.number(following, "-", start)
            of = self.expression(_UNARY)
            self.height += 1
            return Negate(of, Span(start, of.span.end))
        if kind == "(":
            return self.parenthesis(token)
        if kind == "[" or kind == "]":
            return self.bracket(token)
        if kind == "at":
            value = parse_at(text[2:-1])
            span = Span(start, end)
            return Malformed(text[2:-1], span) if value is None else Literal(value, span)
        if kind == "if":
            return self.branches(token)
        if kind == "not":
            if self.tokens[self.at].kind == "(":
                return self.call(token)
            raise FeelError(
                "After not comes a bracket.", Span(start, end), "Write not(...) around the condition."
            )
        if kind == "?":
            return Subject(Span(start, end))
        self.at -= 1
        raise self.unexpected()

    def parenthesis(self, opened: Token) -> Expr:
        """`(x)`, `(1..5)` or `(< 5)`."""
        bare = self.tokens[self.at].kind in COMPARISONS
        test = self.inside(tests=True)
        if self.tokens[self.at].kind == ".." and not bare:
            return self.range(opened, test)
        self.expect(")", opened)
        return test

    def bracket(self, opened: Token) -> Expr:
        """`[1, 2]`, `[1..5]` or `]1..5]`."""
        if opened.kind == "[" and self.tokens[self.at].kind == "]":
            self.at += 1
            return ListLiteral((), Span(opened.start, self.tokens[self.at - 1].end))
        bare = self.tokens[self.at].kind in COMPARISONS
        first = self.inside(tests=True)
        if self.tokens[self.at].kind == ".." and not bare:
            return self.range(opened, first)
        if opened.kind == "]":
            raise self.unexpected()
        items = self.items(first)
        if self.tokens[self.at].kind == "..":  # [1,000..2,000]
            raise self.unexpected()
        self.height += 1
        return ListLiteral(items, Span(opened.start, self.expect("]", opened)))

    def range(self, opened: Token, low: Expr) -> Expr:
        """The rest of a range from its dots on."""
        height = self.height
        self.at += 1
        outer, self.open_end = self.open_end, True
        high = self.expression(_SUM)
        self.open_end = outer
        self.height = max(height, self.height) + 1
        closed = self.tokens[self.at]
        if closed.kind not in ("]", ")", "["):
            raise self.unexpected()
        self.at += 1
        return RangeLiteral(low, high, opened.kind == "[", closed.kind == "]", Span(opened.start, closed.end))

    def inside(self, *, tests: bool = False) -> Expr:
        """An expression inside brackets, where an outer range has no say."""
        outer, self.open_end = self.open_end, False
        expr = self.test() if tests else self.expression(0)
        self.open_end = outer
        return expr

    def test(self) -> Expr:
        """A comparison without its left side, or an expression."""
        token = self.tokens[self.at]
        if token.kind not in COMPARISONS:
            return self.expression(0)
        self.at += 1
        of = self.expression(_SUM)
        self.height += 1
        return UnaryTest(token.kind, of, Span(token.start, of.span.end))

    def items(self, first: Expr) -> tuple[Expr, ...]:
        """A test and those that follow it behind commas."""
        items, height = [first], self.height
        while self.tokens[self.at].kind == ",":
            if isinstance(items[-1], UnaryTest):
                self.refuse_thousands()
            self.at += 1
            items.append(self.inside(tests=True))
            height = max(height, self.height)
        self.height = height
        return tuple(items)

    def membership(self, of: Expr) -> Expr:
        """The right side of `in`."""
        token = self.tokens[self.at]
        if token.kind != "(":
            test = self.test() if token.kind in COMPARISONS else self.expression(_SUM)
            return In(of, (test,), Span(of.span.start, test.span.end))
        self.at += 1
        bare = self.tokens[self.at].kind in COMPARISONS
        first = self.inside(tests=True)
        if self.tokens[self.at].kind == ".." and not bare:
            test = self.range(token, first)
            return In(of, (test,), Span(of.span.start, test.span.end))
        items = self.items(first)
        return In(of, items, Span(of.span.start, self.expect(")", token)))

    def branches(self, token: Token) -> Expr:
        """`if` and its three parts."""
        condition = self.inside()
        height = self.height
        self.expect("then", token)
        then = self.inside()
        height = max(height, self.height)
        self.expect("else", token)
        otherwise = self.expression(0)
        self.height = max(height, self.height) + 1
        return If(condition, then, otherwise, Span(token.start, otherwise.span.end))

    def properties(self, of: Expr) -> Expr:
        """The properties behind a dot."""
        token = self.tokens[self.at]
        if token.kind != "name":
            raise self.unexpected()
        self.at += 1
        words, end = " ".join(token.text.split()), token.end
        if isinstance(of, Name):
            return Name(f"{of.name}.{words}", Span(of.span.start, end))
        parts = words.split(".")
        if len(parts) > MAX_PARTS:
            raise self.too_deep()
        for name in parts:
            of = Property(of, name, Span(of.span.start, end))
        self.height = len(parts)
        return of

    def call(self, name: Token) -> Expr:
        """A function with its arguments."""
        opened = self.tokens[self.at]
        self.at += 1
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        height = 0
        while self.tokens[self.at].kind != ")" or args or named:
            parameter = self.parameter()
            arg = self.inside()
            height = max(height, self.height)
            if parameter is not None:
                named.append((parameter, arg))
            elif named:
                raise FeelError("After an argument with a name, all have names.", arg.span)
            else:
                args.append(arg)
            if self.tokens[self.at].kind != ",":
                break
            self.at += 1
        self.height = height + 1
        span = Span(name.start, self.expect(")", opened))
        if name.text != "known":
            return Call(name.text, tuple(args), tuple(named), span)
        if len(args) != 1 or named or not isinstance(args[0], Name):
            raise FeelError("known() takes the name of one fact.", span, "Write known(deal.amount).")
        return Known(args[0], span)
