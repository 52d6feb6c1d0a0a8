"""The merged plan of an account: by date, by person, by owner, with what there is to say of each thing.

Promises: the sentences of `abm-tree plan`; what is marked stays marked when the plan is made anew. Refuses:
to work it out; `plan_behind` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abm_tree.group.plan import SETTLE, Item
from abm_tree.group.views import By, view
from abm_tree.session.plan_sentences import (
    about,
    account_text,
    came_text,
    head,
    in_short,
    person_head,
    tell_item,
)
from abm_tree.tui.coverage_rows import LIGHTS
from abm_tree.tui.scrolled import Scrolled
from abm_tree.tui.text import BLANK, Part, Row, cut, row, wrap
from abm_tree.tui.view import Pane, Picture, Size

if TYPE_CHECKING:
    from abm_tree.session.plan import AccountPlan

VIEWS: tuple[By, ...] = ("date", "person", "owner")
NAMED = 4  # things that come before one, which are told with their words


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be marked: the account in short, or a thing to do under a heading."""

    item: Item | None = None
    section: str = ""


class PlanForm:
    """The plan as a list, and what is marked in it."""

    def __init__(self) -> None:
        self.by: By = "date"
        self.words = False  # whether the words for a person stand where the marked thing does
        self.at = 0
        self.found: AccountPlan | None = None
        self.scrolled = Scrolled()
        self._entries: list[Entry] = [Entry()]

    def take(self, found: AccountPlan) -> None:
        """The plan as it is now; the same thing to do stays marked."""
        marked = self._entries[self.at]
        self.found = found
        self._arrange(marked)

    def switch(self) -> None:
        """By date, by person, by owner."""
        marked = self._entries[self.at]
        self.by = self.following
        self._arrange(marked)

    @property
    def following(self) -> By:
        """The view that comes next."""
        return VIEWS[(VIEWS.index(self.by) + 1) % len(VIEWS)]

    def _arrange(self, marked: Entry) -> None:
        assert self.found is not None
        plan = self.found.plan
        self._entries = [Entry()]
        for section in view(plan, self.found.snapshot, self.by):
            self._entries += [Entry(item, section.title) for item in section.items]
        self.at = min(self.at, len(self._entries) - 1)
        if marked.item is None:
            self.at = 0
            return
        wanted = (marked.item.kind, marked.item.do, marked.item.people)
        same = [
            number
            for number, one in enumerate(self._entries)
            if one.item is not None and (one.item.kind, one.item.do, one.item.people) == wanted
        ]
        # Under the same heading rather than under another one.
        same.sort(key=lambda number: self._entries[number].section != marked.section)
        self.at = same[0] if same else self.at

    def move(self, by: int) -> None:
        """Mark another thing to do."""
        before = self.at
        self.at = min(max(self.at + by, 0), len(self._entries) - 1)
        if self.at != before:
            self.scrolled.top, self.words = 0, False

    def show_words(self, shown: bool) -> None:
        """The words for a person, or the marked thing to do."""
        self.words, self.scrolled.top = shown, 0

    def press(self, key: str) -> bool:
        """The first and the last; what is told of the marked one scrolls."""
        if key in ("home", "end"):
            self.move(len(self._entries) if key == "end" else -len(self._entries))
            return True
        return self.scrolled.press(key)

    def click(self, found: Row) -> None:
        """Mark what was clicked."""
        if found.id.isdigit():
            self.move(int(found.id) - self.at)

    # -------------------------------------------------------------- what is shown

    def picture(self, person: str, top: list[Row], size: Size, width: int, side: int) -> Picture:
        """The list, and beside or below it what there is to say of the marked line, or to the person."""
        assert self.found is not None
        rows, at = self._listed(self.found, width)
        if size.wide:
            told = self._told(self.found, person, side, both=True)
            first = self.scrolled.fit(len(told), size.height)
            return Picture(Pane(rows, at), top, right=Pane(told, top=first))
        room = size.height - len(top)
        height = min(max(room // 2 - 1, 4), len(rows))
        told = self._told(self.found, person, width, both=False)
        low = self.scrolled.rows(told, room - height - 1, "Space")
        return Picture(Pane(rows, at), top, low=Pane(low, top=0), low_height=room - height)

    def counted(self) -> str:
        """How much there is to do, for the line above."""
        assert self.found is not None
        items = self.found.plan.items
        late = sum(1 for one in items if one.overdue)
        parts = [f"plan by {self.by}", f"{len(items)} to do", f"{late} overdue" if late else ""]
        return ", ".join(part for part in parts if part)

    def _listed(self, found: AccountPlan, width: int) -> tuple[list[Row], int]:
        rows: list[Row] = []
        at, section = 0, ""
        for number, one in enumerate(self._entries):
            if one.item is not None and one.section != section:
                section = one.section
                rows.append(row((cut(section, width), "title")))
            if number == self.at:
                at = len(rows)
            rows.append(self._overview(found) if one.item is None else self._line(one.item, number, width))
        return rows, at

    def _overview(self, found: AccountPlan) -> Row:
        word, style = LIGHTS[found.coverage.light]
        return row(("In short", "bold"), (": the buying group stands at ", "dim"), (word, style), id="0")

    def _line(self, item: Item, number: int, width: int) -> Row:
        day = item.due.partition("T")[0]
        owner = item.owner.replace("-", " ")
        right = owner if self.by == "date" else "overdue" if item.overdue else day
        style = "warn" if item.overdue else ""
        sign = "!" if item.kind == SETTLE else " "
        lead = f"{item.number:>3}{sign} "
        do = cut(item.do, width - len(lead) - len(right) - 3)
        end = ((f"{right} ", style or "dim"),) if right else ()
        return row((lead, "warn" if item.kind == SETTLE else "dim"), (do, style), id=str(number), right=end)

    def _told(self, found: AccountPlan, person: str, width: int, *, both: bool) -> list[Row]:
        """What is told of the marked line; the words for the person instead, or where there is room below."""
        if self.words:
            several = [row(("← → words for somebody else", "dim"))] if len(found.words) > 1 else []
            return [*_words(found, person, width), *several]
        item = self._entries[self.at].item
        rows = _in_short(found, width) if item is None else _details(found, item, width)
        return [*rows, BLANK, *_words(found, person, width)] if both else rows


def _in_short(found: AccountPlan, width: int) -> list[Row]:
    rows = wrap([(head(found), "title")], width)
    for notice in found.notices:
        rows += wrap([(notice, "warn")], width)
    for line in in_short(found):
        rows += wrap(line.text, width, first="- " if line.point else "", hang="  " if line.point else "")
    for text in account_text(found):
        rows += wrap(text, width)
    return [*rows, *wrap([(about(found), "dim")], width)]


def _details(found: AccountPlan, item: Item, width: int) -> list[Row]:
    """A thing to do: its words, who and when, what else to say, what comes before, where it is from."""
    told = tell_item(found, item)
    snap = found.snapshot
    rows = wrap([(f"{item.number}. ", "dim"), (told.do, "bold")], width, hang="   ")
    if told.about:
        rows += wrap([(told.about, "warn" if item.overdue else "dim")], width)
    names = ", ".join(snap.name_of(one) for one in item.people)
    more = [("People", names)] if names else []
    for name, text in (*more, *told.more):
        rows += wrap([(f"{name}: ", "dim"), (text, "")], width, hang="  ")
    for number in item.after[:NAMED]:
        before = found.plan.items[number - 1].do
        rows += wrap(
            [(f"After {number}: ", "dim"), (cut(before, max(width * 2 - 14, 40)), "")], width, hang="  "
        )
    if len(item.after) > NAMED:
        rows += wrap([(f"and after {len(item.after) - NAMED} more", "dim")], width, first="  ")
    for text in item.instead:
        rows += wrap([("Or worded: ", "dim"), (text, "")], width, hang="  ")
    if item.asked_for:
        moved = f"Moved up from {item.asked_for}: what hangs on it is due earlier."
        rows += wrap([(moved, "dim")], width, hang="  ")
    origins = dict.fromkeys((one.tree_title, one.outcome_title) for one in item.origins)
    for tree, outcome in origins:
        rows += wrap(
            [("From: ", "dim"), (f"{tree}{f', {outcome}' if outcome else ''}", "")], width, hang="  "
        )
    if not origins:
        rows += wrap([("From: ", "dim"), ("what they tell differently", "")], width, hang="  ")
    return rows


def _words(found: AccountPlan, person: str, width: int) -> list[Row]:
    """What to say to a person, and what to expect of them."""
    one = next((each for each in found.words if each.person == person), None)
    if one is None:
        return wrap([("Nobody is marked, so there are no words for anybody.", "dim")], width)
    rows = wrap([("Words for ", "dim"), (person_head(one), "title")], width, hang="  ")
    for each in found.plan.came:
        if each.person == person:
            rows += wrap([(f"{came_text(each)}.", "dim")], width)
    for title, text in one.say:
        rows += wrap([(f"Say ({title}): ", "dim"), (text, "say")], width, hang="  ")
    for likely in one.objections:
        sure = "" if likely.likely or likely.cited else " perhaps"
        parts: list[Part] = [(f"Expect{sure}: ", "dim"), (likely.objection.says, "bold")]
        rows += wrap(parts, width, hang="  ")
        if likely.objection.respond:
            rows += wrap([("Answer: ", "dim"), (likely.objection.respond, "say")], width, hang="  ")
    if not one.say and not one.objections:
        rows += wrap([("No tree has words for them yet.", "dim")], width)
    return rows
