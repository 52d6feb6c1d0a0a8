"""What a name in a tree stands for, and whether another may take its place.

Promises: a name that two things have is told with both; a new one that is taken, or is none, is told with a
better one. Refuses: to change anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from abm_tree.session.new import kebab_of
from abm_tree.source import Diagnostic, Severity, did_you_mean
from abm_tree.tree.define import CHOICE, KEBAB, KEYWORDS, SNAKE
from abm_tree.tree.document import Document
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Tree
from abm_tree.tree.renaming import Change
from abm_tree.tree.scan import Path as Keys
from abm_tree.tree.shelf import SHARED_NAME, Shelf
from abm_tree.tree.terms import COMPUTED, ROLE, SCOPES

# The sections of a tree's file whose tables have names, and what each is called.
SECTIONS = {
    "nodes": "node",
    "outcomes": "outcome",
    "facts": "fact",
    "parameters": "parameter",
    "derived": "derived fact",
    "scores": "score",
    "lists": "list",
    "book": "list fact",
    "people": "group fact",
}
# Shared facts that the program itself reads.
READ_HERE = frozenset(
    {
        "account.name",
        *(
            f"stakeholder.{name}"
            for name in ("name", "role", "influence", "interest", "attitude", "last_contact")
        ),
    }
)
READ_AS = {
    "scores": "score.",
    "lists": "lists.",
    "book": "book.",
    "people": "people.",
}  # before the name, in conditions


class Refused(Exception):
    """It is not renamed; `findings` say why."""

    def __init__(self, *findings: Diagnostic) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Named:
    """Something that has a name.

    `kind` is its section, or "tree", "choice", "shared fact", "shared parameter".
    """

    kind: str
    name: str
    fact: str = ""  # of a choice: its fact, as conditions write it
    asks: bool = False  # a node, or a choice's fact, that is a question in place
    shared: bool = False

    @property
    def words(self) -> str:
        """What it is, and its name."""
        kind = SECTIONS.get(self.kind, self.kind)
        return f"choice `{self.name}` of `{self.fact}`" if self.kind == "choice" else f"{kind} `{self.name}`"

    @property
    def spelt(self) -> str:
        """How it is named where a plain name is not enough."""
        return {"choice": f"{self.fact}.{self.name}", "tree": f"tree.{self.name}"}.get(
            self.kind, self.name if self.shared else f"{self.kind}.{self.name}"
        )

    @property
    def remembers(self) -> bool:
        """Whether its table says what it was called before."""
        return self.kind in ("nodes", "outcomes", "facts", "shared fact")

    def change(self, new: str, tree: str) -> Change:
        """What is called how from now on."""
        old = self.name
        match self.kind:
            case "tree":
                return Change(old, new_tree=new)
            case "shared fact":
                return Change("", names={old: new}, keys={old: new}, tables={("facts", old): new})
            case "shared parameter":
                return Change("", names={old: new}, tables={("parameters", old): new})
            case "nodes" | "outcomes":
                asked = {snake(old): snake(new)} if self.asks else {}
                return Change(tree, {old: new}, asked, asked, {(self.kind, old): new})
            case _:
                before = READ_AS.get(self.kind, "")
                keyed = self.kind in ("facts", "book", "people")  # cases state them
                keys = {before + old: before + new} if keyed else {}
                return Change(
                    tree, names={before + old: before + new}, keys=keys, tables={(self.kind, old): new}
                )

    def table_in(self, document: Document, kind: str, tree: str) -> Keys | None:
        """The path of its table in a file, if the file defines it."""
        match self.kind:
            case "tree" | "choice":
                return None
            case "shared fact":
                return _shared(document, self.name) if kind == "facts" else None
            case "shared parameter":
                path: Keys = ("parameters", self.name)
                return path if kind == "parameters" and path in document.places else None
            case section:
                path = (section, self.name)
                return path if kind == "tree" and tree == self.fact and path in document.places else None

    def fact_table(self, document: Document, kind: str, tree: str, home: str) -> Keys | None:
        """The path of the table of a choice's fact in a file, if the file defines it."""
        if self.shared:
            return _shared(document, self.fact) if kind == "facts" else None
        if kind != "tree" or tree != home:
            return None
        if not self.asks:
            return ("facts", self.fact)
        nodes = document.data.get("nodes", {})
        return next((("nodes", name) for name in nodes if snake(name) == self.fact), None)


def snake(name: str) -> str:
    """The fact's name of a question in place."""
    return name.replace("-", "_")


def find(tree: Tree, file: TreeFile, shelf: Shelf, old: str) -> Named:
    """What a name stands for; Refused where it stands for nothing, or for several things."""
    found = list(dict.fromkeys(_candidates(tree, file, shelf, old)))
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(f"the {one.words}" for one in found)
        advice = "Write " + " or ".join(f"`{one.spelt}`" for one in found) + "."
        raise Refused(refused(f"`{old}` can mean {names}.", old, advice))
    every = [*file.nodes, *file.outcomes, *file.facts, *file.parameters, *file.derived, *file.scores]
    every += [
        *file.lists,
        *file.book,
        *file.people,
        *(name for name in tree.names if name.partition(".")[0] in SCOPES),
    ]
    message = f"Tree `{tree.id}` has nothing that is called `{old}`."
    advice = did_you_mean(old, [*every, *(f"{fact}.{one}" for fact, one in _choices(tree))])
    raise Refused(refused(message, old, advice or f"abm-tree show {tree.id} shows what it has."))


def _candidates(tree: Tree, file: TreeFile, shelf: Shelf, old: str) -> Iterator[Named]:
    first, dot, rest = old.partition(".")
    section = {"score": "scores", "list": "lists", "node": "nodes", "outcome": "outcomes"}.get(first, first)
    if dot and section in SECTIONS:
        yield from _in(file, section, rest)
    if not dot:
        for name in SECTIONS:
            yield from _in(file, name, old)
        for node, one in file.nodes.items():
            if one.ask is not None and node != old and snake(node) == old:
                yield Named("nodes", node, file.id, asks=True)
        own = {*file.facts, *file.parameters, *file.derived, *file.scores}
        if old in shelf.definitions.parameters and old not in own:
            yield Named("shared parameter", old, shared=True)
    if old in (file.id, f"tree.{file.id}"):
        yield Named("tree", file.id)
    if old in shelf.definitions.facts:
        yield Named("shared fact", old, shared=True)
    fact, _, choice = old.rpartition(".")
    for name, choice_ in _choices(tree):
        if choice == choice_ and fact in (name, f"facts.{name}"):
            definition = tree.facts[name]
            asks = definition.own and name not in file.facts
            yield Named("choice", choice, name, asks, shared=not definition.own)


def _in(file: TreeFile, section: str, name: str) -> Iterator[Named]:
    table = getattr(file, section)
    if name in table:
        asks = section == "nodes" and file.nodes[name].ask is not None
        yield Named(section, name, file.id, asks)


def _choices(tree: Tree) -> Iterator[tuple[str, str]]:
    for name, fact in tree.facts.items():
        if "/" not in name and name != ROLE and fact.scope not in COMPUTED:
            yield from ((name, choice) for choice in fact.choices)


@dataclass(frozen=True, slots=True)
class Present:
    """What the workspace itself has: what only ships with abm-tree may be named anew."""

    facts: Collection[str]  # shared facts that it defines or reads
    trees: Collection[str]


def renamed_to(found: Named, new: str, tree: Tree, file: TreeFile, shelf: Shelf, present: Present) -> str:
    """The new name, without what may stand before it; Refused where it is none or is taken."""
    if found.kind == "shared fact" and found.name in READ_HERE:
        raise Refused(
            refused(f"`{found.name}` has a meaning for abm-tree itself; it keeps its name.", found.name)
        )
    for before in (found.spelt.removesuffix(found.name), READ_AS.get(found.kind, "")):
        if before and not found.shared:
            new = new.removeprefix(before)
    if found.kind == "choice" and found.shared:
        new = new.removeprefix(f"{found.fact}.")
    if new == found.name:
        raise Refused(refused(f"The {found.words} is called so already.", new))
    better = _better(found, new)
    if better is not None:
        raise Refused(
            Diagnostic(
                "bad-name", Severity.ERROR, f"`{new}` is no name for the {found.words}.", new, help=better
            )
        )
    taken = _taken(found, new, tree, file, shelf, present)
    if taken:
        raise Refused(refused(f"`{new}` is taken: {taken}.", new, "Choose another name."))
    return new


def _better(found: Named, new: str) -> str | None:
    """What to write instead of a name that is none; None where it is one."""
    match found.kind:
        case "nodes" | "outcomes" | "tree":
            good = KEBAB.match(new) is not None and not (found.asks and snake(new) in KEYWORDS)
            good = good and not (found.asks and not SNAKE.match(snake(new)))
            return None if good else f"Ids look like `{kebab_of(new)}`."
        case "choice":
            return None if CHOICE.match(new) else "Ids are words like `in-house`."
        case "shared fact":
            scope = found.name.partition(".")[0]
            if (
                SHARED_NAME.match(new)
                and new.partition(".")[0] == scope
                and not set(new.split(".")[1:]) & KEYWORDS
            ):
                return None
            return f"It stays a fact of the {scope}: `{scope}.{snake(kebab_of(new.rpartition('.')[2]))}`."
        case _:
            if SNAKE.match(new) and new not in KEYWORDS:
                return None
            better = snake(kebab_of(new))
            return f"Write `{better}`." if better not in KEYWORDS else "It has a meaning of its own."


def _taken(found: Named, new: str, tree: Tree, file: TreeFile, shelf: Shelf, present: Present) -> str:
    """Who has a name already; empty where nobody has."""
    own = {**dict.fromkeys(file.derived, "a derived fact"), **dict.fromkeys(file.scores, "a score")}
    own |= dict.fromkeys(file.parameters, "a parameter") | dict.fromkeys(file.facts, "a fact")
    own |= {
        snake(name): f"the question of node `{name}`"
        for name, one in file.nodes.items()
        if one.ask is not None
    }
    ids = dict.fromkeys(file.nodes, "a node") | dict.fromkeys(file.outcomes, "an outcome")
    match found.kind:
        case "nodes" | "outcomes":
            if found.asks and snake(new) != snake(found.name) and snake(new) in own:
                return f"its question would be `{snake(new)}`, which is {own[snake(new)]}"
            return ids.get(new, "")
        case "tree":
            return "another tree has this id" if new in present.trees else ""
        case "shared fact":
            return "a shared fact" if new in present.facts or new in READ_HERE else ""
        case "choice":
            return f"a choice of `{found.fact}`" if new in tree.facts[found.fact].choices else ""
        case "lists" | "book" | "people":
            return SECTIONS[found.kind] if new in getattr(file, found.kind) else ""
        case "shared parameter":
            if new in shelf.definitions.parameters:
                return "a shared parameter"
            drafts = [shelf.tree_draft(name) for name in shelf.tree_ids()]
            has = [one.model.id for one in drafts if one is not None and new in _own(one.model)]
            return f"tree `{has[0]}` has a name of its own that is `{new}`" if has else ""
        case _:
            if found.kind != "scores" and new in shelf.definitions.parameters:
                return "a shared parameter"
            return own.get(new, "")


def _own(file: TreeFile) -> set[str]:
    asked = {snake(name) for name, one in file.nodes.items() if one.ask is not None}
    return {*file.facts, *file.parameters, *file.derived, *file.scores, *asked}


def _shared(document: Document, name: str) -> Keys | None:
    """The path of a shared fact's table, with its dots in quotes or not."""
    scope, _, rest = name.partition(".")
    for path in (("facts", name), ("facts", scope, rest)):
        if path in document.places:
            return path
    return None


def refused(message: str, name: str, help: str = "") -> Diagnostic:
    """Why something is not renamed."""
    return Diagnostic("not-renamed", Severity.ERROR, message, name, help=help)


def not_here(found: Named) -> Diagnostic:
    """That something is defined in no file that may be changed."""
    words = f"{found.words[:1].upper()}{found.words[1:]}"
    message = f"{words} is defined in a file that ships with abm-tree."
    return refused(message, found.name, "Copy its definition into the workspace first.")
