"""Two versions of a tree held against each other part by part, by id.

Promises: what was added, removed, renamed or changed, in the tree, in the trees that it calls, and in what it
shares with others, in the order of the tree; a branch is known by its canonical test, never by its position;
what `renamed_from` says was renamed is not taken for a change anywhere else. Refuses: to know what a change
does to decisions; `meaning` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from abm_tree.compare.carried import Carried, Names, carry
from abm_tree.compare.details import WORDS, about, details, spelled
from abm_tree.report.compared import Detail, Entry
from abm_tree.tree.scan import Path

SECTIONS = {
    "parameters": "parameter",
    "facts": "fact",
    "derived": "derived fact",
    "scores": "score",
    "lists": "list",
    "book": "list fact",
    "people": "group fact",
    "nodes": "node",
    "outcomes": "outcome",
}
SHARED = {"facts": "shared fact", "parameters": "shared parameter", "settings": "setting"}
HEAD = ("title", "about", "purpose", "version", "language", "subject", "roles", "start")

Form = Mapping[str, Any]


class Places(Protocol):
    """Where parts of one version stand."""

    def __call__(self, home: str, path: Path) -> str:
        """The place, as "file:line", of a part of a tree or, for the home "", of what trees share."""


def differences(old: Form, new: Form, before: Places, after: Places) -> tuple[Entry, ...]:
    """What differs between two versions, which are canonical forms."""
    found = carry(old, new)
    out: list[Entry] = []
    for one, other in found.pairs.items():
        main = other == new["tree"]
        here = _Tree(one, other, "" if main else other, found.names[one], before, after)
        out += here.entries(found.form["trees"][other], new["trees"][other])
    out += _trees(old, new, found.pairs, before, after)
    out += _shared(found, new, before, after)
    return tuple(out)


class _Tree:
    """One tree in both versions."""

    def __init__(self, one: str, other: str, home: str, names: Names, before: Places, after: Places) -> None:
        self.one, self.other, self.home = one, other, home
        self.names = names
        self.before, self.after = before, after

    def entries(self, old: Form, new: Form) -> Iterator[Entry]:
        """What differs; `old` has the names of the new version already."""
        found = tuple(
            Detail(key, spelled(old.get(key)), spelled(new.get(key)), words=key in WORDS)
            for key in HEAD
            if old.get(key) != new.get(key)
        )
        was = self.one if self.one != self.other else ""
        if found or was:
            what = "renamed" if was else "changed"
            place = self.after(self.other, (found[0].part,) if found else ("id",))
            yield Entry(what, "tree", self.other, was, place=place, details=found)
        for section, kind in SECTIONS.items():
            yield from self.section(section, kind, old.get(section, {}), new.get(section, {}))
        listed = details("actions", {"actions": old.get("actions", [])}, {"actions": new.get("actions", [])})
        if listed:
            place = self.after(self.other, ("actions",))
            yield Entry("changed", "actions of the tree", "", home=self.home, place=place, details=listed)

    def section(self, section: str, kind: str, old: Form, new: Form) -> Iterator[Entry]:
        """What differs in one of the tables of a tree."""
        former = {new_name: old_name for old_name, new_name in self.names.sections.get(section, {}).items()}
        for name in merged(tuple(old), tuple(new)):
            path: Path = (section, name)
            if name not in new:
                place = self.before(self.one, path)
                yield Entry("removed", kind, name, "", self.home, about(section, old[name]), place)
                continue
            place = self.after(self.other, path)
            if name not in old:
                yield Entry("added", kind, name, "", self.home, about(section, new[name]), place)
                continue
            found = details(section, old[name], new[name])
            was = former.get(name, "")
            if was or found:
                what = "renamed" if was else "changed"
                yield Entry(what, kind, name, was, self.home, "", place, found)


def _trees(old: Form, new: Form, pairs: Mapping[str, str], before: Places, after: Places) -> Iterator[Entry]:
    """Trees that are called only in one of the versions."""
    for name, form in old["trees"].items():
        if name not in pairs:
            yield Entry("removed", "called tree", name, about=_title(form), place=before(name, ("id",)))
    for name, form in new["trees"].items():
        if name not in pairs.values():
            yield Entry("added", "called tree", name, about=_title(form), place=after(name, ("id",)))


def _title(form: Form) -> str:
    return str(form.get("title", ""))


def _shared(found: Carried, new: Form, before: Places, after: Places) -> Iterator[Entry]:
    """What trees share, as far as this one reads it."""
    former = {now: was for was, now in found.shared.items()}
    for section, kind in SHARED.items():
        one, other = found.form[section], new[section]
        for name in merged(tuple(one), tuple(other)):
            path: Path = (section, name)
            was = former.get(name, "") if section == "facts" else ""
            if name not in other:
                yield Entry("removed", kind, name, place=before("", path))
            elif name not in one:
                yield Entry("added", kind, name, place=after("", path))
            elif (parts := _parts(section, one[name], other[name])) or was:
                what = "renamed" if was else "changed"
                yield Entry(what, kind, name, was, place=after("", path), details=parts)


def _parts(section: str, one: Any, other: Any) -> tuple[Detail, ...]:
    if section == "settings":
        return (Detail("value", spelled(one), spelled(other)),) if one != other else ()
    return details(section, one, other)


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """All names in the order of the new version; what is gone stands behind what it stood behind."""
    out, kept = list(new), set(new)
    behind: dict[str, list[str]] = {}
    last = ""
    for name in old:
        if name in kept:
            last = name
        else:
            behind.setdefault(last, []).append(name)
    if not behind:
        return out
    return [*behind.get("", ()), *(one for name in out for one in (name, *behind.get(name, ())))]
