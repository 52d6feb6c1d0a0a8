"""A few rows below a list, which may be more than fit: scrolled, and told how many follow.

Promises: as many rows as there is room for, never more. Refuses: to know what the rows mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from abm_tree.tui.text import Row, row


class Scrolled:
    """Where somebody has scrolled to."""

    def __init__(self) -> None:
        self.top = 0
        self.page = 1  # lines that a page has, as it was shown last

    def rows(self, rows: Sequence[Row], height: int, key: str) -> list[Row]:
        """The rows that are seen; `key` shows more of them."""
        self.fit(len(rows), height)
        shown = list(rows[self.top : self.top + height])
        below = len(rows) - self.top - height
        if below > 0 and shown:
            shown[-1] = row((f"↓ {below + 1:,} more lines: {key}", "dim"))
        return shown

    def fit(self, count: int, height: int) -> int:
        """The first line that is seen, of so many."""
        self.page = max(height - 2, 1)
        self.top = min(max(self.top, 0), max(count - height, 0))
        return self.top

    def press(self, key: str) -> bool:
        """Keys that scroll."""
        moves = {"pagedown": self.page, "space": self.page, "pageup": -self.page}
        if key not in moves:
            return False
        self.top += moves[key]
        return True
