"""Line mode: the walk as plain text, for pipes, screen readers and dumb terminals.

Promises: one question at a time, every answer read back; the same words for the same keys everywhere: `back`,
`0` (at typed questions a lone `-`) for don't know, `?`, `why`, `quit`. Refuses: colours, cursor movement.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TextIO

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style
from abm_tree.cli.exits import Exit
from abm_tree.feel import string
from abm_tree.session.walk import Question, Walk
from abm_tree.source import clean
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Fact
from abm_tree.tree.personas import Objection, Persona
from abm_tree.tree.terms import ROLE
from abm_tree.walk.explain import explain, step_sentence
from abm_tree.walk.record import Record
from abm_tree.walk.tell import value_text

WIDTH = 78


class LineWalk:
    """A walk in questions and answers."""

    def __init__(
        self, walk: Walk, style: Style, personas: Mapping[str, Persona], answers: TextIO, out: TextIO
    ) -> None:
        self.walk = walk
        self.style = style
        self.personas = personas
        self.answers = answers
        self.out = out
        self._told: list[str] = []  # steps already said
        self._words: str = ""

    def run(self) -> Exit:
        """Ask until there is an outcome, or the answers end."""
        tree = self.walk.tree
        self._say(f"{tree.title}" + (f" - {tree.about}" if tree.about else ""))
        self._say(
            "Answer with a number or a value; 0 if nobody knows, or - where a value is typed. "
            "At any time: back, why, ? or quit."
        )
        self._known()
        if ROLE in tree.facts and not isinstance(self.walk.given.get(ROLE), Known):
            self._say("No role is given (--role): the words are general until it is asked.")
        while True:
            record = self.walk.record()
            self._passed(record)
            question = self.walk.question(record)
            if question is None:
                return self._end(record)
            self._ask(question, record)
            while True:
                line = self._read()
                if not line:
                    self._say("")
                    self._say(f"No more answers: the walk stops before `{question.title}`.")
                    return Exit.UNFINISHED
                if not self._tty:
                    self.out.write(clean(line.rstrip("\n")) + "\n")
                done = self._answer(question, line.strip(), record)
                if done is not None:
                    break
            if done == "quit":
                self._say("Stopped before an outcome.")
                return Exit.UNFINISHED

    def _read(self) -> str:
        """A line of the answers, its end included; nothing where they are over."""
        if self._tty and self.answers is sys.stdin:
            # With a keyboard: arrow keys edit the line instead of becoming the answer.
            with suppress(ImportError):
                import readline  # noqa: F401 - importing it is its use
            try:
                return input("> ") + "\n"
            except EOFError:
                return ""
        self.out.write("> ")
        self.out.flush()
        return self.answers.readline()

    @property
    def _tty(self) -> bool:
        return self.answers.isatty()

    def _answer(self, question: Question, text: str, record: Record) -> str | None:
        """Take a line: "next" where the walk goes on, "quit", or None to ask again."""
        match text.casefold():
            case "quit" | "q" | "exit":
                return "quit"
            case "back" | "b":
                key = self.walk.back()
                if key is None:
                    self._say("This is the first question.")
                    return None
                self._say(f"Back: {self.walk.tree.facts[key].title} is open again.")
                return "next"
            case "?" | "help":
                self._help(question)
                return None
            case "why":
                self._why(question, record)
                return None
            case "":
                self._say(f"Nothing typed. Type an answer, or {_dont_know(question)} if nobody knows.")
                return None
        typed = not Walk.options(question.fact)
        if text == "-" or (text == "0" and not typed):
            self.walk.dont_know(question.key)
            self._say(f"{question.fact.title}: nobody knows yet.")
            return "next"
        value = self.walk.read(question.fact, text, self.style)
        if isinstance(value, Refused):
            self._say(f"{value.message} {value.help}".strip())
            return None
        if value is UNKNOWN:
            self.walk.dont_know(question.key)
            self._say(f"{question.fact.title}: nobody knows yet.")
            return "next"
        if value is MISSING:
            self._say(f"Nothing typed. Type an answer, or {_dont_know(question)} if nobody knows.")
            return None
        self.walk.answer(question.key, value)  # type: ignore[arg-type]
        new = question.fact.type == "choice" and isinstance(value, str) and value not in question.fact.choices
        shown = value_text(question.fact, value)  # type: ignore[arg-type]
        self._say(f"{question.fact.title}: {shown}{' (as typed; back takes it back)' if new else ''}")
        return "next"

    def _known(self) -> None:
        """What is known before the first question, with where from."""
        facts = self.walk.tree.facts
        lines = []
        for key, state in self.walk.given.items():
            fact = facts.get(key)
            if fact is None or not isinstance(state, Known):
                continue
            text = value_text(fact, state.value)
            lines.append(f"  {fact.title}: {text} ({_source(state)})")
        if lines:
            self._say("Known already:")
            for line in lines:
                self._say(line)

    def _passed(self, record: Record) -> None:
        """Notes of the branches taken since the last question."""
        way = [step.node + step.test for step in record.trail]
        same = 0
        while same < min(len(way), len(self._told)) and way[same] == self._told[same]:
            same += 1
        for step in record.trail[same:]:
            if step.note:
                self._say(f"Note: {step.note}")
        self._told = way

    def _ask(self, question: Question, record: Record) -> None:
        self._say("")
        self._say(
            f"[{question.title}]  at most {_count(question.left, 'more step')}, "
            f"{_count(len(record.possible), 'outcome')} possible"
        )
        if question.say and question.say != self._words:
            role = f"Say ({question.role.replace('-', ' ')})" if question.role else "Say"
            self._say(f"{role}: {question.say}")
        self._words = question.say
        if question.objection:
            objection = self._objection(question.objection, question.role)
            if objection is not None:
                self._say(f'If they say "{objection.says}": {objection.respond}')
        self._say(question.ask)
        if question.stale:
            self._say(f"(Last known: {question.stale}, which is too old to count. Is it still so?)")
        options = Walk.options(question.fact)
        for number, (_, label) in enumerate(options, start=1):
            self._say(f"  {number}. {label}")
        if options:
            self._say("  0. Don't know")
        else:
            self._say(f"  ({_expects(question.fact)}; - for don't know)")

    def _objection(self, name: str, role: str | None) -> Objection | None:
        personas = (
            [self.personas[role]]
            if role is not None and role in self.personas
            else list(self.personas.values())
        )
        found = [one for persona in personas for one in persona.all_objections if one.id == name]
        return found[0] if found else None

    def _help(self, question: Question) -> None:
        for text in (question.help, question.why and f"Why we ask: {question.why}"):
            if text:
                self._say(text)
        persona = self.personas.get(question.role or "")
        if persona is not None and persona.cares_about:
            self._say(f"{persona.title} cares about: " + "; ".join(persona.cares_about) + ".")
        unknown = _dont_know(question)
        self._say(
            f"back: take the last answer back. why: the way so far. {unknown}: nobody knows. quit: stop."
        )

    def _why(self, question: Question, record: Record) -> None:
        if not record.trail:
            self._say("This is the first question.")
        for step in record.trail:
            self._say("- " + step_sentence(step, record, self.walk.tree))
        if question.why:
            self._say(f"Why we ask: {question.why}")
        titles = [_outcome_title(self.walk, name) for name in record.possible]
        self._say("Still possible: " + "; ".join(titles) + ".")

    def _end(self, record: Record) -> Exit:
        self._say("")
        if record.status != "decided":
            for line in explain(record, self.walk.tree)[-1:]:
                self._say(line)
            return Exit.OK if record.status == "waits" else Exit.UNFINISHED
        verdict = f" [{record.verdict}]" if record.verdict else ""
        self._say(f"Outcome: {record.title}{verdict}")
        for text in record.say:
            self._say(f"Say: {text}")
        self._to_do(record)
        for note in record.notes:
            self._say(f"Note: {note}")
        for one in record.sets:
            fact = self.walk.tree.facts.get(one.fact)
            shown = value_text(fact, one.value) if one.state == "known" else "open"
            self._say(f"Noted: {fact.title if fact is not None else one.fact} = {shown}")
        if record.revisit:
            self._say(f"Look again on {record.revisit}.")
        self._heard(record)
        self._say("Why:")
        for step in record.trail:
            self._say("- " + step_sentence(replace(step, note=""), record, self.walk.tree))
        return Exit.OK

    def _to_do(self, record: Record) -> None:
        if record.actions:
            self._say("To do:")
        for task in record.actions:
            parts = [
                part for part in (task.owner, f"by {task.due}" if task.due else "", task.channel) if part
            ]
            self._say(f"- {task.do}" + (f" ({', '.join(parts)})" if parts else ""))
            if task.check:
                self._say(f"  Check first: {task.check}.")
            if task.fallback:
                self._say(f"  Otherwise: {task.fallback.get('do', '')}")

    def _heard(self, record: Record) -> None:
        """The call in a few lines: who, when, what was said, what nobody knows."""
        facts = self.walk.tree.facts
        who = ", ".join(one for one in (record.subject.account_id, record.subject.stakeholder_id) if one)
        day = string(record.as_of.date)
        answers = self.walk.answers
        heard = [
            f"{facts[key].title}: {value_text(facts[key], state.value)}"
            for key, state in answers.items()
            if isinstance(state, Known)
        ]
        open_ones = [facts[key].title for key, state in answers.items() if not isinstance(state, Known)]
        if heard:
            self._say(f"Heard on {day}{', ' + who if who else ''}: " + "; ".join(heard) + ".")
        if open_ones:
            self._say("Nobody knew: " + "; ".join(open_ones) + ".")

    def _say(self, text: str) -> None:
        """Write text, wrapped; paragraphs stay."""
        for paragraph in clean(text).split("\n"):
            indent = len(paragraph) - len(paragraph.lstrip(" "))
            hang = " " * (indent + (2 if paragraph.lstrip().startswith(("- ", "1", "2")) else 0))
            lines = textwrap.wrap(
                paragraph.strip(),
                WIDTH,
                initial_indent=" " * indent,
                subsequent_indent=hang,
                break_on_hyphens=False,
            ) or [""]
            self.out.write("\n".join(lines) + "\n")


def _dont_know(question: Question) -> str:
    return "0" if Walk.options(question.fact) else "-"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _source(state: Known) -> str:
    names = {"list": "from the list", "given": "given", "answer": "answered"}
    return names.get(state.source, state.source)


def _outcome_title(walk: Walk, name: str) -> str:
    outcome = walk.tree.outcomes.get(name)
    return outcome.title if outcome is not None else name


def _expects(fact: Fact) -> str:
    """What to type, with unit and range."""
    kinds = {
        "integer": "a whole number",
        "number": "a number",
        "money": "an amount, like 1.2m or 50,000",
        "percent": "a percentage, like 45 %",
        "date": "a date, like 2026-03-31",
        "text": "a few words",
        "list": "one or more, with commas between",
    }
    text = kinds.get(fact.type, "a value")
    unit = fact.currency or fact.unit
    if unit and not unit.startswith("of "):
        text += f", {unit}"
    low, high = fact.minimum, fact.maximum
    if low is not None and high is not None:
        text += f", {value_text(fact, low)} to {value_text(fact, high)}"
    elif low is not None:
        text += f", at least {value_text(fact, low)}"
    elif high is not None:
        text += f", at most {value_text(fact, high)}"
    if fact.none:
        text += f', or "{fact.none}"'
    return text
