"""What is said of the marked person on the Stakeholders screen: role, attitude, contact, whom they know.

Promises: everything is in the journal before the screen shows it, and one key takes the last of it back; what
cannot be recorded says why, and what was typed stays. Refuses: to decide where somebody stands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from abm_tree.group.people import Stakeholder
from abm_tree.session.book import Book, Person
from abm_tree.session.met import NotPossible, add_person, set_attitude, set_knows, spoke, unset_knows
from abm_tree.session.people import INFLUENCE, INTEREST, KNOWS, MET, Taken, set_role
from abm_tree.session.walk import Walk
from abm_tree.tree.terms import ROLE
from abm_tree.tui.choice import Choice
from abm_tree.tui.steps import ROLES
from abm_tree.tui.text import cut
from abm_tree.tui.view import Prompt

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

TITLES = {
    INFLUENCE: "Influence",
    INTEREST: "Interest",
    ROLE: "Role",
    "stakeholder.attitude": "Attitude",
    "stakeholder.last_contact": "Last contact",
    "deal.champion_tested": "Champion tested",
}
NOT_KNOWN = "Not known: take back what was recorded here"
ATTITUDES = {
    2: "+2  speaks for us when we are not there",
    1: "+1  for us",
    0: " 0  neutral",
    -1: "-1  against us",
    -2: "-2  works against us",
}
Told = Callable[[Stakeholder], None]


class Telling:
    """Recording what is said about people, and saying so."""

    def __init__(self, app: AbmTree, walk: Walk, told: Told, mark: Callable[[str], None]) -> None:
        self.app = app
        self.walk = walk
        self.told = told  # called with whom something was recorded about
        self.mark = mark  # marks a person by id
        self.people: tuple[Stakeholder, ...] = ()

    @property
    def account(self) -> str:
        """The account's id."""
        return self.walk.subject.account_id

    @property
    def book(self) -> Book | None:
        """The lists, where they have been read."""
        return self.app.book if self.app.ready else None

    def _names(self, one: Stakeholder) -> dict[str, str]:
        return {"account_name": self.walk.names.account, "stakeholder_name": one.name}

    def _done(self, words: str) -> None:
        self.app.say(f"{words} Recorded; {self.app.key_of('people.undo')} takes it back.")

    # -------------------------------------------------------------- the role

    def role(self, one: Stakeholder) -> Choice:
        """The four roles, and none; the one that they have is marked, or that their title suggests."""
        lines = [(words, partial(self._role, one, role)) for role, words in ROLES.items()]
        likely = one.role or one.suggested
        mark = list(ROLES).index(likely) if likely in ROLES else 0
        zero = (NOT_KNOWN, partial(self._role, one, None))
        return Choice(f"Which role has {one.name} in this deal?", lines, zero, mark)

    def _role(self, one: Stakeholder, role: str | None) -> None:
        deal, name = self.walk.subject.deal_id, cut(one.name, 30)
        done = set_role(self.app.workspace, self.account, one.id, role, deal, **self._names(one))
        self.told(one)
        now = next((who for who in self.people if who.id == one.id), None)
        if role is not None:
            self._done(f"{name}: {role.replace('-', ' ')}.")
        elif now is not None and now.role is not None:
            still = f"{now.role_text} ({now.sources.get(ROLE, '')})"
            words = "counts again" if done else "counts; it was not recorded here"
            self.app.say(f"{name}: {still} {words}.", "warn")
        else:
            self.app.say(f"{name}: role not known.")

    # -------------------------------------------------------------- attitude, contact

    def attitude(self, one: Stakeholder) -> Choice:
        """Where somebody stands."""
        lines = [(words, partial(self._attitude, one, value)) for value, words in ATTITUDES.items()]
        mark = list(ATTITUDES).index(one.attitude) if one.attitude in ATTITUDES else 2
        return Choice(f"Where does {one.name} stand? Go by what they did.", lines, None, mark)

    def _attitude(self, one: Stakeholder, value: int) -> None:
        set_attitude(self.app.workspace, self.account, one.id, value, **self._names(one))
        self.told(one)
        came = "" if one.attitude is None else f", was {one.attitude:+d}" if one.attitude else ", was 0"
        self._done(f"Attitude of {cut(one.name, 30)}: {f'{value:+d}' if value else '0'}{came}.")

    def spoke(self, one: Stakeholder) -> None:
        """Somebody of us spoke with them today."""
        day = spoke(self.app.workspace, self.account, one.id, None, **self._names(one))
        self.told(one)
        self._done(f"Spoke with {cut(one.name, 30)} on {day.year:04d}-{day.month:02d}-{day.day:02d}.")

    # -------------------------------------------------------------- who is there, who knows whom

    def add(self) -> None:
        """Ask for somebody new."""

        def done(text: str) -> None:
            name, _, title = text.partition(",")
            try:
                found = add_person(
                    self.app.workspace,
                    self.account,
                    name,
                    title,
                    account_name=self.walk.names.account,
                    book=self.book,
                )
            except NotPossible as no:
                self.app.refuse(str(no))
                return
            self.mark(found.id)
            self.told(Stakeholder(found.id, found.name))
            self._done(f"Added {cut(found.name, 30)}.")

        self.app.ask(Prompt("New person:", done, hint="name, job title"))

    def knows(self, one: Stakeholder) -> Choice:
        """Whom somebody knows there; a line puts it on record, or takes it back."""
        others = [who for who in self.people if who.id != one.id]
        lines = [
            (f"{'✓' if who.id in one.knows else ' '} {who.name}", partial(self._knows, one, who))
            for who in others
        ]
        return Choice(f"Whom does {one.name} know? Choose to set it, or to take it back.", lines)

    def _knows(self, one: Stakeholder, other: Stakeholder) -> None:
        pair = [Person(who.id, self.account, who.name) for who in (one, other)]
        names = f"{cut(one.name, 30)} and {cut(other.name, 30)}"
        if other.id in one.knows:
            gone = unset_knows(self.app.workspace, self.account, *pair, book=self.book)
            self.told(one)
            if gone:
                self.app.say(f"Taken back: {names} know each other.")
            else:
                self.app.say(f"{names}: the contacts list says that they know each other.", "warn")
            return
        account = self.walk.names.account
        set_knows(self.app.workspace, self.account, *pair, account_name=account, book=self.book)
        self.told(one)
        self._done(f"{names} know each other.")

    # -------------------------------------------------------------- taken back

    def taken(self, taken: Taken, before: tuple[Stakeholder, ...]) -> str:
        """What was taken back, in words; `before` are the people as they were."""
        names = {one.id: cut(one.name, 30) for one in (*before, *self.people)}
        who = names.get(taken.stakeholder_id, taken.stakeholder_id)
        if taken.fact == MET:
            return f"Taken back: {who} is not added."
        if taken.fact == KNOWS:
            return f"Taken back: {who} and {names.get(str(taken.value), str(taken.value))} know each other."
        whose = f" of {who}" if who else ""
        return f"Taken back: {TITLES.get(taken.fact, taken.fact)}{whose}, {taken.text}."
