"""Trees of 15, 100 and 1,000 nodes over the generated list, as the product's files and as plain data.

The small ones are trees in the strict sense (41 and 297 ways or thereabouts); in the one of 1,000 nodes the
ways meet again, and some fifty thousand lead through it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from peers.data import COLUMNS, DAYS, FIRST_DAY, Column

AS_OF = "2026-11-21T09:00:00Z"
SIZES = (15, 100, 1_000)
VERDICTS = ("qualified", "nurture", "review", "discover")
OUTCOMES = {f"o{at}": VERDICTS[at % len(VERDICTS)] for at in range(20)}
Step: TypeAlias = "int | float | dt.date | bool | tuple[str, ...]"


@dataclass(frozen=True, slots=True)
class Node:
    """A decision on one column, in the order in which anybody would write it down.

    A missing value goes to `unknown`. Else the first step that fits is taken: below a cut, among choices,
    true; and `rest`, where none does.
    """

    id: str
    column: Column
    steps: tuple[tuple[Step, str], ...]
    rest: str
    unknown: str

    @property
    def targets(self) -> tuple[str, ...]:
        """Where it leads to."""
        return (*(to for _, to in self.steps), self.rest, self.unknown)


@dataclass(frozen=True)
class Tree:
    """Nodes, each before what it leads to; the first is the start."""

    nodes: Mapping[str, Node]

    @cached_property
    def ways(self) -> int:
        """How many ways lead through it."""
        found = dict.fromkeys(OUTCOMES, 1)
        for node in reversed(self.nodes.values()):
            found[node.id] = sum(found[to] for to in node.targets)
        return found["n0"]

    @cached_property
    def levels(self) -> tuple[tuple[Node, ...], ...]:
        """Nodes by their longest distance from the start."""
        depth = dict.fromkeys(self.nodes, 0)
        for node in self.nodes.values():
            for to in node.targets:
                if to in depth:
                    depth[to] = max(depth[to], depth[node.id] + 1)
        return tuple(
            tuple(self.nodes[id] for id, at in depth.items() if at == level)
            for level in range(max(depth.values()) + 1)
        )

    @cached_property
    def shared(self) -> frozenset[str]:
        """Nodes to which several nodes lead."""
        seen: set[str] = set()
        twice: set[str] = set()
        for node in self.nodes.values():
            for to in set(node.targets) & self.nodes.keys():
                (twice if to in seen else seen).add(to)
        return frozenset(twice)


def _steps(column: Column, dice: random.Random) -> list[Step]:
    """Where a decision on a column parts the values."""
    match column.type:
        case "boolean":
            return [True]
        case "date":
            days = sorted(dice.sample(range(100, DAYS - 100, 10), 2))
            return [FIRST_DAY + dt.timedelta(day) for day in days]
        case "choice":
            mixed = dice.sample(column.choices, len(column.choices))
            third = max(1, len(mixed) // 3)
            return [tuple(mixed[:third]), tuple(mixed[third : 2 * third])]
    cuts = sorted(dice.sample(range(1, 20), 2))
    span = column.high - column.low
    whole = [column.low + span * cut // 20 for cut in cuts]
    return [cut + 0.5 for cut in whole] if column.type == "number" else list(whole)


def generate(count: int, seed: int = 5, share: float = 0.37) -> Tree:
    """A tree of so many nodes: each way leads to a new node while there are any, then to an outcome.

    In a large one, `share` of the later ways lead into nodes that there are already.
    """
    dice = random.Random(seed * 10_000 + count)
    nodes: dict[str, Node] = {}
    fresh = 1
    for at in range(count):
        column = dice.choice(COLUMNS)
        steps = _steps(column, dice)
        targets = []
        for _ in range(len(steps) + 2):
            if fresh < count:
                targets.append(f"n{fresh}")
                fresh += 1
            elif count > 500 and at + 1 < count and dice.random() < share:
                targets.append(f"n{dice.randrange(at + 1, count)}")
            else:
                targets.append(f"o{dice.randrange(len(OUTCOMES))}")
        ways = tuple(zip(steps, targets, strict=False))
        nodes[f"n{at}"] = Node(f"n{at}", column, ways, targets[-2], targets[-1])
    return Tree(nodes)


def _branches(node: Node) -> list[str]:
    """A node's branches as the product's files hold them."""
    kind = node.column.type
    if kind == "boolean":
        ((_, to),) = node.steps
        return [f'{{ is = true, to = "{to}" }}', f'{{ is = false, to = "{node.rest}" }}']
    if kind == "choice":
        lists = (", ".join(f'"{value}"' for value in values) for values, _ in node.steps)
        return [f'{{ is = [{each}], to = "{to}" }}' for each, (_, to) in zip(lists, node.steps, strict=True)]
    cuts = [f'@"{cut}"' if kind == "date" else str(cut) for cut, _ in node.steps]
    ranges = [f"[{low}..{high})" for low, high in pairwise(cuts)]
    tests = [f"< {cuts[0]}", *ranges, f">= {cuts[-1]}"]
    targets = [*(to for _, to in node.steps), node.rest]
    return [f"{{ when = '{test}', to = \"{to}\" }}" for test, to in zip(tests, targets, strict=True)]


def as_toml(tree: Tree, name: str) -> str:
    """The tree's file."""
    lines = [f'id = "{name}"', f'title = "{name}"', 'start = "n0"', ""]
    for node in tree.nodes.values():
        lines += [f"[nodes.{node.id}]", f'decide = "account.{node.column.name}"']
        if node.column.type == "choice":
            lines.append(f'otherwise = "{node.rest}"')
        lines += [f'unknown = "{node.unknown}"', "branches = ["]
        lines += [f"  {branch}," for branch in _branches(node)]
        lines += ["]", ""]
    for outcome, verdict in OUTCOMES.items():
        lines += [f"[outcomes.{outcome}]", f'title = "Outcome {outcome}"', f'verdict = "{verdict}"', ""]
    return "\n".join(lines)


def _facts() -> str:
    lines = ["format = 1", ""]
    for column in COLUMNS:
        lines += [f'[facts."account.{column.name}"]', f'type = "{column.type}"']
        lines += [f'title = "{column.name}"', 'ask = "Which?"']
        if column.type == "money":
            lines.append('currency = "USD"')
        if column.choices:
            pairs = (f'{one} = "{one.replace("-", " ").capitalize()}"' for one in column.choices)
            lines.append(f"choices = {{ {', '.join(pairs)} }}")
        lines.append("")
    return "\n".join(lines)


def write(folder: Path) -> tuple[dict[int, Tree], dict[int, Path]]:
    """A workspace with the three trees: their data and their files."""
    trees = {count: generate(count) for count in SIZES}
    paths = {count: folder / "trees" / f"bench-{count}.toml" for count in SIZES}
    (folder / "trees").mkdir(parents=True)
    (folder / "abm-tree.toml").write_text('timezone = "UTC"\n', encoding="utf-8")
    (folder / "trees" / "facts.toml").write_text(_facts(), encoding="utf-8")
    for count, tree in trees.items():
        paths[count].write_text(as_toml(tree, f"bench-{count}"), encoding="utf-8")
    return trees, paths
