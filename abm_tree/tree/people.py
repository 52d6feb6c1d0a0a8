"""Group facts: `[people.*]` of a tree, which say what holds of an account's people together.

Promises: each is typed before any condition reads it; what its `as` needs is there, and nothing that it does
not use; none builds on what is worked out over people or lists. Refuses: to compute; that takes the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from abm_tree.feel import BOOLEAN
from abm_tree.source import did_you_mean
from abm_tree.tree.conditions import Names
from abm_tree.tree.context import Context
from abm_tree.tree.define import fact_type, spoken
from abm_tree.tree.model import PeopleFile
from abm_tree.tree.parts import Condition, Fact, GroupFact, Tree
from abm_tree.tree.reads import direct_reads
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import COMPUTED, PEOPLE

_TYPES = {
    "count": "integer",
    "collect": "list",
    "missing": "list",
    "any": "boolean",
    "all": "boolean",
    "contradicted": "list",
}
# Which keys each kind needs; `if` may stand with all others but `contradicted`.
_NEEDS = {
    "count": (),
    "collect": ("of",),
    "missing": ("of",),
    "any": ("if",),
    "all": ("if",),
    "contradicted": ("facts",),
}
_EXAMPLES = {
    "of": 'For example of = "stakeholder.role".',
    "if": 'For example if = "stakeholder.interest >= high".',
    "facts": 'For example facts = ["deal.budget", "deal.decision_on"].',
}


def define_group_fact(name: str, file: PeopleFile, names: Names) -> Fact:
    """The fact that conditions read as `people.NAME`; it has no question, so only people can tell it."""
    kind = _TYPES[file.as_]
    choices: Mapping[str, str] = {}
    found = names.defined.get(file.of or "")
    of = found if isinstance(found, Fact) and file.as_ in ("collect", "missing") else None
    if file.as_ == "contradicted":
        choices = {short(one): _title(names, one) for one in file.facts}
    elif of is not None:
        choices = of.choices
    # The values of an open fact are not all choices; those that nobody has always are.
    open_ = file.as_ == "collect" and (of is None or of.open or not of.choices)
    return Fact(
        name=f"{PEOPLE}.{name}",
        type=kind,
        feel=fact_type(kind, dict(choices), open_),
        scope=PEOPLE,
        own=True,
        title=file.title or spoken(name),
        choices=choices,
        open=open_,
        minimum=Decimal(0) if kind == "integer" else None,
        sensitive=file.as_ == "collect" and of is not None and of.sensitive,
    )


def short(name: str) -> str:
    """How a fact is named among those that are contradicted: by its last word, `budget` for `deal.budget`."""
    return name.rsplit(".", 1)[-1]


def _title(names: Names, name: str) -> str:
    found = names.defined.get(name)
    return found.title if isinstance(found, Fact) else name


def resolve_people(context: Context) -> dict[str, GroupFact]:
    """The group facts of a tree, by the name that they are read by."""
    found: dict[str, GroupFact] = {}
    for name, file in context.file.people.items():
        one = _resolve(context, name, file)
        if isinstance(context.names.get(one.name), Fact):
            found[one.name] = one
    return found


def _resolve(context: Context, name: str, file: PeopleFile) -> GroupFact:
    path: Path = (PEOPLE, name)
    if path not in context.broken:
        _keys(context, file, path)
    condition = context.condition(file.if_, (*path, "if"), BOOLEAN)
    if condition is not None:
        _plain(context, name, condition, (*path, "if"))
    of = ""
    if file.of is not None:
        found = context.fact(file.of, (*path, "of"))
        if found is not None and _own_kind(context, found, file.as_, (*path, "of")):
            of = found.name
    told = []
    for number, one in enumerate(file.facts):
        fact = context.fact(one, (*path, "facts", number))
        if fact is not None and _tellable(context, fact, (*path, "facts", number)):
            told.append(fact.name)
    _apart(context, told, (*path, "facts"))
    names = [*(condition.names if condition is not None else ()), *([of] if of else ()), *told]
    return GroupFact(
        name=f"{PEOPLE}.{name}",
        kind=file.as_,
        of=of,
        facts=tuple(dict.fromkeys(told)),
        condition=condition,
        reads=tuple(dict.fromkeys(names)),
    )


def _keys(context: Context, file: PeopleFile, path: Path) -> None:
    """What the kind needs, and what it does not use."""
    there = {"of": file.of is not None, "if": file.if_ is not None, "facts": bool(file.facts)}
    for key in _NEEDS[file.as_]:
        if not there[key]:
            context.findings.key(
                "missing-key", f"Group fact `{path[1]}` has no `{key}`.", path, _EXAMPLES[key]
            )
    for key, given in there.items():
        allowed = key in _NEEDS[file.as_] or (key == "if" and file.as_ != "contradicted")
        if given and not allowed:
            kinds = [f'"{kind}"' for kind, needs in _NEEDS.items() if key in needs]
            advice = f"It goes with {', '.join(kinds)}."
            context.findings.key(
                "people-kind",
                f'`{key}` means nothing with as = "{file.as_}".',
                (*path, key),
                "Everybody's word counts; leave it out." if key == "if" else advice,
            )


def _plain(context: Context, name: str, condition: Condition, path: Path) -> None:
    """Nothing here builds on what is worked out, also through derived facts, scores and parameters."""
    todo, seen = list(condition.names), set()
    while todo:
        one = todo.pop(0)
        found = context.names.get(one)
        if one in seen or found is None:
            continue
        seen.add(one)
        if isinstance(found, Fact) and found.scope in COMPUTED:
            what = "group fact" if found.scope == PEOPLE else "list fact"
            through = "" if one in condition.names else f" through `{condition.names[0]}`"
            context.findings.value(
                "people-in-people",
                f"Group fact `{name}` reads the {what} `{one}`{through}.",
                path,
                "Fold it over what is known of each person; combine it in a condition of a node.",
            )
            return
        todo += direct_reads(found)


def _apart(context: Context, told: list[str], path: Path) -> None:
    """Each fact is named by its last word where it is contradicted: no two by the same."""
    seen: dict[str, str] = {}
    for name in dict.fromkeys(told):
        other = seen.setdefault(short(name), name)
        if other != name:
            context.findings.value(
                "people-kind",
                f"`{other}` and `{name}` would both be `{short(name)}` among what is contradicted.",
                path,
                "Leave one of them to a group fact of its own.",
            )


def _own_kind(context: Context, found: Fact, kind: str, path: Path) -> bool:
    if found.scope != "stakeholder":
        context.findings.value(
            "people-kind",
            f"`{found.name}` is no fact of a person.",
            path,
            'Collect facts of the person: of = "stakeholder.role".',
        )
        return False
    if found.type not in ("choice", "text") or (kind == "missing" and not found.choices):
        what = f"has no choices to be {'missing' if kind == 'missing' else 'collected'}"
        if found.type == "list":
            what = "holds several values for each person, and only single ones are put together"
        context.findings.value(
            "people-kind", f"`{found.name}` {what}.", path, "Name a fact with choices, one for each person."
        )
        return False
    return True


def _tellable(context: Context, found: Fact, path: Path) -> bool:
    if found.scope not in ("account", "deal"):
        context.findings.value(
            "people-kind",
            f"`{found.name}` is no fact of the account or the deal, so nobody can contradict it.",
            path,
            did_you_mean(
                found.name, [one for one in context.names.defined if one.startswith(("account.", "deal."))]
            )
            or 'For example "deal.budget".',
        )
        return False
    return True


def group_facts(tree: Tree) -> dict[str, tuple[GroupFact, Tree, str]]:
    """Every group fact that a tree or a tree it calls reads, by the walk's key.

    Beside it the tree whose names it reads, and what marks that tree's own facts.
    """
    found: dict[str, tuple[GroupFact, Tree, str]] = {}
    todo: list[tuple[Tree, str]] = [(tree, "")]
    seen: set[str] = set()
    while todo:
        below, prefix = todo.pop()
        for name, one in below.people.items():
            found[prefix + name] = one, below, prefix
        for inner in below.subtrees.values():
            if inner.id not in seen:
                seen.add(inner.id)
                todo.append((inner, f"{inner.id}/"))
    return found
