"""One account at one moment: every chosen tree for every person there, out of the same facts.

Promises: what a person's walk comes to here is what a batch over the same lists comes to for that row, with
what was said since on top; the walks of one snapshot do not read each other. Refuses: to ask; what is not
known is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from abm_tree.feel import DateTime
from abm_tree.group.people import Stakeholder
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.session.book import Book
from abm_tree.session.each import add_people
from abm_tree.session.open import Opened
from abm_tree.session.people import people
from abm_tree.session.workspace import Workspace
from abm_tree.tree.facts import Known, Unknown, complete
from abm_tree.walk.advance import advance
from abm_tree.walk.subject import Subject

PERSONAL = "stakeholder"  # the subject of a tree that is walked once for each person


def snapshot(
    workspace: Workspace,
    trees: Sequence[Opened],
    account_id: str,
    deal_id: str = "",
    *,
    as_of: DateTime | None = None,
    given: Mapping[str, Known | Unknown] | None = None,
    book: Book | None = None,
) -> Snapshot:
    """What some trees come to for everybody at an account.

    A tree about accounts or deals is walked once; one about people once for each, and once without anybody
    where nobody is known there. `given` goes over what lists and journal say, in every walk.
    """
    moment = as_of or workspace.now()
    book = book or workspace.book()
    entry = book.entry(account_id)
    found: tuple[Stakeholder, ...] = people(workspace, account_id, deal_id, book=book, as_of=moment)
    walked = []
    for opened in trees:
        tree = opened.tree
        whom = [one.id for one in found] if tree.subject == PERSONAL else []
        for person in whom or [""]:
            subject = Subject(account_id, deal_id, person)
            known = workspace.facts(opened, subject, moment, stated=given)
            facts = complete(tree.facts, {**known, **_read(tree.facts, given)}, moment)
            record = advance(tree, facts, moment, subject=subject)
            record = add_people(workspace, opened.shelf, record, tree, book=book)
            walked.append(Walked(tree, person, record))
    personas = trees[0].shelf.definitions.personas if trees else {}
    return Snapshot(
        account_id,
        entry.name if entry is not None else "",
        deal_id,
        moment,
        found,
        tuple(walked),
        personas,
    )


def _read(
    facts: Mapping[str, object], given: Mapping[str, Known | Unknown] | None
) -> dict[str, Known | Unknown]:
    return {key: one for key, one in (given or {}).items() if key in facts}
