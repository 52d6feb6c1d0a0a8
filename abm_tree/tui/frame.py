"""The frame: one screen whose panes every view fills.

Promises: nothing is mounted or removed while a walk goes on; what did not change is not drawn again. Refuses:
to know what the rows mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size as Cells
from textual.screen import Screen
from textual.widgets import Input

from abm_tree.source import clean
from abm_tree.tui.page import Page
from abm_tree.tui.text import Row, row
from abm_tree.tui.view import Field, Pane, Picture, Size

SMALLEST = (60, 16)
MAX_TYPED = 2_000
MOVING = ("up", "down", "pageup", "pagedown")  # keys that move in the list below a line


class Line(Input):
    """A line to type into: what is pasted is text, and one line of it."""

    def insert_text_at_cursor(self, text: str) -> None:
        """Take typed or pasted text, without control characters."""
        super().insert_text_at_cursor(" ".join(clean(text).split("\n"))[:MAX_TYPED])

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
    """Panes, a line at the top, messages and keys at the bottom."""

    DEFAULT_CSS = """
    Frame { layout: vertical; }
    Frame #top { height: 1; }
    Frame #foot { height: 2; }
    Frame #head { height: 1; }
    Frame #body { height: 1fr; }
    Frame #centre { width: 1fr; padding: 0 1; }
    Frame #left { width: 30%; padding: 0 1; border-right: vkey $panel; }
    Frame #right { width: 34%; padding: 0 1; border-left: vkey $panel; }
    Frame #low { height: 8; padding: 0 1; border-top: hkey $panel; }
    Frame Line { height: 1; border: none; padding: 0; background: $boost; }
    Frame Line:focus { border: none; background: $boost; }
    Frame #prompt { display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="frame")
        self.pages = {
            name: Page(id=name, style="bar" if name == "top" else "") for name in ("top", "main", "foot")
        }
        self.centre = Vertical(self.pages["main"], id="centre")
        self.field: Line | None = None
        self.prompt: Line | None = None
        self._shape: tuple[object, ...] = ()
        self._lines: dict[str, Row] = {"say": row(), "foot": row()}

    def compose(self) -> ComposeResult:
        """What the first frame needs; other panes come with the first need of them."""
        yield self.pages["top"]
        with Horizontal(id="body"):
            yield self.centre
        yield self.pages["foot"]

    def prepare(self) -> None:
        """Mount the panes of a walk, hidden, so that the first question does not wait for them."""
        if "left" in self.pages:
            return
        self.pages |= {name: Page(id=name) for name in ("left", "right", "low", "head")}
        for name in ("left", "right", "low", "head"):
            self.pages[name].display = False
        body = self.query_one("#body")
        body.mount(self.pages["left"], before=self.centre)
        body.mount(self.pages["right"])
        self.centre.mount(self.pages["head"], before=self.pages["main"])
        self.mount(self.pages["low"], before=self.pages["foot"])
        self._field()
        self.prompt = Line(id="prompt", max_length=MAX_TYPED, select_on_focus=False, compact=True)
        self.prompt.display = False
        self.mount(self.prompt, after=self.pages["foot"])

    def _field(self) -> Line:
        if self.field is None:
            self.field = Line(id="field", max_length=MAX_TYPED, select_on_focus=False, compact=True)
            self.field.display = False
            self.centre.mount(self.field, after=self.pages["head"])
        return self.field

    # -------------------------------------------------------------- what is shown

    @property
    def room(self) -> Size:
        """What a view may fill."""
        return Size(self.app.size.width, self.app.size.height - 3)

    def picture(self, shown: Picture) -> None:
        """Show a view's panes."""
        self._arrange(shown)
        if "head" in self.pages:
            self.pages["head"].show(shown.head)
        for name in ("main", "left", "right", "low"):
            pane: Pane | None = getattr(shown, name)
            if pane is not None:
                self.pages[name].show(pane.rows, pane.marked, top=pane.top)

    def _arrange(self, shown: Picture) -> None:
        shape = (
            shown.left is not None,
            shown.right is not None,
            shown.low_height if shown.low is not None else 0,
            len(shown.head),
            shown.field is not None,
        )
        if shape == self._shape:
            return
        if not any(shape) and "left" not in self.pages:
            return
        self.prepare()
        self._shape = shape
        self.pages["left"].display = shape[0]
        self.pages["right"].display = shape[1]
        self.pages["low"].display = bool(shape[2])
        if shape[2]:
            self.pages["low"].styles.height = shown.low_height
        self.pages["head"].display = bool(shape[3])
        if shape[3]:
            self.pages["head"].styles.height = len(shown.head)
        self._field().display = bool(shape[4])

    def line(self, name: str, *parts: tuple[str, str] | str, right: Sequence[tuple[str, str]] = ()) -> None:
        """Show one of the single lines: top, say, foot."""
        shown = row(*parts, right=right, style="" if name == "say" else "bar")
        if name == "top":
            self.pages["top"].show((shown,))
            return
        self._lines[name] = shown
        self.pages["foot"].show(tuple(self._lines.values()))

    def show_field(self, field: Field | None, *, focus: bool, fresh: bool) -> None:
        """Show or hide what is typed; `fresh` puts its text back to what the view says."""
        if field is None or self.field is None:
            if self.focused is self.field:
                self.set_focus(None)
            return
        if fresh and self.field.value != field.text:
            with self.field.prevent(Input.Changed):
                self.field.value = field.text
                self.field.cursor_position = len(field.text)
        if self.field.placeholder != field.hint:
            self.field.placeholder = clean(field.hint)
        if focus and self.focused is not self.field:
            self.set_focus(self.field, scroll_visible=False)
        elif not focus and self.focused is self.field:
            self.set_focus(None)

    def ask(self, hint: str, text: str) -> None:
        """Show the line at the bottom that asks for something."""
        self.prepare()
        assert self.prompt is not None
        with self.prompt.prevent(Input.Changed):
            self.prompt.value = text
            self.prompt.cursor_position = len(text)
        self.prompt.placeholder = clean(hint)
        self.prompt.display = True
        self.set_focus(self.prompt, scroll_visible=False)

    def asked(self) -> None:
        """Take that line away."""
        if self.prompt is not None:
            self.prompt.display = False

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
