"""A list through a tree, row by row: what the batch has to give.

Promises: every row of the list gives one result, in order; what a row lacks is unknown, since nobody can be
asked; list facts are computed over the whole list before the first row. Refuses: to stop at a bad row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from abm_tree.accounts.lists import AccountList, Row
from abm_tree.batch.book_rows import list_of
from abm_tree.feel import DateTime
from abm_tree.tree.facts import complete
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record
from abm_tree.walk.subject import Subject


@dataclass(frozen=True, slots=True)
class Result:
    """A row and its record; None where the row could not be read."""

    row: Row
    record: Record | None


def evaluate_rows(
    tree: Tree, accounts: AccountList, as_of: DateTime, *, possible: bool = True, step: int = 1
) -> Iterator[Result]:
    """Each row's decision, as of one moment; of a long list each `step`-th row."""
    listed = list_of(tree, accounts, as_of)
    for number, row in enumerate(accounts.read()):
        if number % step:
            continue
        if row.error:
            yield Result(row, None)
            continue
        whole = {**row.facts, **listed[number]} if listed else row.facts
        facts = complete(tree.facts, whole, as_of, source="given")
        subject = Subject(row.account_id, row.deal_id, row.stakeholder_id)
        yield Result(row, advance(tree, facts, as_of, subject=subject, possible=possible))
