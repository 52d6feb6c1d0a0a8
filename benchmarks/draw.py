"""How long the map and the pictures of a tree take, by its size: processor time, the tree being loaded.

Trees have three and four branches a node, and three nodes of ten are reached from more than one place.
Budgets: the map of 1,000 nodes in at most 100 ms; each picture of 1,000 nodes in less than a second; from
1,000 nodes to 4,000 no more time than n log n takes (with half as much again for the machine).
"""

from __future__ import annotations

import gc
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from abm_tree.draw.dot import dot
from abm_tree.draw.measure import width, wrap
from abm_tree.draw.mermaid import mermaid
from abm_tree.draw.model import graph
from abm_tree.draw.page import page
from abm_tree.draw.picture import lines
from abm_tree.draw.plan import Plan
from abm_tree.draw.svg import svg
from abm_tree.draw.text import text
from abm_tree.feel import parse_date_time
from abm_tree.space.flows import flow
from abm_tree.space.paths import Paths
from abm_tree.tree.facts import Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record

SIZES = (250, 500, 1000, 2000, 4000)
ROUNDS = 5
MAP, PICTURE = 0.1, 1.0  # seconds, 1,000 nodes
SLACK = 1.5
ROWS = 50  # of the map that a screen shows
WORDS = ("account", "budget", "people", "purchase", "rival", "need", "champion", "security", "renewal")


def source(count: int) -> str:
    """A tree of so many nodes, as its file."""
    dice = random.Random(1)
    out = [
        'id = "large"\ntitle = "Large"\nstart = "n0"\n'
        '[facts.a]\ntype = "integer"\nask = "How many?"\n'
        '[facts.b]\ntype = "choice"\nask = "Which?"\nchoices = { x = "The first", y = "Both", z = "None" }\n'
    ]
    for at in range(count):
        shared = dice.randint(at + 1, min(count - 1, at + count // 10 + 1)) if at < count - 1 else count
        to = [2 * at + 1, 2 * at + 2, shared if dice.random() < 0.3 else count]
        named = [f"n{one}" if one < count else f"end{dice.randrange(12)}" for one in to]
        title = " ".join(dice.sample(WORDS, 3)).capitalize()
        out.append(f'[nodes.n{at}]\ntitle = "{title} {at}"\nunknown = "end{at % 12}"\n')
        tests = [f"< {at}", f"[{at}..{at + 50})", f">= {at + 50}"] if at % 2 else ["x", "y", "z"]
        key, fact = ("when", "a") if at % 2 else ("is", "b")
        branches = (f'{{ {key} = "{test}", to = "{one}" }}' for test, one in zip(tests, named, strict=True))
        out.append(f'decide = "{fact}"\nbranches = [{", ".join(branches)}]\n')
    out += [
        f'[outcomes.end{at}]\ntitle = "Ending number {at}"\nverdict = "kind-{at % 5}"\n' for at in range(12)
    ]
    return "".join(out)


def loaded(folder: Path, count: int) -> Tree:
    """That tree."""
    path = folder / "large.toml"
    path.write_text(source(count), encoding="utf-8")
    tree, _ = open_shelf(near=folder).load(path)
    return tree


def fastest(work: Callable[[], object]) -> float:
    """The fastest of some runs, in seconds; nothing is remembered from one to the next."""
    found = []
    for _ in range(ROUNDS):
        wrap.cache_clear()
        width.cache_clear()
        gc.collect()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def the_map(tree: Tree, record: Record) -> None:
    """What the screen does when it opens the map: lay it out, and show a page of it."""
    for line in lines(Plan(tree, record))[:ROWS]:
        line.parts()


def unfolded(tree: Tree, record: Record) -> None:
    """The same with everything unfolded."""
    for line in lines(Plan(tree, record), whole=True)[:ROWS]:
        line.parts()


def works(tree: Tree, record: Record) -> dict[str, Callable[[], object]]:
    """What is timed."""
    number = Paths(tree).number(record)
    assert number is not None
    counts = flow(tree, {number: 10})

    def plan() -> Plan:
        return Plan(tree, record, counts)

    return {
        "map": lambda: the_map(tree, record),
        "map, unfolded": lambda: unfolded(tree, record),
        "counts": lambda: flow(tree, {number: 10}),
        "text": lambda: text(plan()),
        "mermaid": lambda: mermaid(graph(plan())),
        "dot": lambda: dot(graph(plan())),
        "svg": lambda: svg(graph(plan())),
        "html": lambda: page(graph(plan())),
    }


def main() -> None:
    """Print a table; the exit code says whether the budgets are kept."""
    now = parse_date_time("2026-03-02T09:00:00Z")
    assert now is not None
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            tree = loaded(Path(folder), count)
            record = advance(tree, {"a": Unknown()}, now)
            for name, work in works(tree, record).items():
                times.setdefault(name, []).append(fastest(work))
    print(f"{'ms, nodes':<16}" + "".join(f"{size:>9,}" for size in SIZES) + "   4,000 / 1,000")
    most = SLACK * 4 * math.log(4000) / math.log(1000)
    kept = True
    for name, found in times.items():
        growth = found[SIZES.index(4000)] / found[SIZES.index(1000)]
        budget = MAP if name.startswith("map") else PICTURE
        good = growth <= most and found[SIZES.index(1000)] <= budget
        kept &= good
        row = "".join(f"{one * 1000:>9.1f}" for one in found)
        print(f"{name:<16}{row}   {growth:>5.1f} of {most:.1f}   {'met' if good else 'NOT met'}")
    print(f"budgets at 1,000 nodes: the map {MAP * 1000:.0f} ms, a picture {PICTURE * 1000:.0f} ms")
    sys.exit(not kept)


if __name__ == "__main__":
    main()
