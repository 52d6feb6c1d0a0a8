"""What was said on a call, as a report tells it.

Promises: plain values, so that a report needs no journal. Refuses: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.record import Record
from abm_tree.walk.tell import less, value_text

ANSWER = "answer"  # the source of a fact that was answered in the walk


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: a fact, its value as people read it, and how we know."""

    fact: str
    value: str = ""
    known: bool = True  # false: asked, and nobody knows
    said_by: str = ""
    how: str = ""
    note: str = ""
    at: str = ""  # the day or moment, ISO 8601
    evidence: str = ""
    counts: str = ""  # what the value counts as for want of evidence, in words


def answers(record: Record, tree: Tree) -> tuple[Heard, ...]:
    """What a record alone tells of the answers that it rests on."""
    out = []
    for key, state in record.facts.items():
        if state.source != ANSWER:
            continue
        match state:
            case Known(value=value):
                fact = tree.facts.get(key)
                counts = less(fact, state) if fact is not None else ""
                out.append(Heard(key, value_text(fact, value), evidence=state.evidence, counts=counts))
            case Unknown():
                out.append(Heard(key, known=False))
    return tuple(out)
