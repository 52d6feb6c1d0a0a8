"""What next at one account: which question, and to whom, would settle most of the walks with everybody there.

Promises: the account is tried out of its snapshot, which has the journal in it, by the same trials as a list.
Refuses: to ask; to count what an answer would do to facts over the people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from abm_tree.batch.columns import Column
from abm_tree.batch.counting import supposed
from abm_tree.batch.kernel import Runner
from abm_tree.batch.open_rows import OpenRows, open_rows
from abm_tree.batch.plan import Plan, plan
from abm_tree.batch.questions import Tried, tried, worth
from abm_tree.group.next import PERSONAL, Fit, InTree, Question, fit, key_of, may_settle_more, plainly, ranked
from abm_tree.session.snapshot import snapshot
from abm_tree.tree.facts import Known, Unknown, as_they_count
from abm_tree.tree.parts import Fact
from abm_tree.walk.reader import Reader
from abm_tree.walk.tell import fill

if TYPE_CHECKING:
    from abm_tree.feel import DateTime, Value
    from abm_tree.group.walked import Snapshot, Walked
    from abm_tree.session.book import Book
    from abm_tree.session.open import Opened
    from abm_tree.session.workspace import Workspace
    from abm_tree.tree.words import Words

TREES = ("account-plan", "stakeholder-engagement")  # that an account is looked at with, where none is named


@dataclass(frozen=True, slots=True)
class Advised:
    """A question, and whom to ask."""

    question: Question
    fit: Fit


@dataclass(frozen=True)
class NextAtAccount:
    """What to ask first at one account."""

    snap: Snapshot
    walks: int
    open: tuple[tuple[str, str], ...]  # walks that are open: the tree's title, and the person
    advice: tuple[Advised, ...]
    uncertain: tuple[Question, ...] = ()


def at_account(
    workspace: Workspace,
    trees: Sequence[Opened],
    account_id: str,
    deal_id: str = "",
    *,
    as_of: DateTime | None = None,
    given: Mapping[str, Known | Unknown] | None = None,
    book: Book | None = None,
    named: bool = True,
) -> NextAtAccount:
    """Which question, to whom, over the walks of some trees with everybody there.

    `named`: the words name people and the account; otherwise they are about nobody in particular.
    """
    snap = snapshot(workspace, trees, account_id, deal_id, as_of=as_of, given=given, book=book)
    found: dict[tuple[str, str], Question] = {}
    still_open: list[tuple[str, str]] = []
    for opened in trees:
        walked = [one for one in snap.walked if one.tree.id == opened.tree.id]
        still_open += _tried_at(opened, walked, snap, found, named)
    questions = ranked(found.values())
    return NextAtAccount(
        snap,
        len(snap.walked),
        tuple(still_open),
        tuple(Advised(one, fit(one, snap.people)) for one in questions),
        may_settle_more(questions),
    )


def _tried_at(
    opened: Opened,
    walked: Sequence[Walked],
    snap: Snapshot,
    found: dict[tuple[str, str], Question],
    named: bool,
) -> list[tuple[str, str]]:
    """Try the questions of one tree; which of its walks are open."""
    tree = opened.tree
    made = plan(tree, snap.as_of)
    columns = columns_of_facts(
        made, [as_they_count(tree.facts, one.record.facts, snap.as_of) for one in walked]
    )
    runner = Runner(made)
    rows = np.flatnonzero(open_rows(runner.run(columns, len(walked))))
    gathered = OpenRows(made)
    gathered.add(columns, rows)
    kinds, of = gathered.kinds()
    walks = [(tree.title, walked[at].person) for at in rows.tolist()]
    for one in tried(made, kinds, runner):
        fact = tree.facts[one.fact]
        name = key_of(tree.id, one.fact, fact)
        personal = fact.scope == PERSONAL
        lacks = np.isin(of, one.lacking)
        # What is asked about one person settles nothing in the walk with another.
        groups = (
            [[at] for at in np.flatnonzero(lacks).tolist()] if personal else [np.flatnonzero(lacks).tolist()]
        )
        for group in groups:
            counts = np.bincount(of[group], minlength=len(kinds))
            value = worth(made, one, counts, np.zeros(len(kinds)))
            person = walked[rows[group[0]]].person if personal else ""
            question = found.get((name, person)) or _question(
                name, fact, walked[rows[group[0]]], person, named
            )
            settles = [walks[at] for at in group if value.of(of)[at]]
            matters = [walks[at] for at in group if walks[at] not in settles and _changes(one, int(of[at]))]
            found[name, person] = replace(
                question,
                parts=(*question.parts, InTree(tree.id, tree.title, value)),
                accounts=int(bool(settles or question.accounts)),
                settles_in=(*question.settles_in, *settles),
                matters_in=(*question.matters_in, *matters),
            )
    return walks


def _changes(one: Tried, kind: int) -> bool:
    at = np.flatnonzero(one.lacking == kind)
    return bool(len(at) and one.changed[at[0]].any())


def _question(name: str, fact: Fact, walked: Walked, person: str, named: bool) -> Question:
    reader = Reader(walked.tree, walked.record.facts, walked.record.as_of)

    def text(words: Words | None) -> str:
        if words is None or not named:
            return plainly(words, walked.tree.facts)
        return fill(words, reader)

    asked = (text(fact.ask), text(fact.help), fact.scope, fact.ask_of)
    return Question(name, fact.title, *asked, person=person)


def columns_of_facts(made: Plan, rows: Sequence[Mapping[str, Known | Unknown]]) -> dict[str, Column]:
    """Facts as they count, as columns."""
    out = {}
    for key in made.facts:
        places: list[int] = []
        values: list[Value] = []
        for facts in rows:
            state = facts.get(key)
            places.append(len(values) if isinstance(state, Known) else -1)
            if isinstance(state, Known):
                values.append(state.value)
        proof = supposed(len(rows)) if key in made.evidence else None
        out[key] = Column("codes", np.array(places, dtype=np.int32), tuple(values), evidence=proof)
    return out
