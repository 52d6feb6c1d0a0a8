"""Renaming in a file's text: where a name stands, and what is written there instead.

Promises: only names change, each at its place; layout, comments and spelling of everything else stay. A name
in a condition or in words is found by its meaning, not by its letters. Refuses: to decide whether the new
name may be taken; choices, whose places the types of conditions tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from abm_tree.feel import FeelError
from abm_tree.feel.syntax import Expr, Name, Tests, children
from abm_tree.source import Span
from abm_tree.tree.conditions import parsed, parsed_tests
from abm_tree.tree.document import Document
from abm_tree.tree.facts import find_fact
from abm_tree.tree.files import SettingsFile
from abm_tree.tree.leaves import Leaf, leaves
from abm_tree.tree.parts import PROOF, Fact
from abm_tree.tree.scan import Path
from abm_tree.tree.schema import ROOTS
from abm_tree.tree.words import parse_words
from abm_tree.tree.written import names, statements

_BARE = re.compile(r"[A-Za-z0-9_-]+")

TARGETS = {
    *(("TreeFile", "start"), ("BranchFile", "to"), ("TreeActionFile", "outcomes")),
    *(("NodeFile", "otherwise"), ("NodeFile", "unknown"), ("NodeFile", "to")),
}
CONDITIONS = {
    *(("RuleFile", "add"), ("RuleFile", "of"), ("BranchFile", "at_least"), ("DerivedFile", "value")),
    *(("BookFile", key) for key in ("share_a", "rank_a", "share_b", "rank_b")),
}
TESTS = ("BranchFile", "when")
WORDS = {
    *(("NodeFile", key) for key in ("ask", "help", "why", "say")),
    *(
        ("FactFile", "ask"),
        ("FactFile", "help"),
        ("EvidenceFile", "ask"),
        ("ItemFile", "text"),
        ("BranchFile", "note"),
    ),
    *(("OutcomeFile", "say"), ("OutcomeFile", "note")),
    *(("ActionFile", "do"), ("ActionFile", "note"), ("FallbackFile", "do")),
}
# A name of a definition and nothing else.
PLAIN = {
    *(("NodeFile", "together"), ("ParameterFile", "by"), ("BookFile", "by"), ("ActionFile", "each")),
    *(("PeopleFile", "of"), ("PeopleFile", "facts")),
    *(("OutcomeFile", "revisit"), ("ActionFile", "within"), ("ActionFile", "every")),
    *(("FallbackFile", "after"), ("WaitFile", "for")),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """What is written instead of a stretch of a text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A renaming: what is called how from now on."""

    tree: str  # the id of the tree that it is in; empty for what trees share
    ids: Mapping[str, str] = field(default_factory=dict)  # nodes and outcomes
    names: Mapping[str, str] = field(default_factory=dict)  # as conditions write them
    keys: Mapping[str, str] = field(default_factory=dict)  # facts as the tree itself calls them
    tables: Mapping[Path, str] = field(
        default_factory=dict
    )  # tables of its file, by path, with their new names
    new_tree: str = ""  # the tree's new id


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the trees around a file."""

    calls: Mapping[str, Mapping[str, str]]  # for each tree, the trees that its nodes call
    facts: Mapping[str, Mapping[str, Fact]]  # for each tree, all facts by key
    known: Mapping[str, Collection[str]]  # for each tree, every name that its conditions may read


class Renamer:
    """The edits that a change makes in one file."""

    def __init__(self, change: Change, around: Around, document: Document, kind: str, tree: str = "") -> None:
        self.change = change
        self.around = around
        self.document = document
        self.kind = kind
        self.tree = tree  # the tree that the file is or belongs to
        self.own = bool(change.tree) and change.tree == tree
        shared = not change.tree
        # Whether what is renamed may be defined here.
        self.defines = kind in ("facts", "parameters") if shared else self.own and kind == "tree"
        shadowed = kind == "tree" and any(name in _own_names(document.data) for name in change.names)
        self.names = change.names if (self.own and kind == "tree") or (shared and not shadowed) else {}

    def edits(self) -> list[Edit]:
        """Every edit, by place."""
        model: type[BaseModel] = ROOTS[self.kind]
        out = list(self.tables())
        for leaf in leaves(model, self.document.data):
            out += self.leaf(leaf)
        out += self.settings() if model is SettingsFile else ()
        return sorted(dict.fromkeys(out), key=lambda edit: edit.span)

    # -------------------------------------------------------------- keys

    def tables(self) -> Iterator[Edit]:
        """Where a table, or a key that is a fact's name, is written."""
        wanted: dict[Path, str] = {}
        if self.defines:
            for path, new in self.change.tables.items():
                wanted |= _spellings(path[:-1], str(path[-1]), new)
        wanted |= self.keyed()
        if not wanted:
            return
        for path, span in names(statements(self.document.source.text)):
            if path in wanted:
                yield Edit(span, key_text(wanted[path]))

    def keyed(self) -> dict[Path, str]:
        """Tables whose keys are facts: what outcomes set, what cases state."""
        wanted: dict[Path, str] = {}
        places: list[tuple[Path, Callable[[str], str | None]]] = []
        if self.kind == "tree":
            keys = self.change.keys if self.own or not self.change.tree else {}
            for outcome in _table(self.document.data, "outcomes"):
                places += [(("outcomes", outcome, key), keys.get) for key in ("set", "compute")]
        if self.kind == "cases":
            cases = self.document.data.get("cases")
            for number in range(len(cases) if isinstance(cases, list) else 0):
                places += [(("cases", number, key), self.case_fact) for key in ("facts", "evidence")]
        for place, rename in places:
            for name in _flat(_at(self.document.data, place)):
                new = rename(name)
                if new is not None:
                    wanted |= _spellings(place, name, new)
        return wanted

    def settings(self) -> Iterator[Edit]:
        """Overrides of a tree's parameters, in the workspace's settings."""
        change = self.change
        home = change.tree or "shared"
        for path, span in names(statements(self.document.source.text)):
            if path == ("parameters", home) and change.new_tree:
                yield Edit(span, key_text(change.new_tree))
            elif len(path) == 3 and path[:2] == ("parameters", home):
                new = change.tables.get(("parameters", path[2]))
                if new is not None:
                    yield Edit(span, key_text(new))

    # -------------------------------------------------------------- values

    def leaf(self, leaf: Leaf) -> Iterator[Edit]:
        """The edits within one value."""
        home = leaf.home
        if self.kind == "cases":
            yield from self.case(leaf)
        elif home == ("ListSettings", "map"):
            every = {key: fact for facts in self.around.facts.values() for key, fact in facts.items()}
            yield from self.whole(leaf, lambda text: self.column(text, every))
        elif home == ("AllowFile", "at"):
            yield from self.whole(leaf, self.place)
        elif home in TARGETS:
            yield from self.whole(leaf, self.change.ids.get if self.own else lambda text: None)
        elif home == ("NodeFile", "tree"):
            change = self.change
            yield from self.whole(leaf, lambda text: (text == change.tree and change.new_tree) or None)
        elif home == ("TreeFile", "id"):
            yield from self.whole(leaf, lambda text: (self.own and self.change.new_tree) or None)
        elif home == ("BranchFile", "is"):
            called = self.around.calls.get(self.tree, {}).get(str(leaf.path[1]))
            if called is not None:
                yield from self.whole(leaf, lambda text: self.way(called, text))
        elif self.names:
            yield from self.read(leaf, home)

    def read(self, leaf: Leaf, home: tuple[str, str]) -> Iterator[Edit]:
        """Names in a condition, in words, or alone."""
        if home in PLAIN:
            yield from self.whole(leaf, self.names.get)
        elif home in WORDS:
            for path, text in leaf.texts():
                for slot in parse_words(text)[0].slots:
                    yield from self.name(path, slot.span, slot.name)
        elif home in CONDITIONS or leaf.read == "condition":
            for path, text in leaf.texts():
                try:
                    syntax = parsed_tests(text) if home == TESTS else parsed(text)
                except FeelError:
                    continue
                for name in _names(syntax):
                    yield from self.name(path, name.span, name.name)

    def name(self, path: Path, span: Span, written: str) -> Iterator[Edit]:
        """A name as a condition or words write it; what follows it are its properties."""
        known = self.around.known.get(self.tree, ())
        whole = written
        while whole and whole not in known and whole not in self.names:
            whole = whole.rpartition(".")[0]
        new = self.names.get(whole)
        place = self.document.inside(path, span)
        if new is not None and place is not None:
            yield Edit(place, new + written[len(whole) :])

    def whole(self, leaf: Leaf, rename: Callable[[str], str | None]) -> Iterator[Edit]:
        """Texts that are names as a whole."""
        for path, text in leaf.texts():
            new = rename(text)
            place = self.document.inside(path, Span(0, len(text))) if new is not None and text else None
            if new is not None and place is not None:
                yield Edit(place, new)

    def place(self, text: str) -> str | None:
        """A part of the file as a silenced finding names it."""
        if not self.defines:
            return None
        for path, new in self.change.tables.items():
            for name, other in ((key_text(str(path[-1])), key_text(new)), (str(path[-1]), new)):
                old = f"{path[0]}.{name}"
                if text == old or text.startswith(f"{old}."):
                    return f"{path[0]}.{other}{text[len(old) :]}"
        return None

    # -------------------------------------------------------------- cases

    def case(self, leaf: Leaf) -> Iterator[Edit]:
        """What a case states and expects, its facts' keys aside."""
        match leaf.key:
            case "unknown" | "none":
                yield from self.whole(leaf, self.case_fact)
            case "needs":
                yield from self.whole(leaf, self.case_fact)
            case "outcome" | "via":
                yield from self.whole(leaf, lambda text: self.way(self.tree, text))

    def case_fact(self, text: str) -> str | None:
        """A fact as a case of this tree names it."""
        return self.fact(text, self.around.facts.get(self.tree, {}), self.tree)

    def fact(self, text: str, facts: Mapping[str, Fact], tree: str = "") -> str | None:
        """A fact by its key, or by its last word: what it is called now; None where that stays."""
        found = find_fact(facts, text)
        new = self.key(found[0], tree) if found is not None else None
        if new is None or found is None:
            return None
        if text == found[0]:
            return new
        tail = new.replace("/", ".").rsplit(".", 1)[-1]
        return tail if tail != text else None

    def column(self, text: str, facts: Mapping[str, Fact]) -> str | None:
        """What a column is mapped to: a fact, or a fact's evidence."""
        if text in facts or not text.endswith(PROOF):
            return self.fact(text, facts)
        new = self.fact(text.removesuffix(PROOF), facts)
        return new + PROOF if new is not None else None

    def key(self, key: str, tree: str) -> str | None:
        """A fact's new key in the walks of a tree."""
        change = self.change
        owner, slash, own = key.rpartition("/")
        if change.new_tree:
            return f"{change.new_tree}/{own}" if slash and owner == change.tree else None
        if not change.tree:
            return change.keys.get(key)
        if slash:
            new = change.keys.get(own) if owner == change.tree else None
            return None if new is None else f"{owner}/{new}"
        return change.keys.get(key) if not tree or tree == change.tree else None

    def way(self, tree: str, text: str) -> str | None:
        """The ids of nodes and of what they call, from a tree down: `security/passed`."""
        out: list[str] = []
        here: str | None = tree
        for step in text.split("/"):
            out.append(self.change.ids.get(step, step) if here and here == self.change.tree else step)
            here = self.around.calls.get(here, {}).get(step) if here else None
        new = "/".join(out)
        return new if new != text else None


def key_text(name: str) -> str:
    """A name as a key of TOML."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with its edits made."""
    out, at = [], 0
    for edit in sorted(edits, key=lambda one: one.span):
        out += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*out, text[at:]])


def _spellings(place: Path, name: str, new: str) -> dict[Path, str]:
    """The paths by which a key may be written: whole, and with its first word as a table of its own."""
    out: dict[Path, str] = {(*place, name): new}
    scope, dot, rest = name.partition(".")
    if dot and new.startswith(f"{scope}."):
        out[(*place, scope, rest)] = new.removeprefix(f"{scope}.")
    return out


def _flat(table: Any) -> Iterator[str]:
    """The names of a table of facts, those in tables of their own included."""
    for name, item in table.items() if isinstance(table, dict) else ():
        yield name
        if isinstance(item, dict):
            yield from (f"{name}.{rest}" for rest in item)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _own_names(data: Mapping[str, Any]) -> set[str]:
    """The names that a tree's file defines itself, as conditions write them."""
    found = {name for section in ("facts", "parameters", "derived") for name in _table(data, section)}
    for name, node in _table(data, "nodes").items():
        if isinstance(node, dict) and "ask" in node:
            found.add(name.replace("-", "_"))
    return found


def _names(syntax: Expr | Tests) -> Iterator[Name]:
    waiting: list[Expr] = list(syntax.items) if isinstance(syntax, Tests) else [syntax]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name):
            yield one
        waiting += children(one)
