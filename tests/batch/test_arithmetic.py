"""Sums and ratios of facts: float columns with bounds on their errors decide as exact decimals do."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

import pytest
from test_edges import both, made

SIGNS = ("<", "<=", "=", "!=", ">", ">=")
KINDS = {"x": "float", "y": "float", "n": "int", "old": "int", "price": "codes"}


def expression(dice: random.Random, depth: int) -> str:
    """A number computed from facts."""
    if depth == 0 or dice.random() < 0.2:
        return dice.choice(("x", "y", "n", "old", "price", "0.1", "3", "1.1"))
    if dice.random() < 0.1:
        return f"-({expression(dice, depth - 1)})"
    return f"({expression(dice, depth - 1)} {dice.choice('+-*/')} {expression(dice, depth - 1)})"


def nodes(dice: random.Random) -> dict[str, Any]:
    """Two nodes that compare numbers, so that all rows meet both."""
    end = dice.choice(("0.3", "0.6", "1", "2", "0", expression(dice, 1)))
    one = f"{expression(dice, dice.randrange(1, 4))} {dice.choice(SIGNS)} {end}"
    two = f"{expression(dice, 2)} {dice.choice(SIGNS)} {expression(dice, 1)}"
    return {
        "one": {"branches": [{"if": one, "to": "two"}], "otherwise": "two", "unknown": "two"},
        "two": {"branches": [{"if": two, "to": "high"}], "otherwise": "low"},
    }


def value(dice: random.Random, key: str) -> Any:
    """A value that likes to make two sides equal."""
    match key:
        case "x":
            near = (0.1, 0.2, 0.3, 0.7, 1.1, 1e-300, 1e300, 0.0, float("nan"))
            return dice.choice((*near, dice.random(), dice.uniform(-5, 5), round(dice.uniform(0, 3), 1)))
        case "y":
            return dice.choice((0.1, 0.2, 0.3, 2.2, 0.0, -1.0, dice.random(), round(dice.uniform(0, 3), 2)))
        case "n":
            return dice.choice((dice.randrange(-3, 9), 2**53 + dice.randrange(3), 2**62))
        case "old":
            return dice.choice((dice.randrange(-3, 9), ..., None))
        case _:
            return dice.choice((Decimal(dice.randrange(400)) / 100, Decimal("0.3"), Decimal("1E-30"), ...))


def trial(seed: int, rows: int) -> None:
    """One tree over some rows."""
    dice = random.Random(seed)
    shape = nodes(dice)
    try:
        tree = made(shape)
    except AssertionError:  # a condition that the checks refuse, like one over constants
        return
    both(tree, {key: ([value(dice, key) for _ in range(rows)], kind) for key, kind in KINDS.items()})


def test_numbers_decide_as_decimals_do() -> None:
    for seed in range(30):
        trial(seed, 40)


@pytest.mark.slow
def test_numbers_decide_as_decimals_do_long() -> None:
    for seed in range(int(os.environ.get("ABM_TREE_EXAMPLES", "300"))):
        trial(seed, 150)
