"""Lists to choose from on Home: from an account to a tree, a person, a walk; and a tree for something else.

Promises: what cannot be walked is said when it is chosen, not two choices later. Refuses: to hold more rows
than are looked at.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from abm_tree.journal.events import PAUSED, STUCK, WAITING, WalkLine
from abm_tree.session.ages import ago
from abm_tree.session.book import Entry, Person
from abm_tree.session.tree_lines import TreeLine, grouped
from abm_tree.session.workspace import TreeProblem
from abm_tree.tui.items import Item
from abm_tree.tui.view import View
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

ROLES = {
    "commercial-decision-maker": "Commercial decision maker: signs, and answers for the money",
    "technical-qualifier": "Technical qualifier: judges whether it works here",
    "influencer": "Influencer: is listened to, signs nothing",
    "end-user": "End user: works with it every day",
}


@dataclass
class Step:
    """One list on the way to a walk."""

    title: str
    items: Sequence[Item] = ()
    mark: int = 0
    filter: str = ""
    crumb: str = ""
    found: Sequence[Item] = field(default_factory=tuple)
    entry: Entry | None = None  # the account that it is about


class Steps(View):
    """A list that leads to the next one."""

    def __init__(self, app: AbmTree) -> None:
        super().__init__(app)
        self.steps: list[Step] = []
        self.mark = 0
        self.filter = ""
        self.searching = False

    @abstractmethod
    def _fill(self) -> None:
        """The items for the step and for what is typed."""

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
        self._push(Step(title, items, crumb=entry.title, entry=entry))

    def talk_to(self, entry: Entry, person: Person, deal: str = "") -> None:
        """Choose a tree for a walk with somebody."""
        items = self._tree_items(lambda line: lambda: self._role(entry, self._checked(line), person, deal))
        name = person.name or person.id
        self.steps = [Step(f"Which tree with {name}?", items, crumb=entry.title, entry=entry)]
        self._fill()

    def _checked(self, line: TreeLine) -> str:
        """A tree's id; one that cannot be walked says so here, not two choices later."""
        try:
            return self.app.workspace.tree(line.id).tree.id
        except TreeProblem:
            # By its file: where that could not be read, its id is a guess.
            return self.app.workspace.tree(str(line.path)).tree.id

    def _people(self, entry: Entry, line: TreeLine) -> None:
        tree = self._checked(line)
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
        self._push(Step("Who is across the table?", items, crumb=line.title, entry=entry))

    def _role(self, entry: Entry, tree: str, person: Person, deal: str = "") -> None:
        known = self.app.role_of(entry, person, tree, deal)
        items = []
        if known:
            items.append(
                Item(
                    ROLES[known].partition(":")[0],
                    "as known",
                    ROLES[known].partition(": ")[2],
                    partial(self._start, entry, tree, person, None, deal),
                )
            )
        items += [
            Item(
                words.partition(":")[0],
                "",
                words.partition(": ")[2],
                partial(self._start, entry, tree, person, role, deal),
            )
            for role, words in ROLES.items()
            if role != known
        ]
        if not known:
            begin = partial(self._start, entry, tree, person, None, deal)
            items.append(Item("Not known yet", "asked on the way", "", begin))
        name = person.name or person.id
        self._push(Step(f"Which role has {name} here?", items, crumb=name, entry=entry))

    def _start(
        self, entry: Entry, tree: str, person: Person | None, role: str | None, deal: str = ""
    ) -> None:
        subject = Subject(entry.id, deal, person.id if person else "")
        self.app.open_walk(self.app.workspace.start(tree, entry, person, role, subject=subject))

    def _resume(self, line: WalkLine) -> None:
        try:
            walk = self.app.workspace.resume(line.walk)
        except KeyError:
            self.follow()
            self.app.say("This walk is not in the journal any more.", "warn")
            return
        self.app.open_walk(walk)
