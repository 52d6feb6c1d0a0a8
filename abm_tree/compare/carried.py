"""An earlier version of a tree under the names of a later one.

Promises: wherever the form of a tree has the name of a node, an outcome, a fact or a tree, the later name
stands; a tree's own fact that is shared now stands among those that are shared; everything else is as it was.
Refuses: to guess; `renamed_from` says what was renamed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from abm_tree.feel import FeelError
from abm_tree.feel.syntax import Expr, Name, Tests, children
from abm_tree.tree.conditions import parsed, parsed_tests

CONDITIONS = frozenset({"decide", "if", "at_least", "after", "of", "add", "where", "due", "by", "together"})
LIMITS = frozenset({"share_a", "rank_a", "share_b", "rank_b"})
TARGETS = frozenset({"to", "otherwise", "unknown", "start", "outcomes"})
WORDS = frozenset({"title", "ask", "why", "help", "say", "note", "text", "do"})
KEPT = WORDS | {"by", "evidence"}  # what may name other names in a fact or a parameter

_SLOT = re.compile(r"(?<!\{)\{\s*([^\s{}|]+)")

Form = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What has another name in the later version: new names by old ones."""

    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of facts, nodes, outcomes
    read: Mapping[str, str] = field(default_factory=dict)  # as conditions write them
    shared: Mapping[str, str] = field(default_factory=dict)  # own facts that are shared now

    @property
    def ids(self) -> dict[str, str]:
        """Of nodes and outcomes, which share one name space."""
        return {**self.sections.get("nodes", {}), **self.sections.get("outcomes", {})}


@dataclass(frozen=True)
class Carried:
    """An earlier version under the names of a later one."""

    form: Form  # a canonical form
    pairs: Mapping[str, str]  # which tree is which: new ids by old ones
    names: Mapping[str, Names]  # of each tree, by its old id
    shared: Mapping[str, str]  # facts that trees share; one that was a tree's own as `tree/name`

    @property
    def renamed(self) -> bool:
        """Whether anything has another name."""
        other = any(one != now for one, now in self.pairs.items())
        return other or bool(self.shared) or any(one.ids or one.read for one in self.names.values())


def carry(old: Form, new: Form) -> Carried:
    """An earlier version, as a canonical form, under the names of a later one."""
    pairs = _pairs(old, new)
    shared = renamed_in(old["facts"], new["facts"])
    names = {
        was: names_of(old["trees"][was], new["trees"][now], new["facts"], shared)
        for was, now in pairs.items()
    }
    trees = {
        pairs.get(was, was): carried(form, names.get(was, Names(read=shared)), names, pairs)
        for was, form in old["trees"].items()
    }
    facts = {shared.get(name, name): one for name, one in old["facts"].items()}
    for was, found in names.items():
        for own, now in found.shared.items():
            facts.setdefault(
                now, {key: one for key, one in old["trees"][was]["facts"][own].items() if key != "of"}
            )
            shared[f"{was}/{own}"] = now
    form = {**old, "tree": pairs[old["tree"]], "trees": trees, "facts": facts}
    return Carried(form, pairs, names, shared)


def _pairs(old: Form, new: Form) -> dict[str, str]:
    """Which tree is which: the compared ones, then those that have the same id, or had it before."""
    pairs = {str(old["tree"]): str(new["tree"])}
    for name, form in new["trees"].items():
        known = [one for one in (name, *form.get("renamed_from", ())) if one in old["trees"]]
        if name != new["tree"] and known and known[0] not in pairs:
            pairs[known[0]] = name
    return pairs


def names_of(old: Form, new: Form, facts: Mapping[str, Form], shared: Mapping[str, str]) -> Names:
    """What was renamed from one version of a tree to another.

    `facts` are the shared ones of the new version, `shared` the new names of those that were shared before.
    """
    sections = {
        section: renamed_in(old.get(section, {}), new.get(section, {}))
        for section in ("facts", "nodes", "outcomes")
    }
    # The fact of a question in place has the node's id, with underscores.
    asked = {
        was.replace("-", "_"): now.replace("-", "_")
        for was, now in sections["nodes"].items()
        if "ask" in old["nodes"][was] and "ask" in new["nodes"][now]
    }
    moved = _moved(old, new, facts)
    return Names(sections, {**shared, **sections["facts"], **asked, **moved}, moved)


def _moved(old: Form, new: Form, facts: Mapping[str, Form]) -> dict[str, str]:
    """Facts that were a tree's own and are shared now: the shared names by the tree's own ones."""
    ids = (str(old["id"]), str(new["id"]), *new.get("renamed_from", ()))
    out: dict[str, str] = {}
    for name, fact in facts.items():
        for former in fact.get("renamed_from", ()):
            owner, _, own = str(former).rpartition("/")
            if owner in ids and own in old.get("facts", {}) and own not in new.get("facts", {}):
                out.setdefault(own, name)
    return out


def renamed_in(old: Mapping[str, Form], new: Mapping[str, Form]) -> dict[str, str]:
    """New names by old ones, among parts of one kind, as the new version's `renamed_from` says."""
    out: dict[str, str] = {}
    for name, part in new.items():
        if name not in old:
            former = (one for one in part.get("renamed_from", ()) if one in old and one not in new)
            was = next(former, None)
            if was is not None:
                out.setdefault(was, name)
    return out


def carried(form: Form, names: Names, trees: Mapping[str, Names], renamed: Mapping[str, str]) -> Form:
    """The form of a tree under later names; `trees` has those of all trees, by their old ids."""
    called = {was: now for was, now in renamed.items() if was != now}
    below = {
        node: trees[part["tree"]].ids
        for node, part in form.get("nodes", {}).items()
        if part.get("tree") in trees and trees[part["tree"]].ids
    }
    if not (names.ids or names.read or called or below):
        return form
    out = dict(form)
    out["id"] = renamed.get(out["id"], out["id"])
    if "start" in out:
        out["start"] = names.ids.get(out["start"], out["start"])
    for section in (
        "facts",
        "parameters",
        "derived",
        "scores",
        "lists",
        "book",
        "people",
        "nodes",
        "outcomes",
    ):
        if section not in out:
            continue
        new_names = names.sections.get(section, {})
        gone = names.shared if section == "facts" else ()
        out[section] = {
            new_names.get(name, name): _part(section, part, names)
            for name, part in out[section].items()
            if name not in gone
        }
    if "actions" in out:
        out["actions"] = [_value("", one, names) for one in out["actions"]]
    for node, part in out.get("nodes", {}).items():
        if part.get("tree") in called:
            part["tree"] = called[part["tree"]]
        was = next((one for one, now in names.ids.items() if now == node), node)
        for branch in part.get("branches", ()) if was in below else ():
            if "is" in branch:
                branch["is"] = _sorted(below[was].get(str(one), one) for one in branch["is"])
    return out


def _part(section: str, part: Form, names: Names) -> dict[str, Any]:
    match section:
        case "facts" | "parameters":
            keep = {key: _value(key, one, names) for key, one in part.items() if key in KEPT}
            return {**part, **keep}
        case "derived":
            return {**part, "value": renamed(part["value"], names.read)}
    return {key: _value(key, one, names) for key, one in part.items()}


def _value(key: str, value: Any, names: Names) -> Any:
    """A value under later names; `key` says what kind of name may stand in it."""
    if key in ("set", "compute"):
        return {
            names.read.get(name, name): renamed(one, names.read) if key == "compute" else one
            for name, one in value.items()
        }
    match value:
        case str() if key in TARGETS:
            return names.ids.get(value, value)
        case str() if key in CONDITIONS | LIMITS:
            return renamed(value, names.read)
        case str() if key == "when":
            return renamed(value, names.read, tests=True)
        case str() if key in WORDS:
            return _SLOT.sub(lambda found: _slot(found, names.read), value)
        case list():
            found = [_value(key, one, names) for one in value]
            return _sorted(found) if key == "by" else found
        case dict() if key in WORDS:
            return {role: _value(key, one, names) for role, one in value.items()}
        case dict() if key not in ("is", "choices", "aliases"):
            return {name: _value(name, one, names) for name, one in value.items()}
    return value


def _sorted(values: Iterable[Any]) -> list[Any]:
    """Values in the order of canonical forms."""
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))


def _slot(found: re.Match[str], names: Mapping[str, str]) -> str:
    name = found[1]
    return found[0].removesuffix(name) + names.get(name, name)


def renamed(text: str, names: Mapping[str, str], *, tests: bool = False) -> str:
    """A condition under other names."""
    if not names:
        return text
    try:
        syntax: Expr | Tests = parsed_tests(text) if tests else parsed(text)
    except FeelError:
        return text
    waiting: list[Expr] = list(syntax.items) if isinstance(syntax, Tests) else [syntax]
    edits: list[tuple[int, int, str]] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name) and one.name in names:
            edits.append((one.span.start, one.span.end, names[one.name]))
        waiting += children(one)
    for start, end, name in sorted(edits, reverse=True):
        text = text[:start] + name + text[end:]
    return text
