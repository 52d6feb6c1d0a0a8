"""Generated trees and facts for the promises of DESIGN.md section 5.

Trees hold every kind of branch, scores, derived facts, lists, group facts, waits, subtrees, trees for every
person, and outcomes that set facts.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from abm_tree.checks import check
from abm_tree.feel import Date
from abm_tree.source import Source, has_errors
from abm_tree.tree.define import define_fact
from abm_tree.tree.dictionary import FactFile
from abm_tree.tree.document import Document
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.findings import Findings
from abm_tree.tree.load import Definitions, load
from abm_tree.tree.model import TreeFile
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.shape import Draft, shape

CHOICES = ("a", "b", "c")
NUMBERS = tuple(range(-3, 13))
PROOFS = ("", "as they say", "in their mail")
DAYS = tuple(f"2026-0{month}-1{day}" for month in (1, 2, 3) for day in (0, 5))

SHARED = {
    "account.size": {"type": "integer", "ask": "Size?"},
    "account.kind": {
        "type": "choice",
        "ask": "Kind?",
        "choices": {c: c.upper() for c in CHOICES},
        "evidence": {"needed_for": ["b"]},
    },
    "account.silent": {"type": "integer"},
    "account.tier": {"type": "choice", "choices": {c: c.upper() for c in CHOICES}},
    "account.mark": {"type": "integer"},
    "deal.seen_on": {"type": "date", "ask": "When?", "none": "Never"},
    "deal.hot": {"type": "boolean", "ask": "Hot?", "stale_after": "P40D", "evidence": "required"},
    "stakeholder.part": {"type": "choice", "choices": {c: c.upper() for c in CHOICES}},
    "stakeholder.weight": {"type": "integer", "ask": "Weight?"},
}
OWN = {
    "mood": {"type": "choice", "ask": "Mood?", "choices": {c: c.upper() for c in CHOICES}},
    "count_of": {
        "type": "integer",
        "ask": "Count?",
        "minimum": -3,
        "maximum": 12,
        "evidence": {"cap": 6, "ask": "Who counted?"},
    },
    "ready": {"type": "boolean", "ask": "Ready?"},
}
PEOPLE = {
    "many": {"as": "count", "if": "stakeholder.weight >= cut"},
    "parts": {"as": "collect", "of": "stakeholder.part"},
    "heavy": {"as": "any", "if": "stakeholder.weight > 3 and account.size > 0"},
    "apart": {"as": "contradicted", "facts": ["deal.hot", "account.kind"]},
}
READ_NUMBERS = ("account.size", "account.silent", "count_of", "ratio", "cut", "people.many")
READ_CHOICES = ("account.kind", "mood")
READ_FLAGS = ("deal.hot", "ready", "busy", "people.heavy")
READ_LISTS = {"people.parts": CHOICES, "people.apart": ("hot", "kind")}


# A tree that may be walked for every person.
PERSON = {
    "id": "person",
    "title": "person",
    "subject": "stakeholder",
    "start": "part",
    "facts": {"trust": {"type": "integer", "of": "stakeholder", "ask": "Trust?"}},
    "people": {"many": {"as": "count", "if": "stakeholder.weight >= 4"}},
    "nodes": {
        "part": {
            "decide": "stakeholder.part",
            "branches": [{"is": "a", "to": "size"}, {"is": "b", "to": "trust"}],
            "otherwise": "done",
            "unknown": "trust",
        },
        "size": {"branches": [{"if": "account.size > people.many", "to": "done"}], "otherwise": "write"},
        "trust": {
            "decide": "trust",
            "branches": [{"at_least": 3, "to": "write"}, {"below": True, "to": "done"}],
        },
    },
    "outcomes": {
        "done": {
            "title": "done",
            "set": {"account.tier": "a"},
            "actions": [{"do": "Go", "owner": "manager", "within": "P3D"}],
        },
        "write": {
            "title": "write",
            "actions": [
                {"do": "Write", "owner": "rep", "within": "P5D", "if": "stakeholder.weight > 2"},
                {"do": "Write", "owner": "rep", "due": "deal.seen_on"},
                {"do": "Write", "owner": "rep", "channel": "mail", "every": "P30D"},
                {"do": "See {account.size}", "owner": "rep", "within": "P9D", "note": "{trust}"},
            ],
        },
    },
}


def quoted(text: str) -> str:
    return f'"{text}"'


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> str:
    """A boolean FEEL expression over the pool of facts."""
    kind = draw(st.integers(0, 9 if depth else 5))
    if kind == 4 and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(READ_LISTS)))
        if draw(st.booleans()):
            return f"count({name}) > {draw(st.integers(0, 2))}"
        return f"list contains({name}, {quoted(draw(st.sampled_from(READ_LISTS[name])))})"
    if kind == 0:
        name, other = draw(st.sampled_from(READ_NUMBERS)), draw(st.sampled_from(READ_NUMBERS))
        return f"{name} {draw(st.sampled_from(['<', '<=', '>', '>=', '=', '!=']))} {other}"
    if kind in (1, 2):
        number = draw(st.sampled_from(NUMBERS))
        name = draw(st.sampled_from(READ_NUMBERS))
        return f"{name} {draw(st.sampled_from(['<', '<=', '>', '>=', '=']))} {number}"
    if kind == 3:
        return f"{draw(st.sampled_from(READ_CHOICES))} = {quoted(draw(st.sampled_from(CHOICES)))}"
    if kind == 4:
        return draw(st.sampled_from(READ_FLAGS))
    if kind == 5:
        return f"known({draw(st.sampled_from([*READ_NUMBERS, *READ_CHOICES, *READ_FLAGS, 'score.fit']))})"
    left, right = draw(conditions(depth - 1)), draw(conditions(depth - 1))
    if kind == 6:
        return f"not({left})"
    if kind == 7:
        return f"if {left} then {right} else {draw(conditions(depth - 1))}"
    return f"({left}) {'and' if kind == 8 else 'or'} ({right})"


@st.composite
def partitions(draw: st.DrawFn, targets: st.SearchStrategy[str]) -> list[dict[str, Any]]:
    """`when` branches over stretches of numbers that do not overlap; some stretches may be left out."""
    cuts = sorted(draw(st.sets(st.sampled_from(NUMBERS), min_size=1, max_size=3)))
    tests = [f"< {cuts[0]}"]
    tests += [f"[{low}..{high})" for low, high in pairwise(cuts)]
    tests += [f">= {cuts[-1]}"]
    kept = draw(st.lists(st.sampled_from(tests), min_size=1, unique=True))
    return [{"when": test, "to": draw(targets)} for test in kept]


@st.composite
def nodes(draw: st.DrawFn, targets: st.SearchStrategy[str], subtrees: dict[str, list[str]]) -> dict[str, Any]:
    """One node; its ways go to later places only."""
    kinds = ["choice", "when", "ladder", "score", "if", "if", "asks", "flag", "wait", "list", "each"]
    kind = draw(st.sampled_from(kinds + (["tree"] * 3 if subtrees else [])))
    node: dict[str, Any] = {}
    if kind == "each":
        return {"each": "stakeholder", "tree": "person", "to": draw(targets)}
    ways = lambda: draw(targets)  # noqa: E731 - short
    if draw(st.booleans()):
        node["unknown"] = ways()
    if kind == "choice":
        node["decide"] = draw(st.sampled_from(READ_CHOICES))
        node["branches"] = [{"is": ["b", "a"], "to": ways()}]
        node["otherwise"] = ways()
    elif kind == "when":
        node["decide"] = draw(st.sampled_from(READ_NUMBERS))
        node["branches"] = draw(partitions(targets))
        node["otherwise"] = ways()
    elif kind in ("ladder", "score"):
        node["decide"] = "score.fit" if kind == "score" else draw(st.sampled_from(READ_NUMBERS))
        steps = sorted(draw(st.sets(st.sampled_from(NUMBERS), min_size=1, max_size=3)), reverse=True)
        node["branches"] = [{"at_least": step, "to": ways()} for step in steps]
        node["branches"].append({"below": True, "to": ways()})
    elif kind == "if":
        count = draw(st.integers(1, 3))
        node["branches"] = [
            {"if": draw(conditions()), "to": ways(), "note": "n {mood}"} for _ in range(count)
        ]
        node["otherwise"] = ways()
    elif kind == "asks":
        node |= {"ask": "Well?", "choices": {"yes": "Yes", "no": "No"}}
        node["branches"] = [{"is": "yes", "to": ways()}, {"is": "no", "to": ways()}]
    elif kind == "flag":
        node["decide"] = draw(st.sampled_from(READ_FLAGS))
        node["branches"] = [{"is": True, "to": ways()}, {"is": False, "to": ways()}]
    elif kind == "wait":
        node["wait"] = {
            "after": "deal.seen_on",
            "for": draw(st.sampled_from(["PT36H", "P20D", "5 workdays"])),
        }
        node["decide"] = "mood"
        node["branches"] = [{"is": "a", "to": ways()}]
        node["otherwise"] = ways()
    elif kind == "list":
        node["branches"] = [{"if": f"count(lists.open_points) > {draw(st.integers(0, 2))}", "to": ways()}]
        node["otherwise"] = ways()
    else:
        name = draw(st.sampled_from(sorted(subtrees)))
        node["tree"] = name
        if draw(st.booleans()):
            node["branches"] = [{"is": end, "to": ways()} for end in subtrees[name]]
        elif "unknown" not in node:
            pass
    return node


@st.composite
def tree_data(draw: st.DrawFn, name: str, subtrees: dict[str, list[str]]) -> dict[str, Any]:
    """A tree file's values."""
    count = draw(st.integers(3, 8))
    ends = [f"end-{number}" for number in range(draw(st.integers(1, 3)))]
    named = [f"node-{number}" for number in range(count)]
    table: dict[str, Any] = {}
    for number, node in enumerate(named):
        # The next node is the likeliest way, so that most nodes are reached.
        later = [*(named[number + 1 : number + 2] * 5), *named[number + 1 :], *ends]
        table[node] = draw(nodes(st.sampled_from(later), subtrees))
    outcomes: dict[str, Any] = {}
    for end in ends:
        outcomes[end] = {"title": end, "verdict": end, "revisit": draw(st.sampled_from(["P9D", "P30D"]))}
        if draw(st.integers(0, 3)) == 0:
            outcomes[end]["set"] = {"account.tier": draw(st.sampled_from(CHOICES))}
        if draw(st.integers(0, 3)) == 0:
            outcomes[end]["compute"] = {"account.mark": "account.size + 1"}
        outcomes[end]["actions"] = [
            {"do": "Do {item}", "each": "lists.open_points", "owner": "rep", "within": "2 workdays"},
            {
                "do": "See {account.size}",
                "owner": "rep",
                "if": draw(conditions(1)),
                "due": 'today() + duration("P3D")',
            },
        ]
    unscored = conditions(1).filter(lambda text: "score" not in text)
    rules = [
        {"add": draw(st.sampled_from([-4, 3, 5])), "if": draw(unscored)},
        {"of": "mood", "is": {"a": 4, "b": draw(st.sampled_from([-2, 1]))}},
        {"add": "count_of", "max": 8},
        {"add": "weight", "if": draw(unscored)},
    ]
    return {
        "id": name,
        "title": name,
        "start": named[0],
        "facts": OWN,
        "people": PEOPLE,
        "parameters": {
            "cut": {"value": 4, "unit": "x", "kind": "judgement", "source": "made up"},
            "weight": {"value": {"a": 3, "b": -1, "c": 0}, "by": "account.kind"},
        },
        "derived": {
            "ratio": "account.size / count_of",
            "busy": draw(unscored.filter(lambda text: "busy" not in text)),
        },
        "scores": {
            "fit": {
                "points": draw(st.lists(st.sampled_from(rules), min_size=1, max_size=4, unique_by=str)),
                "complete": draw(st.sampled_from([False, False, True])),
            }
        },
        "lists": {
            "open_points": {
                "items": [
                    {"if": "not(known(mood))", "text": "the mood"},
                    {"if": draw(conditions(1)), "text": "point of {account.kind}"},
                ]
            }
        },
        "nodes": table,
        "outcomes": outcomes,
        "actions": [{"if": "ready", "do": "Go", "owner": "manager", "within": "P1D"}],
    }


def _empty() -> Document:
    return Document(Source("generated", ""), {})


def shared_facts() -> tuple[dict[str, Fact], dict[str, FactFile]]:
    files = {name: FactFile.model_validate(one) for name, one in SHARED.items()}
    report = Findings(_empty())
    return {name: define_fact(name, one, report, (), own=False) for name, one in files.items()}, files


def load_data(data: dict[str, Any], others: dict[str, dict[str, Any]]) -> tuple[Tree, list[Any]]:
    """A tree loaded from values, with its findings."""

    def draft(one: dict[str, Any]) -> Draft[TreeFile]:
        return shape(Document(Source(one["id"], ""), one), TreeFile, [], {})

    facts, files = shared_facts()
    definitions = Definitions(
        facts=facts,
        fact_files=files,
        trees=lambda name: draft(others[name]) if name in others else None,
    )
    tree, found = load(draft(data), definitions)
    return tree, [*found, *check(tree, found)]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A loaded tree without errors, with up to two trees below it, one of which may call the other.

    Each of them may walk a tree for every person.
    """
    others: dict[str, dict[str, Any]] = {"person": PERSON}
    ends: dict[str, list[str]] = {}
    for name in ("inner", "outer")[: draw(st.integers(0, 2))]:
        others[name] = data = draw(tree_data(name, dict(ends)))
        tree, _ = load_data(data, others)

        ends[name] = list(final_outcomes(tree))
    data = draw(tree_data("main", ends))
    tree, findings = load_data(data, others)
    wrong = [finding for finding in findings if finding.code not in ("orphan", "set-after-read", "set-twice")]
    assert not has_errors(wrong), wrong
    # Left-over nodes are an author's mistake, but they change nothing about a walk.
    assume(not has_errors(f for f in findings if f.code in ("set-after-read", "set-twice")))
    if not tree.revision:
        assume(False)
    return tree


def value_of(fact: Fact) -> st.SearchStrategy[Any]:
    """A value that a fact can have, null among them where it has a word for it."""
    match fact.type:
        case "choice":
            found: st.SearchStrategy[Any] = st.sampled_from(tuple(fact.choices))
        case "boolean":
            found = st.booleans()
        case "date":
            found = st.sampled_from(DAYS).map(lambda text: Date(*(int(part) for part in text.split("-"))))
        case "list":
            found = st.sets(st.sampled_from(tuple(fact.choices))).map(lambda some: tuple(sorted(some)))
        case _:
            low = fact.minimum if isinstance(fact.minimum, Decimal) else NUMBERS[0]
            found = st.sampled_from([number for number in NUMBERS if number >= low]).map(Decimal)
    return found | st.none() if fact.none is not None else found


@st.composite
def states(draw: st.DrawFn, fact: Fact, *, missing: bool = True) -> Known | Unknown | None:
    """A fact's state: known (now and then dated, or proven), unknown, or missing."""
    kind = draw(st.integers(0, 4 if missing else 3))
    if kind == 4:
        return None
    if kind == 3:
        return Unknown()
    dated = draw(st.sampled_from([None, None, None, *DAYS]))
    return Known(draw(value_of(fact)), "given", day(dated), draw(st.sampled_from(PROOFS)))


def day(text: str | None) -> Date | None:
    return None if text is None else Date(*(int(part) for part in text.split("-")))


@st.composite
def facts_for(draw: st.DrawFn, tree: Tree) -> dict[str, Known | Unknown]:
    """Facts for a tree, some of them missing."""
    found = {key: draw(states(fact)) for key, fact in tree.facts.items()}
    return {key: state for key, state in found.items() if state is not None}
