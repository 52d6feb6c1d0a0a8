"""A later version of a tree of `wild_trees`: whatever a manager may change about it."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

from wild_trees import COLOURS, KINDS, POOLS, Draw, fact_file, kind_of, number, single_node

Data = dict[str, Any]


def later(data: Data, dice: random.Random, times: int, *, facts: bool = True) -> Data:
    """A variant; `facts`: definitions of facts may change, too."""
    out = copy.deepcopy(data)
    for _ in range(times):
        one = dice.choice(CHANGES if facts else CHANGES[:8])
        one(out, dice)
    return out


def _place(data: Data, dice: random.Random) -> tuple[str, Data, list[str]]:
    """Some node, and where its ways may lead without a circle."""
    names = list(data["nodes"])
    order = [name for name in data.setdefault("#order", names.copy()) if name in data["nodes"]]
    at = dice.randrange(len(order))
    return order[at], data["nodes"][order[at]], [*order[at + 1 : at + 8], *data["outcomes"]]


def lead_elsewhere(data: Data, dice: random.Random) -> None:
    _, node, to = _place(data, dice)
    dice.choice(node["branches"])["to"] = dice.choice(to)


def turn_unknown(data: Data, dice: random.Random) -> None:
    _, node, to = _place(data, dice)
    key = dice.choice(("unknown", "otherwise"))
    if key in node and dice.random() < 0.5:
        del node[key]
    else:
        node[key] = dice.choice(to)


def decide_anew(data: Data, dice: random.Random) -> None:
    name, _, to = _place(data, dice)
    draw = Draw(dice, data["facts"], {})
    data["nodes"][name] = single_node(draw, lambda: dice.choice(to))


def insert(data: Data, dice: random.Random) -> None:
    name, node, to = _place(data, dice)
    fresh = f"x{len(data['nodes'])}"
    draw = Draw(dice, data["facts"], {})
    data["nodes"][fresh] = single_node(draw, lambda: dice.choice(to))
    order = data["#order"]
    order.insert(order.index(name) + 1, fresh)
    dice.choice(node["branches"])["to"] = fresh


def rename_node(data: Data, dice: random.Random) -> None:
    name, node, _ = _place(data, dice)
    fresh = f"renamed-{len(data['nodes'])}-{name}"
    if dice.random() < 0.5:
        node["renamed_from"] = [name]
    data["nodes"] = {fresh if one == name else one: it for one, it in data["nodes"].items()}
    data["#order"] = [fresh if one == name else one for one in data["#order"]]
    _relead(data, name, fresh)


def reorder(data: Data, dice: random.Random) -> None:
    items = list(data["nodes"].items())
    data.setdefault("#order", [name for name, _ in items])
    dice.shuffle(items)
    data["nodes"] = dict(items)
    _, node, _ = _place(data, dice)
    if "decide" in node and not any("below" in one for one in node["branches"]):
        dice.shuffle(node["branches"])


def start_elsewhere(data: Data, dice: random.Random) -> None:
    order = data.setdefault("#order", list(data["nodes"]))
    if dice.random() < 0.3:
        data["start"] = dice.choice([name for name in order if name in data["nodes"]][:4])


def tune(data: Data, dice: random.Random) -> None:
    for one in data["parameters"].values():
        if isinstance(one["value"], int | float):
            one["value"] = number(dice.choice(POOLS["integer"]))


def rename_outcome(data: Data, dice: random.Random) -> None:
    name = dice.choice(list(data["outcomes"]))
    fresh = f"{name}-now"
    if dice.random() < 0.7:
        data["outcomes"][name]["renamed_from"] = [name]
    data["outcomes"] = {fresh if one == name else one: it for one, it in data["outcomes"].items()}
    _relead(data, name, fresh)


def redefine(data: Data, dice: random.Random) -> None:
    """Other bounds, choices or words of a fact; or another type."""
    key = dice.choice(list(data["facts"]))
    before = copy.deepcopy(data["facts"][key])
    _defined_anew(data, dice, key)
    file = data["facts"][key]
    gone = set(before.get("choices", ())) - set(file.get("choices", ()))
    if gone or kind_of(before) != kind_of(file):
        _adapt(data, dice, key)


def _adapt(data: Data, dice: random.Random, key: str) -> None:
    """Nodes that read a fact decide by it as it is now; parts of other nodes stay."""
    names = list(data["nodes"])
    order = [name for name in data.setdefault("#order", names) if name in data["nodes"]]
    for at, name in enumerate(order):
        node = data["nodes"][name]
        words = " ".join([node.get("decide", ""), *(one.get("if", "") for one in node["branches"])])
        if key in re.findall(r"\w+", words):
            to = [*order[at + 1 : at + 8], *data["outcomes"]]
            draw = Draw(dice, data["facts"], {})
            fresh = single_node(draw, lambda to=to: dice.choice(to))
            if not re.findall(r"\w+", words)[1:]:
                fresh = {"decide": key, "branches": draw.branches(key, lambda to=to: dice.choice(to))}
                fresh |= {way: node[way] for way in ("unknown", "otherwise") if way in node}
            data["nodes"][name] = fresh


def _defined_anew(data: Data, dice: random.Random, key: str) -> None:
    file = data["facts"][key]
    roll = dice.random()
    if "choices" in file and roll < 0.6:
        gone = dice.choice(list(file["choices"]))
        if len(file["choices"]) > 1 and dice.random() < 0.5:
            del file["choices"][gone]
        else:
            file["choices"] = {one: one.title() for one in (*file["choices"], dice.choice(COLOURS), "pink")}
        return
    if roll < 0.75:
        file.pop("none", None) if "none" in file else file.update(none="No such")
        return
    if roll < 0.9 and file["type"] in ("integer", "number", "money"):
        file.pop(dice.choice(("minimum", "maximum")), None)
        if dice.random() < 0.5:
            file["minimum"] = -5
            file.pop("maximum", None)
        return
    kind = dice.choice(KINDS)
    same = {
        "integer": "number",
        "number": "integer",
        "money": "number",
        "text": "open",
        "choice": "text",
        "open": "text",
    }
    kind = same.get(kind_of(file), kind) if dice.random() < 0.6 else kind
    data["facts"][key] = fact_file(dice, kind)


def _relead(data: Data, name: str, fresh: str) -> None:
    if data["start"] == name:
        data["start"] = fresh
    for node in data["nodes"].values():
        for key in ("unknown", "otherwise"):
            if node.get(key) == name:
                node[key] = fresh
        for branch in node.get("branches", ()):
            if branch.get("to") == name:
                branch["to"] = fresh


CHANGES = (
    lead_elsewhere,
    turn_unknown,
    decide_anew,
    insert,
    rename_node,
    reorder,
    start_elsewhere,
    tune,
    rename_outcome,
    redefine,
    redefine,
    redefine,
)
