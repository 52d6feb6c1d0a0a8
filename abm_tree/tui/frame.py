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
from abm_tree.tui.text import BLANK, Row, cut, row, wrap
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
        label = cut(label, width // 2)
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
        super().insert_text_at_cursor(_one_line(text)[: MAX_TYPED - len(self.value)])

    def paste(self, text: str) -> int:
        """Take pasted text, in place of what is selected; how many of its characters fitted."""
        if not self.selection.is_empty:
            self.replace("", *self.selection)
        text = _one_line(text)
        room = max(MAX_TYPED - len(self.value), 0)
        self.insert_text_at_cursor(text)
        return min(len(text), room)

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


def _one_line(text: str) -> str:
    """Text as one line; terminals paste the end of a line as a carriage return."""
    return " ".join(clean(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))


class Frame(Screen[None]):
    """A line at the top, up to three panes side by side, two lines at the bottom or more."""

    DEFAULT_CSS = """
    Frame { layout: vertical; overflow: hidden hidden; }
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
        self._low = 2  # lines at the bottom
        self._warns = False

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
        return Size(self.app.size.width, self.app.size.height - 1 - self._low)

    def low(self, lines: int) -> None:
        """Give the lines at the bottom their height."""
        if lines != self._low:
            self._low = lines
            self.pages["foot"].styles.height = lines

    def picture(self, shown: Picture) -> None:
        """Show a view's panes."""
        self._beside(shown.left is not None, shown.right is not None)
        if self._warns:
            self._warns = False
            self.pages["top"].display = self.pages["foot"].display = True
        head = list(shown.head)
        if shown.field is not None:
            head.append(self.field.row(self._width(shown) - 2, shown.field.hint))
        tail: list[Row] = []
        if shown.low is not None and shown.low_height > 0:
            width = self.room.width - 2
            tail = [row(("─" * width, "off")), *shown.low.rows[shown.low.top or 0 :][: shown.low_height - 1]]
            tail += [BLANK] * (shown.low_height - len(tail))
        pane = shown.main
        self.pages["main"].show(
            pane.rows, pane.marked, top=pane.top, head=head, tail=[*tail, *pane.tail], span=pane.span
        )
        for name in ("left", "right"):
            side: Pane | None = getattr(shown, name)
            if side is not None:
                self.pages[name].show(side.rows, side.marked, top=side.top, tail=side.tail)

    def _beside(self, left: bool, right: bool) -> None:
        if left or right:
            self.prepare()
        if (left, right) != self._sides:
            self._sides = (left, right)
            self.pages["left"].display, self.pages["right"].display = left, right

    def _width(self, shown: Picture) -> int:
        """Columns of the pane in the middle, whether the screen has caught up with that or not."""
        width = self.app.size.width
        left = width * 30 // 100 if shown.left is not None else 0
        return width - left - (width * 34 // 100 if shown.right is not None else 0)

    def rewind(self) -> None:
        """Begin every pane at its top: another view is shown."""
        for page in self.pages.values():
            page.top = 0

    def warn(self, rows: Sequence[Row]) -> None:
        """Show nothing but a few rows, as far as they fit."""
        self._beside(False, False)
        if not self._warns:
            self._warns = True
            self.pages["top"].display = self.pages["foot"].display = False
        self.pages["main"].show(rows, top=0)

    def too_small(self, size: Cells) -> bool:
        """Whether nothing useful fits; then it says so."""
        return size.width < SMALLEST[0] or size.height < SMALLEST[1]


def warning(size: Cells, leave: str) -> list[Row]:
    """What a window that is too small shows; `leave` is the key that quits."""
    width = max(size.width - 1, 1)
    least = f"{SMALLEST[0]} x {SMALLEST[1]}"
    rows = [
        *wrap([(f"This window is {size.width} x {size.height}.", "bold")], width),
        *wrap(f"At least {least} is needed.", width),
        *wrap(f"Make it larger, or use: abm-tree --plain. {leave} quits.", width),
    ]
    if len(rows) > size.height:
        rows = wrap(f"Needs {least}, or abm-tree --plain", width)
    return rows[: max(size.height, 0)]
