"""The people of an account: how much they weigh and care, which roles they have, how well those are covered.

Promises: what a key changes is in the journal before the screen shows it, and can be taken back; the walk
goes on with what was recorded here; a role that a job title suggests covers nothing until it is confirmed.
Refuses: to guess where somebody stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from abm_tree.group.coverage import Coverage
from abm_tree.group.people import Stakeholder
from abm_tree.session.book import Entry, Person
from abm_tree.session.coverage import covered_now
from abm_tree.session.people import INFLUENCE, INTEREST, LEAST, MOST, people, place, take_back, taken_in
from abm_tree.session.walk import Walk
from abm_tree.tui.asides import PLAN, STORIES, Asides
from abm_tree.tui.choice import Choice
from abm_tree.tui.grid import ordered
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.people_forms import Drawn
from abm_tree.tui.people_rows import nobody
from abm_tree.tui.people_told import TITLES, Telling
from abm_tree.tui.text import Row, cut
from abm_tree.tui.view import Act, Pane, Picture, Size
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

MIDDLE = 3  # from where somebody without a place is moved
ARROWS = {"up": (INFLUENCE, 1), "down": (INFLUENCE, -1), "right": (INTEREST, 1), "left": (INTEREST, -1)}
# The forms of the screen, in the order in which one key goes through them, with the word for that key.
FORMS = {"grid": "Grid", "list": "List", "coverage": "Coverage", STORIES: "Stories", PLAN: "Plan"}
OF_ONE = ("people.role", "people.attitude", "people.spoke", "people.add", "people.knows", "people.walk")


class People(OfWalk):
    """Who is who at the account of a walk."""

    name: ClassVar[str] = "people"

    def __init__(self, app: AbmTree, walk: Walk, form: str = "grid") -> None:
        super().__init__(app, walk)
        self.form = form
        self.found: tuple[Stakeholder, ...] = ()
        self.cover: Coverage | None = None
        self.chosen = walk.subject.stakeholder_id  # who is marked
        self.choice: Choice | None = None  # what is chosen now
        self.top = 0  # of the coverage
        self.telling = Telling(app, walk, self._recorded, self._mark)
        self.asides = Asides(app, walk)
        self._changed = False

    # -------------------------------------------------------------- who is there

    def enter(self) -> None:
        """Look at the lists and at the journal anew."""
        self._read()
        self.asides.behind.look()

    def follow(self) -> None:
        """Another terminal has written."""
        super().follow()
        self._read()

    def listed(self) -> None:
        """The lists were read again."""
        self.enter()

    def tick(self) -> bool:
        """Try again what could not be read a second ago."""
        if self.aside:
            self.asides.behind.need()
        return False

    @property
    def aside(self) -> bool:
        """Whether the form is about everybody."""
        return self.form in (STORIES, PLAN)

    def _read(self) -> None:
        subject, workspace = self.walk.subject, self.app.workspace
        book = self.app.book if self.app.ready else None
        moment = workspace.now()
        self.found = people(workspace, subject.account_id, subject.deal_id, book=book, as_of=moment)
        self.telling.walk, self.telling.people = self.walk, self.found
        account, deal = subject.account_id, subject.deal_id
        self.cover = covered_now(workspace, self.found, moment, account_id=account, deal_id=deal)
        if not any(one.id == self.chosen for one in self.found):
            shown = self._shown()
            self.chosen = shown[0].id if shown else ""
        self.asides.behind.changed()
        self.tick()

    def _mark(self, person: str) -> None:
        self.chosen = person

    @property
    def choosing(self) -> bool:
        """Whether something is chosen for the marked person."""
        return self.choice is not None

    def _shown(self) -> list[Stakeholder]:
        """In the order in which the screen shows them."""
        return ordered(self.found) if self.form == "grid" else list(self.found)

    @property
    def marked(self) -> Stakeholder | None:
        """Whom keys act on."""
        return next((one for one in self.found if one.id == self.chosen), None)

    @property
    def own_keys(self) -> frozenset[str]:
        """In the grid the arrows move a person; in the plan, two of them pick another one."""
        if self.form == PLAN:
            return frozenset(("left", "right"))
        moving = self.form == "grid" and not self.choosing and self.marked is not None
        return frozenset(ARROWS) if moving else frozenset()

    # -------------------------------------------------------------- what is shown

    def picture(self, size: Size) -> Picture:
        """The grid or the list, and what is known of the marked person."""
        one = self.marked
        side = size.width * 34 // 100
        width = size.width - side - 2 if size.wide else size.width - 2
        if self.choice is not None:
            return self.choice.picture(width)
        assert self.cover is not None
        drawn = Drawn(self.found, self.chosen, self.cover, self.asides.behind.unread)
        if self.aside and self.walk.subject.account_id:
            whole = size.width - 2 if self.form == STORIES else width
            head = drawn.head(self.asides.words(self.form), whole)
            return self.asides.picture(self.form, self.chosen, head, size, width, side - 4)
        if one is None:
            return Picture(Pane([*drawn.wrong(size.width - 2), *self._nobody(size.width - 2)]))
        match self.form:
            case "coverage":
                shown = drawn.as_coverage(one, size, width, side - 4, self.top)
                self.top = shown.main.top or 0
                return shown
            case "list":
                return drawn.as_list(one, size, width, side - 4)
            case _:
                return drawn.as_grid(one, size, width, side - 4)

    def _nobody(self, width: int) -> list[Row]:
        account = self.walk.names.account or self.walk.subject.account_id
        contacts = self.app.workspace.places.contacts
        name = contacts.name if contacts is not None else ""
        return nobody(account, name, self.app.key_of("people.add"), width)

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done with people."""
        if self.choosing:
            return (Act("choose", "", "Take it"), Act("leave", "", "Leave it"))
        none = "" if self.found else "There is nobody on this screen."
        account = "" if self.walk.subject.account_id else "This walk is about no account."
        alone = none or ("" if len(self.found) > 1 else "There is nobody else to know.")
        forms = list(FORMS)
        following = forms[(forms.index(self.form) + 1) % len(forms)]
        ends = (Act("go"), Act("leave"))
        if self.aside:
            to_grid = f"For the marked person; {self.app.key_of('people.form')} goes on to the grid."
            return (
                *self.asides.acts(self.form),
                Act("people.form", account, FORMS[following]),
                Act("people.plan", "This is the plan." if self.form == PLAN else "", quiet=True),
                Act("people.undo", quiet=True),
                *ends,
                *(Act(one, to_grid, quiet=True) for one in OF_ONE),
            )
        return (
            Act("people.role", none),
            Act("people.attitude", none),
            Act("people.spoke", none),
            Act("people.add", account),
            Act("people.knows", alone),
            Act("people.walk", none),
            Act("people.undo"),
            Act("people.form", account, FORMS[following]),
            Act("people.plan", account),
            Act("down", none, "Next person", quiet=True),
            Act("up", none, "Person before", quiet=True),
            *ends,
        )

    def act(self, action: str) -> bool:
        """Pick a person, say something of them, take back, go on with them, or back to the walk."""
        if self.choice is not None:
            return self._choosing(self.choice, action)
        one = self.marked
        if self.aside and self.asides.act(self.form, action):
            return True
        match action:
            case "down" | "up" if self.form == "coverage":
                self.top = max(self.top + (1 if action == "down" else -1), 0)
            case "down" | "up":
                self._pick(1 if action == "down" else -1)
            case "people.undo":
                self._take_back()
            case "people.add":
                self.telling.add()
            case "people.form":
                forms = list(FORMS)
                self._show(forms[(forms.index(self.form) + 1) % len(forms)])
            case "people.plan":
                self._show(PLAN)
            case "people.role" | "choose" if one is not None:
                self.choice = self.telling.role(one)
            case "people.attitude" if one is not None:
                self.choice = self.telling.attitude(one)
            case "people.knows" if one is not None:
                self.choice = self.telling.knows(one)
            case "people.spoke" if one is not None:
                self.telling.spoke(one)
            case "people.walk" if one is not None:
                self._walk_with(one)
            case _ if action == "leave" or action.startswith("go."):
                self._follow_walk()
                return super().act(action)
            case _:
                return False
        return True

    def _show(self, form: str) -> None:
        self.form, self.top = form, 0
        if self.asides.behind.problem:
            self.asides.behind.changed()  # it may be mended
        self.tick()

    def _choosing(self, choice: Choice, action: str) -> bool:
        """Keys while something is chosen."""
        match action:
            case "down" | "up":
                choice.move(1 if action == "down" else -1)
            case "choose":
                self._take(choice.at(choice.mark))
            case "leave":
                self.choice = None
            case _ if action.startswith("people."):
                self.app.say("First choose one of these, or leave it with Esc.", "warn")
            case _ if action.startswith("go."):
                self.choice = None
                return self.act(action)
            case _:
                return False
        return True

    def _take(self, done: Callable[[], None] | None) -> None:
        if done is not None:
            self.choice = None
            done()

    def press(self, key: str, character: str | None) -> bool:
        """Arrows in the grid; Tab for the next form; the first and the last person."""
        if self.choice is not None:
            if character == "0":
                self._take(self.choice.numbered(0))
            return True
        ends = {"home": -1, "pageup": -1, "end": 1, "pagedown": 1}
        if key in ARROWS and self.form == "grid" and self.marked is not None:
            self._move(*ARROWS[key])
        elif key == "tab":
            return self.act("people.form")
        elif self.form == PLAN and key in ("left", "right"):
            self._pick(1 if key == "right" else -1)
            self.asides.plan.show_words(True)
        elif self.aside:
            return self.asides.press(self.form, key)
        elif key in ends and self.form == "coverage":
            self.top = max(self.top + ends[key] * 1000, 0)
        elif key in ends:
            self._pick(ends[key] * len(self.found))
        else:
            return False
        return True

    def digit(self, number: int) -> bool:
        """What is chosen, by its number."""
        if self.choice is None:
            return False
        self._take(self.choice.numbered(number))
        return True

    def click(self, pane: str, index: int) -> None:
        """Pick a person, or what is chosen."""
        if pane != "main":
            return
        if self.choice is not None:
            self._take(self.choice.at(index))
        elif self.aside:
            self.asides.click(self.form, index)
        elif self.form == "list" and index < len(self.found):
            self.chosen = self.found[index].id

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll the coverage, or what stands beside the plan."""
        if self.form == PLAN:
            return self.asides.wheel(pane, by)
        if self.form != "coverage" or pane != "main" or self.choice is not None:
            return False
        self.top = max(self.top + by, 0)
        return True

    def _pick(self, by: int) -> None:
        shown = self._shown()
        at = next((n for n, one in enumerate(shown) if one.id == self.chosen), 0)
        if shown:
            self.chosen = shown[min(max(at + by, 0), len(shown) - 1)].id

    def _move(self, key: str, by: int) -> None:
        one = self.marked
        assert one is not None
        before = one.influence if key == INFLUENCE else one.interest
        after = (MIDDLE if before is None else before) + by
        name = cut(one.name, 30)
        if not LEAST <= after <= MOST:
            edge = "highest" if by > 0 else "lowest"
            self.app.say(f"{TITLES[key]} of {name} is {before}, the {edge} there is.", "warn")
            return
        place(
            self.app.workspace,
            self.walk.subject.account_id,
            one.id,
            influence=after if key == INFLUENCE else None,
            interest=after if key == INTEREST else None,
            account_name=self.walk.names.account,
            stakeholder_name=one.name,
        )
        self._recorded(one)
        came = "" if before is None else f", was {before}"
        undo = self.app.key_of("people.undo")
        self.app.say(f"{TITLES[key]} of {name}: {after}{came}. Recorded; {undo} takes it back.")

    def _take_back(self) -> None:
        subject = self.walk.subject
        taken = take_back(self.app.workspace, subject.account_id, subject.deal_id)
        if taken is None:
            self.app.say("Nothing that you recorded here is left to take back.", "warn")
            return
        before = self.found
        self.chosen = taken.stakeholder_id or self.chosen
        self._recorded(Stakeholder(taken.stakeholder_id, ""))
        self.app.say(self.telling.taken(taken, before))

    def _walk_with(self, one: Stakeholder) -> None:
        """The same tree with the marked person: what was said of account and deal counts there, too."""
        self._follow_walk()
        subject, workspace, tree = self.walk.subject, self.app.workspace, self.walk.tree.id
        if one.id == subject.stakeholder_id:
            self.back()
            return
        whom = Subject(subject.account_id, subject.deal_id, one.id)
        lines = workspace.desk.walks(account=subject.account_id, unfinished=True)
        again = next((found.walk for found in lines if (found.tree, found.subject) == (tree, whom)), None)
        if again is not None:
            self.app.open_walk(workspace.resume(again))
            self.app.say(f"Going on with {cut(one.name, 30)}, where you were.")
            return
        entry = Entry(subject.account_id, self.walk.names.account)
        person = Person(one.id, subject.account_id, one.name, one.title)
        self.app.open_walk(workspace.start(tree, entry, person, subject=whom))
        self.app.say(f"A new walk with {cut(one.name, 30)}: what is known of the account counts.")

    def _recorded(self, one: Stakeholder) -> None:
        self._changed = self._changed or one.id == self.walk.subject.stakeholder_id
        self._read()

    def _follow_walk(self) -> None:
        """The walk goes on with what was recorded about its person."""
        if self._changed:
            self.walk = taken_in(self.app.workspace, self.walk)
            self._changed = False
