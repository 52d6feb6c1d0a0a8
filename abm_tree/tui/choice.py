"""Something to choose from a few lines: by number, by moving, or left as it is.

Promises: a line does what it says once it is taken; nothing happens until then. Refuses: to know what lines
mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from abm_tree.tui.text import cut, row
from abm_tree.tui.view import Pane, Picture


@dataclass
class Choice:
    """A question with its lines; `zero` is the line that 0 takes."""

    title: str
    lines: Sequence[tuple[str, Callable[[], None]]]
    zero: tuple[str, Callable[[], None]] | None = None
    mark: int = 0

    @property
    def _all(self) -> list[tuple[str, Callable[[], None]]]:
        return [*self.lines, *([self.zero] if self.zero is not None else [])]

    def picture(self, width: int) -> Picture:
        """The lines, numbered as far as there are digits."""
        head = [row((cut(self.title, width), "title"))]
        rows = []
        for number, (words, _) in enumerate(self.lines, start=1):
            key = f" {number}  " if number < 10 else "    "
            rows.append(row((key, "key"), (cut(words, width - 5), "")))
        if self.zero is not None:
            rows.append(row((" 0  ", "key"), (cut(self.zero[0], width - 5), "dim")))
        return Picture(Pane(rows, self.mark), head)

    def move(self, by: int) -> None:
        """Mark another line."""
        self.mark = min(max(self.mark + by, 0), len(self._all) - 1)

    def at(self, number: int) -> Callable[[], None] | None:
        """What the line with a place does."""
        found = self._all
        return found[number][1] if 0 <= number < len(found) else None

    def numbered(self, digit: int) -> Callable[[], None] | None:
        """What the line with a number does; 0 is the one below the others."""
        if digit == 0:
            return self.zero[1] if self.zero is not None else None
        return self.lines[digit - 1][1] if digit <= len(self.lines) else None
