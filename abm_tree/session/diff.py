"""Comparing two versions of a tree: what changed in it, for which facts decisions differ, and for whom.

Promises: nothing of the versions is written to; the same moment holds for both. Refuses: to print, and to
decide what a difference is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from abm_tree.compare.carried import carry, names_of, renamed_in
from abm_tree.compare.structure import differences
from abm_tree.feel import string
from abm_tree.journal.verify import MALFORMED
from abm_tree.report.compared import Compared, Decisions, Ending, Group, Region
from abm_tree.report.compared import Version as Told
from abm_tree.session.versions import Version
from abm_tree.session.walk import outcome_title
from abm_tree.tree.canonical import digest
from abm_tree.tree.parts import Tree
from abm_tree.walk.replay import Unreadable, tree_of

if TYPE_CHECKING:
    from abm_tree.compare.meaning import Meaning
    from abm_tree.feel import DateTime


def compare_versions(old: Version, new: Version, as_of: DateTime) -> Compared:
    """What changed, and for which facts decisions differ."""
    one, other = old.opened.tree, new.opened.tree
    told = _told(old), _told(new), string(as_of.date) or ""
    if one.revision == other.revision:
        return Compared(*told, "revision")
    entries = differences(one.canonical, other.canonical, old.place, new.place)
    if one.logic == other.logic:
        return Compared(*told, "logic", entries)
    return Compared(*told, "", entries, decisions(one, other, as_of))


def _told(version: Version) -> Told:
    tree = version.opened.tree
    return Told(version.name, tree.id, tree.title, tree.revision, tree.version)


def decisions(old: Tree, new: Tree, as_of: DateTime) -> Decisions:
    """For which facts decisions differ; facts and outcomes under their new names."""
    from abm_tree.compare.meaning import compare
    from abm_tree.space.inlined import Untabled

    before = under_new_names(old, new)
    names = renamed_outcomes(before, new)
    try:
        found = compare(before, new, as_of, names)
    except Untabled:
        why = "the trees that nodes call come to too many places"
        return Decisions((), complete=False, why=why)
    return _decisions(found, before, new, names)


def under_new_names(old: Tree, new: Tree) -> Tree:
    """The old version, with the names that the new one gives to what both have."""
    found = carry(old.canonical, new.canonical)
    if not found.renamed:
        return old
    try:
        return tree_of(found.form, digest(found.form))
    except (Unreadable, *MALFORMED):  # pragma: no cover - a form that is not canonical any more
        return old


def _decisions(found: Meaning, old: Tree, new: Tree, names: Mapping[str, str]) -> Decisions:
    former = {now: was for was, now in names.items()}
    groups = [
        Group(
            ending(one.old.kind, one.old.name, old, former),
            ending(one.new.kind, one.new.name, new, {}),
            tuple(Region(region.where, region.facts, region.proven) for region in one.regions),
            one.more,
        )
        for one in found.changes
        if one.regions or one.more
    ]
    # What is certain comes first, then what is large.
    groups.sort(key=lambda one: (not one.proven, -one.size))
    return Decisions(tuple(groups), found.complete, found.why)


def ending(kind: str, name: str, tree: Tree, former: Mapping[str, str]) -> Ending:
    """How a walk ends, with the outcome's title in a version; `former` has its ids there."""
    if kind != "outcome":
        return Ending(kind, name)
    return Ending(kind, name, outcome_title(tree, former.get(name, name)))


def renamed_outcomes(old: Tree, new: Tree) -> dict[str, str]:
    """The outcomes that have other ids in the new version, as records name them: new ids by old ones."""
    if not (old.canonical and new.canonical):
        return {}
    facts = new.canonical["facts"]
    shared = renamed_in(old.canonical["facts"], facts)
    out: dict[str, str] = {}

    def follow(one: Tree, other: Tree, before: str, after: str) -> None:
        forms = old.canonical["trees"].get(one.id), new.canonical["trees"].get(other.id)
        if forms[0] is None or forms[1] is None:
            return
        names = names_of(forms[0], forms[1], facts, shared)
        for name in one.outcomes:
            now = names.sections["outcomes"].get(name, name)
            if before + name != after + now and now in other.outcomes:
                out[before + name] = after + now
        for call, below in one.subtrees.items():
            now = names.sections["nodes"].get(call, call)
            if now in other.subtrees:
                follow(below, other.subtrees[now], f"{before}{call}/", f"{after}{now}/")

    follow(old, new, "", "")
    return out
