"""The names that a tree defines itself: facts, parameters, derived facts, scores, lists; one name space.

Promises: a name means one thing; whatever is wrong with a definition is told once, and its readers are not
told again. Refuses: the shared dictionaries, which are read before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from abm_tree.feel import ANY
from abm_tree.source import did_you_mean
from abm_tree.tree.book import define_list_fact
from abm_tree.tree.conditions import MAX_CHAIN
from abm_tree.tree.context import Context, kebab, snake
from abm_tree.tree.define import KEBAB, KEYWORDS, SNAKE, define_fact, define_parameter, fits
from abm_tree.tree.graph import Graph
from abm_tree.tree.parts import Derived, Fact, OpenList, Parameter, Score, Setting
from abm_tree.tree.people import define_group_fact
from abm_tree.tree.reads import direct_reads
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import BOOK, COMPUTED, PEOPLE


def own_names(context: Context, overrides: Mapping[str, Any]) -> None:
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
            better = "_".join(kebab(name).split("-"))
            extra = (
                "Shared facts live in trees/facts.toml; a tree's own fact has a plain name."
                if "." in name
                else f"Names look like `{better}`."
            )
            findings.key("bad-name", f"`{name}` is no name for this.", path, extra)
            # Whoever reads it by the name that it should have is not told again.
            names.defined.setdefault(better, Setting(better, None, ANY))
            return False
        if name in taken:
            context.clash(
                "duplicate-id", f"`{name}` is there twice.", path, taken[name], "Rename one of the two."
            )
            return False
        taken[name] = path
        return True

    for section, name in context.lost:
        if section == "nodes":
            name = snake(name)
        if section in ("facts", "parameters", "derived", "nodes"):
            names.defined[name] = Setting(name, None, ANY)
        elif section in ("scores", "lists", *COMPUTED):
            prefix = "score" if section == "scores" else section
            names.defined[f"{prefix}.{name}"] = Setting(f"{prefix}.{name}", None, ANY)
    for name, fact in file.facts.items():
        if claim(name, ("facts", name)):
            names.defined[name] = define_fact(name, fact, findings, ("facts", name), own=True)
    for node, definition in file.nodes.items():
        if definition.ask is None:
            continue
        if not KEBAB.match(node):
            # An id that is none has been told of.
            names.defined.setdefault(snake(kebab(node)), Setting(snake(kebab(node)), None, ANY))
            continue
        path: Path = ("nodes", node)
        if claim(snake(node), path):
            kind = definition.type or ("choice" if definition.choices else "text")
            names.defined[snake(node)] = define_fact(
                snake(node), definition, findings, path, own=True, kind=kind
            )
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
    for scope, computed in ((BOOK, file.book), (PEOPLE, file.people)):
        for name in computed:
            path = (scope, name)
            good = SNAKE.match(name) is not None
            if not good:
                better = "_".join(kebab(name).split("-"))
                findings.key(
                    "bad-name", f"`{name}` is no name for this.", path, f"Names look like `{better}`."
                )
            if not good or path in context.broken:
                names.defined[f"{scope}.{name}"] = Setting(f"{scope}.{name}", None, ANY)
            elif scope == BOOK:
                names.defined[f"{scope}.{name}"] = define_list_fact(name, file.book[name])
            else:
                names.defined[f"{scope}.{name}"] = define_group_fact(name, file.people[name], names)
    for name, definition_ in list(names.defined.items()):
        if isinstance(definition_, Parameter) and definition_.by is not None:
            _check_by(context, name, definition_)


def own_words(context: Context) -> None:
    """The names that questions and helps of the tree's own facts show."""
    for name in context.file.facts:
        found = context.names.get(name)
        if isinstance(found, Fact):
            context.slots(found.ask, ("facts", name, "ask"))
            context.slots(found.help, ("facts", name, "help"))
            _proof(context, found, ("facts", name))
    for node, definition in context.file.nodes.items():
        found = context.names.get(snake(node)) if definition.ask is not None else None
        if isinstance(found, Fact):
            context.slots(found.ask, ("nodes", node, "ask"))
            _proof(context, found, ("nodes", node))


def _proof(context: Context, fact: Fact, path: Path) -> None:
    if fact.evidence is not None:
        context.slots(fact.evidence.ask, (*path, "evidence", "ask"))


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


def circles(context: Context) -> None:
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
