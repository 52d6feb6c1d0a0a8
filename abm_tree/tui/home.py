"""Home: walks to resume, then accounts; and from an account to a tree, a person, a walk.

Promises: shown before anything heavy is loaded; every list can be filtered. Refuses: to hold more rows than
are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from abm_tree.journal.events import WalkLine
from abm_tree.session.book import Entry
from abm_tree.tui.items import Found, Item, Lines, numbered
from abm_tree.tui.steps import Step, Steps
from abm_tree.tui.text import BLANK, Part, Row, row, wrap
from abm_tree.tui.view import Act, Field, Pane, Picture, Size
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

SAMPLE = "s"  # the key that opens the sample workspace, where there is nothing else
RESUMED = 8  # walks to resume that are shown; more are found by typing


class Home(Steps):
    """The lists, and what has been chosen so far."""

    name: ClassVar[str] = "home"
    digits: ClassVar[str] = "A line of a short list by its number."

    def __init__(self, app: AbmTree) -> None:
        super().__init__(app)
        self.walks: list[WalkLine] = []
        self._items: Sequence[Item] = []

    # -------------------------------------------------------------- what is shown

    def enter(self) -> None:
        """Look at the walks anew."""
        self.app.queue.due()
        self.steps, self.filter, self.searching, self.mark = [], "", False, 0
        self._read()

    def follow(self) -> None:
        """Walks or lists have changed."""
        if not self.steps:
            before, at = self._key, self.mark
            try:
                self._read()
            finally:
                self.mark = self._place(before, at)

    def listed(self) -> None:
        """The lists were read again: the marked line stays marked, wherever it stands now."""
        if not self.steps:
            before, at = self._key, self.mark
            self._fill()
            self.mark = self._place(before, at)

    def _place(self, key: tuple[str, str], at: int) -> int:
        """Where the line with a key stands now; else a place near the one where it stood."""
        found = self._items.place(key) if isinstance(self._items, Found) else None
        if found is not None:
            return found
        at = min(at, len(self._items) - 1)
        near = (one for one in range(at, len(self._items)) if self._items[one].chosen is not None)
        return max(next(near, self.mark), 0) if key != ("", "") else self.mark

    def _read(self) -> None:
        desk = self.app.workspace.desk
        try:
            # A journal that is held is tried again behind the screen, so that nobody waits for it here.
            self.walks = desk.walks(unfinished=True) if not desk.held else self.walks
        finally:
            self._fill()

    def _fill(self) -> None:
        """The items for what is typed."""
        if self.steps:
            step = self.steps[-1]
            words = self.filter.casefold().split()
            self._items = [
                one
                for one in step.items
                if all(word in (one.search or one.text).casefold() for word in words)
                and (one.chosen is not None or not words)
            ]
        else:
            self._items = self._first()
        self.mark = next((at for at, one in enumerate(self._items) if one.chosen is not None), 0)

    def _first(self) -> Sequence[Item]:
        walks = self.walks
        words = self.filter.casefold().split()
        if words:
            walks = [
                one for one in walks if all(word in _walk_search(one, self._name(one)) for word in words)
            ]
        out: list[Item] = []
        if walks:
            more = f", {len(walks) - RESUMED} more by typing /" if len(walks) > RESUMED else ""
            out.append(Item(f"To resume ({len(walks)}{more})"))
            out += [self._walk_item(one) for one in walks[:RESUMED]]
            out.append(Item(""))
        if not words:
            out += self.app.queue.first(self.app.key_of("home.next"))
        places = self.app.book.finder.find(self.filter)
        if places:
            total = len(self.app.book.entries)
            count = f"{len(places):,} of {total:,}" if self.filter else f"{total:,}"
            read = ", as last read" if self.app.book.problems else ""
            out.append(Item(f"Accounts ({count}{read})"))
        return Found(out, places, self.app.book.entries, self._account_item)

    def _account_item(self, one: Entry) -> Item:
        return Item(one.title, one.about, one.id, self._picker(one), key=("account", one.id))

    def crumbs(self) -> Sequence[str]:
        """The workspace, and what is chosen."""
        return (self.app.workspace.title, *(step.crumb for step in self.steps if step.crumb))

    def beside(self) -> Sequence[Part]:
        """How many there are."""
        return (("abm-tree ", "dim"),)

    @property
    def idle(self) -> bool:
        """Whether Home itself is looked at, and nothing is being chosen or typed."""
        return not (self.steps or self.searching or self.filter)

    def picture(self, size: Size) -> Picture:
        """One list."""
        head: list[Row] = []
        if self.steps:
            head = [row((self.steps[-1].title, "title"))]
        if not self._items and not self.filter and not self.steps:
            return Picture(Pane(self._empty(size.width - 2)), [])
        shown = None
        if self.searching:
            shown = Field(self.filter, "type to filter; Enter takes the marked line; Esc ends it")
            head = head or [row(("Filter", "title"))]
        if not self._items:
            return Picture(Pane([row(("Nothing has that in it.", "warn"))]), head, shown)
        rows = Lines(self._items, size.width - 2, numbered=bool(self.steps) and not self.searching)
        return Picture(Pane(rows, self.mark), head, shown)

    def _empty(self, width: int) -> list[Row]:
        lines = (
            '1. Name your account list in abm-tree.toml: [accounts] path = "accounts.csv"',
            "2. Put your own trees into trees/; those that ship with abm-tree are there already.",
            "3. Come back: the accounts stand here, and a walk is two keys away.",
        )
        sample = [(SAMPLE, "key"), (" opens the sample workspace, with made-up accounts, to try it.", "")]
        return [
            row(("Nothing here yet.", "title")),
            BLANK,
            *(one for line in lines for one in wrap(line, width, hang="   ")),
            BLANK,
            *wrap(sample, width, hang="   "),
            *(
                one
                for problem in self.app.book.problems
                for one in (BLANK, *wrap([(problem, "warn")], width))
            ),
        ]

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done with lists."""
        none = "" if self._items else "There is nothing in the list."
        asks = self.app.queue.why_not
        tree = "" if self._tree else "Choose an account first, then mark a tree; or go to it by its key."
        account = "" if self._account is not None else "Mark an account first."
        quits = self.app.key_of("quit")
        back = "" if self.steps or self.searching else f"This is where it begins; {quits} quits."
        return (
            Act("choose", none),
            Act("search", none if not self.filter else ""),
            Act("home.next", asks, quiet=bool(asks or self.steps)),
            Act("home.people", account, quiet=bool(account or self.steps)),
            Act("home.author", tree, quiet=bool(tree)),
            Act("home.batch", tree, quiet=bool(tree)),
            Act("leave", back),
            Act("quit"),
        )

    @property
    def _account(self) -> tuple[Subject, str] | None:
        """The account that is marked, or that was chosen, with the deal of a walk; and its name."""
        kind, name = self._key
        if kind == "walk":
            line = next((one for one in self.walks if one.walk == name), None)
            if line is None or not line.subject.account_id:
                return None
            return replace(line.subject, stakeholder_id=""), line.account_name
        entry = self.steps[-1].entry if self.steps else None
        if entry is None and kind == "next":
            entry = self.app.queue.account(name)
        elif entry is None and kind == "account":
            entry = self.app.book.entry(name)
        return (Subject(entry.id), entry.name) if entry is not None else None

    def _show_people(self, subject: Subject, name: str) -> None:
        from abm_tree.tui.of_account import PeopleOfAccount

        self.app.show(PeopleOfAccount(self.app, subject, name, self))

    @property
    def _tree(self) -> str:
        """The tree that is marked, by its file."""
        kind, name = self._key
        return name if kind == "tree" else ""

    def act(self, action: str) -> bool:
        """Move, choose, filter."""
        match action:
            case "down" | "up":
                self._move(1 if action == "down" else -1)
            case "choose":
                self._take()
            case "search":
                self.searching = True
                self.app.fresh(typing=True)
            case "leave":
                self._back()
            case "home.author" if self._tree:
                self.app.open_author(self._tree)
            case "home.batch" if self._tree:
                self.app.open_batch(self._tree)
            case "home.next" if not self.app.queue.why_not:
                self.searching, self.filter = False, ""
                self.steps = [Step(self.app.queue.heading(), self.app.queue.all(), crumb="Next")]
                self._fill()
            case "home.people" | "go.people" if self._account is not None:
                self._show_people(*self._account)
            case "home.people" | "go.people":
                self.app.say("Mark an account first.", "warn")
            case "go.author":
                self._pick("Which tree do you write?", "Author", self.app.open_author)
            case "go.batch":
                self._pick("Run the whole list through which tree?", "Batch", self.app.open_batch)
            case _:
                return False
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Longer moves; the sample where there is nothing else."""
        page = self.app.frame.room.height - 3
        moves = {"pagedown": page, "pageup": -page, "end": len(self._items), "home": -len(self._items)}
        if key in moves:
            self._move(moves[key])
            return True
        if key in self.own_keys:
            self.app.open_sample()
        elif key == "backspace" and (self.steps or self.searching):
            self._back()
        else:
            return False
        return True

    @property
    def own_keys(self) -> frozenset[str]:
        """With nothing to show, a letter opens the sample."""
        return frozenset() if self._items or self.steps or self.filter else frozenset({SAMPLE})

    def wheel(self, pane: str, by: int) -> bool:
        """Move the marker."""
        self._move(by)
        return True

    @property
    def _key(self) -> tuple[str, str]:
        return self._items[self.mark].key if self.mark < len(self._items) else ("", "")

    def digit(self, number: int) -> bool:
        """The first nine lines of a short list by number."""
        at = numbered(self._items, number) if self.steps else None
        if at is None:
            return False
        self.mark = at
        self._take()
        return True

    def click(self, pane: str, index: int) -> None:
        """Mark, and choose what is marked."""
        if pane == "main" and index < len(self._items) and self._items[index].chosen is not None:
            if self.mark == index:
                self._take()
            self.mark = index

    def typed(self, text: str) -> None:
        """Filter."""
        self.filter = text
        self._fill()

    def entered(self, text: str) -> None:
        """Enter takes what is marked."""
        if self._items:
            self._take()
        else:
            self.app.refuse("Nothing has that in it.")

    def _move(self, by: int) -> None:
        count = len(self._items)
        if not count:
            return
        at = min(max(self.mark + by, 0), count - 1)
        step = 1 if by > 0 else -1
        while 0 <= at < count and self._items[at].chosen is None:
            at += step
        if 0 <= at < count:
            self.mark = at

    def _take(self) -> None:
        if self.mark < len(self._items):
            chosen = self._items[self.mark].chosen
            if chosen is not None:
                self.searching, self.filter = False, ""
                chosen()

    def _back(self) -> None:
        if self.searching:
            self.searching, self.filter = False, ""
        elif self.steps:
            self.steps.pop()
        self._fill()


def _walk_search(line: WalkLine, name: str) -> str:
    return f"{name} {line.subject.account_id} {line.stakeholder_name} {line.title} {line.asks}".casefold()
