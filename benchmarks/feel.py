"""Conditions in one process, one run: ours, compiled, beside the other expression languages of Python.

    python benchmarks/feel.py [--quick] [--json]

Every engine gets the same task in its own spelling, prepared as far as it lets itself be prepared, and the
same facts as it likes them best (our decimals, CEL's own types, plain Python numbers). Before anything is
timed each engine must give the right answer on every account. A figure is the median over rounds of the mean
time of one evaluation. pySFeel has no compiled form: it reads the text each time, as its users must. An
engine that is not installed, or cannot say a task, is named.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

from abm_tree import feel
from abm_tree.feel import DateTime, Undetermined, Value

Facts = Mapping[str, Any]
Engine = Callable[["Task", Sequence[Facts]], Sequence[Callable[[], Any]] | None]

ACCOUNTS: tuple[Facts, ...] = (
    {"employees": 60, "amount": 80_000, "influence": 4, "need": 3, "industry": "software", "stage": "open"},
    {"employees": 1000, "amount": 90_000, "influence": 5, "need": 1, "industry": "retail", "stage": "open"},
    {"employees": 999, "amount": 20_000, "influence": 2, "need": 5, "industry": "energy", "stage": "lost"},
    {"employees": 12, "amount": 75_000, "influence": 3, "need": 0, "industry": "software", "stage": "won"},
)


@dataclass(frozen=True, slots=True)
class Task:
    """One question in each language; `None` where the language cannot say it."""

    name: str
    feel: str
    cel: str
    rule: str
    zen: str
    pysfeel: str | None
    answer: Callable[[Facts], Any]
    tests: bool = False  # unary tests of `employees`


_POINTS = "({0}) + ({1}) + need * 5"


def _points(form: str, equals: str) -> str:
    size = form.format(f"employees >= {50}", "40", "0")
    field = form.format(f'industry {equals} "software"', "30", "10")
    return _POINTS.format(size, field)


TASKS = (
    Task(
        "branch test",
        "[50..1000)",
        "employees >= 50 && employees < 1000",
        "employees >= 50 and employees < 1000",
        "employees in [50..1000)",
        "employees in [50..1000)",
        lambda a: 50 <= a["employees"] < 1000,
        tests=True,
    ),
    Task(
        "branch condition",
        "employees >= 50 and employees < 1000",
        "employees >= 50 && employees < 1000",
        "employees >= 50 and employees < 1000",
        "employees >= 50 and employees < 1000",
        "(employees >= 50) and (employees < 1000)",
        lambda a: 50 <= a["employees"] < 1000,
    ),
    Task(
        "five parts",
        'employees >= 50 and amount > 50000 and influence >= 3 and industry in ("software", "retail")'
        ' and not(stage = "lost")',
        'employees >= 50 && amount > 50000 && influence >= 3 && industry in ["software", "retail"]'
        ' && !(stage == "lost")',
        'employees >= 50 and amount > 50000 and influence >= 3 and industry in ["software", "retail"]'
        ' and not (stage == "lost")',
        'employees >= 50 and amount > 50000 and influence >= 3 and industry in ["software", "retail"]'
        ' and not (stage == "lost")',
        '(employees >= 50) and (amount > 50000) and (influence >= 3) and (industry in ("software", "retail"))'
        ' and not(stage = "lost")',
        lambda a: (
            a["employees"] >= 50
            and a["amount"] > 50_000
            and a["influence"] >= 3
            and a["industry"] in ("software", "retail")
            and a["stage"] != "lost"
        ),
    ),
    Task(
        "score rule",
        _points("if {} then {} else {}", "="),
        _points("{} ? {} : {}", "=="),
        _points("{} ? {} : {}", "=="),
        _points("{} ? {} : {}", "=="),
        None,
        lambda a: (
            (40 if a["employees"] >= 50 else 0) + (30 if a["industry"] == "software" else 10) + a["need"] * 5
        ),
    ),
    Task(
        "weighted score",
        "influence * 12 + need * 8 >= 60",
        "influence * 12 + need * 8 >= 60",
        "influence * 12 + need * 8 >= 60",
        "influence * 12 + need * 8 >= 60",
        "influence * 12 + need * 8 >= 60",
        lambda a: a["influence"] * 12 + a["need"] * 8 >= 60,
    ),
)


class Account:
    """What our walks read from: facts by name; a name without a value is missing."""

    __slots__ = ("as_of", "values")

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.as_of = DateTime(feel.Date(2026, 3, 31), feel.Time(9, 0, 0))

    def read(self, name: str) -> Value | Undetermined:
        """The value of a fact, or that it is missing."""
        value = self.values.get(name, self)
        return Undetermined(name, unknown=False) if value is self else value

    def known(self, name: str) -> bool:
        """Whether a fact has a value."""
        return name in self.values


def _ours(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]]:
    facts = [{name: feel.from_python(value) for name, value in account.items()} for account in accounts]
    envs = [Account(each) for each in facts]
    if task.tests:
        passes = feel.compile_tests(feel.parse_tests(task.feel))
        pairs = [(env.values["employees"], env) for env in envs]
        return [lambda value=value, env=env: passes(value, env) for value, env in pairs]
    run = feel.compile(feel.parse(task.feel))
    return [lambda env=env: run(env) for env in envs]


def _pysfeel(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]] | None:
    import pySFeel

    if task.pysfeel is None:
        return None
    calls = []
    for account in accounts:
        parser = pySFeel.SFeelParser()
        parser.names = {k: float(v) if isinstance(v, int) else v for k, v in account.items()}
        calls.append(lambda parser=parser: parser.sFeelParse(task.pysfeel)[1])
    return calls


def _cel_python(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]]:
    import celpy
    from celpy import celtypes

    env = celpy.Environment()
    program = env.program(env.compile(task.cel))

    def own(value: object) -> Any:
        return celtypes.IntType(value) if isinstance(value, int) else celtypes.StringType(value)

    activations = [{name: own(value) for name, value in account.items()} for account in accounts]
    return [lambda each=each: program.evaluate(each) for each in activations]


def _cel_expr_python(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]]:
    from cel_expr_python import cel

    types = {name: cel.Type.INT if isinstance(v, int) else cel.Type.STRING for name, v in accounts[0].items()}
    expression = cel.NewEnv(variables=types).compile(task.cel)
    return [lambda data=dict(account): expression.eval(data=data).value() for account in accounts]


def _common_expression_language(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]]:
    import cel

    program = cel.compile(task.cel)
    return [lambda data=dict(account): program.execute(data) for account in accounts]


def _rule_engine(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]]:
    import rule_engine

    rule = rule_engine.Rule(task.rule)
    return [lambda data=dict(account): rule.evaluate(data) for account in accounts]


def _zen(task: Task, accounts: Sequence[Facts]) -> Sequence[Callable[[], Any]]:
    import zen

    expression = zen.compile_expression(task.zen)
    return [lambda data=dict(account): expression.evaluate(data) for account in accounts]


ENGINES: tuple[tuple[str, Engine], ...] = (
    ("abm-tree", _ours),
    ("pySFeel", _pysfeel),
    ("cel-python", _cel_python),
    ("cel-expr-python", _cel_expr_python),
    ("common-expression-language", _common_expression_language),
    ("rule-engine", _rule_engine),
    ("zen-engine", _zen),
)


TARGETS = {"pySFeel": 20.0, "cel-python": 20.0, "rule-engine": 1.0, "cel-expr-python": 1.0}


def measure(calls: Sequence[Callable[[], Any]], rounds: int, seconds: float) -> float:
    """The median over rounds of the mean nanoseconds of one evaluation."""
    clock = time.perf_counter_ns
    started = clock()
    for call in calls:
        call()
    once = max(1, (clock() - started) // len(calls))
    repeat = max(3, int(seconds * 1e9 / rounds / once / len(calls)))
    means = []
    for _ in range(rounds):
        started = clock()
        for _ in range(repeat):
            for call in calls:
                call()
        means.append((clock() - started) / repeat / len(calls))
    return median(means)


def same(found: Any, expected: Any) -> bool:
    """Whether an engine's answer is the expected one, in its own kind of number."""
    if isinstance(expected, bool):
        return bool(found) is expected
    return float(found) == float(expected)


def run(rounds: int, seconds: float) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Nanoseconds by engine and task, and why figures are missing."""
    figures: dict[str, dict[str, float]] = {}
    notes: dict[str, str] = {}
    for name, prepare in ENGINES:
        figures[name] = {}
        for task in TASKS:
            try:
                calls = prepare(task, ACCOUNTS)
            except ImportError:
                notes[name] = "not installed"
                break
            if calls is None:
                notes[name] = f"cannot say: {task.name}"
                continue
            for call, account in zip(calls, ACCOUNTS, strict=True):
                if not same(call(), task.answer(account)):
                    raise SystemExit(f"{name} gives {call()} for {task.name} of {dict(account)}")
            figures[name][task.name] = measure(calls, rounds, seconds)
    return figures, notes


def table(figures: dict[str, dict[str, float]], notes: dict[str, str]) -> str:
    """The figures in nanoseconds, and how many times slower than ours."""
    ours = figures["abm-tree"]
    lines = [f"{'ns (times ours)':<34}" + "".join(f"{task.name:>22}" for task in TASKS)]
    for name, row in figures.items():
        cells = [
            f"{row[task.name]:,.0f} ({row[task.name] / ours[task.name]:.1f})" if task.name in row else "-"
            for task in TASKS
        ]
        lines.append(f"{name + ' ' + _version(name):<34}" + "".join(f"{cell:>22}" for cell in cells))
    lines += [f"{name}: {note}" for name, note in notes.items()]
    for name, wanted in TARGETS.items():
        for task in TASKS:
            if task.name in figures[name]:
                found = figures[name][task.name] / ours[task.name]
                if found < wanted:
                    lines.append(
                        f"missed: {task.name} is {found:.2f} times {name}'s speed; {wanted:g} wanted"
                    )
    return "\n".join(lines)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description="conditions, ours and others'")
    options.add_argument("--quick", action="store_true", help="a tenth of the time")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    figures, notes = run(7, 0.2 if chosen.quick else 2.0)
    if chosen.json:
        print(json.dumps({"nanoseconds": figures, "notes": notes}, indent=2))
    else:
        print(f"Python {sys.version.split()[0]}, {len(ACCOUNTS)} accounts in turn, medians")
        print(table(figures, notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
