"""The forms of the Stakeholders screen that are about people: the grid, the list, the coverage.

Promises: as much as fits in a window, the marked person always; that trees cannot read the contacts list
stands above all of it. Refuses: keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from abm_tree.group.coverage import Coverage
from abm_tree.group.people import Stakeholder
from abm_tree.tui.coverage_rows import LIGHTS, cover, in_few, uncovered, whole
from abm_tree.tui.grid import LOWEST, grid
from abm_tree.tui.people_rows import about, columns, headings, in_short, line, unplaced
from abm_tree.tui.text import BLANK, Row, cut, row, wrap
from abm_tree.tui.view import Pane, Picture, Size


@dataclass(frozen=True, slots=True)
class Drawn:
    """An account's people as they are shown."""

    people: Sequence[Stakeholder]
    chosen: str  # who is marked
    cover: Coverage
    unread: str = ""  # why trees cannot read the contacts list

    def as_grid(self, one: Stakeholder, size: Size, width: int, side: int) -> Picture:
        """Influence by interest; below or beside it what is known of the marked person."""
        words = f"←→ interest, ↑↓ influence of {cut(one.name, 24)}"
        head = self.head(words, width)
        size = Size(size.width, size.height + 1 - len(head))
        low = 0 if size.wide else max(4, min(8, size.height - LOWEST - 4))
        height = size.height - 1 - (low + 1 if low else 0)
        rest = unplaced(self.people, self.chosen, width, 1 if height < 9 else 2)
        main = Pane([*grid(self.people, self.chosen, width, height - len(rest)), *rest], top=0)
        if size.wide:
            return Picture(main, head, right=self._beside(one, side))
        if low < 8:
            short = uncovered(self.cover, width)
            told = in_short(one, width, max(low - 1 - len(short), 1), self.people)
            rows = [told[0], *short, *told[1:]]
        else:
            told = in_short(one, width, low - 1 - len(self.cover.roles), self.people)
            rows = [*told, *cover(self.cover, width)]
        return Picture(main, head, low=Pane(rows, top=0), low_height=low + 1)

    def as_list(self, one: Stakeholder, size: Size, width: int, side: int) -> Picture:
        """One line for each person; where there is no room beside it, a small grid below."""
        sizes = columns(width)
        title = self.head("arrows pick; in the grid they move", width)
        rows = [line(one, sizes) for one in self.people]
        marked = next(number for number, one in enumerate(self.people) if one.id == self.chosen)
        main, head = Pane(rows, marked), [*title, headings(sizes)]
        if size.wide:
            return Picture(main, head, right=self._beside(one, side))
        short = uncovered(self.cover, width)[:2] if size.height > LOWEST + 8 else []
        height = max(min(LOWEST + 4, size.height // 2), LOWEST)
        low = [*short, *grid(self.people, self.chosen, width, height)]
        return Picture(main, head, low=Pane(low, top=0), low_height=len(low) + 1)

    def head(self, words: str, width: int) -> list[Row]:
        """What the screen is, with the light of the whole; and what is wrong with the list."""
        word, style = LIGHTS[self.cover.light]
        words = cut(words, width - len("Stakeholders  ") - len(word) - 3)
        told = row(("Stakeholders  ", "title"), (words, "dim"), right=((f"{word} ", style),))
        return [told, *self.wrong(width)]

    def as_coverage(self, one: Stakeholder, size: Size, width: int, side: int, top: int) -> Picture:
        """The light with its reasons, each role, the champion, and whom we reach."""
        head = self.head("how well the roles are covered", width)
        rows = whole(self.cover, width)
        top = min(top, max(len(rows) - (size.height - 1 - len(head)), 0))
        right = self._beside(one, side, roles=False) if size.wide else None
        return Picture(Pane(rows, top=top), head, right=right)

    def wrong(self, width: int) -> list[Row]:
        """That trees cannot read the contacts list, in two lines at most; the plan tells it whole."""
        rows = wrap([(self.unread, "warn")], width) if self.unread else []
        if len(rows) > 2:
            rows = [rows[0], row((cut(f"{rows[1].plain} {rows[2].plain}", width), "warn"))]
        return rows

    def _beside(self, one: Stakeholder, width: int, *, roles: bool = True) -> Pane:
        rows = about(one, width, self.people)
        if roles:
            rows += [BLANK, row(("Roles", "title")), *cover(self.cover, width)]
            rows += [BLANK, *in_few(self.cover, width)]
        return Pane(rows, top=0)
