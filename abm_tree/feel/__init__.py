"""FEEL, the condition language: text to tree, types, values.

Promises: `parse` and `parse_tests` read, `check` finds every mistake, `compile` evaluates facts that may be
missing or unknown, `show` writes the canonical text. Refuses: contexts, function definitions, `for`, `some`
and `every`; it never runs an author's text as code. Each name is imported when it is first used, so that a
batch over a ready plan reads no grammar.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abm_tree.feel.calendar import Date, DateTime, DaysDuration, MonthsDuration, Time, in_zone, instant
    from abm_tree.feel.check import Checked, check, check_tests
    from abm_tree.feel.evaluate import evaluate
    from abm_tree.feel.explain import Part, explain
    from abm_tree.feel.grammar import parse, parse_tests
    from abm_tree.feel.interpret import compile, compile_tests
    from abm_tree.feel.iso import parse_date, parse_date_time, parse_duration, parse_time
    from abm_tree.feel.messages import Problem
    from abm_tree.feel.open import Undetermined
    from abm_tree.feel.operators import add, compare, equal, satisfies, subtract
    from abm_tree.feel.reads import is_constant, known_names, names
    from abm_tree.feel.resolve import Scope
    from abm_tree.feel.run import Env
    from abm_tree.feel.show import show
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
    from abm_tree.feel.tokens import KEYWORDS
    from abm_tree.feel.types import (
        ANY,
        BOOLEAN,
        DATE,
        DATE_TIME,
        DAYS_DURATION,
        MONTHS_DURATION,
        NULL,
        NUMBER,
        TEXT,
        TIME,
        Choice,
        ListOf,
        RangeOf,
        Type,
        type_of_value,
    )
    from abm_tree.feel.values import Range, Value, from_python, literal, string, to_python, type_name

__all__ = [
    "ANY",
    "BOOLEAN",
    "DATE",
    "DATE_TIME",
    "DAYS_DURATION",
    "KEYWORDS",
    "MONTHS_DURATION",
    "NULL",
    "NUMBER",
    "TEXT",
    "TIME",
    "And",
    "Arithmetic",
    "Between",
    "Call",
    "Checked",
    "Choice",
    "Comparison",
    "Date",
    "DateTime",
    "DaysDuration",
    "Env",
    "Expr",
    "FeelError",
    "Filter",
    "If",
    "In",
    "Known",
    "ListLiteral",
    "ListOf",
    "Literal",
    "Malformed",
    "MonthsDuration",
    "Name",
    "Negate",
    "Or",
    "Part",
    "Problem",
    "Property",
    "Range",
    "RangeLiteral",
    "RangeOf",
    "Scope",
    "Subject",
    "Tests",
    "Time",
    "Type",
    "UnaryTest",
    "Undetermined",
    "Value",
    "add",
    "check",
    "check_tests",
    "compare",
    "compile",
    "compile_tests",
    "equal",
    "evaluate",
    "explain",
    "from_python",
    "in_zone",
    "instant",
    "is_constant",
    "known_names",
    "literal",
    "names",
    "parse",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_tests",
    "parse_time",
    "satisfies",
    "show",
    "string",
    "subtract",
    "to_python",
    "type_name",
    "type_of_value",
]

_MODULES = {
    "calendar": "Date DateTime DaysDuration MonthsDuration Time in_zone instant",
    "check": "Checked check check_tests",
    "evaluate": "evaluate",
    "explain": "Part explain",
    "grammar": "parse parse_tests",
    "interpret": "compile compile_tests",
    "iso": "parse_date parse_date_time parse_duration parse_time",
    "messages": "Problem",
    "open": "Undetermined",
    "operators": "add compare equal satisfies subtract",
    "reads": "is_constant known_names names",
    "resolve": "Scope",
    "run": "Env",
    "show": "show",
    "slips": "FeelError",
    "syntax": "And Arithmetic Between Call Comparison Expr Filter If In Known ListLiteral Literal Malformed"
    " Name Negate Or Property RangeLiteral Subject Tests UnaryTest",
    "tokens": "KEYWORDS",
    "types": "ANY BOOLEAN Choice DATE DATE_TIME DAYS_DURATION ListOf MONTHS_DURATION NULL NUMBER RangeOf TEXT"
    " TIME Type type_of_value",
    "values": "Range Value from_python literal string to_python type_name",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """Where a function and the module that holds it have one name, the name is the function's."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in _HOMES):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
