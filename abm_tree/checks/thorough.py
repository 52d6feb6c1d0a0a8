"""Checks that look closer: in `abm-tree check`, on the Author screen and in tests.

Promises: every check gets a `Looked`, which holds the tree, its file, and what several of them need, worked
out once. Refuses: trees with errors; what is wrong there would be told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from abm_tree.checks.cases import cases
from abm_tree.checks.constant import constant
from abm_tree.checks.dead import dead
from abm_tree.checks.gap import gap
from abm_tree.checks.gaps_in_words import gaps_in_words
from abm_tree.checks.long_way import long_way
from abm_tree.checks.looked import Looked
from abm_tree.checks.outcomes import outcomes
from abm_tree.checks.renamed import renamed
from abm_tree.checks.repeated import repeated
from abm_tree.checks.same_id import same_id
from abm_tree.checks.same_way import same_way
from abm_tree.checks.set_unread import set_unread
from abm_tree.checks.some_roles import some_roles
from abm_tree.checks.sourceless import sourceless
from abm_tree.checks.stuck import stuck
from abm_tree.checks.twice import twice
from abm_tree.checks.unused import unused
from abm_tree.source import Diagnostic

Thorough = Callable[[Looked], Iterable[Diagnostic]]

THOROUGH: tuple[Thorough, ...] = (
    stuck,
    twice,
    unused,
    set_unread,
    sourceless,
    repeated,
    gaps_in_words,
    some_roles,
    outcomes,
    long_way,
    renamed,
    cases,
    same_id,
    gap,
    dead,
    same_way,
    constant,
)


def look_closer(looked: Looked) -> list[Diagnostic]:
    """Every finding of every thorough check about one tree that has no errors; called trees are left out."""
    return [finding for each in THOROUGH for finding in each(looked)]
