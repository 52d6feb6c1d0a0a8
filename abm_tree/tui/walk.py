"""The walk: what to ask, how to put it to this person, where it leads.

Promises: one view that stays while questions change; an answer is in the journal before the question
changes; what cannot be saved stays on the screen. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN
from abm_tree.feel import Value, parse_date
from abm_tree.session.question import Question, expects, read_answer
from abm_tree.session.walk import HOW, FactLine, Walk, outcome_title
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.text import BLANK, Row, cut, row, wrap
from abm_tree.tui.view import Act, Field, Pane, Picture, Prompt, Size
from abm_tree.tui.words import TABS, word_rows, words_of
from abm_tree.walk.tell import value_text

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

MANY = 9  # more answers than this are filtered by typing


class Asking(OfWalk):
    """One question at a time."""

    name: ClassVar[str] = "walk"

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app, walk)
        self.changing = ""  # the fact whose earlier answer is being changed
        self.tab = "track"
        self.how = "said"
        self.on_path = False  # whether the marker is on the way, to change an answer there
        self.mark = 0
        self.text = ""
        self.picked: list[Value] = []
        self.words_top = 0  # how far the words beside the question are scrolled
        self._fresh()

    # -------------------------------------------------------------- where we are

    @property
    def question(self) -> Question | None:
        """What is asked: the next question, or one that was answered and is being changed."""
        return self.walk.question_of(self.changing) if self.changing else self.walk.question

    def _fresh(self) -> None:
        """A new question: the marker where the old answer is, if there is one."""
        question = self.question
        self.text, self.picked, self.mark, self.how, self.words_top = "", [], 0, "said", 0
        if question is None:
            return
        old: Any = question.stale_value
        state = self.walk.facts.get(question.key)
        if question.changes and state is not None and hasattr(state, "value"):
            old = state.value
        if old is None:
            return
        values = [value for value, _ in question.options]
        if question.fact.type == "list" and isinstance(old, tuple):
            self.picked = [one for one in old if one in values]
        elif old in values:
            self.mark = values.index(old)
        elif not values:
            self.text = value_text(question.fact, old)

    def enter(self) -> None:
        """Begin where the walk stands."""
        self._fresh()

    def follow(self) -> None:
        """Another terminal has written."""
        before = self.walk.state.seq
        super().follow()
        if self.walk.state.seq != before:
            self.changing = ""
            self._moved()

    # -------------------------------------------------------------- what is shown

    def picture(self, size: Size) -> Picture:
        """The way so far, the question, the words for this person."""
        question = self.question
        wide = size.wide
        left = right = low = None
        low_height = 0
        width = size.width - 2
        if wide:
            width = size.width - size.width * 30 // 100 - size.width * 34 // 100 - 4
            left = self._way(size.width * 30 // 100 - 3, size.height)
            words = word_rows(self.walk, question, self.tab, size.width * 34 // 100 - 4, whole=True)
            right = Pane(words, top=self._words_top(len(words), size.height))
        if self.on_path and not wide:
            pane = self._way(width, size.height - 1)
            return Picture(pane)
        head, main, marked = self._rows(question, width)
        if not wide:
            # The words get what the question leaves: nothing moves but rows.
            needed = len(head) + len(main) + (1 if self._field(question) is not None else 0)
            low_height = min(max(size.height - needed, size.height // 4), size.height // 2)
            tabs, *words = self._tabs(question, width)
            top = self._words_top(len(words), low_height - 2)
            low = Pane([tabs, *words[top:]])
        return Picture(
            Pane(main, marked),
            head,
            self._field(question),
            left,
            right,
            low,
            low_height,
        )

    def _words_top(self, count: int, room: int) -> int:
        self.words_top = min(self.words_top, max(count - room, 0))
        return self.words_top

    def _tabs(self, question: Question | None, width: int) -> list[Row]:
        parts: list[tuple[str, str]] = []
        for name, title, action in TABS:
            key = self.app.key_of(action)
            parts += [(key, "key"), (f" {title}   ", "bold" if name == self.tab else "dim")]
        return [row(*parts), *word_rows(self.walk, question, self.tab, width)]

    def _field(self, question: Question | None) -> Field | None:
        if question is None or self.on_path:
            return None
        options = question.options
        if not options:
            return Field(self.text, expects(question.fact))
        if len(options) > MANY:
            return Field(self.text, "type to filter, or the number")
        return None

    def _rows(self, question: Question | None, width: int) -> tuple[list[Row], list[Row], int]:
        """Rows above the field, rows below it, and which of those is marked."""
        if question is None:
            return [], self._stuck(width), -1
        above: list[Row] = []
        if question.changes:
            above += wrap(
                [("Changing an earlier answer. ", "warn"), ("Esc leaves it as it is.", "dim")], width
            )
        above.append(row((question.title, "dim")))
        above += wrap([(question.ask, "bold")], width)
        if question.stale:
            above += wrap(
                [
                    (
                        f"Last known: {question.stale}, too old to count. Is it still so? Enter confirms.",
                        "warn",
                    )
                ],
                width,
            )
        if question.together:
            above += wrap([("Asked here too: " + ", ".join(question.together), "dim")], width)
        options = question.options
        if not options:
            return above, [*self._read_back(question, width), *self._hints(question, width)], -1
        found = self._filtered(question)
        digits = 1 if len(options) <= MANY else 2
        rows: list[Row] = []
        marked = -1
        for position, (number, value, label) in enumerate(found):
            if position == self.mark and not self.on_path:
                marked = len(rows)
            box = ""
            if question.fact.type == "list":
                box = "[x] " if value in self.picked else "[ ] "
            lead = f"{number:>{digits}}  {box}"
            rows += wrap(label, width, first=lead, hang=" " * len(lead), id=f"o:{position}")
        if self.mark == len(found) and not self.on_path:
            marked = len(rows)
        rows.append(row((f"{0:>{digits}}  Don't know", "dim"), id=f"o:{len(found)}"))
        if question.fact.open:
            if self.mark == len(found) + 1 and not self.on_path:
                marked = len(rows)
            rows.append(row((f"{'+':>{digits}}  Something else: type it", "dim"), id=f"o:{len(found) + 1}"))
        if len(options) > MANY:
            return above, [*rows, *self._hints(question, width)], marked
        lines = [*above, BLANK]
        return [], [*lines, *rows, *self._hints(question, width)], marked + len(lines) if marked >= 0 else -1

    def _filtered(self, question: Question) -> list[tuple[int, Value, str]]:
        numbered = [(number, value, label) for number, (value, label) in enumerate(question.options, start=1)]
        if len(numbered) <= MANY or not self.text.strip():
            return numbered
        text = self.text.strip().casefold()
        if text.isdigit():
            return [one for one in numbered if str(one[0]).startswith(text)]
        return [one for one in numbered if text in one[2].casefold() or text in str(one[1]).casefold()]

    def _read_back(self, question: Question, width: int) -> list[Row]:
        """What was typed, as it is understood."""
        text = self.text.strip()
        if not text or text == "-":
            what = "nobody knows" if text else "type, then Enter; - if nobody knows"
            return wrap([(what, "dim")], width)
        value = read_answer(question.fact, text, self.walk.style)
        if isinstance(value, Refused):
            return wrap([(f"{value.message} {value.help}".strip(), "warn")], width)
        if value is UNKNOWN:
            return wrap([("= nobody knows", "dim")], width)
        if value is MISSING:
            return [BLANK]
        shown = value_text(question.fact, value)  # type: ignore[arg-type]
        unit = (
            f" {question.fact.unit}"
            if question.fact.unit and not question.fact.unit.startswith("of ")
            else ""
        )
        return wrap([(f"= {shown}{unit}", "good")], width)

    def _hints(self, question: Question, width: int) -> list[Row]:
        out: list[Row] = []
        if self.how != "said":
            out += [BLANK, *wrap([(f"The next answer counts as: {HOW[self.how]}.", "warn")], width)]
        if question.help:
            out += [BLANK, *wrap([(question.help, "dim")], width)]
        if question.why:
            out += [BLANK, *wrap([("Why we ask: ", "dim"), (question.why, "dim")], width)]
        return out

    def _stuck(self, width: int) -> list[Row]:
        from abm_tree.walk.explain import explain

        record = self.walk.record
        out = [row(("Nothing can be asked now.", "title")), BLANK]
        if record.status == "waits":
            out = [row((f"Waiting until {record.until}.", "title")), BLANK]
        for line in explain(record, self.walk.tree)[-2:]:
            out += wrap(line, width)
        out += [
            BLANK,
            *wrap([("The walk is saved. Undo takes the last answer back; g h goes Home.", "dim")], width),
        ]
        return out

    def _way(self, width: int, height: int) -> Pane:
        """The answers, what was known before, and what is still possible."""
        lines = self.walk.answered()
        rows: list[Row] = [row(("The way so far", "title"))]
        marked = -1
        for number, line in enumerate(lines):
            if self.on_path and number == self.mark:
                marked = len(rows)
            rows += _fact_rows(line, width, number)
        if not lines:
            rows.append(row(("no answers yet", "dim")))
        return Pane(rows, marked, None if self.on_path else 0, self._beneath(width, height - len(rows)))

    def _beneath(self, width: int, room: int) -> list[Row]:
        """What was known before, and every outcome with whether it can still be reached.

        It stands at the bottom and keeps its lines, so that an answer changes few of them.
        """
        # Names stand in the line at the top.
        known = [line for line in self.walk.known() if not line.key.endswith(".name")]
        rows: list[Row] = []
        if known:
            rows += [BLANK, row(("Known before", "title"))]
            for line in known:
                rows += _fact_rows(line, width, -1)
        possible = set(self.walk.record.possible)
        names = [*dict.fromkeys([*self.walk.tree.outcomes, *self.walk.record.possible])]
        rows += [BLANK, row((f"Still possible: {len(possible)}", "title"))]
        for name in names:
            title = outcome_title(self.walk.tree, name)
            if name in possible:
                rows.append(row("· ", cut(title, width - 2)))
            else:
                rows.append(row((f"× {cut(title, width - 2)}", "off")))
        if len(rows) > room:
            # Short of room: only what is still possible.
            rows = [one for one in rows if not one.plain.startswith("×")]
        return rows[: max(room, 0)]

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
        return [
            Act("walk.dont_know", asked or ("- and Enter, where a value is typed." if typing else "")),
            Act("walk.undo", first),
            Act("walk.note"),
            Act("go"),
            Act("walk.redo", last),
            Act("walk.pause", finished),
            leave,
            Act("walk.how", asked, f"How: {self.how}"),
            Act("walk.track"),
            Act("walk.message"),
            Act("walk.objections"),
        ]

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
                self._fresh()
                self.app.fresh()
            case "leave" if self.app.typing:
                return False
            case "leave":
                self.app.go("home")
            case _:
                return super().act(action)
        return True

    def walk_the_path(self) -> None:
        """Put the marker on the answers given, to change one."""
        if not self.walk.state.answers:
            self.app.say("Nothing was answered yet.", "warn")
            return
        self.on_path, self.changing = True, ""
        self.mark = len(self.walk.answered()) - 1
        self.app.say("Enter changes the marked answer, Esc goes back to the question.")

    def digit(self, number: int) -> bool:
        """Answer by number."""
        question = self.question
        if question is None or self.on_path or not question.options or len(question.options) > MANY:
            return False
        if number > len(question.options):
            self.app.say(f"There is no {number}.", "warn")
            return True
        self.mark = number - 1
        if question.fact.type == "list":
            self._toggle(question)
        else:
            self._answer(question, question.options[number - 1][0])
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Space marks one of several, + takes other words."""
        question = self.question
        if character == "+" and question is not None and question.options and question.fact.open:
            self._other(question)
            return True
        if key == "space" and question is not None and question.fact.type == "list" and question.options:
            self._toggle(question)
            return True
        return False

    def click(self, pane: str, index: int) -> None:
        """An answer was clicked."""
        if pane == "left" or (self.on_path and pane == "main"):
            return
        question = self.question
        if question is None or pane != "main":
            return
        shown = self.app.frame.pages["main"].rows
        found = shown[index].id if index < len(shown) else ""
        if found.startswith("o:"):
            self.mark = int(found[2:])
            self._choose()

    def typed(self, text: str) -> None:
        """What stands in the field."""
        self.text = text
        question = self.question
        if question is not None and question.options:
            self.mark = 0

    def entered(self, text: str) -> None:
        """Enter in the field: an answer."""
        question = self.question
        if question is None:
            return
        self.text = text
        stripped = text.strip()
        if stripped == "-" or (stripped == "0" and question.options):
            self._dont_know()
            return
        if question.options:
            found = self._filtered(question)
            if found and self.mark < len(found):
                self._answer(question, found[self.mark][1])
                return
            if not found and question.fact.open and stripped:
                self._take(question, stripped)
            elif self.mark == len(found) and not stripped:
                self._dont_know()
            else:
                self.app.refuse("None of the answers has that in it.")
            return
        self._take(question, stripped)

    def _take(self, question: Question, text: str) -> None:
        value = read_answer(question.fact, text, self.walk.style)
        if isinstance(value, Refused):
            self.app.refuse(f"{value.message} {value.help}".strip())
        elif value is UNKNOWN:
            self._dont_know()
        elif value is MISSING:
            self.app.refuse("Nothing is typed. - if nobody knows.")
        else:
            self._answer(question, value)  # type: ignore[arg-type]

    def _choose(self) -> None:
        question = self.question
        if self.on_path:
            lines = self.walk.answered()
            self.changing = lines[self.mark].key if self.mark < len(lines) else ""
            self.on_path = False
            self._fresh()
            self.app.fresh()
            return
        if question is None or not question.options:
            self.app.fresh(typing=True)
            return
        if question.fact.type == "list":
            self._answer(question, tuple(self.picked))
            return
        found = self._filtered(question)
        if self.mark > len(found):
            self._other(question)
        elif self.mark == len(found):
            self._dont_know()
        else:
            self._answer(question, found[self.mark][1])

    def _other(self, question: Question) -> None:
        """An answer in other words, where the question takes those."""

        def wrong(text: str) -> str:
            found = read_answer(question.fact, text, self.walk.style) if text.strip() else MISSING
            if isinstance(found, Refused):
                return f"{found.message} {found.help}".strip()
            return "Nothing is typed." if found is MISSING else ""

        label = f"{question.fact.title}:"
        self.app.ask(Prompt(label, lambda text: self._take(question, text.strip()), check=wrong))

    def _toggle(self, question: Question) -> None:
        value = question.options[self.mark][0]
        if value in self.picked:
            self.picked.remove(value)
        else:
            self.picked.append(value)

    def _answer(self, question: Question, value: Value) -> None:
        self.walk.answer(question.key, value, self.how)
        self._done()

    def _dont_know(self) -> None:
        question = self.question
        if question is not None:
            self.walk.dont_know(question.key)
            self._done()

    def _undo(self, act: Any, words: str) -> None:
        self.changing = ""
        key = act()
        if key is not None:
            fact = self.walk.tree.facts.get(key)
            self.app.say(words + (fact.title if fact is not None else key))
        self._moved()

    def _done(self) -> None:
        self.changing, self.on_path = "", False
        self._moved()

    def _moved(self) -> None:
        """The walk has moved: another question, or the outcome."""
        self._fresh()
        self.app.fresh(typing=True)
        if self.walk.record.status == "decided":
            super().act("go.outcome")

    def _move(self, by: int) -> None:
        question = self.question
        if self.on_path:
            count = len(self.walk.answered())
        elif question is not None and question.options:
            count = len(self._filtered(question)) + (2 if question.fact.open else 1)
        else:
            self.words_top = max(self.words_top + by, 0)
            return
        self.mark = min(max(self.mark + by, 0), count - 1)

    def _note(self) -> None:
        last = next((event.fact for event in self.walk.events if event.seq == self.walk.state.undo), "")
        question = self.question
        key = self.changing or last or (question.key if question is not None else "")
        fact = self.walk.tree.facts.get(key)
        title = fact.title if fact is not None else "the call"

        def done(text: str) -> None:
            if text.strip():
                self.walk.note(text.strip(), key)
                self.app.say(f"Noted on {title}.")

        self.app.ask(Prompt(f"Note on {title}:", done, hint="what they said, in their words"))

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


def _fact_rows(line: FactLine, width: int, number: int) -> list[Row]:
    style = "" if line.on_way else "dim"
    value = (line.text, "bold" if line.known and line.on_way else "dim")
    extra = line.source if number < 0 else ""
    if not line.on_way and number >= 0:
        extra = "set aside: not asked on this way"
    if line.stale:
        extra = f"{extra}, too old" if extra else "too old"
    parts = [(f"{line.title}: ", style), value, (f"  {extra}" if extra else "", "dim")]
    out = wrap(parts, width, hang="  ", id=f"a:{number}" if number >= 0 else "")
    if line.note:
        out += wrap([(f'"{line.note}"', "say")], width, first="  ", hang="  ")
    return out


__all__ = ["Asking", "words_of"]
