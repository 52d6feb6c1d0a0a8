"""From a file's shape to a tree: names resolved, conditions typed, subtrees followed.

Promises: `load` reports everything that is wrong with a tree and the trees it calls, sorted by place, and
returns the tree as far as it could be understood. A tree with errors is never walked. Refuses: findings about
ways through the graph, which are `abm_tree.checks`'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from abm_tree.feel import ANY, Value
from abm_tree.source import Diagnostic, did_you_mean, has_errors, sort
from abm_tree.tree.canonical import canonical, digest, logic_of
from abm_tree.tree.conditions import MAX_CHAIN, Conditions, Names
from abm_tree.tree.context import Context, snake
from abm_tree.tree.define import (
    KEBAB,
    KEYWORDS,
    SNAKE,
    define_fact,
    define_parameter,
    file_value,
    fits,
    value_type,
)
from abm_tree.tree.dictionary import FactFile, ParameterFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.graph import Graph
from abm_tree.tree.model import TreeFile
from abm_tree.tree.nodes import final_outcomes, resolve_node
from abm_tree.tree.outcomes import resolve_action, resolve_outcome
from abm_tree.tree.parts import (
    Definition,
    Derived,
    Fact,
    Node,
    OpenList,
    Outcome,
    Parameter,
    Score,
    Setting,
    Tree,
    ways,
)
from abm_tree.tree.personas import Persona
from abm_tree.tree.reads import direct_reads, worded
from abm_tree.tree.scan import Path
from abm_tree.tree.scores import resolve_list, resolve_score
from abm_tree.tree.shape import Draft
from abm_tree.tree.terms import OWNERS

MAX_DEPTH = 20


@dataclass
class Definitions:
    """What trees share: facts, parameters, personas, settings, and each other."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    fact_files: Mapping[str, FactFile] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    parameter_files: Mapping[str, ParameterFile] = field(default_factory=dict)
    personas: Mapping[str, Persona] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    owners: tuple[str, ...] = OWNERS
    trees: Callable[[str], Draft[TreeFile] | None] = lambda name: None
    tree_ids: Callable[[], tuple[str, ...]] = lambda: ()
    replayed: bool = False
    loaded: dict[str, Tree] = field(default_factory=dict)


def load(draft: Draft[TreeFile], definitions: Definitions) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """A tree with its subtrees, and every finding about them."""
    found: list[Diagnostic] = []
    tree = _load(draft, definitions, (draft.model.id,), found)
    return tree, sort(found)


def _load(
    draft: Draft[TreeFile], definitions: Definitions, calls: tuple[str, ...], out: list[Diagnostic]
) -> Tree:
    file = draft.model
    findings = Findings(draft.document)
    if draft.closed:
        out += draft.findings
        return Tree(
            file.id, file.title, "", "", "", file.subject, None, "", {}, {}, {}, (), {}, source=draft.name
        )
    names = Names(_shared(definitions))
    context = Context(
        file,
        findings,
        names,
        Conditions(findings, names),
        definitions.personas,
        definitions.owners,
        draft.broken,
        definitions.replayed,
    )
    _ids(context)
    _own_names(context, definitions)
    subtrees = {
        name: subtree
        for name, node in file.nodes.items()
        if node.tree is not None
        and (subtree := _subtree(context, definitions, name, node.tree, calls, out)) is not None
    }
    _own_words(context)
    for name, score in file.scores.items():
        names.defined[f"score.{name}"] = resolve_score(context, name, score)
    for name, points in file.lists.items():
        names.defined[f"lists.{name}"] = resolve_list(context, name, points)
    for name in file.derived:
        names.get(name)
    _circles(context)
    nodes = {name: resolve_node(context, name, node, subtrees.get(name)) for name, node in file.nodes.items()}
    outcomes = {name: resolve_outcome(context, name, outcome) for name, outcome in file.outcomes.items()}
    actions = tuple(
        resolve_action(context, action, ("actions", number)) for number, action in enumerate(file.actions)
    )
    start = context.target(file.start, ("start",)) if file.start else ""
    out += draft.findings + findings.found
    names_used = _used(context, nodes)
    tree = Tree(
        id=file.id,
        title=file.title,
        purpose=file.purpose or "",
        version=file.version or "",
        about=file.about or "",
        subject=file.subject,
        roles=file.roles,
        start=start,
        names=names_used,
        nodes=nodes,
        outcomes=outcomes,
        actions=actions,
        subtrees=subtrees,
        facts=_facts(names_used, subtrees),
        graph=_graph(nodes, outcomes, start, subtrees),
        source=draft.name,
    )
    if has_errors(out):
        return tree
    form = canonical(context, definitions, tree)
    return replace(tree, canonical=form, revision=digest(form), logic=digest(logic_of(form)))


def _facts(names: Mapping[str, Definition], subtrees: Mapping[str, Tree]) -> dict[str, Fact]:
    """Every fact by the key that the walk of this tree gives it: a subtree's own facts carry its id."""
    facts = {name: found for name, found in names.items() if isinstance(found, Fact)}
    for subtree in subtrees.values():
        for key, fact in subtree.facts.items():
            facts[f"{subtree.id}/{key}" if fact.own and "/" not in key else key] = fact
    return facts


def _graph(
    nodes: Mapping[str, Node], outcomes: Mapping[str, Outcome], start: str, subtrees: Mapping[str, Tree]
) -> Graph:
    weights = {
        name: 1 + (subtree.graph.longest.get(subtree.start, 0) if not subtree.graph.circles else 0)
        for name, subtree in subtrees.items()
    }
    table = {name: list(ways(node)) for name, node in nodes.items()}
    ends = list(outcomes)
    for name, subtree in subtrees.items():
        if not nodes[name].branches:
            # The subtree's outcomes end this walk too.
            inner = [f"{name}/{end}" for end in final_outcomes(subtree)]
            table[name] += inner
            ends += inner
    return Graph(table, ends, start, weights)


def _shared(definitions: Definitions) -> dict[str, Definition]:
    settings: dict[str, Definition] = {}
    for name, raw in definitions.settings.items():
        value: Value = file_value(raw)
        settings[f"settings.{name}"] = Setting(f"settings.{name}", value, value_type(value))
    return {**definitions.facts, **definitions.parameters, **settings}


def _ids(context: Context) -> None:
    """Ids are kebab-case; nodes and outcomes share one name space; ways need a start."""
    file, findings = context.file, context.findings
    if not KEBAB.match(file.id) and file.id:
        findings.value("bad-name", f"`{file.id}` is no id.", ("id",), f"Write `{_kebab(file.id)}`.")
    for section, ids in (("nodes", file.nodes), ("outcomes", file.outcomes)):
        for name in ids:
            if not KEBAB.match(name):
                findings.key(
                    "bad-name", f"`{name}` is no id.", (section, name), f"Ids look like `{_kebab(name)}`."
                )
    for name in file.outcomes:
        if name in file.nodes:
            context.clash(
                "duplicate-id",
                f"`{name}` is a node and an outcome.",
                ("outcomes", name),
                ("nodes", name),
                "Rename one of the two.",
            )
    for section in ("book", "people"):
        if getattr(file, section):
            findings.key(
                "reserved",
                f"`[{section}]` comes with a later version of abm-tree.",
                (section,),
                "Leave it out for now.",
            )
    if not file.outcomes and not any(node.tree for node in file.nodes.values()):
        findings.key("no-outcomes", "The tree has no outcomes.", ("id",), "Add [outcomes.name] with a title.")


def _kebab(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "a-name"


def _own_names(context: Context, definitions: Definitions) -> None:
    """The tree's own facts, parameters, derived facts and scores: one name space."""
    file, findings, names = context.file, context.findings, context.names
    taken: dict[str, Path] = {}

    def claim(name: str, path: Path) -> bool:
        good = distinct(name, path)
        if not good or path in context.broken:
            # Of any type, so that whoever reads it is not told of the same mistake again.
            names.defined[name] = Setting(name, None, ANY)
        return good and path not in context.broken

    def distinct(name: str, path: Path) -> bool:
        if name in KEYWORDS:
            findings.key("bad-name", f"`{name}` has a meaning of its own.", path, "Choose another name.")
            return False
        if not SNAKE.match(name):
            better = "_".join(_kebab(name).split("-"))
            extra = (
                "Shared facts live in trees/facts.toml; a tree's own fact has a plain name."
                if "." in name
                else f"Names look like `{better}`."
            )
            findings.key("bad-name", f"`{name}` is no name for this.", path, extra)
            return False
        if name in taken:
            context.clash(
                "duplicate-id", f"`{name}` is there twice.", path, taken[name], "Rename one of the two."
            )
            return False
        taken[name] = path
        return True

    for name, fact in file.facts.items():
        if claim(name, ("facts", name)):
            names.defined[name] = define_fact(name, fact, findings, ("facts", name), own=True)
    for node, definition in file.nodes.items():
        if definition.ask is None:
            continue
        path: Path = ("nodes", node)
        if claim(snake(node), path):
            kind = definition.type or ("choice" if definition.choices else "text")
            names.defined[snake(node)] = define_fact(
                snake(node), definition, findings, path, own=True, kind=kind
            )
    overrides = definitions.overrides.get(file.id, {})
    for name, parameter in file.parameters.items():
        path = ("parameters", name)
        if claim(name, path):
            override = overrides.get(name)
            if override is not None and not fits(parameter, override):
                override = None  # told where it stands, in the workspace's settings
            names.defined[name] = define_parameter(name, parameter, findings, path, override)
    for name in file.derived:
        if claim(name, ("derived", name)):
            names.pending[name] = _derive(context, name)
    for name in file.scores:
        claim(name, ("scores", name))
        names.defined[f"score.{name}"] = Score(f"score.{name}", "", ())
    for name in file.lists:
        if not SNAKE.match(name):
            findings.key(
                "bad-name",
                f"`{name}` is no name for a list.",
                ("lists", name),
                "Names look like `open_points`.",
            )
        names.defined[f"lists.{name}"] = OpenList(f"lists.{name}", "", ())
    for name, definition_ in list(names.defined.items()):
        if isinstance(definition_, Parameter) and definition_.by is not None:
            _check_by(context, name, definition_)


def _own_words(context: Context) -> None:
    """The names that questions and helps of the tree's own facts show."""
    for name in context.file.facts:
        found = context.names.get(name)
        if isinstance(found, Fact):
            context.slots(found.ask, ("facts", name, "ask"))
            context.slots(found.help, ("facts", name, "help"))
    for node, definition in context.file.nodes.items():
        found = context.names.get(snake(node)) if definition.ask is not None else None
        if isinstance(found, Fact):
            context.slots(found.ask, ("nodes", node, "ask"))


def _derive(context: Context, name: str) -> Callable[[], Derived]:
    def make() -> Derived:
        file = context.file.derived[name]
        path: Path = ("derived", name)
        if ("derived", name, "value") in context.findings.document.places:
            path = ("derived", name, "value")
        condition = context.conditions.condition(file.value, path)
        context.reads(condition.names)
        return Derived(name, file.title or name.replace("_", " "), condition)

    return make


def _check_by(context: Context, name: str, parameter: Parameter) -> None:
    fact = context.names.get(parameter.by or "")
    path: Path = ("parameters", name, "by")
    if not isinstance(fact, Fact) or fact.type != "choice":
        if name in context.file.parameters:
            context.findings.value(
                "unknown-fact",
                f"`{parameter.by}` is no fact with choices.",
                path,
                did_you_mean(parameter.by or "", context.names.names()),
            )
        return
    for choice in parameter.values:
        if choice not in fact.choices and not fact.open and name in context.file.parameters:
            context.findings.key(
                "unknown-choice",
                f'`{fact.name}` has no choice "{choice}".',
                ("parameters", name, "value", choice),
                did_you_mean(choice, fact.choices),
            )


def _circles(context: Context) -> None:
    """Derived facts, scores and lists that read each other in a circle."""
    reads: dict[str, tuple[str, ...]] = {}
    for name, found in context.names.defined.items():
        if isinstance(found, Derived | Score | OpenList):
            reads[name] = direct_reads(found)
    graph = Graph(reads, (), "")
    if not graph.circles and max(graph.longest.values(), default=0) > MAX_CHAIN:
        deepest = max(graph.longest, key=lambda name: graph.longest[name])
        context.findings.key(
            "too-deep",
            f"Derived facts and scores build on each other more than {MAX_CHAIN} deep.",
            ("derived", deepest),
            "Write some of them out.",
        )
    for circle in graph.circles:
        first = circle[0]
        kind = type(context.names.defined[first])
        section = "derived" if kind is Derived else "scores" if kind is Score else "lists"
        context.findings.key(
            "circle",
            "These read each other in a circle: "
            + " -> ".join(f"`{name}`" for name in (*circle, first))
            + ".",
            (section, first.split(".")[-1]),
            "Break the circle.",
        )


def _subtree(
    context: Context,
    definitions: Definitions,
    node: str,
    name: str,
    calls: tuple[str, ...],
    out: list[Diagnostic],
) -> Tree | None:
    path: Path = ("nodes", node, "tree")
    if name in calls:
        circle = (*calls[calls.index(name) :], name)
        context.findings.value(
            "tree-circle",
            "A tree may not call itself: " + " -> ".join(f"`{tree}`" for tree in circle) + ".",
            path,
            "Break the circle.",
        )
        return None
    if len(calls) >= MAX_DEPTH:
        context.findings.value("too-deep", f"Trees call each other more than {MAX_DEPTH} deep.", path)
        return None
    if name in definitions.loaded:
        return definitions.loaded[name]
    draft = definitions.trees(name)
    if draft is None:
        known = definitions.tree_ids()
        context.findings.value(
            "unknown-tree",
            f"There is no tree `{name}`.",
            path,
            did_you_mean(name, known) or ("Trees: " + ", ".join(known[:12]) + "." if known else ""),
        )
        return None
    tree = _load(draft, definitions, (*calls, name), out)
    definitions.loaded[name] = tree
    return tree


def _used(context: Context, nodes: Mapping[str, Node]) -> dict[str, Definition]:
    """The definitions that the tree can read, directly or through others."""
    own = [name for name, found in context.names.defined.items() if isinstance(found, Fact) and found.own]
    todo = list(
        dict.fromkeys([*own, *context.read, *(name for node in nodes.values() for name in node.together)])
    )
    used: dict[str, Definition] = {}
    while todo:
        name = todo.pop(0)
        found = context.names.get(name)
        if name in used or found is None:
            continue
        used[name] = found
        todo += [*direct_reads(found), *worded(found)]
    return used
