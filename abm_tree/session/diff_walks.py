"""What a change of a tree means for the walks of a journal.

Promises: walks are read, never written to; each is told with its own facts and its own moment, under both
versions; an answer counts under a question's later name. Refuses: walks of other trees; values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from abm_tree.feel import DateTime, parse_date_time
from abm_tree.journal.events import FINISHED, WalkLine
from abm_tree.journal.fold import State, fold
from abm_tree.journal.store import Journal
from abm_tree.journal.verify import MALFORMED
from abm_tree.report.compared import Ending, Walked, Walks
from abm_tree.report.files import one_line
from abm_tree.session.diff import ending, renamed_outcomes
from abm_tree.session.facts import facts_of, outcome_title
from abm_tree.session.journal import Guard
from abm_tree.source.folders import shown
from abm_tree.tree.former import former_keys
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record


def move_walks(old: Tree, new: Tree, journal: Journal, *, unmasked: bool = False) -> Walks:
    """The walks of a journal that would stand elsewhere under the new version."""
    both = _Both(old, new, renamed_outcomes(old, new))
    guard = Guard(journal, unmasked)
    named = {old.id, *old.former, new.id, *new.former}
    opened = finished = unread = 0
    changed: list[Walked] = []
    for line in journal.walks():
        if line.tree not in named:
            continue
        done = line.status == FINISHED
        opened, finished = opened + (not done), finished + done
        events = journal.events(line.walk)
        try:
            state = fold(events)
            as_of = parse_date_time(state.as_of)
            if line.forgotten or state.erased or as_of is None:
                unread += 1
                continue
            found = both.walked(line, state, as_of)
        except MALFORMED:
            unread += 1
            continue
        if found is not None:
            changed.append(replace(found, about=_about(guard.shown(line, events)[0])))
    changed.sort(key=lambda one: not one.open)
    return Walks(shown(Path(journal.path)), opened, finished, tuple(changed), unread)


@dataclass(frozen=True)
class _Both:
    """The two versions."""

    old: Tree
    new: Tree
    names: Mapping[str, str]

    def walked(self, line: WalkLine, state: State, as_of: DateTime) -> Walked | None:
        """A walk under both, where it would stand elsewhere."""
        is_open = line.status != FINISHED
        facts = facts_of(self.old, state), facts_of(self.new, state)
        one, other = (
            advance(tree, found, as_of, subject=line.subject, possible=is_open)
            for tree, found in zip((self.old, self.new), facts, strict=True)
        )
        was, former = former_keys(self.old), former_keys(self.new)
        keys = [was.get(key, key) for key in state.answers]
        counted = {former.get(key, key): key for key in keys if key in facts[0]}
        lost = [key for now, key in counted.items() if now not in facts[1]]
        possible = tuple(self.names.get(name, name) for name in one.possible)
        ends = self.end(one, self.old), self.end(other, self.new)
        alike = ends[0][:2] == ends[1][:2]
        if alike and not (is_open and (lost or set(possible) != set(other.possible))):
            return None
        return Walked(
            line.walk,
            "",
            line.status,
            state.as_of.partition("T")[0],
            ends[0][2],
            ends[1][2],
            state.outcome,
            tuple(self.new.facts[now].title for now in counted if now in facts[1]),
            tuple(self.old.facts[key].title for key in lost),
            self.new.facts[other.needs.fact].title if other.needs is not None else "",
            tuple(outcome_title(self.new, name) for name in other.possible),
            tuple(outcome_title(self.old, name) for name in one.possible),
        )

    def end(self, record: Record, tree: Tree) -> tuple[str, str, Ending]:
        """Where a walk stands: what tells it from another, and in words."""
        is_old = tree is self.old
        match record.status:
            case "decided":
                name = self.names.get(record.outcome, record.outcome) if is_old else record.outcome
                former = {now: was for was, now in self.names.items()} if is_old else {}
                return "outcome", name, ending("outcome", name, tree, former)
            case "needs" if record.needs is not None:
                key = record.needs.fact
                now = former_keys(self.new).get(key, key) if is_old else key
                return "needs", now, Ending("needs", key, tree.facts[key].title)
            case "waits":
                return "waits", record.until, Ending("waits", record.until)
        return "error", record.error, Ending("error", "")


def _about(line: WalkLine) -> str:
    """Whom a walk is about, as a list may show it."""
    subject = line.subject
    account = line.account_name or subject.account_id
    if line.account_name and subject.account_id:
        account += f" ({subject.account_id})"
    person = line.stakeholder_name or subject.stakeholder_id
    return one_line(", ".join(part for part in (account, subject.deal_id, person) if part)) or "no account"
