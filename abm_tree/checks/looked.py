"""A tree and its file, looked at once for all the checks that need more than the tree alone.

Promises: what several checks need (what is read before each place, every way with its proof) is worked out
once, when the first of them asks. Refuses: to read files; whoever opens a tree hands in what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from abm_tree.checks.settled import Settled, settled
from abm_tree.source import Span
from abm_tree.tree.files import CheckSettings
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Tree
from abm_tree.tree.scan import Path
from abm_tree.tree.shape import Draft

if TYPE_CHECKING:
    from abm_tree.space.reach import Reach


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same tree as it was before, in the shape of its file: to find what was renamed since."""

    form: Mapping[str, Any]
    now: Mapping[str, Any]  # the tree today, in the same shape
    when: str  # in words: "the last committed version"


class Looked:
    """One tree that was loaded without errors, with its file."""

    def __init__(
        self,
        tree: Tree,
        file: Draft[TreeFile],
        *,
        earlier: Earlier | None = None,
        wants_cases: bool = False,
        called: Callable[[], bool] = lambda: False,
        twin: Callable[[], str] = lambda: "",
        longest: int = CheckSettings().longest_way,
    ) -> None:
        self.tree = tree
        self.file = file
        self.earlier = earlier
        self.wants_cases = wants_cases  # it has no cases, and lies where there should be some
        self._called = called
        self._twin = twin
        self.longest = longest

    @cached_property
    def twin(self) -> str:
        """The file of another tree that the same id stands for; "" for none."""
        return self._twin()

    @cached_property
    def is_called(self) -> bool:
        """Whether another tree beside it takes it as a step, so that its outcomes need not be the end."""
        return self._called()

    @cached_property
    def settled(self) -> Settled:
        """What was read, and what is known, wherever a walk comes to a place."""
        return settled(self.tree)

    @cached_property
    def reach(self) -> Reach:
        """Every way of every node, with a witness or a proof that nothing takes it."""
        from abm_tree.space.reach import explore

        return explore(self.tree)

    def at_key(self, *path: str | int) -> Span | None:
        """Where a key of the tree's file stands."""
        return self.file.document.key(path)

    def at_value(self, *path: str | int) -> Span | None:
        """Where a value of the tree's file stands."""
        return self.file.document.value(path)

    def inside(self, path: Path, span: Span) -> Span | None:
        """Where a stretch of a text of the tree's file stands."""
        return self.file.document.inside(path, span)
