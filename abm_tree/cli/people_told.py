"""What `abm-tree people` is told to record: read whole, before anything is written."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field

from abm_tree.accounts.values import Style, read_value
from abm_tree.cli.common import Stop, tell
from abm_tree.cli.exits import Exit
from abm_tree.feel import Date, parse_date, string
from abm_tree.group.people import Stakeholder
from abm_tree.journal.events import NotSaved
from abm_tree.session.book import Book, Person
from abm_tree.session.contacts import twice
from abm_tree.session.met import NotPossible, add_person, set_attitude, set_knows, set_tested, spoke
from abm_tree.session.people import KNOWS, LEAST, MET, MOST, everybody, people, place, set_role, take_back
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic, Severity, clean, did_you_mean
from abm_tree.tree.terms import ROLE, ROLES

SAID = {
    ROLE: "role",
    "stakeholder.influence": "influence",
    "stakeholder.interest": "interest",
    "stakeholder.attitude": "attitude",
    "stakeholder.last_contact": "last contact",
    "deal.champion_tested": "champion tested",
}
Do = Callable[[], str]


def recorded(options: argparse.Namespace, workspace: Workspace, account: str, book: Book) -> list[str]:
    """Record everything, or nothing where something is wrong with it; a line for each."""
    told = Told(options, workspace, account, book)
    steps = told.steps()
    if told.wrong:
        tell(told.wrong)
        raise Stop(Exit.USAGE)
    if workspace.journal.problem:
        raise NotSaved(f"Nothing was recorded. {workspace.journal.problem}")
    try:
        return [step() for step in steps]
    except NotPossible as no:
        tell([Diagnostic("not-recorded", Severity.ERROR, str(no), "people")])
        raise Stop(Exit.INPUT) from None


@dataclass
class Told:
    """Options as what they are to do."""

    options: argparse.Namespace
    workspace: Workspace
    account: str
    book: Book
    wrong: list[Diagnostic] = field(default_factory=list)
    there: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.there = list(everybody(self.workspace, self.account, self.book))
        entry = self.book.entry(self.account)
        self.name = entry.name if entry is not None else ""

    def steps(self) -> list[Do]:
        """What is to be done, in this order: somebody new first, what is taken back last."""
        options, out = self.options, list[Do]()
        if options.title and not options.add:
            self._no("--title", "A title is of whom --add adds.", "Write --add NAME --title TITLE.")
        if options.evidence and not options.tested:
            self._no("--evidence", "Evidence is of --tested.", "Write --tested yes --evidence TEXT.")
        if options.add is not None:
            out += self._adding(options.add, options.title or "")
        for text in options.role:
            out += self._role(text)
        for name, least, most in (("influence", LEAST, MOST), ("interest", LEAST, MOST), ("attitude", -2, 2)):
            for text in getattr(options, name):
                out += self._number(name, text, least, most)
        for text in options.spoke:
            out += self._spoke(text)
        for text in options.knows:
            out += self._knows(text)
        if options.tested:
            out.append(self._tested)
        if options.undo:
            out.append(self._undo)
        return out

    # -------------------------------------------------------------- whom

    def _no(self, option: str, message: str, advice: str = "") -> None:
        self.wrong.append(Diagnostic("bad-option", Severity.ERROR, message, option, help=advice))

    def _person(self, option: str, text: str) -> Callable[[], Person] | None:
        """Somebody by id or by a name that only one has; whoever is added by this command, too."""
        wanted = " ".join(text.split()).casefold()
        found = [one for one in self.there if one.id.casefold() == wanted]
        found = found or [one for one in self.there if one.name.casefold() == wanted]
        if len(found) == 1:
            return lambda: found[0]
        if not found and self.options.add and " ".join(self.options.add.split()).casefold() == wanted:
            return lambda: self._added
        shown = " ".join(clean(text).split())
        same = twice(self.workspace, found)
        if same is not None:
            self._no(option, *same)
            return None
        if found:
            advice = f"Name the id: {', '.join(one.id for one in found[:6])}."
            self._no(option, f'"{shown}" are {len(found)} people.', advice)
            return None
        names = [name for one in self.there for name in (one.id, one.name) if name]
        advice = did_you_mean(text, names, quote='"')
        if not advice and self.there:
            advice = f"People there: {', '.join(one.name or one.id for one in self.there[:6])}."
        self._no(option, f'There is no "{shown}" at this account.', advice or "--add NAME adds somebody.")
        return None

    def _pair(self, option: str, text: str, form: str) -> tuple[Callable[[], Person], str] | None:
        who, equals, value = text.rpartition("=")
        if not equals or not who.strip():
            self._no(option, f'"{" ".join(clean(text).split())}" names nobody.', f"Write {form}.")
            return None
        person = self._person(option, who)
        return None if person is None else (person, value.strip())

    # -------------------------------------------------------------- what

    def _adding(self, name: str, title: str) -> list[Do]:
        def add() -> str:
            one = add_person(
                self.workspace, self.account, name, title, account_name=self.name, book=self.book
            )
            self._added = one
            return f"Added {one.name}{f', {one.title}' if one.title else ''}, as {one.id}."

        if not name.strip():
            self._no("--add", "A person needs a name.")
        wanted = " ".join(clean(name).split()).casefold()
        same = next((one for one in self.there if one.name.casefold() == wanted), None)
        if same is not None:
            self._no("--add", f'"{same.name}" is there already, as {same.id}.')
        return [add]

    def _role(self, text: str) -> list[Do]:
        found = self._pair("--role", text, "PERSON=ROLE, or PERSON= to take it back")
        if found is None:
            return []
        person, value = found
        role = self._role_named(value)
        if value and role is None:
            advice = did_you_mean(value, ROLES) or f"Roles: {', '.join(ROLES)}."
            self._no("--role", f'"{" ".join(clean(value).split())}" is no role.', advice)
            return []

        def step() -> str:
            one = person()
            names = {"account_name": self.name, "stakeholder_name": one.name}
            done = set_role(self.workspace, self.account, one.id, role, self.options.deal, **names)
            if role is not None:
                return f"{_name(one)}: {role.replace('-', ' ')}, confirmed."
            now = self._now(one).role_text
            was = "What was recorded is taken back" if done else "Nothing was recorded"
            return f"{_name(one)}: {was}; the role is {now or 'not known'}."

        return [step]

    def _role_named(self, text: str) -> str | None:
        fact = self.workspace.shelf().definitions.facts.get(ROLE)
        found = read_value(fact, text, Style()) if fact is not None else text
        return found if isinstance(found, str) and found in ROLES else None

    def _number(self, name: str, text: str, least: int, most: int) -> list[Do]:
        found = self._pair(f"--{name}", text, f"PERSON=N, from {least} to {most}")
        if found is None:
            return []
        person, value = found
        if value.removeprefix("+").removeprefix("-").isdecimal() and least <= int(value) <= most:
            number = int(value)
        else:
            message = f'"{" ".join(clean(value).split())}" is no {name}.'
            self._no(f"--{name}", message, f"Write a whole number from {least} to {most}.")
            return []

        def step() -> str:
            one = person()
            names = {"account_name": self.name, "stakeholder_name": one.name}
            if name == "attitude":
                set_attitude(self.workspace, self.account, one.id, number, **names)
                return f"{_name(one)}: attitude {number:+d}."
            rating = {name: number}
            place(self.workspace, self.account, one.id, **rating, **names)  # type: ignore[arg-type]
            return f"{_name(one)}: {name} {number} of {MOST}."

        return [step]

    def _spoke(self, text: str) -> list[Do]:
        who, day = text, None
        head, equals, value = text.rpartition("=")
        if equals and not any(one.name.casefold() == text.casefold() for one in self.there):
            who, day = head, self._day(value)
            if day is None:
                return []
        person = self._person("--spoke", who)
        if person is None:
            return []

        def step() -> str:
            one = person()
            names = {"account_name": self.name, "stakeholder_name": one.name}
            on = spoke(self.workspace, self.account, one.id, day, **names)
            return f"{_name(one)}: spoken with on {string(on)}."

        return [step]

    def _day(self, text: str) -> Date | None:
        from abm_tree.feel.calendar import day_number

        found = parse_date(text.strip())
        if found is None:
            self._no("--spoke", f'"{" ".join(clean(text).split())}" is no date.', "Write 2026-03-31.")
        elif day_number(found) > day_number(self.workspace.now().date):
            self._no("--spoke", f"{string(found)} is still to come.", "A contact has happened.")
            return None
        return found

    def _knows(self, text: str) -> list[Do]:
        found = self._pair("--knows", text, "PERSON=PERSON")
        other = self._person("--knows", found[1]) if found is not None else None
        if found is None or other is None:
            return []
        person = found[0]

        def step() -> str:
            one, two = person(), other()
            new = set_knows(self.workspace, self.account, one, two, account_name=self.name, book=self.book)
            return f"{_name(one)} and {_name(two)} know each other{'' if new else '; that was known'}."

        return [step]

    def _tested(self) -> str:
        tested, evidence = self.options.tested == "yes", self.options.evidence or ""
        set_tested(
            self.workspace,
            self.account,
            self.options.deal,
            tested=tested,
            evidence=evidence,
            account_name=self.name,
        )
        return f"Champion {'tested' if tested else 'not tested'}{f': {evidence}' if evidence else ''}."

    def _undo(self) -> str:
        taken = take_back(self.workspace, self.account, self.options.deal)
        if taken is None:
            return "Nothing that you recorded here is left to take back."
        who = next((one.name for one in self.there if one.id == taken.stakeholder_id), taken.stakeholder_id)
        if taken.fact == MET:
            return f"Taken back: {taken.value} is not added."
        if taken.fact == KNOWS:
            other = next((one.name for one in self.there if one.id == taken.value), taken.value)
            return f"Taken back: {who} and {other} know each other."
        value = taken.text.replace("-", " ") if taken.fact == ROLE else taken.text
        return f"Taken back: {SAID.get(taken.fact, taken.fact)}{f' of {who}' if who else ''}, {value}."

    def _now(self, one: Person) -> Stakeholder:
        found = people(self.workspace, self.account, self.options.deal, book=self.book)
        return next(who for who in found if who.id == one.id)


def _name(one: Person) -> str:
    return one.name or one.id
