"""The words for the person across the table, at the node where a walk stands.

Promises: those of the nearest node that has any, through the trees that call each other; for the role, else
the default. Refuses: to make up words where a tree has none.
"""

from __future__ import annotations

from abm_tree.feel import DateTime
from abm_tree.tree.facts import Facts
from abm_tree.tree.parts import Tree
from abm_tree.walk.reader import Reader
from abm_tree.walk.tell import fill, for_role, role_of


def tree_of(path: str, tree: Tree) -> tuple[Tree, str, str]:
    """The tree that a node's path ends in, the node's id there, and the prefix of that tree's own facts."""
    *calls, name = path.split("/")
    prefix = ""
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            break
        tree, prefix = below, f"{below.id}/"
    return tree, name, prefix


def words(path: str, tree: Tree, facts: Facts, as_of: DateTime) -> str:
    """The words for this role at a node, or at the nearest node that calls its tree."""
    steps = path.split("/")
    while steps:
        below, name, prefix = tree_of("/".join(steps), tree)
        node = below.nodes.get(name)
        if node is not None and node.say:
            reader = Reader(below, facts, as_of, prefix=prefix)
            found = for_role(node.say, role_of(reader))
            if found is not None:
                return fill(found, reader)
        steps.pop()
    return ""
