"""Home: walks to resume, then accounts; and from an account to a tree, a person, a walk.

Promises: shown before anything heavy is loaded; every list can be filtered. Refuses: to hold more rows than
are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from abm_tree.journal.events import PAUSED, STUCK, WAITING, WalkLine
from abm_tree.session.ages import ago
from abm_tree.session.book import Entry, Person
from abm_tree.session.tree_lines import TreeLine, grouped
from abm_tree.session.workspace import TreeProblem
from abm_tree.tui.items import Found, Item, Lines, numbered
from abm_tree.tui.text import BLANK, Part, Row, row, wrap
from abm_tree.tui.view import Act, Field, Pane, Picture, Size, View

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

ROLES = {
    "commercial-decision-maker": "Commercial decision maker: signs, and answers for the money",
    "technical-qualifier": "Technical qualifier: judges whether it works here",
    "influencer": "Influencer: is listened to, signs nothing",
    "end-user": "End user: works with it every day",
}
SAMPLE = "s"  # the key that opens the sample workspace, where there is nothing else
RESUMED = 8  # walks to resume that are shown; more are found by typing


@dataclass
class Step:
    """One list on the way to a walk."""

    title: str
    items: Sequence[Item] = ()
    mark: int = 0
    filter: str = ""
    crumb: str = ""
    found: Sequence[Item] = field(default_factory=tuple)


class Home(View):
    """The lists, and what has been chosen so far."""

    name: ClassVar[str] = "home"
    digits: ClassVar[str] = "A line of a short list by its number."

    def __init__(self, app: AbmTree) -> None:
        super().__init__(app)
        self.steps: list[Step] = []
        self.mark = 0
        self.filter = ""
        self.searching = False
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

    def _name(self, line: WalkLine) -> str:
        return line.account_name or line.subject.account_id or "no account"

    def _walk_item(self, line: WalkLine) -> Item:
        who = f" · {line.stakeholder_name}" if line.stakeholder_name else ""
        asks = f"asks {line.asks}" if line.asks else ""
        state = {
            PAUSED: f"paused{': ' + line.reason if line.reason else ''}"
            + (f", until {line.until}" if line.until else ""),
            WAITING: f"waits until {line.until[:10]}",
            STUCK: "nobody can say more",
        }.get(line.status, "")
        about = " · ".join(part for part in (state, asks, line.title) if part)
        resume, key = partial(self._resume, line), ("walk", line.walk)
        return Item(f"{self._name(line)}{who}", ago(line.last_at), about, resume, key=key)

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
        quits = self.app.key_of("quit")
        back = "" if self.steps or self.searching else f"This is where it begins; {quits} quits."
        return (
            Act("choose", none),
            Act("search", none if not self.filter else ""),
            Act("home.next", asks, quiet=bool(asks or self.steps)),
            Act("home.author", tree, quiet=bool(tree)),
            Act("home.batch", tree, quiet=bool(tree)),
            Act("leave", back),
            Act("quit"),
        )

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
            case "go.author":
                self._pick("Which tree do you write?", "Author", self.app.open_author)
            case "go.batch":
                self._pick("Run the whole list through which tree?", "Batch", self.app.open_batch)
            case _:
                return False
        return True

    def _pick(self, title: str, crumb: str, done: Callable[[str], None]) -> None:
        """Choose a tree for something else than a walk."""
        self.searching, self.filter = False, ""
        items = self._tree_items(lambda tree: partial(done, str(tree.path)))
        self.steps = [Step(title, items, crumb=crumb)]
        self._fill()

    def _tree_items(self, chosen: Callable[[TreeLine], Callable[[], None]]) -> list[Item]:
        """The trees; many of them under headings."""
        out = []
        for heading, lines in grouped(self.app.workspace.trees()):
            if heading:
                out.append(Item(heading))
            for one in lines:
                part = f"part of {one.part_of}" if one.part_of else ""
                right = part if heading else one.purpose.replace("-", " ")
                out.append(Item(one.title, right, one.about, chosen(one), one.words, ("tree", str(one.path))))
        return out

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

    # -------------------------------------------------------------- from an account to a walk

    def _picker(self, entry: Entry) -> Callable[[], None]:
        return lambda: self._trees(entry)

    def _push(self, step: Step) -> None:
        self.steps.append(step)
        self._fill()

    def _trees(self, entry: Entry) -> None:
        desk = self.app.workspace.desk
        walks = desk.walks(account=entry.id, unfinished=True) if not desk.held else []
        items = [self._walk_item(one) for one in walks]
        items += self._tree_items(lambda tree: partial(self._people, entry, tree))
        title = "Resume, or choose a tree" if walks else "Which tree?"
        self._push(Step(title, items, crumb=entry.title))

    def _people(self, entry: Entry, line: TreeLine) -> None:
        tree = line.id
        try:
            # One that cannot be walked says so here, not two choices later.
            self.app.workspace.tree(tree)
        except TreeProblem:
            # By its file: where that could not be read, its id is a guess.
            tree = self.app.workspace.tree(str(line.path)).tree.id
        from abm_tree.session.there import everybody

        people = everybody(self.app.workspace, entry.id, self.app.book)
        items = [
            Item(one.name or one.id, one.role, one.title, partial(self._role, entry, tree, one))
            for one in people
        ]
        items += [
            Item(
                words.partition(":")[0],
                "not on the list",
                words.partition(": ")[2],
                partial(self._start, entry, tree, None, role),
            )
            for role, words in ROLES.items()
        ]
        items.append(Item("Nobody in particular", "", "", lambda: self._start(entry, tree, None, None)))
        self._push(Step("Who is across the table?", items, crumb=line.title))

    def _role(self, entry: Entry, tree: str, person: Person) -> None:
        known = self.app.role_of(entry, person, tree)
        items = []
        if known:
            items.append(
                Item(
                    ROLES[known].partition(":")[0],
                    "as known",
                    ROLES[known].partition(": ")[2],
                    lambda: self._start(entry, tree, person, None),
                )
            )
        items += [
            Item(
                words.partition(":")[0],
                "",
                words.partition(": ")[2],
                partial(self._start, entry, tree, person, role),
            )
            for role, words in ROLES.items()
            if role != known
        ]
        if not known:
            items.append(
                Item("Not known yet", "asked on the way", "", lambda: self._start(entry, tree, person, None))
            )
        self._push(
            Step(f"Which role has {person.name or person.id} here?", items, crumb=person.name or person.id)
        )

    def _start(self, entry: Entry, tree: str, person: Person | None, role: str | None) -> None:
        self.app.open_walk(self.app.workspace.start(tree, entry, person, role))

    def _resume(self, line: WalkLine) -> None:
        try:
            walk = self.app.workspace.resume(line.walk)
        except KeyError:
            self.follow()
            self.app.say("This walk is not in the journal any more.", "warn")
            return
        self.app.open_walk(walk)


def _walk_search(line: WalkLine, name: str) -> str:
    return f"{name} {line.subject.account_id} {line.stakeholder_name} {line.title} {line.asks}".casefold()
