"""One decision over supposed facts.

Promises: `Supposed` is the walk's own reader over given states, so that a decision made with it is the
interpreter's; a clock tells whether the moment counted. Refuses: facts that nothing was supposed of; it says
which, so that a caller can suppose more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from abm_tree.feel import DateTime, Undetermined, Value
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.reader import Reader


class Unsupposed(Exception):
    """A fact was read of which nothing was supposed."""

    def __init__(self, key: str) -> None:
        self.key = key


class Opaque(Exception):
    """A fact was read whose value itself counts."""


OPAQUE = object()


@dataclass(slots=True)
class Clock:
    """A moment, and whether anything asked for it."""

    moment: DateTime
    read: bool = False


class Watched(Reader):
    """A reader that notes when `as_of` is read: what never reads it is the same at any moment."""

    def __init__(self, tree: Tree, clock: Clock, prefix: str) -> None:
        self._clock = clock
        super().__init__(tree, {}, clock.moment, prefix=prefix)

    @property
    def as_of(self) -> DateTime:
        """The moment."""
        self._clock.read = True
        return self._clock.moment

    @as_of.setter
    def as_of(self, moment: DateTime) -> None:
        """The clock has it."""


class Supposed(Watched):
    """A reader over supposed states of facts, by key."""

    def __init__(self, tree: Tree, states: Mapping[str, object], clock: Clock, prefix: str) -> None:
        super().__init__(tree, clock, prefix)
        self._states = states

    def _fact(self, name: str, fact: Fact) -> Value | Undetermined:
        key = self._prefix + name if fact.own else name
        if key not in self._states:
            raise Unsupposed(key)
        state = self._states[key]
        if state is OPAQUE:
            raise Opaque
        return state  # type: ignore[return-value]
