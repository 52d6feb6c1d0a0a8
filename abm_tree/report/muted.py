"""A tree whose words never show what is sensitive.

Promises: it decides as the tree does; only gaps that a sensitive value would fill say so instead. Refuses: to
hide which words were chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from abm_tree.tree.parts import Action, Node, OpenList, Outcome, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.tree.words import Slot, Words

HIDDEN = "(hidden)"


def private_name(name: str, tree: Tree, prefix: str, hidden: Collection[str]) -> bool:
    """Whether a name's value is hidden, or is made from one that is."""
    return any(key in hidden for key in fact_keys(tree, (name,), prefix))


def muted(tree: Tree, prefix: str, hidden: Collection[str], instead: Mapping[str, str] | None = None) -> Tree:
    """The tree with every gap closed that would show a hidden value; `instead`: what to say for some."""
    said = instead or {}

    def closed(piece: str | Slot) -> bool:
        # A list says what its items say, and those are muted below.
        listed = isinstance(piece, Slot) and isinstance(tree.names.get(piece.name), OpenList)
        return isinstance(piece, Slot) and not listed and private_name(piece.name, tree, prefix, hidden)

    def shown(piece: str | Slot) -> str:
        return said.get(piece.name, HIDDEN) if isinstance(piece, Slot) else HIDDEN

    def words(text: Words) -> Words:
        return Words(tuple(shown(piece) if closed(piece) else piece for piece in text.pieces))

    def by_role(texts: Mapping[str, Words]) -> dict[str, Words]:
        return {role: words(text) for role, text in texts.items()}

    def maybe(text: Words | None) -> Words | None:
        return words(text) if text is not None else None

    def action(one: Action) -> Action:
        fallback = replace(one.fallback, do=by_role(one.fallback.do)) if one.fallback is not None else None
        return replace(one, do=by_role(one.do), note=maybe(one.note), fallback=fallback)

    def node(one: Node) -> Node:
        branches = tuple(replace(branch, note=maybe(branch.note)) for branch in one.branches)
        return replace(one, branches=branches)

    def outcome(one: Outcome) -> Outcome:
        actions = tuple(action(each) for each in one.actions)
        return replace(one, say=by_role(one.say), note=maybe(one.note), actions=actions)

    def points(one: OpenList) -> OpenList:
        return replace(one, items=tuple(replace(item, text=words(item.text)) for item in one.items))

    return replace(
        tree,
        names={name: points(one) if isinstance(one, OpenList) else one for name, one in tree.names.items()},
        nodes={name: node(one) for name, one in tree.nodes.items()},
        outcomes={name: outcome(one) for name, one in tree.outcomes.items()},
        actions=tuple(action(one) for one in tree.actions),
        subtrees={call: muted(below, f"{below.id}/", hidden, said) for call, below in tree.subtrees.items()},
    )
