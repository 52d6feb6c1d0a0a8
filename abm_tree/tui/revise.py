"""A walk whose tree has changed: what going over to the new one would mean.

Promises: nothing changes before `y`; the walk stays on its own revision otherwise. Refuses: to go over
silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Newer
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.text import BLANK, Row, row, wrap
from abm_tree.tui.view import Act, Pane, Picture, Size

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


class Revise(OfWalk):
    """The preview, and y or n."""

    name: ClassVar[str] = "revise"

    def __init__(self, app: AbmTree, walk: Walk, newer: Newer) -> None:
        super().__init__(app, walk)
        self.newer = newer

    def acts(self) -> Sequence[Act]:
        """The way back; y and n stand on the screen."""
        return (Act("leave", "", "Stay"),)

    def picture(self, size: Size) -> Picture:
        """What stays, what is asked anew, whether the outcome moves."""
        width, newer = size.width - 2, self.newer
        rows: list[Row] = [
            row(("The tree has changed since this walk began.", "title")),
            *wrap(
                "It decides otherwise now. The walk can go over to it, or stay with the tree as it was.",
                width,
            ),
            BLANK,
        ]
        for title, texts in (("Stays", newer.stays), ("Does not count there", newer.lost)):
            if texts:
                rows += wrap([(f"{title}: ", "key"), (", ".join(texts), "")], width, hang="  ")
        if newer.asks:
            rows += wrap([("Asked next: ", "key"), (newer.asks, "")], width, hang="  ")
        if newer.before or newer.after:
            before, after = newer.before or "none yet", newer.after or "none yet"
            moved = f"{before}, then {after}" if before != after else f"{before}, as now"
            rows += wrap([("Outcome: ", "key"), (moved, "bold" if before != after else "")], width, hang="  ")
        rows += [BLANK, row(("y", "key"), " goes over     ", ("n", "key"), " or Enter stays")]
        return Picture(Pane(rows))

    def act(self, action: str) -> bool:
        """Enter and Esc stay."""
        if action in ("choose", "leave"):
            self.app.open_walk(self.walk, checked=True)
            return True
        return False

    def press(self, key: str, character: str | None) -> bool:
        """y goes over, n stays."""
        if character in ("y", "n"):
            if character == "y":
                self.walk.revise(self.newer.tree)
            self.app.open_walk(self.walk, checked=True)
            return True
        return False
