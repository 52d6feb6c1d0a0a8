"""Line mode: the walk as plain text, for pipes, screen readers and dumb terminals.

Promises: one question at a time, every answer on disk before it is read back; the same words for the same
things everywhere (`commands`). Refuses: colours, cursor movement.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN
from abm_tree.cli import texts
from abm_tree.cli.commands import Move, also_an_answer, find
from abm_tree.cli.console import Console, short
from abm_tree.cli.ending import ending
from abm_tree.cli.exits import Exit
from abm_tree.journal.events import FINISHED, NotSaved, Overtaken
from abm_tree.journal.store import NotRead
from abm_tree.session.question import Question, dont_know, dont_know_key, read_answer
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace
from abm_tree.source import clean
from abm_tree.tree.facts import Known
from abm_tree.tree.terms import ROLE

FAR = 8  # lines after which the question is told again


@dataclass
class LineWalk:
    """A walk in questions and answers."""

    walk: Walk
    workspace: Workspace
    console: Console
    resuming: str = ""  # the command that takes this walk up again; "" where nothing is saved
    changing: str = ""  # the fact whose answer is given anew
    _steps: list[str] | None = None  # steps whose notes were told
    _words: str = ""  # words said last
    _again: Callable[[], Move] | None = None  # what could not be saved
    _told: int = 0  # lines since the question was told

    # -------------------------------------------------------------- asking

    def run(self, *, resumed: bool = False) -> Exit:
        """Ask until there is an outcome, or the answers end."""
        try:
            self._begin(resumed=resumed)
            return self._run()
        except KeyboardInterrupt:
            self.say("")
            self.say("Interrupted.")
            self.stopped()
            return Exit.INTERRUPTED

    def _run(self) -> Exit:
        while True:
            self._look_around()
            record = self.walk.record
            for note in texts.notes_passed(record, self._steps or []):
                self.say(note)
            self._steps = texts.way_of(record)
            asked = self.walk.question_of(self.changing) if self.changing else self.walk.question
            if asked is None:
                code = self._end()
                if code is None:
                    continue
                return code
            self._again = None  # what was not saved belongs to the question before
            self.say("")
            self.tell(texts.question(asked, self.walk, self._words))
            self._words = asked.say
            move = Move.STAY
            while move is Move.STAY:
                text = self.console.read()
                if text is None:
                    self.say("")
                    self.say(f"No more answers: the walk stops before `{short(asked.title)}`.")
                    self.stopped()
                    return Exit.UNFINISHED
                move = self._take(asked, text)
            if move is Move.LEAVE:
                return Exit.UNFINISHED

    def _begin(self, *, resumed: bool) -> None:
        walk, tree = self.walk, self.walk.tree
        self.say(f"{tree.title}" + (f" - {tree.about}" if tree.about else ""))
        self.say(
            "Answer with a number or a value; 0 if nobody knows, or - where a value is typed. "
            "At any time: back, why, note, ? for everything else, or quit."
        )
        if resumed:
            self._taken_up()
        else:
            known = texts.known(walk)
            if known:
                self.tell(["Known already:", *known])
        if ROLE in tree.facts and not isinstance(walk.facts.get(ROLE), Known):
            self.say("The role is not known yet: the words are general until it is asked.")

    def _taken_up(self) -> None:
        """Where a walk stands that is taken up again."""
        walk = self.walk
        about = texts.about(walk)
        self.say(f"Taken up again{', ' + about if about else ''}. It decides as of {texts.day(walk)}.")
        self.tell(texts.paused(walk))
        if walk.state.answers:
            self.tell(["The answers so far:", *texts.way(walk)])
        self.tell(texts.changed(walk))
        self._steps = texts.way_of(walk.record)
        newer = self.workspace.newer(walk) if walk.state.status != FINISHED else None
        if newer is None:
            return
        self.tell(texts.newer(newer))
        if not self.console.tty:
            self.say("The walk stays with the tree that it began with; revise goes over to the new one.")
        elif self.console.agree("Go over to it?"):
            self.keep(lambda: self.workspace.revise(walk, newer.tree), "", lambda _: Move.ON)
            while self._again is not None and self.console.read() == "":
                self._again()

    def _look_around(self) -> None:
        """Take in what another terminal has answered."""
        seen = len(self.walk.events)
        with suppress(NotRead):  # then it is told when the next answer is given
            if self.walk.follow():
                self.tell(texts.elsewhere(self.walk.events[seen:], self.walk.tree))
                self.changing = ""

    # -------------------------------------------------------------- taking a line

    def _take(self, asked: Question, text: str) -> Move:
        """Take a line for a command or for an answer."""
        if not text:
            if self._again is not None:
                return self._again()
            if self.changing:
                self.changing = ""
                self.say("Nothing is changed.")
                return Move.ON
            self.say(_nothing(asked))
            return Move.STAY
        if asked.stale and text.casefold() in ("=", "same"):
            return self._answer(asked, asked.stale_value, asked.stale)
        free = asked.fact.type == "text" or asked.fact.open
        found = find(text, free)
        if found is not None:
            command, rest = found
            if not text.startswith(":") and also_an_answer(text, asked.fact):
                self.say(
                    f'"{short(text)}" is an answer here, and a command. '
                    f"Type :{text.casefold()} for the command, \\{text} for the answer."
                )
                return Move.STAY
            self._told = 0
            move = command.run(self, rest, asked)
            if free and rest and move is Move.STAY and not text.startswith(":"):
                self.say("(To answer with these words, type \\ before them.)")
            if move is Move.STAY and self._told > FAR:
                self.say("")
                self.tell([asked.ask, *texts.answers(asked)])
            return move
        if text.startswith(":"):
            self.say(f"There is no command {short(text, 40)}. ? lists them.")
            return Move.STAY
        return self._given(asked, text)

    def _given(self, asked: Question, text: str) -> Move:
        """Take a line for an answer."""
        fact = asked.fact
        typed = not asked.options
        if text == "-" or (text == "0" and not typed):
            return self._unknown(asked)
        value = read_answer(fact, _unescaped(text, typed), self.walk.style)
        if isinstance(value, Refused):
            self.say(f"{value.message} {value.help}".strip())
            return Move.STAY
        if value is UNKNOWN:
            return self._unknown(asked)
        if value is MISSING:
            self.say(_nothing(asked))
            return Move.STAY
        new = fact.type == "choice" and isinstance(value, str) and value not in fact.choices
        shown = texts.shown(fact, value)  # type: ignore[arg-type]
        return self._answer(asked, value, f"{shown}{' (as typed; back takes it back)' if new else ''}")

    def _answer(self, asked: Question, value: Any, shown: str) -> Move:
        said = f"{short(asked.fact.title)}: {short(shown)}"
        yours = f"Your answer was {short(shown)}"
        return self.keep(lambda: self.walk.take(asked, value), yours, lambda _: self._answered(said))

    def _unknown(self, asked: Question) -> Move:
        said = f"{short(asked.fact.title)}: nobody knows yet."
        if asked.evidence:
            said = f"{short(asked.fact.title)}: none. {asked.help}"
        act = lambda: self.walk.take_unknown(asked)  # noqa: E731 - short
        return self.keep(act, f"Your answer was that {dont_know(asked)}", lambda _: self._answered(said))

    def _answered(self, said: str) -> Move:
        self.say(said)
        if self.changing:
            self.changing = ""
            aside = [short(one.title) for one in self.walk.answered() if not one.on_way]
            if aside:
                self.say(f"Set aside until they are asked again: {'; '.join(aside)}.")
        return Move.ON

    def keep(self, act: Callable[[], object], yours: str, then: Callable[[Any], Move]) -> Move:
        """Do something that the journal keeps, and say so; else say why not, and Enter tries again."""

        def attempt() -> Move:
            self._again = None
            try:
                done = act()
            except Overtaken as overtaken:
                self.tell(texts.elsewhere(overtaken.events, self.walk.tree))
                self.say(f"{yours}; it was not taken." if yours else "So this was not done.")
                self.changing = ""
                return Move.ON
            except NotSaved as error:
                self._again = attempt
                self.say(f"Not saved: {error} {yours + '; press' if yours else 'Press'} Enter to try again.")
                return Move.STAY
            return then(done)

        return attempt()

    # -------------------------------------------------------------- the end

    def _end(self) -> Exit | None:
        """Tell where the walk has come to; None where it goes on after all."""
        walk = self.walk
        self.say("")
        self.tell(ending(walk))
        decided = walk.record.status in ("decided", "waits")
        code = Exit.OK if decided else Exit.UNFINISHED
        if not self.console.tty:
            return code
        self.say("")
        self.say("back, change, note, export, ? for everything else; Enter leaves.")
        while True:
            text = self.console.read()
            if text is None or (not text and self._again is None):
                return code
            if not text and self._again is not None:
                move = self._again()
            else:
                found = find(text)
                if found is None:
                    self.say("There is nothing to answer here. ? lists what can be typed.")
                    continue
                if found[0].words[0] == "quit":
                    return code
                move = found[0].run(self, found[1], None)
            if move is Move.ON:
                return None
            if move is Move.LEAVE:
                return Exit.UNFINISHED

    def leave(self) -> None:
        """Say that the walk stops here."""
        self.say("Stopped before an outcome.")
        self.stopped()

    def stopped(self) -> None:
        """Say what becomes of the walk."""
        if not self.resuming:
            self.say("Nothing of it is saved.")
        elif self.walk.state.status != FINISHED:
            self.say(f"Everything is saved. To go on: {self.resuming}")

    # -------------------------------------------------------------- writing

    def say(self, text: str) -> None:
        """Write text, wrapped."""
        self.console.say(text)

    def tell(self, lines: list[str]) -> Move:
        """Write lines; the question stays."""
        self._told += len(lines)
        for line in lines:
            self.say(line)
        return Move.STAY


def _nothing(asked: Question) -> str:
    """What to say where nothing was typed."""
    return f"Nothing typed. Type an answer, or {dont_know_key(asked.fact)} if {dont_know(asked)}."


def _unescaped(text: str, typed: bool) -> str:
    r"""An answer without what says that it is one: a backslash, or quotes around words of a command."""
    if text.startswith("\\"):
        return clean(text[1:])
    if typed and len(text) > 2 and text[0] == text[-1] == '"' and find(text[1:-1], True) is not None:
        return text[1:-1]
    return text
