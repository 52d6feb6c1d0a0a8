"""Texts that would hurt a naive interpreter: a value or an error, soon, without a traceback."""

from __future__ import annotations

import sys
import time

import pytest

from abm_tree.feel import FeelError, Undetermined, check, evaluate, parse, parse_tests, show
from abm_tree.feel.types import ANY

HOSTILE = {
    "brackets": "(" * 99_000,
    "squares": "[" * 49_000 + "]" * 49_000,
    "minus": "-" * 99_000 + "1",
    "not": "not(" * 20_000,
    "if": "if " * 20_000,
    "megabyte": '"' + "a" * 1_000_000 + '"',
    "digits": "1" * 10_000,
    "towers": "9**9**9**9**9",
    "far powers": "1.0000000001 ** 1e30",
    "years": '@"999999999-12-31" + @"P999999999Y"',
    "days": '@"999999999-12-31T23:59:59@Europe/Paris" + @"P1D"',
    "nested quantifiers": f'matches("{"a" * 30_000}", "(a+)+$b")',
    "references back": f'matches("{"a" * 30_000}", "(a*)*(b*)*\\1c")',
    "counted": 'matches("a", "' + "(a{999}){999}" * 50 + '")',
    "ranges": "1e9 in [0..1000000000]",
    "sums": "1" + "+1" * 40_000,
    "lists": "[" + "1," * 40_000 + "1]",
    "distinct": f"distinct values([{','.join(map(str, range(15_000)))}])",
    "growing": f'replace("{"a" * 30_000}", "a", "{"b" * 60_000}")',
    "joined": f'string join(split("{"," * 30_000}", ","), "{"x" * 10_000}")',
    "names": "a" + ".b" * 40_000,
    "comments": "/*" * 40_000,
    "escapes": '"' + "\\u" * 49_000 + '"',
    "slashes": '"' + "\\" * 99_000,
    "nul": "\x00",
    "surrogate": "\ud800",
    "zones": 'date and time("2017-12-31T13:20:00@../../etc/passwd")',
    "durations": 'duration("P999999999999999DT999999999999999999H") * 1e6000',
    "positions": 'substring("abc", 1e6000) + "a"[1e6000]',
}


class Anything:
    def type_of(self, name: str) -> object:
        return ANY

    def names(self) -> tuple[str, ...]:
        return ("a",)


def _everything(text: str) -> None:
    for read in (evaluate, parse_tests):
        try:
            read(text)
        except FeelError as error:
            assert 0 <= error.span.start <= error.span.end <= len(text)
    try:
        tree = parse(text)
    except FeelError:
        return
    check(tree, Anything())
    parse(show(tree)) if len(show(tree)) < 90_000 else None


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_end_soon(text: str) -> None:
    started = time.perf_counter()
    _everything(text)
    assert time.perf_counter() - started < 5  # about a second each way, on a slow machine


@pytest.mark.parametrize(
    "text",
    [
        "(" * 78 + "a" + ")" * 78,
        "[" * 70 + "a" + "]" * 70,
        "-" * 75 + "a",
        "not(" * 70 + "a" + ")" * 70,
        "a" + " or a" * 140,
        "a" + " + a" * 140,
        "if a then " * 60 + "a" + " else a" * 60,
        "a in (" * 60 + "a" + ")" * 60,
    ],
)
def test_what_is_read_fits_the_stack_deep_inside_another_program(text: str) -> None:
    def deep(frames: int) -> object:
        return deep(frames - 1) if frames else evaluate(text, {"a": True})

    frame, used = sys._getframe(), 0
    while frame is not None:
        frame, used = frame.f_back, used + 1
    assert not isinstance(deep(max(0, 400 - used)), Undetermined)
    check(parse(text), Anything())
    assert parse(show(parse(text))) == parse(text)


@pytest.mark.slow
def test_parsing_is_fast() -> None:
    text = 'account.employees >= 50 and budget in ("approved", "planned")'
    started = time.perf_counter()
    for _ in range(5_000):
        parse(text)
    assert time.perf_counter() - started < 1.5  # 0.2 s on an idle machine
