"""What to say to each person of a plan, and what they are likely to say against it.

Promises: the words are those of the trees for this person's role, each once; objections are those of the
persona, ranked as on the screen of a walk, and one that the facts speak against is left out. Refuses: words
for people whose role nobody knows, beyond those that trees have for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from abm_tree.group.asked import role_of
from abm_tree.group.walked import Snapshot
from abm_tree.session.question import Likely, objections
from abm_tree.session.roles import GATEKEEPER, PURCHASING
from abm_tree.session.workspace import Workspace
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tree.personas import Persona
from abm_tree.walk.reader import Reader
from abm_tree.walk.said import tree_of
from abm_tree.walk.subject import Subject


@dataclass(frozen=True, slots=True)
class PersonWords:
    """A person of a plan: what to say, and what to expect."""

    person: str  # a stakeholder's id
    name: str
    title: str
    role: str  # as people read it; "": nobody knows
    say: tuple[tuple[str, str], ...] = ()  # the tree's title, and the words
    objections: tuple[Likely, ...] = ()


def person_words(
    workspace: Workspace, snap: Snapshot, given: Mapping[str, Known | Unknown] | None = None, *, most: int
) -> tuple[PersonWords, ...]:
    """Everybody at the account, in order; `most` objections each."""
    out = []
    for one in snap.people:
        role = role_of(snap, one)
        found = _objections(workspace, snap, one.id, role, given) if role is not None else ()
        words = role.replace("-", " ") if role is not None else ""
        out.append(PersonWords(one.id, one.called, one.title, words, to_say(snap, one.id), found[:most]))
    return tuple(out)


def to_say(snap: Snapshot, person: str) -> tuple[tuple[str, str], ...]:
    """The words of all trees for a person, each once, with the tree's title."""
    found: dict[str, str] = {}
    for walked in snap.walked:
        if walked.person == person:
            for text in walked.record.say:
                found.setdefault(" ".join(text.split()), walked.tree.title)
    return tuple((title, text) for text, title in found.items() if text)


def _objections(
    workspace: Workspace,
    snap: Snapshot,
    person: str,
    role: str,
    given: Mapping[str, Known | Unknown] | None,
) -> tuple[Likely, ...]:
    """The persona's objections that the facts do not speak against, the likeliest first."""
    persona = snap.personas.get(role)
    if persona is None:
        return ()
    subject = Subject(snap.account_id, snap.deal_id, person)
    beside = workspace.beside(workspace.shelf(), subject, snap.as_of)()
    stated = {key: one for key, one in (given or {}).items() if key in beside.definitions}
    facts = {**beside.facts, **stated}
    tree = Tree(
        "", "", "", "", "", "account", None, "", beside.definitions, {}, {}, (), {}, facts=beside.definitions
    )
    reader = Reader(tree, facts, snap.as_of)
    found = objections(snap.personas, _of(persona, facts), _cited(snap, person), reader)
    return tuple(one for one in found if one.likely is not False or one.cited)


def _of(persona: Persona, facts: Mapping[str, Known | Unknown]) -> Persona:
    """The page for somebody in purchasing, or for somebody who is not; both where nobody knows."""
    state = facts.get(GATEKEEPER)
    if not isinstance(state, Known):
        return persona
    theirs = persona.variants.get(PURCHASING)
    if state.value is True and theirs is not None:
        return theirs
    return replace(persona, variants={})


def _cited(snap: Snapshot, person: str) -> str | None:
    """The objection that a tree names where it ended for a person."""
    for walked in snap.walked:
        if walked.person != person or not walked.record.outcome:
            continue
        below, name, _ = tree_of(walked.record.outcome, walked.tree)
        outcome = below.outcomes.get(name)
        if outcome is not None and outcome.objection:
            return outcome.objection
    return None
