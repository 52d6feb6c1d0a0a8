"""List facts: `[book.*]` of a tree, which say where a row stands among all rows of its list.

Promises: each is typed before any condition reads it; what its `as` needs is there, and nothing that it does
not use; limits of `abc` are constant shares; no list fact builds on another. Refuses: to compute; that takes
the list (`abm_tree.accounts.book_facts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from abm_tree.feel import BOOLEAN, NUMBER
from abm_tree.tree.canonical import LIMITS
from abm_tree.tree.context import Context
from abm_tree.tree.define import fact_type, spoken
from abm_tree.tree.model import BookFile
from abm_tree.tree.parts import Condition, Derived, Fact, ListFact, Tree
from abm_tree.tree.reads import direct_reads
from abm_tree.tree.scan import Path
from abm_tree.tree.scores import constant
from abm_tree.tree.terms import BOOK

CLASSES = ("A", "B", "C")
_TYPES = {
    "percentile": "percent",
    "cumulative-share": "percent",
    "rank": "integer",
    "count-alike": "integer",
    "count": "integer",
    "abc": "choice",
}
# Which keys each kind uses besides `where` and `title`; `of` and `by` are needed where they are used.
_USES = {
    "percentile": ("of",),
    "rank": ("of",),
    "cumulative-share": ("of",),
    "abc": ("of", *LIMITS),
    "count-alike": ("by",),
    "count": (),
}
_EXAMPLES = {
    "of": 'For example of = "account.annual_revenue".',
    "by": 'For example by = ["account.industry"].',
}


def define_list_fact(name: str, file: BookFile) -> Fact:
    """The fact that conditions read as `book.NAME`; it has no question, so only a list can tell it."""
    kind = _TYPES[file.as_]
    choices = {choice: choice for choice in CLASSES} if kind == "choice" else {}
    return Fact(
        name=f"{BOOK}.{name}",
        type=kind,
        feel=fact_type(kind, choices, False),
        scope=BOOK,
        own=True,
        title=file.title or spoken(name),
        choices=choices,
        minimum=None if choices else Decimal(0),
        maximum=Decimal(1) if kind == "percent" else None,
    )


def resolve_book(context: Context) -> dict[str, ListFact]:
    """The list facts of a tree, by the name that they are read by."""
    found: dict[str, ListFact] = {}
    for name, file in context.file.book.items():
        one = _resolve(context, name, file)
        if isinstance(context.names.get(one.name), Fact):
            found[one.name] = one
    return found


def _resolve(context: Context, name: str, file: BookFile) -> ListFact:
    path: Path = (BOOK, name)
    if path not in context.broken:
        _keys(context, file, path)
    parts: dict[str, Condition] = {}
    for key, expected in (("of", NUMBER), ("where", BOOLEAN)):
        condition = context.condition(getattr(file, key), (*path, key), expected)
        if condition is not None:
            parts[key] = condition
            _no_book(context, name, condition.names, (*path, key))
    by = []
    for number, fact in enumerate(file.by):
        place = (*path, "by", number)
        derived = isinstance(context.names.get(fact), Derived)
        if derived:
            context.reads((fact,))
        if (derived or context.fact(fact, place) is not None) and _no_book(context, name, (fact,), place):
            by.append(fact)
    limits, read = _limits(context, file, path) if file.as_ == "abc" else ({}, ())
    names = [*(name for one in parts.values() for name in one.names), *by, *read]
    return ListFact(
        name=f"{BOOK}.{name}",
        kind=file.as_,
        of=parts.get("of"),
        by=tuple(dict.fromkeys(by)),
        where=parts.get("where"),
        limits=limits,
        reads=tuple(dict.fromkeys(names)),
    )


def _keys(context: Context, file: BookFile, path: Path) -> None:
    """What the kind needs, and what it does not use."""
    used = _USES[file.as_]
    for key in ("of", "by"):
        if key in used and not getattr(file, key):
            context.findings.key(
                "missing-key", f"List fact `{path[1]}` has no `{key}`.", path, _EXAMPLES[key]
            )
    for key in ("of", "by", *LIMITS):
        if key not in used and key in file.model_fields_set:
            kinds = [f'"{kind}"' for kind, uses in _USES.items() if key in uses]
            context.findings.key(
                "book-kind",
                f'`{key}` means nothing with as = "{file.as_}".',
                (*path, key),
                "Write `where` to say which rows count."
                if (file.as_, key) == ("count", "of")
                else f"It goes with {', '.join(kinds)}.",
            )


def _no_book(context: Context, name: str, names: tuple[str, ...], path: Path) -> bool:
    """Whether nothing here builds on a list fact, also through derived facts, scores and parameters."""
    todo, seen = list(names), set()
    while todo:
        one = todo.pop(0)
        found = context.names.get(one)
        if one in seen or found is None:
            continue
        seen.add(one)
        if isinstance(found, Fact) and found.scope == BOOK:
            through = "" if one in names else f" through `{next(iter(names))}`"
            context.findings.value(
                "book-in-book",
                f"List fact `{name}` reads the list fact `{one}`{through}.",
                path,
                "Compute it from the list's own facts; combine list facts in a condition of a node.",
            )
            return False
        todo += direct_reads(found)
    return True


def _limits(context: Context, file: BookFile, path: Path) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    """The limits of A and B as they hold now, and the parameters that say them."""
    limits: dict[str, Decimal] = {}
    read: list[str] = []
    for key in LIMITS:
        raw, place = getattr(file, key), (*path, key)
        limits[key] = default = BookFile.model_fields[key].default
        text = raw if isinstance(raw, str) else format(raw, "f") if isinstance(raw, Decimal) else None
        if text is None:
            context.findings.value("wrong-type", f"`{key}` is to be a number or a parameter.", place)
            continue
        condition = context.condition(text, place, NUMBER)
        if condition is None or condition.expr is None:
            continue
        read += condition.names
        ends = constant(context, condition)
        if ends is None or ends[0] != ends[1]:
            context.findings.value(
                "book-limits",
                f"`{key}` is not one value for the whole list.",
                place,
                f"Write a number such as {default}, or a parameter without `by`.",
            )
        elif not 0 <= ends[0] <= 1:
            message = f"`{key}` is {ends[0]}; it is to be a share between 0 and 1."
            context.findings.value(
                "book-limits", message, place, f"Write {default} for {int(default * 100)} %."
            )
        else:
            limits[key] = ends[0]
    for lower, upper in (("share_a", "share_b"), ("rank_a", "rank_b")):
        if limits[lower] > limits[upper]:
            key = lower if lower in file.model_fields_set else upper
            context.findings.value(
                "book-limits",
                f"`{lower}` is {limits[lower]}, above `{upper}`, {limits[upper]}: B would lie inside A.",
                (*path, key),
                f"Let `{upper}` be the higher one.",
            )
    return limits, tuple(read)


def list_facts(tree: Tree) -> dict[str, tuple[ListFact, Tree, str]]:
    """Every list fact that a tree or a tree it calls reads, by the walk's key.

    Beside it the tree whose names it reads, and what marks that tree's own facts.
    """
    found: dict[str, tuple[ListFact, Tree, str]] = {}
    for below, prefix in _trees(tree):
        for name, one in below.book.items():
            found[prefix + name] = one, below, prefix
    return found


def _trees(tree: Tree) -> Iterator[tuple[Tree, str]]:
    yield tree, ""
    called: dict[str, Tree] = {}
    todo: list[Mapping[str, Tree]] = [tree.subtrees]
    while todo:
        for below in todo.pop().values():
            if below.id not in called:
                called[below.id] = below
                todo.append(below.subtrees)
    yield from ((below, f"{name}/") for name, below in called.items())
