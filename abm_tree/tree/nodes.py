"""Nodes and their branches: every target found, every test typed, the kinds of branches kept apart.

Promises: a node decides over one value (branches `is`, `when`, or a ladder of `at_least`), over a subtree's
outcomes, or by whole conditions (`if`); mixtures are reported. Refuses: overlaps and gaps, which are checks.
"""

from __future__ import annotations

from decimal import Decimal

from abm_tree.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NUMBER,
    TEXT,
    Choice,
    ListOf,
    Type,
    Value,
    from_python,
    literal,
)
from abm_tree.feel.syntax import Tests
from abm_tree.source import did_you_mean, nearest
from abm_tree.tree.conditions import never
from abm_tree.tree.context import Context, snake
from abm_tree.tree.cuts import cut_points
from abm_tree.tree.define import SNAKE, spoken
from abm_tree.tree.each import resolve_each, says_each
from abm_tree.tree.model import BranchFile, NodeFile
from abm_tree.tree.parts import Branch, Condition, Node, Tree, Wait
from abm_tree.tree.scan import Path


def resolve_node(context: Context, name: str, file: NodeFile, subtree: Tree | None) -> Node:
    """A node with everything in it resolved; `subtree` is the tree that it walks."""
    path: Path = ("nodes", name)
    findings = context.findings
    if says_each(context, name, file):
        return resolve_each(context, name, file, subtree)
    if file.to is not None:
        findings.key(
            "node-kind",
            f"Node `{name}` has `to`, which goes with `each`.",
            (*path, "to"),
            "Say where it goes in its branches, or in `otherwise`.",
        )
    decide = _subject(context, name, file, path)
    branches: list[Branch] = []
    if file.tree is not None:
        branches = _outcome_branches(context, file, path, subtree)
    elif decide is not None:
        branches = [
            _branch(context, branch, decide, (*path, "branches", n)) for n, branch in enumerate(file.branches)
        ]
        _ladder(context, file, path)
    else:
        branches = [
            _if_branch(context, branch, (*path, "branches", n)) for n, branch in enumerate(file.branches)
        ]
    told = ("nodes", name) in context.lost  # its own section could not be read
    if not file.branches and file.tree is None and file.otherwise is None and not file.to and not told:
        findings.key(
            "no-branches", f"Node `{name}` leads nowhere: it has no branches.", path, "Add branches = [...]."
        )
    return Node(
        id=name,
        title=context.title(file.title or spoken(name), (*path, "title")),
        decide=decide,
        branches=tuple(branches),
        otherwise=None if file.otherwise is None else context.target(file.otherwise, (*path, "otherwise")),
        unknown=None if file.unknown is None else context.target(file.unknown, (*path, "unknown")),
        tree=file.tree,
        wait=_wait(context, file, path),
        together=tuple(
            fact
            for number, fact in enumerate(file.together)
            if context.fact(fact, (*path, "together", number)) is not None
        ),
        why=context.words(file.why, (*path, "why")),
        help=context.words(file.help, (*path, "help")),
        say=context.by_role(file.say, (*path, "say"), lend=True),
        objection=context.objection(file.objection, (*path, "objection")),
        span=findings.document.key(path),
        otherwise_span=findings.document.value((*path, "otherwise")) if file.otherwise else None,
        unknown_span=findings.document.value((*path, "unknown")) if file.unknown else None,
        tree_span=findings.document.value((*path, "tree")) if file.tree else None,
    )


def _subject(context: Context, name: str, file: NodeFile, path: Path) -> Condition | None:
    """What the node decides over, and a finding where it says so twice."""
    given = [key for key in ("decide", "ask", "tree") if getattr(file, key) is not None]
    if len(given) > 1:
        context.findings.key(
            "node-kind",
            f"Node `{name}` has `{given[0]}` and `{given[1]}`; it can do only one of them.",
            (*path, given[1]),
            "Split it into two nodes.",
        )
    if file.ask is not None:
        # A node whose id is none has been told of; its question has no name to decide over.
        return context.condition(snake(name), (*path, "ask")) if SNAKE.match(snake(name)) else never(name)
    if file.type is not None or file.choices:
        context.findings.key(
            "node-kind",
            f"Node `{name}` has `{'type' if file.type else 'choices'}` but asks nothing.",
            (*path, "type" if file.type else "choices"),
            'Add ask = "...", or define the fact under [facts].',
        )
    return context.condition(file.decide, (*path, "decide"))


def _wait(context: Context, file: NodeFile, path: Path) -> Wait | None:
    if file.wait is None:
        return None
    if file.tree is not None:
        context.findings.key(
            "node-kind",
            f"A node that calls tree `{file.tree}` cannot wait as well.",
            (*path, "wait"),
            "Put the wait into a node of its own before it.",
        )
    after = context.condition(file.wait.after, (*path, "wait", "after"))
    period = context.period(file.wait.for_, (*path, "wait", "for"))
    if after is None or period is None:
        return None
    if after.type not in (DATE, DATE_TIME, ANY):
        context.findings.value(
            "type-mismatch", f"`{after.text}` is no date; a wait begins at a date.", (*path, "wait", "after")
        )
    return Wait(after, period)


def _outcome_branches(context: Context, file: NodeFile, path: Path, subtree: Tree | None) -> list[Branch]:
    out: list[Branch] = []
    ends = final_outcomes(subtree) if subtree is not None else None
    for number, branch in enumerate(file.branches):
        here = (*path, "branches", number)
        if branch.is_ is None:
            context.findings.key(
                "branch-kind",
                f"A branch after tree `{file.tree}` names the outcomes it takes.",
                here,
                'Write { is = "outcome-id", to = "..." }.',
            )
            continue
        for index, value in enumerate(branch.is_):
            if ends is not None and value not in ends:
                context.findings.value(
                    "unknown-outcome",
                    f"Tree `{file.tree}` has no outcome `{value}`.",
                    (*here, "is", index),
                    did_you_mean(str(value), ends) or "Its outcomes: " + ", ".join(ends) + ".",
                )
        out.append(_made(context, branch, here, "outcome", "is " + ", ".join(sorted(map(str, branch.is_)))))
    if ends is not None and file.branches and file.otherwise is None:
        taken = {str(value) for branch in file.branches for value in branch.is_ or ()}
        open_ends = [end for end in ends if end not in taken]
        if open_ends:
            context.findings.key(
                "outcome-not-handled",
                f"Tree `{file.tree}` can end in "
                + " or ".join(f"`{end}`" for end in open_ends)
                + ", which no branch takes.",
                (*path, "tree"),
                "Add a branch or `otherwise`.",
            )
    return out


def final_outcomes(tree: Tree) -> tuple[str, ...]:
    """The outcome ids in which a tree can end, those of trees that end it included."""
    ends = list(tree.outcomes)
    for name, node in tree.nodes.items():
        if node.tree is not None and not node.branches and name in tree.subtrees:
            ends += [f"{name}/{end}" for end in final_outcomes(tree.subtrees[name])]
    return tuple(ends)


def _branch(context: Context, file: BranchFile, decide: Condition, path: Path) -> Branch:
    kinds = [key for key in ("is_", "when", "if_", "at_least", "below") if getattr(file, key) is not None]
    if len(kinds) != 1 or kinds == ["if_"]:
        found = " and ".join(f"`{kind.rstrip('_')}`" for kind in kinds) or "no test"
        context.findings.key(
            "branch-kind",
            f"This branch has {found}; after `{decide.text}` it takes one of "
            "`is`, `when`, `at_least`, `below`.",
            path,
            "A whole condition (`if`) stands in a node without `decide`." if "if_" in kinds else "",
        )
        return _made(context, file, path, "if", "?", condition=context.condition("false", path))
    match kinds[0]:
        case "is_":
            if not file.is_:
                context.findings.value(
                    "branch-kind", "This branch takes no value.", (*path, "is"), "Name one."
                )
            values = tuple(
                _is_value(context, value, decide.type, (*path, "is", number), decide.text)
                for number, value in enumerate(file.is_ or [])
            )
            shown = ", ".join(sorted(_shown(value) for value in values))
            return _made(context, file, path, "is", f"is {shown}", values=values)
        case "when":
            place = (*path, "when")
            text, run, names, syntax = context.conditions.tests(
                file.when or "", place, decide.type, decide.text
            )
            context.reads(names)
            return _made(context, file, path, "when", text, tests=run, names=names, syntax=syntax)
        case "at_least":
            place = (*path, "at_least")
            raw = file.at_least
            text = raw if isinstance(raw, str) else literal(from_python(raw))
            expected = decide.type if decide.type in (NUMBER, DATE) else None
            condition = context.conditions.condition(text, place, expected)
            context.reads(condition.names)
            shown = f">= {condition.text}"
            return _made(context, file, path, "at_least", shown, condition=condition, names=condition.names)
        case _:
            return _made(context, file, path, "below", "below")


def _if_branch(context: Context, file: BranchFile, path: Path) -> Branch:
    kinds = [key for key in ("is_", "when", "at_least", "below") if getattr(file, key) is not None]
    if kinds or file.if_ is None:
        key = kinds[0].rstrip("_") if kinds else "if"
        context.findings.key(
            "branch-kind",
            f"This branch has `{key}`, but its node has nothing to compare."
            if kinds
            else "This branch has no test.",
            (*path, key),
            'Give the node decide = "..." or the branch if = "...".',
        )
        return _made(context, file, path, "if", "?", condition=context.condition("false", path))
    condition = context.conditions.condition(file.if_, (*path, "if"), BOOLEAN)
    context.reads(condition.names)
    return _made(context, file, path, "if", condition.text, condition=condition, names=condition.names)


def _made(
    context: Context,
    file: BranchFile,
    path: Path,
    kind: str,
    test: str,
    *,
    values: tuple[Value, ...] = (),
    tests: object = None,
    condition: Condition | None = None,
    names: tuple[str, ...] = (),
    syntax: object = None,
) -> Branch:
    document = context.findings.document
    key = {"at_least": "at_least", "below": "below", "when": "when", "if": "if"}.get(kind, "is")
    if kind == "outcome":
        values = tuple(str(value) for value in file.is_ or ())
    return Branch(
        test=test,
        to=context.target(file.to, (*path, "to")),
        kind=kind,
        values=values,
        tests=tests,  # type: ignore[arg-type]
        condition=condition,
        names=names,
        note=context.words(file.note, (*path, "note")),
        span=document.value(path),
        test_span=document.value((*path, key)),
        to_span=document.value((*path, "to")),
        syntax=syntax,
        cuts=cut_points(syntax) if isinstance(syntax, Tests) else None,
    )


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else literal(value)


def _is_value(context: Context, raw: object, kind: Type, path: Path, subject: str) -> Value:
    """A value of an `is` branch, held against the type of what is decided."""
    value = from_python(raw)
    findings = context.findings
    advice = ""
    match kind, value:
        case Choice() as choice, str():
            if value in choice.ids or choice.open:
                return value
            definition = context.names.get(subject)
            labels = getattr(definition, "choices", {})
            meant = next((one for one, label in labels.items() if label.casefold() == value.casefold()), None)
            meant = meant or nearest(value, choice.ids)
            findings.value(
                "unknown-choice",
                f'`{subject}` has no choice "{value}".',
                path,
                f'Did you mean "{meant}"?' if meant else "Choices: " + ", ".join(choice.ids) + ".",
            )
            return meant or value
        case _ if kind == ANY or value is None:
            return value
        case _ if kind == TEXT and isinstance(value, str):
            return value
        case _ if kind == BOOLEAN and isinstance(value, bool):
            return value
        case _ if kind == NUMBER and isinstance(value, Decimal):
            return value
        case _ if kind == DATE and type(value).__name__ == "Date":
            return value
    if kind == BOOLEAN:
        advice = "Write is = true or is = false, without quotes."
    elif kind == NUMBER:
        advice = 'Write when = "..." with a comparison or a range, like when = ">= 50".'
    elif isinstance(kind, ListOf):
        advice = "For a list write when = 'list contains(?, \"...\")'."
    findings.value("type-mismatch", f"`{subject}` is {_a(kind)}; this is {_described(value)}.", path, advice)
    return value


def _ladder(context: Context, file: NodeFile, path: Path) -> None:
    """A ladder stands alone and is closed by `below = true`."""
    steps = [
        n for n, branch in enumerate(file.branches) if branch.at_least is not None or branch.below is not None
    ]
    if not steps:
        return
    others = [n for n, branch in enumerate(file.branches) if branch.at_least is None and branch.below is None]
    if others:
        context.findings.key(
            "branch-kind",
            "A ladder (`at_least`, `below`) cannot be mixed with `is` or `when`.",
            (*path, "branches", others[0]),
            "Split the node in two.",
        )
    below = [n for n, branch in enumerate(file.branches) if branch.below is not None]
    if not below:
        if file.otherwise is None:
            context.findings.key(
                "ladder-open",
                "This ladder does not say where lower values go.",
                (*path, "branches", steps[-1]),
                'Close it with { below = true, to = "..." }.',
            )
    elif below != [len(file.branches) - 1] or file.branches[below[0]].below is not True:
        context.findings.value(
            "ladder-open",
            "`below = true` is the last step of a ladder.",
            (*path, "branches", below[0], "below"),
        )


def _a(kind: Type) -> str:
    named: dict[Type, str] = {
        NUMBER: "a number",
        TEXT: "a text",
        BOOLEAN: "yes or no (true or false)",
        DATE: "a date",
    }
    if isinstance(kind, ListOf):
        return "a list"
    return named.get(kind, "a choice" if isinstance(kind, Choice) else "of another type")


def _described(value: Value) -> str:
    return f'the text "{value}"' if isinstance(value, str) else literal(value)
