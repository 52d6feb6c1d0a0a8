"""Conditions of a tree: parsed, typed against its names, compiled, with findings at their places.

Promises: every expression comes out as a `Condition`; one that is wrong is reported and undetermined for
ever, so that the rest of the tree can still be looked at. Refuses: to evaluate anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from abm_tree import feel
from abm_tree.feel import ANY, NUMBER, TEXT, FeelError, ListOf, Type, Undetermined
from abm_tree.tree.findings import Findings
from abm_tree.tree.parts import (
    Condition,
    Definition,
    Derived,
    Fact,
    OpenList,
    Parameter,
    RunTests,
    Score,
    Setting,
)
from abm_tree.tree.scan import Path

# The same text is the same expression wherever it stands; trees repeat themselves a lot.
parsed = lru_cache(maxsize=8192)(feel.parse)
parsed_tests = lru_cache(maxsize=8192)(feel.parse_tests)


MAX_CHAIN = 40


class Names:
    """What the conditions of one tree may read, with types; a FEEL scope."""

    def __init__(self, defined: Mapping[str, Definition]) -> None:
        self.defined: dict[str, Definition] = dict(defined)
        self.pending: dict[str, Callable[[], Derived]] = {}  # derived facts, typed when first needed
        self._busy: set[str] = set()

    def get(self, name: str) -> Definition | None:
        """The definition of a name; a derived fact is defined when first needed."""
        found = self.defined.get(name)
        if found is None and name in self.pending and name not in self._busy:
            if len(self._busy) >= MAX_CHAIN:
                return None  # told once all are read: see `load`
            self._busy.add(name)
            self.defined[name] = found = self.pending[name]()
            self._busy.discard(name)
        return found

    def type_of(self, name: str) -> Type | None:
        """The FEEL type of a name, or None where there is no such name."""
        match self.get(name):
            case Fact() | Parameter() | Setting() as found:
                return found.feel
            case Derived() as found:
                return found.condition.type
            case Score():
                return NUMBER
            case OpenList():
                return ListOf(TEXT)
            case None:
                return ANY if name in self._busy or name in self.pending else None

    def names(self) -> Iterable[str]:
        """Every name, for suggestions."""
        return [*self.defined, *(name for name in self.pending if name not in self.defined)]


class Conditions:
    """Turns the author's FEEL into conditions, reporting what is wrong with it."""

    def __init__(self, findings: Findings, names: Names) -> None:
        self.findings = findings
        self.names = names

    def condition(self, text: str, path: Path, expected: Type | None = None) -> Condition:
        """An expression as a condition."""
        try:
            expr = parsed(text)
        except FeelError as error:
            self._syntax(error, path)
            return never(text)
        checked = feel.check(expr, self.names, expected)
        for problem in checked.problems:
            self.findings.inside(problem.code, problem.message, path, problem.span, problem.help)
        if checked.problems:
            return never(text, _all(checked))
        return Condition(
            text=feel.show(checked.expr),
            run=feel.compile(cast(feel.Expr, checked.expr)),
            type=checked.type,
            names=_all(checked),
            expr=checked.expr,
            span=self.findings.document.value(path),
        )

    def tests(
        self, text: str, path: Path, subject: Type, name: str
    ) -> tuple[str, RunTests | None, tuple[str, ...], Any]:
        """Unary tests: their canonical text, compiled, the names they read, and their syntax."""
        try:
            tests = parsed_tests(text)
        except FeelError as error:
            self._syntax(error, path)
            return text, None, (), None
        checked = feel.check_tests(tests, subject, self.names, name=name)
        for problem in checked.problems:
            self.findings.inside(problem.code, problem.message, path, problem.span, problem.help)
        if checked.problems:
            return text, None, _all(checked), None
        return (
            feel.show(checked.expr),
            feel.compile_tests(cast(feel.Tests, checked.expr)),
            _all(checked),
            checked.expr,
        )

    def _syntax(self, error: FeelError, path: Path) -> None:
        self.findings.inside("condition-syntax", error.message, path, error.span, error.help)


def _all(checked: feel.Checked) -> tuple[str, ...]:
    """Every name that a condition depends on, those that stand only under `known()` included."""
    return tuple(dict.fromkeys((*checked.names, *checked.known_names)))


def never(text: str, names: tuple[str, ...] = ()) -> Condition:
    """A condition that could not be read: undetermined for ever."""
    return Condition(text, lambda env: Undetermined("", True), ANY, names, None)
