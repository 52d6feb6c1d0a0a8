"""Earlier names: which fact of a tree is meant by the key that it had before.

Promises: an answer that was recorded under an earlier id of its question, its fact or its tree is found, also
where the fact was a tree's own (`tree/name`) and is shared now; a name that is in use now means what has it
now. Refuses: to guess; `renamed_from` says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from abm_tree.tree.parts import Fact, Tree


def former_keys(tree: Tree) -> Mapping[str, str]:
    """The keys of today by the keys that facts had before."""
    trees = dict(_called(tree))
    if not any(trees.values()) and not any(fact.former for fact in tree.facts.values()):
        return {}
    out: dict[str, str] = {}
    for key, fact in tree.facts.items():
        owner = key[: -len(fact.name)].rstrip("/")
        prefixes = ("",) if not owner else tuple(f"{name}/" for name in (owner, *trees.get(owner, ())))
        for prefix in prefixes:
            for name in (fact.name, *fact.former):
                if prefix + name not in tree.facts:
                    out.setdefault(prefix + name, key)
        for name in () if fact.own else _as_own(tree, fact):
            if name not in tree.facts:
                out.setdefault(name, key)
    return out


def _as_own(tree: Tree, fact: Fact) -> Iterator[str]:
    """What a shared fact was called in this tree's own walks, when it was private to the tree."""
    for name in fact.former:
        owner, _, own = name.rpartition("/")
        if owner in (tree.id, *tree.former):
            yield own


def _called(tree: Tree) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The trees that a tree calls, with their earlier ids."""
    for below in tree.subtrees.values():
        yield below.id, below.former
        yield from _called(below)
