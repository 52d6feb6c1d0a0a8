"""What a compiled expression is: a function of the facts and of the value that `?` stands for.

Promises: `blocked` says what keeps an operation open that needs all its operands. Refuses: to evaluate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

from abm_tree.feel.calendar import DateTime
from abm_tree.feel.open import Undetermined
from abm_tree.feel.values import Value

Result: TypeAlias = Value | Undetermined
Verdict: TypeAlias = bool | Undetermined | None


class Env(Protocol):
    """Where names get their values; `as_of` is the instant that `today()` and `now()` answer from."""

    @property
    def as_of(self) -> DateTime:
        """The instant of evaluation."""

    def read(self, name: str) -> Value | Undetermined:
        """The value of a fact, or that it is missing or unknown."""

    def known(self, name: str) -> bool | Undetermined:
        """Whether a fact has a value; undetermined while nobody asked."""


class Run(Protocol):
    """The value of an expression; `it` is what unary tests look at."""

    def __call__(self, env: Env, it: Result = None) -> Result:
        """Evaluate."""


Passes: TypeAlias = Callable[[Result, Env], Verdict]


def blocked(results: Iterable[Result]) -> Undetermined | None:
    """What keeps a strict operation open: the first unknown fact, else the first missing one."""
    missing: Undetermined | None = None
    for result in results:
        if isinstance(result, Undetermined):
            if result.unknown:
                return result
            missing = missing or result
    return missing
