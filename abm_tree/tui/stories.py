"""The stories of an account's people side by side, where they do not fit together.

Promises: each conflict with all its sides, one column a person where there is room, else under each other;
who, what, when, from where, who wrote it down, what proves it. Refuses: to say who is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len

from abm_tree.feel import string
from abm_tree.group.conflict import ASKED, MESSAGE, NEEDED, PROMISE, READ, SET, TOLD, Conflict, Side
from abm_tree.session.people_view import KINDS_OF_CONFLICT
from abm_tree.tui.scrolled import Scrolled
from abm_tree.tui.text import BLANK, Part, Row, cut, row, wrap
from abm_tree.tui.view import Pane, Picture, Size

if TYPE_CHECKING:
    from abm_tree.session.plan import AccountPlan

COLUMN = 27  # columns that a person's side takes at least
GAP = 2
LISTED = 6  # conflicts that are listed in a small window
# What each of them did.
DID = {
    TOLD: "told us",
    SET: "settled with them",
    PROMISE: "promised to them",
    READ: "their walk goes by",
    MESSAGE: "about to hear",
    ASKED: "answered us",
    NEEDED: "would be asked next",
}
SAID = (TOLD, PROMISE, ASKED)  # what has its day, though nobody may know it


class Stories:
    """The conflicts of an account; one of them is marked."""

    def __init__(self) -> None:
        self.conflicts: tuple[Conflict, ...] = ()
        self.at = 0
        self.scrolled = Scrolled()

    def take(self, conflicts: Sequence[Conflict]) -> None:
        """What there is now; the same one stays marked."""
        old = self.marked
        self.conflicts = tuple(conflicts)
        same = [
            number
            for number, one in enumerate(self.conflicts)
            if old is not None and (one.kind, one.fact, one.title) == (old.kind, old.fact, old.title)
        ]
        self.at = same[0] if same else min(self.at, max(len(self.conflicts) - 1, 0))

    @property
    def marked(self) -> Conflict | None:
        """The one that is marked."""
        return self.conflicts[self.at] if self.at < len(self.conflicts) else None

    def move(self, by: int) -> None:
        """Mark another one."""
        before = self.at
        self.at = min(max(self.at + by, 0), max(len(self.conflicts) - 1, 0))
        if self.at != before:
            self.scrolled.top = 0

    def press(self, key: str) -> bool:
        """Longer moves; the sides scroll."""
        if key in ("home", "end"):
            self.move(len(self.conflicts) if key == "end" else -len(self.conflicts))
            return True
        return self.scrolled.press(key)

    def click(self, found: Row) -> None:
        """Mark the one that was clicked."""
        if found.id.isdigit():
            self.move(int(found.id) - self.at)

    # -------------------------------------------------------------- what is shown

    def picture(self, found: AccountPlan, head: list[Row], size: Size) -> Picture:
        """The conflicts, and the sides of the marked one below."""
        width = size.width - 2
        one = self.marked
        if one is None:
            return Picture(Pane(_none(found, width), top=0), head)
        rows, at = self._listed(width)
        room = size.height - len(head)
        most = room * 2 // 5 if size.wide else LISTED
        height = min(len(rows), most)
        told = sides(one, found, width, wide=size.wide)
        low = self.scrolled.rows(told, room - height - 1, "Space")
        return Picture(Pane(rows, at), head, low=Pane(low, top=0), low_height=room - height)

    def _listed(self, width: int) -> tuple[list[Row], int]:
        """A line for each conflict, under what it is; and which of them is marked."""
        rows: list[Row] = []
        at, kind = 0, ""
        for number, one in enumerate(self.conflicts):
            if one.kind != kind:
                kind = one.kind
                rows.append(row((cut(KINDS_OF_CONFLICT.get(kind, kind), width), "title")))
            if number == self.at:
                at = len(rows)
            count = len(one.sides)
            right = f"{count} sides " if count != 1 else "1 side "
            title = cut(one.title, width - len(right) - 4)
            rows.append(row("  ", title, id=str(number), right=((right, "dim"),)))
        return rows, at


def _none(found: AccountPlan, width: int) -> list[Row]:
    people = len(found.snapshot.people)
    if not people:
        words = f"Nobody is known at {found.title}, so there are no stories to compare."
        return wrap([(words, "bold")], width)
    words = f"Nothing found at {found.title}: the stories fit together."
    who = "One person is" if people == 1 else f"{people} people are"
    more = f"{who} known there. What they told, were promised and are about to hear was compared."
    return [*wrap([(words, "bold")], width), *wrap([(more, "dim")], width)]


def sides(one: Conflict, found: AccountPlan, width: int, *, wide: bool) -> list[Row]:
    """The sides of a conflict: a column for each person, or under each other."""
    people: dict[str, list[Side]] = {}
    for side in one.sides:
        people.setdefault(side.person, []).append(side)
    title = wrap([(one.title, "bold")], width)
    if not wide:
        rows = list(title)
        for person, theirs in people.items():
            rows += _who(person, found, width)
            rows += [line for side in theirs for line in _side(side, width)]
        return rows
    count = max(min(len(people), (width + GAP) // (COLUMN + GAP)), 1)
    each = (width + GAP) // count - GAP
    columns = [
        (_who(person, found, each), [line for side in theirs for line in _side(side, each)])
        for person, theirs in people.items()
    ]
    rows = [*title, BLANK]
    for first in range(0, len(columns), count):
        # What they say begins in the same line, however long their names are.
        for part in zip(*columns[first : first + count], strict=True):
            rows += [_joined(line, each) for line in zip_longest(*part, fillvalue=BLANK)]
        rows.append(BLANK)
    return rows[:-1]


def _joined(line: Sequence[Row], width: int) -> Row:
    """Rows as one, each as wide as its column."""
    parts: list[Part] = []
    for one in line:
        parts += [*one.parts, (" " * (width - cell_len(one.plain) + GAP), "")]
    return Row(tuple(parts))


def _who(person: str, found: AccountPlan, width: int) -> list[Row]:
    """Who somebody is."""
    who = next((one for one in found.snapshot.people if one.id == person), None)
    name = found.snapshot.name_of(person) if person else found.title
    role = (who.role or "").replace("-", " ") if who is not None and who.confirmed else ""
    about = ", ".join(text for text in (who.title if who is not None else "", role) if text)
    return wrap([(name, "title"), (f", {about}" if about else "", "dim")], width, hang="  ")


def _side(side: Side, width: int) -> list[Row]:
    did = DID.get(side.did, side.did)
    unknown = "day not known" if side.did in SAID else ""
    day = f"on {string(side.on)}" if side.on is not None else unknown
    beside = ", ".join(text for text in (day, side.source) if text)
    value = [(f"{did}: ", "dim"), (side.value, "bold")] if side.value else [(did, "dim")]
    rows = wrap(value, width, first="  ", hang="    ")
    if beside:
        rows += wrap(beside, width, first="  ", hang="    ")
    if side.by:
        rows += wrap([("recorded by ", "dim"), (side.by, "")], width, first="  ", hang="    ")
    if side.evidence:
        rows += wrap([("evidence: ", "dim"), (side.evidence, "")], width, first="  ", hang="    ")
    elif side.did == TOLD:
        rows += wrap([("no evidence", "dim")], width, first="  ", hang="    ")
    return rows
