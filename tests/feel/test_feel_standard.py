"""What the standard (DMN 1.5, chapter 10) says, by kind of value and by function."""

from __future__ import annotations

from itertools import product

import pytest

from abm_tree.feel import evaluate
from abm_tree.feel.builtins import FUNCTIONS
from abm_tree.feel.reference import AS_OF, EXAMPLES

SAMPLES = {
    "number": "7",
    "text": '"7"',
    "boolean": "true",
    "date": '@"2026-05-17"',
    "time": '@"08:15:00"',
    "moment": '@"2026-05-17T08:15:00"',
    "days": '@"P3D"',
    "months": '@"P5M"',
    "list": "[7]",
    "range": "[1..9]",
    "null": "null",
}
SUMS = {
    ("number", "number"),
    ("text", "text"),
    ("days", "days"),
    ("months", "months"),
    *[(kind, length) for kind in ("date", "moment") for length in ("days", "months")],
    *[(length, kind) for kind in ("date", "moment") for length in ("days", "months")],
    ("time", "days"),
    ("days", "time"),
}
DEFINED = {
    "+": SUMS,
    "-": {
        ("number", "number"),
        ("days", "days"),
        ("months", "months"),
        ("time", "time"),
        ("time", "days"),
        ("date", "date"),
        ("moment", "moment"),
        *[(kind, length) for kind in ("date", "moment") for length in ("days", "months")],
    },
    "*": {
        ("number", "number"),
        *[pair for kind in ("days", "months") for pair in ((kind, "number"), ("number", kind))],
    },
    "/": {
        ("number", "number"),
        ("days", "number"),
        ("months", "number"),
        ("days", "days"),
        ("months", "months"),
    },
    "**": {("number", "number")},
}
ORDERED = ("number", "text", "date", "time", "moment", "days", "months")


@pytest.mark.parametrize("operator", DEFINED)
def test_arithmetic_is_defined_for_the_pairs_of_the_table_and_null_for_all_others(operator: str) -> None:
    for left, right in product(SAMPLES, repeat=2):
        found = evaluate(f"{SAMPLES[left]} {operator} {SAMPLES[right]}")
        assert (found is not None) == ((left, right) in DEFINED[operator]), (left, operator, right)


def test_a_date_is_midnight_utc_beside_a_moment_with_a_zone_and_nothing_beside_a_local_one() -> None:
    assert evaluate('@"2026-05-17T02:00:00+02:00" - @"2026-05-17" = @"P0D"') is True
    assert evaluate('@"2026-05-17" - @"2026-05-16T22:00:00Z" = @"PT2H"') is True
    assert evaluate('@"2026-05-17T08:15:00" - @"2026-05-17"') is None


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
def test_order_holds_within_a_kind_and_is_null_between_kinds(operator: str) -> None:
    for left, right in product(SAMPLES, repeat=2):
        found = evaluate(f"{SAMPLES[left]} {operator} {SAMPLES[right]}")
        expected = ("=" in operator) if left == right and left in ORDERED else None
        assert found is expected, (left, operator, right)


def test_equality_within_a_kind_with_null_and_between_kinds() -> None:
    for left, right in product(SAMPLES, repeat=2):
        same, differ = (evaluate(f"{SAMPLES[left]} {op} {SAMPLES[right]}") for op in ("=", "!="))
        expected = True if left == right else False if "null" in (left, right) else None
        assert same is expected, (left, right)
        assert differ is (None if expected is None else not expected)


@pytest.mark.parametrize("kind", ORDERED)
def test_ranges_of_every_kind_with_every_end(kind: str) -> None:
    low, middle, high = {
        "number": ("1", "1.5", "2"),
        "text": ('"a"', '"b"', '"c"'),
        "date": ('@"2024-02-28"', '@"2024-02-29"', '@"2024-03-01"'),
        "time": ('@"08:00:00"', '@"08:00:00.5"', '@"08:00:01"'),
        "moment": ('@"2024-02-28T23:59:59Z"', '@"2024-02-29T01:00:00+01:00"', '@"2024-02-29T00:00:01Z"'),
        "days": ('@"P1D"', '@"PT36H"', '@"P2D"'),
        "months": ('@"P11M"', '@"P1Y"', '@"P13M"'),
    }[kind]
    for left, right in product("[(", "])"):
        span = f"{left}{low}..{high}{right}"
        assert evaluate(f"{middle} in {span}") is True
        assert evaluate(f"{low} in {span}") is (left == "[")
        assert evaluate(f"{high} in {span}") is (right == "]")
        assert evaluate(f"{middle} in [{span}]") is True
        assert evaluate(f"{middle} in ({high}, {span})") is True
        assert evaluate(f"{span} = {span}") is True
        assert evaluate(f"({span}).start = {low} and ({span}).end = {high}") is True
        assert evaluate(f"({span}).start included") is (left == "[")
        assert evaluate(f"null in {span}") is None
        other = "]" if left == "(" else "(" if left == "[" else left
        assert evaluate(f"]{low}..{high}{right} = ({low}..{high}{right}") is True, other
    assert evaluate(f"{low} in < {middle}") is True
    assert evaluate(f"{low} in (> {middle}, = {low})") is True
    assert evaluate(f"{low} in != {low}") is False
    assert evaluate(f"{middle} between {low} and {high}") is True
    assert evaluate(f"{high} between {low} and {middle}") is False
    assert evaluate(f"(< {low}).end included") is False
    assert evaluate(f"(>= {low}).start = {low}") is True
    assert evaluate(f"(>= {low}).end") is None


def test_every_function_is_null_without_arguments_with_too_many_and_with_unknown_names() -> None:
    for name, function in FUNCTIONS.items():
        if name in ("today", "now"):
            assert evaluate(f"{name}()", as_of=AS_OF) is not None
            assert evaluate(f"{name}(1)", as_of=AS_OF) is None
            continue
        assert evaluate(f"{name}()") is None, name
        assert evaluate(f"{name}(nosuch: 1)") is None, name
        assert evaluate(f"{name}(nosuch: 1, other: 2)") is None, name
        if not any(signature.spread or signature.rest for signature in function.signatures):
            assert evaluate(f"{name}({', '.join(['1'] * 5)})") is None, name


def test_every_function_takes_its_arguments_by_name() -> None:
    for name, text in EXAMPLES.items():
        inside = text.removeprefix(f"{name}(").removesuffix(")")
        if not text.startswith(f"{name}(") or not inside:
            continue
        arguments = _split(inside)
        named = [
            f"{name}({', '.join(f'{p.name}: {a}' for p, a in zip(s.parameters, arguments, strict=False))})"
            for s in FUNCTIONS[name].signatures
            if len(arguments) <= len(s.parameters)
        ]
        if named:
            value = evaluate(text, as_of=AS_OF)
            assert value in [evaluate(each, as_of=AS_OF) for each in named], named


def _split(text: str) -> list[str]:
    """Arguments at commas outside of brackets and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, c in enumerate(text):
        quoted ^= c == '"'
        depth += 0 if quoted else (c in "([") - (c in ")]")
        if c == "," and not depth and not quoted:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def test_functions_of_one_kind_are_null_for_every_other_kind() -> None:
    takes = {
        "sqrt": {"number", "list"},
        "odd": {"number", "list"},
        "floor": {"number", "list"},
        "abs": {"number", "days", "months", "list"},
        "string length": {"text"},
        "upper case": {"text"},
        "day of week": {"date", "moment"},
        "week of year": {"date", "moment"},
    }
    for name, kinds in takes.items():
        for kind, sample in SAMPLES.items():
            assert (evaluate(f"{name}({sample})") is not None) == (kind in kinds), (name, kind)


STANDARD = {
    # rounding: half even for decimal(), away and towards zero, negative and fractional scales
    "decimal(0.125, 2)": "0.12",
    "decimal(-2.5, 0)": "-2",
    "round up(-0.01, 1)": "-0.1",
    "round down(-0.99, 0)": "0",
    "round half up(-0.5, 0)": "-1",
    "round half down(0.55, 1)": "0.5",
    "round half up(1250, -2)": "1300",
    "floor(-7.5, 0) = ceiling(-8.5, 0)": "true",
    "round up(1.5)": "null",
    "round down(1.5, null)": "null",
    # modulo has the sign of the divisor
    "modulo(-7, 4)": "1",
    "modulo(7, -4)": "-1",
    "modulo(-7.5, -2)": "-1.5",
    # months end where the month ends; leap days
    '@"2023-12-31" + @"P2M"': '@"2024-02-29"',
    '@"2024-02-29" - @"P1Y"': '@"2023-02-28"',
    '@"2000-02-29" + @"P100Y"': '@"2100-02-28"',
    'day of year(@"2100-12-31")': "365",
    '@"-0001-12-31" + @"P1D"': '@"0000-01-01"',
    # ISO weeks at the turn of the year
    'week of year(@"2021-01-03")': "53",
    'week of year(@"2024-12-30")': "1",
    'week of year(@"2020-12-31T23:00:00")': "53",
    # durations
    '@"P1Y" / @"P7M" > 1.7': "true",
    '@"P1DT12H" / @"PT12H"': "3",
    '@"P7M" / 2': '@"P3M"',
    '@"-P7M" / 2': '@"-P3M"',
    '@"PT1S" / 4': '@"PT0.25S"',
    '-@"P1DT1H" + @"P1DT1H" = @"P0D"': "true",
    'abs(@"-P1Y2M")': '@"P1Y2M"',
    'duration("P1Y1D")': "null",
    'duration("-P0D") = duration("P0D")': "true",
    'years and months duration(@"2024-03-31", @"2024-02-29")': '@"-P1M"',
    'years and months duration(@"2023-01-31", @"2023-02-28")': '@"P0M"',
    # time zones
    '@"2026-07-01T12:00:00@Europe/Paris" = @"2026-07-01T10:00:00Z"': "true",
    '@"2026-01-01T12:00:00@Europe/Paris".time offset': '@"PT1H"',
    '@"2026-10-25T00:30:00@Europe/Paris" + @"P1D"': '@"2026-10-25T23:30:00@Europe/Paris"',
    '@"23:00:00-03:00" = @"02:00:00Z"': "false",
    '@"10:00:00+02:00" - @"10:00:00Z"': '@"-PT2H"',
    'time("10:00:00+18:01")': "null",
    'date and time("2026-02-30T10:00:00")': "null",
    'time(10, 15, 30.25, @"-PT3H")': '@"10:15:30.25-03:00"',
    'time(@"2026-05-17")': '@"00:00:00Z"',
    'date(@"2026-05-17T23:59:59-08:00")': '@"2026-05-17"',
    # lists: positions, single values, nulls
    "[4, 5, 6][-3]": "4",
    "[4, 5, 6][0]": "null",
    "sublist([4, 5, 6], -2, 1)": "[5]",
    "insert before([4, 5], 3, 6)": "null",
    "remove([4, 5], -1)": "[4]",
    "index of([null, 4, null], null)": "[1, 3]",
    "list contains(4, 4)": "true",
    "[4] = 4": "null",
    "4 in [[4]]": "false",
    "[4] in [[4], [5]]": "true",
    "count([null])": "1",
    "sum(null)": "null",
    "mean([4, null])": "null",
    "all([null, false])": "false",
    "any([null, true])": "true",
    "min([null, 4])": "null",
    "mode([])": "[]",
    "flatten([[[]]])": "[]",
    "distinct values([4, [4], 4.0, null, null])": "[4, [4], null]",
    "union([4], [4, 5], [5])": "[4, 5]",
    "concatenate([4], null)": "null",
    # texts by characters, not by code units
    'string length("\\U01F40E\\U01F40E")': "2",
    'substring("\\U01F40Eabc", 2, 2)': '"ab"',
    'substring("abc", -1)': '"c"',
    'substring("abc", 4)': "null",
    'split("a\\U01F40Eb", "\\U01F40E")': '["a", "b"]',
    'replace("\\U01F40E", ".", "x")': '"x"',
    'upper case("ǆß")': '"ǄSS"',
    'substring before("abc", "c")': '"ab"',
    'substring after("abc", "abc")': '""',
    'string join(["a", null], "-")': '"a"',
    'string join([1], "-")': "null",
    # regular expressions of XPath
    'matches("a\\nb", "a.b")': "false",
    'matches("a\\nb", "a.b", "s")': "true",
    'matches("ab", "A B", "ix")': "true",
    'matches("a.b", "a.b", "q")': "true",
    'matches("axb", "a.b", "q")': "false",
    'matches("a", "[b-a]")': "null",
    'matches("a", "(?=a)")': "null",
    'replace("aXb", "x", "-", "i")': '"a-b"',
    'replace("ab", "(a)(b)", "$2$1")': '"ba"',
    'replace("ab", "x?", "-")': "null",
    'replace("ab", "a", "$")': "null",
    'split("a, b", ",\\s*")': '["a", "b"]',
    # three-valued logic
    "null and false": "false",
    '"x" or true': "true",
    "not(null)": "null",
    "if null then 1 else 2": "2",
    # range() reads literals only
    'range("[1..1]") = [1..1]': "true",
    'range("(1..2[") = (1..2)': "true",
    'range("[1..\\"a\\"]")': "null",
    'range("[1+1..3]")': "null",
    'range("1..3")': "null",
    'range(" [1..3] ") = [1..3]': "true",
    # relations of ranges
    "before([1..2), [2..3])": "true",
    "meets([1..2], [2..3])": "true",
    "meets([1..2), [2..3])": "false",
    "overlaps([1..2], [2..3])": "true",
    "during([2..3], (1..4))": "true",
    "finishes([2..4), [1..4))": "true",
    "starts((1..2], [1..3])": "false",
    "coincides(2, 2)": "true",
    'before(1, "a")': "null",
}


@pytest.mark.parametrize(("text", "value"), STANDARD.items(), ids=STANDARD)
def test_what_the_standard_says(text: str, value: str) -> None:
    found, expected = evaluate(text), evaluate(value)
    assert type(found) is type(expected)
    assert found == expected
