"""A condition over facts, such as that of `--where`, as a plan with the outcome `in`.

Promises: it may read what the tree and the shared dictionary define, and looks at no column but those that it
reads; a mistake in it is a finding with its place. Refuses: to evaluate; the batch decides it as a tree.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from abm_tree import feel
from abm_tree.batch.plan import plan
from abm_tree.batch.selected import IN
from abm_tree.feel import BOOLEAN, DateTime, FeelError
from abm_tree.session.wish import Planned, Refused
from abm_tree.source import Diagnostic, Severity, sort
from abm_tree.tree.conditions import Names
from abm_tree.tree.parts import Branch, Condition, Fact, Node, Outcome, Tree
from abm_tree.tree.reads import fact_keys

OUT = "out"


def where(text: str, tree: Tree, shared: dict[str, Fact], as_of: DateTime) -> Planned:
    """The plan of a condition; `Refused` where it has mistakes."""
    names = Names({**shared, **tree.names})
    try:
        checked = feel.check(feel.parse(text), names, BOOLEAN)
    except FeelError as error:
        finding = Diagnostic(
            "condition-syntax", Severity.ERROR, error.message, "--where", error.span, error.help
        )
        raise Refused([finding]) from None
    if checked.problems:
        raise Refused(
            sort(
                Diagnostic(one.code, Severity.ERROR, one.message, "--where", one.span, one.help)
                for one in checked.problems
            )
        )
    read = tuple(dict.fromkeys((*checked.names, *checked.known_names)))
    condition = Condition(
        feel.show(checked.expr), feel.compile(cast(feel.Expr, checked.expr)), checked.type, read, checked.expr
    )
    branch = Branch(condition.text, IN, "if", condition=condition, names=read)
    node = Node("where", "where", branches=(branch,), otherwise=OUT, unknown=OUT)
    defined = {name: found for name, found in names.defined.items() if found is not None}
    facts = _facts(tree, shared)
    whole = replace(
        tree,
        id="where",
        start=node.id,
        names=defined,
        nodes={node.id: node},
        outcomes={name: Outcome(name, name) for name in (IN, OUT)},
        actions=(),
        subtrees={},
        facts=facts,
        book={},
        revision=f"{tree.revision}:where:{condition.text}",
    )
    # A cell in a column that the condition does not look at is no reason to keep a row.
    looked_at = fact_keys(whole, read)
    whole = replace(whole, facts={name: fact for name, fact in facts.items() if name in looked_at})
    return Planned(plan(whole, as_of), tree.subject, lambda: whole)


def _facts(tree: Tree, shared: dict[str, Fact]) -> dict[str, Fact]:
    own = {name: found for name, found in tree.names.items() if isinstance(found, Fact)}
    return {**shared, **own}
