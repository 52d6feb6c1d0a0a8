"""Where the stories about one account do not fit together.

Promises: plain values, each side with who, what, when and from where, so that every front shows the same.
Refuses: to find conflicts; `cohesion` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from abm_tree.feel import Date
from abm_tree.report.muted import HIDDEN

TOLD = "told"  # people told different things
SET = "set"  # walks with different people establish different things
PROMISE = "promise"  # what was promised to one is excluded by what another said, or was promised
MESSAGE = "message"  # two people are about to hear different things
ASKED_TWICE = "asked-twice"  # the same question was put to two people
KINDS = (TOLD, SET, PROMISE, MESSAGE, ASKED_TWICE)  # in the order in which they are told

# What a side did, beside TOLD, SET, PROMISE and MESSAGE.
READ = "read"  # their walk goes by it
ASKED = "asked"  # they were asked, and answered
NEEDED = "needed"  # their walk needs it, and nobody knows it


@dataclass(frozen=True, slots=True)
class Side:
    """What one of them has to do with it."""

    person: str  # a stakeholder's id; "": the account itself
    value: str  # as people read it
    on: Date | None = None  # when it was said, promised or asked
    source: str = ""  # from where: "contacts list", a walk's tree and outcome
    by: str = ""  # who recorded it
    evidence: str = ""
    did: str = ""  # "told", "set", "promise", "read", "message", "asked", "needed"
    tree: str = ""  # the tree whose walk it is; "" for what stands on the contacts list


@dataclass(frozen=True, slots=True)
class Conflict:
    """One matter on which the sides differ.

    Of a promise the first side is the promise, the others exclude it.
    """

    kind: str
    fact: str  # its key; a tree's own facts begin with the tree's id: "check-in/moved"
    title: str  # as people read it
    sides: tuple[Side, ...]
    sensitive: bool = False  # fronts show `masked` unless they are told not to

    @property
    def masked(self) -> Conflict:
        """The same as everybody may see it: of a sensitive fact neither values nor evidence."""
        if not self.sensitive:
            return self
        sides = tuple(
            replace(one, value=HIDDEN if one.value else "", evidence=HIDDEN if one.evidence else "")
            for one in self.sides
        )
        return replace(self, sides=sides)
