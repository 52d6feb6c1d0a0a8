"""A hundred thousand texts: whatever they say, a value or a FEEL error with a place."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from feel_trees import Facts

from abm_tree.feel import (
    ANY,
    FeelError,
    check,
    check_tests,
    compile,
    compile_tests,
    evaluate,
    from_python,
    literal,
    parse,
    parse_tests,
    show,
)
from abm_tree.feel.builtins import FUNCTIONS
from abm_tree.feel.reference import AS_OF, EXAMPLES

COUNT = 120_000
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "feel.md").read_text("utf-8")
LINES = [line.rsplit("  => ", 1)[0] for line in re.findall(r"^.*  => .*$", PAGE, re.MULTILINE)]
VALID = [*EXAMPLES.values(), *LINES]
PIECES = [
    *"()[]{}\".,:;?!@#%&|+-*/=<>\\'~^$ \n\t0123456789aexPTDYMZäß💩\u0300\u202e\x00",
    *(" and ", " or ", "not(", " in ", " between ", "if ", " then ", " else ", "null", "true", "false"),
    *("..", "**", "<=", ">=", "!=", "=>", "==", "&&", "||", "//", "/*", "*/", "1e9999", "1,000", "“", "”"),
    *('@"2026-11-21"', '@"P1D"', '@"P1M"', '@"10:00:00Z"', '@"', '"a"', "\\u", "\\uD83D", "[1..2]", "(1..2]"),
    *("a", "b.c", "known(", "x", ".year", ".time offset", "a:", "start position:", "9" * 40, "1e-6000"),
    *(f"{name}(" for name in FUNCTIONS),
]
INPUTS = {"a": 5, "x": "text", "b.c": [1, "a", None]}
FACTS = Facts({name: from_python(value) for name, value in INPUTS.items()})


class Anything:
    def type_of(self, name: str) -> object:
        return ANY if name in ("a", "x") or name.startswith("b") else None

    def names(self) -> tuple[str, ...]:
        return ("a", "x", "b.c")


def _random(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 14)))


def _mutated(chance: random.Random) -> str:
    text = chance.choice(VALID)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randint(0, len(text))
        match chance.randrange(8):
            case 0:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randint(1, 6) :]
            case 2:
                other = chance.choice(VALID)
                text = text[:at] + other[chance.randint(0, len(other)) :]
            case 3:
                text = f"{text}{chance.choice(PIECES)}{chance.choice(VALID)}"
            case 4:  # a value of another kind where one stands
                other = chance.choice(VALID)
                text = re.sub(r'"[^"]*"|\b[0-9]+\b|\[[^]]*\]', lambda _, other=other: other, text, count=1)
            case 5:
                sign = chance.choice(
                    (" and ", " or ", " = ", " < ", " + ", " - ", " * ", " / ", " ** ", " in ")
                )
                text = f"({text}){sign}({chance.choice(VALID)})"
            case 6:
                text = f"{chance.choice([*FUNCTIONS])}({text}{chance.choice(('', ', 1', ', x', ', null'))})"
            case _:
                text = re.sub(r"[0-9]+|a|x", lambda _: chance.choice(PIECES), text, count=2)
    return text


def _try(text: str) -> int:
    """How many of the ways in read the text."""
    read = 0
    for use in (_as_expression, _as_tests, lambda each: evaluate(each, INPUTS, as_of=AS_OF)):
        try:
            use(text)
        except FeelError as error:
            assert 0 <= error.span.start <= error.span.end <= len(text)
            assert error.message
        else:
            read += 1
    return read


def _as_expression(text: str) -> None:
    expr = parse(text)
    assert parse(show(expr)) == expr
    checked = check(expr, Anything())
    for problem in checked.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    value = compile(checked.expr)(FACTS)
    if not hasattr(value, "unknown"):
        assert len(literal(value)) < 2_000_000


def _as_tests(text: str) -> None:
    tests = parse_tests(text)
    assert parse_tests(show(tests)) == tests
    checked = check_tests(tests, ANY, Anything())
    compile_tests(checked.expr)(from_python(5), FACTS)


@pytest.mark.parametrize(
    "count", [2_000, pytest.param(COUNT, marks=pytest.mark.slow)], ids=["some", "a hundred thousand"]
)
def test_any_text_is_a_value_or_an_error(count: int) -> None:
    seed = int(os.environ.get("ABM_TREE_SEED", "20261121"))
    chance = random.Random(seed)
    seen: set[str] = set()
    read = 0
    while len(seen) < count:
        text = _mutated(chance) if chance.random() < 0.6 else _random(chance)
        if text in seen:
            continue
        seen.add(text)
        try:
            read += _try(text)
        except Exception as error:
            raise AssertionError(f"ABM_TREE_SEED={seed}: {text!r} raises {type(error).__name__}") from error
    assert read > count // 5  # enough of them are FEEL
