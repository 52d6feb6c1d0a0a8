"""What called trees establish and later nodes read: columns decide, and see what is possible, alike."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from held import DATES, column_of, hold

from generated import CHOICES, load_data  # isort: skip
from abm_tree.source import has_errors
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree

SIZES = (0, 1, 2, 3, 4, 5)
TESTS = (
    "account.mark > account.size",
    "account.mark + account.size > 5",
    'account.tier = "a" or deal.hot',
    "known(account.mark) and account.mark < 4",
    "known(account.tier)",
    "account.tier = account.kind",
)


def _plain(dice: random.Random, ways: list[str]) -> dict[str, Any]:
    """A node that reads nothing that trees establish."""
    if dice.random() < 0.5:
        some = [{"is": one, "to": dice.choice(ways)} for one in dice.sample(CHOICES, 2)]
        node = {"decide": "account.kind", "branches": some, "otherwise": dice.choice(ways)}
    else:
        steps = [{"at_least": cut, "to": dice.choice(ways)} for cut in (4, 2)]
        below = {"below": True, "to": dice.choice(ways)}
        node = {"decide": "account.size", "branches": [*steps, below]}
    return node | ({"unknown": dice.choice(ways)} if dice.random() < 0.5 else {})


def _reader(dice: random.Random, ways: list[str]) -> dict[str, Any]:
    """A node that reads what trees establish."""

    def way() -> str:
        return dice.choice(ways)

    kind = dice.randrange(4)
    node: dict[str, Any]
    if kind == 0:
        some = dice.sample(CHOICES, 2)
        branches = [{"is": one, "to": way()} for one in some]
        node = {"decide": "account.tier", "branches": branches, "otherwise": way()}
    elif kind == 1:
        cut = dice.choice(SIZES)
        tests = [f"< {cut}", f">= {cut}"]
        node = {"decide": "account.mark", "branches": [{"when": test, "to": way()} for test in tests]}
    elif kind == 2:
        node = {"branches": [{"if": dice.choice(TESTS), "to": way()}], "otherwise": way()}
    else:
        node = {"decide": "score.fit", "branches": [{"at_least": dice.choice(SIZES), "to": way()}]}
        node["branches"].append({"below": True, "to": way()})
    return node | ({"unknown": way()} if dice.random() < 0.6 else {})


def _tree(
    dice: random.Random, name: str, inner: str | None, count: int, sets: tuple[str, ...]
) -> dict[str, Any]:
    """Plain nodes, then the call of a tree, then nodes that read what it established."""
    ends = [f"{name}-{at}" for at in range(3)]
    call = count // 2 if inner is not None else count
    nodes: dict[str, Any] = {}
    for at in range(count):
        later = [f"n{to}" for to in range(at + 1, count)] + ends
        soon = later[:3]
        if at != call:
            nodes[f"n{at}"] = (_plain if at < call else _reader)(dice, soon)
            continue
        nodes[f"n{at}"] = node = {"tree": inner}
        if dice.random() < 0.9:
            branches = [{"is": f"{inner}-{to}", "to": dice.choice(soon)} for to in range(3)]
            node |= {"branches": branches[: dice.randrange(1, 4)], "otherwise": dice.choice(soon)}
            if dice.random() < 0.6:
                node["unknown"] = dice.choice(soon)
    outcomes: dict[str, Any] = {}
    for end in ends:
        outcomes[end] = {"title": end.upper()}
        if "account.tier" in sets and dice.random() < 0.7:
            outcomes[end]["set"] = {"account.tier": dice.choice(CHOICES)}
        if "account.mark" in sets and dice.random() < 0.4:
            outcomes[end].setdefault("set", {})["account.mark"] = dice.choice(SIZES)
        elif "account.mark" in sets and dice.random() < 0.6:
            outcomes[end]["compute"] = {
                "account.mark": dice.choice(("account.size + 1", "10 / account.size"))
            }
    points = [{"add": 3, "if": 'account.tier = "a"'}, {"add": 2, "if": "deal.hot"}]
    scores = {"fit": {"points": points}} if inner is not None else {}
    return {"id": name, "title": name, "start": "n0", "nodes": nodes, "outcomes": outcomes, "scores": scores}


def _loaded(dice: random.Random) -> Tree | None:
    both, tier = ("account.tier", "account.mark"), ("account.tier",)
    deep = dice.random() < 0.5
    inner = _tree(dice, "inner", None, dice.randrange(1, 4), tier if deep else both)
    outer = _tree(dice, "outer", "inner", dice.randrange(2, 5), ("account.mark",))
    main = _tree(dice, "main", "outer" if deep else "inner", dice.randrange(3, 8), ())
    tree, findings = load_data(main, {"inner": inner, "outer": outer})
    bad = [one for one in findings if one.code not in ("orphan", "overlap", "gap")]
    return tree if tree.revision and not has_errors(bad) else None


def _rows(tree: Tree, dice: random.Random, count: int) -> list[dict[str, Known | Unknown]]:
    rows = []
    for _ in range(count):
        row: dict[str, Known | Unknown] = {}
        for key in tree.facts:
            if dice.random() < 0.4:
                continue
            fact = tree.facts[key]
            value: Any = dice.choice(SIZES) if fact.is_number else dice.choice(CHOICES)
            if fact.type == "boolean":
                value = dice.random() < 0.5
            dated = dice.choice(DATES) if dice.random() < 0.1 else None
            row[key] = Known(value, "given", dated)
        rows.append(row)
    return rows


def trial(seed: int, count: int) -> bool:
    """One tree over some rows; whether it could be made."""
    dice = random.Random(seed)
    tree = _loaded(dice)
    if tree is None:
        return False
    rows = _rows(tree, dice, count)
    columns = {key: column_of(fact, [row.get(key) for row in rows], dice) for key, fact in tree.facts.items()}
    hold(tree, rows, columns, dice.choice((13, 97, 2**15)))
    return True


def test_what_is_established_is_read() -> None:
    assert sum(trial(seed, 40) for seed in range(60)) > 20


@pytest.mark.slow
def test_what_is_established_is_read_long() -> None:
    for seed in range(int(os.environ.get("ABM_TREE_EXAMPLES", "600"))):
        trial(seed, 150)
