"""Home's work queue: the question that settles most, and with whom to begin.

Promises: worked out behind the screen, when Home has been looked at for a moment and the journal or a list
has changed since; what is shown stays until it is known anew. Refuses: to load anything for the first frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from abm_tree.session.book import Entry, Person
from abm_tree.tui.items import Item

if TYPE_CHECKING:
    from abm_tree.session.queue import Line, Queue
    from abm_tree.tui.app import AbmTree

SHOWN = 3  # lines on Home itself
PATIENCE = 3  # seconds that Home is looked at before work for it begins


class WorkQueue:
    """What is known of it, and when that is to be worked out anew."""

    def __init__(self, app: AbmTree) -> None:
        self.app = app
        self.found: Queue | None = None
        self.patience = PATIENCE
        self._due = True
        self._stamp: object = None
        self._looked = 0

    def due(self) -> None:
        """Something was said: it may be asked already."""
        self._due = True

    def tick(self, *, home: bool) -> None:
        """A second has passed, with Home on the screen or not."""
        self._looked = self._looked + 1 if home else 0
        app = self.app
        stamp = app.workspace.places.stamp
        if not app.ready or self._looked < self.patience or not app.book.entries:
            return
        if self._due or stamp != self._stamp:
            self._due, self._stamp = False, stamp
            app.watcher.behind("queue", self._work)

    def _work(self) -> None:
        from abm_tree.session.queue import work_queue

        workspace = self.app.workspace
        found = work_queue(workspace, self.app.book)
        self.app.watcher.later(self._there, found, workspace)

    def _there(self, found: Queue, workspace: object) -> None:
        if workspace is not self.app.workspace or found == self.found:
            return  # another workspace was opened in the meantime, or nothing has changed
        self.found = found
        self.app.guard(self.app.view.listed)
        self.app.draw()

    # -------------------------------------------------------------- what is shown

    @property
    def why_not(self) -> str:
        """Why there is nothing to open; nothing where there is."""
        if self.found is None:
            return "What to ask next is not worked out yet."
        if self.found.lines:
            return ""
        return self.found.problem or "With everybody whom it would settle, that is being asked already."

    def heading(self, more: str = "") -> str:
        """Which question it is, and by which tree."""
        found = self.found
        assert found is not None
        return f"Next by {found.title}{more}: {found.ask}"

    def first(self, key: str) -> list[Item]:
        """A few lines for Home; none where nothing is known."""
        if self.found is None or not self.found.lines:
            return []
        count = len(self.found.lines)
        more = f" ({key}: more)" if count > SHOWN else ""
        out = [Item(self.heading(more))]
        return [*out, *self._items(self.found.lines[:SHOWN]), Item("")]

    def all(self) -> list[Item]:
        """All lines, with what the question settles."""
        found = self.found
        assert found is not None
        said = f"Settles {found.settles:,} of {found.open:,} open rows, at {found.accounts:,} accounts."
        return [Item(said), *self._items(found.lines)]

    def account(self, key: str) -> Entry | None:
        """The account of a line, by its key."""
        lines = self.found.lines if self.found is not None else ()
        return next((Entry(one.account, one.name) for one in lines if _key(one) == key), None)

    def _items(self, lines: Iterable[Line]) -> list[Item]:
        return [
            Item(
                one.name + (f" · {one.person_name}" if one.person_name else ""),
                f"asks {one.title}",
                "",
                partial(self._begin, one),
                key=("next", _key(one)),
            )
            for one in lines
        ]

    def _begin(self, one: Line) -> None:
        """Begin the walk that asks it."""
        assert self.found is not None
        book, workspace = self.app.book, self.app.workspace
        entry = book.entry(one.account)
        listed = book.people.get(one.account, ())
        person = next((found for found in listed if found.id == one.person), None)
        if person is None and one.person:
            person = Person(one.person, one.account, one.person_name)
        self._due = True
        self.app.open_walk(workspace.start(self.found.tree, entry, person))


def _key(line: Line) -> str:
    return f"{line.account}/{line.person}"
