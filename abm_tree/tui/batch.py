"""Batch: the results of a list as a table that filters, with counts beside it, and the way of one row.

Promises: a million rows scroll at once, since only what is seen is made; reading, filtering and writing go on
behind the screen, and the newest wish counts. Refuses: to decide, to sort, to change results.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from abm_tree.session.browse import Filter, Selection, Table
from abm_tree.session.browsed import Browsed
from abm_tree.session.walk import Walk
from abm_tree.tui.batch_behind import bad_name, fill, tell, write
from abm_tree.tui.batch_rows import (
    Count,
    ResultRows,
    count_at,
    count_rows,
    counted,
    heading,
    line_of,
)
from abm_tree.tui.text import Part, Row, row, wrap
from abm_tree.tui.view import Act, Field, Pane, Picture, Prompt, Size, View

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

BESIDE = 72  # columns from which on the counts stand beside the table


class Batch(View):
    """Results, and what is wished for of them."""

    name: ClassVar[str] = "batch"
    digits: ClassVar[str] = "Only rows with that outcome; again: all."

    def __init__(self, app: AbmTree, browsed: Browsed) -> None:
        super().__init__(app)
        self.browsed = browsed
        self.wish = Filter()
        self.tree = 0  # which of several trees
        self.chosen = Selection(self.wish, 0, None, {})
        self.order: dict[str, tuple[str, ...]] = {}
        self.mark = 0
        self.side = False  # whether the keys move in the counts
        self.side_mark = 0
        self.searching = False
        self.share = 0.0
        self.state = "waits"  # then "fills", "whole" or "failed"
        self.problem = ""
        self.changed = ""
        self._asked = 0  # the number of the newest wish
        self._selecting = self._again = False
        self._top: int | None = None
        self._table: Table | None = None
        self._counts: list[Count] = []

    # -------------------------------------------------------------- behind the screen

    def enter(self) -> None:
        """Take the rows in, once."""
        if self.state == "waits":
            self.state = "fills"
            fill(self)

    def differs(self) -> str:
        """Whether the tree has changed since the results were made."""
        return self.browsed.changed(self.app.workspace, self.tree)

    def came(self, share: float) -> None:
        """More rows are there."""
        self.share = share
        if self._table is not self.browsed.table:
            # The first, or all of them anew.
            self._table, self.mark = self.browsed.table, 0
        self._select()
        self.app.draw()

    def filled(self, changed: str) -> None:
        """All of them are."""
        self.state, self.changed = "whole", changed
        self._select()
        self.app.draw()

    def failed(self, problem: str) -> None:
        """The rest does not come."""
        self.state, self.problem = "failed", problem
        self.app.draw()

    def _select(self) -> None:
        """Filter in a thread; while that is at work, the newest wish waits."""
        self._asked += 1
        if self._selecting:
            self._again = True
            return
        self._selecting = True
        table, wish, prefix = self.browsed.table, self.wish, self.prefix

        def work() -> None:
            found = None
            try:
                found = table.select(wish, prefix)
            finally:
                self.app.watcher.later(self.selected, found)

        self.app.watcher.behind("select", work)

    def selected(self, found: Selection | None) -> None:
        """The rows that are wanted."""
        self._selecting = False
        if found is not None and found.filter == self.wish:
            kept = self.chosen.row(self.mark) if self.mark < len(self.chosen) else 0
            same = self.chosen.filter == found.filter
            self.chosen = found
            if not same:
                self.mark = self._position(kept)
            self.mark = min(self.mark, max(len(found) - 1, 0))
            if self.wish.empty or not self.order:
                self.order = {name: tuple(one for one, _ in pairs) for name, pairs in found.counts.items()}
        if self._again:
            self._again = False
            self._select()
        self.app.draw()

    def _position(self, number: int) -> int:
        """Where a row stands among those that are wanted, or where it would."""
        if self.chosen.places is None:
            return number
        return int(self.chosen.places.searchsorted(number))

    @property
    def prefix(self) -> str:
        """What stands before the names of the tree's columns."""
        return self.browsed.prefixes[self.tree]

    # -------------------------------------------------------------- what is shown

    def crumbs(self) -> Sequence[str]:
        """What the results are of."""
        several = len(self.browsed.made) > 1
        return ("Results", self.browsed.title, self.browsed.made[self.tree].tree if several else "")

    def beside(self) -> Sequence[Part]:
        """How many rows there are, and how far that is."""
        rows = f"{self.browsed.table.rows:,} rows"
        if self.state == "fills":
            return ((f"{rows}, {self.share:.0%}" if self.share else rows, "warn"),)
        return ((rows, "dim"),)

    def picture(self, size: Size) -> Picture:
        """The table, with the counts beside it or in its place."""
        beside = size.width >= BESIDE
        side = size.width * 30 // 100
        width = size.width - (side if beside else 0) - 2
        facets = self.browsed.table.facets(self.prefix)
        self._counts = counted(self.chosen, self.order, self.wish, facets)
        head = self._head(width)
        field = (
            Field(self.wish.text, "a part of an id; Enter opens the marked row") if self.searching else None
        )
        counts = self._side(side - 3 if beside else width) if beside or self.side else None
        if not beside and counts is not None:
            return Picture(counts, head, field)
        table = self.browsed.table
        if self.problem and not table.rows:
            return Picture(Pane(wrap([(self.problem, "bad")], width)), head, field, left=counts)
        if not len(self.chosen):
            words = "The rows are on their way." if self.state == "fills" else "No row is like that."
            words = "There are no rows." if not table.rows and self.state == "whole" else words
            return Picture(Pane([row((words, "warn"))]), head, field, left=counts)
        rows = ResultRows(table, self.chosen, self.prefix, width)
        top, self._top = self._top, None
        return Picture(Pane(rows, self.mark, top=top), [*head, heading(rows.shape)], field, left=counts)

    def _head(self, width: int) -> list[Row]:
        whole = self.browsed.table.rows
        wish = [
            getattr(self.wish, name) if name == "outcome" else f"{name} {getattr(self.wish, name)}"
            for name in ("outcome", "verdict", "needs", "status")
            if getattr(self.wish, name)
        ]
        wish += [f"“{self.wish.text.strip()}”"] if self.wish.text.strip() else []
        parts: list[Part] = []
        if wish:
            share = f" ({len(self.chosen) / whole:.1%})" if whole else ""
            parts += [(f"{len(self.chosen):,} of {whole:,}{share}: ", "bold"), (" · ".join(wish), "key")]
        else:
            parts += [(f"All {whole:,} rows.", "bold")]
        if self.chosen.filter != self.wish:
            parts.append((" Looking …", "dim"))
        tab = (("Tab", "key"), (" rows" if self.side else " counts", "dim"))
        first, *more = wrap(parts, width - 12)
        out = [Row(first.parts, right=tab), *more]
        if self.problem and whole:
            out += wrap([(f"Not all of it could be read: {self.problem}", "bad")], width)
        if self.changed:
            out += wrap([(self.changed, "warn")], width)
        return out

    def _side(self, width: int) -> Pane:
        mark = line_of(self._counts, self.side_mark) if self.side and self._counts else -1
        return Pane(count_rows(self._counts, self.wish, width), mark)

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done with results."""
        none = "" if len(self.chosen) else "No row is like that."
        several = "" if len(self.browsed.made) > 1 else "The results are of one tree."
        status = "status" in self.browsed.table.facets(self.prefix)
        back = (
            "Keys" if self.app.typing else "Rows" if self.side else "Home" if self.wish.empty else "All rows"
        )
        filling = "The rows are still on their way." if self.state == "fills" else none
        return (
            Act("choose", none, "Filter" if self.side else "Its way"),
            Act("search", "" if self.browsed.table.ids else "The results have no ids."),
            Act("batch.errors", "" if status else "The results have no column `status`."),
            Act("batch.export", filling),
            Act("batch.clear", "Nothing is filtered." if self.wish.empty else "", quiet=True),
            Act("batch.tree", several, quiet=bool(several)),
            Act("leave", "", back),
            Act("go"),
        )

    def act(self, action: str) -> bool:
        """Move, filter, open a row, export."""
        match action:
            case "down" | "up":
                self._move(1 if action == "down" else -1)
            case "choose":
                self._choose()
            case "search":
                self.searching, self.side = True, False
                self.app.fresh(typing=True)
            case "batch.errors":
                self._wish(self.wish.toggled("status", "error"))
            case "batch.clear":
                self._wish(Filter())
            case "batch.tree":
                self.tree = (self.tree + 1) % len(self.browsed.made)
                self.order = {}
                self.changed = self.differs()
                self._wish(Filter(text=self.wish.text))
            case "batch.export":
                self._export()
            case "leave" if self.searching:
                self.searching = False
                self.app.fresh(typing=False)
            case "leave" if self.side:
                self.side = False
            case "leave" if not self.wish.empty:
                self._wish(Filter())
            case "leave":
                self.app.go("home")
            case "go.map" | "go.path" | "go.people" | "go.outcome":
                self.app.say("Open a row first: its way has a map and an outcome.", "warn")
            case "go.author" if self.browsed.made:
                self.app.open_author(self.browsed.made[self.tree].tree)
            case "go.batch":
                return True
            case _:
                return False
        return True

    def _wish(self, wish: Filter) -> None:
        self.wish = wish
        self._select()

    def _toggle(self, one: Count) -> None:
        self._wish(self.wish.toggled(one.facet, one.value))

    def _move(self, by: int) -> None:
        if not self.side:
            self.mark = min(max(self.mark + by, 0), max(len(self.chosen) - 1, 0))
            return
        values = [at for at, one in enumerate(self._counts) if one.value]
        wanted = self.side_mark + by
        # Headings are passed over.
        further = [at for at in values if (at >= wanted if by > 0 else at <= wanted)]
        if values:
            nearest = (min if by > 0 else max)(further, default=values[-1] if by > 0 else values[0])
            self.side_mark = nearest

    def digit(self, number: int) -> bool:
        """Only rows with an outcome, by its number."""
        found = next((one for one in self._counts if one.key == str(number)), None)
        if found is None:
            self.app.say(f"There is no outcome {number}.", "warn")
        else:
            self._toggle(found)
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Tab goes to the counts and back; longer moves."""
        page = max(self.app.frame.pages["main"].room - 1, 1)
        far = max(len(self.chosen), len(self._counts))
        moves = {"pagedown": page, "pageup": -page, "end": far, "home": -far}
        if key in ("tab", "shift+tab"):
            self.side = not self.side and bool(self._counts)
            self.searching = False
            self._move(0)
            if self.side and not self._counts[min(self.side_mark, len(self._counts) - 1)].value:
                self._move(1)
        elif key in moves:
            self._move(moves[key])
        else:
            return False
        return True

    def typed(self, text: str) -> None:
        """Only rows with that in an id."""
        if text != self.wish.text:
            self._wish(Filter(self.wish.outcome, self.wish.verdict, self.wish.needs, self.wish.status, text))

    def entered(self, text: str) -> None:
        """Enter opens the marked row."""
        self.typed(text)
        self._open()

    def wheel(self, pane: str, by: int) -> bool:
        """Move the marker."""
        if pane != "main":
            return False
        self._move(by)
        return True

    def click(self, pane: str, index: int) -> None:
        """A row, or a count."""
        if pane == "left" or self.side:
            at = count_at(self._counts, index)
            if at is not None:
                self._toggle(self._counts[at])
        elif index < len(self.chosen):
            if index == self.mark:
                self._open()
            self.mark = index

    # -------------------------------------------------------------- one row

    def _choose(self) -> None:
        if self.side and self.side_mark < len(self._counts):
            self._toggle(self._counts[self.side_mark])
        else:
            self._open()

    def step(self, by: int) -> None:
        """Open the next row that is wanted."""
        before = self.mark
        self.mark = min(max(self.mark + by, 0), max(len(self.chosen) - 1, 0))
        if self.mark == before:
            self.app.say("There is no further row.", "warn")
        else:
            self._open()

    def _open(self) -> None:
        """Tell a row again, in a thread: its list may be long."""
        if self.mark >= len(self.chosen):
            return
        number, at, view = self.chosen.row(self.mark), self.tree, self.app.view
        page = self.app.frame.pages["main"]
        self._kept = page.top if view is self else self._kept
        self.app.say("Looking for the row in its list …")

        tell(self, number, at, partial(self._opened, view, number))

    _kept = 0  # the row at the top, when one was opened

    def _opened(self, before: View, number: int, walk: Walk) -> None:
        if self.app.view is before:
            from abm_tree.tui.row import RowWay

            self.app.say("")
            self.app.show(RowWay(self.app, walk, self, number))

    def unable(self, words: str) -> None:
        """Say why something could not be done."""
        self.app.say(words, "warn")
        self.app.draw()

    def follow(self) -> None:
        """Back from a row: the table is where it was."""
        self._top = self._kept

    # -------------------------------------------------------------- export

    def _export(self) -> None:
        chosen = self.chosen
        base = self.browsed.path.stem if self.browsed.path is not None else "results"
        wish = self.wish.outcome or self.wish.verdict or self.wish.needs or self.wish.status
        from abm_tree.report.files import file_name

        name = file_name(base, wish or "rows", suffix=".csv")
        label = f"Write {len(chosen):,} row{'' if len(chosen) == 1 else 's'} to:"
        self.app.ask(
            Prompt(label, partial(self._write, chosen), name, ".csv, .parquet or .jsonl", check=bad_name)
        )

    def _write(self, chosen: Selection, name: str) -> None:
        write(self, chosen, Path(name.strip()).expanduser())

    def wrote(self, words: str) -> None:
        """Say what was written."""
        self.app.say(words)
        self.app.draw()
