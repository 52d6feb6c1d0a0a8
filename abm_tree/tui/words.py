"""The words beside a question: talk track, message, objections, for the person's role."""

from __future__ import annotations

from abm_tree.session.question import Question
from abm_tree.session.walk import Walk
from abm_tree.tui.text import BLANK, Row, row, wrap

TRACK = 6  # lines that the talk track keeps, where all words stand below each other
TABS = (
    ("track", "Talk track", "walk.track"),
    ("message", "Message", "walk.message"),
    ("objections", "Objections", "walk.objections"),
)


def word_rows(
    walk: Walk, question: Question | None, tab: str, width: int, *, whole: bool = False, say: str = ""
) -> list[Row]:
    """One tab, or (`whole`) all of them, the chosen one first; `say` stands for a question's talk track."""
    if not whole:
        return words_of(walk, question, tab, width)
    out: list[Row] = []
    order = sorted(TABS, key=lambda one: one[0] != tab)
    for name, title, _ in order:
        if out:
            out.append(BLANK)
        out.append(row((title, "title")))
        block = words_of(walk, question, name, width)
        if name == "track" and say:
            block = wrap([(say, "say")], width)
        if name == "track":
            # A block of its own height: the words below do not move with each question.
            block += [BLANK] * (TRACK - len(block))
        out += block
    return out


def words_of(walk: Walk, question: Question | None, tab: str, width: int) -> list[Row]:
    """The rows of one tab."""
    match tab:
        case "track":
            say = question.say if question is not None else ""
            if say:
                return wrap([(say, "say")], width)
            role = "" if walk.role else " Nobody's role is known yet."
            return wrap([(f"No words of its own for this question.{role}", "dim")], width)
        case "message":
            return _message(walk, width)
        case _:
            return _objections(walk, question, width)


def _message(walk: Walk, width: int) -> list[Row]:
    persona = walk.persona
    if persona is None:
        return wrap([("The role is not known yet, so there is no message for it.", "dim")], width)
    out = (
        wrap([(persona.title, "bold"), (f": {persona.definition}", "")], width) if persona.definition else []
    )
    lists = (
        ("Lead with", persona.lead_with),
        ("Cares about", persona.cares_about),
        ("Proof", persona.proof),
        ("Ask", persona.questions),
        ("Avoid", persona.avoid),
        ("Do", persona.do),
        ("Don't", persona.dont),
    )
    for title, texts in lists:
        if texts:
            out.append(row((title, "key")))
            for text in texts:
                out += wrap(text, width, first="· ", hang="  ")
    return out


def _objections(walk: Walk, question: Question | None, width: int) -> list[Row]:
    out: list[Row] = []
    for one in walk.objections(question):
        objection = one.objection
        mark = "here: " if one.cited else "likely: " if one.likely else ""
        mark = f"{mark}{one.of}: " if one.of else mark
        out += wrap([(mark, "warn"), (f'"{objection.says}"', "bold")], width)
        for lead, text in (
            ("means: ", objection.means),
            ("", objection.respond),
            ("proof: ", objection.proof),
        ):
            if text:
                out += wrap([(lead, "dim"), (text, "")], width, first="  ", hang="  ")
        if objection.next:
            out += wrap([("ask: ", "dim"), (objection.next, "say")], width, first="  ", hang="  ")
    return out or wrap([("No objections are written down for this role.", "dim")], width)
