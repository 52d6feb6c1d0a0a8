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
    "field": ("", "surface", ""),
    "cursor": ("", "", "reverse"),
}

# Without colours, attributes tell what colours tell otherwise.
WITHOUT = {"mark": "bold reverse", "off": "dim", "field": "underline", "bad": "bold reverse", "warn": "bold"}


class Page(Widget):
    """Rows of text; one of them may be marked."""

    DEFAULT_CSS = "Page { height: 1fr; width: 1fr; }"

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, page: Page, index: int) -> None:
            super().__init__()
            self.page = page
            self.index = index

    class Wheeled(Message):
        """The mouse wheel was turned."""

        def __init__(self, page: Page, by: int) -> None:
            super().__init__()
            self.page = page
            self.by = by

    def __init__(self, *, id: str, style: str = "", gutter: int = 0) -> None:
        super().__init__(id=id)
        self.gutter_left = gutter  # blank cells before every row
        self.rows: Sequence[Row] = ()
        self.head: Sequence[Row] = ()  # stays at the top, whatever is scrolled
        self.tail: Sequence[Row] = ()  # stays at the bottom
        self.marked = -1
        self.span = 1  # how many rows the marked one has
        self.top = 0
        self._style = style
        self._styles_by_name: dict[str, Style] = {}
        self._drawn: list[tuple[Row, int]] = []

    # -------------------------------------------------------------- what is shown

    def show(
        self,
        rows: Sequence[Row],
        marked: int = -1,
        *,
        top: int | None = None,
        head: Sequence[Row] = (),
        tail: Sequence[Row] = (),
        span: int = 1,
    ) -> None:
        """Show rows; lines that look as before are not drawn again.

        The marked row, with `span - 1` more that belong to it, is brought into view when it has moved.
        """
        before = (self.marked, self.span, len(self.rows), len(self.head), len(self.tail))
        self.rows, self.marked, self.span, self.head, self.tail = rows, marked, span, head, tail
        if top is not None:
            self.top = top
        moved = before != (marked, span, len(rows), len(head), len(tail))
        self._settle(moved=moved and top is None)

    def scroll(self, lines: int) -> None:
        """Move what is visible."""
        last = max(len(self.rows) - self.room, 0)
        self.top = min(max(self.top + lines, 0), last)
        self._draw()

    @property
    def room(self) -> int:
        """How many rows can be seen between what stays at the top and at the bottom."""
        return max(self.size.height - len(self.head) - len(self.tail), 0)

    def _settle(self, *, moved: bool) -> None:
        room = self.room
        if room and self.marked >= 0 and moved:
            # The last line that is seen may have to say how many follow; above may stand a heading.
            end = min(self.marked + self.span + 1, len(self.rows))
            self.top = min(max(self.top, end - room), max(self.marked - 1, 0))
            if end - 1 > self.top + room:
                self.top = self.marked  # what is marked goes before what stands around it
        self.top = min(self.top, max(len(self.rows) - room, 0)) if room else self.top
        self._draw()

    def _draw(self) -> None:
        height = self.size.height
        drawn = [self._at(y, height) for y in range(height)]
        if len(drawn) != len(self._drawn):
            self.refresh()
        else:
            changed = []
            for y, (old, new) in enumerate(zip(self._drawn, drawn, strict=True)):
                if old != new:
                    changed.append(Region(0, y, self._changed(old, new), 1))
            if changed:
                self.refresh(*changed)
        self._drawn = drawn

    def _changed(self, old: tuple[Row, int], new: tuple[Row, int]) -> int:
        """The cell from which on two rows are the same; Textual draws from a pane's first cell anyway."""
        width = self.size.width
        if old[1] or new[1] or old[0].style != new[0].style:
            return width
        before, after = (_laid_out(one[0], width, self.gutter_left) for one in (old, new))
        last = max((at for at in range(width) if before[at] != after[at]), default=0)
        # Half of a wide character is no character.
        return min(last + 2, width)

    def _at(self, y: int, height: int) -> tuple[Row, int]:
        """A line: its row, and whether that is marked: 1 the first row of what is marked, 2 another of it."""
        head, tail = len(self.head), len(self.tail)
        if y < head:
            return self.head[y], 0
        if y >= height - tail:
            return self.tail[y - height + tail], 0
        index = self.top + y - head
        below = len(self.rows) - index - 1
        if below > 0 and y == height - tail - 1:
            # What does not fit is said to be there; a line that it would cut counts to what does not fit.
            found = self.rows[index]
            note = f" ↓ {below:,} more"
            if _cells(found.parts) + len(note) + 2 > self.size.width and not self._marks(index):
                found, note = BLANK, f" ↓ {below + 1:,} more"
            return Row(found.parts, found.id, found.style, ((note, "dim"),)), self._marks(index)
        return (self.rows[index] if index < len(self.rows) else BLANK), self._marks(index)

    def _marks(self, index: int) -> int:
        if self.marked < 0 or not self.marked <= index < self.marked + self.span:
            return 0
        return 1 if index == self.marked else 2

    @property
    def shows_marked(self) -> bool:
        """Whether the marked row can be seen, or none is marked."""
        return self.marked < 0 or not self.room or self.top <= self.marked < self.top + self.room

    def reveal(self) -> None:
        """Bring the marked row into view."""
        self._settle(moved=True)

    # -------------------------------------------------------------- Textual

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        width, height = self.size
        found, marked = self._at(y, height)
        base = self.rich_style
        if self._style:
            base += self._named(self._style)
        if found.style:
            base += self._named(found.style)
        if marked:
            base += self._named("mark")
        segments = self._segments(found.parts, base, marked)
        if self.gutter_left:
            lead = _for_blanks(segments[0].style if segments else None, base)
            # Without colours, too, the marked row is to be seen.
            segments.insert(0, Segment("▸" if marked == 1 else " " * self.gutter_left, lead))
        used = sum(cell_len(text) for text, *_ in segments)
        right = self._segments(found.right, base, marked)
        tail = sum(cell_len(text) for text, *_ in right)
        if right and used + tail + 1 > width:
            keep = max(width - tail - 2, 0)
            segments = _cut(segments, keep)
            used = sum(cell_len(text) for text, *_ in segments)
        if used < width - tail:
            behind = _for_blanks(segments[-1].style if segments else None, base)
            segments.append(Segment(" " * (width - tail - used), behind))
        # One style, one sequence: most of what a terminal is sent are colours.
        return Strip(_cut(list(Segment.simplify(segments + right)), width), width)

    def _segments(self, parts: Sequence[Part], base: Style, marked: int) -> list[Segment]:
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
            app = self.app
            if app.no_color:
                found = Style.parse(WITHOUT.get(name, LOOKS[name][2])) if name else Style()
            else:
                found = _style(name, app.theme_variables, app.native_ansi_color)
            self._styles_by_name[name] = found
        return found

    def notify_style_update(self) -> None:
        """The theme has changed."""
        super().notify_style_update()
        self._styles_by_name.clear()

    def on_resize(self) -> None:
        """Bring the marked row back into view."""
        self._drawn = []
        self._settle(moved=True)

    def on_click(self, event: events.Click) -> None:
        """A row was clicked."""
        index = self.top + event.y - len(self.head)
        if len(self.head) <= event.y < self.size.height - len(self.tail) and index < len(self.rows):
            self.post_message(self.Chosen(self, index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines down."""
        self.post_message(self.Wheeled(self, 3))
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines up."""
        self.post_message(self.Wheeled(self, -3))
        event.stop()


def _cells(parts: Sequence[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def _laid_out(found: Row, width: int, gutter: int) -> list[tuple[str, str]]:
    """A row's cells: each with its text and style, the second half of a wide character with none."""
    out = [(" ", "")] * gutter + _spread(found.parts)
    tail = _spread(found.right)
    if tail and len(out) + len(tail) + 1 > width:
        out = out[: max(width - len(tail) - 2, 0)]
    out += [(" ", "")] * (width - len(tail) - len(out))
    return (out + tail + [(" ", "")] * width)[:width]


def _spread(parts: Sequence[Part]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for text, style in parts:
        for char in text:
            size = cell_len(char)
            if not size:
                # It belongs to the character before it.
                if out:
                    out[-1] = (out[-1][0] + char, style)
                continue
            out += [(char, style), *[("", style)] * (size - 1)]
    return out


def _for_blanks(beside: Style | None, base: Style) -> Style:
    """The style of blanks: that of the text beside them where it looks the same: one sequence serves both."""
    if beside is None or beside.reverse or beside.underline or beside.bgcolor != base.bgcolor:
        return base
    return beside


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
        # In a theme of the terminal's own colours, what is transparent has no colour at all.
        return Color.parse(text).rich_color if text and text != "transparent" else None
    except ColorParseError:
        return None
