"""Where the parser stands in its tokens.

Promises: one place for what every rule of the grammar needs: to step over a token, to read a number or the
name of a parameter, to say what cannot stand there. Refuses: to know the grammar.
"""

from __future__ import annotations

from abm_tree.feel.joined import joined
from abm_tree.feel.slips import FeelError, decimal_comma, thousands
from abm_tree.feel.syntax import Expr, Literal
from abm_tree.feel.tokens import Token, tokenize
from abm_tree.feel.unexpected import too_deep, unexpected
from abm_tree.feel.values import NUMBERS
from abm_tree.source import Span

MAX_HEIGHT = 150  # levels of a tree
MAX_NESTING = 80  # brackets and branches; each costs the parser a few frames of Python's thousand
MAX_PARTS = 16  # of a dotted name


class Cursor:
    """A place in the tokens of a text; `height` is that of the tree parsed last."""

    __slots__ = ("at", "depth", "height", "in_tests", "open_end", "text", "tokens")

    def __init__(self, text: str, *, in_tests: bool = False) -> None:
        self.text = text
        self.in_tests = in_tests
        try:
            self.tokens = tokenize(text)
        except FeelError as error:
            raise (joined(error, text) if in_tests else error) from None
        self.at = 0
        self.depth = 0
        self.height = 0
        self.open_end = False  # at the upper end of a range, where "[" closes

    def number(self, token: Token, sign: str, start: int | None = None) -> Expr:
        """A number literal, with the minus before it."""
        span = Span(token.start if start is None else start, token.end)
        value = NUMBERS.create_decimal(sign + token.text)
        if not value.is_finite():
            raise FeelError("The number is too large.", span)
        previous = self.tokens[self.at - 2] if self.at >= 2 else token
        if (
            previous.kind == ","
            and previous.end == token.start
            and token.text[0] == "0"
            and len(token.text) == 3
        ):
            first = self.tokens[self.at - 3]
            slip = thousands(self.text, first.start) if first.kind == "number" else None
            if slip is not None:
                raise slip
        return Literal(value if value else abs(value), span)

    def refuse_thousands(self) -> None:
        """`> 1,500` and `> 0,5`, where the comma would begin another test."""
        number = self.tokens[self.at - 1]
        slip = None
        if number.kind == "number":
            slip = thousands(self.text, number.start) or decimal_comma(self.text, number.start)
        if slip is not None:
            raise slip

    def parameter(self) -> str | None:
        """The name of a parameter and its colon, or None."""
        at = self.at
        while self.tokens[at].kind in ("name", "phrase"):
            at += 1
        if at == self.at or self.tokens[at].kind != ":":
            return None
        words = " ".join([token.text for token in self.tokens[self.at : at]])
        self.at = at + 1
        return words

    def expect(self, kind: str, opened: Token) -> int:
        """Step over a token of that kind and say where it ends."""
        token = self.tokens[self.at]
        if token.kind == kind:
            self.at += 1
            return token.end
        if token.kind == "end" and kind in ")]":
            message = f"The bracket `{opened.text}` is never closed."
            raise FeelError(message, Span(opened.start, opened.end), f"Add {kind}.")
        if token.kind == "end":
            raise FeelError(
                f"`{opened.text}` has no `{kind}`.", Span(opened.start, opened.end), f"Add {kind} ..."
            )
        raise self.unexpected()

    def finish(self) -> None:
        """Refuse anything after the end."""
        if self.tokens[self.at].kind != "end":
            raise self.unexpected()

    def too_deep(self) -> FeelError:
        """The error for trees that nobody could read."""
        return too_deep(self.tokens, self.at)

    def unexpected(self) -> FeelError:
        """The error for the token at hand."""
        return unexpected(self.text, self.tokens, self.at, self.in_tests)
