"""The walk: what to ask, how to put it to this person, where it leads.

Promises: one view that stays while questions change; an answer is in the journal before the question
changes; what cannot be saved stays on the screen, and so does what is being typed while another terminal goes
on. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from abm_tree.accounts.numbers import Refused
from abm_tree.feel import parse_date
from abm_tree.session.question import Question, to_type
from abm_tree.session.walk import HOW, Walk
from abm_tree.tui.answering import Answering
from abm_tree.tui.asked import MANY, answers, head, hints, read_back
from abm_tree.tui.text import BLANK, Row, row, wrap
from abm_tree.tui.view import Act, Field, Pane, Picture, Prompt, Size
from abm_tree.tui.way import way
from abm_tree.tui.words import TABS, word_rows, words_of

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


class Asking(Answering):
    """One question at a time."""

    name: ClassVar[str] = "walk"
    digits: ClassVar[str] = "An answer by its number; undo takes it back."

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app, walk)
        self.tab = "track"

    def enter(self) -> None:
        """Begin where the walk stands; what was being typed for the same question is still there."""
        question = self.question
        if question is None or question.mark != self.asks:
            self._fresh()

    # -------------------------------------------------------------- other terminals

    @property
    def busy(self) -> bool:
        """Whether somebody is typing here: then the question stays until that is done."""
        return self.app.keyboard.prompt is not None or (self.typed_here and bool(self.text.strip()))

    def follow(self) -> None:
        """Another terminal has written: take it in, unless something is being typed here."""
        if self.busy:
            found = self.walk.journal.events(self.walk.id, after=self.walk.state.seq)
            if found:
                self.behind = True
                by = f" ({found[-1].by})" if found[-1].by else ""
                self.app.say(f"Another terminal goes on with this walk{by}. Enter takes you there.", "warn")
            return
        self.behind = False
        before = self.walk.state.seq
        super().follow()
        if self.walk.state.seq != before:
            self.overtaken()

    def overtaken(self) -> None:
        """Show where the walk stands now; what was typed for the same question stays."""
        self.behind = False
        if self.changing not in [one.key for one in self.walk.changeable()]:
            self.changing = ""
        self.on_path = False
        question = self.question
        if question is None or question.mark != self.asks:
            self.app.keyboard.surprised()
            self._moved()

    def tick(self) -> bool:
        """What was held back is taken in once nothing is being typed any more."""
        if not self.behind or self.busy:
            return False
        self.follow()
        return True

    def asked(self) -> None:
        """A note or the like is done."""
        self.tick()

    # -------------------------------------------------------------- what is shown

    def picture(self, size: Size) -> Picture:
        """The way so far, the question, the words for this person."""
        question = self.question
        wide = size.wide
        left = right = low = None
        least = low_height = 0
        width = size.width - 2
        if wide:
            width = size.width - size.width * 30 // 100 - size.width * 34 // 100 - 4
            left = self._way(size.width * 30 // 100 - 3, size.height)
            words = word_rows(self.walk, question, self.tab, size.width * 34 // 100 - 4, whole=True)
            right = Pane(words, top=self._words_top(len(words), size.height))
        else:
            least = size.height // 4
        if self.on_path and not wide:
            return Picture(self._way(width, size.height - 1))
        field = self._field(question)
        above, main = self._rows(question, width, (size.height - least - (field is not None)) // 2)
        if not wide:
            # The words get what the question leaves: nothing moves but rows.
            needed = len(above) + len(main.rows) + (field is not None)
            low_height = min(max(size.height - needed, least), size.height // 2)
            tabs, *words = self._tabs(question, width)
            top = self._words_top(len(words), low_height - 2)
            low = Pane([tabs, *words[top:]])
        return Picture(main, above, field, left, right, low, low_height)

    def _words_top(self, count: int, room: int) -> int:
        self.words_top = min(self.words_top, max(count - room, 0))
        return self.words_top

    def _tabs(self, question: Question | None, width: int) -> list[Row]:
        parts: list[tuple[str, str]] = []
        typing = self.app.typing
        for name, title, action in TABS:
            key = self.app.key_of(action)
            parts += [
                (key, "off" if typing else "key"),
                (f" {title}   ", "bold" if name == self.tab else "dim"),
            ]
        if typing:
            parts.append(("Tab", "key"))
        return [row(*parts), *word_rows(self.walk, question, self.tab, width)]

    def _way(self, width: int, height: int) -> Pane:
        lines = self.walk.changeable() if self.on_path else self.walk.answered()
        return way(self.walk, lines, self.mark if self.on_path else -1, width, height)

    def _field(self, question: Question | None) -> Field | None:
        if question is None or self.on_path:
            return None
        options = question.options
        if not options:
            return Field(self.text, to_type(question))
        if len(options) > MANY:
            return Field(self.text, "type to filter, or the number")
        return None

    def _rows(self, question: Question | None, width: int, most: int) -> tuple[list[Row], Pane]:
        """Rows above the field, at most so many, and the pane below it."""
        if question is None:
            return [], Pane(self._stuck(width))
        above, whole = head(question, self.picked, width, most, self.app.key_of("leave"))
        more = hints(question, self.how, whole, width)
        if not question.options:
            return above, Pane([*read_back(question, self.text, self.walk.style, width), *more])
        if len(question.options) <= MANY:
            above.append(BLANK)
        mark = -1 if self.on_path else self.mark
        found = answers(question, self._filtered(question), mark, self.picked, self.text, width)
        return above, Pane([*found.rows, *more], found.marked, span=found.span)

    def _stuck(self, width: int) -> list[Row]:
        undo, go, home = (self.app.key_of(one) for one in ("walk.undo", "go", "go.home"))
        saved = "The walk is saved." if self.app.saving else "The walk is not saved."
        advice = f"{saved} {undo} takes the last answer back; {go} {home} goes Home."
        return [*self._standing(width), BLANK, *wrap([(advice, "dim")], width)]

    def _standing(self, width: int) -> list[Row]:
        """Where the walk stands, and why nothing can be asked there."""
        from abm_tree.walk.explain import explain

        record = self.walk.record
        out = [row(("Nothing can be asked now.", "title")), BLANK]
        if record.status == "waits":
            out = [row((f"Waiting until {record.until}.", "title")), BLANK]
        for line in explain(record, self.walk.tree)[-2:]:
            out += wrap(line, width)
        return out

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done at a question."""
        walk = self.walk
        question = self.question
        finished = "The walk is finished." if walk.record.status == "decided" else ""
        asked = "" if question is not None else "Nothing is asked."
        first = "" if walk.state.undo else "This is the first question."
        last = "" if walk.state.redo else "Nothing was taken back."
        typing = self.app.typing
        # What differs between questions comes last, so that the line changes little.
        leave = Act("leave", "", "Keys") if typing else Act("choose", asked, "Answer")
        if self.on_path:
            leave = Act("choose", "", "Change")
        unknown = Act("walk.dont_know", asked)
        if typing and not asked:
            unknown = Act("walk.dont_know", "- and Enter, where a value is typed.", key="-")
        return [
            *([leave] if typing else []),
            unknown,
            Act("walk.undo", first),
            Act("walk.note"),
            Act("go"),
            Act("walk.redo", last),
            Act("walk.pause", finished),
            *([] if typing else [leave]),
            Act("walk.how", asked, f"How: {self.how}"),
            Act("walk.track"),
            Act("walk.message"),
            Act("walk.objections"),
        ]

    @property
    def own_keys(self) -> frozenset[str]:
        """Of several answers out of many, Space marks one, also in the line that filters."""
        question = self.question
        several = question is not None and question.fact.type == "list" and bool(question.options)
        return frozenset({"space"}) if several and not self.on_path else frozenset()

    def act(self, action: str) -> bool:
        """Answer, undo, redo, note, pause, words, another view."""
        match action:
            case "down" | "up":
                self._move(1 if action == "down" else -1)
            case "choose":
                self._choose()
            case "walk.dont_know":
                self._dont_know()
            case "walk.undo":
                self._undo(self.walk.back, "Open again: ")
            case "walk.redo":
                self._undo(self.walk.redo, "Answered again: ")
            case "walk.note":
                self._note()
            case "walk.pause":
                self._pause()
            case "walk.how":
                names = list(HOW)
                self.how = names[(names.index(self.how) + 1) % len(names)]
            case "walk.track" | "walk.message" | "walk.objections":
                self.tab, self.words_top = action.removeprefix("walk."), 0
            case "go.path":
                self.walk_the_path()
            case "leave" if self.on_path or self.changing:
                self.on_path, self.changing = False, ""
                self._moved()
            case "leave" if self.app.typing:
                return False
            case "leave":
                self.app.go("home")
            case _:
                return super().act(action)
        return True

    def walk_the_path(self) -> None:
        """Put the marker on the answers given and on what was known before, to change one."""
        if not self.walk.changeable():
            self.app.say("Nothing was answered yet.", "warn")
            return
        self.on_path, self.changing = True, ""
        self.mark = max(len(self.walk.answered()) - 1, 0)
        choose, leave = self.app.key_of("choose"), self.app.key_of("leave")
        self.app.say(f"{choose} changes the marked answer, {leave} goes back.")

    def press(self, key: str, character: str | None) -> bool:
        """Space marks one of several, + takes other words, Tab shows other words for this person."""
        question = self.question
        options = question is not None and not self.on_path and bool(question.options)
        page = self.app.frame.pages["main"]
        if key in ("tab", "shift+tab"):
            names = [name for name, _, _ in TABS]
            by = 1 if key == "tab" else -1
            self.tab, self.words_top = names[(names.index(self.tab) + by) % len(names)], 0
        elif key in ("pagedown", "pageup"):
            page.scroll(max(page.room - 1, 1) * (1 if key == "pagedown" else -1))
        elif question is not None and options and key == "space" and question.fact.type == "list":
            self._toggle(question)
        elif question is not None and options and character == "+" and question.fact.open:
            self._other(question)
        else:
            return False
        return True

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll the words beside the question."""
        if pane != "right":
            return False
        self.words_top = max(self.words_top + by, 0)
        return True

    def click(self, pane: str, index: int) -> None:
        """An answer was clicked."""
        question = self.question
        shown = self.app.frame.pages["main"].rows
        if question is None or pane != "main" or self.on_path or index >= len(shown):
            return
        if shown[index].id.startswith("o:"):
            self.mark = int(shown[index].id[2:])
            if question.fact.type == "list" and self.mark < len(self._filtered(question)):
                self._toggle(question)
            else:
                self._choose()

    # -------------------------------------------------------------- notes and pauses

    def _note(self) -> None:
        last = next((event.fact for event in self.walk.events if event.seq == self.walk.state.undo), "")
        question = self.question
        self.note_on(self.changing or last or (question.key if question is not None else ""))

    def _pause(self) -> None:
        def reason(text: str) -> None:
            def until(day: str) -> None:
                self.walk.pause(text.strip(), _day(day) if day.strip() else None)
                self.app.go("home")
                self.app.say("Paused. It stands first on this list.")

            self.app.ask(Prompt("Until when?", until, hint="2026-03-31, or nothing", check=_bad_day))

        self.app.ask(Prompt("Why do we pause?", reason, hint="they are in a meeting, or nothing"))


def _day(text: str) -> Any:
    from abm_tree.accounts.values import STYLE
    from abm_tree.session.dates import read_day

    return read_day(text, STYLE)


def _bad_day(text: str) -> str:
    if not text.strip() or parse_date(text.strip()) is not None:
        return ""
    found = _day(text)
    return found.message + " " + found.help if isinstance(found, Refused) else ""


__all__ = ["MANY", "Asking", "words_of"]
