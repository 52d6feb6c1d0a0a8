"""The map: the tree from left to right, with the way walked, and what a branch would mean.

Promises: only lines that are looked at become rows; what the marked line means is told beside it as the mark
moves; nothing here answers anything. Refuses: to decide what is reached; `draw` and `session.what_if` say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, overload

from rich.cells import cell_len

from abm_tree.draw.picture import AGAIN, NODE, OUTCOME, Line, lines
from abm_tree.draw.plan import Plan, parted
from abm_tree.session.walk import Walk
from abm_tree.session.what_if import Told, what_if
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.text import BLANK, Row, cut, row, wrap
from abm_tree.tui.view import Act, Field, Pane, Picture, Size
from abm_tree.walk.record import Record

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

LEGEND = "● way  ▶ here  ○ node  ■ outcome  □ out of reach  ╌ excluded"
STEP = 12  # columns that one key moves sideways
LEFT = 32  # columns that a line's words have at least, to the right of what leads to it


class TreeMap(OfWalk):
    """The tree of a walk."""

    name: ClassVar[str] = "map"

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app, walk)
        self.opened: set[str] = set()
        self.closed: set[str] = set()
        self.mark = 0
        self.shift = 0
        self.text = ""  # what is looked for
        self.searching = False
        self.large = False  # whether the pane below has most of the room
        self.offset = 0  # lines of what is told that are scrolled away
        self._anchor = ""  # where the search began
        self._record: Record | None = None
        self._plan: Plan | None = None
        self._lines: list[Line] = []
        self._whole: list[Line] = []
        self._at: dict[str, int] = {}
        self._told: tuple[str, list[Told]] = ("", [])
        self._kept = 78  # columns of the pane when it was last shown

    # -------------------------------------------------------------- the drawing

    @property
    def plan(self) -> Plan:
        """What the drawing rests on, as the walk stands now."""
        record = self.walk.record
        if self._plan is None or self._record is not record:
            kept = self.marked.id if self._lines else ""
            self._record, self._plan = record, Plan(self.walk.tree, record)
            self._whole = []
            self._draw(kept)
        return self._plan

    @property
    def lines(self) -> list[Line]:
        """The lines as they are folded now."""
        assert self.plan
        return self._lines

    @property
    def marked(self) -> Line:
        """The marked line."""
        return self._lines[min(self.mark, len(self._lines) - 1)]

    def _draw(self, kept: str) -> None:
        """Lay the tree out anew, and keep the mark on its line, or where the walk stands."""
        assert self._plan is not None
        self._lines = lines(self._plan, self.opened, self.closed)
        self._at = {line.id: number for number, line in enumerate(self._lines)}
        here = next((number for number, line in enumerate(self._lines) if line.here), 0)
        self._told = ("", [])
        self._mark(self._at.get(kept, here))

    def _mark(self, number: int) -> None:
        self.mark = min(max(number, 0), len(self._lines) - 1)
        self.offset = 0
        beyond = len(self.marked.lead) + LEFT - self._kept
        self.shift = -(-beyond // STEP) * STEP if beyond > 0 else 0

    def _fold(self, path: str, *, show: bool) -> None:
        one, other = (self.opened, self.closed) if show else (self.closed, self.opened)
        one.add(path)
        other.discard(path)
        self._draw(self.marked.id)

    def _go_to(self, of: str, identity: str) -> None:
        """Mark a line, unfolding what it is folded under."""
        above = self.plan.above(of)
        self.opened.update(above)
        self.closed.difference_update(above)
        self._draw(identity)

    def enter(self) -> None:
        """Begin where the walk stands."""
        here = next((number for number, line in enumerate(self.lines) if line.here), 0)
        self._mark(here)

    # -------------------------------------------------------------- what is shown

    def picture(self, size: Size) -> Picture:
        """The map, and what the marked line means."""
        drawn = self.lines
        side = size.width * 34 // 100
        width = size.width - side - 2 if size.wide else size.width - 2
        self.fit(width)
        found = row(("Map ", "title"), (LEGEND, "dim"), right=((f"{self.mark + 1}/{len(drawn)}", "dim"),))
        field = (
            Field(self.text, "a title or an id; Enter: the next one; Esc ends it") if self.searching else None
        )
        main = Pane(Rows(drawn, width, self.shift), self.mark)
        if size.wide:
            told = self._page(side - 4, size.height)
            return Picture(main, [found], field, right=Pane(told, top=0))
        height = size.height - 6 if self.large else max(4, min(9, size.height // 2 - 1))
        return Picture(
            main, [found], field, low=Pane(self._page(width, height), top=0), low_height=height + 1
        )

    def fit(self, width: int) -> None:
        """Keep the marked line in so many columns."""
        if self._kept != width:
            self._kept = width
            self._mark(self.mark)

    def find(self, name: str) -> bool:
        """Mark the line that draws a node or an outcome; whether there is one."""
        for line in self._every():
            if line.path == name:
                self._go_to(line.of, line.id)
                return True
        return False

    def _every(self) -> list[Line]:
        """The lines of all nodes and outcomes, as if nothing was folded."""
        if not self._whole:
            self._whole = [one for one in lines(self.plan, whole=True) if one.kind in (NODE, OUTCOME)]
        return self._whole

    def _page(self, width: int, height: int) -> list[Row]:
        """What is told of the marked line, as far as it fits."""
        rows: list[Row] = []
        for text, style in self.told():
            rows += wrap([(text, style)], width) if text else [BLANK]
        if len(rows) <= height:
            return rows
        if self.offset >= len(rows):
            self.offset = 0
        shown = rows[self.offset : self.offset + height - 1]
        rest = len(rows) - self.offset - len(shown)
        words = f"{rest} more line{'' if rest == 1 else 's'}" if rest > 0 else "from the beginning"
        self._step = len(shown)
        return [*shown, row(("Space", "key"), (f" {words}", "dim"))]

    def told(self) -> list[Told]:
        """What the marked line means."""
        plan, line = self.plan, self.marked
        if self._told[0] != line.id:
            self._told = (line.id, what_if(self.walk, plan, line))
        return self._told[1]

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done on the map."""
        line = self.marked if self.lines else None
        if line is None or self.searching:
            return (Act("choose", "", "Next"), Act("leave", "", "End search"))
        open_it = "" if line.folded else "Nothing is folded here."
        if line.here:
            enter = "Outcome" if self.walk.record.status == "decided" else "Question"
        else:
            enter = "Unfold" if line.folded else "Go there" if line.kind == AGAIN else "What if"
        return (
            Act("choose", "", enter),
            Act("map.unfold", open_it),
            Act("map.fold", "" if line.of or line.opened else "This is where the tree begins."),
            Act("search", "", "Find"),
            Act("go"),
            Act("leave", "", "Smaller" if self.large else "Back"),
            Act("map.next", "" if self.text.strip() else "Nothing was looked for; / does it."),
            Act("map.left", "" if self.shift > 0 else "This is the left edge."),
            Act("map.right"),
        )

    def act(self, action: str) -> bool:
        """Move, fold, find, or back to the walk."""
        match action:
            case "down" | "up":
                self._mark(self.mark + (1 if action == "down" else -1))
            case "choose":
                self._choose()
            case "map.unfold":
                self._unfold()
            case "map.fold":
                self._close()
            case "map.left" | "map.right":
                widest = max(len(line.lead) for line in self.lines)
                self.shift += STEP if action == "map.right" else -STEP
                self.shift = min(max(self.shift, 0), widest)
            case "map.next":
                self._next()
            case "search":
                self.searching, self._anchor = True, self.marked.id
                self.app.fresh(typing=True)
            case "leave" if self.searching:
                self.searching = False
                self.app.fresh(typing=False)
            case "leave" if self.large:
                self.large = False
            case _:
                return super().act(action)
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Longer moves; more of what is told."""
        page = max(self.app.frame.pages["main"].room - 1, 1)
        moves = {"pagedown": page, "pageup": -page, "end": len(self._lines), "home": -len(self._lines)}
        if key in moves:
            self._mark(self.mark + moves[key])
            return True
        if key == "space":
            self.offset += self._step
            return True
        return False

    _step = 1  # lines that Space moves

    def click(self, pane: str, index: int) -> None:
        """Mark, and take what is marked."""
        if pane != "main" or index >= len(self.lines):
            return
        if index == self.mark:
            self._choose()
        else:
            self._mark(index)

    def _choose(self) -> None:
        line = self.marked
        if line.here:
            self.back()
        elif line.folded:
            self._unfold()
        elif line.kind == AGAIN:
            self._drawn(line.path)
        elif self.app.frame.room.wide:
            self.app.say("What it means stands at the right; nothing is answered here.")
        else:
            self.large = not self.large

    def _drawn(self, path: str) -> None:
        """To the line where a node is drawn."""
        prefix, name = parted(path)
        of, number = self.plan.find(prefix).claims[name]
        self._go_to(of, f"{of}#{number}:{path}")

    def _unfold(self) -> None:
        line = self.marked
        if line.folded:
            self._fold(line.path, show=True)
        elif line.opened:
            self._mark(self.mark + 1)

    def _close(self) -> None:
        line = self.marked
        if line.opened:
            self._fold(line.path, show=False)
        elif line.of:
            # To what it follows: the node, or the tree that it begins.
            of = line.of
            number = next(
                (n for n, one in enumerate(self._lines) if one.path == of and one.opened), self.mark
            )
            self._mark(number)

    # -------------------------------------------------------------- finding

    def typed(self, text: str) -> None:
        """Go to the first that has it, from where the search began."""
        self.text = text
        self._next(self._anchor, itself=True)

    def entered(self, text: str) -> None:
        """The next one."""
        self.text = text
        self._next()

    def _next(self, start: str = "", *, itself: bool = False) -> None:
        wanted = self.text.strip().casefold()
        if not wanted:
            return
        self._every()
        start = start or self.marked.id
        begin = next((n for n, one in enumerate(self._whole) if one.id == start), 0) + (not itself)
        for line in (*self._whole[begin:], *self._whole[:begin]):
            if wanted in line.title.casefold() or wanted in line.path.casefold():
                self._go_to(line.of, line.id)
                return
        self.app.say(
            f"No node and no outcome has “{cut(self.text.strip(), 40)}” in its title or its id.", "warn"
        )


class Rows(Sequence[Row]):
    """The rows of lines, made when they are looked at."""

    def __init__(self, drawn: Sequence[Line], width: int, shift: int = 0) -> None:
        self.drawn = drawn
        self.width = width
        self.shift = shift

    def __len__(self) -> int:
        return len(self.drawn)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        """One row, or some."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        found = row(*self.drawn[at].parts(self.width + self.shift, cut, cell_len))
        return _shifted(found, self.shift) if self.shift else found


def _shifted(found: Row, shift: int) -> Row:
    """A row without its first columns."""
    out = []
    for text, style in found.parts:
        at = 0
        while shift > 0 and at < len(text):
            shift -= cell_len(text[at])
            at += 1
        # Half of a wide character is a blank.
        out.append((" " * -shift + text[at:], style))
        shift = max(shift, 0)
    return Row(tuple(part for part in out if part[0]))
