"""From a file's shape to a tree: names resolved, conditions typed, subtrees followed.

Promises: `load` reports everything that is wrong with a tree and the trees it calls, sorted by place, and
returns the tree as far as it could be understood. A tree with errors is never walked. Refuses: findings about
ways through the graph, which are `abm_tree.checks`'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from abm_tree.feel import Value
from abm_tree.source import Diagnostic, did_you_mean, has_errors, sort
from abm_tree.tree.book import resolve_book
from abm_tree.tree.canonical import canonical, digest, logic_of
from abm_tree.tree.conditions import Conditions, Names
from abm_tree.tree.context import Context, kebab
from abm_tree.tree.define import (
    KEBAB,
    file_value,
    value_type,
)
from abm_tree.tree.dictionary import FactFile, ParameterFile
from abm_tree.tree.each import of_one_person, says_each
from abm_tree.tree.findings import Findings
from abm_tree.tree.graph import Graph
from abm_tree.tree.model import TreeFile
from abm_tree.tree.nodes import final_outcomes, resolve_node
from abm_tree.tree.outcomes import resolve_action, resolve_outcome
from abm_tree.tree.own_names import circles, own_names, own_words
from abm_tree.tree.parts import (
    Definition,
    Fact,
    GroupFact,
    ListFact,
    Node,
    Outcome,
    Parameter,
    Setting,
    Tree,
    ways,
)
from abm_tree.tree.people import resolve_people
from abm_tree.tree.personas import Persona
from abm_tree.tree.reads import direct_reads, worded
from abm_tree.tree.scan import Path
from abm_tree.tree.scores import resolve_list, resolve_score
from abm_tree.tree.shape import Draft
from abm_tree.tree.terms import COMPUTED, OWNERS

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
    own_names(context, definitions.overrides.get(file.id, {}))
    walked = {
        name: subtree
        for name, node in file.nodes.items()
        if node.tree is not None
        and (subtree := _subtree(context, definitions, name, node.tree, calls, out)) is not None
    }
    each = {name: one for name, one in walked.items() if says_each(context, name, file.nodes[name])}
    subtrees = {name: one for name, one in walked.items() if name not in each}
    of_one_person(context, subtrees)
    own_words(context)
    for name, score in file.scores.items():
        names.defined[f"score.{name}"] = resolve_score(context, name, score)
    for name, points in file.lists.items():
        names.defined[f"lists.{name}"] = resolve_list(context, name, points)
    for name in file.derived:
        names.get(name)
    circles(context)
    book = resolve_book(context)
    people = resolve_people(context)
    nodes = {name: resolve_node(context, name, node, walked.get(name)) for name, node in file.nodes.items()}
    outcomes = {name: resolve_outcome(context, name, outcome) for name, outcome in file.outcomes.items()}
    actions = tuple(
        resolve_action(context, action, ("actions", number)) for number, action in enumerate(file.actions)
    )
    start = context.target(file.start, ("start",)) if file.start else ""
    # What a line that could not be read brings about further on is not told.
    out += draft.findings + [one for one in findings.found if not draft.document.harmed(one.span)]
    names_used = _used(context, nodes, {**book, **people})
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
        book={name: found for name, found in book.items() if name in names_used},
        people={name: found for name, found in people.items() if name in names_used},
        graph=_graph(nodes, outcomes, start, subtrees),
        each=each,
        former=tuple(file.renamed_from),
        chosen_on=tuple(file.chosen_on),
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
        findings.value("bad-name", f"`{file.id}` is no id.", ("id",), f"Write `{kebab(file.id)}`.")
    for section, ids in (("nodes", file.nodes), ("outcomes", file.outcomes)):
        for name in ids:
            if not KEBAB.match(name):
                findings.key(
                    "bad-name", f"`{name}` is no id.", (section, name), f"Ids look like `{kebab(name)}`."
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
    if not file.outcomes and not any(node.tree and not node.each for node in file.nodes.values()):
        findings.key("no-outcomes", "The tree has no outcomes.", ("id",), "Add [outcomes.name] with a title.")


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


def _used(
    context: Context, nodes: Mapping[str, Node], computed: Mapping[str, ListFact | GroupFact]
) -> dict[str, Definition]:
    """The definitions that the tree can read, directly or through others; computed ones only if it does."""
    own = [
        name
        for name, found in context.names.defined.items()
        if isinstance(found, Fact) and found.own and found.scope not in COMPUTED
    ]
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
        todo += [*direct_reads(found), *worded(found), *(computed[name].reads if name in computed else ())]
    return used
