"""What is wrong with the contacts list, where that keeps trees from reading it.

Promises: the findings that `evaluate --contacts` prints of the same list; nothing of a list that can be read,
nor of a file that cannot even be opened, which the book says. Refuses: to read people; to mend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from abm_tree.session.book import Book
from abm_tree.session.options import list_options
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic
from abm_tree.tree.parts import Tree

LEFT_OUT = "The contacts list is left out of what trees read"


def contacts_unread(workspace: Workspace, trees: Sequence[Tree], book: Book) -> tuple[Diagnostic, ...]:
    """Why some trees cannot read the contacts list, each finding once; without trees, what holds for all."""
    path = workspace.places.contacts
    if path is None or any(one.startswith(f"{path.name} cannot be read") for one in book.problems):
        return ()
    shelf = workspace.shelf()
    facts = shelf.definitions.facts
    how = list_options(shelf.settings.contacts, dictionary=facts)
    if not trees:
        # A column may be mapped to what only some tree knows.
        how = replace(how, mapping={name: fact for name, fact in how.mapping.items() if fact in facts})
        trees = [Tree("", "", "", "", "", "account", None, "", {}, {}, {}, (), {}, facts=dict(facts))]
    found: dict[tuple[object, ...], Diagnostic] = {}
    for tree in trees:
        for one in workspace.group_facts.unread(tree, path, how):
            found.setdefault((one.code, one.source, one.row, one.message), one)
    return tuple(found.values())


def in_words(found: Sequence[Diagnostic]) -> str:
    """The same in a few sentences; "" where nothing is wrong."""
    if not found:
        return ""
    told = []
    for one in found:
        name = Path(one.source).name
        place = f"{name}, line {one.row}" if one.row is not None else name
        told.append(f"{place}: {one.message} {one.help}".strip())
    return f"{LEFT_OUT}. {' '.join(told)}"
