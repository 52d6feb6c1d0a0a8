"""Trying a tree that is being written: a walk of its own in memory, and the map of it.

Promises: nothing of it reaches the journal; what was answered stays under every later version of the tree, as
far as its facts are there. Refuses: notes, pauses, exports, people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from abm_tree.journal.store import in_memory
from abm_tree.session.author import Look
from abm_tree.session.walk import Names, Walk, begin
from abm_tree.tree.parts import Tree
from abm_tree.tui.outcome import Ending
from abm_tree.tui.text import BLANK, Row, row
from abm_tree.tui.tree_map import TreeMap
from abm_tree.tui.view import Field, Pane, Size
from abm_tree.tui.walk import Asking

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

FAR = 10_000  # rows: an outcome is shown whole


def try_out(app: AbmTree, look: Look, tree: Tree) -> Walk:
    """A walk that ends with the program."""
    workspace = app.workspace
    return begin(
        tree,
        in_memory(),
        workspace.now(),
        {},
        names=Names("Trial"),
        by=workspace.by,
        style=workspace.options(look.opened).style,
        personas=look.opened.shelf.definitions.personas,
    )


class Trial(Asking):
    """The question of a trial walk, or what it came to."""

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        self._fact: object = None
        super().__init__(app, walk)

    def _fresh(self) -> None:
        super()._fresh()
        question = self.question
        self._fact = question.fact if question is not None else None

    def _moved(self) -> None:
        """The walk has moved; it stays on this screen, whatever it has come to."""
        self._fresh()
        self.app.fresh(typing=True)

    def took(self, look: Look, tree: Tree) -> None:
        """Go on under another version of the tree; what was typed for the same question stays."""
        self.walk.personas = look.opened.shelf.definitions.personas
        if tree.revision != self.walk.tree.revision:
            self.walk.revise(tree)
        if self.changing not in self.walk.state.answers:
            self.changing = ""
        question = self.question
        if question is None or question.mark != self.asks or question.fact != self._fact:
            self._moved()

    def shown(self, width: int, height: int) -> tuple[list[Row], Field | None, Pane]:
        """What stands above the line to type into, that line, and what stands below it."""
        question = self.question
        if question is None and self.walk.record.status == "decided":
            ending = Ending(self.app, self.walk).picture(Size(width + 2, FAR)).main.rows
            top = self.words_top = min(self.words_top, max(len(ending) - height, 0))
            return [], None, Pane(ending, top=top)
        if question is None:
            undo = self.app.key_of("walk.undo")
            advice = row((f"{undo} takes the last answer back.", "dim"))
            return [], None, Pane([*self._standing(width), BLANK, advice])
        field = self._field(question)
        above, main = self._rows(question, width, max((height - (field is not None)) // 2, 3))
        return [*above, *([BLANK] if field is None and not question.options else [])], field, main


class TrialMap(TreeMap):
    """The map of a trial walk."""

    def __init__(self, app: AbmTree, walk: Walk, back: Callable[[], None]) -> None:
        super().__init__(app, walk)
        self._back = back

    def back(self) -> None:
        """To the question."""
        self._back()
