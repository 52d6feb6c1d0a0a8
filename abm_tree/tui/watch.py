"""What happens behind the screen: loading, other terminals, lists that change, the journal's health.

Promises: threads read and only the app's own thread changes what is shown; a mistake of our own here is
reported and the call goes on. Refuses: to ask anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from abm_tree.journal.store import NotRead
from abm_tree.session.book import Book
from abm_tree.session.workspace import TreeProblem

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

AGAIN = 3  # seconds after which a journal that another program holds is tried again


class Watch:
    """The work that nobody waits for."""

    def __init__(self, app: AbmTree) -> None:
        self.app = app
        self._ticks = 0

    def begin(self) -> None:
        """Load what comes next, once the first frame is shown, and look around every second."""
        self.behind("load", self._load)
        self.app.set_interval(1.0, self.tick)

    def behind(self, name: str, work: Callable[[], None]) -> None:
        """Do something in a thread, instead of the same that is still at work."""

        def run() -> None:
            try:
                work()
            except NotRead:
                return  # the next second tells more
            except Exception as error:
                from abm_tree.tui.crash import report

                where = report(error, self.app.workspace)
                self.later(self._told, f"internal error: {type(error).__name__}. {where}")

        self.app.run_worker(run, name, group=name, exclusive=True, thread=True, exit_on_error=False)

    def later(self, act: Callable[..., None], *values: object) -> None:
        """From a thread: have something done where widgets may be touched."""
        self.app.call_later(partial(act, *values))

    def _told(self, text: str, style: str = "bad") -> None:
        self.app.say(text, style)
        self.app.draw()

    # -------------------------------------------------------------- loading

    def _load(self) -> None:
        """Read the lists whole and load what a walk needs, while Home is looked at."""
        workspace = self.app.workspace
        self.later(self._book_read, workspace.book())
        try:
            import abm_tree.tui.outcome
            import abm_tree.tui.people
            import abm_tree.tui.tree_map
            import abm_tree.tui.walk  # noqa: F401 - loaded for what comes next

            # The first tree brings all that trees need; each of the others is then read in a moment.
            for line in workspace.trees():
                with suppress(TreeProblem):
                    workspace.tree(line.id)
                    break
            workspace.now()
        finally:
            self.later(self._ready)
        known = workspace.journal.problem
        problem = workspace.journal.check()
        if problem != known:
            self.later(self._told, problem)

    def _ready(self) -> None:
        """What a walk needs is loaded: from here on nothing is collected in the middle of an answer."""
        import gc

        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        gc.enable()
        self.app.frame.prepare()
        self.app.ready = True

    # -------------------------------------------------------------- every second

    def tick(self) -> None:
        """Has another terminal written, has a list changed, is the journal free again?"""
        app, journal = self.app, self.app.workspace.journal
        self._ticks += 1
        if journal.changed():
            app.queue.due()
            app.guard(app.view.follow)
            app.draw()
        elif app.view.tick():
            app.draw()
        app.queue.tick(home=getattr(app.view, "idle", False))
        if journal.held and self._ticks % AGAIN == 0:
            self.behind("journal", self._again)
        if app.ready and app.book.stamp != app.workspace.places.stamp:
            self.behind("book", self._reread)

    def _again(self) -> None:
        self.app.workspace.journal.line("")
        self.later(self._free)

    def _free(self) -> None:
        self.app.guard(self.app.view.follow)
        self._told("The journal is free again: what you answer is saved.", "")

    # -------------------------------------------------------------- the lists

    def _reread(self) -> None:
        """Read lists again that have changed, and see what that means for the walk at hand."""
        workspace, walk = self.app.workspace, getattr(self.app.view, "walk", None)
        book, said = workspace.book(), None
        if walk is not None and not book.problems:
            from abm_tree.session.relisted import relisted

            said = differs(relisted(workspace, walk), finished=walk.record.status == "decided")
        self.later(self._book_read, book, said)

    def _book_read(self, book: Book, said: str | None = None) -> None:
        """The lists are here; one that cannot be read any more stays as it was."""
        app = self.app
        if book.problems and book.problems != app.book.problems:
            stays = " The accounts stay here as they were." if app.book.entries and not book.entries else ""
            app.say(" ".join(book.problems) + stays, "warn")
        elif said is not None:
            app.say(said)
        elif app.book.problems and not book.problems:
            app.say("The lists are read again.")
        if book.problems and not book.entries:
            book = replace(book, entries=app.book.entries, people=app.book.people)
        app.book = book
        app.guard(app.view.listed)
        app.draw()


def differs(facts: tuple[str, ...], *, finished: bool) -> str:
    """What a change of the lists means for the walk at hand."""
    if not facts:
        return "The lists have changed, but not in what they say here."
    counts = "A new walk takes that in." if finished else "That counts when the walk is resumed."
    return f"The list has changed: {'; '.join(facts)}. {counts}"
