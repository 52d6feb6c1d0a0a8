"""Which question to ask next, and whom: the one that settles most of what is open.

Promises: questions in an order that says why (rows that they settle whatever the answer, then rows that an
answer decides on average, then rows in which they matter, then their names); one question about a fact that
several walks lack; a person is named only where the list or the journal knows one. Refuses: to try answers;
`batch.questions` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from abm_tree.batch.questions import Worth
from abm_tree.feel import Date
from abm_tree.feel.calendar import day_number
from abm_tree.group.people import Stakeholder
from abm_tree.tree.parts import Fact, known_to_us
from abm_tree.tree.terms import ROLE
from abm_tree.tree.words import Words

PERSONAL = "stakeholder"  # the scope of facts about one person


@dataclass(frozen=True, slots=True)
class InTree:
    """What a question does in one tree."""

    tree: str
    title: str
    worth: Worth


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what it would do over all trees that lack its answer."""

    fact: str  # as all trees know it; a tree's own one carries its id
    title: str
    ask: str
    help: str
    scope: str
    ask_of: tuple[str, ...] = ()  # roles that usually know
    parts: tuple[InTree, ...] = ()
    person: str = ""  # whose walk needs it, of a fact about one person
    accounts: int = 0  # that have a row which it settles
    settles_in: tuple[tuple[str, str], ...] = ()  # which walks it settles: tree's title, and person
    matters_in: tuple[tuple[str, str], ...] = ()  # and in which others its answer changes something

    @property
    def ours(self) -> bool:
        """Whether our own side knows it, as `Fact.ours`."""
        return known_to_us(self.scope, self.ask_of)

    @property
    def lacking(self) -> int:
        """Open rows that lack it."""
        return sum(one.worth.lacking for one in self.parts)

    @property
    def settles(self) -> int:
        """Rows that it decides, whatever the answer."""
        return sum(one.worth.settles for one in self.parts)

    @property
    def weight(self) -> float:
        """What these are worth."""
        return sum(one.worth.settled_weight for one in self.parts)

    @property
    def unproven(self) -> int:
        """Rows that no answer tried leaves open, though not every answer could be tried."""
        return sum(one.worth.unproven for one in self.parts)

    @property
    def unproven_weight(self) -> float:
        """What these are worth."""
        return sum(one.worth.unproven_weight for one in self.parts)

    @property
    def mean(self) -> float:
        """Rows decided by an answer, on average."""
        return sum(one.worth.mean for one in self.parts)

    @property
    def mean_weight(self) -> float:
        """The same by weight."""
        return sum(one.worth.mean_weight for one in self.parts)

    @property
    def matters(self) -> int:
        """Rows in which some answer changes what comes out."""
        return sum(one.worth.matters for one in self.parts)

    @property
    def keeps(self) -> int:
        """Rows that it settles, all answers leading to the outcome that they have now."""
        return sum(one.worth.keeps for one in self.parts)

    @property
    def idle(self) -> bool:
        """Whether no answer to it changes anything by itself."""
        return not (self.settles or self.unproven or self.mean or self.matters)


def ranked(found: Iterable[Question], *, by_weight: bool = False) -> tuple[Question, ...]:
    """The questions, the one that settles most first; those that do nothing by themselves are left out."""

    def order(one: Question) -> tuple[float, float, int, str, str]:
        if by_weight:
            return -one.weight, -one.mean_weight, -one.matters, one.fact, one.person
        return -one.settles, -one.mean, -one.matters, one.fact, one.person

    return tuple(sorted((one for one in found if not one.idle), key=order))


def may_settle_more(found: Sequence[Question], *, by_weight: bool = False) -> tuple[Question, ...]:
    """The questions of which nobody can say whether they settle more than the first one does."""
    if not found:
        return ()
    first = found[0].weight if by_weight else found[0].settles
    return tuple(
        one
        for one in found[1:]
        if (one.weight + one.unproven_weight if by_weight else one.settles + one.unproven) > first
    ) + tuple(one for one in found[:1] if one.unproven)


def key_of(tree: str, key: str, fact: Fact) -> str:
    """A fact as all trees know it."""
    return f"{tree}/{key}" if fact.own and "/" not in key else key


def plainly(words: Words | None, facts: Mapping[str, Fact]) -> str:
    """Words about nobody in particular: gaps show what they stand for."""
    if words is None:
        return ""
    return words.fill(lambda name: None, lambda name: f"[{facts[name].title if name in facts else name}?]")


# ---------------------------------------------------------------- whom to ask


@dataclass(frozen=True, slots=True)
class Fit:
    """Who is to be asked, and why; nobody is named where nobody is known."""

    person: Stakeholder | None
    why: str
    role: str = ""  # the role to look for, where nobody has it


def fit(question: Question, people: Sequence[Stakeholder]) -> Fit:
    """Whom to ask: whose own matter it is, else who usually knows, else who carries most weight."""
    if question.ours and not question.person:
        return Fit(None, "we know it ourselves")
    if question.person:
        mine = next((one for one in people if one.id == question.person), None)
        return Fit(mine, "the walk with them needs it")
    for role in question.ask_of:
        found = [one for one in people if one.role == role and ROLE not in one.stale]
        if found:
            return Fit(min(found, key=_weightiest), f"{in_words(role)}, who usually knows")
    role = question.ask_of[0] if question.ask_of else ""
    if not people:
        return Fit(None, "nobody is known there", role)
    best = min(people, key=_weightiest)
    if best.influence is not None:
        why = "carries most weight"
    elif best.contacted_on is not None:
        why = "was contacted last"
    else:
        why = "first on the list; nobody's weight is known"
    if role:
        why += f"; nobody there is known as {in_words(role)}"
    return Fit(best, why, role)


def in_words(role: str) -> str:
    """A role as people read it."""
    return role.replace("-", " ")


def _weightiest(one: Stakeholder) -> tuple[int, int, str]:
    """The highest influence, then the latest contact, then by id."""
    contacted = day_number(one.contacted_on) if isinstance(one.contacted_on, Date) else -(10**9)
    return -(one.influence or 0), -contacted, one.id


# ---------------------------------------------------------------- over a list


@dataclass(frozen=True, slots=True)
class Place:
    """An account where a question settles something."""

    account: str
    weight: float
    rows: int
    people: tuple[str, ...] = ()  # ids, of rows about people


@dataclass(frozen=True)
class NextOverList:
    """What to ask first, over a whole list."""

    trees: tuple[tuple[str, str], ...]  # ids and titles
    rows: int
    open: int
    weight: float  # of the open rows
    accounts: int  # that have an open row
    people: bool  # whether rows are people
    weighed_by: str | None
    unit: str
    by_weight: bool  # whether that decides the order
    questions: tuple[Question, ...]
    places: tuple[Place, ...] = ()  # of the first question, by weight
    uncertain: tuple[Question, ...] = field(default_factory=tuple)  # see `may_settle_more`
    errors: int = 0  # rows that cannot be decided as they stand
