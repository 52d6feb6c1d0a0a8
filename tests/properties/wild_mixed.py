"""Trees of the second generator with all that a tree can hold: computed numbers, scores, waits, called trees."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from wild_trees import COLOURS, POOLS, Draw, Facts, fact_file, literal, number, single_node

SHARED: Facts = {
    "account.mark": {"type": "integer", "ask": "Which mark?"},
    "account.rate": {"type": "number", "ask": "Which rate?", "none": "No rate"},
    "account.tier": {
        "type": "choice",
        "ask": "Which tier?",
        "choices": {one: one.title() for one in COLOURS},
    },
    "account.word": {"type": "text"},
    "account.seen_on": {"type": "date", "ask": "When?", "none": "Never"},
    "account.hot": {"type": "boolean", "ask": "Hot?"},
}
SET: dict[str, tuple[Any, ...]] = {
    "account.mark": (-2, 0, 3, 7),
    "account.rate": (0, 0.1, 2.5),
    "account.tier": COLOURS,
    "account.word": ("alpha", "zeta"),
    "account.hot": (True, False),
}
COMPUTED = {
    "account.mark": ("account.mark + 1", "null", "2 * 2"),
    "account.rate": ("account.mark / account.rate", "null", "0.3"),
    "account.seen_on": ('today() - duration("P3D")', "null"),
    "account.hot": ("account.mark > 2", "null"),
    "account.tier": ('if account.hot then "red" else "blue"',),
}
EXTRA = ("ratio", "sum", "gap", "alias", "twice")
NUMBERS = ("integer", "number", "money")


def mixed_tree(dice: random.Random, name: str, count: int, below: dict[str, list[str]]) -> dict[str, Any]:
    """A tree's data; `below` has the outcomes of trees that it may call."""
    kinds = ("integer", "integer", "number", "percent", "choice", "boolean", "date", "text", "list")
    own = {f"f{at}": fact_file(dice, dice.choice(kinds)) for at in range(dice.randint(2, 6))}
    own["k0"] = fact_file(dice, "choice")
    own["i0"] = {"type": "integer", "ask": "How many?", "minimum": -2, "maximum": 5}
    parameters: dict[str, Any] = {f"p{at}": _parameter(dice.choice(POOLS["integer"])) for at in range(2)}
    parameters["by_k"] = {
        **_parameter("0"),
        "by": "k0",
        "value": {one: number(dice.choice(POOLS["integer"])) for one in own["k0"]["choices"]},
    }
    facts = {**own, **{key: file for key, file in SHARED.items() if dice.random() < 0.5 or key in SET}}
    draw = Draw(dice, facts, {key: str(one["value"]) for key, one in parameters.items() if key != "by_k"})
    numbers = [key for key, file in facts.items() if file["type"] in NUMBERS]
    derived = {
        "ratio": f"{dice.choice(numbers)} / {dice.choice(numbers)}",
        "sum": f"{dice.choice(numbers)} + {dice.choice(numbers)}",
        "gap": f"{dice.choice(numbers)} - {dice.choice(numbers)} * p0",
        "alias": dice.choice(numbers),
        "flag": _condition(draw, numbers, 1),
    }
    scores = {"fit": _score(draw, numbers), "low": _score(draw, numbers)}
    scores["fit"]["points"].append({"add": dice.choice((2, -3)), "if": f"score.low >= {dice.randint(-2, 4)}"})
    ends = [f"end-{at}" for at in range(dice.randint(2, 4))]
    nodes: dict[str, Any] = {}
    for at in range(count):
        later = [f"n{one}" for one in range(at + 1, min(count, at + 6))]

        def target(later: list[str] = later) -> str:
            return (
                (later[0] if dice.random() < 0.5 else dice.choice(later))
                if later and dice.random() < 0.8
                else dice.choice(ends)
            )

        nodes[f"n{at}"] = _node(draw, target, numbers, below)
        if at + 1 < count and nodes[f"n{at}"].get("branches"):
            dice.choice(nodes[f"n{at}"]["branches"])["to"] = f"n{at + 1}"
    return {
        "id": name,
        "title": name,
        "start": "n0",
        "facts": own,
        "parameters": parameters,
        "derived": derived,
        "scores": scores,
        "nodes": nodes,
        "outcomes": {end: _outcome(dice, end) for end in ends},
    }


def _parameter(value: str) -> dict[str, Any]:
    return {"value": number(value), "unit": "x", "kind": "judgement", "source": "made up"}


def _outcome(dice: random.Random, name: str) -> dict[str, Any]:
    out: dict[str, Any] = {"title": name, "actions": [{"do": "Go", "owner": "rep", "within": "P1D"}]}
    if dice.random() < 0.4:
        keys = dice.sample(list(SET), dice.randint(1, 2))
        out["set"] = {key: dice.choice(SET[key]) for key in keys}
    if dice.random() < 0.2:
        key = dice.choice([one for one in COMPUTED if one not in out.get("set", {})])
        out["compute"] = {key: dice.choice(COMPUTED[key])}
    return out


def _condition(draw: Draw, numbers: list[str], depth: int = 2) -> str:
    """A condition over several facts."""
    dice = draw.dice
    roll = dice.random()
    if depth and roll < 0.3:
        return f"({_condition(draw, numbers, depth - 1)}) {dice.choice(('and', 'or'))} ({_condition(draw, numbers, depth - 1)})"
    if roll < 0.4:
        return f"{dice.choice(numbers)} {dice.choice(('<', '<=', '=', '!=', '>'))} {dice.choice(numbers)}"
    if roll < 0.48:
        return f"{dice.choice(numbers)} + {dice.choice(numbers)} {dice.choice(('<', '>='))} {dice.choice(POOLS['integer'])}"
    if roll < 0.54:
        return f"{dice.choice(numbers)} / {dice.choice(numbers)} > {dice.choice(('0', '0.5', 'p1'))}"
    if roll < 0.58:
        return f"i0 {dice.choice(('<', '>='))} by_k"
    if roll < 0.61:
        return f'account.seen_on + duration("P{dice.randint(1, 40)}D") {dice.choice(("<", ">="))} today()'
    if roll < 0.64:
        return f"string length(account.word) > {dice.randint(0, 5)}"
    plain = [key for key, file in draw.facts.items() if file["type"] != "list"]
    lists = [key for key, file in draw.facts.items() if file["type"] == "list"]
    if lists and roll < 0.7:
        key = dice.choice(lists)
        return dice.choice((f'list contains({key}, "red")', f"count({key}) > 1", f"known({key})"))
    return draw.condition(dice.choice(plain), depth)


def _score(draw: Draw, numbers: list[str]) -> dict[str, Any]:
    dice = draw.dice
    rules: list[dict[str, Any]] = []
    for _ in range(dice.randint(1, 4)):
        roll = dice.random()
        if roll < 0.5:
            rules.append({"add": dice.choice((-4, -1, 0.5, 2, 5)), "if": _condition(draw, numbers, 1)})
        elif roll < 0.7:
            choices = list(draw.facts["k0"]["choices"])
            rules.append({"of": "k0", "is": {one: dice.choice((-2, 1, 3)) for one in choices[:2]}})
        elif roll < 0.85:
            rules.append({"add": "i0", "max": dice.choice((3, 5)), "min": dice.choice((-2, 0))})
        else:
            rules.append({"add": dice.choice(("by_k", "p0")), "if": _condition(draw, numbers, 0)})
    return {"points": rules, "complete": dice.random() < 0.2}


def _node(
    draw: Draw, target: Callable[[], str], numbers: list[str], below: dict[str, list[str]]
) -> dict[str, Any]:
    dice = draw.dice
    node: dict[str, Any] = {"unknown": target()} if dice.random() < 0.5 else {}
    roll = dice.random()
    if below and roll < 0.3:
        name = dice.choice(list(below))
        node["tree"] = name
        if dice.random() < 0.8:
            node["branches"] = [{"is": end, "to": target()} for end in below[name]]
        return node
    if roll < 0.45:
        node["branches"] = [
            {"if": _condition(draw, numbers), "to": target()} for _ in range(dice.randint(1, 3))
        ]
        if dice.random() < 0.8:
            node["otherwise"] = target()
    elif roll < 0.6:
        node["decide"] = dice.choice(("ratio", "sum", "gap", "alias", "i0 * 2 + 1", "-i0"))
        node["branches"] = (
            draw._partition("integer", target) if dice.random() < 0.6 else draw._ladder("integer", target)
        )
        if dice.random() < 0.7:
            node["otherwise"] = target()
    elif roll < 0.75:
        node["decide"] = dice.choice(("score.fit", "score.low"))
        steps = sorted(dice.sample(range(-4, 9), dice.randint(1, 3)), reverse=True)
        node["branches"] = [{"at_least": step, "to": target()} for step in steps]
        node["branches"].append({"below": True, "to": target()})
    elif roll < 0.8:
        node["decide"] = "flag"
        node["branches"] = [{"is": True, "to": target()}, {"is": False, "to": target()}]
    else:
        plain = [key for key, file in draw.facts.items() if file["type"] != "list"]
        draw = Draw(dice, {key: draw.facts[key] for key in plain}, draw.names, draw.holes)
        node |= single_node(draw, target)
        if dice.random() < 0.15:
            node["wait"] = {"after": "account.seen_on", "for": dice.choice(("PT36H", "P20D", "5 workdays"))}
    return node


def mixed_family(dice: random.Random, count: int) -> dict[str, dict[str, Any]]:
    """A tree called `main` with up to two trees that it calls, once or more often, one of which may call the other."""
    found: dict[str, dict[str, Any]] = {}
    ends: dict[str, list[str]] = {}
    for name in ("inner", "outer")[: dice.randint(0, 2)]:
        found[name] = mixed_tree(dice, name, dice.randint(2, 4), dict(ends))
        deeper = [
            f"{node}/{end}"
            for node, one in found[name]["nodes"].items()
            if "tree" in one and "branches" not in one
            for end in ends[one["tree"]]
        ]
        ends[name] = [*found[name]["outcomes"], *deeper]
    found["main"] = mixed_tree(dice, "main", count, ends)
    return found


__all__ = ["SHARED", "literal", "mixed_family"]
