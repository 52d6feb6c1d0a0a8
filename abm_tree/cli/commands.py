"""What can be typed at a question besides an answer.

Promises: one table of commands, which the help, the documents and the tests read; what a command changes is
in the journal before it says so. Refuses: to guess where a line is an answer and a command.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, spellings
from abm_tree.cli import texts
from abm_tree.cli.console import short
from abm_tree.feel import Date, compare, string
from abm_tree.journal.events import FINISHED
from abm_tree.session.dates import read_day
from abm_tree.session.question import Question, dont_know, dont_know_key, read_answer
from abm_tree.session.walk import HOW
from abm_tree.source import clean, nearest
from abm_tree.tree.facts import Known, Unknown, claims
from abm_tree.tree.parts import Fact

if TYPE_CHECKING:
    from abm_tree.cli.line import LineWalk
    from abm_tree.session.export import Kind

_UNTIL = re.compile(r"(?:(.*)\s)?until\s+(\S.*)", re.IGNORECASE)


class Move(Enum):
    """What a line came to."""

    STAY = auto()  # the same question
    ON = auto()  # the walk has moved, or is to be looked at anew
    LEAVE = auto()


Run = Callable[["LineWalk", str, Question | None], Move]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its words, what may follow them, and what it does."""

    words: tuple[str, ...]
    run: Run
    about: str
    follows: str = ""  # what may follow, as the help shows it
    only: tuple[str, ...] = ()  # what may follow first; other words are an answer where any words are

    @property
    def usage(self) -> str:
        """The command as the help shows it."""
        return " ".join(part for part in (" or ".join(self.words), self.follows) if part)


def find(text: str, free: bool = False) -> tuple[Command, str] | None:
    """The command that a line is, and what follows its words; a colon before it says that it is one.

    `free` says that the answer may be any words.
    """
    free = free and not text.startswith(":")
    line = text.removeprefix(":").strip()
    folded = line.casefold()
    for command in COMMANDS:
        for word in command.words:
            if folded == word:
                return command, ""
            rest = line[len(word) :].strip() if folded.startswith(f"{word} ") else ""
            if command.follows and rest:
                if free and command.only and rest.split()[0].casefold() not in command.only:
                    return None
                return command, rest
    return None


def also_an_answer(text: str, fact: Fact) -> bool:
    """Whether a command is an answer to the question, too; a colon before it leaves no doubt."""
    folded = text.casefold()
    return folded in spellings(fact) or (fact.none is not None and folded == fact.none.casefold())


# -------------------------------------------------------------- the way


def _back(line: LineWalk, rest: str, asked: Question | None) -> Move:
    if line.changing:
        line.changing = ""
        line.say("Nothing is changed.")
        return Move.ON
    if not line.walk.state.undo:
        line.say("This is the first question." if asked is not None else "Nothing was answered.")
        return Move.STAY
    return line.keep(line.walk.back, "", lambda key: _moved(line, "Back", key))


def _redo(line: LineWalk, rest: str, asked: Question | None) -> Move:
    if not line.walk.state.redo:
        line.say("Nothing was taken back.")
        return Move.STAY
    line.changing = ""
    return line.keep(line.walk.redo, "", lambda key: _moved(line, "Redo", key))


def _moved(line: LineWalk, word: str, key: object) -> Move:
    """Say what an undo or a redo came to."""
    walk = line.walk
    fact = walk.tree.facts.get(str(key))
    state = walk.facts.get(str(key))
    title = short(fact.title) if fact is not None else str(key)
    if str(key) in walk.state.answers:
        stands = texts.shown(fact, state.value) if isinstance(state, Known) else "nobody knows"
        line.say(f"{word}: {title} is {stands} again.")
    else:
        line.say(f"{word}: {title} is open again.")
    return Move.ON


def _way(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.way(line.walk))


def _change(line: LineWalk, rest: str, asked: Question | None) -> Move:
    walk = line.walk
    answered = texts.answered(walk)
    if not rest:
        return line.tell([*texts.way(walk), "Which one? Type change and its number, or its title."])
    found = None
    if rest.isdecimal():
        number = int(rest) if len(rest) < 6 else 0
        found = answered[number - 1].key if 1 <= number <= len(answered) else None
    else:
        # What is known from the list may turn out to be wrong, too.
        lines = {one.title.casefold(): one.key for one in (*walk.known(), *answered)}
        lines |= {one.key: one.key for one in (*walk.known(), *answered)}
        starts = [key for title, key in lines.items() if title.startswith(rest.casefold())]
        found = lines.get(rest.casefold()) or (starts[0] if len(set(starts)) == 1 else None)
        if found is None:
            meant = nearest(rest.casefold(), lines)
            found = None if meant is None or len(rest) < 3 else lines[meant]
    if found is None:
        return line.tell([f'There is no answer "{short(rest, 40)}". The answers so far:', *texts.way(walk)])
    line.changing = found
    return Move.ON


def _map(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.tree_map(line.walk))


def _why(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.why(line.walk, asked))


def _possible(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.possible(line.walk))


def _what_if(line: LineWalk, rest: str, asked: Question | None) -> Move:
    if asked is None:
        return line.tell(["Nothing is asked here. Type change and a title to try another answer."])
    walk, typed = line.walk, not asked.options
    if asked.evidence:
        state = walk.facts[asked.key]
        proven = walk.preview(asked.key, state.value if isinstance(state, Known) else None)
        title = short(walk.tree.facts[asked.key].title)
        return line.tell(texts.preview(walk, f"With evidence for {title}", proven))
    unknown = rest == "-" or (rest == "0" and not typed)
    value = UNKNOWN if unknown else read_answer(asked.fact, rest.removeprefix("\\"), walk.style)
    if isinstance(value, Refused):
        return line.tell([f"{value.message} {value.help}".strip()])
    if value is MISSING:
        return line.tell(["Type an answer after it, as in: what if 2"])
    if value is UNKNOWN:
        record = walk.preview(asked.key, Unknown("answer"))
        return line.tell(texts.preview(walk, f"If nobody knows {short(asked.fact.title)}", record))
    record = walk.preview(asked.key, value)  # type: ignore[arg-type]
    shown = texts.shown(asked.fact, value)  # type: ignore[arg-type]
    proof = ", with evidence" if claims(asked.fact, value) else ""  # type: ignore[arg-type]
    return line.tell(texts.preview(walk, f"If {short(asked.fact.title)} is {shown}{proof}", record))


# -------------------------------------------------------------- words


def _talk(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.talk(line.walk, asked))


def _message(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.message(line.walk))


def _objections(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.objections(line.walk.objections(asked), line.walk.role))


def _known(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.known(line.walk) or ["Nothing was known before this walk."])


def _people(line: LineWalk, rest: str, asked: Question | None) -> Move:
    return line.tell(texts.people_there(line.workspace, line.walk))


# -------------------------------------------------------------- what is written down


def _note(line: LineWalk, rest: str, asked: Question | None) -> Move:
    walk = line.walk
    note = clean(rest)
    if not note:
        return line.tell(["Type the note after it, as in: note Anna decides alone"])
    # After the outcome a note is about the call; before it, about the answer given last.
    last = next(reversed(walk.state.answers), "") if walk.state.status != FINISHED else ""
    key = last or (asked.key if asked is not None else "")
    fact = walk.tree.facts.get(key)
    on = f"Noted on {short(fact.title)}" if fact is not None else "Noted on the call"
    return line.keep(
        lambda: walk.note(note, key),
        f"Your note was: {short(note)}",
        lambda _: line.tell([f"{on}: {short(note)}"]),
    )


def _how(line: LineWalk, rest: str, asked: Question | None) -> Move:
    walk = line.walk
    how = rest.casefold()
    usage = "How is it known? " + "; ".join(f"how {word}: {about}" for word, about in HOW.items()) + "."
    key = next(reversed(walk.state.answers), "")
    state = walk.facts.get(key)
    if how not in HOW:
        return line.tell([usage])
    if not isinstance(state, Known):
        said = "Nobody knew the last one" if key else "Nothing is answered yet"
        return line.tell([f"{said}, so there is nothing to say about it."])
    value, title = state.value, short(walk.tree.facts[key].title)
    proof = walk.state.answers[key].evidence
    return line.keep(
        lambda: walk.answer(key, value, how, proof), "", lambda _: line.tell([f"{title}: {HOW[how]}."])
    )


def _pause(line: LineWalk, rest: str, asked: Question | None) -> Move:
    walk = line.walk
    if walk.state.status == FINISHED:
        return line.tell(["The walk has its outcome; there is nothing to pause."])
    reason, until = rest, None
    found = _UNTIL.match(rest)
    if found is not None:
        today = dt.date(walk.as_of.date.year, walk.as_of.date.month, walk.as_of.date.day)
        read = read_day(found[2], walk.style, today)
        if isinstance(read, Date):
            if compare(read, walk.as_of.date) != 1:
                return line.tell([f"{string(read)} is not after {texts.day(walk)}."])
            reason, until = found[1] or "", read
        elif any(letter.isdigit() for letter in found[2]):
            # Words that are no day belong to the reason: until they call.
            return line.tell([f"{read.message} {read.help}".strip()])
    reason = clean(reason).strip(" ,;:")
    return line.keep(lambda: walk.pause(reason, until), "", lambda _: _paused(line))


def _paused(line: LineWalk) -> Move:
    state = line.walk.state
    until = f" until {state.until}" if state.until else ""
    line.say(f"Paused{until}" + (f": {short(state.reason)}." if state.reason else "."))
    line.stopped()
    return Move.LEAVE


def _export(line: LineWalk, rest: str, asked: Question | None) -> Move:
    from abm_tree.session.export import Nothing, export_walk, remark

    kind, _, folder = rest.partition(" ")
    named = next((one for one in EXPORTS if one == kind.casefold()), None)
    if named is None:
        return line.tell(["Export what? notes, record, actions or calendar, as in: export notes"])
    target = Path(folder.strip() or ".")
    with suppress(RuntimeError):  # there may be no home folder
        target = target.expanduser()
    if not target.is_dir() and not target.suffix:
        return line.tell([f"There is no folder {short(str(target))}."])
    try:
        path = export_walk(named, line.walk, target)
    except Nothing as nothing:
        return line.tell([str(nothing)])
    except (OSError, ValueError) as error:
        return line.tell([f"It cannot be written: {getattr(error, 'strerror', None) or error}."])
    told = remark(named, line.walk.record)
    return line.tell([f"Written: {path}", *([told] if told else [])])


def _revise(line: LineWalk, rest: str, asked: Question | None) -> Move:
    newer = line.workspace.newer(line.walk)
    if newer is None:
        return line.tell(["There is no other version of the tree to go over to."])
    return line.keep(lambda: line.workspace.revise(line.walk, newer.tree), "", lambda _: _revised(line))


def _revised(line: LineWalk) -> Move:
    line.changing = ""
    line.say("Gone over to the tree as it is now.")
    return Move.ON


def _asked(line: LineWalk, rest: str, asked: Question | None) -> Move:
    """What the question means, and what else can be typed, in short."""
    out: list[str] = []
    if asked is not None:
        out += [text for text in (asked.help, asked.why and f"Why we ask: {asked.why}") if text]
        out.append(f"Type {dont_know_key(asked.fact)} if {dont_know(asked)}.")
    words = ", ".join(command.words[0] for command in COMMANDS)
    return line.tell([*out, f"Commands: {words}. help says what each of them does."])


def _help(line: LineWalk, rest: str, asked: Question | None) -> Move:
    line.tell([f"{command.usage}: {command.about}" for command in COMMANDS])
    return line.tell(
        ["A colon before a command (:back) and a backslash before an answer (\\back) say which is meant."]
    )


def _quit(line: LineWalk, rest: str, asked: Question | None) -> Move:
    line.leave()
    return Move.LEAVE


EXPORTS: tuple[Kind, ...] = ("notes", "record", "actions", "calendar")

COMMANDS = (
    Command(("back", "b"), _back, "take the last answer back"),
    Command(("redo",), _redo, "let it count again"),
    Command(("way",), _way, "the answers so far, numbered"),
    Command(("change",), _change, "answer one of them anew", "NUMBER or TITLE"),
    Command(("what if",), _what_if, "where an answer would lead, without giving it", "ANSWER"),
    Command(("possible",), _possible, "the outcomes still possible"),
    Command(("map",), _map, "the tree, with the way and this place marked"),
    Command(("why",), _why, "the way so far, and why this is asked"),
    Command(("known",), _known, "what was known before, with source and age"),
    Command(("say", "talk"), _talk, "what to say to this person"),
    Command(("message",), _message, "what this role cares about, what to lead with, what to avoid"),
    Command(("objections",), _objections, "what they may object, and what to say to it"),
    Command(("people",), _people, "the people of the account"),
    Command(("note",), _note, "a note on the last answer; after the outcome, on the call", "TEXT"),
    Command(("how",), _how, "how the last answer is known", "said, read or estimate", only=tuple(HOW)),
    Command(
        ("export",), _export, "write a file", "notes, record, actions or calendar [FOLDER]", only=EXPORTS
    ),
    Command(("pause",), _pause, "stop for now", "[REASON] [until DATE]"),
    Command(("revise",), _revise, "go over to the tree as it is now, if it has changed since"),
    Command(("?",), _asked, "what the question means"),
    Command(("help",), _help, "this list"),
    Command(("quit", "q", "exit"), _quit, "stop; everything is saved"),
)
