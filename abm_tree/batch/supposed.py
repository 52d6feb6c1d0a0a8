"""One decision over supposed facts.

Promises: `Supposed` is the walk's own reader over given states, so that a decision made with it is the
interpreter's. Refuses: facts that nothing was supposed of; it says which, so that a caller can suppose more.
"""

from __future__ import annotations

from collections.abc import Mapping

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


class Supposed(Reader):
    """A reader over supposed states of facts, by key."""

    def __init__(self, tree: Tree, states: Mapping[str, object], as_of: DateTime, prefix: str) -> None:
        super().__init__(tree, {}, as_of, prefix=prefix)
        self._states = states

    def _fact(self, name: str, fact: Fact) -> Value | Undetermined:
        key = self._prefix + name if fact.own else name
        if key not in self._states:
            raise Unsupposed(key)
        state = self._states[key]
        if state is OPAQUE:
            raise Opaque
        return state  # type: ignore[return-value]
