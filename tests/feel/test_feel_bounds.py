"""Texts that would hurt a naive interpreter: a value or an error, soon, without a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from often import often

from abm_tree.feel import Undetermined, check, evaluate, parse, show
from abm_tree.feel.types import ANY


def _doubled(form: str, text: str, times: int) -> str:
    for _ in range(times):
        text = form.format(text)
    return text


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
    "nesting": "(" * 100_000 + "1" + ")" * 100_000,
    "deep lists": "[" * 100_000 + "]" * 100_000,
    "deep calls": "abs(" * 24_000 + "1" + ")" * 24_000,
    "megabyte of sums": "1+" * 500_000 + "1",
    "ten thousand digits": "0." + "3" * 10_000 + " * " + "7" * 10_000,
    "many long numbers": " + ".join(["9" * 900] * 100),
    "squares of squares": " * ".join(["(9 ** 9 ** 9)"] * 100),
    "roots": "sqrt(" * 70 + "2" + ")" * 70,
    "logarithms": "[" + ", ".join(["log(exp(1.1)) ** 1.1"] * 900) + "]",
    "far exponents": "[" + ", ".join(["(1 + 1e-30) ** 1e33"] * 1_000) + "]",
    "modulo": "[" + ", ".join(["modulo(1e6000, 7e-6000)"] * 1_000) + "]",
    "scales": "[" + ", ".join(["round up(1e6000, 6176)"] * 1_000) + "]",
    "far years": 'years and months duration(@"-999999999-01-01", @"999999999-12-31")',
    "far zones": "[" + ", ".join(['@"999999999-12-31T23:59:59@Europe/Paris" + @"-P999999999D"'] * 500) + "]",
    "zone names": "[" + ", ".join([f'@"10:00:00@A/{i}"' for i in range(4_000)]) + "]",
    "ranges of a billion": "[" + ", ".join(["5 in [0..1000000000]"] * 1_000) + "]",
    "billion times a list": "sum([0..1000000000])",
    "alternatives": 'matches("' + "a" * 5_000 + '", "(a|a|a|a|a|a|a|a)*b")',
    "counted nesting": 'matches("' + "a" * 5_000 + '", "((a{1,30}){1,30}){1,5}b")',
    "many patterns": "[" + ", ".join([f'matches("{"a" * 40}", "(a+)+{i}$")' for i in range(500)]) + "]",
    "same pattern often": "[" + ", ".join([f'matches("{"a" * 60}", "(a*)*b")'] * 900) + "]",
    "replaced again": "replace(" * 60 + '"aa"' + ', "a", "aaaaaaaaaa")' * 60,
    "joined again": "string join(split(" * 30 + '"a,a"' + ', ","), "a,a,a,a,a,a")' * 30,
    "doubled lists": "concatenate(" * 20 + "[1]" + ", [1, 2, 3, 4, 5, 6, 7, 8, 9])" * 20,
    "doubled texts": _doubled("{0} + {0}", '"aaaaaaaaaaaaaaaa"', 12),
    "doubled concatenation": _doubled("concatenate({0}, {0})", "[1, 2, 3, 4]", 11),
    "doubled nesting": _doubled("[{0}, {0}]", "1", 13),
    "flattened": "flatten(" + _doubled("[{0}, {0}]", "1", 13) + ")",
    "many big texts": "[" + ", ".join([f'replace("{"a" * 300}", "a", "{"b" * 2_000}")'] * 40) + "]",
    "strings of strings": "string([" * 60 + '"\\"' + "])" * 60,
    "upper case": 'upper case("' + "ß" * 90_000 + '")',
    "equal lists": f"[{','.join(['1'] * 15_000)}] = [{','.join(['1'] * 15_000)}]",
    "among lists": f"[1] in ([{','.join(['[1, 2]'] * 9_000)}])",
    "unknown names": " + ".join([f"nam{i}" for i in range(9_000)][:140]),
    "unknown functions": "[" + ", ".join([f"func{i}()" for i in range(8_000)]) + "]",
    "ors in a test": " or ".join(['"a"'] * 9_000),
    "many references back": "[" + ", ".join([f'matches("{"a" * 60}", "(a*)*(b*)*\\1c")'] * 900) + "]",
    "many searches": "[" + ", ".join([f'matches("{"a" * 4_500}", "(a|a|a|a|a|a)*b")'] * 20) + "]",
    "many grown texts": "[" + ", ".join(["replace(" * 6 + '"a"' + ', "a", "aaaaaaaaaa")' * 6] * 500) + "]",
    "many grown lists": "[" + ", ".join(["concatenate(" * 8 + "[1]" + ", [1, 2, 3])" * 8] * 700) + "]",
    "many joined texts": "[" + ", ".join([_doubled("({0} + {0})", '"a"', 9)] * 18) + "]",
    "range of text": 'range("' + "[" * 90_000 + '")',
}


class Anything:
    def type_of(self, name: str) -> object:
        return ANY

    def names(self) -> tuple[str, ...]:
        return ("a",)


_CHILD = """
import json, resource, sys, time
from abm_tree.feel import FeelError, check, evaluate, parse, parse_tests, check_tests, show
from abm_tree.feel.types import ANY

class Anything:
    def type_of(self, name): return ANY if name != "nam0" else None
    def names(self): return ("name", "other")

text = json.loads(sys.stdin.read())
evaluate('matches("a", "a") and @"10:00:00@Europe/Paris" = null')  # whatever is read once
with open("/proc/self/statm") as statm:
    size = int(statm.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 100 * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

def attempt(use):
    started = time.process_time()
    try:
        use()
    except FeelError as error:
        assert 0 <= error.span.start <= error.span.end <= len(text)
    return time.process_time() - started

def again():
    shown = show(parse(text))
    if len(shown) <= 100_000:
        assert parse(shown) == parse(text)

print(json.dumps({
    "evaluate": attempt(lambda: evaluate(text)),
    "parse": attempt(lambda: parse_tests(text)),
    "check": attempt(lambda: check(parse(text), Anything())),
    "check tests": attempt(lambda: check_tests(parse_tests(text), ANY, Anything())),
    "show": attempt(again),
}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
@pytest.mark.parametrize("name", often(HOSTILE, "brackets", "equal lists", "nested quantifiers"))
def test_hostile_texts_take_at_most_a_second_and_100_megabytes(name: str) -> None:
    text = HOSTILE[name]
    done = subprocess.run(
        [sys.executable, "-c", _CHILD], input=json.dumps(text), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    seconds = json.loads(done.stdout)
    assert max(seconds.values()) < 1, seconds


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
