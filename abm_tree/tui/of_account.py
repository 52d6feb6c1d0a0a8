"""Who is who at an account, looked at from Home: without a walk, with the same keys.

Promises: what is recorded here counts in every walk with these people. Refuses: to begin a walk unasked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from abm_tree.group.people import Stakeholder
from abm_tree.journal.store import in_memory
from abm_tree.session.book import Entry, Person
from abm_tree.session.plan import USUAL
from abm_tree.session.walk import Names, Walk, begin
from abm_tree.tui.people import People
from abm_tree.tui.text import Part
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.steps import Steps

NO_WALK = "No walk is open here: {} begins one with the marked person."


class PeopleOfAccount(People):
    """The people of an account that is marked on Home."""

    def __init__(self, app: AbmTree, subject: Subject, name: str, home: Steps) -> None:
        super().__init__(app, unrecorded(app, subject, name))
        self.home = home

    def crumbs(self) -> Sequence[str]:
        """The workspace, the account, the deal."""
        subject = self.walk.subject
        deal = (f"deal {subject.deal_id}",) if subject.deal_id else ()
        return (self.app.workspace.title, self.walk.names.account, *deal, "Stakeholders")

    def beside(self) -> Sequence[Part]:
        """Nothing: no walk stands anywhere."""
        return ()

    def act(self, action: str) -> bool:
        """What needs a walk says so; a tree to write is chosen on Home."""
        if action in ("go.map", "go.path", "go.outcome"):
            self.app.say(NO_WALK.format(self.app.key_of("people.walk")), "warn")
            return True
        if action in ("go.people", "go.author"):
            return action == "go.people"
        return super().act(action)

    def back(self) -> None:
        """To Home, as it was."""
        self.app.show(self.home, again=True)

    def _walk_with(self, one: Stakeholder) -> None:
        """Choose a tree first."""
        subject = self.walk.subject
        self.app.go("home")
        person = Person(one.id, subject.account_id, one.name, one.title)
        self.home.talk_to(Entry(subject.account_id, self.walk.names.account), person, subject.deal_id)


def unrecorded(app: AbmTree, subject: Subject, name: str) -> Walk:
    """A walk that says which account it is, and is never asked."""
    tree = app.workspace.tree(USUAL[-1]).tree
    names = Names(name or subject.account_id)
    return begin(tree, in_memory(), app.workspace.now(), {}, subject, names, by=app.workspace.by)
