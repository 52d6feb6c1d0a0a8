"""Checks of a loaded tree: each a plain function that gives findings, in a file of its own.

Promises: all findings are reported. `CHECKS`, which are quick, run wherever a tree is opened: what they find
would make a decision wrong. Those that look closer are in `thorough`. Refuses: names and types, which loading
checks; cases, which are walked.

A check's module has the function, `CODE` (or `CODES`, code and severity, where there are several), and a
docstring that `check --explain` shows: what it does, why it is bad, an example, and what to use instead. Its
case is `tests/checks/cases/CODE`, its line for people is in `docs/checks.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from abm_tree.checks.choices import choices
from abm_tree.checks.cycle import cycle
from abm_tree.checks.ladder import ladder
from abm_tree.checks.order import order
from abm_tree.checks.orphan import orphan
from abm_tree.checks.overlap import overlap
from abm_tree.checks.roles import roles
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Tree

Check = Callable[[Tree], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (cycle, orphan, overlap, ladder, choices, order, roles)


def check(tree: Tree, loaded: Iterable[Diagnostic] = ()) -> list[Diagnostic]:
    """Every finding of every quick check about a tree and the trees it calls.

    `loaded` are the findings of loading it: where conditions could not be read, checks that run them are
    left out.
    """
    found: list[Diagnostic] = []
    loaded = tuple(loaded)
    broken = {finding.source for finding in loaded if finding.severity is Severity.ERROR}
    for one in family(tree):
        # Where lines could not be read, what they would have led to is no orphan.
        torn = any(f.source == one.source and f.code == "toml-syntax" for f in loaded)
        for each in CHECKS:
            if torn and each is orphan:
                continue
            if one.source in broken and each not in (cycle, orphan, overlap, ladder, choices):
                continue
            found += each(one)
    return found


def family(tree: Tree) -> list[Tree]:
    """A tree and all the trees it calls or walks for every person, each once."""
    found: dict[str, Tree] = {}
    todo = [tree]
    while todo:
        one = todo.pop()
        if one.id not in found:
            found[one.id] = one
            todo += (*one.subtrees.values(), *one.each.values())
    return list(found.values())
