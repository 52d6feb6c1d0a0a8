"""Trees whose nodes look at one fact each, of any size; some of their nodes are shared."""

from __future__ import annotations

import random
from typing import Any

from generated import load_data

from abm_tree.tree.parts import Tree

CHOICES = ("red", "green", "blue", "grey")


def plain_tree(dice: random.Random, count: int, *, facts: int = 10, holes: float = 0.15) -> Tree:
    """A tree of so many nodes; `holes`: how often a branch, or what unknown leads to, is left out."""
    data = plain_data(dice, count, facts=facts, holes=holes)
    tree, found = load_data(data, {})
    wrong = [one for one in found if one.severity.name == "ERROR" and one.code not in ("orphan", "gap")]
    assert not wrong, wrong
    return tree


def plain_data(dice: random.Random, count: int, *, facts: int = 10, holes: float = 0.15) -> dict[str, Any]:
    """The same as the data of its file."""
    kinds = [dice.choice(("integer", "number", "choice", "boolean", "date")) for _ in range(facts)]
    names = {
        f"f{at}": {"type": kind, "ask": f"What is {at}?"}
        | ({"choices": {one: one.title() for one in CHOICES}} if kind == "choice" else {})
        | ({"minimum": 0, "maximum": 20} if kind == "integer" and dice.random() < 0.5 else {})
        | ({"none": "None"} if kind == "number" and dice.random() < 0.2 else {})
        for at, kind in enumerate(kinds)
    }
    nodes: dict[str, Any] = {}
    for at in range(count):
        later = [f"n{one}" for one in range(at + 1, min(count, at + 9))]

        def target(at: int = at, later: list[str] = later) -> str:
            if later and dice.random() < 0.75:
                return later[0] if dice.random() < 0.5 else dice.choice(later)
            return f"end-{dice.randrange(6)}"

        fact = dice.randrange(facts)
        node: dict[str, Any] = {"decide": f"f{fact}", "branches": _branches(dice, kinds[fact], target, holes)}
        if at + 1 < count:
            node["branches"][0]["to"] = f"n{at + 1}"
        if dice.random() > holes:
            node["unknown"] = target()
        if dice.random() < 0.2:
            node["otherwise"] = target()
        nodes[f"n{at}"] = node
    ends = {f"end-{at}": {"title": f"End {at}"} for at in range(6)}
    return {"id": "plain", "title": "Plain", "start": "n0", "facts": names, "nodes": nodes, "outcomes": ends}


def _branches(dice: random.Random, kind: str, target: Any, holes: float) -> list[dict[str, Any]]:
    if kind == "boolean":
        found = [{"is": True, "to": target()}, {"is": False, "to": target()}]
    elif kind == "choice":
        cut = dice.randint(1, 3)
        mixed = dice.sample(CHOICES, len(CHOICES))
        found = [{"is": list(mixed[:cut]), "to": target()}, {"is": list(mixed[cut:]), "to": target()}]
    elif kind == "date":
        day = f'@"2026-0{dice.randint(1, 9)}-15"'
        found = [{"when": f"< {day}", "to": target()}, {"when": f">= {day}", "to": target()}]
    else:
        low, high = sorted(dice.sample(range(1, 20), 2))
        found = [
            {"when": f"< {low}", "to": target()},
            {"when": f"[{low}..{high})", "to": target()},
            {"when": f">= {high}", "to": target()},
        ]
    if len(found) > 2 and dice.random() < holes:
        del found[1]
    dice.shuffle(found)
    return found
