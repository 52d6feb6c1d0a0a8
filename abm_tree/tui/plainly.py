"""No colours where NO_COLOR asks for none, and only the terminal's own in a theme that is made of those.

Promises: with NO_COLOR, not one colour code reaches the terminal, whatever the theme; what is marked is
reversed instead. In a theme of the terminal's colours no other one is sent. Refuses: nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.color import Color as RichColor
from rich.color import ColorSystem, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import DimFilter, LineFilter, Monochrome, NoColor


class Colourless(LineFilter):
    """Takes the colours out of what is drawn; Textual's own filters leave greys, or codes for the default."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text, bold and reversed as before, without colours."""
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]


class OwnColours(LineFilter):
    """In a theme of the terminal's colours, turns what Textual draws in others into those."""

    def __init__(self, app: App[Any]) -> None:
        super().__init__()
        self._app = app

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text in one of sixteen colours."""
        if not self._app.native_ansi_color:
            return segments
        return [
            Segment(text, _own(style) if style is not None else None, control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _own(style: Style) -> Style:
    front, back = style.color, style.bgcolor
    if not _other(front) and not _other(back):
        return style
    kept = front.downgrade(ColorSystem.STANDARD) if front is not None and _other(front) else front
    return style.without_color + Style(color=kept, bgcolor=None if _other(back) else back)


def _other(colour: RichColor | None) -> bool:
    return colour is not None and colour.type in (ColorType.TRUECOLOR, ColorType.EIGHT_BIT)


def plainly(app: App[Any]) -> None:
    """Let the app draw without colours, or in the terminal's own, where that is wished."""
    if app.no_color:
        kept = [one for one in app._filters if not isinstance(one, Monochrome | NoColor | DimFilter)]
        app._filters = [*kept, Colourless()]
    else:
        app._filters.append(OwnColours(app))
