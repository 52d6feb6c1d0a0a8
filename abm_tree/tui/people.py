"""The people of an account: how much they weigh and care, which roles they have, which role nobody covers.

Promises: what a key changes is in the journal before the screen shows it, and can be taken back; the walk
goes on with what was recorded here. Refuses: to guess where somebody stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from abm_tree.group.people import Stakeholder
from abm_tree.session.people import (
    INFLUENCE,
    INTEREST,
    LEAST,
    MOST,
    people,
    place,
    set_role,
    take_back,
    taken_in,
)
from abm_tree.session.walk import Walk
from abm_tree.tree.terms import ROLE
from abm_tree.tui.grid import LOWEST, grid, ordered
from abm_tree.tui.home import ROLES
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.people_rows import about, columns, cover, headings, in_short, line, uncovered, unplaced
from abm_tree.tui.text import BLANK, Row, cut, row, wrap
from abm_tree.tui.view import Act, Pane, Picture, Size

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

MIDDLE = 3  # from where somebody without a place is moved
ARROWS = {"up": (INFLUENCE, 1), "down": (INFLUENCE, -1), "right": (INTEREST, 1), "left": (INTEREST, -1)}
TITLES = {INFLUENCE: "Influence", INTEREST: "Interest", ROLE: "Role"}
NOT_KNOWN = "Not known: take back what was recorded here"
LISTED = "Account ID, Contact ID, Name, Title, Contact Role, Influence, Interest, Attitude, Last Contact"


class People(OfWalk):
    """Who is who at the account of a walk."""

    name: ClassVar[str] = "people"

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app, walk)
        self.form = "grid"
        self.found: tuple[Stakeholder, ...] = ()
        self.chosen = walk.subject.stakeholder_id  # who is marked
        self.choosing = False  # whether a role is chosen
        self.role_mark = 0
        self._changed = False

    # -------------------------------------------------------------- who is there

    def enter(self) -> None:
        """Look at the lists and at the journal anew."""
        self._read()

    def follow(self) -> None:
        """Another terminal has written."""
        super().follow()
        self._read()

    def _read(self) -> None:
        subject = self.walk.subject
        book = self.app.book if self.app.ready else None
        self.found = people(self.app.workspace, subject.account_id, subject.deal_id, book=book)
        if not any(one.id == self.chosen for one in self.found):
            shown = self._shown()
            self.chosen = shown[0].id if shown else ""

    def _shown(self) -> list[Stakeholder]:
        """In the order in which the screen shows them."""
        return ordered(self.found) if self.form == "grid" else list(self.found)

    @property
    def marked(self) -> Stakeholder | None:
        """Whom keys act on."""
        return next((one for one in self.found if one.id == self.chosen), None)

    @property
    def own_keys(self) -> frozenset[str]:
        """In the grid the arrows move a person."""
        moving = self.form == "grid" and not self.choosing and self.marked is not None
        return frozenset(ARROWS) if moving else frozenset()

    # -------------------------------------------------------------- what is shown

    def picture(self, size: Size) -> Picture:
        """The grid or the list, and what is known of the marked person."""
        one = self.marked
        if one is None:
            return Picture(Pane(self._nobody(size.width - 2)))
        side = size.width * 34 // 100
        width = size.width - side - 2 if size.wide else size.width - 2
        if self.choosing:
            return self._roles(one, width)
        shown = self._list if self.form == "list" else self._grid
        return shown(one, size, width, side - 4)

    def _grid(self, one: Stakeholder, size: Size, width: int, side: int) -> Picture:
        words = f"←→ interest, ↑↓ influence of {cut(one.name, 24)}"
        head = [row(("Stakeholders  ", "title"), (words, "dim"))]
        low = 0 if size.wide else max(4, min(8, size.height - LOWEST - 4))
        height = size.height - 1 - (low + 1 if low else 0)
        rest = unplaced(self.found, self.chosen, width, 1 if height < 9 else 2)
        main = Pane([*grid(self.found, self.chosen, width, height - len(rest)), *rest], top=0)
        if size.wide:
            return Picture(main, head, right=self._beside(one, side))
        told = in_short(one, width)
        if low < 8:
            rows = [told[0], *uncovered(self.found, width), *told[1:]]
        else:
            rows = [*told, *cover(self.found, width)]
        return Picture(main, head, low=Pane(rows, top=0), low_height=low + 1)

    def _list(self, one: Stakeholder, size: Size, width: int, side: int) -> Picture:
        """One line for each person; where there is no room beside it, a small grid below."""
        sizes = columns(width)
        title = row(("Stakeholders  ", "title"), ("arrows pick; in the grid they move", "dim"))
        rows = [line(one, sizes) for one in self.found]
        marked = next(number for number, one in enumerate(self.found) if one.id == self.chosen)
        main, head = Pane(rows, marked), [title, headings(sizes)]
        if size.wide:
            return Picture(main, head, right=self._beside(one, side))
        short = uncovered(self.found, width)[:1] if size.height > LOWEST + 8 else []
        height = max(min(LOWEST + 4, size.height // 2), LOWEST)
        low = [*short, *grid(self.found, self.chosen, width, height)]
        return Picture(main, head, low=Pane(low, top=0), low_height=len(low) + 1)

    def _beside(self, one: Stakeholder, width: int) -> Pane:
        rows = [*about(one, width), BLANK, row(("Roles", "title")), *cover(self.found, width)]
        return Pane(rows, top=0)

    def _roles(self, one: Stakeholder, width: int) -> Picture:
        """The four roles, and none."""
        head = [row((cut(f"Which role has {one.name} in this deal?", width), "title"))]
        rows = [
            row((f" {number}  ", "key"), (cut(words, width - 5), ""))
            for number, words in enumerate(ROLES.values(), start=1)
        ]
        rows.append(row((" 0  ", "key"), (cut(NOT_KNOWN, width - 5), "dim")))
        return Picture(Pane(rows, self.role_mark), head)

    def _nobody(self, width: int) -> list[Row]:
        account = self.walk.names.account or self.walk.subject.account_id
        if not account:
            return wrap([("This walk is about no account, so there are no people to show.", "bold")], width)
        rows = wrap([(f"Nobody is on the contacts list for {account}.", "bold")], width)
        contacts = self.app.workspace.places.contacts
        if contacts is not None:
            rows += wrap(f"Add people to {contacts.name}, each with the account's id beside the name.", width)
        else:
            words = "Put a contacts list beside abm-tree.toml and name it there, in two lines:"
            rows += [
                *wrap(words, width),
                row(("  [contacts]", "key")),
                row(('  path = "contacts.csv"', "key")),
            ]
        return [*rows, BLANK, *wrap([(f"Its columns: {LISTED}.", "dim")], width)]

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done with people."""
        if self.choosing:
            return (Act("choose", "", "Take it"), Act("leave", "", "Leave it"))
        none = "" if self.found else "There is nobody on this screen."
        return (
            Act("people.role", none),
            Act("people.undo"),
            Act("people.form", none, "List" if self.form == "grid" else "Grid"),
            Act("down", none, "Next person"),
            Act("up", none, "Person before"),
            Act("go"),
            Act("leave"),
        )

    def act(self, action: str) -> bool:
        """Pick a person, set a role, take back, or back to the walk."""
        match action:
            case "down" | "up":
                self._pick(1 if action == "down" else -1)
            case "choose" if self.choosing:
                self._take_role(self.role_mark)
            case "people.role" | "people.undo" | "people.form" if self.choosing:
                self.app.say("First choose a role, or leave it with Esc.", "warn")
            case "people.role" | "choose":
                self._choose_role()
            case "people.undo":
                self._take_back()
            case "people.form":
                self.form = "list" if self.form == "grid" else "grid"
            case "leave" if self.choosing:
                self.choosing = False
            case _ if action == "leave" or action.startswith("go."):
                self._follow_walk()
                return super().act(action)
            case _:
                return False
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Arrows in the grid; Tab for the other form; the first and the last person."""
        if self.choosing:
            if character == "0":
                self._take_role(len(ROLES))
            return True
        if key in ARROWS and self.form == "grid" and self.marked is not None:
            self._move(*ARROWS[key])
        elif key == "tab":
            return self.act("people.form")
        elif key in ("home", "end", "pageup", "pagedown"):
            self._pick(len(self.found) if key in ("end", "pagedown") else -len(self.found))
        else:
            return False
        return True

    def digit(self, number: int) -> bool:
        """A role by its number."""
        if self.choosing and number <= len(ROLES):
            self._take_role(number - 1)
            return True
        return False

    def click(self, pane: str, index: int) -> None:
        """Pick a person, or a role."""
        if pane != "main":
            return
        if self.choosing and index <= len(ROLES):
            self._take_role(index)
        elif self.form == "list" and index < len(self.found):
            self.chosen = self.found[index].id

    def _pick(self, by: int) -> None:
        if self.choosing:
            self.role_mark = min(max(self.role_mark + by, 0), len(ROLES))
            return
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
        self.app.say(f"{TITLES[key]} of {name}: {after}{came}. Recorded; {self._undo_key()} takes it back.")

    def _choose_role(self) -> None:
        one = self.marked
        if one is not None:
            self.choosing = True
            self.role_mark = list(ROLES).index(one.role) if one.role in ROLES else 0

    def _take_role(self, number: int) -> None:
        one = self.marked
        self.choosing = False
        if one is None:
            return
        role = list(ROLES)[number] if number < len(ROLES) else None
        subject = self.walk.subject
        done = set_role(
            self.app.workspace,
            subject.account_id,
            one.id,
            role,
            subject.deal_id,
            account_name=self.walk.names.account,
            stakeholder_name=one.name,
        )
        self._recorded(one)
        now = self.marked
        name = cut(one.name, 30)
        if role is not None:
            self.app.say(f"{name}: {role.replace('-', ' ')}. Recorded; {self._undo_key()} takes it back.")
        elif now is not None and now.role is not None:
            still = f"{now.role_text} ({now.sources.get(ROLE, '')})"
            words = "counts again" if done else "counts; it was not recorded here"
            self.app.say(f"{name}: {still} {words}.", "warn")
        else:
            self.app.say(f"{name}: role not known.")

    def _take_back(self) -> None:
        subject = self.walk.subject
        taken = take_back(self.app.workspace, subject.account_id, subject.deal_id)
        if taken is None:
            self.app.say("Nothing that you recorded here is left to take back.", "warn")
            return
        self.chosen = taken.stakeholder_id
        self._read()
        one = self.marked
        if one is not None:
            self._recorded(one)
            self.app.say(
                f"Taken back: {TITLES.get(taken.fact, taken.fact)} of {cut(one.name, 30)}, {taken.value}."
            )

    def _recorded(self, one: Stakeholder) -> None:
        self._changed = self._changed or one.id == self.walk.subject.stakeholder_id
        self._read()

    def _follow_walk(self) -> None:
        """The walk goes on with what was recorded about its person."""
        if self._changed:
            self.walk = taken_in(self.app.workspace, self.walk)
            self._changed = False

    def _undo_key(self) -> str:
        return self.app.key_of("people.undo")
