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


class Page(Widget):
    """Rows of text; one of them may be marked."""

    DEFAULT_CSS = "Page { height: 1fr; width: 1fr; }"

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, page: Page, index: int) -> None:
            super().__init__()
            self.page = page
            self.index = index

    def __init__(self, *, id: str, style: str = "", gutter: int = 0) -> None:
        super().__init__(id=id)
        self.gutter_left = gutter  # blank cells before every row
        self.rows: Sequence[Row] = ()
        self.head: Sequence[Row] = ()  # stays at the top, whatever is scrolled
        self.tail: Sequence[Row] = ()  # stays at the bottom
        self.marked = -1
        self.top = 0
        self._style = style
        self._styles_by_name: dict[str, Style] = {}
        self._drawn: list[tuple[Row, bool]] = []

    # -------------------------------------------------------------- what is shown

    def show(
        self,
        rows: Sequence[Row],
        marked: int = -1,
        *,
        top: int | None = None,
        head: Sequence[Row] = (),
        tail: Sequence[Row] = (),
    ) -> None:
        """Show rows; lines that look as before are not drawn again."""
        self.rows, self.marked, self.head, self.tail = rows, marked, head, tail
        if top is not None:
            self.top = top
        self._settle()

    def scroll(self, lines: int) -> None:
        """Move what is visible."""
        last = max(len(self.rows) - self.room, 0)
        self.top = min(max(self.top + lines, 0), last)
        self._draw()

    @property
    def room(self) -> int:
        """How many rows can be seen between what stays at the top and at the bottom."""
        return max(self.size.height - len(self.head) - len(self.tail), 0)

    def _settle(self) -> None:
        room = self.room
        if room and self.marked >= 0:
            if self.marked < self.top:
                self.top = self.marked
            elif self.marked >= self.top + room:
                self.top = self.marked - room + 1
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
                    first, last = self._changed(old, new)
                    changed.append(Region(first, y, last - first, 1))
            if changed:
                self.refresh(*changed)
        self._drawn = drawn

    def _changed(self, old: tuple[Row, bool], new: tuple[Row, bool]) -> tuple[int, int]:
        """The first cell in which two rows may differ, and the first after it in which they cannot."""
        width = self.size.width
        whole = old[0].style or new[0].style or old[0].right or new[0].right or old[1] or new[1]
        first = self.gutter_left + _first_change(old, new)
        if whole:
            return (0 if old[1] != new[1] or old[0].style != new[0].style else min(first, width - 1)), width
        last = self.gutter_left + max(_cells(old[0].parts), _cells(new[0].parts))
        last = min(last + 1, width)
        return min(first, last - 1), last

    def _at(self, y: int, height: int) -> tuple[Row, bool]:
        head, tail = len(self.head), len(self.tail)
        if y < head:
            return self.head[y], False
        if y >= height - tail:
            return self.tail[y - height + tail], False
        index = self.top + y - head
        below = len(self.rows) - index - 1
        if below > 0 and y == height - tail - 1:
            # What does not fit is said to be there; a line that it would cut counts to what does not fit.
            found = self.rows[index]
            note = f" ↓ {below:,} more"
            if _cells(found.parts) + len(note) + 2 > self.size.width:
                found, note = BLANK, f" ↓ {below + 1:,} more"
            return Row(found.parts, found.id, found.style, ((note, "dim"),)), index == self.marked
        return (self.rows[index] if index < len(self.rows) else BLANK), index == self.marked

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
            segments.insert(0, Segment("▸" if marked else " " * self.gutter_left, lead))
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
        index = self.top + event.y - len(self.head)
        if len(self.head) <= event.y < self.size.height - len(self.tail) and index < len(self.rows):
            self.post_message(self.Chosen(self, index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines down."""
        self.scroll(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines up."""
        self.scroll(-3)
        event.stop()


def _cells(parts: Sequence[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def _first_change(old: tuple[Row, bool], new: tuple[Row, bool]) -> int:
    """The first cell in which two rows may differ."""
    if old[1] != new[1] or old[0].style != new[0].style:
        return 0
    at = 0
    for one, other in zip(old[0].parts, new[0].parts, strict=False):
        if one == other:
            at += cell_len(one[0])
            continue
        if one[1] == other[1]:
            same = 0
            while same < min(len(one[0]), len(other[0])) and one[0][same] == other[0][same]:
                same += 1
            # A mark that combines belongs to the cell before it.
            at += cell_len(one[0][: max(same - 1, 0)])
        break
    return at


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
        return Color.parse(text).rich_color if text else None
    except ColorParseError:
        return None
