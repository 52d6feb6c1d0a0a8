"""Taking answers: by number, by the marker, in words; the state of one question on the screen.

Promises: an answer is in the journal before the question changes; what is refused stays in the line. Refuses:
to draw; `walk` does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN
from abm_tree.feel import Value
from abm_tree.session.question import Question, dont_know, read_answer
from abm_tree.session.walk import Walk
from abm_tree.tui.asked import MANY, Choice, filtered
from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.view import Prompt
from abm_tree.walk.tell import value_text

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


class Answering(OfWalk):
    """A view that takes the answer to one question at a time."""

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        super().__init__(app, walk)
        self.changing = ""  # the fact whose earlier answer is being changed
        self.how = "said"
        self.on_path = False  # whether the marker is on the way, to change an answer there
        self.mark = 0
        self.text = ""
        self.typed_here = False  # whether the text was typed, not put there
        self.picked: list[Value] = []
        self.words_top = 0  # how far the words beside the question are scrolled
        self.behind = False  # whether another terminal went on while something was typed here
        self.asks = ""  # the question on the screen, by its mark
        self._fresh()

    @property
    def question(self) -> Question | None:
        """What is asked: the next question, or one that was answered and is being changed."""
        return self.walk.question_of(self.changing) if self.changing else self.walk.question

    def _fresh(self) -> None:
        """A new question: the marker where the old answer is, if there is one."""
        question = self.question
        self.text, self.picked, self.mark, self.how, self.words_top = "", [], 0, "said", 0
        self.typed_here = False
        self.asks = question.mark if question is not None else ""
        if question is None:
            return
        old: Any = question.stale_value
        state = self.walk.facts.get(question.key)
        if question.changes and state is not None and hasattr(state, "value"):
            old = state.value
        if old is None:
            return
        values = [value for value, _ in question.options]
        if question.fact.type == "list" and values and isinstance(old, tuple):
            self.picked = list(old)
        elif old in values:
            self.mark = values.index(old)
        elif not values:
            self.text = value_text(question.fact, old)

    def _filtered(self, question: Question) -> list[Choice]:
        return filtered(question, self.text)

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

    def typed(self, text: str) -> None:
        """What stands in the field."""
        self.text, self.typed_here = text, True
        question = self.question
        if question is not None and question.options:
            # Where nothing has it, other words are marked, if the question takes those.
            self.mark = 0 if self._filtered(question) else 1 if question.fact.open else -1

    def entered(self, text: str) -> None:
        """Enter in the field: an answer."""
        question = self.question
        if self.behind:
            self.typed_here = False
            self.follow()
            return
        if question is None:
            return
        self.text = text
        stripped = text.strip()
        if stripped == "?":
            # As in lines: somebody who asks has not answered.
            self._unfilter()
            self.app.keyboard.everywhere("help")
        elif stripped == "-" or (stripped == "0" and question.options):
            self._dont_know()
        elif not question.options:
            self._take(question, stripped)
        elif self._filtered(question) or not stripped or self.mark == 0:
            self._choose()
        elif question.fact.open:
            self._take(question, stripped)
        else:
            self.app.refuse("None of the answers has that in it.")

    def _take(self, question: Question, text: str) -> None:
        """An answer in words; of several, one more of them."""
        value = read_answer(question.fact, text, self.walk.style)
        if isinstance(value, Refused):
            self.app.refuse(f"{value.message} {value.help}".strip())
        elif value is UNKNOWN:
            self._dont_know()
        elif value is MISSING:
            self.app.refuse(f"Nothing is typed. - if {dont_know(question)}.")
        elif question.fact.type == "list" and question.options and isinstance(value, tuple):
            self.picked += [one for one in value if one not in self.picked]
            self._unfilter()
        else:
            self._answer(question, value)  # type: ignore[arg-type]

    def _choose(self) -> None:
        question = self.question
        if self.on_path:
            lines = self.walk.changeable()
            self.changing = lines[self.mark].key if self.mark < len(lines) else ""
            self.on_path = False
            self._fresh()
            self.app.fresh(typing=True)
            return
        if question is None or not question.options:
            self.app.fresh(typing=True)
            return
        page = self.app.frame.pages["main"]
        if not page.shows_marked:
            page.reveal()  # nobody takes an answer that cannot be seen
            return
        found = self._filtered(question)
        if self.mark > len(found):
            self._other(question)
        elif self.mark == len(found):
            self._dont_know()
        elif question.fact.type != "list":
            self._answer(question, found[self.mark].value)
        elif self.text.strip():
            self._toggle(question)  # what was typed meant one of them
        else:
            order = [value for value, _ in question.options]
            chosen = sorted(self.picked, key=lambda one: order.index(one) if one in order else len(order))
            self._answer(question, tuple(chosen))

    def _other(self, question: Question) -> None:
        """An answer in other words, where the question takes those."""

        def wrong(text: str) -> str:
            found = read_answer(question.fact, text, self.walk.style) if text.strip() else MISSING
            if isinstance(found, Refused):
                return f"{found.message} {found.help}".strip()
            return "Nothing is typed." if found is MISSING else ""

        label, text = f"{question.fact.title}:", self.text.strip()
        self.app.ask(Prompt(label, lambda text: self._take(question, text.strip()), text, check=wrong))

    def _toggle(self, question: Question) -> None:
        found = self._filtered(question)
        if self.mark >= len(found):
            self._choose()
            return
        value = found[self.mark].value
        if value in self.picked:
            self.picked.remove(value)
        else:
            self.picked.append(value)
        self._unfilter(found[self.mark].number - 1)

    def _unfilter(self, mark: int = 0) -> None:
        """All answers again, one of them marked."""
        self.text, self.typed_here, self.mark = "", False, mark
        self.app.fresh()

    def _answer(self, question: Question, value: Value) -> None:
        self.walk.take(question, value, self.how)
        self._done()

    def _dont_know(self) -> None:
        question = self.question
        if question is not None:
            self.walk.take_unknown(question)
            self._done()

    def _undo(self, act: Any, words: str) -> None:
        self.changing = ""
        key = act()
        if key is not None:
            self.app.say(self.undone(key, words))
        self._moved()

    def _done(self) -> None:
        self.changing, self.on_path = "", False
        self._moved()

    def _moved(self) -> None:
        """The walk has moved: another question, or the outcome."""
        self._fresh()
        self.app.fresh(typing=True)
        if self.walk.record.status == "decided" and self.question is None:
            super().act("go.outcome")

    def _move(self, by: int) -> None:
        question = self.question
        if self.on_path:
            count = len(self.walk.changeable())
        elif question is not None and question.options:
            count = len(self._filtered(question)) + (2 if question.fact.open else 1)
        else:
            self.words_top = max(self.words_top + by, 0)
            return
        self.mark = min(max(self.mark + by, 0), count - 1)
