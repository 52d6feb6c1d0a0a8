"""The frame: one screen whose panes every view fills.

Promises: nothing is mounted or removed while a walk goes on; what did not change is not drawn again. Refuses:
to know what the rows mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size as Cells
from textual.screen import Screen
from textual.widgets import Input

from abm_tree.source import clean
from abm_tree.tui.page import Page
from abm_tree.tui.text import BLANK, Row, cut, row
from abm_tree.tui.view import Pane, Picture, Size

SMALLEST = (60, 16)
MAX_TYPED = 2_000
MOVING = ("up", "down", "pageup", "pagedown")  # keys that move in the list below a line


class Line(Input):
    """A line to type into: what is pasted is text, and one line of it.

    It is never shown itself: a pane draws it as a row of its own, so that a question with a line to type
    into and one without have the same layout, and nothing but the changed rows is drawn between them.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, max_length=MAX_TYPED, select_on_focus=False, compact=True)
        self.cursor_blink = False

    def put(self, text: str) -> None:
        """Another text, the cursor behind it."""
        with self.prevent(Input.Changed):
            self.value = text[:MAX_TYPED]
            self.cursor_position = len(self.value)

    def row(self, width: int, hint: str = "", label: str = "") -> Row:
        """The line as a row: what fits around the cursor."""
        lead = [(label, "bold"), (" ", "")] if label else [("> ", "key")]
        room = max(width - cell_len("".join(text for text, _ in lead)) - 2, 8)
        value, at = self.value, self.cursor_position
        if not value:
            shown = cut(hint, room - 1)
            return row(*lead, (" ", "cursor"), (f" {shown}", "off"))
        start = max(at - room + 1, 0)
        while start < at and cell_len(value[start:at]) >= room:
            start += 1
        before, after = value[start:at], value[at + 1 : start + room]
        return row(*lead, (before, "field"), (value[at : at + 1] or " ", "cursor"), (after, "field"))

    def insert_text_at_cursor(self, text: str) -> None:
        """Take typed or pasted text, without control characters."""
        super().insert_text_at_cursor(" ".join(clean(text).split("\n"))[: MAX_TYPED - len(self.value)])

    def restricted(self) -> None:
        """What does not fit is left out and said; nobody on the phone needs a bell."""

    def take(self, character: str) -> None:
        """Take a character, in place of what is selected."""
        if self.selection.is_empty:
            self.insert_text_at_cursor(character)
        else:
            self.replace(clean(character), *self.selection)

    def edits(self, key: str) -> str:
        """The action by which a key edits the line; "" for keys that mean something else."""
        found = self._bindings.key_to_bindings.get(key)
        return found[0].action if found and key not in MOVING else ""


class Frame(Screen[None]):
    """A line at the top, up to three panes side by side, two lines at the bottom."""

    DEFAULT_CSS = """
    Frame { layout: vertical; }
    Frame #top { height: 1; }
    Frame #foot { height: 2; }
    Frame #body { height: 1fr; }
    Frame #left { width: 30%; border-right: vkey $panel; }
    Frame #right { width: 34%; border-left: vkey $panel; }
    Frame Line { display: none; }
    """

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__(id="frame")
        self._whole = whole  # whether a walk is what is shown first
        self.pages = {
            "top": Page(id="top", style="bar"),
            "main": Page(id="main", gutter=1),
            "foot": Page(id="foot"),
        }
        self.field = Line(id="field")
        self.prompt = Line(id="prompt")
        self._sides = (False, False)
        if whole:
            self._sides_made()
        self._lines: dict[str, Row] = {"say": row(), "foot": row()}

    def compose(self) -> ComposeResult:
        """What the first frame needs; other panes come with the first need of them."""
        sides = self.pages if self._whole else {}
        yield self.pages["top"]
        with Horizontal(id="body"):
            if sides:
                yield sides["left"]
            yield self.pages["main"]
            if sides:
                yield sides["right"]
        yield self.pages["foot"]
        if sides:
            yield self.field
            yield self.prompt

    def _sides_made(self) -> dict[str, Page]:
        sides = {name: Page(id=name, gutter=1) for name in ("left", "right")}
        for page in sides.values():
            page.display = False
        self.pages |= sides
        return sides

    def prepare(self) -> None:
        """Mount what a walk needs, hidden, so that the first question does not wait for it."""
        if "left" in self.pages:
            return
        body = self.query_one("#body")
        sides = self._sides_made()
        body.mount(sides["left"], before=self.pages["main"])
        body.mount(sides["right"])
        self.mount(self.field, self.prompt)

    # -------------------------------------------------------------- what is shown

    @property
    def room(self) -> Size:
        """What a view may fill."""
        return Size(self.app.size.width, self.app.size.height - 3)

    def picture(self, shown: Picture) -> None:
        """Show a view's panes."""
        sides = (shown.left is not None, shown.right is not None)
        if any(sides):
            self.prepare()
        if sides != self._sides:
            self._sides = sides
            self.pages["left"].display, self.pages["right"].display = sides
        head = list(shown.head)
        if shown.field is not None:
            head.append(self.field.row(self.pages["main"].size.width - 2, shown.field.hint))
        tail: list[Row] = []
        if shown.low is not None and shown.low_height > 0:
            width = self.room.width - 2
            tail = [row(("─" * width, "off")), *shown.low.rows[shown.low.top or 0 :][: shown.low_height - 1]]
            tail += [BLANK] * (shown.low_height - len(tail))
        pane = shown.main
        self.pages["main"].show(pane.rows, pane.marked, top=pane.top, head=head, tail=[*tail, *pane.tail])
        for name in ("left", "right"):
            side: Pane | None = getattr(shown, name)
            if side is not None:
                self.pages[name].show(side.rows, side.marked, top=side.top, tail=side.tail)

    def line(self, name: str, *parts: tuple[str, str] | str, right: Sequence[tuple[str, str]] = ()) -> None:
        """Show one of the single lines: top, say, foot."""
        self.show_line(name, row(*parts, right=right, style="" if name == "say" else "bar"))

    def show_line(self, name: str, shown: Row) -> None:
        """Show a row as one of the single lines."""
        if name == "top":
            self.pages["top"].show((shown,))
            return
        self._lines[name] = shown
        self.pages["foot"].show(tuple(self._lines.values()))

    def too_small(self, size: Cells) -> bool:
        """Whether nothing useful fits; then it says so."""
        return size.width < SMALLEST[0] or size.height < SMALLEST[1]


def warning(size: Cells) -> list[Row]:
    """What a window that is too small shows."""
    return [
        row((f"This window is {size.width} x {size.height}.", "bold")),
        row(f"At least {SMALLEST[0]} x {SMALLEST[1]} is needed."),
        row("Make it larger, or use: abm-tree --plain"),
    ]
