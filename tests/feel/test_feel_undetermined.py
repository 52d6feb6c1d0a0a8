"""Facts that are not known: every rule of DESIGN.md 5.1, and Kleene's tables."""

from __future__ import annotations

import pytest
from feel_trees import MISSING, UNKNOWN, Facts

from abm_tree.feel import (
    Undetermined,
    compile,
    compile_tests,
    from_python,
    known_names,
    names,
    parse,
    parse_tests,
)

FACTS = {"t": True, "f": False, "n": None, "one": 1, "m": MISSING, "u": UNKNOWN}
LATER_MISSING = Undetermined("m2", unknown=False)
LATER_UNKNOWN = Undetermined("u2", unknown=True)
ALL = {**FACTS, "m2": LATER_MISSING, "u2": LATER_UNKNOWN}


def run(text: str) -> object:
    return compile(parse(text))(Facts(ALL))


_AND = """
      t      f      n      m      u
t     true   false  null   m      u
f     false  false  false  false  false
n     null   false  null   m      u
m     m      false  m      m      m
u     u      false  u      m      u
"""
_OR = """
      t      f      n      m      u
t     true   true   true   true   true
f     true   false  null   m      u
n     true   null   null   m      u
m     true   m      m      m      m
u     true   u      u      m      u
"""
_RESULTS = {"true": True, "false": False, "null": None, "m": MISSING, "u": UNKNOWN}


def _table(word: str, table: str) -> list[tuple[str, object]]:
    heads, *rows = [line.split() for line in table.strip().splitlines()]
    return [
        (f"{left} {word} {right}", _RESULTS[cell])
        for left, *cells in rows
        for right, cell in zip(heads, cells, strict=True)
    ]


@pytest.mark.parametrize(("text", "expected"), _table("and", _AND) + _table("or", _OR))
def test_kleene(text: str, expected: object) -> None:
    assert run(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m and m2", MISSING),
        ("m2 and m", LATER_MISSING),
        ("u and u2", UNKNOWN),
        ("u2 and u", LATER_UNKNOWN),
        ("m or m2", MISSING),
        ("u or u2", UNKNOWN),
        ("u or m2 or m", LATER_MISSING),
        ("u and t and m", MISSING),
        ("m and u and f", False),
        ("u or m or t", True),
        ("(m or t) and (u or f)", UNKNOWN),
        ("one and m", MISSING),
        ("one and f", False),
        ("one or u", UNKNOWN),
        ("one or t", True),
        ("not(m)", MISSING),
        ("not(u)", UNKNOWN),
        ("not(m and f)", True),
    ],
)
def test_rows_of_and_and_or(text: str, expected: object) -> None:
    assert run(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{0} + {1}",
        "{0} ** {1}",
        "{0} = {1}",
        "{0} < {1}",
        "[{0}, {1}]",
        "[{0}..{1}]",
        "sum({0}, {1})",
        "substring({0}, {1})",
        "substring(start position: {0}, string: {1})",
        "nosuch({0}, {1})",
        "{0} in {1}",
        "{0} in ({1})",
        "{0} in (1, < {1})",
        "{0} in [1..{1}]",
        "1 in ({0}, {1})",
        "1 in (1, {0}, {1})",
        "1 between {0} and {1}",
        "{0} between 1 and {1}",
        "{0}[{1}]",
    ],
)
def test_strict_operations_name_the_first_unknown_else_the_first_missing(text: str) -> None:
    assert run(text.format("m", "1")) == MISSING
    assert run(text.format("1", "m")) == MISSING
    assert run(text.format("u", "1")) == UNKNOWN
    assert run(text.format("1", "u")) == UNKNOWN
    assert run(text.format("m", "m2")) == MISSING
    assert run(text.format("m2", "m")) == LATER_MISSING
    assert run(text.format("u", "u2")) == UNKNOWN
    assert run(text.format("m", "u")) == UNKNOWN
    assert run(text.format("u", "m")) == UNKNOWN
    assert run(text.format("m", "null")) == MISSING
    assert run(text.format("null", "u")) == UNKNOWN


@pytest.mark.parametrize(
    "text", ["-{0}", "date({0}).year", "abs({0})", "if {0} then 1 else 2", "[{0}]", "-{0} + 1"]
)
def test_one_operand(text: str) -> None:
    assert run(text.format("m")) == MISSING
    assert run(text.format("u")) == UNKNOWN


def test_operands_are_read_in_written_order_and_all_of_them() -> None:
    facts = Facts({})
    compile(parse("a + b * c in (d, [e..f])"))(facts)
    assert facts.asked == list("abcdef")
    assert names(parse("a + b * c in (d, [e..f])")) == tuple("abcdef")


def test_and_and_or_stop_where_they_are_decided() -> None:
    for text, asked in (
        ("f and m", ["f"]),
        ("t or m", ["t"]),
        ("t and m", ["t", "m"]),
        ("m and f", ["m", "f"]),
    ):
        facts = Facts(ALL)
        compile(parse(text))(facts)
        assert facts.asked == asked


def test_if_looks_only_at_the_taken_branch() -> None:
    assert run("if t then 1 else m") == 1
    assert run("if f then m else 1") == 1
    assert run("if n then m else 1") == 1
    assert run("if t then u else 1") == UNKNOWN


def test_known() -> None:
    assert run("known(t)") is True
    assert run("known(n)") is True  # null is known: known to be none
    assert run("known(u)") is False
    assert run("known(m)") == MISSING
    assert run("not(known(u)) or m") is True
    assert run("known(m) and f") is False
    assert names(parse("known(a) and b > 1")) == ("b",)
    assert known_names(parse("known(a) and known(b) and b > 1")) == ("a",)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", 1, True),
        ("-", None, True),
        ("< 50", 49, True),
        ("< 50", 50, False),
        ("< 50", None, None),
        ("< 50", "a", None),
        ("5", 5, True),
        ("5, 6", 6, True),
        ("5, 6", 7, False),
        ("not(5, 6)", 7, True),
        ("not(5, 6)", 6, False),
        ("not(< 5)", None, None),
        ("null", None, True),
        ("null", 1, False),
        ("[50..1000)", 1000, False),
        ("(50..1000]", 1000, True),
        ("? > 5 and ? < 10", 7, True),
        ("? > 5 and ? < 10", 10, False),
        ("[1, 2, 3]", 2, True),
        ("one", 1, True),
        ("true", True, True),
        ("true", False, False),
        ("< m", 1, MISSING),
        ("1, m", 1, MISSING),
        ("m, u", 1, UNKNOWN),
        ("not(u)", 1, UNKNOWN),
        ("[m..10]", 50, MISSING),
        ("? > 5 or t", 1, True),
    ],
)
def test_unary_tests(text: str, value: object, expected: object) -> None:

    assert (
        compile_tests(parse_tests(text))(from_python(value), Facts({**ALL, "one": from_python(1)}))
        == expected
    )


def test_a_text_contained_in_the_value() -> None:
    passes = compile_tests(parse_tests('contains(?, "chief"), starts with(?, "vp")'))
    assert passes("the chief", Facts({})) is True
    assert passes("vp sales", Facts({})) is True
    assert passes("clerk", Facts({})) is False
