"""`abm-tree feel`: try a condition."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from abm_tree import feel
from abm_tree.cli.exits import Exit
from abm_tree.feel import Checked, DateTime, FeelError, Problem, Type, Undetermined, Value
from abm_tree.report.diagnostics import full
from abm_tree.source import Diagnostic, Severity, Source, clean, sort

_EXPRESSION = "expression"
_FATAL = ("unknown-name", "unknown-function", "no-subject")
_MAX_DEPTH = 50  # of lists and objects in an input
_MAX_LENGTH = 100_000


class Refused(Exception):
    """Something on the command line that cannot be read."""

    def __init__(self, code: Exit, finding: Diagnostic, text: str = "") -> None:
        super().__init__(finding.message)
        self.code = code
        self.finding = finding
        self.text = text


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of the command line, as a scope and as an environment."""

    values: Mapping[str, Value]
    as_of: DateTime

    def type_of(self, name: str) -> Type | None:
        """The type of an input; None: there is none of that name."""
        return feel.type_of_value(self.values[name]) if name in self.values else None

    def names(self) -> tuple[str, ...]:
        """All inputs."""
        return tuple(self.values)

    def read(self, name: str) -> Value | Undetermined:
        """The value of an input."""
        return self.values[name]

    def known(self, name: str) -> bool | Undetermined:
        """Every input is known."""
        return True


def run(options: argparse.Namespace) -> int:
    """Evaluate an expression or unary tests and print the value."""
    text = options.expression
    try:
        env = Inputs(dict(_inputs(options.input)), _moment(options.as_of))
        subject = None if options.unary is None else _value(options.unary, "--unary", "--unary 60")
        checked = _read(text, env, None if options.unary is None else feel.type_of_value(subject))
    except Refused as refused:
        source = Source(refused.finding.source, refused.text)
        print(full([refused.finding], lambda name: source), file=sys.stderr)
        return refused.code
    findings = sort(_finding(problem, env) for problem in checked.problems)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        parts = feel.explain(checked.expr, env, subject)
        print(as_json(parts[0].value))
        if options.explain:
            print("\n".join(_lines(parts)))
        sys.stdout.flush()
    if findings:
        print(full(errors or findings, lambda name: Source(name, text)), file=sys.stderr)
    return Exit.INPUT if errors else Exit.OK


def as_json(value: Value | Undetermined) -> str:
    """A value as JSON: numbers exact, dates, durations and ranges as their FEEL text, all of it printable."""
    match value:
        case None | Undetermined():
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return feel.string(value)
        case tuple():
            return "[" + ", ".join([as_json(item) for item in value]) + "]"
    text = feel.string(value)
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _lines(parts: Sequence[feel.Part]) -> Iterator[str]:
    """The parts below one another, their values in one column."""
    texts = [clean("  " * (part.depth + 1) + part.text) for part in parts]
    column = min(max(map(len, texts)), 60)
    for text, part in zip(texts, parts, strict=True):
        value = "null" if isinstance(part.value, Undetermined) else feel.literal(part.value)
        yield f"{text:<{column}}  {clean(value)}"


def _read(text: str, env: Inputs, subject: Type | None) -> Checked:
    """The expression, or the unary tests of a value of type `subject`, names resolved and types looked at."""
    try:
        if subject is None:
            return feel.check(feel.parse(text), env)
        return feel.check_tests(feel.parse_tests(text), subject, env)
    except FeelError as error:
        finding = Diagnostic("syntax", Severity.ERROR, error.message, _EXPRESSION, error.span, error.help)
        raise Refused(Exit.INPUT, finding, text) from None


def _finding(problem: Problem, env: Inputs) -> Diagnostic:
    """A problem of the type check; what has a value all the same (null, mostly) is a warning."""
    severity = Severity.ERROR if problem.code in _FATAL else Severity.WARNING
    message, help = problem.message, problem.help
    if problem.code == "unknown-name":
        message = message.replace("fact, parameter or score", "input")
        help = help or "Give it a value, for example --input name=5; put a text in double quotes."
    if problem.code == "no-subject":
        help = "Give the value that the tests look at, for example --unary 60."
    return Diagnostic(problem.code, severity, message, _EXPRESSION, problem.span, help)


def _inputs(options: Sequence[str]) -> Iterator[tuple[str, Value]]:
    """The inputs of `name=JSON`; an object gives dotted names."""
    for option in options:
        name, equals, text = option.partition("=")
        name = name.strip()
        if not equals or not _is_name(name):
            shown = clean(name if len(name) <= 60 else name[:57] + "...")
            message = f'"{shown}" is no name of an input.' if equals else f'"{shown}" has no value.'
            raise _bad("--input", message, "Write --input employees=60 or --input account.name='\"Acme\"'.")
        yield from _named(name, _json(text, "--input", f"--input {name}=60 or --input {name}='\"text\"'"))


def _named(name: str, value: Any) -> Iterator[tuple[str, Value]]:
    if not isinstance(value, dict):
        yield name, _from_json(value, "--input")
        return
    for key, inner in value.items():
        whole = f"{name}.{key}"
        if not _is_name(whole):
            message = f'"{clean(whole[:60])}" is no name of an input.'
            raise _bad("--input", message, "Names are like deal.amount.")
        yield from _named(whole, inner)


def _is_name(text: str) -> bool:
    try:
        return isinstance(feel.parse(text), feel.Name)
    except FeelError:
        return False


def _value(text: str, option: str, example: str) -> Value:
    """The value of JSON, or of a FEEL literal."""
    return _from_json(_json(text, option, example), option)


@dataclass(frozen=True, slots=True)
class _Literal:
    """A value that was written as FEEL."""

    value: Value


def _json(text: str, option: str, example: str) -> Any:
    if len(text) <= _MAX_LENGTH:
        try:
            return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
        except (ValueError, ArithmeticError, RecursionError):
            pass
        try:
            expr = feel.parse(text)
            if feel.is_constant(expr):
                return _Literal(feel.evaluate(text))
        except FeelError:
            pass
    shown = clean(text if len(text) <= 60 else text[:57] + "...")
    raise _bad(option, f"{shown or 'Nothing'} is no JSON.", f"Write {example}.")


def _no_number(text: str) -> None:
    raise ValueError(text)


def _from_json(value: Any, option: str, depth: int = 0) -> Value:
    match value:
        case _Literal(found):
            return found
        case list() if depth < _MAX_DEPTH:
            return tuple([_from_json(item, option, depth + 1) for item in value])
        case list():
            raise _bad(option, "The value is nested too deeply.", "")
        case dict():
            message = "An object stands only at the top: its keys become names."
            raise _bad(option, message, "Write --input 'account={\"employees\": 60}'.")
    try:
        return feel.from_python(value)
    except ValueError:
        raise _bad(option, "The number is too large.", "") from None


def _moment(day: str | None) -> DateTime:
    """The instant that today() and now() answer from."""
    if day is None:
        now = feel.from_python(datetime.datetime.now().astimezone().replace(microsecond=0))
        assert isinstance(now, DateTime)
        return now
    from abm_tree.session.open import moment  # only for this: it imports what reads workspaces

    found = moment(day, None)
    if isinstance(found, Diagnostic):
        raise Refused(Exit.USAGE, found)
    return found


def _bad(option: str, message: str, help: str) -> Refused:
    return Refused(Exit.USAGE, Diagnostic("bad-option", Severity.ERROR, message, option, help=help))
