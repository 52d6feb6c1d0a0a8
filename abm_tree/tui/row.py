"""The way of one row of a list, where a walk has its question: facts, outcome and why, words for the role.

Promises: what the row's facts lead to, told as a walk is told; where the results say otherwise, both stand
there. Refuses: answers, notes, everything that would change something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from abm_tree.session.walk import FactLine, Walk
from abm_tree.tree.facts import Unknown
from abm_tree.tui.batch_rows import came_to
from abm_tree.tui.outcome import Ending
from abm_tree.tui.text import BLANK, Part, Row, row, wrap
from abm_tree.tui.tree_map import TreeMap
from abm_tree.tui.view import Act, Pane, Picture, Size
from abm_tree.tui.way import fact_rows
from abm_tree.tui.words import TABS, word_rows

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.batch import Batch

FAR = 10_000  # rows: what the outcome has to say is taken whole
ONLY = "This is a row of a list, only to be read; a walk about the account can be changed."


class RowWay(Ending):
    """A row's way, to be read."""

    name: ClassVar[str] = "row"

    def __init__(self, app: AbmTree, walk: Walk, batch: Batch, number: int) -> None:
        super().__init__(app, walk)
        self.batch, self.number = batch, number
        self.tab = "track"
        self._count = 0

    def crumbs(self) -> Sequence[str]:
        """The row among the others."""
        return ("Results", *super().crumbs())

    def beside(self) -> Sequence[Part]:
        """Which of the rows it is."""
        return ((f"row {self.batch.mark + 1:,} of {len(self.batch.chosen):,}, to be read", "dim"),)

    # -------------------------------------------------------------- what is shown

    def picture(self, size: Size) -> Picture:
        """As a walk at its end: facts, outcome, words side by side, or the words below."""
        width, left, right, low, low_height = size.width - 2, None, None, None, 0
        say = " ".join(self.walk.record.say)
        if size.wide:
            sides = size.width * 30 // 100, size.width * 34 // 100
            width = size.width - sum(sides) - 4
            left = Pane(self._facts(sides[0] - 3), top=0)
            right = Pane(word_rows(self.walk, None, self.tab, sides[1] - 4, whole=True, say=say), top=0)
        else:
            low_height = max(size.height // 4, 4)
            words = word_rows(self.walk, None, self.tab, width)
            if self.tab == "track" and say:
                words = wrap([(say, "say")], width)
            low = Pane([self._tabs(), *words])
        record = self.walk.record
        rows = [*self._then(width), *self._verdict(record, width), *self._why(record, width), BLANK]
        if not size.wide:
            rows += [*self._facts(width), BLANK]
        rows += [*self._to_do(record, width), *self._open(width), *self._words(width)]
        self._count = len(rows)
        self.top = min(self.top, max(len(rows) - (size.height - low_height), 0))
        return Picture(Pane(rows, top=self.top), (), None, left, right, low, low_height)

    def _tabs(self) -> Row:
        parts: list[Part] = []
        for name, title, action in TABS:
            look = "bold" if name == self.tab else "dim"
            parts += [(self.app.key_of(action), "key"), (f" {title}   ", look)]
        return row(*parts)

    def _then(self, width: int) -> list[Row]:
        """What the results say, where that is something else."""
        table, prefix = self.batch.browsed.table, self.batch.prefix
        then, now = table.cell(self.number, f"{prefix}outcome"), self.walk.record.outcome
        if f"{prefix}outcome" not in table.names or then == now:
            return []
        words, _ = came_to(table, self.number, prefix)
        text = f"The results say: {words or 'nothing'}. With tree and list as they are now:"
        return [*wrap([(text, "warn")], width), BLANK]

    def _facts(self, width: int) -> list[Row]:
        """What is known, with its source, and what nobody knows of what the way looked at."""
        walk = self.walk
        read = [one.fact for step in walk.record.trail for one in step.read]
        read += [one.fact for one in walk.record.at_read]
        out = [row(("What the list says", "title"))]
        known = sorted(walk.known(), key=lambda line: not line.on_way)
        for line in known:
            out += fact_rows(line, width)
        if not known:
            out.append(row(("nothing that the tree reads", "dim")))
        missing = [key for key in dict.fromkeys(read) if isinstance(walk.facts.get(key), Unknown)]
        if missing:
            out += [BLANK, row(("Not known, and looked for", "title"))]
        for key in missing:
            fact = walk.tree.facts.get(key)
            if fact is not None:
                out += fact_rows(FactLine(key, fact.title, "nobody knows", "", known=False), width)
        return out

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be read besides."""
        last = len(self.batch.chosen) - 1
        return (
            Act("leave", "", "Rows"),
            Act("row.next", "" if self.batch.mark < last else "This is the last row."),
            Act("row.before", "" if self.batch.mark else "This is the first row."),
            *(Act(action) for _, _, action in TABS),
            Act("go"),
        )

    def act(self, action: str) -> bool:
        """Scroll, other words, other rows, the map, back."""
        match action:
            case "down" | "up":
                self._scroll(1 if action == "down" else -1)
            case "walk.track" | "walk.message" | "walk.objections":
                self.tab = action.removeprefix("walk.")
            case "row.next" | "row.before":
                self.batch.step(1 if action == "row.next" else -1)
            case "go.map":
                self.app.show(RowMap(self.app, self.walk, self._again))
            case "go.path" | "go.outcome" | "go.people":
                self.app.say(ONLY, "warn")
            case "leave" | "go.batch":
                self.app.show(self.batch, again=True)
            case "choose":
                self.app.say(ONLY)
            case "go.author":
                self.app.open_author(self.walk.tree.id)
            case _:
                return False
        return True

    def overtaken(self) -> None:
        """Nobody else goes on with it."""

    def _again(self) -> None:
        self.app.show(self, again=True)

    def press(self, key: str, character: str | None) -> bool:
        """Longer moves; Tab shows other words."""
        page = max(self.app.frame.pages["main"].room - 1, 1)
        moves = {"pagedown": page, "pageup": -page, "space": page, "home": -FAR, "end": FAR}
        names = [name for name, _, _ in TABS]
        if key in ("tab", "shift+tab"):
            self.tab = names[(names.index(self.tab) + (1 if key == "tab" else -1)) % len(names)]
        elif key in moves:
            self._scroll(moves[key])
        else:
            return False
        return True

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll, as the keys do."""
        if pane == "main":
            self._scroll(by)
        return pane == "main"

    def _scroll(self, by: int) -> None:
        """What stays at the bottom does not count to what scrolls."""
        room = self.app.frame.pages["main"].room
        self.top = min(max(self.top + by, 0), max(self._count - room, 0))

    def follow(self) -> None:
        """Nobody else goes on with it."""


class RowMap(TreeMap):
    """The map with a row's way."""

    def __init__(self, app: AbmTree, walk: Walk, back: Callable[[], None]) -> None:
        super().__init__(app, walk)
        self._back = back

    def back(self) -> None:
        """To the row."""
        self._back()

    def follow(self) -> None:
        """Nobody else goes on with it."""

    def act(self, action: str) -> bool:
        """What changes nothing."""
        if action in ("go.path", "go.outcome", "go.people"):
            self.app.say(ONLY, "warn")
            return True
        if action == "go.batch":
            self.back()
            return True
        return super().act(action)
