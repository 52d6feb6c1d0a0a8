"""The outcome: verdict, what to do, why, words for each role, what is still open; export and copy.

Promises: everything said stands in the record; nothing is written over. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from abm_tree.report.notes import fallback_line, whom
from abm_tree.report.periods import in_words
from abm_tree.session.export import SUFFIXES, Kind, Nothing, content, export_walk, heard_in, noted_in, remark
from abm_tree.session.question import tree_of
from abm_tree.session.walk import HIDDEN, Walk
from abm_tree.source.folders import shown
from abm_tree.tree.terms import ROLES
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.text import BLANK, Row, row, wrap
from abm_tree.tui.view import Act, Menu, Pane, Picture, Size
from abm_tree.tui.way import way
from abm_tree.tui.words import word_rows
from abm_tree.walk.explain import explain, step_sentence
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record, Task
from abm_tree.walk.tell import fill, value_text

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

EXPORTS = "exports"  # the folder for exported files, in the workspace
KINDS: tuple[tuple[str, str, Kind], ...] = (
    ("n", "call notes", "notes"),
    ("r", "record", "record"),
    ("a", "actions", "actions"),
    ("c", "calendar", "calendar"),
)


class Ending(OfWalk):
    """What the walk came to, or where it stands if it is not finished."""

    name: ClassVar[str] = "outcome"

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app, walk)
        self.top = 0
        self._was_finished = self._finished

    def picture(self, size: Size) -> Picture:
        """The verdict and what follows; in a wide window where the question stood, between way and words."""
        record = self.walk.record
        width, left, right = size.width - 2, None, None
        if size.wide:
            # The same columns as a question's: the last answer changes rows, and nothing is laid out anew.
            sides = size.width * 30 // 100, size.width * 34 // 100
            width = size.width - sum(sides) - 4
            left = way(self.walk, self.walk.answered(), -1, sides[0] - 3, size.height)
            say = " ".join(record.say)
            right = Pane(word_rows(self.walk, None, "track", sides[1] - 4, whole=True, say=say), top=0)
        rows = [*self._verdict(record, width), *self._to_do(record, width), *self._open(width)]
        if size.wide and len(rows) < size.height - 1:
            # What to do now fills a page of its own, which is there at once; the reasons are the next one.
            rows.append(row(("Space shows the words for each role, and why", "dim")))
            rows += [BLANK] * (size.height - len(rows))
        rows += [*self._words(width), BLANK, *self._why(record, width)]
        self.top = min(self.top, max(len(rows) - size.height, 0))
        return Picture(Pane(rows, top=self.top), left=left, right=right)

    def _verdict(self, record: Record, width: int) -> list[Row]:
        if record.status != "decided":
            out = [row(("Not finished yet", "title"))]
            for line in explain(record, self.walk.tree)[-1:]:
                out += wrap(line, width)
            possible = self.walk.possible()
            out += [BLANK, row((f"Still possible ({len(possible)})", "title"))]
            for title in possible:
                out += wrap(title, width, first="· ", hang="  ")
            return [*out, BLANK]
        out = wrap([(record.title, "bold"), (f"   {record.verdict}", "good")], width)
        for text in record.say:
            out += wrap([("Say: ", "dim"), (text, "say")], width, hang="     ")
        for note in record.notes:
            out += wrap([("Note: ", "dim"), (note, "")], width, hang="      ")
        for one in record.sets:
            fact = self.walk.tree.facts.get(one.fact)
            value = value_text(fact, one.value) if one.state == "known" else "open"
            value = HIDDEN if fact is not None and fact.sensitive else value
            out += wrap([(f"{fact.title if fact is not None else one.fact}: ", "dim"), (value, "")], width)
        if record.revisit:
            out += wrap([("Look again on ", "dim"), (record.revisit, "bold")], width)
        return [*out, BLANK]

    def _to_do(self, record: Record, width: int) -> list[Row]:
        if not record.actions:
            return []
        out = [row(("To do", "title"))]
        for task in record.actions:
            out += _task(task, width)
        return [*out, BLANK]

    def _open(self, width: int) -> list[Row]:
        points = self.walk.open_points()
        if not points:
            return []
        out = [row(("Nobody knows, and it could lead elsewhere", "title"))]
        for title, others in points:
            word = "outcome" if others == 1 else "outcomes"
            out += wrap([(title, "bold"), (f"  {others} other {word}", "dim")], width, first="· ", hang="  ")
        return [*out, BLANK]

    def _words(self, width: int) -> list[Row]:
        """The outcome's words for each role, this one's first."""
        path = self.walk.record.outcome
        if not path:
            return []
        tree, name, prefix = tree_of(path, self.walk.tree)
        outcome = tree.outcomes.get(name)
        if outcome is None or not outcome.say:
            return []
        reader = Reader(tree, self.walk.facts, self.walk.as_of, prefix=prefix)
        out = [row(("Words for each role", "title"))]
        roles = sorted((role for role in (*ROLES, "default") if role in outcome.say), key=self._last)
        for role in roles:
            label = "everybody else" if role == "default" and len(roles) > 1 else role.replace("-", " ")
            mark = " (here)" if role == self.walk.role else ""
            out += wrap(
                [(f"{label}{mark}: ", "key"), (fill(outcome.say[role], reader), "")], width, hang="  "
            )
        return out

    def _last(self, role: str) -> bool:
        return role != self.walk.role

    def _why(self, record: Record, width: int) -> list[Row]:
        out = [row(("Why", "title"))]
        for step in record.trail:
            sentence = step_sentence(replace(step, note=""), record, self.walk.tree)
            out += wrap(sentence, width, first="· ", hang="  ")
        return out

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done with an outcome."""
        first = "" if self.walk.state.undo else "Nothing was answered."
        last = "" if self.walk.state.redo else "Nothing was taken back."
        return (
            Act("outcome.export"),
            Act("outcome.copy"),
            Act("people.plan", "" if self.walk.subject.account_id else "This walk is about no account."),
            Act("walk.undo", first),
            Act("go"),
            Act("leave", "", "Home" if self._finished else "Walk"),
            Act("walk.note", quiet=True),
            Act("walk.redo", last, quiet=True),
        )

    @property
    def _finished(self) -> bool:
        return self.walk.record.status == "decided"

    def act(self, action: str) -> bool:
        """Scroll, export, copy, undo."""
        match action:
            case "down" | "up":
                self._scroll(1 if action == "down" else -1)
            case "outcome.export":
                choices = [(key, words, self._exporter(kind)) for key, words, kind in KINDS]
                self.app.menu(Menu("Export:", [*choices, ("e", "everything", self._everything)]))
            case "outcome.copy":
                notes = content(
                    "notes",
                    self.walk.record,
                    self.walk.tree,
                    heard=heard_in(self.walk),
                    names=self.walk.names,
                    notes=noted_in(self.walk),
                    by=self.walk.by,
                )
                self.app.copy_to_clipboard(notes)
                self.app.say("Call notes are on the clipboard, if this terminal lets programs copy.")
            case "people.plan":
                from abm_tree.tui.asides import PLAN
                from abm_tree.tui.people import People

                self.app.show(People(self.app, self.walk, PLAN))
            case "walk.undo":
                key = self.walk.back()
                self.app.open_walk(self.walk, checked=True)
                self.app.say(self.undone(key or "", "Open again: "))
            case "walk.redo":
                self.walk.redo()
                self.app.open_walk(self.walk, checked=True)
            case "walk.note":
                self.note_on("")
            case "leave" if self._finished:
                self.app.go("home")
            case "go.path" if self._finished:
                return super().act(action)
            case _:
                return super().act(action)
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Longer moves."""
        page = max(self.app.frame.room.height - 2, 1)
        moves = {"pagedown": page, "pageup": -page, "space": page, "home": -10_000, "end": 10_000}
        if key not in moves:
            return False
        self._scroll(moves[key])
        return True

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll, as the keys do."""
        if pane != "main":
            return False
        self._scroll(by)
        return True

    def overtaken(self) -> None:
        """Where another terminal has opened a finished walk again, back to its questions."""
        if self._was_finished and not self._finished:
            self.app.open_walk(self.walk, checked=True)

    def follow(self) -> None:
        """Another terminal has written."""
        super().follow()
        self.overtaken()

    def _scroll(self, by: int) -> None:
        page = self.app.frame.pages["main"]
        self.top = min(max(self.top + by, 0), max(len(page.rows) - page.size.height, 0))

    def _exporter(self, kind: Kind) -> Callable[[], None]:
        return lambda: self._export([kind])

    def _everything(self) -> None:
        self._export(list(SUFFIXES))

    def _export(self, kinds: Sequence[Kind]) -> None:
        """Write files and say where they are; what cannot be written is said, and the rest goes on."""
        folder = (self.app.workspace.root or Path.cwd()) / EXPORTS
        written, problems = [], []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.app.say(f"Not exported: {shown(folder)}: {error.strerror}.", "bad")
            return
        for kind in kinds:
            try:
                written.append(export_walk(kind, self.walk, folder))
            except Nothing as nothing:
                problems.append(str(nothing))
            except OSError as error:
                problems.append(f"Not exported: {error.filename or shown(folder)}: {error.strerror}.")
            else:
                with suppress(ValueError):
                    problems += [text for text in (remark(kind, self.walk.record),) if text]
        what = written[0].name if len(written) == 1 else f"{len(written)} files"
        text = f"Written to {shown(folder)}: {what}." if written else ""
        self.app.say(" ".join([text, *problems]).strip(), "" if written else "warn")


def _task(task: Task, width: int) -> list[Row]:
    out = wrap([("☐ ", "key"), (task.do, "")], width, hang="  ")
    parts = [
        task.owner,
        f"by {task.due}" if task.due else "",
        f"every {in_words(task.every)}" if task.every else "",
    ]
    extra = ", ".join(part for part in (*parts, task.channel, whom(task)) if part)
    if extra:
        out += wrap([(extra, "dim")], width, first="  ", hang="  ")
    if task.check:
        out += wrap([(f"Check first: {task.check}", "warn")], width, first="  ", hang="  ")
    if task.fallback:
        out += wrap([(f"Otherwise: {fallback_line(task, str)}", "dim")], width, first="  ", hang="  ")
    return out
