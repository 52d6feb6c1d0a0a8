"""Where the stories about one account do not fit together.

Promises: plain values, each side with who, what, when and from where, so that every front shows the same.
Refuses: to find conflicts; `cohesion` does.
"""

from __future__ import annotations

from dataclasses import dataclass

from abm_tree.feel import Date

TOLD = "told"  # people told different things
SET = "set"  # walks with different people establish different things
PROMISE = "promise"  # what was promised to one is excluded by what another said, or was promised
MESSAGE = "message"  # two people are about to hear different things
ASKED_TWICE = "asked-twice"  # the same question was put to two people


@dataclass(frozen=True, slots=True)
class Side:
    """What one of them has to do with it."""

    person: str  # a stakeholder's id; "": the account itself
    value: str  # as people read it
    on: Date | None = None  # when it was said, promised or asked
    source: str = ""  # from where: "contacts list", a walk's tree and outcome
    by: str = ""  # who recorded it
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One matter on which the sides differ."""

    kind: str
    fact: str  # its key
    title: str  # as people read it
    sides: tuple[Side, ...]
