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
        self.top = 0

    def acts(self) -> Sequence[Act]:
        """The way back; y and n stand on the screen."""
        return (Act("leave", "", "Stay"), Act("go"))

    @property
    def own_keys(self) -> frozenset[str]:
        """Yes and no, whatever these letters mean elsewhere."""
        return frozenset({"y", "n"})

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
        choose = self.app.key_of("choose")
        tail = [BLANK, row(("y", "key"), " goes over     ", ("n", "key"), f" or {choose} stays")]
        self.top = min(self.top, max(len(rows) - size.height + len(tail), 0))
        return Picture(Pane(rows, top=self.top, tail=tail))

    def act(self, action: str) -> bool:
        """Enter and Esc stay; a long preview scrolls."""
        match action:
            case "choose" | "leave":
                self.app.open_walk(self.walk, checked=True)
            case "down" | "up":
                self.top = max(self.top + (1 if action == "down" else -1), 0)
            case _:
                return super().act(action)
        return True

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll, as the keys do."""
        self.top = max(self.top + by, 0)
        return True

    def overtaken(self) -> None:
        """Where another terminal was quicker, the preview is another one, or there is none any more."""
        self.app.open_walk(self.walk)

    def follow(self) -> None:
        """Another terminal has written."""
        before = self.walk.state.seq
        super().follow()
        if self.walk.state.seq != before:
            self.overtaken()

    def press(self, key: str, character: str | None) -> bool:
        """y goes over, n stays."""
        if character in ("y", "n"):
            if character == "y":
                self.app.workspace.revise(self.walk, self.newer.tree)
            self.app.open_walk(self.walk, checked=True)
            return True
        return False
