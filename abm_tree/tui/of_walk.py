"""What every view of one walk shares: where we are, and the ways between its views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from abm_tree.journal.events import Overtaken
from abm_tree.session.walk import HIDDEN, Walk
from abm_tree.tree.facts import Known
from abm_tree.tui.text import Part
from abm_tree.tui.view import Prompt, View
from abm_tree.walk.tell import value_text

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


NARROW = 72  # columns below which the line at the top says it more shortly


class OfWalk(View):
    """A view of one walk."""

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app)
        self.walk = walk

    def crumbs(self) -> Sequence[str]:
        """Account, person with role, tree."""
        walk = self.walk
        person = walk.names.stakeholder or walk.subject.stakeholder_id
        role = (walk.role or "").replace("-", " ")
        who = f"{person} ({role})" if person and role else person or role
        return (walk.names.account or walk.subject.account_id or "No account", who, walk.tree.title)

    def beside(self) -> Sequence[Part]:
        """How far at most, and how many outcomes are still possible."""
        record = self.walk.record
        if self.walk.due:
            return (("what proves it", "dim"),)
        if record.status == "decided":
            return (("finished", "good"),)
        question = self.walk.question
        count = len(record.possible)
        narrow = self.app.size.width < NARROW
        outcomes = f"{count} outcome{'' if count == 1 else 's'}"
        parts = [outcomes if narrow else f"{outcomes} possible"]
        if question is not None:
            parts.insert(0, f"≤ {question.left} more" if narrow else f"at most {question.left} more")
        return ((" · ".join(parts), "dim"),)

    def act(self, action: str) -> bool:
        """Go to another view of the walk."""
        match action:
            case "go.map":
                from abm_tree.tui.tree_map import TreeMap

                self.app.show(TreeMap(self.app, self.walk))
            case "go.people":
                from abm_tree.tui.people import People

                self.app.show(People(self.app, self.walk))
            case "go.outcome":
                from abm_tree.tui.outcome import Ending

                self.app.show(Ending(self.app, self.walk))
            case "go.path":
                from abm_tree.tui.walk import Asking

                view = Asking(self.app, self.walk)
                self.app.show(view)
                view.walk_the_path()
            case "go.author":
                self.app.open_author(self.walk.tree.id)
            case "leave":
                self.back()
            case _:
                return False
        return True

    def undone(self, key: str, words: str) -> str:
        """What taking an answer back came to: its question is open, or what was known before counts again."""
        fact, state = self.walk.tree.facts.get(key), self.walk.facts.get(key)
        title = fact.title if fact is not None else key
        if not isinstance(state, Known) or key in self.walk.state.answers:
            return words + title
        shown = HIDDEN if fact is not None and fact.sensitive else value_text(fact, state.value)
        return f"Counts again: {title}, {shown}"

    def back(self) -> None:
        """To where the walk stands: its question, or its outcome."""
        self.app.open_walk(self.walk, checked=True)

    def note_on(self, key: str) -> None:
        """Ask for a note on a fact, or on the call as a whole."""
        fact = self.walk.tree.facts.get(key)
        title = fact.title if fact is not None else "the call"

        def done(text: str) -> None:
            if text.strip():
                self._keep(text.strip(), key)
                self.app.say(f"Noted on {title}.")

        self.app.ask(Prompt(f"Note on {title}:", done, hint="what they said, in their words"))

    def _keep(self, text: str, key: str) -> None:
        """A note goes with the walk wherever that stands: who was quicker does not matter."""
        try:
            self.walk.note(text, key)
        except Overtaken:
            self.walk.note(text, key)
            self.overtaken()

    def follow(self) -> None:
        """Another terminal has written: take in what it recorded."""
        if self.walk.follow():
            last = self.walk.events[-1]
            by = f" by {last.by}" if last.by else ""
            self.app.say(f"Another terminal went on with this walk{by}.", "warn")
