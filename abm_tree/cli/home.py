"""`abm-tree` alone, in lines: walks to go on with, then an account, a tree, a person, a walk.

Promises: nothing heavy is loaded before an account is chosen; where nobody answers, Home is shown and that is
all. Refuses: to begin a walk about an account that is not on the list.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Mapping, Sequence

from abm_tree.cli.console import Console, count, short
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, workspace_of
from abm_tree.cli.workplace import person_line, walk_line
from abm_tree.journal.events import WalkLine
from abm_tree.session.book import Book, Entry, Person, search
from abm_tree.session.tree_lines import FEW, grouped
from abm_tree.session.workspace import TreeProblem, Workspace

MOST = 9  # lines of a list that are shown
EMPTY = """\
This workspace has no accounts yet. To fill it:
1. Put your account list beside abm-tree.toml, and name it there: [accounts] path = "accounts.csv"
2. Put the list of your contacts beside it: [contacts] path = "contacts.csv"
3. Put trees of your own into trees/; those of the library are there already: abm-tree walk TREE
abm-tree --sample opens the sample workspace."""
LEAVE = ("quit", "q", "exit")
_RESUME = re.compile(r"r\d{1,6}", re.IGNORECASE | re.ASCII)


def run(options: argparse.Namespace) -> int:
    """Open Home."""
    console = Console(sys.stdin or io.StringIO(), sys.stdout)
    try:
        workspace = workspace_of(options, needed=True)
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        return Exit.INPUT
    while True:
        code = Home(workspace, console, options).run()
        if code is None:
            return Exit.OK
        if not console.tty:
            return code


class Home:
    """One round: from the lists to a walk and its end."""

    def __init__(self, workspace: Workspace, console: Console, options: argparse.Namespace) -> None:
        self.workspace = workspace
        self.console = console
        self.options = options
        self.book = Book()
        self.walks: list[WalkLine] = []

    def run(self) -> int | None:
        """A walk's exit code; None where none was begun."""
        self.book = self.workspace.book()
        # A journal is made for the first walk, not for a look.
        if self.workspace.journal_place.exists():
            self.walks = self.workspace.desk.walks(unfinished=True)
        self._show()
        if not self.book.entries and not self.walks:
            return None
        found = self._account()
        if isinstance(found, WalkLine):
            return self._resume(found)
        return self._walk(found) if found is not None else None

    # -------------------------------------------------------------- Home itself

    def _show(self) -> None:
        say, workspace = self.console.say, self.workspace
        accounts, trees = len(self.book.entries), len(workspace.trees())
        say(f"{workspace.title}: {count(accounts, 'account')}, {count(trees, 'tree')}.")
        for problem in self.book.problems:
            say(problem)
        if workspace.problems:
            found = count(len(workspace.problems), "mistake")
            say(f"The settings have {found}; abm-tree check shows the place.")
        if self.walks:
            say("To go on with:")
            for number, one in enumerate(self.walks[:MOST], start=1):
                say(f"  r{number}. {walk_line(one)}")
            if len(self.walks) > MOST:
                say(f"  and {len(self.walks) - MOST} more: abm-tree walk --resume")
        if not accounts:
            say(EMPTY)
        say("abm-tree --help lists the commands.")

    def _account(self) -> Entry | WalkLine | None:
        """The account or the walk that somebody names."""
        console, entries = self.console, self.book.entries
        resume = "r1 goes on with the first walk; " if self.walks else ""
        console.say("")
        console.say(f"Which account? A name or an id, or a part of it; {resume}Enter or quit leaves.")
        hits: Sequence[Entry] = ()
        while True:
            text = console.read()
            if not text or text.casefold() in LEAVE:
                if text is None:
                    console.say("")
                return None
            if _RESUME.fullmatch(text) and not _named(entries, text):
                number = int(text[1:])
                if 1 <= number <= min(len(self.walks), MOST):
                    return self.walks[number - 1]
                console.say(f"There is no walk {text} above.")
                continue
            if text.isdecimal() and 1 <= int(text[:6]) <= len(hits[:MOST]):
                return hits[int(text[:6]) - 1]
            if text in ("?", "help"):
                console.say("Type a part of a name or an id, then the number of the account that you mean.")
                continue
            hits = _named(entries, text) or search(entries, text)
            if len(hits) == 1:
                return hits[0]
            self._list([_entry_line(one) for one in hits], f'No account fits "{short(text, 40)}".')

    def _list(self, lines: Sequence[str], none: str) -> None:
        say = self.console.say
        for number, line in enumerate(lines[:MOST], start=1):
            say(f"  {number}. {line}")
        if len(lines) > MOST:
            say(f"  and {len(lines) - MOST:,} more; type more of the name.")
        say("Which one?" if lines else none)

    # -------------------------------------------------------------- from an account to a walk

    def _walk(self, entry: Entry) -> int | None:
        from abm_tree.cli.common import tell
        from abm_tree.cli.taking_up import open_about
        from abm_tree.cli.walk import begun, tell_problem, walked
        from abm_tree.walk.subject import Subject

        self.console.say(f"{entry.title} ({entry.id})" + (f": {entry.about}" if entry.about else ""))
        tree = self._tree()
        if tree is None:
            return None
        try:
            opened = self.workspace.tree(tree)
        except TreeProblem as problem:
            tell(problem.findings)
            print(problem, file=sys.stderr)
            return Exit.TREE
        person, role = None, None
        if any(fact.scope == "stakeholder" for fact in opened.tree.facts.values()):
            chosen = self._person(entry)
            if chosen is None:
                return None
            person, role = chosen
        tell_problem(self.workspace, self.console)
        subject = Subject(entry.id, "", person.id if person is not None else "")
        for line in open_about(self.options, self.workspace, subject, opened.tree.id):
            self.console.say(line)
        self.console.say("")
        walk = begun(self.workspace, self.console, tree=opened, entry=entry, person=person, role=role)
        return walked(walk, self.workspace, self.console, self.options)

    def _resume(self, line: WalkLine) -> int:
        from abm_tree.cli.common import Stop
        from abm_tree.cli.taking_up import take_up
        from abm_tree.cli.walk import walked

        self.console.say("")
        try:
            walk = take_up(self.workspace, line.walk)
        except Stop as stop:
            return stop.code
        return walked(walk, self.workspace, self.console, self.options, resumed=True)

    def _tree(self) -> str | None:
        """The tree to walk; by its file, where several have one id."""
        trees = self.workspace.trees()
        if len(trees) == 1:
            return trees[0].id
        headings: dict[int, str] = {}
        at = 1
        for heading, group in grouped(trees):
            headings[at] = heading
            at += len(group)
        # A long list has headings instead of a sentence on each tree.
        many = len(trees) > FEW
        lines = [one.title if many or not one.about else f"{one.title}: {one.about}" for one in trees]
        question = "Which tree? Its number, or a part of its name." if many else "Which tree?"
        chosen = self._number(question, lines, headings=headings)
        return trees[chosen - 1].id if chosen else None

    def _person(self, entry: Entry) -> tuple[Person | None, str | None] | None:
        """Who is on the phone, or at least in which role; None where nobody answers."""
        from abm_tree.session.there import everybody

        people = everybody(self.workspace, entry.id, self.book)
        if people:
            lines = [person_line(one) for one in people]
            at = self._number("With whom?", lines, "Somebody else")
            if at is None:
                return None
            if at:
                return people[at - 1], None
        from abm_tree.tree.terms import ROLES

        at = self._number("In which role?", [_words(role) for role in ROLES], "Not known yet")
        if at is None:
            return None
        return None, ROLES[at - 1] if at else None

    def _number(
        self, question: str, lines: Sequence[str], none: str = "", headings: Mapping[int, str] | None = None
    ) -> int | None:
        """The number of a line; 0 for none of them, None where nobody answers.

        `headings` stand before the lines with their numbers.
        """
        console = self.console
        console.say(question)
        for number, line in enumerate(lines, start=1):
            if headings and headings.get(number):
                console.say(headings[number])
            console.say(f"  {number}. {short(line)}")
        if none:
            console.say(f"  0. {none}")
        while True:
            text = console.read()
            if text is None or text.casefold() in LEAVE:
                if text is None:
                    console.say("")
                return None
            if text.isdecimal() and (0 if none else 1) <= int(text[:6]) <= len(lines):
                return int(text[:6])
            found = _meant(text, lines)
            if len(found) == 1:
                return found[0]
            for number in found:
                console.say(f"  {number}. {short(lines[number - 1])}")
            console.say(f"Type a number, {0 if none else 1} to {len(lines)}.")


def _named(entries: Sequence[Entry], text: str) -> list[Entry]:
    """The accounts with just this id, else with just this name."""
    folded = text.casefold()
    found = [one for one in entries if one.id.casefold() == folded]
    return found or [one for one in entries if one.name.casefold() == folded]


def _meant(text: str, lines: Sequence[str]) -> list[int]:
    """The numbers of the lines that a text is, else of those that have it in them."""
    folded = text.casefold()
    if not folded:
        return []
    found = [at for at, line in enumerate(lines, start=1) if line.casefold() == folded]
    return found or [at for at, line in enumerate(lines, start=1) if folded in line.casefold()]


def _entry_line(one: Entry) -> str:
    return ", ".join(short(part) for part in (one.title, one.id if one.name else "", one.about) if part)


def _words(role: str) -> str:
    return role[:1].upper() + role[1:].replace("-", " ")
