"""A person of an account, as everything about the buying group sees them.

Promises: what is not known is None or "", never guessed; the quadrant is the influence and interest grid's.
Refuses: to read lists or journals; sessions do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from abm_tree.feel import Date
from abm_tree.tree.terms import ROLE, ROLES

HIGH = 4  # from here on influence and interest count as high; Mendelow, whose grid it is, gives no scale

MANAGE, SATISFY, INFORM, MONITOR = "Manage closely", "Keep satisfied", "Keep informed", "Monitor"


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A person of an account, as far as is known."""

    id: str
    name: str
    title: str = ""
    role: str | None = None  # in this deal
    role_text: str = ""  # as people read it; what the list says and nobody understands, in quotes
    influence: int | None = None  # 1 to 5
    interest: int | None = None  # 1 to 5
    attitude: int | None = None  # -2 to 2
    last_contact: str = ""  # as people read it
    sources: Mapping[str, str] = field(default_factory=dict)  # by fact: from where, and how old
    stale: frozenset[str] = frozenset()  # facts whose value is too old to count
    listed: bool = True  # on the contacts list
    contacted_on: Date | None = None  # the day of the last contact; None: not known, or never
    knows: tuple[str, ...] = ()  # ids of people there who know each other
    gatekeeper: bool = False  # works in purchasing, as far as is known
    suggested: str | None = None  # the role that the job title suggests, where none counts
    sure: str = ""  # how sure that is: high, medium, low
    why: str = ""  # why it is suggested
    tests_passed: int | None = None  # of a champion: how many things that cost effort they have done for us

    shared: bool = False  # whether somebody else there has the same name
    nameless: bool = False  # whether no name is known, and the id stands for it

    @property
    def called(self) -> str:
        """The name in a sentence: with the id where somebody else there has it, too."""
        return f"{self.name} ({self.id})" if self.shared and self.name != self.id else self.name

    @property
    def confirmed(self) -> bool:
        """Whether somebody said which role they have, and it is not too old to count."""
        return self.role is not None and ROLE not in self.stale

    @property
    def quadrant(self) -> str:
        """How to treat them, in the words of the influence and interest grid; "" where one is not known."""
        if self.influence is None or self.interest is None:
            return ""
        if self.influence >= HIGH:
            return MANAGE if self.interest >= HIGH else SATISFY
        return INFORM if self.interest >= HIGH else MONITOR


def told_apart(found: Sequence[Stakeholder]) -> tuple[Stakeholder, ...]:
    """People, of whom those that share a name with another one there know it."""
    names = Counter(one.name.casefold() for one in found)
    return tuple(replace(one, shared=names[one.name.casefold()] > 1) for one in found)


def covered(found: Sequence[Stakeholder]) -> dict[str, tuple[Stakeholder, ...]]:
    """Who has each of the four roles; none where nobody covers it."""
    return {role: tuple(one for one in found if one.role == role) for role in ROLES}
