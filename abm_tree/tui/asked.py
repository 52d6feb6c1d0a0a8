"""A question as rows: its text, the answers or what was typed, and why it is asked.

Promises: however long a question is, its answers have room; a long answer is wrapped and stays one answer.
Refuses: to hold what was typed or marked; the view does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style
from abm_tree.feel import Value
from abm_tree.session.question import Question, dont_know, read_answer
from abm_tree.session.walk import HOW
from abm_tree.tui.text import BLANK, Row, row, wrap
from abm_tree.walk.tell import value_text

MANY = 9  # more answers than this are filtered by typing
LEAST = 3  # lines of a question that are always shown


@dataclass(frozen=True, slots=True)
class Choice:
    """A numbered answer."""

    number: int
    value: Value
    label: str


def filtered(question: Question, text: str) -> list[Choice]:
    """The answers that a typed text leaves, where there are many; a number finds its answer."""
    numbered = [
        Choice(number, value, label) for number, (value, label) in enumerate(question.options, start=1)
    ]
    text = text.strip().casefold()
    if len(numbered) <= MANY or not text:
        return numbered
    if text.isdigit():
        return [one for one in numbered if str(one.number).startswith(text)]
    return [one for one in numbered if text in one.label.casefold() or text in str(one.value).casefold()]


def head(
    question: Question, picked: Sequence[Value], width: int, most: int, leave: str
) -> tuple[list[Row], list[Row]]:
    """The question itself, and what of it does not fit into `most` lines."""
    out: list[Row] = []
    if question.changes:
        changing = [("Changing an earlier answer. ", "warn"), (f"{leave} leaves it as it is.", "dim")]
        out += wrap(changing, width)
    out.append(row((question.title, "dim")))
    out += wrap([(question.ask, "bold")], width)
    if question.stale:
        out += wrap(
            [(f"Last known: {question.stale}, too old to count. Is it still so? Enter confirms.", "warn")],
            width,
        )
    if question.together:
        out += wrap([("Asked here too: " + ", ".join(question.together), "dim")], width)
    taken: list[Row] = []
    if question.fact.type == "list" and len(question.options) > MANY:
        taken = _taken(question, picked, width)[:2]
    most = max(most - len(taken), LEAST)
    if len(out) <= most:
        return [*out, *taken], []
    last = out[most - 1]
    return [*out[: most - 1], Row(last.parts, last.id, last.style, ((" … PgDn", "dim"),)), *taken], out


@dataclass(frozen=True, slots=True)
class Answers:
    """The rows of the answers, which of them is marked, and how many rows that one has."""

    rows: Sequence[Row]
    marked: int
    span: int


def answers(
    question: Question, found: Sequence[Choice], mark: int, picked: Sequence[Value], text: str, width: int
) -> Answers:
    """One answer after the other, then don't know, then other words where the question takes those."""
    digits = 1 if len(question.options) <= MANY else 2
    several = question.fact.type == "list"
    rows: list[Row] = []
    starts: list[int] = []
    for position, one in enumerate(found):
        starts.append(len(rows))
        box = ("[x] " if one.value in picked else "[ ] ") if several else ""
        lead = f"{one.number:>{digits}}  {box}"
        rows += wrap(one.label, width, first=lead, hang=" " * len(lead), id=f"o:{position}")
    if not found:
        rows.append(row(("None of the answers has that in it.", "warn")))
    starts.append(len(rows))
    rows.append(row((f"{0:>{digits}}  Don't know", "dim"), id=f"o:{len(found)}"))
    if question.fact.open:
        starts.append(len(rows))
        words = f'"{text.strip()}"' if text.strip() else "type it"
        lead = f"{'+':>{digits}}  "
        rows += wrap(
            [(f"Something else: {words}", "dim")],
            width,
            first=lead,
            hang=" " * len(lead),
            id=f"o:{len(found) + 1}",
        )
    more = [BLANK, *_taken(question, picked, width)] if several and len(question.options) <= MANY else []
    if not 0 <= mark < len(starts):
        return Answers([*rows, *more], -1, 1)
    ends = [*starts[1:], len(rows)]
    return Answers([*rows, *more], starts[mark], ends[mark] - starts[mark])


def _taken(question: Question, picked: Sequence[Value], width: int) -> list[Row]:
    """What Enter would take, of several."""
    labels = dict(question.options)
    names = [labels.get(one, str(one)) for one in picked]
    return wrap([("Space marks one. Enter takes: ", "dim"), (", ".join(names) or "none of them", "")], width)


def read_back(question: Question, text: str, style: Style, width: int) -> list[Row]:
    """What was typed, as it is understood."""
    text = text.strip()
    if not text or text == "-":
        none = dont_know(question)
        what = none if text else f"type, then Enter; - if {none}"
        return wrap([(what, "dim")], width)
    value = read_answer(question.fact, text, style)
    if isinstance(value, Refused):
        return wrap([(f"{value.message} {value.help}".strip(), "warn")], width)
    if value is UNKNOWN:
        return wrap([(f"= {dont_know(question)}", "dim")], width)
    if value is MISSING:
        return [BLANK]
    shown = value_text(question.fact, value)  # type: ignore[arg-type]
    unit = question.fact.unit or ""
    return wrap([(f"= {shown}{f' {unit}' if unit and not unit.startswith('of ') else ''}", "good")], width)


def hints(question: Question, how: str, whole: Sequence[Row], width: int) -> list[Row]:
    """How the answer counts, help, why it is asked; and the whole question, where it was cut."""
    out: list[Row] = []
    if how != "said":
        out += [BLANK, *wrap([(f"The next answer counts as: {HOW[how]}.", "warn")], width)]
    if question.help:
        out += [BLANK, *wrap([(question.help, "dim")], width)]
    if question.why:
        out += [BLANK, *wrap([("Why we ask: ", "dim"), (question.why, "dim")], width)]
    if whole:
        out += [BLANK, row(("The whole question", "title")), *whole]
    return out
