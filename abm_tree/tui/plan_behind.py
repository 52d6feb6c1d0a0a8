"""The plan of an account, worked out behind the Stakeholders screen.

Promises: made anew where the journal, the lists or what was recorded here has changed, once somebody looks at
it; the one before stays until then; what keeps it from being made is a sentence. Refuses: to touch widgets in
a thread; to show values of sensitive facts on which people contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from abm_tree.journal.store import NotRead
from abm_tree.session.contacts import contacts_unread, in_words
from abm_tree.session.starting import Refusal
from abm_tree.session.workspace import TreeProblem
from abm_tree.tui.failing import place, tree_problem

if TYPE_CHECKING:
    from abm_tree.session.plan import AccountPlan
    from abm_tree.session.walk import Walk
    from abm_tree.tui.app import AbmTree

OURS = "The plan could not be made: a mistake in abm-tree itself. It is reported below."


class PlanBehind:
    """What is known of an account's plan, and when that is to be worked out anew."""

    def __init__(self, app: AbmTree, walk: Walk, came: Callable[[], None]) -> None:
        self.app = app
        self.walk = walk
        self.came = came  # called when something new is known
        self.found: AccountPlan | None = None  # as it may be shown
        self.whole: AccountPlan | None = None  # as it is written
        self.problem = ""  # why there is none
        self.unread = ""  # why trees cannot read the contacts list
        self.at_work = False
        self._due = True
        self._run = 0

    def changed(self) -> None:
        """Something was said or read: the plan may be another one."""
        self._due = True

    def need(self) -> None:
        """Somebody looks at it."""
        if self._due and self.walk.subject.account_id:
            self._due, self.at_work = False, True
            self._run += 1
            self.app.watcher.behind("plan", partial(self._work, self._run))

    def look(self) -> None:
        """See whether trees can read the contacts list."""
        self.app.watcher.behind("contacts", self._look)

    # -------------------------------------------------------------- in a thread

    def _look(self) -> None:
        app, workspace = self.app, self.app.workspace
        book = app.book if app.ready else workspace.book()
        app.watcher.later(self._looked, in_words(contacts_unread(workspace, [self.walk.tree], book)))

    def _work(self, run: int) -> None:
        later = self.app.watcher.later
        try:
            shown, whole = self._plan()
        except NotRead:
            later(self._again, run)  # the journal is at work elsewhere
        except TreeProblem as problem:
            later(self._failed, run, tree_problem(problem))
        except Refusal as refused:
            told = [f"{place(one)}: {one.message} {one.help}".strip() for one in refused.findings]
            later(self._failed, run, " ".join(told))
        except Exception:
            later(self._failed, run, OURS)
            raise
        else:
            later(self._there, run, shown, whole)

    def _plan(self) -> tuple[AccountPlan, AccountPlan]:
        from abm_tree.group.plan import plan
        from abm_tree.session.plan import account_plan

        app, subject = self.app, self.walk.subject
        book = app.book if app.ready else None
        whole = account_plan(app.workspace, subject.account_id, subject.deal_id, book=book)
        if not any(one.sensitive for one in whole.conflicts):
            return whole, whole
        hidden = tuple(one.masked for one in whole.conflicts)
        return replace(whole, conflicts=hidden, plan=plan(whole.snapshot, hidden, whole.rules)), whole

    # -------------------------------------------------------------- where widgets may be touched

    def _there(self, run: int, shown: AccountPlan, whole: AccountPlan) -> None:
        if run == self._run:
            self.found, self.whole, self.problem, self.at_work = shown, whole, "", False
            self._came()

    def _failed(self, run: int, why: str) -> None:
        if run == self._run:
            self.found, self.whole, self.problem, self.at_work = None, None, why, False
            self._came()

    def _again(self, run: int) -> None:
        if run == self._run:
            self.at_work, self._due = False, True  # the next second tries again

    def _looked(self, unread: str) -> None:
        if unread != self.unread:
            self.unread = unread
            self._came()

    def _came(self) -> None:
        self.came()
        self.app.draw()
