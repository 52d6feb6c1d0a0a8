"""Nodes that walk a tree for every person of the account, and go on.

Promises: the tree that is walked is about people, the tree of the node is not; nothing of the inner walks is
read or branched on. Refuses: to walk; `abm_tree.walk.each` does.
"""

from __future__ import annotations

from abm_tree.tree.context import Context
from abm_tree.tree.define import spoken
from abm_tree.tree.model import NodeFile
from abm_tree.tree.parts import Node, Tree
from abm_tree.tree.scan import Path

PERSON = "stakeholder"  # what `each` walks for, and the subject of the tree that it walks

_ALLOWED = frozenset({"title", "why", "say", "each", "tree", "to", "renamed_from"})
_BEHIND = "It goes on to `to`; decide in a node of its own behind it."
_ADVICE = {
    **dict.fromkeys(("decide", "branches", "otherwise", "unknown"), _BEHIND),
    "ask": "Ask in a node of its own before it.",
    "wait": "Put the wait into a node of its own before it.",
}


def says_each(context: Context, name: str, file: NodeFile) -> bool:
    """Whether a node has the key `each`, also where its value is wrong, which has been told."""
    if file.each is not None:
        return True
    nodes = context.findings.document.data.get("nodes")
    written = nodes.get(name) if isinstance(nodes, dict) else None
    return isinstance(written, dict) and "each" in written


def resolve_each(context: Context, name: str, file: NodeFile, inner: Tree | None) -> Node:
    """A node that walks a tree for every person; `otherwise` is where it goes on."""
    path: Path = ("nodes", name)
    findings = context.findings
    for key in _forbidden(file):
        findings.key(
            "node-kind",
            f"Node `{name}` walks a tree for every person; `{key}` means nothing there.",
            (*path, key),
            _ADVICE.get(key, "Leave it out."),
        )
    if file.tree is None:
        findings.key(
            "missing-key",
            f"Node `{name}` does not say which tree is walked for every person.",
            (*path, "each"),
            'Add tree = "..." with a tree whose subject is "stakeholder".',
        )
    if file.to is None:
        findings.key(
            "missing-key",
            f"Node `{name}` does not say where it goes on.",
            (*path, "each"),
            'Add to = "..." with a node or an outcome.',
        )
    if context.file.subject == PERSON:
        findings.key(
            "each-subject",
            f"Tree `{context.file.id}` is about one person, so it cannot walk a tree for every person.",
            (*path, "each"),
            "Put the node into a tree about the account or the deal.",
        )
    if inner is not None and inner.subject != PERSON:
        findings.value(
            "each-subject",
            f"Tree `{inner.id}` is about the {inner.subject}, so it cannot be walked for every person.",
            (*path, "tree"),
            'Such a tree says subject = "stakeholder".',
        )
    return Node(
        id=name,
        title=context.title(file.title or spoken(name), (*path, "title")),
        otherwise=context.target(file.to, (*path, "to")) if file.to is not None else None,
        why=context.words(file.why, (*path, "why")),
        say=context.by_role(file.say, (*path, "say"), lend=True),
        span=findings.document.key(path),
        otherwise_span=findings.document.value((*path, "to")) if file.to else None,
        tree_span=findings.document.value((*path, "tree")) if file.tree else None,
        each=file.tree or "",
    )


def _forbidden(file: NodeFile) -> list[str]:
    given = file.model_dump(by_alias=True, exclude_defaults=True)
    return [key for key in given if key not in _ALLOWED]


def of_one_person(context: Context, subtrees: dict[str, Tree]) -> None:
    """A tree about one person calls none that walks trees for everybody."""
    if context.file.subject != PERSON:
        return
    for name, subtree in subtrees.items():
        if walks_people(subtree):
            context.findings.value(
                "each-subject",
                f"Tree `{subtree.id}` walks a tree for every person; "
                f"tree `{context.file.id}`, which calls it, is about one.",
                ("nodes", name, "tree"),
                "Call it from a tree about the account or the deal.",
            )


def walks_people(tree: Tree) -> bool:
    """Whether a tree, or a tree that it calls, walks a tree for every person."""
    return bool(tree.each) or any(walks_people(below) for below in tree.subtrees.values())


def inner_trees(tree: Tree) -> dict[str, Tree]:
    """The trees that a tree and those it calls walk for every person, by id."""
    found = {one.id: one for one in tree.each.values()}
    for below in tree.subtrees.values():
        found |= inner_trees(below)
    return found
