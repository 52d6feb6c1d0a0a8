"""A pane of rows: the one widget that all screens are made of.

Promises: only lines that changed are drawn again, so that an answer costs a few hundred bytes; long lists
cost nothing that is not visible; text reaches the terminal as text. Refuses: markup, links, scroll bars.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color, ColorParseError
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from abm_tree.tui.text import BLANK, Part, Row

# Style names, and what they are made of: the theme's variables by name. Plain rich styles instead of
# Textual's component classes: those are worked out for each widget anew, 30 ms before the first frame.
LOOKS: dict[str, tuple[str, str, str]] = {  # foreground, background, attributes
    "dim": ("text-muted", "", ""),
    "bold": ("", "", "bold"),
    "title": ("text-primary", "", "bold"),
    "key": ("text-accent", "", "bold"),
    "off": ("text-disabled", "", ""),
    "mark": ("block-cursor-foreground", "block-cursor-background", "bold"),
    "here": ("", "", "bold reverse"),
    "good": ("text-success", "", ""),
    "warn": ("text-warning", "", ""),
    "bad": ("text-error", "", "bold"),
    "say": ("text-secondary", "", ""),
    "bar": ("", "panel", ""),
    "way": ("", "", "bold"),
}


class Page(Widget):
    """Rows of text; one of them may be marked."""

    DEFAULT_CSS = "Page { height: 1fr; width: 1fr; }"

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, page: Page, index: int) -> None:
            super().__init__()
            self.page = page
            self.index = index

    def __init__(self, *, id: str, style: str = "") -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.marked = -1
        self.top = 0
        self._style = style
        self._styles_by_name: dict[str, Style] = {}
        self._drawn: list[tuple[Row, bool]] = []

    # -------------------------------------------------------------- what is shown

    def show(self, rows: Sequence[Row], marked: int = -1, *, top: int | None = None) -> None:
        """Show rows; lines that look as before are not drawn again."""
        self.rows, self.marked = rows, marked
        if top is not None:
            self.top = top
        self._settle()

    def mark(self, index: int) -> None:
        """Mark a row and bring it into view."""
        self.marked = index
        self._settle()

    def scroll(self, lines: int) -> None:
        """Move what is visible."""
        last = max(len(self.rows) - self.size.height, 0)
        self.top = min(max(self.top + lines, 0), last)
        self._draw()

    @property
    def below(self) -> int:
        """How many rows lie below what is visible."""
        return max(len(self.rows) - self.top - self.size.height, 0)

    def _settle(self) -> None:
        height = self.size.height
        if height and self.marked >= 0:
            if self.marked < self.top:
                self.top = self.marked
            elif self.marked >= self.top + height:
                self.top = self.marked - height + 1
        self.top = min(self.top, max(len(self.rows) - height, 0)) if height else self.top
        self._draw()

    def _draw(self) -> None:
        height = self.size.height
        drawn = [self._at(y) for y in range(height)]
        for y, (old, new) in enumerate(zip(self._drawn, drawn, strict=False)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))
        if len(drawn) != len(self._drawn):
            self.refresh()
        self._drawn = drawn

    def _at(self, y: int) -> tuple[Row, bool]:
        index = self.top + y
        return (self.rows[index] if index < len(self.rows) else BLANK), index == self.marked

    # -------------------------------------------------------------- Textual

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        found, marked = self._at(y)
        width = self.size.width
        base = self.rich_style
        if self._style:
            base += self._named(self._style)
        if found.style:
            base += self._named(found.style)
        if marked:
            base += self._named("mark")
        segments = self._segments(found.parts, base, marked)
        used = sum(cell_len(text) for text, *_ in segments)
        right = self._segments(found.right, base, marked)
        tail = sum(cell_len(text) for text, *_ in right)
        if right and used + tail + 1 > width:
            keep = max(width - tail - 2, 0)
            segments = _cut(segments, keep)
            used = sum(cell_len(text) for text, *_ in segments)
        if used < width - tail:
            segments.append(Segment(" " * (width - tail - used), base))
        return Strip(_cut(segments + right, width), width)

    def _segments(self, parts: Sequence[Part], base: Style, marked: bool) -> list[Segment]:
        out = []
        for text, name in parts:
            style = base
            if name and not (marked and name in ("dim", "key", "title", "good", "warn", "say")):
                style = base + self._named(name)
            out.append(Segment(text, style))
        return out

    def _named(self, name: str) -> Style:
        found = self._styles_by_name.get(name)
        if found is None:
            found = self._styles_by_name[name] = _style(
                name, self.app.theme_variables, self.app.native_ansi_color
            )
        return found

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._styles_by_name.clear()

    def on_resize(self) -> None:
        """Bring the marked row back into view."""
        self._drawn = []
        self._settle()

    def on_click(self, event: events.Click) -> None:
        """A row was clicked."""
        index = self.top + event.y
        if index < len(self.rows):
            self.post_message(self.Chosen(self, index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines down."""
        self.scroll(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines up."""
        self.scroll(-3)
        event.stop()


def _cut(segments: list[Segment], width: int) -> list[Segment]:
    out: list[Segment] = []
    left = width
    for text, style, _ in segments:
        size = cell_len(text)
        if size > left:
            out.append(Segment(set_cell_size(text, left), style))
            return out
        out.append(Segment(text, style))
        left -= size
    return out


def _style(name: str, variables: Mapping[str, str], ansi: bool) -> Style:
    """A style out of a theme's colours; what is meant as part of its background is mixed with it."""
    front, back, attributes = LOOKS[name]
    style = Style.parse(attributes) if attributes else Style()
    if ansi and front in ("text-muted", "text-disabled"):
        return style + Style(dim=True)
    ground = _colour(variables.get(back or "background", ""), None)
    if back and ground is not None:
        style += Style(bgcolor=ground)
    colour = _colour(variables.get(front, ""), ground)
    return style + Style(color=colour) if colour is not None else style


def _colour(text: str, ground: RichColor | None) -> RichColor | None:
    """A theme's colour; an `auto` one stands out against the ground as far as its percentage says."""
    if text.startswith("auto"):
        if ground is None or ground.triplet is None:
            return None
        base = Color.from_rich_color(ground)
        share = float(text.partition(" ")[2].rstrip("%") or 100) / 100
        return base.blend(base.get_contrast_text(1.0), share).rich_color
    try:
        return Color.parse(text).rich_color if text else None
    except ColorParseError:
        return None
